//! `milestones`: the dated steps of the plans in force by state, and statuses of them from a file.

use std::path::Path;

use headway_delivery::model::plan::MilestoneState;
use headway_delivery::view::{MilestoneFilter, MilestoneLine};
use headway_delivery::{LoadOutcome, add_statuses};

use crate::CommandAnswer;
use crate::args::{LoadedPlanArgs, MilestonesArgs, MilestonesCommand, OutputFormat};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, number_cell, print_line, text_cell};

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

pub(crate) async fn run_milestones(context: &CommandContext, args: &MilestonesArgs) -> anyhow::Result<CommandAnswer> {
    if let Some(MilestonesCommand::Report { file, dry_run, of }) = &args.command {
        return report_statuses(context, file, *dry_run, of).await;
    }
    let filter = MilestoneFilter {
        agency: args.agency.clone(),
        strategy: args.strategy.clone(),
        program: args.program.clone(),
        owner: args.owner.clone(),
        state: args.state.as_deref().map(parse_state).transpose()?,
    };
    let (_, snapshot) = context.load_snapshot().await?;
    let lines = snapshot.milestone_lines(&filter)?;
    match context.format {
        OutputFormat::Json => output::print_json(&lines)?,
        OutputFormat::Csv => output::print_csv(&TITLES, lines.iter().map(csv_row))?,
        OutputFormat::Table if lines.is_empty() => print_line("No milestone of a plan in force fits.")?,
        OutputFormat::Table => print_milestones(&lines)?,
    }
    Ok(CommandAnswer::Done)
}

fn csv_row(milestone: &MilestoneLine) -> Vec<String> {
    let json = serde_json::to_value(milestone).expect("a line has text keys");
    let text = |title: &&str| match &json[*title] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    TITLES.iter().map(text).collect()
}

fn print_milestones(lines: &[MilestoneLine]) -> anyhow::Result<()> {
    let of = |state: MilestoneState| lines.iter().filter(|line| line.state == state).count();
    let counts = MilestoneState::ALL.into_iter().map(|state| (state, of(state))).filter(|(_, n)| *n > 0);
    let counts: Vec<String> = counts.map(|(state, n)| format!("{n} {}", state.name())).collect();
    let moved = lines.iter().filter(|line| line.slipped.is_some_and(|days| days > 0)).count();
    let moved = if moved > 0 { format!(" {moved} slipped since an earlier edition.") } else { String::new() };
    let what = if lines.len() == 1 { "milestone" } else { "milestones" };
    print_line(format_args!("{} {what}: {}.{moved}\n", lines.len(), counts.join(", ")))?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let days = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
    let rows = lines.iter().map(|it| {
        let said = it.status.as_ref().map(|status| format!("{status} ({})", day(it.reported))).unwrap_or_default();
        vec![
            text_cell(it.state.name()),
            text_cell(&it.milestone),
            text_cell(&it.name),
            text_cell(it.owner_name.as_deref().unwrap_or_default()),
            text_cell(day(it.planned_end)),
            number_cell(days(it.days_late)),
            number_cell(days(it.slipped)),
            text_cell(day(it.next)),
            text_cell(said),
        ]
    });
    let titles = ["state", "milestone", "name", "owner", "planned end", "days late", "slipped", "next", "last report"];
    output::print_table(&titles, rows.collect())?;
    Ok(())
}

/// `late`, `back to not started` or `back-to-not-started`, ...
fn parse_state(text: &str) -> Result<MilestoneState, WrongUse> {
    MilestoneState::of_text(text).ok_or_else(|| {
        let names: Vec<&str> = MilestoneState::ALL.into_iter().map(MilestoneState::name).collect();
        WrongUse(format!("“{text}” is no state of a milestone: {}", names.join("; ")))
    })
}

async fn report_statuses(
    context: &CommandContext,
    file: &Path,
    dry_run: bool,
    of: &LoadedPlanArgs,
) -> anyhow::Result<CommandAnswer> {
    let headway = context.open_workspace().await?;
    let mut plan = headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), None).await?;
    let told = add_statuses(&mut plan, file, CommandContext::today())?;
    for bad in &told.bad {
        print_line(format_args!("{}:{}: {}.", file.display(), bad.line, bad.why))?;
    }
    if !told.bad.is_empty() {
        print_line(format_args!("Nothing was taken: {} of the rows can’t be.", told.bad.len()))?;
        return Ok(CommandAnswer::No);
    }
    for unread in &told.unread {
        print_line(format_args!("{}:{}: {}.", file.display(), unread.line, unread.why))?;
    }
    let name = format!("{} edition {}", plan.plan.id, plan.plan.edition);
    let reports = |n: usize| if n == 1 { "1 new report".to_owned() } else { format!("{n} new reports") };
    if dry_run {
        print_line(format_args!(
            "{} for {name}, {} known already; nothing was written.",
            reports(told.new),
            told.known
        ))?;
        return Ok(CommandAnswer::Done);
    }
    let loaded = headway.load_plan(&plan, &CommandContext::current_user()?, CommandContext::now()).await?;
    context.note_done(format_args!("the reports of {name} are in place"));
    let new = if loaded.outcome == LoadOutcome::Unchanged { 0 } else { told.new };
    print_line(format_args!("{} for {name}, {} known already.", reports(new), told.known))?;
    Ok(CommandAnswer::Done)
}
