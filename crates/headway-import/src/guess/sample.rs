//! The first rows of a file, with its header found by what it looks like.

use crate::read::{Header, number};
use crate::table::{FileError, Opened, Sheet, SourceFile, open};

/// How many rows are looked at.
const ROWS: usize = 20_000;

/// The first rows of a file.
pub(super) struct Sample {
    pub(super) header: Header,
    /// How many rows the header has; 0 for a file without.
    pub(super) header_rows: usize,
    pub(super) rows: Vec<Vec<String>>,
    /// The sheet taken, and the others.
    pub(super) sheet: Option<String>,
    pub(super) other_sheets: Vec<String>,
    /// Some rows are shorter than the header.
    pub(super) short_rows: usize,
    /// Its columns have types (a Parquet file): only the simple parts of a profile can read it.
    pub(super) typed: bool,
}

impl Sample {
    pub(super) fn of(file: &SourceFile) -> Result<Self, FileError> {
        match open(file, None, None)? {
            Opened::Text(mut blocks) => {
                let delimiter = blocks.syntax.delimiter;
                let mut rows = Vec::new();
                while rows.len() < ROWS
                    && let Some(block) = blocks.next_block().map_err(|e| file.error(e))?
                {
                    rows.extend(crate::pass::rows_of(&block, delimiter, ROWS - rows.len()));
                }
                Ok(Self::of_rows(rows, None, Vec::new()))
            }
            Opened::Workbook(mut sheets) => {
                let worth = |(i, s): &(usize, &Sheet)| (s.shown, s.rows.len(), usize::MAX - i);
                let largest = sheets.iter().enumerate().max_by_key(worth).map(|(i, _)| i);
                let Some(largest) = largest else { return Err(file.error("a workbook without a sheet")) };
                let sheet = sheets.remove(largest);
                let rows = sheet.rows.into_iter().take(ROWS).enumerate().map(|(i, row)| (i as u64 + 1, row)).collect();
                Ok(Self::of_rows(rows, Some(sheet.name), sheets.into_iter().map(|s| s.name).collect()))
            }
        }
    }

    fn of_rows(rows: Vec<(u64, Vec<String>)>, sheet: Option<String>, other_sheets: Vec<String>) -> Self {
        let (start, header_rows) = find_header(&rows);
        let header = if header_rows == 0 { Header::default() } else { Header::at(&rows, start, header_rows) };
        let mut width = header.names.len();
        let body: Vec<Vec<String>> = rows[(start + header_rows).min(rows.len())..]
            .iter()
            .map(|(_, row)| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            .collect();
        if header_rows == 0 {
            width = body.iter().map(Vec::len).max().unwrap_or(0);
        }
        let short_rows = body.iter().filter(|row| row.len() < width).count();
        let mut sample = Self { header, header_rows, rows: body, sheet, other_sheets, short_rows, typed: false };
        if header_rows == 0 {
            sample.header.names = (1..=width).map(|column| format!("column {column}")).collect();
        }
        sample
    }

    /// The same columns with other rows.
    pub(super) fn with_rows(&self, rows: Vec<Vec<String>>) -> Self {
        Self {
            header: self.header.clone(),
            header_rows: self.header_rows,
            rows,
            sheet: None,
            other_sheets: Vec::new(),
            short_rows: 0,
            typed: self.typed,
        }
    }

    /// The first rows of a file whose columns have names of their own.
    pub(super) fn typed(columns: &[String], rows: Vec<Vec<String>>) -> Self {
        let header = Header::at(&[(1, columns.to_vec())], 0, 1);
        Self { header, header_rows: 1, rows, sheet: None, other_sheets: Vec::new(), short_rows: 0, typed: true }
    }

    pub(super) fn width(&self) -> usize {
        self.header.names.len()
    }

    /// The texts of a column that are not empty.
    pub(super) fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Share of a column's texts that are numbers.
    pub(super) fn numeric(&self, column: usize) -> f64 {
        let (all, numbers) = self
            .texts(column)
            .fold((0u32, 0u32), |(all, numbers), text| (all + 1, numbers + u32::from(number(text).is_some())));
        if all == 0 { 0.0 } else { f64::from(numbers) / f64::from(all) }
    }
}

/// Where the header begins, and how many rows it has. Titles stand alone in their row; a header is a row of different texts of
/// which some stand above numbers.
fn find_header(rows: &[(u64, Vec<String>)]) -> (usize, usize) {
    // A title merged over all columns says the same in each: it counts once.
    let filled = |row: &[String]| {
        let mut texts = row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let first = texts.next();
        let others = texts.clone().count();
        if texts.any(|text| Some(text) != first) { others + 1 } else { usize::from(first.is_some()) }
    };
    let mut widths: Vec<usize> = rows.iter().map(|(_, row)| filled(row)).filter(|&n| n > 0).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    let Some(start) = rows.iter().position(|(_, row)| filled(row) * 2 > usual && (filled(row) > 1 || usual < 2)) else {
        return (0, 0);
    };
    let is_number = |cell: &str| number(cell.trim()).is_some();
    // Rows of words below the first one belong to it, up to the first row with a number.
    let words = |row: &[String]| filled(row) > 0 && !row.iter().any(|cell| is_number(cell));
    let mut count = 1;
    while count < 3
        && let Some((_, below)) = rows.get(start + count)
        && words(below)
        && (filled(&rows[start].1) < below.len() || filled(below) < rows[start].1.len())
        && rows.len() > start + count + 1
        && (group_of_signs(&rows[start..=start + count], below) || below_groups(&rows[start].1, below))
    {
        count += 1;
    }
    let body = &rows[(start + count).min(rows.len())..];
    let above_numbers = (0..rows[start].1.len()).any(|column| {
        let texts: Vec<&str> = body
            .iter()
            .take(200)
            .filter_map(|(_, row)| row.get(column))
            .map(|c| c.trim())
            .filter(|c| !c.is_empty())
            .collect();
        let numbers = texts.iter().filter(|text| is_number(text)).count();
        numbers * 2 > texts.len() && !is_number(&rows[start].1[column]) && !rows[start].1[column].trim().is_empty()
    });
    let no_numbers = body.iter().take(200).all(|(_, row)| !row.iter().any(|cell| is_number(cell)));
    if above_numbers || no_numbers { (start, count) } else { (start, 0) }
}

/// A row that begins empty, of texts below headers that stand above several columns each: it names the columns of a group.
fn below_groups(above: &[String], row: &[String]) -> bool {
    let text = |cells: &[String], column: usize| cells.get(column).map_or(String::new(), |c| c.trim().to_owned());
    let named = (1..row.len()).filter(|&column| !text(row, column).is_empty());
    let shared = |&column: &usize| text(above, column).is_empty() || text(above, column) == text(above, column - 1);
    text(row, 0).is_empty() && !text(above, 0).is_empty() && named.filter(shared).count() > 0
}

/// A second or third header row says `#` and `%`, a year in brackets, or goes on with a group header above it.
fn group_of_signs(above: &[(u64, Vec<String>)], row: &[String]) -> bool {
    let signs =
        row.iter().map(|c| c.trim()).filter(|c| matches!(*c, "#" | "%" | "N" | "n") || c.starts_with('(')).count();
    let gaps = above[0].1.iter().any(|cell| cell.trim().is_empty()) || row.iter().any(|cell| cell.trim().is_empty());
    signs > 0 && gaps || above[0].1.len() == row.len() && signs * 2 > row.len()
}
