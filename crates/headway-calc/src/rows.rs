//! Answers with a row for each of many units. Rows are made one after the other as they are written: as JSON values all of them would
//! take kilobytes each.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// What rows are made from.
pub(super) trait RowSource {
    /// How many.
    fn row_count(&self) -> usize;

    /// One of them.
    fn row_json(&self, at: usize) -> Value;
}

/// An answer, an object: its fields, and its rows in the place of one of them.
pub(super) struct RowsAnswer {
    fields: Value,
    name: &'static str,
    rows: Box<dyn RowSource>,
}

impl RowsAnswer {
    /// `fields` has anything at all under `name`: there the rows come.
    pub(super) fn new(fields: Value, name: &'static str, rows: impl RowSource + 'static) -> Self {
        Self { fields, name, rows: Box::new(rows) }
    }
}

impl Serialize for RowsAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let none = Map::new();
        let fields = self.fields.as_object().unwrap_or(&none);
        if !fields.contains_key(self.name) {
            return Err(S::Error::custom(format!("the answer has no place for its {}", self.name)));
        }
        let mut answer = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in fields {
            match name == self.name {
                true => answer.serialize_entry(name, &RowSequence(self.rows.as_ref()))?,
                false => answer.serialize_entry(name, value)?,
            }
        }
        answer.end()
    }
}

struct RowSequence<'a>(&'a dyn RowSource);

impl Serialize for RowSequence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.0.row_count()).map(|at| self.0.row_json(at)))
    }
}
