//! `scorecard`: every series of a measure into one file.

use std::path::Path;

use serde_json::json;

use crate::CommandAnswer;
use crate::args::OutputFormat;
use crate::context::CommandContext;
use crate::output::{self, print_line};

pub(crate) async fn run_scorecard(
    context: &CommandContext,
    measure: &str,
    file: &Path,
) -> anyhow::Result<CommandAnswer> {
    let (_, snapshot) = context.load_snapshot().await?;
    let totals = snapshot.write_scorecard(measure, file).await?;
    context.note_done(format_args!("{} is written", file.display()));
    let (series, on_track, signals, odds) = (totals.series, totals.on_track, totals.signals, totals.chances);
    match context.format {
        OutputFormat::Json => output::print_json(&json!({
            "measure": measure, "file": file, "series": series, "on_track": on_track, "signals": signals, "odds": odds,
        }))?,
        OutputFormat::Csv => output::print_csv(
            &["measure", "file", "series", "on_track", "signals", "odds"],
            std::iter::once(vec![
                measure.to_owned(),
                file.display().to_string(),
                series.to_string(),
                on_track.to_string(),
                signals.to_string(),
                odds.to_string(),
            ]),
        )?,
        OutputFormat::Table => print_line(format_args!(
            "{}: {series} series, {on_track} on track or better, {signals} with a signal, {odds} with odds.",
            file.display()
        ))?,
    }
    Ok(CommandAnswer::Done)
}
