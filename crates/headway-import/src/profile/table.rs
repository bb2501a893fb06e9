//! How a sheet is laid out.

use serde::Deserialize;

use super::NamedPattern;

/// How a sheet is laid out. All of it can be left out for a plain file with one header row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// The sheets that are read, by name. Needed when a workbook has more than one.
    pub sheets: Option<NamedPattern>,
    /// How many rows the header has (`2`: a group header above), or `"none"`.
    #[serde(default)]
    pub header: HeaderRows,
    /// The row of the header's first line, when it can't be found by its names.
    pub header_at: Option<u64>,
    /// Column names of a file without header.
    #[serde(default)]
    pub names: Vec<String>,
    /// The delimiter, when it is not the one that the first lines show.
    pub delimiter: Option<char>,
    /// The encoding, when it is not the one that the bytes show (`windows-1252`).
    pub encoding: Option<String>,
    /// Rows that end early lack the columns added in later years: take those cells as empty instead of refusing the row.
    #[serde(default)]
    pub short_rows: bool,
    /// Short names of columns that a file may lack; their text is then empty.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Columns in which an empty cell means "as above" (merged cells down the side).
    #[serde(default)]
    pub fill_down: Vec<String>,
}

/// How many rows the header has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "HeaderText")]
pub struct HeaderRows(pub usize);

impl Default for HeaderRows {
    fn default() -> Self {
        Self(1)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum HeaderText {
    Rows(usize),
    Word(String),
}

impl TryFrom<HeaderText> for HeaderRows {
    type Error = String;

    fn try_from(text: HeaderText) -> Result<Self, String> {
        match text {
            HeaderText::Rows(rows @ 1..=4) => Ok(Self(rows)),
            HeaderText::Word(word) if word == "none" => Ok(Self(0)),
            _ => Err("header: write the number of its rows (1 to 4) or \"none\"".into()),
        }
    }
}

impl TableRule {
    pub(super) fn check_header(&self) -> Result<(), String> {
        match (self.header.0, self.names.is_empty()) {
            (0, true) => Err("a file without header needs `names` for its columns".into()),
            (1.., false) => Err("`names` is for files without header (header = \"none\")".into()),
            _ => Ok(()),
        }
    }
}

/// One text or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several: any of them.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

/// Rows that are left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// The column looked at.
    pub column: String,
    /// Leaves out rows with one of these texts.
    pub is: Option<OneOrMany>,
    /// Leaves out rows with none of these texts.
    pub is_not: Option<OneOrMany>,
    /// Leaves out rows in whose text this is found.
    pub pattern: Option<NamedPattern>,
    /// Why: shown in the report.
    pub why: String,
}

impl SkipRule {
    pub(super) fn check_rule(&self) -> Result<(), String> {
        let ways = [self.is.is_some(), self.is_not.is_some(), self.pattern.is_some()];
        match ways.iter().filter(|&&w| w).count() {
            1 => Ok(()),
            _ => Err(format!("skip “{}”: give one of is, is_not, pattern", self.why)),
        }
    }
}
