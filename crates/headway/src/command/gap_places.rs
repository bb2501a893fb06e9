//! `gaps --level`: one group's gap place by place, beside the agency's own.

use headway_analytics::PlaceRef;
use headway_analytics::gaps::{GapComparison, GapPlaces, PlaceGap};
use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::StudentGroup;
use headway_delivery::picture;
use headway_delivery::view::{GapPlacesView, PanelChoice};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{GapsArgs, OutputFormat};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

/// Places that a terminal lists on each side.
const LISTED: usize = 15;

pub(super) async fn run_gap_places(context: &CommandContext, args: &GapsArgs) -> anyhow::Result<CommandAnswer> {
    let (_, snapshot) = context.load_snapshot().await?;
    let level = args.level.as_deref().map(super::track::parse_level).transpose()?;
    let choice = PanelChoice { level, group: args.group.clone(), grade: Some(args.grade.clone()), at_least: None };
    let view = snapshot.gap_places_view(&args.measure, &choice).await?;
    let found = match view.found.as_ref() {
        Ok(found) => found,
        Err(why) => anyhow::bail!("{}, {}: {}", args.measure, view.group, why.reason_text()),
    };
    match context.format {
        OutputFormat::Json => output::print_json(&as_json(&view, found)?)?,
        OutputFormat::Csv => {
            let table = picture::gap_places_table(&view, found);
            let titles: Vec<&str> = table.columns.iter().map(|c| c.title.as_str()).collect();
            output::print_csv(&titles, table.rows)?;
        }
        OutputFormat::Table => print_gap_places(&view, found)?,
    }
    if let Some(file) = &args.chart {
        match picture::gap_places("chart", &view, found) {
            Some(chart) => chart::write_chart(&chart, file)?,
            None => anyhow::bail!("there are no places to draw"),
        }
    }
    Ok(CommandAnswer::Done)
}

fn as_json(view: &GapPlacesView, found: &GapPlaces) -> anyhow::Result<serde_json::Value> {
    let place = |(gap, place): (&PlaceGap, &PlaceRef)| -> anyhow::Result<serde_json::Value> {
        let mut object = serde_json::to_value(gap)?;
        object["place"] = json!(place.id);
        object["unit"] = json!(place.id);
        object["name"] = json!(place.name);
        Ok(object)
    };
    let places = found.places.iter().zip(&view.names).map(place).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(json!({
        "measure": view.planned.measure.id, "group": view.group, "grade": view.grade, "level": view.level.map(|l| l.id()),
        "place": view.home.id, "unit": view.home.id, "period": found.period.to_string(), "whole": found.whole, "places": places,
        "left_out": found.left_out,
    }))
}

fn print_gap_places(view: &GapPlacesView, found: &GapPlaces) -> anyhow::Result<()> {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let to = picture::reference_words(&found.whole.reference);
    print_line(format_args!(
        "{}, {} against {to}, {}",
        view.planned.measure.name,
        StudentGroup::name_of(&view.group),
        found.period
    ))?;
    print_line(format_args!("{}.\n", picture::gap_places_headline(view, found)))?;
    let row = |gap: &PlaceGap, name: &str| {
        let interval = gap.beyond_interval.map(|(lo, hi)| output::interval_text(&unit, lo, hi));
        vec![
            text_cell(name),
            number_cell(unit.difference_text(gap.line.behind)),
            number_cell(unit.difference_text(gap.beyond)),
            text_cell(interval.unwrap_or_default()),
            text_cell(gap.than.map_or("", GapComparison::label_text)),
            text_cell(gap.line.full_course_text()),
        ]
    };
    let all: Vec<(&PlaceGap, &PlaceRef)> = found.places.iter().zip(&view.names).collect();
    let of = |than: GapComparison| all.iter().filter(move |(gap, _)| gap.than == Some(than));
    let whole = vec![
        text_cell(&view.home.name),
        number_cell(unit.difference_text(found.whole.behind)),
        text_cell(""),
        text_cell(""),
        text_cell(""),
        text_cell(found.whole.full_course_text()),
    ];
    let larger = of(GapComparison::Larger).take(LISTED).map(|(gap, place)| row(gap, &place.name));
    let mut smaller: Vec<_> = of(GapComparison::Smaller).collect();
    smaller.drain(..smaller.len().saturating_sub(LISTED));
    let smaller = smaller.into_iter().map(|(gap, place)| row(gap, &place.name));
    let sides = found.whole.has_sides();
    let titles =
        ["place", if sides { "behind" } else { "lower by" }, "beyond the whole's", "95% interval", "gap", "course"];
    output::print_table(&titles, std::iter::once(whole).chain(larger).chain(smaller).collect())?;
    let (l, s) = (found.count_places(GapComparison::Larger), found.count_places(GapComparison::Smaller));
    if l > LISTED || s > LISTED {
        print_line(format_args!("The {LISTED} furthest on each side; all are in --format csv."))?;
    }
    let plus = if sides { "behind, on the worse side whatever the direction" } else { "lower; neither side is better" };
    print_line(format_args!("Plus is {plus}. Larger and smaller are said at a false discovery rate of 5 %."))?;
    if found.left_out > 0 {
        print_line(format_args!("{} more have no exact result of both groups in {}.", found.left_out, found.period))?;
    }
    Ok(())
}
