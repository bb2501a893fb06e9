//! `measures`: what is counted, in plans and in results.

use headway_delivery::view::MeasureLine;

use crate::CommandAnswer;
use crate::args::OutputFormat;
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

const TITLES: [&str; 13] = [
    "measure",
    "name",
    "agency",
    "plan",
    "edition",
    "current",
    "measured_in",
    "direction",
    "period_kind",
    "first_period",
    "last_period",
    "rows",
    "overdue",
];

pub(crate) async fn run_measures(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let (_, snapshot) = context.load_snapshot().await?;
    let lines = snapshot.measures_list().await?;
    let troubles = snapshot.measure_troubles(None).await?;
    for trouble in &troubles {
        output::print_aside(format_args!("{trouble}."))?;
    }
    match context.format {
        OutputFormat::Json => output::print_json(&lines)?,
        OutputFormat::Csv => output::print_csv(&TITLES, lines.iter().map(csv_row))?,
        OutputFormat::Table if lines.is_empty() => {
            print_line("There is no measure yet: load a plan, or import results.")?
        }
        OutputFormat::Table => print_measures(&lines)?,
    }
    Ok(if troubles.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

fn csv_row(measure: &MeasureLine) -> Vec<String> {
    let json = serde_json::to_value(measure).expect("a line has text keys");
    let text = |title: &&str| match &json[*title] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    TITLES.iter().map(text).collect()
}

fn print_measures(lines: &[MeasureLine]) -> anyhow::Result<()> {
    let promised = |m: &MeasureLine| match (&m.plan, &m.edition) {
        (Some(plan), Some(edition)) if m.current => format!("{plan} {edition}"),
        (Some(plan), Some(edition)) => format!("{plan} {edition}, dropped since"),
        _ => "in no plan".to_owned(),
    };
    let periods = |m: &MeasureLine| match (&m.first_period, &m.last_period) {
        (Some(first), Some(last)) if first == last => first.clone(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no result".to_owned(),
    };
    let rows = lines.iter().map(|m| {
        vec![
            text_cell(&m.measure),
            text_cell(if m.name == m.measure { "" } else { &m.name }),
            text_cell(promised(m)),
            text_cell(periods(m)),
            number_cell(m.rows),
            text_cell(m.overdue.as_deref().unwrap_or_default()),
        ]
    });
    output::print_table(&["measure", "name", "plan", "results", "rows", "overdue"], rows.collect())?;
    print_line("`headway show MEASURE` has one series in full, `headway track --measure MEASURE` every place.")?;
    Ok(())
}
