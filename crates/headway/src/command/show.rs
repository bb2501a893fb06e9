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
use crate::output::{self, cell, line, number};

pub(crate) async fn run(context: &CommandContext, args: &ShowArgs) -> anyhow::Result<CommandAnswer> {
    let (group, grade) = (&args.students.group, &args.students.grade);
    let headway = context.open().await?;
    let (snapshot, series) = headway.series(context.day(), &args.measure, args.place.as_deref(), group, grade).await?;
    match context.format {
        OutputFormat::Json => output::json(&as_json(&series))?,
        OutputFormat::Csv => {
            let titles = ["period", "state", "value", "numerator", "denominator", "vintage", "over", "flags"];
            let figure = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
            let rows = series.observed.iter().map(|o| {
                let value = match o.value.bounds() {
                    Some((lo, hi)) if lo == hi => lo.to_string(),
                    Some((lo, hi)) => format!("{}..{}", finite(lo), finite(hi)),
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
                    o.words(),
                ]
            });
            output::csv(&titles, rows)?;
        }
        OutputFormat::Table => tell(context, &snapshot, &series)?,
    }
    if let Some(file) = &args.chart {
        let charts = chart::of_series("chart", &series.measure, &series);
        anyhow::ensure!(!charts.is_empty(), "{}: there is no result to draw", args.measure);
        for (i, drawn) in charts.iter().enumerate() {
            let file = numbered(file, i);
            chart::write(drawn.as_ref(), &file)?;
            if context.format == OutputFormat::Table {
                line(format_args!("The chart is in {}.", file.display()))?;
            }
        }
    }
    Ok(CommandAnswer::Done)
}

/// Where parts have several units, each has a chart of its own: `chart.svg`, `chart-2.svg`.
fn numbered(file: &Path, i: usize) -> PathBuf {
    let (stem, ending) = (file.file_stem().unwrap_or_default(), file.extension().unwrap_or_default());
    match i {
        0 => file.to_owned(),
        _ => file.with_file_name(format!("{}-{}.{}", stem.to_string_lossy(), i + 1, ending.to_string_lossy())),
    }
}

/// Whether the odds were put to the test, in words.
fn how_sure(odds: TargetOdds) -> String {
    if odds.calibrated { "calibrated by backtest".to_owned() } else { odds.caution() }
}

fn finite(x: f64) -> String {
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

fn tell(context: &CommandContext, snapshot: &Snapshot, series: &SeriesView) -> anyhow::Result<()> {
    let (row, s) = (&series.row, &series.row.standing);
    let unit = MeasureUnit::of_plan(row.measure.unit.as_deref());
    let grade = if row.grade == "all" { String::new() } else { format!(", {}", Grade::name_of(&row.grade)) };
    line(&series.measure.name)?;
    line(format_args!("{}, {}{grade}", row.place.name, StudentGroup::name_of(&row.group)))?;
    line(format_args!("\n{}: {}", s.status.words(), s.sentence()))?;
    line(format_args!("  {}.", row.verdict()))?;
    for note in &s.notes {
        line(format_args!("  {}", note.text))?;
    }
    match row.odds {
        Ok(odds) => {
            let naive =
                odds.naive.map(|c| format!(" (if only the last result stood: {})", headway_analytics::odds::words(c)));
            line(format_args!("  Odds of meeting the target: {}{}.", odds.words(), naive.unwrap_or_default()))?;
            if odds.at_most.is_some() {
                line(format_args!("    {}.", odds.bounds_words()))?;
            }
            if let Some(pace) = s.pace_to_go() {
                line(format_args!("    Pace needed: {} a year.", unit.difference(pace)))?;
            }
            line(format_args!("    {}, version {}; {}.", odds.method, odds.version, how_sure(odds)))?;
        }
        Err(why) => line(format_args!("  No odds: {}.", why.words()))?,
    }
    match row.signal {
        Ok(found) => line(format_args!(
            "  Signal: the latest result is {} ({} from the mean before; false discovery rate {:.2}).",
            found.word.words(),
            unit.difference(found.change),
            found.q
        ))?,
        Err(why) => line(format_args!("  No signal: {}.", why.words()))?,
    }
    if let Some(p) = row.precedent.filter(|p| p.of >= 5) {
        line(format_args!(
            "  Precedent: {} of {} comparable histories kept the pace that is needed for as long.",
            p.kept, p.of
        ))?;
    }
    for (part, judged) in s.parts.iter().zip(&row.parts) {
        let unit = MeasureUnit::of_plan(part.standing.measured_in.as_deref());
        let said = |value| Some(chart::interval(&unit, value)).filter(|text| !text.is_empty());
        line(format_args!(
            "  {}: {} ({}; target {})",
            part.name,
            part.standing.status.words(),
            Some(chart::result(&unit, &part.standing))
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "no result".to_owned()),
            said(part.standing.target).unwrap_or_else(|| "without a figure".to_owned()),
        ))?;
        line(format_args!(
            "    Odds: {}. Signal: {}.",
            judged.odds.map_or_else(|why| format!("none, {}", why.words()), |odds| odds.words()),
            judged.signal.map_or_else(|why| format!("none, {}", why.words()), |found| found.word.words().to_owned()),
        ))?;
    }
    let method = serde_json::to_value(s.method)?;
    line(format_args!(
        "  Method {}, version {}, as of {}.\n",
        method.as_str().unwrap_or_default(),
        s.method_version,
        context.day()
    ))?;
    let rows = series.observed.iter().rev().map(|o| {
        let figure = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
        let from = series.imports.iter().find(|i| i.vintage.id == o.vintage);
        vec![
            cell(o.period),
            number(chart::said_beside(&unit, o, &s.marks())),
            cell(match o.over {
                true if o.no_value => "not judged: no usable value",
                true => "",
                false if series.measure.is_over(o.period, context.day()) => "partial when it became known",
                false => "not over",
            }),
            number(figure(o.numerator)),
            number(figure(o.denominator)),
            number(o.vintage),
            cell(
                from.map(|i| {
                    format!("{} (known from {})", snapshot.cite(&i.vintage.source).label, i.vintage.known_from)
                })
                .unwrap_or_default(),
            ),
        ]
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() && s.parts.is_empty() {
        line("No result has come in.")?;
    } else if !rows.is_empty() {
        output::table(&["period", "value", "note", "numerator", "students", "import", "source"], rows)?;
    }
    Ok(())
}
