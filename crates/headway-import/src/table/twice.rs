//! What a workbook says twice: a part, a sheet, a row, a cell, the value of one. A program that reads on takes one of the two
//! without a word, and which one is chance.

use std::collections::HashSet;

use super::archive::{cell_position, tag_attributes};

/// The name of a part that the archive's directory lists twice. Parts are looked up without regard to capitals.
pub(super) fn part_twice(directory: &[u8]) -> Option<String> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const FIXED: usize = 46;
    let mut seen = HashSet::new();
    let mut rest = directory;
    while rest.starts_with(ENTRY) && rest.len() >= FIXED {
        let length = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let name = rest.get(FIXED..FIXED + length(28))?;
        if !seen.insert(name.to_ascii_lowercase()) {
            return Some(String::from_utf8_lossy(name).into_owned());
        }
        rest = rest.get(FIXED + length(28) + length(30) + length(32)..)?;
    }
    None
}

/// What a part of a workbook has said so far, by its outermost tag.
#[derive(Default)]
pub(super) enum Said {
    #[default]
    Nothing,
    /// The list of sheets: their names.
    Book(HashSet<String>),
    /// The list of links between parts: their ids.
    Links(HashSet<String>),
    Sheet(Sheet),
    /// Nothing that figures are read from by place.
    Other,
}

impl Said {
    /// A tag without its brackets.
    ///
    /// # Errors
    /// What it says for the second time.
    pub(super) fn see_tag(&mut self, tag: &str) -> Result<(), String> {
        if tag.starts_with(['?', '!']) {
            return Ok(());
        }
        let tag = Tag::parse_tag(tag);
        match self {
            Self::Nothing => *self = Self::by_root(tag.name),
            Self::Book(names) if tag.name == "sheet" => {
                see_once(names, tag.attribute_value("name").map(str::to_lowercase), "sheet")?
            }
            Self::Links(ids) if tag.name == "Relationship" => {
                see_once(ids, tag.attribute_value("Id").map(str::to_owned), "link")?
            }
            Self::Sheet(sheet) => sheet.see_tag(&tag)?,
            Self::Book(_) | Self::Links(_) | Self::Other => {}
        }
        Ok(())
    }

    fn by_root(name: &str) -> Self {
        match name {
            "workbook" => Self::Book(HashSet::new()),
            "Relationships" => Self::Links(HashSet::new()),
            "worksheet" => Self::Sheet(Sheet::default()),
            _ => Self::Other,
        }
    }
}

fn see_once(seen: &mut HashSet<String>, name: Option<String>, what: &str) -> Result<(), String> {
    let Some(name) = name else { return Ok(()) };
    if seen.contains(&name) {
        return Err(format!("{what} “{name}” comes twice"));
    }
    seen.insert(name);
    Ok(())
}

/// A tag in pieces.
struct Tag<'a> {
    /// Without the prefix of its namespace.
    name: &'a str,
    text: &'a str,
    closes: bool,
    /// `<row/>`.
    is_empty: bool,
}

impl<'a> Tag<'a> {
    fn parse_tag(text: &'a str) -> Self {
        let (closes, inner) = text.strip_prefix('/').map_or((false, text), |inner| (true, inner));
        let whole = inner.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
        Self { name: whole.rsplit(':').next().unwrap_or(""), text, closes, is_empty: text.ends_with('/') }
    }

    fn attribute_value(&self, name: &str) -> Option<&'a str> {
        tag_attributes(self.text).find(|(found, _)| *found == name).map(|(_, value)| value)
    }
}

/// The rows of a sheet that ran by, and the cells of the last one.
#[derive(Default)]
pub(super) struct Sheet {
    is_open: bool,
    was_open: bool,
    rows: HashSet<u64>,
    /// The last row with a number.
    last: u64,
    /// The number of the row that is open: its own, or that of its first cell.
    row: Option<u64>,
    columns: HashSet<u64>,
    column: u64,
    values: usize,
}

impl Sheet {
    fn see_tag(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        match (tag.name, tag.closes) {
            ("sheetData", false) if self.was_open => return Err("it has two tables of cells".to_owned()),
            ("sheetData", false) => (self.is_open, self.was_open) = (!tag.is_empty, true),
            ("sheetData", true) => self.is_open = false,
            _ if !self.is_open => {}
            ("row", false) => self.see_row(tag.attribute_value("r").and_then(|number| number.parse().ok()))?,
            ("c", false) => self.see_cell(tag.attribute_value("r"))?,
            ("v" | "is", false) if !tag.is_empty => self.see_value()?,
            _ => {}
        }
        Ok(())
    }

    fn see_row(&mut self, number: Option<u64>) -> Result<(), String> {
        (self.row, self.column) = (None, 0);
        self.columns.clear();
        number.map_or(Ok(()), |number| self.begin_row(number))
    }

    fn begin_row(&mut self, number: u64) -> Result<(), String> {
        if !self.rows.insert(number) {
            return Err(format!("row {number} comes twice"));
        }
        (self.row, self.last) = (Some(number), number);
        Ok(())
    }

    /// A cell without a name stands beside the one before it.
    fn see_cell(&mut self, name: Option<&str>) -> Result<(), String> {
        let named = name.and_then(cell_position).filter(|(column, row)| *column > 0 && *row > 0);
        let column = named.map_or(self.column + 1, |(column, _)| column);
        match (self.row, named) {
            (None, _) => self.begin_row(named.map_or(self.last + 1, |(_, row)| row))?,
            (Some(number), Some((_, row))) if row != number => {
                return Err(format!("a cell in row {number} is called {}", name.unwrap_or_default()));
            }
            _ => {}
        }
        (self.column, self.values) = (column, 0);
        if !self.columns.insert(column) {
            return Err(format!("{} comes twice", self.cell_name()));
        }
        Ok(())
    }

    fn see_value(&mut self) -> Result<(), String> {
        self.values += 1;
        if self.values > 1 { Err(format!("{} has two values", self.cell_name())) } else { Ok(()) }
    }

    /// The cell that was read last, as a spreadsheet program calls it.
    fn cell_name(&self) -> String {
        let (mut letters, mut rest) = (Vec::new(), self.column);
        while rest > 0 {
            letters.insert(0, b'A' + u8::try_from((rest - 1) % 26).expect("under 26"));
            rest = (rest - 1) / 26;
        }
        format!("cell {}{}", String::from_utf8_lossy(&letters), self.row.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first fault of a sheet's rows; `""` for none.
    fn check(rows: &str, expected: &str) {
        let text = format!("worksheet><sheetData>{rows}</sheetData></worksheet");
        let tags = text.split('<').filter_map(|piece| piece.split('>').next());
        let mut said = Said::default();
        let found = tags.map(|tag| said.see_tag(tag)).find_map(Result::err).unwrap_or_default();
        assert_eq!(found, expected, "{rows}");
    }

    #[test]
    fn what_a_sheet_says_twice() {
        check("<row r='1'><c r='A1'><v>1</v></c><c r='B1'/></row><row r='2'><c r='A2'/></row>", "");
        check("<row r='2'><c r='B2'/><c r='A2'/></row><row r='1'><c r='A1'/></row>", "");
        check("<row><c><v>1</v></c><c/></row><row/><row><c r='A9'/></row><row><c/></row>", "");
        check("<row r='1'><c><v/><is><t>a</t></is></c></row>", "");
        check("<row r='2'/><row r='2'/>", "row 2 comes twice");
        check("<row r='2'><c r='A2'/></row><row><c r='A2'/></row>", "row 2 comes twice");
        check("<row r='1'><c r='AA1'/><c r='AA1'/></row>", "cell AA1 comes twice");
        check("<row r='1'><c r='B1'/><c r='A1'/><c/></row>", "cell B1 comes twice");
        check("<row r='3'><c r='C2'/></row>", "a cell in row 3 is called C2");
        check("<x:row r='1'><x:c r='A1'><x:v>1</x:v><x:v>2</x:v></x:c></x:row>", "cell A1 has two values");
        check("<row r='1'><c><is><t>a</t></is><v>1</v></c></row>", "cell A1 has two values");
        check("</sheetData><sheetData>", "it has two tables of cells");
    }

    #[test]
    fn what_the_lists_say_twice() {
        let all = |tags: &[&str]| {
            let mut said = Said::default();
            tags.iter().map(|tag| said.see_tag(tag)).find_map(Result::err)
        };
        assert_eq!(all(&["?xml?", "workbook", "sheets", "sheet name='A'/", "sheet name='B'/"]), None);
        let sheet = all(&["workbook", "sheets", "sheet name='Data'/", "sheet name='data'/"]);
        assert_eq!(sheet.as_deref(), Some("sheet “data” comes twice"));
        let link = all(&["Relationships", "Relationship Id='rId1'/", "Relationship Id='rId1'/"]);
        assert_eq!(link.as_deref(), Some("link “rId1” comes twice"));
        assert_eq!(all(&["calcChain", "c r='A1' i='1'/", "c r='A1' i='2'/"]), None, "a list of cells of all sheets");
    }
}
