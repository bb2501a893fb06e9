//! Excel workbooks as sheets of text cells.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxFormulaMetadata};

use super::archive::{self, LAST_COLUMN, LAST_ROW};
use super::shown::{ShownCells, ShownFormat};
use crate::profile::DecimalMark;

/// One sheet. Row and column numbers are those that Excel shows, less one.
#[derive(Clone, Debug)]
pub(crate) struct WorkbookSheet {
    pub(crate) name: String,
    /// Whether Excel shows it.
    pub(crate) shown: bool,
    pub(crate) rows: Vec<Vec<String>>,
    /// By row, the cells that a merged one covers below its first row: their column, and the row whose text they show.
    covered: HashMap<usize, Vec<(usize, usize)>>,
}

impl WorkbookSheet {
    /// What the empty cells of a row show that a merged cell covers, one that begins at row `from` or below: column and text.
    pub(crate) fn covered_texts(&self, row: usize, from: usize) -> impl Iterator<Item = (usize, &str)> {
        let covered = self.covered.get(&row).into_iter().flatten().filter(move |(_, above)| *above >= from);
        covered.filter_map(|(column, above)| Some((*column, self.rows[*above].get(*column)?.as_str())))
    }
}

/// Reads all sheets.
///
/// # Errors
/// What the workbook's reader says, or what of it is more than any sheet has.
pub(crate) fn read_sheets(bytes: &[u8], decimal: DecimalMark) -> Result<Vec<WorkbookSheet>, String> {
    let checked = archive::check_archive(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&*checked.bytes)).map_err(|e| e.to_string())?;
    let listed: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == calamine::SheetVisible::Visible))
        .collect();
    let mut room = ByteBudget::for_unpacked(checked.unpacked);
    listed.into_iter().map(|(name, shown)| read_sheet(&mut book, name, shown, decimal, &mut room)).collect()
}

/// Bytes that sheets may take: cells that are not there stand between others, and a text can be meant by many cells.
struct ByteBudget {
    left: u64,
}

impl ByteBudget {
    /// A sheet may take some times what it unpacks to; and even one cell may lie far away.
    fn for_unpacked(unpacked: u64) -> Self {
        Self { left: (128 << 20) + 20 * unpacked }
    }

    fn take_bytes(&mut self, bytes: usize) -> Result<(), String> {
        self.left = self.left.checked_sub(bytes as u64).ok_or(
            "its cells lie so far apart, or repeat texts so often, that the sheet would not fit into memory; save it as CSV",
        )?;
        Ok(())
    }
}

fn read_sheet<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: String,
    shown: bool,
    decimal: DecimalMark,
    room: &mut ByteBudget,
) -> Result<WorkbookSheet, String> {
    let mut rows = Vec::new();
    let in_sheet = |e: &dyn std::fmt::Display| format!("sheet “{name}”: {e}");
    let formats = ShownCells::of_sheet(book, &name).map_err(|e| in_sheet(&e))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|e| in_sheet(&e))?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|e| in_sheet(&e))? {
        let text = match (&cell.value, &cell.formula) {
            (DataRef::Empty, None) => continue,
            (DataRef::Empty, Some(formula)) => not_calculated(formula),
            (value, _) => cell_text(value, formats.format_at(cell.pos), decimal),
        };
        put_cell(&mut rows, cell.pos, text, room).map_err(|e| in_sheet(&e))?;
    }
    drop(cells);
    let merged = book.merge_cells_by_sheet_name(&name).map_err(|e| in_sheet(&e))?;
    square_rows(&mut rows, room);
    let mut covered = HashMap::new();
    for dimensions in merged {
        spread_merged(&mut rows, dimensions, room).map_err(|e| in_sheet(&e))?;
        cover_below(&rows, dimensions, &mut covered, room).map_err(|e| in_sheet(&e))?;
    }
    Ok(WorkbookSheet { name, shown, rows, covered })
}

/// Gives all rows that have a cell the width of the widest, unless one cell far away makes that too wide: then rows end with their
/// last cell.
fn square_rows(rows: &mut [Vec<String>], room: &mut ByteBudget) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let missing: usize = rows.iter().filter(|row| !row.is_empty()).map(|row| width - row.len()).sum();
    if room.take_bytes(missing * size_of::<String>()).is_ok() {
        rows.iter_mut().filter(|row| !row.is_empty()).for_each(|row| row.resize_with(width, String::new));
    }
}

/// Puts a cell into its place.
fn put_cell(rows: &mut Vec<Vec<String>>, place: (u32, u32), text: String, room: &mut ByteBudget) -> Result<(), String> {
    if u64::from(place.0) >= LAST_ROW || u64::from(place.1) >= LAST_COLUMN {
        return Err(format!("a cell in row {} and column {}, where no sheet has one", place.0, place.1));
    }
    let (row, column) = (place.0 as usize, place.1 as usize);
    if row >= rows.len() {
        room.take_bytes((row + 1 - rows.len()) * size_of::<Vec<String>>())?;
        rows.resize_with(row + 1, Vec::new);
    }
    let cells = &mut rows[row];
    if column >= cells.len() {
        room.take_bytes((column + 1 - cells.len()) * size_of::<String>())?;
        cells.resize_with(column + 1, String::new);
    }
    room.take_bytes(text.len())?;
    cells[column] = text;
    Ok(())
}

/// What stands in a cell whose formula no program has calculated: the formula, which is neither a figure nor an id.
fn not_calculated(formula: &XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => format!("={formula}"),
        _ => "=(as above)".to_owned(),
    }
}

/// A merged cell says its text for every column it covers in its first row: a group header stands above all its columns. (Below it
/// says it for the keys of rows alone, see `cover_below`: one figure for several places is none of each.)
fn spread_merged(rows: &mut [Vec<String>], merged: Dimensions, room: &mut ByteBudget) -> Result<(), String> {
    let Some(row) = rows.get_mut(merged.start.0 as usize) else { return Ok(()) };
    let (first, last) = (merged.start.1 as usize, merged.end.1 as usize);
    let Some(text) = row.get(first).cloned().filter(|text| !text.is_empty()) else { return Ok(()) };
    let covered = row.len().min(last + 1).saturating_sub(first + 1);
    room.take_bytes(covered * (size_of::<String>() + text.len()))?;
    for cell in row.iter_mut().take(last + 1).skip(first + 1) {
        cell.clone_from(&text);
    }
    Ok(())
}

/// Notes the cells that a merged one covers below its first row.
fn cover_below(
    rows: &[Vec<String>],
    merged: Dimensions,
    covered: &mut HashMap<usize, Vec<(usize, usize)>>,
    room: &mut ByteBudget,
) -> Result<(), String> {
    let first = merged.start.0 as usize;
    let Some(texts) = rows.get(first) else { return Ok(()) };
    let last = rows.len().min(merged.end.0 as usize + 1);
    let columns = merged.start.1 as usize..texts.len().min(merged.end.1 as usize + 1);
    for row in first + 1..last {
        room.take_bytes(columns.len() * size_of::<(usize, usize)>())?;
        covered.entry(row).or_default().extend(columns.clone().map(|column| (column, first)));
    }
    Ok(())
}

/// A cell as text. Numbers are written as short as reads back to the same number, as percents and with zeros before them where
/// Excel shows them so, with the profile's decimal mark; errors as Excel shows them.
fn cell_text(cell: &DataRef, shown: Option<&ShownFormat>, decimal: DecimalMark) -> String {
    let mark = |number: String| if decimal == DecimalMark::Comma { number.replace('.', ",") } else { number };
    match (cell, shown) {
        (DataRef::Float(number), Some(shown)) => return shown.shown_text(*number, decimal),
        (DataRef::Int(number), Some(shown)) => return shown.shown_text(*number as f64, decimal),
        _ => {}
    }
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Float(number) => mark(number.to_string()),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(true) => "TRUE".into(),
        DataRef::Bool(false) => "FALSE".into(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(time) => date_text(time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// A date as `2018-06-30`; a number that only looks like a date in Excel's eyes (a duration) as the number.
fn date_text(time: &calamine::ExcelDateTime) -> String {
    if !time.is_datetime() {
        return time.as_f64().to_string();
    }
    let (year, month, day, ..) = time.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}
