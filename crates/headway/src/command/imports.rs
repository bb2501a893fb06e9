//! `imports`: vintages, one in full, undo.

use headway_delivery::cite::{cite_source, source_documents};
use headway_delivery::{CatalogImport, ImportState};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{ImportsCommand, OutputFormat};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_imports(
    context: &CommandContext,
    command: Option<ImportsCommand>,
) -> anyhow::Result<CommandAnswer> {
    match command {
        None => list_imports(context).await,
        Some(ImportsCommand::Show { number }) => show_import(context, number).await,
        Some(ImportsCommand::Undo { number }) => {
            let headway = context.open_workspace().await?;
            let undone = headway.undo_import(number, &CommandContext::current_user()?, CommandContext::now()).await?;
            context.note_done(format_args!("import {number} is {}", undone.state.name()));
            print_line(format_args!(
                "Import {number} ({}) is {}: no question sees it any more.",
                undone.vintage.file,
                undone.state.name()
            ))?;
            if let Some(told) = place_of(&undone, &headway.all_imports().await?) {
                print_line(told)?;
            }
            Ok(CommandAnswer::Done)
        }
    }
}

/// Who has the place now that an import had taken which is taken back.
fn place_of(undone: &CatalogImport, all: &[CatalogImport]) -> Option<String> {
    let earlier = undone.replaces.filter(|_| undone.state == ImportState::Undone)?;
    let held = |import: &&CatalogImport| import.state == ImportState::Published;
    if let Some(heir) = all.iter().filter(held).find(|import| import.replaces == Some(earlier)) {
        return Some(format!("Import {} now stands in the place of import {earlier}.", heir.vintage.id));
    }
    let back = all.iter().filter(held).find(|import| import.vintage.id == earlier)?;
    Some(format!(
        "Import {earlier} ({}) holds again, with all that had been withdrawn from it; `headway imports undo {earlier}` takes it \
         back too.",
        back.vintage.file
    ))
}

async fn list_imports(context: &CommandContext) -> anyhow::Result<CommandAnswer> {
    let imports = context.open_workspace().await?.all_imports().await?;
    let titles = ["import", "file", "source", "known from", "state", "loaded at"];
    let row = |i: &CatalogImport| {
        let v = &i.vintage;
        [
            v.id.to_string(),
            v.file.clone(),
            v.source.clone(),
            v.known_from.to_string(),
            state_text(i, &imports),
            output::moment_text(v.loaded_at),
        ]
    };
    match context.format {
        OutputFormat::Json => output::print_json(&imports.iter().map(|i| as_json(i, &imports)).collect::<Vec<_>>())?,
        OutputFormat::Csv => output::print_csv(&titles, imports.iter().map(|i| Vec::from(row(i))))?,
        OutputFormat::Table if imports.is_empty() => {
            print_line("Nothing has been imported: `headway import FILE --profile PROFILE`.")?
        }
        OutputFormat::Table => {
            let rows = imports.iter().map(|i| {
                let [id, file, source, known, state, loaded] = row(i);
                let source = cite_source(&source).label;
                vec![
                    number_cell(id),
                    text_cell(file),
                    text_cell(source),
                    text_cell(known),
                    text_cell(state),
                    text_cell(loaded),
                ]
            });
            output::print_table(&titles, rows.collect())?;
        }
    }
    Ok(CommandAnswer::Done)
}

async fn show_import(context: &CommandContext, id: i64) -> anyhow::Result<CommandAnswer> {
    let headway = context.open_workspace().await?;
    let (import, report) = headway.import_of_number(id).await?;
    let imports = headway.all_imports().await?;
    match context.format {
        OutputFormat::Json | OutputFormat::Csv => {
            let mut json = as_json(&import, &imports);
            json["report"] = report;
            output::print_json(&json)?;
        }
        OutputFormat::Table => {
            let v = &import.vintage;
            print_line(format_args!("import      {} ({})", v.id, state_text(&import, &imports)))?;
            print_line(format_args!("file        {}", v.file))?;
            print_line(format_args!("sha-256     {}", v.sha256))?;
            print_line(format_args!("profile     {}", v.profile))?;
            print_line(format_args!("source      {}", source_documents(&v.source).join("\n            ")))?;
            print_line(format_args!(
                "known from  {}{}",
                v.known_from,
                if v.provisional { ", preliminary" } else { "" }
            ))?;
            print_line(format_args!("loaded at   {}", output::moment_text(v.loaded_at)))?;
            if let Some(old) = import.replaces {
                print_line(format_args!("replaces    import {old}"))?;
            }
            if let Some(at) = v.undone_at {
                print_line(format_args!("undone at   {}", output::moment_text(at)))?;
            }
            tell_report(&report)?;
        }
    }
    Ok(CommandAnswer::Done)
}

/// The parts of the stored report that fit a screen; `--format json` has all of it.
fn tell_report(report: &serde_json::Value) -> anyhow::Result<()> {
    if let Some(rows) = report.pointer("/report/rows") {
        let n = |name: &str| rows[name].as_u64().unwrap_or_default();
        let ignored: u64 =
            rows["ignored"].as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
        let (read, accepted, refused) = (n("read"), n("accepted"), n("refused"));
        print_line(format_args!("rows        {read} read: {accepted} accepted, {refused} refused, {ignored} ignored"))?;
    }
    for measure in report.pointer("/measures").and_then(|m| m.as_array()).into_iter().flatten() {
        let n = |name: &str| measure[name].as_u64().unwrap_or_default();
        let name = measure["measure"].as_str().unwrap_or_default();
        let mut text =
            format!("{name}: {} figures added, {} changed, {} the same", n("added"), n("changed"), n("same"));
        if n("gone") > 0 {
            text += &format!(", {} not in this file (the earlier figures stayed)", n("gone"));
        }
        if n("withdrawn") > 0 {
            text += &format!(", {} withdrawn", n("withdrawn"));
        }
        print_line(text)?;
    }
    Ok(())
}

/// How far an import came, and what a list must say beside it: what was refused, and what took its place.
fn state_text(import: &CatalogImport, all: &[CatalogImport]) -> String {
    let mut text = import.state.name().to_owned();
    match import.refused {
        Some((rows, _)) if rows > 0 => text += &format!(", {rows} rows refused"),
        Some((_, values)) if values > 0 => text += &format!(", {values} values refused"),
        _ => {}
    }
    if let Some(by) = replaced_by(import, all) {
        text += &format!(", replaced by import {by}");
    }
    text
}

/// The import in force that took an import's place.
fn replaced_by(import: &CatalogImport, all: &[CatalogImport]) -> Option<i64> {
    let took = |i: &&CatalogImport| i.replaces == Some(import.vintage.id) && i.state == ImportState::Published;
    all.iter().find(took).map(|i| i.vintage.id)
}

fn as_json(import: &CatalogImport, all: &[CatalogImport]) -> serde_json::Value {
    let v = &import.vintage;
    json!({
        "import": v.id, "file": v.file, "sha256": v.sha256, "profile": v.profile, "source": v.source,
        "known_from": v.known_from, "provisional": v.provisional, "state": import.state.name(),
        "loaded_at": v.loaded_at, "undone_at": v.undone_at, "replaces": import.replaces,
        "replaced_by": replaced_by(import, all),
        "refused": import.refused.map(|(rows, values)| json!({ "rows": rows, "values": values })),
    })
}
