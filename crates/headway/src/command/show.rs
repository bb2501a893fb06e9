//! `show`: one series in full.

use std::path::{Path, PathBuf};

use headway_analytics::TargetOdds;
use headway_delivery::Snapshot;
use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::{Grade, StudentGroup};
use headway_delivery::view::SeriesView;
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{OutputFormat, ShowArgs};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_show(context: &CommandContext, args: &ShowArgs) -> anyhow::Result<CommandAnswer> {
    let (group, grade) = (&args.students.group, &args.students.grade);
    let headway = context.open_workspace().await?;
    let (snapshot, series) =
        headway.find_series(context.asked_day(), &args.measure, args.place.as_deref(), group, grade).await?;
    match context.format {
        OutputFormat::Json => output::print_json(&as_json(&series))?,
        OutputFormat::Csv => {
            let titles = ["period", "state", "value", "numerator", "denominator", "vintage", "over", "flags"];
            let figure = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
            let rows = series.observed.iter().map(|o| {
                let value = match o.value.bounds() {
                    Some((lo, hi)) if lo == hi => lo.to_string(),
                    Some((lo, hi)) => format!("{}..{}", finite_text(lo), finite_text(hi)),
                    None => String::new(),
                };
                let state = o.value.kind_id(o.flags).to_owned();
                vec![
                    o.period.to_string(),
                    state,
                    value,
                    figure(o.numerator),
                    figure(o.denominator),
                    o.vintage.to_string(),
                    o.over.to_string(),
                    o.remark_text(),
                ]
            });
            output::print_csv(&titles, rows)?;
        }
        OutputFormat::Table => print_series(context, &snapshot, &series)?,
    }
    if let Some(file) = &args.chart {
        let charts = chart::of_series("chart", &series.measure, &series);
        anyhow::ensure!(!charts.is_empty(), "{}: there is no result to draw", args.measure);
        for (i, drawn) in charts.iter().enumerate() {
            let file = numbered_file(file, i);
            chart::write_chart(drawn.as_ref(), &file)?;
            if context.format == OutputFormat::Table {
                print_line(format_args!("The chart is in {}.", file.display()))?;
            }
        }
    }
    Ok(CommandAnswer::Done)
}

/// Where parts have several units, each has a chart of its own: `chart.svg`, `chart-2.svg`.
fn numbered_file(file: &Path, i: usize) -> PathBuf {
    let (stem, ending) = (file.file_stem().unwrap_or_default(), file.extension().unwrap_or_default());
    match i {
        0 => file.to_owned(),
        _ => file.with_file_name(format!("{}-{}.{}", stem.to_string_lossy(), i + 1, ending.to_string_lossy())),
    }
}

/// Whether the odds were put to the test, in words.
fn how_sure(odds: TargetOdds) -> String {
    if odds.calibrated { "calibrated by backtest".to_owned() } else { odds.caution_text() }
}

fn finite_text(x: f64) -> String {
    if x.is_finite() { x.to_string() } else { String::new() }
}

fn as_json(series: &SeriesView) -> serde_json::Value {
    let observed: Vec<_> = series
        .observed
        .iter()
        .map(|o| {
            json!({
                "period": o.period.to_string(), "value": o.value, "numerator": o.numerator,
                "denominator": o.denominator, "flags": o.flags, "vintage": o.vintage, "over": o.over,
                "no_value": o.no_value,
            })
        })
        .collect();
    json!({ "standing": series.row, "observations": observed, "targets": series.targets })
}

fn print_series(context: &CommandContext, snapshot: &Snapshot, series: &SeriesView) -> anyhow::Result<()> {
    let (row, s) = (&series.row, &series.row.standing);
    let unit = MeasureUnit::of_plan(row.measure.unit.as_deref());
    let grade = if row.grade == "all" { String::new() } else { format!(", {}", Grade::name_of(&row.grade)) };
    print_line(&series.measure.name)?;
    print_line(format_args!("{}, {}{grade}", row.place.name, StudentGroup::name_of(&row.group)))?;
    print_line(format_args!("\n{}: {}", s.status.label_text(), s.to_sentence()))?;
    print_line(format_args!("  {}.", row.verdict_sentence()))?;
    for note in &s.notes {
        print_line(format_args!("  {}", note.text))?;
    }
    match row.odds {
        Ok(odds) => {
            let naive = odds
                .naive
                .map(|c| format!(" (if only the last result stood: {})", headway_analytics::odds::chance_text(c)));
            print_line(format_args!(
                "  Odds of meeting the target: {}{}.",
                odds.chance_text(),
                naive.unwrap_or_default()
            ))?;
            if odds.at_most.is_some() {
                print_line(format_args!("    {}.", odds.bounds_words()))?;
            }
            if let Some(pace) = s.pace_to_go() {
                print_line(format_args!("    Pace needed: {} a year.", unit.difference_text(pace)))?;
            }
            print_line(format_args!("    {}, version {}; {}.", odds.method, odds.version, how_sure(odds)))?;
        }
        Err(why) => print_line(format_args!("  No odds: {}.", why.reason_text()))?,
    }
    match row.signal {
        Ok(found) => print_line(format_args!(
            "  Signal: the latest result is {} ({} from the mean before; false discovery rate {:.2}).",
            found.word.label_text(),
            unit.difference_text(found.change),
            found.q
        ))?,
        Err(why) => print_line(format_args!("  No signal: {}.", why.reason_text()))?,
    }
    if let Some(p) = row.precedent.filter(|p| p.of >= 5) {
        print_line(format_args!(
            "  Precedent: {} of {} comparable histories kept the pace that is needed for as long.",
            p.kept, p.of
        ))?;
    }
    for (part, judged) in s.parts.iter().zip(&row.parts) {
        let unit = MeasureUnit::of_plan(part.standing.measured_in.as_deref());
        let said = |value| Some(chart::interval_text(&unit, value)).filter(|text| !text.is_empty());
        print_line(format_args!(
            "  {}: {} ({}; target {})",
            part.name,
            part.standing.status.label_text(),
            Some(chart::result_text(&unit, &part.standing))
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "no result".to_owned()),
            said(part.standing.target).unwrap_or_else(|| "without a figure".to_owned()),
        ))?;
        print_line(format_args!(
            "    Odds: {}. Signal: {}.",
            judged.odds.map_or_else(|why| format!("none, {}", why.reason_text()), |odds| odds.chance_text()),
            judged
                .signal
                .map_or_else(|why| format!("none, {}", why.reason_text()), |found| found.word.label_text().to_owned()),
        ))?;
    }
    let method = serde_json::to_value(s.method)?;
    print_line(format_args!(
        "  Method {}, version {}, as of {}.\n",
        method.as_str().unwrap_or_default(),
        s.method_version,
        context.asked_day()
    ))?;
    let rows = series.observed.iter().rev().map(|o| {
        let figure = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
        let from = series.imports.iter().find(|i| i.vintage.id == o.vintage);
        vec![
            text_cell(o.period),
            number_cell(chart::said_beside(&unit, o, &s.rounding_marks())),
            text_cell(match o.over {
                true if o.no_value => "not judged: no usable value",
                true => "",
                false if series.measure.is_over(o.period, context.asked_day()) => "partial when it became known",
                false => "not over",
            }),
            number_cell(figure(o.numerator)),
            number_cell(figure(o.denominator)),
            number_cell(o.vintage),
            text_cell(
                from.map(|i| {
                    format!("{} (known from {})", snapshot.cite_source(&i.vintage.source).label, i.vintage.known_from)
                })
                .unwrap_or_default(),
            ),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() && s.parts.is_empty() {
        print_line("No result has come in.")?;
    } else if !rows.is_empty() {
        output::print_table(&["period", "value", "note", "numerator", "students", "import", "source"], rows)?;
    }
    Ok(())
}
