//! Which sheets there are, and which columns each has.

use serde_json::Value;

use crate::schema::{self, ValueKind, kind_of};

/// A sheet: the things of one list of the plan, or (the first sheet) the plan's own fields.
pub(super) struct SheetLayout {
    pub(super) name: String,
    /// The lists from the plan down to the things of this sheet: `programs`, `milestones`. Empty for the first sheet.
    pub(super) lists: Vec<SheetList>,
    pub(super) columns: Vec<SheetColumn>,
}

/// One list on the way down.
#[derive(Clone)]
pub(super) struct SheetList {
    /// The keys that lead to it from the thing above: `target`, `parts`.
    pub(super) keys: Vec<&'static str>,
    /// One of its things, in a word.
    pub(super) one: String,
    /// What a row is found by when rows of other sheets belong to it.
    pub(super) named_by: NamedBy,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// Its id.
    Id,
    /// Its number, in a column of its own.
    Number,
    /// Nothing belongs to it.
    Nothing,
}

pub(super) struct SheetColumn {
    /// `baseline.period`
    pub(super) header: String,
    /// The keys that lead to the value: `baseline`, `period`.
    pub(super) keys: Vec<&'static str>,
    /// A list of texts in one cell.
    pub(super) list: bool,
    /// What the value (or each of the list) is.
    pub(super) kind: ValueKind,
}

/// The column of the number by which other sheets name a row.
pub(super) const NUMBER: &str = "nr";

impl SheetLayout {
    /// The headers of the columns that say to what a row belongs.
    pub(super) fn parent_headers(&self) -> Vec<String> {
        let above = self.lists.len().saturating_sub(1);
        self.lists[..above].iter().map(|list| format!("of {}", list.one)).collect()
    }

    /// Whether the rows have a number of their own.
    pub(super) fn is_numbered(&self) -> bool {
        self.lists.last().is_some_and(|list| list.named_by == NamedBy::Number)
    }

    /// Every header, in order.
    pub(super) fn headers(&self) -> Vec<String> {
        let number = self.is_numbered().then(|| NUMBER.to_owned());
        self.parent_headers().into_iter().chain(number).chain(self.columns.iter().map(|it| it.header.clone())).collect()
    }
}

/// Every sheet, those that others belong to first.
pub(super) fn all_sheets() -> Vec<SheetLayout> {
    let mut sheets = Vec::new();
    add_sheets("plan".to_owned(), schema::root_schema(), Vec::new(), &mut sheets);
    sheets
}

/// Adds the sheet of `schema`'s things, then those of the lists in it.
fn add_sheets(name: String, schema: &'static Value, lists: Vec<SheetList>, sheets: &mut Vec<SheetLayout>) {
    let mut sheet = SheetLayout { name, lists, columns: Vec::new() };
    let mut below = Vec::new();
    add_columns(schema, &[], &mut sheet.columns, &mut below);
    let has_id = sheet.columns.iter().any(|it| it.header == "id");
    if let Some(list) = sheet.lists.last_mut() {
        list.named_by = match (below.is_empty(), has_id) {
            (true, _) => NamedBy::Nothing,
            (false, true) => NamedBy::Id,
            (false, false) => NamedBy::Number,
        };
    }
    let lists = sheet.lists.clone();
    sheets.push(sheet);
    for (keys, items) in below {
        let (last, inner) = keys.split_last().expect("a list has a key");
        let name = match (lists.len(), inner.last(), lists.last()) {
            (0 | 1, None, _) => (*last).replace('_', " "),
            (_, Some(map), _) => format!("{map} {last}"),
            (_, None, above) => format!("{} {last}", above.map_or("", |it| &it.one)),
        };
        let list = SheetList { one: singular(last), keys, named_by: NamedBy::Nothing };
        add_sheets(name, items, lists.iter().cloned().chain([list]).collect(), sheets);
    }
}

/// The columns of a map, those of maps inside it with a dot; and the lists of maps, which are sheets of their own.
fn add_columns(
    schema: &'static Value,
    above: &[&'static str],
    columns_: &mut Vec<SheetColumn>,
    below: &mut Vec<(Vec<&'static str>, &'static Value)>,
) {
    let ValueKind::Map { keys, .. } = kind_of(schema) else { unreachable!("things of a sheet are maps") };
    for (key, schema) in keys {
        let keys: Vec<&'static str> = above.iter().copied().chain([key]).collect();
        let header = keys.join(".");
        match kind_of(schema) {
            ValueKind::Map { .. } => add_columns(schema, &keys, columns_, below),
            ValueKind::List { items, .. } => match kind_of(items) {
                ValueKind::Map { .. } => below.push((keys, items)),
                kind => columns_.push(SheetColumn { header, keys, list: true, kind }),
            },
            kind => columns_.push(SheetColumn { header, keys, list: false, kind }),
        }
    }
}

fn singular(list: &str) -> String {
    match list {
        "strategies" => "strategy".to_owned(),
        "breaks" | "replaces" | "history" | "trajectory" | "delivery_chain" => list.to_owned(),
        _ => list.trim_end_matches('s').to_owned(),
    }
}
