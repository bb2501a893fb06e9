//! Answers on standard output: tables for people, JSON for programs, CSV for spreadsheets.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ContentArrangement, LineStyle, Table, TableStyle};
use headway_delivery::chart::Unit;
use headway_delivery::model::status::{Status, Tone};
use serde::Serialize;

use crate::context::Context;

/// Writes a line.
pub(crate) fn line(text: impl std::fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes JSON, indented, and a line end.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes rows of text as CSV, titles first.
pub(crate) fn csv(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(io::BufWriter::new(io::stdout().lock()));
    out.write_record(titles)?;
    for row in rows {
        out.write_record(row)?;
    }
    Ok(out.into_inner().map_err(|e| e.into_error())?.flush()?)
}

/// A table that fits the terminal: titles, then rows.
pub(crate) fn table(titles: &[&str], rows: Vec<Vec<Cell>>) -> io::Result<()> {
    let mut table = Table::new();
    const UNDER_THE_TITLES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(UNDER_THE_TITLES).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(160);
    }
    table.set_header(titles.iter().map(Cell::new));
    for row in rows {
        table.add_row(row);
    }
    line(table)
}

/// A cell of text.
pub(crate) fn cell(text: impl ToString) -> Cell {
    Cell::new(text)
}

/// A cell of a number, flush right.
pub(crate) fn number(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(comfy_table::CellAlignment::Right)
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn interval(unit: &Unit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference(lo).replace(" points", ""), unit.difference(hi))
}

/// A status in words; color only helps.
pub(crate) fn status(context: &Context, status: Status) -> Cell {
    let cell = Cell::new(status.words());
    if !context.color {
        return cell;
    }
    match status.tone() {
        Tone::Good => cell.fg(Color::Green),
        Tone::Watch => cell.fg(Color::Yellow),
        Tone::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Tone::Unknown | Tone::Open => cell.fg(Color::DarkGrey),
    }
}
