//! `publish`: what leaves for a public reader, suppressed and audited.

use std::path::{Path, PathBuf};

use headway_delivery::publish::{
    DecisionLog, DisclosureTally, HiddenReason, PreparedRelease, Release, ReleaseOptions, agency_in, stage_release,
};
use headway_delivery::{Snapshot, Workspace};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{OutputFormat, PublishArgs};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_publish(context: &CommandContext, args: &PublishArgs) -> anyhow::Result<CommandAnswer> {
    let (headway, snapshot) = context.load_snapshot().await?;
    let folders = agency_folders(&snapshot, args)?;
    let _turn = if args.dry_run { None } else { Some(headway.begin_publishing()?) };
    let mut answers = Vec::new();
    for (agency, folder) in folders {
        let (unfinished, without) = (args.unfinished, args.without.clone());
        let making = ReleaseOptions { unfinished, without, ..ReleaseOptions::default() };
        let mut prepared = headway.release_with(&agency, context.asked_day(), CommandContext::today(), making).await?;
        let out = match args.dry_run {
            true => None,
            false => Some(publish_release(&headway, &mut prepared, &folder, args.clock_is_right).await?),
        };
        if let Some(out) = &out {
            let number = prepared.release.number;
            context.note_done(format_args!("release {number} of {agency} is in {}", out.folder.display()));
        }
        print_release(context, &prepared, out.as_ref())?;
        let mut answer = prepared.summary_json();
        answer["folder"] = json!(out.as_ref().map(|out| &out.folder));
        answer["decisions"] = json!(out.as_ref().map(|out| &out.decisions));
        answer["kept"] = json!(out.as_ref().map(|out| &out.kept));
        answer["without"] = json!(args.without);
        answer["notes"] = json!(prepared.notes);
        answers.push(answer);
    }
    if context.format == OutputFormat::Json {
        output::print_json(&answers)?;
    }
    Ok(CommandAnswer::Done)
}

/// The agencies that are to be published, each with its folder: the one that is named, or the only one, into the folder
/// itself; several into one folder each.
fn agency_folders(snapshot: &Snapshot, args: &PublishArgs) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let ids: Vec<&str> = snapshot.book.agencies.iter().map(|a| a.agency.id.as_str()).collect();
    match (&args.agency, ids.as_slice()) {
        (Some(agency), ids) if !ids.contains(&agency.as_str()) => {
            let text = format!("there is no agency “{agency}”; there are: {}", ids.join(", "));
            Err(WrongUse(text).into())
        }
        (Some(agency), _) => Ok(vec![(agency.clone(), args.output.clone())]),
        (None, []) => Err(WrongUse("no plan is loaded: there is nothing to publish".to_owned()).into()),
        (None, [only]) => Ok(vec![((*only).to_owned(), args.output.clone())]),
        (None, ids) => {
            keeps_its_place(ids, &args.output)?;
            ids.iter().map(|id| folder_of(id, &args.output).map(|folder| ((*id).to_owned(), folder))).collect()
        }
    }
}

/// Refuses to give an agency another folder than the one its readers know, when another agency came to the workspace.
fn keeps_its_place(ids: &[&str], output: &Path) -> anyhow::Result<()> {
    let Some(held) = agency_in(output)? else { return Ok(()) };
    let out = output.display();
    let others = ids.iter().filter(|id| **id != held);
    let others: Vec<String> = others.map(|id| format!("`headway publish --agency {id} -o ANOTHER`")).collect();
    let text = format!(
        "{out} holds the release of “{held}” itself, and with several agencies each gets a folder inside: the release that readers \
         know would stay as it is. Nothing was published. Keep its place with `headway publish --agency {held} -o {out}`, and \
         publish the others elsewhere: {}",
        others.join(", ")
    );
    Err(WrongUse(text).into())
}

/// The agency's folder inside `output`: an id that leaves it, of a plan that an older program loaded, is refused.
fn folder_of(agency: &str, output: &Path) -> anyhow::Result<PathBuf> {
    if headway_delivery::model::is_id(agency) {
        return Ok(output.join(agency));
    }
    let text = format!("“{agency}” is no name for a folder: publish this agency by itself, with --agency and -o");
    Err(WrongUse(text).into())
}

/// A release that came out.
struct PublishedRelease {
    folder: PathBuf,
    decisions: PathBuf,
    /// What lies in the folder that Headway did not write, relative to it.
    kept: Vec<PathBuf>,
}

/// Kept in the workspace first, then out: what may have been seen is never forgotten.
async fn publish_release(
    headway: &Workspace,
    prepared: &mut PreparedRelease,
    folder: &Path,
    clock_is_right: bool,
) -> anyhow::Result<PublishedRelease> {
    headway.may_replace(&prepared.release, folder).await?;
    let now = CommandContext::now();
    if let (Some(last), false) = (headway.written_after(now).await?, clock_is_right) {
        anyhow::bail!(
            "not published: the clock says {}, and this workspace was written to at {}. The public would read a wrong day. Set \
             the clock of this machine; if it is right, add --clock-is-right",
            output::moment_text(now),
            output::moment_text(last)
        );
    }
    prepared.release.recorded_at = Some(now);
    // All that can fail for want of room or rights first: a release that never comes out is not recorded.
    let pages = |release: &Release, folder: &Path| Ok(headway_public::write_site(release, folder).map(drop)?);
    let staged = stage_release(&prepared.release, folder, pages)?;
    let log = DecisionLog::begin_log(prepared, headway.root())?;
    headway.record_release(prepared, &CommandContext::current_user()?, now).await?;
    let decisions = log.put_in_place()?;
    Ok(PublishedRelease { folder: folder.to_owned(), decisions, kept: staged.put_in_place()? })
}

/// What became of the figures, measure by measure, and what the audit found.
fn print_release(
    context: &CommandContext,
    prepared: &PreparedRelease,
    out: Option<&PublishedRelease>,
) -> anyhow::Result<()> {
    let release = &prepared.release;
    let titles = [
        "measure",
        "n-size",
        "exact",
        "range",
        "too few",
        "complement",
        "secondary",
        "by source",
        "uncounted",
        "made of",
        "missing",
    ];
    let rows = release.measures.iter().map(|measure| {
        let tally = DisclosureTally::from_rows(&measure.rows);
        let [few, complement, secondary, by_source, uncounted, made_of] =
            HiddenReason::ALL.map(|reason| tally.hidden[reason as usize]);
        let counts =
            [tally.exact, tally.range, few, complement, secondary, by_source, uncounted, made_of, tally.missing];
        (measure.id.to_string(), measure.rule.effective_n_size(), counts)
    });
    match context.format {
        OutputFormat::Json => {}
        OutputFormat::Csv => {
            let text = |(id, n_size, counts): (String, u64, [u64; 9])| {
                [id, n_size.to_string()].into_iter().chain(counts.map(|n| n.to_string())).collect()
            };
            output::print_csv(&titles, rows.map(text))?;
        }
        OutputFormat::Table => {
            let simulated = if release.simulated { " (simulated data)" } else { "" };
            print_line(format_args!(
                "{}{simulated}, release {} of {}, as known on {}\n",
                release.agency_name, release.number, release.made_on, release.as_of
            ))?;
            let cells = |(id, n_size, counts): (String, u64, [u64; 9])| {
                [text_cell(id), number_cell(n_size)].into_iter().chain(counts.map(number_cell)).collect()
            };
            output::print_table(&titles, rows.map(cells).collect())?;
            print_audit(prepared)?;
            if release.measures.iter().any(|m| m.rule.n_size_by_default && m.rule.people) {
                print_line(
                    "The n-size is Headway's default where the plan names none: `publishing: { n_size: 10 }` of the agency says it.",
                )?;
            }
            match out {
                Some(out) => told_where(out)?,
                None => print_line("Nothing was written (--dry-run).\n")?,
            }
        }
    }
    Ok(())
}

fn told_where(out: &PublishedRelease) -> anyhow::Result<()> {
    if !out.kept.is_empty() {
        let kept: Vec<String> = out.kept.iter().map(|path| path.display().to_string()).collect();
        print_line(format_args!(
            "Kept in {}, which Headway did not write: {}.",
            out.folder.display(),
            kept.join(", ")
        ))?;
    }
    print_line(format_args!(
        "Published in {}. The decisions, with the true counts, are in {}: keep them inside the agency.\n",
        out.folder.display(),
        out.decisions.display()
    ))?;
    Ok(())
}

/// What the audit found, what was given up, and what somebody should know.
fn print_audit(prepared: &PreparedRelease) -> anyhow::Result<()> {
    let audit = &prepared.release.audit;
    print_line(format_args!(
        "\nAudit: {} of {} counts are protected; {} proved in whole numbers, {} by linear algebra alone (their number is not known here), {} exposed.",
        audit.protected, audit.cells, audit.proved, audit.algebra, audit.exposed
    ))?;
    for (count, what) in [
        (audit.unproved, "have no proof, though nothing was found that they follow from"),
        (audit.narrow, "stay narrower than the least width"),
        (audit.open_inside, "could be worked out by somebody who knows the figures of one place"),
    ] {
        if count > 0 {
            print_line(format_args!("{count} of them {what}."))?;
        }
    }
    print_line(format_args!("{} sums between places, groups, grades and measures.", audit.sums))?;
    let found: Vec<_> = prepared.release.sums.iter().filter(|sum| sum.how != "stated").collect();
    if !found.is_empty() {
        print_line("Sums that the data show, taken for known:")?;
        found.iter().try_for_each(|sum| print_line(format_args!("  {}", sum.to_line().trim_end())))?;
    }
    if !audit.given_up.is_empty() {
        print_line("Less is told than single sums ask for, so that nothing follows:")?;
        audit.given_up.iter().try_for_each(|table| {
            print_line(format_args!("  {} {}: {} figures", table.measure, table.period, table.figures))
        })?;
    }
    prepared.notes.iter().try_for_each(|note| print_line(format_args!("Note: {note}.")))?;
    Ok(())
}
