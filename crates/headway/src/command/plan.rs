//! `plan`: check, load, export, diff, list, schema.

use std::path::Path;

use headway_delivery::EditionRow;
use headway_delivery::model::plan::{Change, Finding, Plan, Severity, check, check_on, diff};
use headway_planfile::{Located, Problem, read, schema, write};
use serde_json::json;

use crate::Answer;
use crate::args::{Format, Loaded, PlanCommand};
use crate::context::Context;
use crate::output::{self, cell, line};

pub(crate) async fn run(context: &Context, command: PlanCommand) -> anyhow::Result<Answer> {
    match command {
        PlanCommand::Check { file } => check_file(context, &file),
        PlanCommand::Load { file, revises } => load(context, &file, revises).await,
        PlanCommand::Export { file, of, edition, .. } => {
            let headway = context.open().await?;
            let plan = headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), edition.as_deref()).await?;
            write(&plan, &file)?;
            context.done(format_args!("{} is written", file.display()));
            line(format_args!("Wrote {} edition {} to {}.", plan.plan.id, plan.plan.edition, file.display()))?;
            Ok(Answer::Done)
        }
        PlanCommand::Diff { earlier, later, of } => {
            let earlier = edition(context, &earlier, &of).await?;
            let later = edition(context, &later, &of).await?;
            show_diff(context, &earlier, &later)
        }
        PlanCommand::List => list(context).await,
        PlanCommand::Schema => {
            output::json(&schema())?;
            Ok(Answer::Done)
        }
    }
}

fn check_file(context: &Context, file: &Path) -> anyhow::Result<Answer> {
    let plan = match read(file) {
        // A file that is no plan is an answer too: the check found something.
        Err(headway_planfile::Error::Problems { file, problems }) => return no_plan(context, &file, &problems),
        read => read?,
    };
    tell_renamed(&plan)?;
    let findings = found(context, &plan.value);
    match context.format {
        Format::Json => {
            let place = |place: &str| plan.locate(place);
            let rows: Vec<_> = findings
                .iter()
                .map(|f| json!({ "severity": f.severity, "code": f.code, "place": f.place, "at": place(&f.place), "message": f.message }))
                .collect();
            output::json(&rows)?;
        }
        Format::Csv => {
            let row = |f: &Finding| {
                vec![severity(f.severity).to_owned(), f.code.id(), plan.locate(&f.place), f.message.clone()]
            };
            output::csv(&["severity", "code", "at", "message"], findings.iter().map(row))?;
        }
        Format::Table => {
            for finding in &findings {
                line(plan.describe(finding))?;
            }
            line(summary(&plan, findings.len()))?;
        }
    }
    Ok(if findings.is_empty() { Answer::Done } else { Answer::No })
}

/// Says what to write now for keys that were given by the name that they had before.
fn tell_renamed(plan: &Located<Plan>) -> anyhow::Result<()> {
    Ok(plan.renamed().map_or(Ok(()), output::aside)?)
}

/// What a plan holds against itself, and what it tells of days after the one that is asked for.
fn found(context: &Context, plan: &Plan) -> Vec<Finding> {
    let mut findings = [check(plan), check_on(plan, context.day())].concat();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What a file lacks to be a plan at all.
fn no_plan(context: &Context, file: &str, problems: &[Problem]) -> anyhow::Result<Answer> {
    match context.format {
        Format::Json => {
            let row = |p: &Problem| json!({ "severity": "error", "code": "no-plan", "place": p.place, "at": p.at(file), "message": p.message });
            output::json(&problems.iter().map(row).collect::<Vec<_>>())?;
        }
        Format::Csv => {
            let row = |p: &Problem| vec!["error".to_owned(), "no-plan".to_owned(), p.at(file), p.message.clone()];
            output::csv(&["severity", "code", "at", "message"], problems.iter().map(row))?;
        }
        Format::Table => {
            for problem in problems {
                let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
                line(format_args!("{}: error no-plan: {place}{}", problem.at(file), problem.message))?;
            }
        }
    }
    Ok(Answer::No)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn summary(plan: &Located<Plan>, findings: usize) -> String {
    let p = &plan.value;
    let size =
        format!("{} strategies, {} programs, {} measures", p.strategies.len(), p.programs.len(), p.measures.len());
    match findings {
        0 => format!("{}: {size}; no contradiction found.", plan.file),
        1 => format!("{}: {size}; 1 finding.", plan.file),
        n => format!("{}: {size}; {n} findings.", plan.file),
    }
}

async fn load(context: &Context, file: &Path, revises: bool) -> anyhow::Result<Answer> {
    let plan = read(file)?;
    tell_renamed(&plan)?;
    let findings = found(context, &plan.value);
    // What keeps the plan from being loaded is told here; what does not, `plan check` tells.
    let (errors, warnings): (Vec<_>, Vec<_>) = findings.iter().partition(|it| it.severity == Severity::Error);
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
    let loaded = headway.load_plan(&plan.value, &Context::who()?, Context::now()).await?;
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
    Ok(Answer::Done)
}

/// How many changes are told where an edition would say something else.
const TOLD: usize = 5;

/// The edition is loaded already and says something else: nothing is replaced unasked.
fn not_again(plan: &Plan, changes: &[Change]) -> anyhow::Result<Answer> {
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
    Ok(Answer::No)
}

/// A plan file, or an edition of a loaded plan.
async fn edition(context: &Context, text: &str, of: &Loaded) -> anyhow::Result<Plan> {
    if Path::new(text).is_file() {
        return Ok(read(text)?.value);
    }
    let headway = context.open().await?;
    Ok(headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), Some(text)).await?)
}

fn show_diff(context: &Context, earlier: &Plan, later: &Plan) -> anyhow::Result<Answer> {
    let changes = diff(earlier, later);
    match context.format {
        Format::Json => output::json(&changes)?,
        Format::Csv => output::csv(&["change"], changes.iter().map(|c| vec![c.to_string()]))?,
        Format::Table if changes.is_empty() => line("Nothing changed.")?,
        Format::Table => {
            for change in &changes {
                line(change)?;
            }
        }
    }
    Ok(Answer::Done)
}

async fn list(context: &Context) -> anyhow::Result<Answer> {
    let editions = context.open().await?.editions().await?;
    let titles = ["agency", "plan", "edition", "items", "loaded at", "by"];
    let texts = |e: &EditionRow, at: String| {
        [e.agency.clone(), e.plan.clone(), e.edition.clone(), e.items.to_string(), at, e.loaded_by.clone()]
    };
    match context.format {
        Format::Json => {
            let row = |e: &EditionRow| {
                json!({
                    "agency": e.agency, "plan": e.plan, "edition": e.edition, "items": e.items,
                    "loaded_at": e.loaded_at, "loaded_by": e.loaded_by,
                })
            };
            output::json(&editions.iter().map(row).collect::<Vec<_>>())?;
        }
        Format::Csv => output::csv(&titles, editions.iter().map(|e| texts(e, e.loaded_at.to_string()).to_vec()))?,
        Format::Table if editions.is_empty() => line("No plan is loaded: `headway plan load FILE` loads one.")?,
        Format::Table => {
            let row = |e: &EditionRow| texts(e, output::moment(e.loaded_at)).into_iter().map(cell).collect();
            output::table(&titles, editions.iter().map(row).collect())?;
        }
    }
    Ok(Answer::Done)
}
