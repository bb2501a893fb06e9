//! `doctor`, `backup`, `restore`, `compact`.

use std::path::Path;

use headway_delivery::Workspace;
use serde_json::json;

use crate::CommandAnswer;
use crate::args::OutputFormat;
use crate::context::CommandContext;
use crate::output::{self, print_line};

pub(crate) async fn run_doctor(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let headway = context.open_unchecked().await?;
    let mut found = headway.run_doctor().await?;
    found.problems.extend(headway.known_too_early(CommandContext::today()).await?);
    let (files, bytes) = found.segments;
    if context.format == OutputFormat::Table {
        print_line(format_args!(
            "store   {} at {}, schema {}",
            found.health.database, found.health.place, found.health.schema
        ))?;
        for (table, rows) in &found.health.counts {
            print_line(format_args!("        {rows:>10} {table}"))?;
        }
        print_line(format_args!("lake    {files} files, {bytes} bytes"))?;
        if found.unsealed > 0 {
            print_line(format_args!(
                "note    {} files have no checksums: an older program wrote them. `headway compact` writes them anew",
                found.unsealed
            ))?;
        }
        if found.manifest_written {
            print_line("note    manifest.json in the lake was not what the catalog says; it is written anew")?;
        }
        for problem in &found.problems {
            print_line(format_args!("wrong   {problem}"))?;
        }
        print_line(if found.problems.is_empty() { "All is sound." } else { "See what is wrong above." })?;
    } else {
        output::print_json(&json!({
            "database": found.health.database, "place": found.health.place, "schema": found.health.schema,
            "version": found.health.version, "files": files, "bytes": bytes, "unsealed": found.unsealed,
            "manifest_written": found.manifest_written, "problems": found.problems,
        }))?;
    }
    Ok(if found.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

pub(crate) async fn run_rebuild(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let done =
        Workspace::rebuild_catalog(&context.workspace, &CommandContext::current_user()?, CommandContext::now()).await?;
    context.note_done("the catalog is made anew");
    let complete = if done.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No };
    if context.format != OutputFormat::Table {
        output::print_json(&json!({
            "published": done.published, "undone": done.undone, "files": done.files, "place_statements": done.statements,
            "lost": LOST.map(|(what, _)| what), "problems": done.problems,
        }))?;
        return Ok(complete);
    }
    print_line(format_args!(
        "Made a new catalog from the lake: {} imports that are read, {} taken back or given up, {} files, {} statements about places.",
        done.published, done.undone, done.files, done.statements
    ))?;
    for (what, then) in LOST {
        print_line(format_args!("lost    {what}: {then}"))?;
    }
    for problem in &done.problems {
        print_line(format_args!("wrong   {problem}"))?;
    }
    Ok(complete)
}

/// What only the lost catalog knew, and what to do about it.
const LOST: [(&str, &str); 4] = [
    ("plans", "load each edition again with `headway plan load FILE`"),
    ("reports of imports", "`headway imports show` shows where each came from, and not what it changed"),
    ("releases", "nobody knows here what the public was told, so publish again only after restoring a backup"),
    ("activity and settings", "the record of who changed what starts anew"),
];

pub(crate) async fn run_backup(context: &CommandContext, folder: &Path) -> anyhow::Result<CommandAnswer> {
    let bytes = context.open_workspace().await?.write_backup(folder).await?;
    context.note_done(format_args!("the backup is in {}", folder.display()));
    print_line(format_args!(
        "The backup is in {}: {bytes} bytes. `headway -w FOLDER restore {}` brings it back.",
        folder.display(),
        folder.display()
    ))?;
    Ok(CommandAnswer::Done)
}

pub(crate) async fn run_restore(
    context: &CommandContext,
    folder: &Path,
    partly: bool,
) -> anyhow::Result<CommandAnswer> {
    let (root, who, now) = (&context.workspace, CommandContext::current_user()?, CommandContext::now());
    let files = match partly {
        true => Workspace::restore_partly(root, folder, &who, now).await?,
        false => Workspace::restore_backup(root, folder, &who, now).await?,
    };
    context.note_done(format_args!("{} is restored", root.display()));
    print_line(format_args!("Restored {} with {files} files of the lake.", context.workspace.display()))?;
    Ok(CommandAnswer::Done)
}

pub(crate) async fn run_compact(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let done =
        context.open_workspace().await?.compact_lake(&CommandContext::current_user()?, CommandContext::now()).await?;
    context.note_done("the lake is merged");
    let (before, after) = done.files;
    print_line(format_args!("{} measures merged: {before} files became {after}.", done.measures))?;
    if done.orphans > 0 {
        print_line(format_args!("{} files that interrupted imports had left were removed.", done.orphans))?;
    }
    if done.undone > 0 {
        print_line(format_args!("{} files of imports that were taken back were removed.", done.undone))?;
    }
    if let [first, rest @ ..] = done.foreign.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        print_line(format_args!("note    {first}{more} in the lake's folder are not of this workspace, and stay"))?;
    }
    for problem in &done.problems {
        print_line(format_args!("wrong   {problem}"))?;
    }
    Ok(if done.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}
