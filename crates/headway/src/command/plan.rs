//! `plan`: check, load, export, diff, list, schema.

use std::path::Path;

use headway_delivery::EditionRow;
use headway_delivery::model::plan::{FindingSeverity, Plan, PlanChange, PlanFinding, check, check_on, diff};
use headway_planfile::{FileProblem, LocatedValue, read, schema, write};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{LoadedPlanArgs, OutputFormat, PlanCommand};
use crate::context::CommandContext;
use crate::output::{self, cell, line};

pub(crate) async fn run(context: &CommandContext, command: PlanCommand) -> anyhow::Result<CommandAnswer> {
    match command {
        PlanCommand::Check { file } => check_file(context, &file),
        PlanCommand::Load { file, revises } => load(context, &file, revises).await,
        PlanCommand::Export { file, of, edition, .. } => {
            let headway = context.open().await?;
            let plan = headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), edition.as_deref()).await?;
            write(&plan, &file)?;
            context.done(format_args!("{} is written", file.display()));
            line(format_args!("Wrote {} edition {} to {}.", plan.plan.id, plan.plan.edition, file.display()))?;
            Ok(CommandAnswer::Done)
        }
        PlanCommand::Diff { earlier, later, of } => {
            let earlier = edition(context, &earlier, &of).await?;
            let later = edition(context, &later, &of).await?;
            show_diff(context, &earlier, &later)
        }
        PlanCommand::List => list(context).await,
        PlanCommand::Schema => {
            output::json(&schema())?;
            Ok(CommandAnswer::Done)
        }
    }
}

fn check_file(context: &CommandContext, file: &Path) -> anyhow::Result<CommandAnswer> {
    let plan = match read(file) {
        // A file that is no plan is an answer too: the check found something.
        Err(headway_planfile::Error::Problems { file, problems }) => return no_plan(context, &file, &problems),
        read => read?,
    };
    tell_renamed(&plan)?;
    let findings = found(context, &plan.value);
    match context.format {
        OutputFormat::Json => {
            let place = |place: &str| plan.locate(place);
            let rows: Vec<_> = findings
                .iter()
                .map(|f| json!({ "severity": f.severity, "code": f.code, "place": f.place, "at": place(&f.place), "message": f.message }))
                .collect();
            output::json(&rows)?;
        }
        OutputFormat::Csv => {
            let row = |f: &PlanFinding| {
                vec![severity(f.severity).to_owned(), f.code.id(), plan.locate(&f.place), f.message.clone()]
            };
            output::csv(&["severity", "code", "at", "message"], findings.iter().map(row))?;
        }
        OutputFormat::Table => {
            for finding in &findings {
                line(plan.describe(finding))?;
            }
            line(summary(&plan, findings.len()))?;
        }
    }
    Ok(if findings.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

/// Says what to write now for keys that were given by the name that they had before.
fn tell_renamed(plan: &LocatedValue<Plan>) -> anyhow::Result<()> {
    Ok(plan.renamed().map_or(Ok(()), output::aside)?)
}

/// What a plan holds against itself, and what it tells of days after the one that is asked for.
fn found(context: &CommandContext, plan: &Plan) -> Vec<PlanFinding> {
    let mut findings = [check(plan), check_on(plan, context.day())].concat();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What a file lacks to be a plan at all.
fn no_plan(context: &CommandContext, file: &str, problems: &[FileProblem]) -> anyhow::Result<CommandAnswer> {
    match context.format {
        OutputFormat::Json => {
            let row = |p: &FileProblem| json!({ "severity": "error", "code": "no-plan", "place": p.place, "at": p.at(file), "message": p.message });
            output::json(&problems.iter().map(row).collect::<Vec<_>>())?;
        }
        OutputFormat::Csv => {
            let row = |p: &FileProblem| vec!["error".to_owned(), "no-plan".to_owned(), p.at(file), p.message.clone()];
            output::csv(&["severity", "code", "at", "message"], problems.iter().map(row))?;
        }
        OutputFormat::Table => {
            for problem in problems {
                let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
                line(format_args!("{}: error no-plan: {place}{}", problem.at(file), problem.message))?;
            }
        }
    }
    Ok(CommandAnswer::No)
}

fn severity(severity: FindingSeverity) -> &'static str {
    match severity {
        FindingSeverity::Error => "error",
        FindingSeverity::Warning => "warning",
    }
}

fn summary(plan: &LocatedValue<Plan>, findings: usize) -> String {
    let p = &plan.value;
    let size =
        format!("{} strategies, {} programs, {} measures", p.strategies.len(), p.programs.len(), p.measures.len());
    match findings {
        0 => format!("{}: {size}; no contradiction found.", plan.file),
        1 => format!("{}: {size}; 1 finding.", plan.file),
        n => format!("{}: {size}; {n} findings.", plan.file),
    }
}

async fn load(context: &CommandContext, file: &Path, revises: bool) -> anyhow::Result<CommandAnswer> {
    let plan = read(file)?;
    tell_renamed(&plan)?;
    let findings = found(context, &plan.value);
    // What keeps the plan from being loaded is told here; what does not, `plan check` tells.
    let (errors, warnings): (Vec<_>, Vec<_>) = findings.iter().partition(|it| it.severity == FindingSeverity::Error);
    for finding in errors {
        line(plan.describe(finding))?;
    }
    if !warnings.is_empty() {
        let what = if warnings.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", warnings.len()) };
        output::aside(format_args!("{what} to look at: `headway plan check {}` lists them.", file.display()))?;
    }
    let headway = context.open().await?;
    if let Some(changes) = headway.rewrites(&plan.value).await?.filter(|_| !revises) {
        return not_again(&plan.value, &changes);
    }
    let loaded = headway.load_plan(&plan.value, &CommandContext::who()?, CommandContext::now()).await?;
    let name = format!("{} edition {}", plan.value.plan.id, plan.value.plan.edition);
    context.done(format_args!("{name} is loaded"));
    use headway_delivery::LoadOutcome::{Added, Replaced, Unchanged};
    line(match loaded.outcome {
        Added => format!("Loaded {name}: {} items.", loaded.added),
        Replaced => format!(
            "Replaced {name}: {} items added, {} changed, {} removed, {} as they were.",
            loaded.added, loaded.changed, loaded.removed, loaded.same
        ),
        Unchanged => format!("{name} is loaded already, and the same: nothing was changed."),
    })?;
    let lost = headway.lost_reports(&plan.value).await?;
    if let Some(first) = lost.first() {
        let rest = if lost.len() > 1 { format!(" and {} other milestones", lost.len() - 1) } else { String::new() };
        output::aside(format_args!(
            "Reports of {first}{rest} are in the edition before and not in this file, so they no longer count. \
             `headway plan export` writes them; `headway milestones report` adds them again."
        ))?;
    }
    for told in headway.period_disagreements(&plan.value).await? {
        output::aside(format_args!("Periods differ: {told}."))?;
    }
    for told in headway.scale_disagreements(&plan.value).await? {
        output::aside(format_args!("Scales differ: {told}."))?;
    }
    Ok(CommandAnswer::Done)
}

/// How many changes are told where an edition would say something else.
const TOLD: usize = 5;

/// The edition is loaded already and says something else: nothing is replaced unasked.
fn not_again(plan: &Plan, changes: &[PlanChange]) -> anyhow::Result<CommandAnswer> {
    line(format_args!(
        "Not loaded: edition {} of {} is loaded already and says something else.",
        plan.plan.edition, plan.plan.id
    ))?;
    for change in changes.iter().take(TOLD) {
        line(format_args!("  {change}"))?;
    }
    if changes.len() > TOLD {
        line(format_args!("  and {} more changes.", changes.len() - TOLD))?;
    }
    line("With --revises it takes the loaded one’s place; a new edition has a date of its own (plan.edition).")?;
    Ok(CommandAnswer::No)
}

/// A plan file, or an edition of a loaded plan.
async fn edition(context: &CommandContext, text: &str, of: &LoadedPlanArgs) -> anyhow::Result<Plan> {
    if Path::new(text).is_file() {
        return Ok(read(text)?.value);
    }
    let headway = context.open().await?;
    Ok(headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), Some(text)).await?)
}

fn show_diff(context: &CommandContext, earlier: &Plan, later: &Plan) -> anyhow::Result<CommandAnswer> {
    let changes = diff(earlier, later);
    match context.format {
        OutputFormat::Json => output::json(&changes)?,
        OutputFormat::Csv => output::csv(&["change"], changes.iter().map(|c| vec![c.to_string()]))?,
        OutputFormat::Table if changes.is_empty() => line("Nothing changed.")?,
        OutputFormat::Table => {
            for change in &changes {
                line(change)?;
            }
        }
    }
    Ok(CommandAnswer::Done)
}

async fn list(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let editions = context.open().await?.editions().await?;
    let titles = ["agency", "plan", "edition", "items", "loaded at", "by"];
    let texts = |e: &EditionRow, at: String| {
        [e.agency.to_string(), e.plan.to_string(), e.edition.clone(), e.items.to_string(), at, e.loaded_by.clone()]
    };
    match context.format {
        OutputFormat::Json => {
            let row = |e: &EditionRow| {
                json!({
                    "agency": e.agency, "plan": e.plan, "edition": e.edition, "items": e.items,
                    "loaded_at": e.loaded_at, "loaded_by": e.loaded_by,
                })
            };
            output::json(&editions.iter().map(row).collect::<Vec<_>>())?;
        }
        OutputFormat::Csv => output::csv(&titles, editions.iter().map(|e| texts(e, e.loaded_at.to_string()).to_vec()))?,
        OutputFormat::Table if editions.is_empty() => line("No plan is loaded: `headway plan load FILE` loads one.")?,
        OutputFormat::Table => {
            let row = |e: &EditionRow| texts(e, output::moment(e.loaded_at)).into_iter().map(cell).collect();
            output::table(&titles, editions.iter().map(row).collect())?;
        }
    }
    Ok(CommandAnswer::Done)
}
