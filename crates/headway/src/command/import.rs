//! `import`: observations from result files.

use std::io::IsTerminal;

use anyhow::Context as _;
use headway_delivery::intake::{Outcome, Progress, Request};
use indicatif::{ProgressBar, ProgressStyle};

use crate::Answer;
use crate::args::{Format, Import};
use crate::context::{Context, WrongUse};
use crate::output::{self, line};

pub(crate) async fn run(context: &Context, args: &Import) -> anyhow::Result<Answer> {
    if args.guess {
        return guess(&args.files);
    }
    let Some(profile) = &args.profile else {
        let text = "say with --profile how the file is to be read, or let --guess write a profile to review";
        return Err(WrongUse(text.to_owned()).into());
    };
    let text = std::fs::read_to_string(profile).with_context(|| profile.display().to_string())?;
    let request = Request {
        files: args.files.clone(),
        profile: text,
        profile_name: profile.display().to_string(),
        known_from: args.known_from.unwrap_or_else(Context::today),
        source: args.source.clone(),
        provisional: args.provisional,
        dry_run: args.dry_run,
    };
    let headway = context.open().await?;
    let outcome = headway.import(&request, &Context::who()?, Context::now(), bar()).await?;
    match context.format {
        Format::Json => output::json(&outcome)?,
        Format::Csv | Format::Table => tell(&outcome)?,
    }
    // A dry run answers as the import would.
    Ok(if outcome.nothing || outcome.has_refusals() { Answer::No } else { Answer::Done })
}

fn guess(files: &[std::path::PathBuf]) -> anyhow::Result<Answer> {
    for file in files {
        let profile = headway_delivery::intake::guess(file)?;
        line(profile.trim_end())?;
    }
    Ok(Answer::Done)
}

/// A bar on a terminal, nothing elsewhere.
fn bar() -> Progress {
    if !std::io::stderr().is_terminal() {
        return Box::new(|_, _| {});
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes} of {total_bytes}, {eta} left")
        .expect("the template is one that indicatif knows");
    let bar = ProgressBar::new(0).with_style(style);
    Box::new(move |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
        }
    })
}

fn tell(outcome: &Outcome) -> anyhow::Result<()> {
    if let Some(already) = outcome.already {
        line(format_args!(
            "These files are loaded already as import {already}, read by the same profile: nothing was changed."
        ))?;
        return Ok(());
    }
    if let Some(report) = &outcome.report {
        line(report.to_string().trim_end())?;
    }
    for m in &outcome.measures {
        line(format_args!(
            "{}: {} figures added, {} changed, {} the same, {} no longer present",
            m.measure, m.added, m.changed, m.same, m.gone
        ))?;
        for change in &m.examples {
            let after = change.after.map_or_else(|| "no longer there".to_owned(), shown);
            line(format_args!(
                "  {} {} {}: {} -> {after}",
                change.unit,
                change.group,
                change.period,
                shown(change.before)
            ))?;
        }
    }
    let (new, changed, same) = outcome.places;
    if new + changed + same > 0 {
        line(format_args!("places: {new} new, {changed} changed, {same} as they were"))?;
    }
    match (outcome.import, outcome.dry_run) {
        (Some(number), _) => {
            line(format_args!("Import {number} is in place. `headway imports undo {number}` takes it back."))?
        }
        (None, true) if outcome.nothing => line("Dry run: nothing could be accepted, and nothing was written.")?,
        (None, true) => line("Dry run: nothing was written.")?,
        (None, false) => line("Nothing could be accepted: nothing was written.")?,
    }
    Ok(())
}

fn shown(value: headway_delivery::model::Value) -> String {
    headway_delivery::chart::Unit::Score.published(value)
}
