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

/// How wide answers are where nobody says how wide the terminal is.
const USUAL_WIDTH: u16 = 160;

/// A longer word (an address) may be broken.
const LONGEST_WORD: usize = 24;

/// A table that fits the terminal: titles, then rows. Columns without a word in them are left out.
pub(crate) fn table(titles: &[&str], rows: Vec<Vec<Cell>>) -> io::Result<()> {
    let width = Table::new().width().unwrap_or(USUAL_WIDTH);
    line(arranged(titles, rows, width))
}

fn arranged(titles: &[&str], mut rows: Vec<Vec<Cell>>, width: u16) -> String {
    let said = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.content().is_empty()));
    let kept: Vec<bool> = (0..titles.len()).map(|column| rows.is_empty() || said(column)).collect();
    let titles: Vec<&str> = titles.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(title, _)| *title).collect();
    for row in &mut rows {
        let mut column = kept.iter();
        row.retain(|_| column.next().copied().unwrap_or(true));
    }
    if narrowest(&titles, &rows) > usize::from(width) {
        return listed(&titles, &rows);
    }
    let mut table = Table::new();
    const UNDER_THE_TITLES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(UNDER_THE_TITLES).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(titles.iter().map(Cell::new));
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// How wide a table must be to break no word: every column as wide as its longest one, with a space on both sides and a line
/// between.
fn narrowest(titles: &[&str], rows: &[Vec<Cell>]) -> usize {
    let longest = |text: &str| text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let of = |column: usize| {
        let cells =
            rows.iter().filter_map(|row| row.get(column)).map(|cell| longest(&cell.content()).min(LONGEST_WORD));
        cells.chain([longest(titles[column])]).max().unwrap_or(0) + 3
    };
    (0..titles.len()).map(of).sum()
}

/// The same for a narrow terminal: row below row, each cell behind its title.
fn listed(titles: &[&str], rows: &[Vec<Cell>]) -> String {
    let widest = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
    let row = |row: &Vec<Cell>| {
        let cells = titles.iter().zip(row).map(|(title, cell)| (title, cell.content()));
        let lines = cells.filter(|(_, text)| !text.is_empty()).map(|(title, text)| format!("{title:widest$}  {text}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_would_break_words_becomes_a_list() {
        let rows = || vec![vec![cell("Five-year graduation rate"), number("88.5%"), cell(""), cell("target missed")]];
        let titles = ["measure", "latest", "odds", "status"];
        let wide = arranged(&titles, rows(), 80);
        assert!(wide.contains("measure") && !wide.contains("odds"), "an empty column is left out: {wide}");
        assert!(wide.contains("target missed"), "{wide}");
        assert_eq!(
            arranged(&titles, rows(), 30),
            "measure  Five-year graduation rate\nlatest   88.5%\nstatus   target missed"
        );
    }
}
