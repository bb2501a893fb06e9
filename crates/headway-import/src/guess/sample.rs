//! The first rows of a file, with its header found by what it looks like.

use super::decimal::DecimalMarks;
use super::heading::find_header;
use crate::pass::{count_rows, rows_of};
use crate::read::{HeadRow, MOST_COLUMNS, SheetHeader, parse_number};
use crate::report::group_thousands;
use crate::table::{FileError, OpenedFile, SourceFile, WorkbookSheet, open_file};

/// How many rows are looked at; of a very wide file fewer, so that it is answered in seconds too.
const ROWS: usize = 20_000;
const CELLS: usize = 4_000_000;
const FEWEST_ROWS: usize = 100;

/// The first rows of a file, or of several files of one shape.
pub(super) struct FileSample {
    pub(super) header: SheetHeader,
    /// How many rows the header has; 0 for a file without.
    pub(super) header_rows: usize,
    pub(super) rows: Vec<Vec<String>>,
    /// How many rows there are, with those that were not looked at.
    pub(super) all_rows: u64,
    /// The names of the files that these rows are from.
    pub(super) files: Vec<String>,
    /// The sheet taken, and the others.
    pub(super) sheet: Option<String>,
    pub(super) other_sheets: Vec<String>,
    /// Some rows are shorter than the header.
    pub(super) short_rows: usize,
    /// Its columns have types (a Parquet file): only the simple parts of a profile can read it.
    pub(super) typed: bool,
    /// The marks of its numbers; where all that tell have a comma, the rows are kept with a point instead.
    pub(super) marks: DecimalMarks,
}

impl FileSample {
    pub(super) fn of_file(file: &SourceFile) -> Result<Self, FileError> {
        let mut sample = match open_file(file, None, None)? {
            OpenedFile::Text(mut blocks) => {
                let delimiter = blocks.syntax.delimiter;
                // One row more than are looked at: the header.
                let (mut rows, mut all, mut most) = (Vec::new(), 0, ROWS + 1);
                while let Some(block) = blocks.next_block().map_err(|e| file.file_error(e))? {
                    if rows.len() < most {
                        rows.extend(rows_of(&block, delimiter, most - rows.len()));
                        most = most_rows(file, &rows)?;
                        rows.truncate(most);
                    }
                    all += count_rows(&block, delimiter);
                }
                Self::of_rows(rows, all, None, Vec::new())
            }
            OpenedFile::Workbook(mut sheets) => {
                let worth = |(i, s): &(usize, &WorkbookSheet)| (s.shown, s.rows.len(), usize::MAX - i);
                let largest = sheets.iter().enumerate().max_by_key(worth).map(|(i, _)| i);
                let Some(largest) = largest else { return Err(file.file_error("a workbook without a sheet")) };
                let sheet = sheets.remove(largest);
                let filled = |row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
                let all = sheet.rows.iter().filter(|row| filled(row)).count() as u64;
                let rows = sheet.rows.iter().take(ROWS + 1).cloned().enumerate();
                let mut rows: Vec<HeadRow> = rows.map(|(i, row)| (i as u64 + 1, row)).collect();
                rows.truncate(most_rows(file, &rows)?);
                fill_covered(&mut rows, &sheet);
                Self::of_rows(rows, all, Some(sheet.name), sheets.into_iter().map(|s| s.name).collect())
            }
        };
        sample.files.push(file.name.clone());
        Ok(sample)
    }

    fn of_rows(rows: Vec<HeadRow>, all: u64, sheet: Option<String>, other_sheets: Vec<String>) -> Self {
        let (start, header_rows) = find_header(&rows);
        let header =
            if header_rows == 0 { SheetHeader::default() } else { SheetHeader::at_row(&rows, start, header_rows) };
        let filled = |row: &[String]| row.iter().any(|cell| !cell.trim().is_empty());
        let (above, body) = rows.split_at((start + header_rows).min(rows.len()));
        let body: Vec<Vec<String>> = body
            .iter()
            .filter(|(_, row)| filled(row))
            .map(|(_, row)| row.iter().map(|cell| cell.trim().to_owned()).collect())
            .collect();
        let above = above.iter().filter(|(_, row)| filled(row)).count() as u64;
        let mut sample = Self {
            header,
            header_rows,
            all_rows: all.saturating_sub(above).max(body.len() as u64),
            rows: body,
            files: Vec::new(),
            sheet,
            other_sheets,
            short_rows: 0,
            typed: false,
            marks: DecimalMarks::default(),
        };
        sample.marks = DecimalMarks::find_in_rows(&mut sample.rows);
        if header_rows == 0 {
            let width = sample.rows.iter().map(Vec::len).max().unwrap_or(0);
            sample.header.names = (1..=width).map(|column| format!("column {column}")).collect();
        }
        sample.short_rows = sample.rows.iter().filter(|row| row.len() < sample.width()).count();
        sample
    }

    /// Whether another file has the same columns, so that one profile reads both. The order of columns is no matter where they
    /// have names.
    pub(super) fn same_shape(&self, other: &Self) -> bool {
        let names = |sample: &Self| {
            let mut names: Vec<String> =
                sample.header.names.iter().map(|name| crate::profile::fold_text(name)).collect();
            names.sort_unstable();
            names
        };
        let named_sheets = |sample: &Self| sample.sheet.as_ref().filter(|_| !sample.other_sheets.is_empty()).cloned();
        self.header_rows == other.header_rows
            && self.sheet.is_some() == other.sheet.is_some()
            && (named_sheets(self) == named_sheets(other))
            && names(self) == names(other)
    }

    /// Takes the rows of another file of the same shape, its columns in this file's order.
    pub(super) fn take_rows(&mut self, other: Self) {
        let of_name = |name: &String| {
            other.header.names.iter().position(|it| crate::profile::fold_text(it) == crate::profile::fold_text(name))
        };
        let columns: Vec<usize> = self.header.names.iter().filter_map(of_name).collect();
        let room = ROWS.saturating_sub(self.rows.len());
        let in_order = |row: &Vec<String>| columns.iter().map(|&c| row.get(c).cloned().unwrap_or_default()).collect();
        self.rows.extend(other.rows.iter().take(room).map(in_order));
        self.all_rows += other.all_rows;
        self.short_rows += other.short_rows;
        self.files.extend(other.files);
    }

    /// `the first 20,000 of 1,234,567 rows` when not all were looked at.
    pub(super) fn part_text(&self) -> Option<String> {
        let seen = self.rows.len() as u64;
        (seen < self.all_rows)
            .then(|| format!("the first {} of {} rows", group_thousands(seen), group_thousands(self.all_rows)))
    }

    /// The same columns with other rows.
    pub(super) fn with_rows(&self, rows: Vec<Vec<String>>) -> Self {
        Self {
            header: self.header.clone(),
            header_rows: self.header_rows,
            all_rows: rows.len() as u64,
            rows,
            files: Vec::new(),
            sheet: None,
            other_sheets: Vec::new(),
            short_rows: 0,
            typed: self.typed,
            marks: self.marks.clone(),
        }
    }

    /// The first rows of a file whose columns have names of their own.
    pub(super) fn of_columns(file: &str, columns: &[String], rows: Vec<Vec<String>>, all_rows: u64) -> Self {
        Self {
            header: SheetHeader::at_row(&[(1, columns.to_vec())], 0, 1),
            header_rows: 1,
            rows,
            all_rows,
            files: vec![file.to_owned()],
            sheet: None,
            other_sheets: Vec::new(),
            short_rows: 0,
            typed: true,
            marks: DecimalMarks::default(),
        }
    }

    pub(super) fn width(&self) -> usize {
        self.header.names.len()
    }

    /// The texts of a column that are not empty.
    pub(super) fn column_texts(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |row| row.get(column)).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Share of a column's texts that are numbers.
    pub(super) fn numeric_share(&self, column: usize) -> f64 {
        let (all, numbers) = self
            .column_texts(column)
            .fold((0u32, 0u32), |(all, numbers), text| (all + 1, numbers + u32::from(parse_number(text).is_some())));
        if all == 0 { 0.0 } else { f64::from(numbers) / f64::from(all) }
    }
}

/// Puts the text of a merged cell into the rows below that it covers, as the import does for the keys of rows; which columns hold
/// figures is not known yet, so numbers stay where they are.
fn fill_covered(rows: &mut [HeadRow], sheet: &WorkbookSheet) {
    let (start, header_rows) = find_header(rows);
    for (row, (_, cells)) in rows.iter_mut().enumerate() {
        for (column, shown) in sheet.covered_texts(row, start + header_rows) {
            if let Some(cell) = cells.get_mut(column).filter(|cell| cell.trim().is_empty())
                && parse_number(shown).is_none()
            {
                shown.clone_into(cell);
            }
        }
    }
}

/// How many rows are looked at, by the width of those that were read.
///
/// # Errors
/// When one has more columns than a table may have.
fn most_rows(file: &SourceFile, rows: &[HeadRow]) -> Result<usize, FileError> {
    let widest = rows.iter().max_by_key(|(_, row)| row.len());
    let Some((number, row)) = widest else { return Ok(ROWS + 1) };
    let width = row.len();
    if width > MOST_COLUMNS {
        let most = group_thousands(MOST_COLUMNS as u64);
        let cells = group_thousands(width as u64);
        return Err(file.file_error(format!("row {number} has {cells} cells; a table has {most} columns at most")));
    }
    Ok((CELLS / width.max(1)).clamp(FEWEST_ROWS, ROWS) + 1)
}
