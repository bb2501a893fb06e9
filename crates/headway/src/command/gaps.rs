//! `gaps`: a measure's student groups beside the groups they are compared with.

use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::{Direction, StudentGroup};
use headway_delivery::picture;
use headway_delivery::view::{GapsView, group_names};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{GapsArgs, OutputFormat};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_gaps(context: &CommandContext, args: &GapsArgs) -> anyhow::Result<CommandAnswer> {
    if args.level.is_some() {
        return super::gap_places::run_gap_places(context, args).await;
    }
    let (_, snapshot) = context.load_snapshot().await?;
    let view = snapshot.gaps_view(&args.measure, args.place.as_deref(), Some(&args.grade)).await?;
    match context.format {
        OutputFormat::Json => output::print_json(&json!({
            "measure": view.planned.measure.id, "place": view.place.id, "unit": view.place.id, "grade": view.grade, "gaps": view.lines,
            "missing": view.missing,
        }))?,
        OutputFormat::Csv => {
            let titles = [
                "group",
                "reference",
                "period",
                "value",
                "reference_value",
                "behind",
                "lo95",
                "hi95",
                "since",
                "course",
            ];
            let rows = view.lines.iter().map(|l| {
                let end = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
                vec![
                    l.group.to_string(),
                    l.reference.clone(),
                    l.period.to_string(),
                    l.value.to_string(),
                    l.reference_value.to_string(),
                    l.behind.to_string(),
                    end(l.interval.map(|i| i.0)),
                    end(l.interval.map(|i| i.1)),
                    l.since.to_string(),
                    l.full_course_text(),
                ]
            });
            output::print_csv(&titles, rows)?;
        }
        OutputFormat::Table => print_gaps(&view)?,
    }
    if let Some(file) = &args.chart {
        match picture::gaps_chart("chart", &view) {
            Some(gaps) => chart::write_chart(&gaps, file)?,
            None => anyhow::bail!("there is no gap to draw"),
        }
    }
    Ok(CommandAnswer::Done)
}

fn print_gaps(view: &GapsView) -> anyhow::Result<()> {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    print_line(format_args!("{}, {}\n", view.planned.measure.name, view.place.name))?;
    let bare = |x: f64| unit.difference_text(x);
    let sides = view.planned.measure.direction.and_then(Direction::sign).is_some();
    let rows = view.lines.iter().map(|l| {
        let interval = l.interval.map(|(lo, hi)| output::interval_text(&unit, lo, hi));
        vec![
            text_cell(StudentGroup::name_of(&l.group)),
            text_cell(l.period),
            number_cell(unit.value_text(l.value)),
            text_cell(format!("{} {}", StudentGroup::name_of(&l.reference), unit.value_text(l.reference_value))),
            number_cell(bare(l.behind)),
            text_cell(interval.unwrap_or_default()),
            number_cell(bare(l.behind_first)),
            text_cell(l.since),
            text_cell(l.full_course_text()),
        ]
    });
    if view.lines.is_empty() {
        print_line("No group has exact results beside the group that it is compared with.")?;
    } else {
        let far = if sides { "behind" } else { "lower by" };
        let titles = ["group", "for", "result", "compared with", far, "95% interval", "at first", "since", "course"];
        output::print_table(&titles, rows.collect())?;
    }
    for said in view.lines.iter().filter_map(|l| l.other_words()) {
        print_line(format_args!("Few points, and yet: {said}."))?;
    }
    if !view.missing.is_empty() {
        print_line(format_args!("In the data, but not in this report: {}.", group_names(&view.missing)))?;
    }
    let plus = if sides { "behind, on the worse side whatever the direction" } else { "lower; neither side is better" };
    print_line(format_args!("Plus is {plus}. Closing and widening are said at 95 %."))?;
    Ok(())
}
