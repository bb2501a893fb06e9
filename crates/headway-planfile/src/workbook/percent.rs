//! Which cells of a workbook are shown as percents: Excel keeps `90%` as 0.9, and only the cell's format tells.

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read as _};

use headway_import::shows_percent;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// Row and column from 0 of each cell that is shown as a percent, sheet by sheet.
pub(super) type PercentCells = HashMap<String, HashSet<(u32, u32)>>;

type Book<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The cells of a workbook that are shown as percents.
///
/// # Errors
/// What of the workbook can't be read.
pub(super) fn percent_cells(bytes: &[u8]) -> Result<PercentCells, String> {
    let mut book = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let styles = percent_styles(&part(&mut book, "xl/styles.xml")?)?;
    let mut found = PercentCells::new();
    if styles.is_empty() {
        return Ok(found);
    }
    for (name, path) in sheets(&mut book)? {
        let mut cells = HashSet::new();
        each_element(&part(&mut book, &path)?, |tag| {
            let style = || attribute(tag, "s").and_then(|s| s.parse::<usize>().ok()).unwrap_or(0);
            if tag.local_name().as_ref() == "c" && styles.contains(&style()) {
                cells.extend(attribute(tag, "r").as_deref().and_then(place));
            }
        })?;
        found.insert(name, cells);
    }
    Ok(found)
}

/// The numbers of the cell styles that show percents.
fn percent_styles(xml: &str) -> Result<HashSet<usize>, String> {
    // 9 and 10 are built in: `0%` and `0.00%`.
    let mut formats: HashSet<String> = ["9", "10"].map(str::to_owned).into();
    let (mut styles, mut in_cells, mut count) = (HashSet::new(), false, 0);
    each_element(xml, |tag| match tag.local_name().as_ref() {
        "numFmt" if attribute(tag, "formatCode").is_some_and(|code| shows_percent(&code)) => {
            formats.extend(attribute(tag, "numFmtId"));
        }
        "cellXfs" => in_cells = true,
        "cellStyleXfs" | "cellStyles" | "dxfs" => in_cells = false,
        "xf" if in_cells => {
            if attribute(tag, "numFmtId").is_some_and(|id| formats.contains(&id)) {
                styles.insert(count);
            }
            count += 1;
        }
        _ => {}
    })?;
    Ok(styles)
}

/// Name and part of each sheet.
fn sheets(book: &mut Book) -> Result<Vec<(String, String)>, String> {
    let mut parts: HashMap<String, String> = HashMap::new();
    each_element(&part(book, "xl/_rels/workbook.xml.rels")?, |tag| {
        if let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target")) {
            let target = target.trim_start_matches('/');
            parts.insert(id, format!("xl/{}", target.strip_prefix("xl/").unwrap_or(target)));
        }
    })?;
    let mut sheets = Vec::new();
    each_element(&part(book, "xl/workbook.xml")?, |tag| {
        if tag.local_name().as_ref() == "sheet"
            && let (Some(name), Some(id)) = (attribute(tag, "name"), attribute(tag, "r:id"))
            && let Some(path) = parts.get(&id)
        {
            sheets.push((name, path.clone()));
        }
    })?;
    Ok(sheets)
}

/// A part of the workbook as text; empty where it has none.
fn part(book: &mut Book, name: &str) -> Result<String, String> {
    let Ok(mut file) = book.by_name(name) else { return Ok(String::new()) };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|e| format!("{name}: {e}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn each_element(xml: &str, mut take: impl FnMut(&BytesStart)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => take(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|it| it.key.as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

/// Row and column from 0 of `B12`.
fn place(cell: &str) -> Option<(u32, u32)> {
    let digits = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = cell.split_at(digits);
    let column = letters.bytes().try_fold(0u32, |column, letter| {
        let value = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column.checked_mul(26)?.checked_add(value)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_places() {
        for (code, percent) in
            [("0%", true), ("0.0 %;[Red]-0.0 %", true), ("0\"%\"", false), ("0\\%", false), ("0.00", false)]
        {
            assert_eq!(shows_percent(code), percent, "{code}");
        }
        for (cell, at) in
            [("A1", Some((0, 0))), ("B12", Some((11, 1))), ("AA3", Some((2, 26))), ("7", None), ("A0", None)]
        {
            assert_eq!(place(cell), at, "{cell}");
        }
    }
}
