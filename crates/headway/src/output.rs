//! Answers on standard output: tables for people, JSON for programs, CSV for spreadsheets.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use headway_delivery::chart::MeasureUnit;
use headway_delivery::model::status::{Status, StatusTone};
use headway_delivery::publish::csv_cell;
use serde::Serialize;

use crate::context::CommandContext;

/// Writes a line.
pub(crate) fn print_line(text: impl std::fmt::Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{}", plain_text(&text.to_string()))
}

/// Writes a line beside the answer, to standard error.
pub(crate) fn print_aside(text: impl std::fmt::Display) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", cut_long_lines(&plain_text(&text.to_string())))
}

/// A text without what a terminal would obey: names in other people's files may hold control characters, and marks that turn the
/// direction of writing. They are shown by their numbers.
pub(crate) fn plain_text(text: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let obeyed = |c: char| turns(c) || (c.is_control() && c != '\n' && c != '\t');
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() };
    Cow::Owned(text.chars().map(shown).collect())
}

/// More characters of one line help nobody.
const LONGEST_LINE: usize = 2000;

/// A text whose long lines are cut: a message may quote what a file has in one cell.
pub(crate) fn cut_long_lines(text: &str) -> Cow<'_, str> {
    if text.lines().all(|line| line.len() <= LONGEST_LINE) {
        return Cow::Borrowed(text);
    }
    let cut = |line: &str| match line.char_indices().nth(LONGEST_LINE) {
        Some((at, _)) => format!("{}... ({} bytes more)", &line[..at], line.len() - at),
        None => line.to_owned(),
    };
    Cow::Owned(text.lines().map(cut).collect::<Vec<_>>().join("\n"))
}

/// Writes JSON, indented, and a line end.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes rows of text as CSV, titles first. What a spreadsheet would take for a formula is made a text.
pub(crate) fn print_csv(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let mut out = csv::Writer::from_writer(io::BufWriter::new(io::stdout().lock()));
    out.write_record(titles)?;
    for row in rows {
        out.write_record(row.iter().map(|cell| csv_cell(cell).into_owned()))?;
    }
    Ok(out.into_inner().map_err(|e| e.into_error())?.flush()?)
}

/// How wide answers are where nobody says how wide the terminal is.
const USUAL_WIDTH: u16 = 160;

/// A longer word (an address) may be broken.
const LONGEST_WORD: usize = 24;

/// A table that fits the terminal: titles, then rows. Columns without a word in them are left out.
pub(crate) fn print_table(titles: &[&str], rows: Vec<Vec<Cell>>) -> io::Result<()> {
    let width = Table::new().width().unwrap_or(USUAL_WIDTH);
    // The cells are plain already; colors are the table's own.
    writeln!(io::stdout().lock(), "{}", arrange_table(titles, rows, width))
}

fn arrange_table(titles: &[&str], rows: Vec<Vec<Cell>>, width: u16) -> String {
    let said = |column: usize| rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.content().is_empty()));
    let kept: Vec<bool> = (0..titles.len()).map(|column| rows.is_empty() || said(column)).collect();
    let (titles, rows) = keep_columns(titles, rows, &kept);
    if unbroken_width(&titles, &rows) <= usize::from(width)
        || rows.len() == 1 && narrowest_width(&titles, &rows) <= usize::from(width)
    {
        return in_columns(&titles, rows, width);
    }
    // What all rows say is said once above them, rather than in narrow columns.
    let first = |column: usize| rows[0].get(column).map(Cell::content).unwrap_or_default();
    let same = |column: &usize| rows.iter().all(|row| row.get(*column).is_some_and(|c| c.content() == first(*column)));
    let once: Vec<usize> = (0..titles.len()).filter(|column| rows.len() > 1 && same(column)).collect();
    let above: String = once.iter().map(|&column| format!("{}: {}\n", titles[column], first(column))).collect();
    let kept: Vec<bool> = (0..titles.len()).map(|column| !once.contains(&column)).collect();
    let (titles, rows) = keep_columns(&titles, rows, &kept);
    if titles.is_empty() || narrowest_width(&titles, &rows) <= usize::from(width) {
        return format!("{above}{}", in_columns(&titles, rows, width));
    }
    [above, list_rows(&titles, &rows)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The columns that are kept.
fn keep_columns<'t>(titles: &[&'t str], mut rows: Vec<Vec<Cell>>, kept: &[bool]) -> (Vec<&'t str>, Vec<Vec<Cell>>) {
    for row in &mut rows {
        let mut column = kept.iter();
        row.retain(|_| column.next().copied().unwrap_or(true));
    }
    (titles.iter().zip(kept).filter(|(_, kept)| **kept).map(|(title, _)| *title).collect(), rows)
}

fn in_columns(titles: &[&str], rows: Vec<Vec<Cell>>, width: u16) -> String {
    let mut table = Table::new();
    const UNDER_THE_TITLES: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    table.load_style(UNDER_THE_TITLES).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(titles.iter().map(Cell::new));
    let widest: Vec<usize> = (0..titles.len()).map(|column| longest_word(titles, &rows, column)).collect();
    for row in rows {
        table.add_row(row);
    }
    for (column, words) in table.column_iter_mut().zip(widest) {
        // With a space on both sides.
        let width = u16::try_from(words + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    table.to_string()
}

/// How wide a table must be to break no word: every column as wide as its longest one, with a space on both sides and a line
/// between.
fn narrowest_width(titles: &[&str], rows: &[Vec<Cell>]) -> usize {
    (0..titles.len()).map(|column| longest_word(titles, rows, column) + 3).sum()
}

/// How wide a table must be to break no line.
fn unbroken_width(titles: &[&str], rows: &[Vec<Cell>]) -> usize {
    let cell = |row: &Vec<Cell>, column: usize| row.get(column).map_or(0, |cell| cell.content().chars().count());
    let widest = |column: usize| {
        let cells = rows.iter().map(|row| cell(row, column));
        cells.chain([titles[column].chars().count()]).max().unwrap_or(0)
    };
    (0..titles.len()).map(|column| widest(column) + 3).sum()
}

/// The longest word of a column, but for those that may be broken.
fn longest_word(titles: &[&str], rows: &[Vec<Cell>], column: usize) -> usize {
    let longest = |text: &str| text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| longest(&cell.content()).min(LONGEST_WORD));
    cells.chain([longest(titles[column])]).max().unwrap_or(0)
}

/// The same for a narrow terminal: row below row, each cell behind its title.
fn list_rows(titles: &[&str], rows: &[Vec<Cell>]) -> String {
    let widest = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
    let row = |row: &Vec<Cell>| {
        let cells = titles.iter().zip(row).map(|(title, cell)| (title, cell.content()));
        let lines = cells.filter(|(_, text)| !text.is_empty()).map(|(title, text)| format!("{title:widest$}  {text}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n\n")
}

/// A moment for people, to the second.
pub(crate) fn moment_text(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A cell of text.
pub(crate) fn text_cell(text: impl ToString) -> Cell {
    Cell::new(plain_text(&text.to_string()))
}

/// A cell of a number, flush right.
pub(crate) fn number_cell(text: impl ToString) -> Cell {
    Cell::new(plain_text(&text.to_string())).set_alignment(comfy_table::CellAlignment::Right)
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn interval_text(unit: &MeasureUnit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference_text(lo).replace(" points", ""), unit.difference_text(hi))
}

/// A status in words; color only helps.
pub(crate) fn status_cell(context: &CommandContext, status: Status) -> Cell {
    let cell = Cell::new(status.label_text());
    if !context.color {
        return cell;
    }
    match status.tone() {
        StatusTone::Good => cell.fg(Color::Green),
        StatusTone::Watch => cell.fg(Color::Yellow),
        StatusTone::Bad => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        StatusTone::Unknown | StatusTone::Open => cell.fg(Color::DarkGrey),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing_to_obey() {
        assert_eq!(plain_text("Alder\tHigh\n"), "Alder\tHigh\n");
        assert_eq!(plain_text("\u{1b}[31mRed\r\u{202e}"), "\\u{1b}[31mRed\\u{d}\\u{202e}");
        assert_eq!(text_cell("\u{7}bell").content(), "\\u{7}bell");
    }

    #[test]
    fn what_a_message_quotes_is_cut() {
        let text = format!("short\n{}\nlast", "ä".repeat(60_000));
        let told = cut_long_lines(&text);
        assert!(told.len() < 5000 && told.starts_with("short\nä") && told.ends_with("\nlast"), "{told:.40}");
        assert!(told.contains("... (116000 bytes more)"), "{}", &told[told.len() - 60..]);
        assert_eq!(cut_long_lines("short\n"), "short\n");
    }

    #[test]
    fn a_table_that_would_break_words_becomes_a_list() {
        let rows = || {
            vec![vec![
                text_cell("Five-year graduation rate"),
                number_cell("88.5%"),
                text_cell(""),
                text_cell("target missed"),
            ]]
        };
        let titles = ["measure", "latest", "odds", "status"];
        let wide = arrange_table(&titles, rows(), 80);
        assert!(wide.contains("measure") && !wide.contains("odds"), "an empty column is left out: {wide}");
        assert!(wide.contains("target missed"), "{wide}");
        assert_eq!(
            arrange_table(&titles, rows(), 30),
            "measure  Five-year graduation rate\nlatest   88.5%\nstatus   target missed"
        );
        let two =
            || ["92.0%", "88.5%"].map(|rate| vec![text_cell("Five-year graduation rate"), number_cell(rate)]).to_vec();
        let narrow = arrange_table(&["measure", "latest"], two(), 20);
        assert!(narrow.starts_with("measure: Five-year graduation rate\n latest \n"), "said once: {narrow}");
        let other = || vec![text_cell("Five-year dropout rate"), number_cell("4.1%")];
        let exact = arrange_table(&["measure", "latest"], [two(), vec![other()]].concat(), 26);
        assert!(exact.contains(" graduation "), "no word is broken: {exact}");
    }
}
