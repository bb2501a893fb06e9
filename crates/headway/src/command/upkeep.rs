//! `doctor`, `backup`, `restore`, `compact`.

use std::path::Path;

use headway_delivery::Workspace;
use serde_json::json;

use crate::CommandAnswer;
use crate::args::OutputFormat;
use crate::context::CommandContext;
use crate::output::{self, line};

pub(crate) async fn doctor(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let headway = context.open().await?;
    let mut found = headway.doctor().await?;
    found.problems.extend(headway.known_too_early(CommandContext::today()).await?);
    let (files, bytes) = found.segments;
    if context.format == OutputFormat::Table {
        line(format_args!(
            "store   {} at {}, schema {}",
            found.health.database, found.health.place, found.health.schema
        ))?;
        for (table, rows) in &found.health.counts {
            line(format_args!("        {rows:>10} {table}"))?;
        }
        line(format_args!("lake    {files} files, {bytes} bytes"))?;
        if found.unsealed > 0 {
            line(format_args!(
                "note    {} files have no checksums: an older program wrote them. `headway compact` writes them anew",
                found.unsealed
            ))?;
        }
        if found.manifest_written {
            line("note    manifest.json in the lake was not what the catalog says; it is written anew")?;
        }
        for problem in &found.problems {
            line(format_args!("wrong   {problem}"))?;
        }
        line(if found.problems.is_empty() { "All is sound." } else { "See what is wrong above." })?;
    } else {
        output::json(&json!({
            "database": found.health.database, "place": found.health.place, "schema": found.health.schema,
            "version": found.health.version, "files": files, "bytes": bytes, "unsealed": found.unsealed,
            "manifest_written": found.manifest_written, "problems": found.problems,
        }))?;
    }
    Ok(if found.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

pub(crate) async fn rebuild(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let done = Workspace::rebuild_catalog(&context.workspace, &CommandContext::who()?, CommandContext::now()).await?;
    context.done("the catalog is made anew");
    let complete = if done.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No };
    if context.format != OutputFormat::Table {
        output::json(&json!({
            "published": done.published, "undone": done.undone, "files": done.files, "place_statements": done.statements,
            "lost": LOST.map(|(what, _)| what), "problems": done.problems,
        }))?;
        return Ok(complete);
    }
    line(format_args!(
        "Made a new catalog from the lake: {} imports that are read, {} taken back or given up, {} files, {} statements about places.",
        done.published, done.undone, done.files, done.statements
    ))?;
    for (what, then) in LOST {
        line(format_args!("lost    {what}: {then}"))?;
    }
    for problem in &done.problems {
        line(format_args!("wrong   {problem}"))?;
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

pub(crate) async fn backup(context: &CommandContext, folder: &Path) -> anyhow::Result<CommandAnswer> {
    let bytes = context.open().await?.backup(folder).await?;
    context.done(format_args!("the backup is in {}", folder.display()));
    line(format_args!(
        "The backup is in {}: {bytes} bytes. `headway -w FOLDER restore {}` brings it back.",
        folder.display(),
        folder.display()
    ))?;
    Ok(CommandAnswer::Done)
}

pub(crate) async fn restore(context: &CommandContext, folder: &Path, partly: bool) -> anyhow::Result<CommandAnswer> {
    let (root, who, now) = (&context.workspace, CommandContext::who()?, CommandContext::now());
    let files = match partly {
        true => Workspace::restore_partly(root, folder, &who, now).await?,
        false => Workspace::restore(root, folder, &who, now).await?,
    };
    context.done(format_args!("{} is restored", root.display()));
    line(format_args!("Restored {} with {files} files of the lake.", context.workspace.display()))?;
    Ok(CommandAnswer::Done)
}

pub(crate) async fn compact(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let done = context.open().await?.compact(&CommandContext::who()?, CommandContext::now()).await?;
    context.done("the lake is merged");
    let (before, after) = done.files;
    line(format_args!("{} measures merged: {before} files became {after}.", done.measures))?;
    if done.orphans > 0 {
        line(format_args!("{} files that interrupted imports had left were removed.", done.orphans))?;
    }
    if done.undone > 0 {
        line(format_args!("{} files of imports that were taken back were removed.", done.undone))?;
    }
    if let [first, rest @ ..] = done.foreign.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        line(format_args!("note    {first}{more} in the lake's folder are not of this workspace, and stay"))?;
    }
    for problem in &done.problems {
        line(format_args!("wrong   {problem}"))?;
    }
    Ok(if done.problems.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}
