//! `plan`: check, load, export, diff, list, schema.

use std::path::Path;

use headway_delivery::EditionRow;
use headway_delivery::model::plan::{FindingSeverity, Plan, PlanChange, PlanFinding, check_on, check_plan, diff_plans};
use headway_planfile::{FileProblem, LocatedValue, plan_schema, read_plan, write_plan};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{LoadedPlanArgs, OutputFormat, PlanCommand};
use crate::context::CommandContext;
use crate::output::{self, print_line, text_cell};

pub(crate) async fn run_plan(context: &CommandContext, command: PlanCommand) -> anyhow::Result<CommandAnswer> {
    match command {
        PlanCommand::Check { file } => check_file(context, &file),
        PlanCommand::Load { file, revises } => load_file(context, &file, revises).await,
        PlanCommand::Export { file, of, edition, .. } => {
            let headway = context.open_workspace().await?;
            let plan = headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), edition.as_deref()).await?;
            write_plan(&plan, &file)?;
            context.note_done(format_args!("{} is written", file.display()));
            print_line(format_args!("Wrote {} edition {} to {}.", plan.plan.id, plan.plan.edition, file.display()))?;
            Ok(CommandAnswer::Done)
        }
        PlanCommand::Diff { earlier, later, of } => {
            let earlier = read_edition(context, &earlier, &of).await?;
            let later = read_edition(context, &later, &of).await?;
            show_diff(context, &earlier, &later)
        }
        PlanCommand::List => list_editions(context).await,
        PlanCommand::Schema => {
            output::print_json(&plan_schema())?;
            Ok(CommandAnswer::Done)
        }
    }
}

fn check_file(context: &CommandContext, file: &Path) -> anyhow::Result<CommandAnswer> {
    let plan = match read_plan(file) {
        // A file that is no plan is an answer too: the check found something.
        Err(headway_planfile::Error::Problems { file, problems }) => return no_plan(context, &file, &problems),
        read => read?,
    };
    tell_renamed(&plan)?;
    let findings = all_findings(context, &plan.value);
    match context.format {
        OutputFormat::Json => {
            let place = |place: &str| plan.locate_in_file(place);
            let rows: Vec<_> = findings
                .iter()
                .map(|f| json!({ "severity": f.severity, "code": f.code, "place": f.place, "at": place(&f.place), "message": f.message }))
                .collect();
            output::print_json(&rows)?;
        }
        OutputFormat::Csv => {
            let row = |f: &PlanFinding| {
                vec![
                    severity_name(f.severity).to_owned(),
                    f.code.id(),
                    plan.locate_in_file(&f.place),
                    f.message.clone(),
                ]
            };
            output::print_csv(&["severity", "code", "at", "message"], findings.iter().map(row))?;
        }
        OutputFormat::Table => {
            for finding in &findings {
                print_line(plan.describe_finding(finding))?;
            }
            print_line(check_summary(&plan, findings.len()))?;
        }
    }
    Ok(if findings.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

/// Says what to write now for keys that were given by the name that they had before.
fn tell_renamed(plan: &LocatedValue<Plan>) -> anyhow::Result<()> {
    Ok(plan.renamed_note().map_or(Ok(()), output::print_aside)?)
}

/// What a plan holds against itself, and what it tells of days after the one that is asked for.
fn all_findings(context: &CommandContext, plan: &Plan) -> Vec<PlanFinding> {
    let mut findings = [check_plan(plan), check_on(plan, context.asked_day())].concat();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What a file lacks to be a plan at all.
fn no_plan(context: &CommandContext, file: &str, problems: &[FileProblem]) -> anyhow::Result<CommandAnswer> {
    match context.format {
        OutputFormat::Json => {
            let row = |p: &FileProblem| json!({ "severity": "error", "code": "no-plan", "place": p.place, "at": p.position_text(file), "message": p.message });
            output::print_json(&problems.iter().map(row).collect::<Vec<_>>())?;
        }
        OutputFormat::Csv => {
            let row = |p: &FileProblem| {
                vec!["error".to_owned(), "no-plan".to_owned(), p.position_text(file), p.message.clone()]
            };
            output::print_csv(&["severity", "code", "at", "message"], problems.iter().map(row))?;
        }
        OutputFormat::Table => {
            for problem in problems {
                let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
                print_line(format_args!("{}: error no-plan: {place}{}", problem.position_text(file), problem.message))?;
            }
        }
    }
    Ok(CommandAnswer::No)
}

fn severity_name(severity: FindingSeverity) -> &'static str {
    match severity {
        FindingSeverity::Error => "error",
        FindingSeverity::Warning => "warning",
    }
}

fn check_summary(plan: &LocatedValue<Plan>, findings: usize) -> String {
    let p = &plan.value;
    let size =
        format!("{} strategies, {} programs, {} measures", p.strategies.len(), p.programs.len(), p.measures.len());
    match findings {
        0 => format!("{}: {size}; no contradiction found.", plan.file),
        1 => format!("{}: {size}; 1 finding.", plan.file),
        n => format!("{}: {size}; {n} findings.", plan.file),
    }
}

async fn load_file(context: &CommandContext, file: &Path, revises: bool) -> anyhow::Result<CommandAnswer> {
    let plan = read_plan(file)?;
    tell_renamed(&plan)?;
    let findings = all_findings(context, &plan.value);
    // What keeps the plan from being loaded is told here; what does not, `plan check` tells.
    let (errors, warnings): (Vec<_>, Vec<_>) = findings.iter().partition(|it| it.severity == FindingSeverity::Error);
    for finding in errors {
        print_line(plan.describe_finding(finding))?;
    }
    if !warnings.is_empty() {
        let what = if warnings.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", warnings.len()) };
        output::print_aside(format_args!("{what} to look at: `headway plan check {}` lists them.", file.display()))?;
    }
    let headway = context.open_workspace().await?;
    if let Some(changes) = headway.edition_changes(&plan.value).await?.filter(|_| !revises) {
        return not_again(&plan.value, &changes);
    }
    let loaded = headway.load_plan(&plan.value, &CommandContext::current_user()?, CommandContext::now()).await?;
    let name = format!("{} edition {}", plan.value.plan.id, plan.value.plan.edition);
    context.note_done(format_args!("{name} is loaded"));
    use headway_delivery::LoadOutcome::{Added, Replaced, Unchanged};
    print_line(match loaded.outcome {
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
        output::print_aside(format_args!(
            "Reports or actual dates of {first}{rest} are in the edition before and not in this file, so they no longer count. \
             `headway plan export` writes them; `headway milestones report` adds reports again."
        ))?;
    }
    for told in headway.period_disagreements(&plan.value).await? {
        output::print_aside(format_args!("Periods differ: {told}."))?;
    }
    for told in headway.unit_disagreements(&plan.value).await? {
        output::print_aside(format_args!("Figures differ: {told}."))?;
    }
    for told in headway.name_disagreements(&plan.value).await? {
        output::print_aside(format_args!("Ids differ: {told}."))?;
    }
    for told in headway.scale_disagreements(&plan.value).await? {
        output::print_aside(format_args!("Scales differ: {told}."))?;
    }
    for told in headway.baseline_disagreements(&plan.value).await? {
        output::print_aside(format_args!("Baselines differ: {told}."))?;
    }
    Ok(CommandAnswer::Done)
}

/// How many changes are told where an edition would say something else.
const TOLD: usize = 5;

/// The edition is loaded already and says something else: nothing is replaced unasked.
fn not_again(plan: &Plan, changes: &[PlanChange]) -> anyhow::Result<CommandAnswer> {
    print_line(format_args!(
        "Not loaded: edition {} of {} is loaded already and says something else.",
        plan.plan.edition, plan.plan.id
    ))?;
    for change in changes.iter().take(TOLD) {
        print_line(format_args!("  {change}"))?;
    }
    if changes.len() > TOLD {
        print_line(format_args!("  and {} more changes.", changes.len() - TOLD))?;
    }
    print_line("With --revises it takes the loaded one’s place; a new edition has a date of its own (plan.edition).")?;
    Ok(CommandAnswer::No)
}

/// A plan file, or an edition of a loaded plan.
async fn read_edition(context: &CommandContext, text: &str, of: &LoadedPlanArgs) -> anyhow::Result<Plan> {
    if Path::new(text).is_file() {
        return Ok(read_plan(text)?.value);
    }
    let headway = context.open_workspace().await?;
    Ok(headway.loaded_plan(of.agency.as_deref(), of.plan.as_deref(), Some(text)).await?)
}

fn show_diff(context: &CommandContext, earlier: &Plan, later: &Plan) -> anyhow::Result<CommandAnswer> {
    let changes = diff_plans(earlier, later);
    match context.format {
        OutputFormat::Json => output::print_json(&changes)?,
        OutputFormat::Csv => output::print_csv(&["change"], changes.iter().map(|c| vec![c.to_string()]))?,
        OutputFormat::Table if changes.is_empty() => print_line("Nothing changed.")?,
        OutputFormat::Table => {
            for change in &changes {
                print_line(change)?;
            }
        }
    }
    Ok(CommandAnswer::Done)
}

async fn list_editions(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let editions = context.open_workspace().await?.all_editions().await?;
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
            output::print_json(&editions.iter().map(row).collect::<Vec<_>>())?;
        }
        OutputFormat::Csv => {
            output::print_csv(&titles, editions.iter().map(|e| texts(e, e.loaded_at.to_string()).to_vec()))?
        }
        OutputFormat::Table if editions.is_empty() => {
            print_line("No plan is loaded: `headway plan load FILE` loads one.")?
        }
        OutputFormat::Table => {
            let row = |e: &EditionRow| texts(e, output::moment_text(e.loaded_at)).into_iter().map(text_cell).collect();
            output::print_table(&titles, editions.iter().map(row).collect())?;
        }
    }
    Ok(CommandAnswer::Done)
}
