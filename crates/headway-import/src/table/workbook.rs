//! Excel workbooks as sheets of text cells.

use std::io::{Cursor, Read, Seek};

use calamine::{Data, Dimensions, Reader, Xlsx};

use crate::profile::DecimalMark;

/// One sheet. Row and column numbers are those that Excel shows, less one.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whether Excel shows it.
    pub(crate) shown: bool,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Reads all sheets.
///
/// # Errors
/// What the workbook's reader says.
pub(crate) fn read(bytes: &[u8], decimal: DecimalMark) -> Result<Vec<Sheet>, String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let listed: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == calamine::SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == calamine::SheetVisible::Visible))
        .collect();
    listed.into_iter().map(|(name, shown)| sheet(&mut book, name, shown, decimal)).collect()
}

fn sheet<R: Read + Seek>(book: &mut Xlsx<R>, name: String, shown: bool, decimal: DecimalMark) -> Result<Sheet, String> {
    let range = book.worksheet_range(&name).map_err(|e| format!("sheet “{name}”: {e}"))?;
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut rows = vec![Vec::new(); first_row as usize];
    for row in range.rows() {
        let mut cells = vec![String::new(); first_column as usize];
        cells.extend(row.iter().map(|cell| text(cell, decimal)));
        rows.push(cells);
    }
    let merged = book.merge_cells_by_sheet_name(&name).map_err(|e| format!("sheet “{name}”: {e}"))?;
    for dimensions in merged {
        spread(&mut rows, dimensions);
    }
    Ok(Sheet { name, shown, rows })
}

/// A merged cell says its text for every column it covers in its first row: a group header stands above all its columns. (Down
/// the side it is left to the profile, which says where an empty cell means "as above".)
fn spread(rows: &mut [Vec<String>], merged: Dimensions) {
    let Some(row) = rows.get_mut(merged.start.0 as usize) else { return };
    let (first, last) = (merged.start.1 as usize, merged.end.1 as usize);
    let Some(text) = row.get(first).cloned() else { return };
    for cell in row.iter_mut().take(last + 1).skip(first + 1) {
        cell.clone_from(&text);
    }
}

/// A cell as text. Numbers are written as short as reads back to the same number; errors as Excel shows them.
fn text(cell: &Data, decimal: DecimalMark) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if decimal == DecimalMark::Comma => number.to_string().replace('.', ","),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::Error(error) => error.to_string(),
        Data::DateTime(time) => date(time),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
    }
}

/// A date as `2018-06-30`; a number that only looks like a date in Excel's eyes (a duration) as the number.
fn date(time: &calamine::ExcelDateTime) -> String {
    if !time.is_datetime() {
        return time.as_f64().to_string();
    }
    let (year, month, day, ..) = time.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}
