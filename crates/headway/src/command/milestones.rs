//! `milestones`: the dated steps of the plans in force by state, and statuses of them from a file.

use std::path::Path;

use headway_delivery::model::plan::MilestoneState;
use headway_delivery::view::{MilestoneFilter, MilestoneLine};
use headway_delivery::{LoadOutcome, add_statuses};

use crate::CommandAnswer;
use crate::args::{LoadedPlanArgs, MilestonesArgs, MilestonesCommand, OutputFormat};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, cell, line, number};

const TITLES: [&str; 19] = [
    "agency",
    "plan",
    "edition",
    "program",
    "program_name",
    "owner",
    "owner_name",
    "milestone",
    "name",
    "state",
    "days_late",
    "slipped",
    "planned_start",
    "planned_end",
    "next",
    "status",
    "reported",
    "note",
    "doubt",
];

pub(crate) async fn run(context: &CommandContext, args: &MilestonesArgs) -> anyhow::Result<CommandAnswer> {
    if let Some(MilestonesCommand::Report { file, dry_run, of }) = &args.command {
        return report(context, file, *dry_run, of).await;
    }
    let filter = MilestoneFilter {
        agency: args.agency.clone(),
        strategy: args.strategy.clone(),
        program: args.program.clone(),
        owner: args.owner.clone(),
        state: args.state.as_deref().map(state).transpose()?,
    };
    let (_, snapshot) = context.snapshot().await?;
    let lines = snapshot.milestones(&filter)?;
    match context.format {
        OutputFormat::Json => output::json(&lines)?,
        OutputFormat::Csv => output::csv(&TITLES, lines.iter().map(texts))?,
        OutputFormat::Table if lines.is_empty() => line("No milestone of a plan in force fits.")?,
        OutputFormat::Table => tell(&lines)?,
    }
    Ok(CommandAnswer::Done)
}

fn texts(milestone: &MilestoneLine) -> Vec<String> {
    let json = serde_json::to_value(milestone).expect("a line has text keys");
    let text = |title: &&str| match &json[*title] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    TITLES.iter().map(text).collect()
}

fn tell(lines: &[MilestoneLine]) -> anyhow::Result<()> {
    let of = |state: MilestoneState| lines.iter().filter(|line| line.state == state).count();
    let counts = MilestoneState::ALL.into_iter().map(|state| (state, of(state))).filter(|(_, n)| *n > 0);
    let counts: Vec<String> = counts.map(|(state, n)| format!("{n} {}", state.name())).collect();
    let moved = lines.iter().filter(|line| line.slipped.is_some_and(|days| days > 0)).count();
    let moved = if moved > 0 { format!(" {moved} slipped since an earlier edition.") } else { String::new() };
    let what = if lines.len() == 1 { "milestone" } else { "milestones" };
    line(format_args!("{} {what}: {}.{moved}\n", lines.len(), counts.join(", ")))?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let days = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    let rows = lines.iter().map(|it| {
        let said = it.status.as_ref().map(|status| format!("{status} ({})", day(it.reported))).unwrap_or_default();
        vec![
            cell(it.state.name()),
            cell(&it.milestone),
            cell(&it.name),
            cell(it.owner_name.as_deref().unwrap_or_default()),
            cell(day(it.planned_end)),
            number(days(it.days_late)),
            number(days(it.slipped)),
            cell(day(it.next)),
            cell(said),
        ]
    });
    let titles = ["state", "milestone", "name", "owner", "planned end", "days late", "slipped", "next", "last report"];
    output::table(&titles, rows.collect())?;
    Ok(())
}

/// `late`, `back to not started` or `back-to-not-started`, ...
fn state(text: &str) -> Result<MilestoneState, WrongUse> {
    MilestoneState::of_text(text).ok_or_else(|| {
        let names: Vec<&str> = MilestoneState::ALL.into_iter().map(MilestoneState::name).collect();
        WrongUse(format!("“{text}” is no state of a milestone: {}", names.join("; ")))
    })
}

async fn report(
    context: &CommandContext,
    file: &Path,
    dry_run: bool,
    of: &LoadedPlanArgs,
) -> anyhow::Result<CommandAnswer> {
    let headway = context.open().await?;
    let mut plan = headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), None).await?;
    let told = add_statuses(&mut plan, file, CommandContext::today())?;
    for bad in &told.bad {
        line(format_args!("{}:{}: {}.", file.display(), bad.line, bad.why))?;
    }
    if !told.bad.is_empty() {
        line(format_args!("Nothing was taken: {} of the rows can’t be.", told.bad.len()))?;
        return Ok(CommandAnswer::No);
    }
    for unread in &told.unread {
        line(format_args!("{}:{}: {}.", file.display(), unread.line, unread.why))?;
    }
    let name = format!("{} edition {}", plan.plan.id, plan.plan.edition);
    let reports = |n: usize| if n == 1 { "1 new report".to_owned() } else { format!("{n} new reports") };
    if dry_run {
        line(format_args!("{} for {name}, {} known already; nothing was written.", reports(told.new), told.known))?;
        return Ok(CommandAnswer::Done);
    }
    let loaded = headway.load_plan(&plan, &CommandContext::who()?, CommandContext::now()).await?;
    context.done(format_args!("the reports of {name} are in place"));
    let new = if loaded.outcome == LoadOutcome::Unchanged { 0 } else { told.new };
    line(format_args!("{} for {name}, {} known already.", reports(new), told.known))?;
    Ok(CommandAnswer::Done)
}
