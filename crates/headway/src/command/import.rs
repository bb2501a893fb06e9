//! `import`: observations from result files.

use std::io::IsTerminal;

use anyhow::Context as _;
use headway_delivery::intake::{
    self, ChangedFigure, DoubtAnswer as Yes, ImportDoubt, ImportOutcome, ImportRequest, MeasureChanges, PlaceChanges,
    PlaceRevision, ProgressCallback, WithheldReason,
};
use headway_delivery::model::Value;
use indicatif::{ProgressBar, ProgressStyle};

use crate::CommandAnswer;
use crate::args::{ImportArgs, OutputFormat};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, print_line};

pub(crate) async fn run_import(context: &CommandContext, args: &ImportArgs) -> anyhow::Result<CommandAnswer> {
    if args.guess {
        return guess_profile(&args.files);
    }
    let Some(profile) = &args.profile else {
        let text = "say with --profile how the file is to be read, or let --guess write a profile to review";
        return Err(WrongUse(text.to_owned()).into());
    };
    let text = headway_files::small::read_text(profile).with_context(|| profile.display().to_string())?;
    let request = ImportRequest {
        files: args.files.clone(),
        profile: text,
        profile_name: profile.display().to_string(),
        known_from: args.known_from.unwrap_or_else(CommandContext::today),
        known_from_said: args.known_from.is_some(),
        today: CommandContext::today(),
        source: args.source.clone(),
        provisional: args.provisional,
        dry_run: args.dry_run,
        revises: args.revises,
        replaces: args.replaces,
        all_or_nothing: args.all_or_nothing,
    };
    let headway = context.open_workspace().await?;
    let outcome =
        headway.import_files(&request, &CommandContext::current_user()?, CommandContext::now(), progress_bar()).await?;
    if let Some(number) = outcome.import {
        context.note_done(format_args!("import {number} is in place"));
    }
    match context.format {
        OutputFormat::Json => output::print_json(&outcome)?,
        OutputFormat::Csv | OutputFormat::Table => print_outcome(&outcome)?,
    }
    // A dry run answers as the import would.
    let no = outcome.nothing || outcome.withheld.is_some() || outcome.has_refusals();
    Ok(if no { CommandAnswer::No } else { CommandAnswer::Done })
}

fn guess_profile(files: &[std::path::PathBuf]) -> anyhow::Result<CommandAnswer> {
    let profile = headway_delivery::intake::guess_profile(files)?;
    print_line(profile.trim_end())?;
    Ok(CommandAnswer::Done)
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar() -> ProgressCallback {
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

/// How many changed figures of a measure are shown, and how many lines of one kind of doubt.
const SHOWN: usize = 5;

fn print_outcome(outcome: &ImportOutcome) -> anyhow::Result<()> {
    if let Some(already) = outcome.already {
        let done = if outcome.dry_run { "what they hold is told again" } else { "nothing was changed" };
        print_line(format_args!(
            "These files are loaded already as import {already}, read by the same profile: {done}."
        ))?;
    }
    if let Some(report) = &outcome.report {
        print_line(report.to_string().trim_end())?;
    }
    outcome.measures.iter().try_for_each(tell_changes)?;
    let (new, changed, same) = outcome.places;
    if new + changed + same > 0 {
        print_line(format_args!("places: {new} new, {changed} changed, {same} as they were"))?;
    }
    tell_places("other names", &outcome.renamed)?;
    tell_places("belong elsewhere", &outcome.moved)?;
    tell_places("another level", &outcome.releveled)?;
    for text in intake::sums_in_words(&outcome.sums) {
        print_line(format_args!("sums     {text}"))?;
    }
    tell_doubts(&outcome.doubts)?;
    Ok(tell_end(outcome)?)
}

fn tell_changes(m: &MeasureChanges) -> anyhow::Result<()> {
    let mut text = format!("{}: {} figures added, {} changed, {} the same", m.measure, m.added, m.changed, m.same);
    if m.gone > 0 {
        text += &format!(", {} not in this file (the earlier figures stay)", m.gone);
    }
    if m.withdrawn > 0 {
        text += &format!(", {} withdrawn", m.withdrawn);
    }
    print_line(text)?;
    let (changed, gone): (Vec<_>, Vec<_>) = m.examples.iter().partition(|change| change.after.is_some());
    for change in changed.into_iter().take(SHOWN).chain(gone.into_iter().take(1)) {
        let (before, after) = match change.after {
            Some(after) => told_apart(change.before, after),
            None => (shown_value(change.before), "not in this file, stays".to_owned()),
        };
        let ChangedFigure { place, group, period_name, .. } = change;
        print_line(format_args!("  {place} {group} {period_name}: {before} -> {after}"))?;
    }
    Ok(())
}

/// Places of which something else is said than was known: how many, and the first of them.
fn tell_places(what: &str, changes: &PlaceChanges) -> anyhow::Result<()> {
    if changes.count == 0 {
        return Ok(());
    }
    let text = |c: &PlaceRevision| {
        let from = c.from.map_or(String::new(), |day| format!(" from {day}"));
        format!("{} {} > {}{from}", c.place, c.before, c.after)
    };
    let first: Vec<String> = changes.examples.iter().take(3).map(text).collect();
    let more = if changes.count > first.len() { ", ..." } else { "" };
    Ok(print_line(format_args!("  {what} ({}): {}{more}", changes.count, first.join("; ")))?)
}

fn tell_doubts(doubts: &[ImportDoubt]) -> anyhow::Result<()> {
    for of_kind in doubts.chunk_by(|a, b| a.kind == b.kind) {
        for doubt in of_kind.iter().take(SHOWN) {
            print_line(format_args!("doubt    {doubt}"))?;
        }
        if of_kind.len() > SHOWN {
            print_line(format_args!("         and {} more like it: --format json lists them", of_kind.len() - SHOWN))?;
        }
    }
    Ok(())
}

fn tell_end(outcome: &ImportOutcome) -> std::io::Result<()> {
    let written = if outcome.dry_run { "Dry run: nothing would be written" } else { "Nothing was written" };
    match (outcome.import, outcome.withheld) {
        (Some(number), _) => {
            let place =
                outcome.replaces.map(|old| format!(", and takes the place of import {old}")).unwrap_or_default();
            let less = if outcome.has_refusals() { " without what was refused (see above)" } else { "" };
            print_line(format_args!(
                "Import {number} is in place{less}{place}. `headway imports undo {number}` takes it back."
            ))
        }
        (None, Some(WithheldReason::Doubt)) => {
            let options = outcome.doubts.iter().filter_map(|doubt| doubt.until).map(Yes::option_name);
            let mut options: Vec<&str> = options.collect();
            options.dedup();
            print_line(format_args!("{written}: the doubts above wait for {}.", options.join(" and ")))
        }
        (None, Some(WithheldReason::Contradiction)) => print_line(format_args!(
            "{written}: the rows contradict each other in most of what they have in common (see above)."
        )),
        (None, Some(WithheldReason::Refusals)) => {
            print_line(format_args!("{written}: something was refused, and --all-or-nothing was given."))
        }
        (None, None) if outcome.nothing && outcome.dry_run => {
            print_line("Dry run: nothing could be accepted, and nothing was written.")
        }
        (None, None) if outcome.dry_run => print_line("Dry run: nothing was written."),
        (None, None) if outcome.nothing => print_line("Nothing could be accepted: nothing was written."),
        (None, None) => Ok(()), // loaded already
    }
}

fn shown_value(value: Value) -> String {
    headway_delivery::chart::MeasureUnit::Score.published_text(value)
}

/// Two values that differ, with so many digits that they are seen to; where the values are one and the same, what was counted
/// or marked changed.
fn told_apart(before: Value, after: Value) -> (String, String) {
    let (old, new) = (shown_value(before), shown_value(after));
    if old != new {
        return (old, new);
    }
    if before == after {
        return (old, format!("{new}, with other counts or marks"));
    }
    let both = |digits: usize| (with_digits(before, digits), with_digits(after, digits));
    (2..=9).map(both).find(|(a, b)| a != b).unwrap_or((old, format!("{new}, which differs after the ninth decimal")))
}

fn with_digits(value: Value, digits: usize) -> String {
    match value {
        Value::Exact { value } => format!("{value:.digits$}"),
        Value::Range { lo, hi } => format!("{lo:.digits$}\u{2013}{hi:.digits$}"),
        Value::AtLeast { lo } => format!("{lo:.digits$} or more"),
        Value::AtMost { hi } => format!("{hi:.digits$} or less"),
        other => shown_value(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen() {
        let exact = |value| Value::Exact { value };
        let check = |a, b, want: (&str, &str)| assert_eq!(told_apart(a, b), (want.0.to_owned(), want.1.to_owned()));
        check(exact(66.7), exact(70.0), ("66.7", "70.0"));
        check(exact(66.7), exact(66.66), ("66.70", "66.66"));
        check(exact(66.666_666), exact(66.666_667), ("66.666666", "66.666667"));
        let range = |lo, hi| Value::Range { lo, hi };
        check(range(66.66, 70.0), range(66.7, 70.0), ("66.66\u{2013}70.00", "66.70\u{2013}70.00"));
        check(exact(66.7), exact(66.7), ("66.7", "66.7, with other counts or marks"));
    }
}
