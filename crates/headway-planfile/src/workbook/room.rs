//! What a sheet would take in memory, added up before it is read: cells that are not there stand between others, and a text can be
//! meant by many cells.

use std::io::{Read, Seek};

use calamine::{Data, DataRef, Xlsx};

/// A sheet of a plan may take so many bytes: a hundred thousand rows of forty columns.
const MOST: u64 = 128 << 20;

/// Refuses a sheet that would take more than [`MOST`].
///
/// # Errors
/// Which cells make it so large; what of the sheet can't be read.
pub(super) fn check_room<R: Read + Seek>(book: &mut Xlsx<R>, sheet: &str) -> Result<(), String> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|e| e.to_string())?;
    let (mut first, mut last, mut texts) = ((u32::MAX, u32::MAX), (0, 0), 0_u64);
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|e| e.to_string())? {
        if cell.formula.is_none() && matches!(cell.value, DataRef::Empty) {
            continue;
        }
        let (row, column) = cell.pos;
        first = (first.0.min(row), first.1.min(column));
        last = (last.0.max(row), last.1.max(column));
        texts += match &cell.value {
            DataRef::String(text) => text.len() as u64,
            DataRef::SharedString(text) => text.len() as u64,
            _ => 0,
        };
        let side = |first: u32, last: u32| u64::from(last - first) + 1;
        let all = side(first.0, last.0) * side(first.1, last.1);
        if all * size_of::<Data>() as u64 + texts > MOST {
            return Err(format!(
                "with the cell in row {} and column {} it would take too much memory: delete what stands far away from the table",
                u64::from(row) + 1,
                u64::from(column) + 1
            ));
        }
    }
    Ok(())
}
