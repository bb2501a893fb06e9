//! The data of a chart as rows of text.

use headway_model::seen_text;

/// Rows of text under named columns: the same data as the chart beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTable {
    /// What the table shows; the chart's headline.
    pub caption: String,
    /// The columns, left to right; the first one names the row.
    pub columns: Vec<TableColumn>,
    /// The rows, each with one text a column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a [`DataTable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its title.
    pub title: String,
    /// Holds numbers: set flush right.
    pub numeric: bool,
}

impl TableColumn {
    /// A column of words.
    pub fn text_column(title: impl Into<String>) -> Self {
        Self { title: title.into(), numeric: false }
    }

    /// A column of numbers.
    pub fn number_column(title: impl Into<String>) -> Self {
        Self { title: title.into(), numeric: true }
    }
}

impl DataTable {
    /// The table as CSV (RFC 4180, LF line ends), titles in the first line. Minus signs are plain hyphens, and a word that a
    /// spreadsheet would run as a formula (`=`, `+`, `@`, tab first) is preceded by an apostrophe.
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        let titles = self.columns.iter().map(|c| csv_cell(&c.title));
        out.push_str(&titles.collect::<Vec<_>>().join(","));
        out.push('\n');
        for row in &self.rows {
            debug_assert_eq!(row.len(), self.columns.len(), "a row has one text a column");
            out.push_str(&row.iter().map(|cell| csv_cell(cell)).collect::<Vec<_>>().join(","));
            out.push('\n');
        }
        out
    }
}

fn csv_cell(text: &str) -> String {
    let mut text = seen_text(text).replace('−', "-");
    let number = text.trim_start_matches(['-', '+', '$']).starts_with(|c: char| c.is_ascii_digit());
    if text.starts_with(['=', '@', '\t', '\r']) || (text.starts_with(['+', '-']) && !number) {
        text.insert(0, '\'');
    }
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_and_disarms() {
        let table = DataTable {
            caption: String::new(),
            columns: vec![TableColumn::text_column("Place"), TableColumn::number_column("Result")],
            rows: vec![
                vec!["Lee, \"North\"".to_owned(), "1,234".to_owned()],
                vec!["=HYPERLINK(1)".to_owned(), "−3.2%".to_owned()],
            ],
        };
        assert_eq!(table.to_csv(), "Place,Result\n\"Lee, \"\"North\"\"\",\"1,234\"\n'=HYPERLINK(1),-3.2%\n");
        assert_eq!(csv_cell("\u{202e}=1\u{1b}[31m"), "'=1[31m");
    }
}
