//! Tables of counts in JSON: rows with one text a dimension, margins named "Total".

use std::collections::HashMap;

use headway_stats::suppress::Dimension;
use serde_json::{Map, Value};

use super::{CalcError, Input};

/// How a margin over a whole dimension is named.
pub(super) const TOTAL: &str = "Total";

/// One dimension of a table: its column, its codes, and what each code is a part of. Code 0 is the total.
pub(super) struct Codes<'a> {
    /// The column that cells are named by.
    pub(super) column: &'a str,
    names: Vec<&'a str>,
    place: HashMap<&'a str, u32>,
    parent: Vec<Option<u32>>,
}

impl<'a> Codes<'a> {
    pub(super) fn new(column: &'a str) -> Self {
        Self { column, names: vec![TOTAL], place: HashMap::from([(TOTAL, 0)]), parent: vec![None] }
    }

    /// The code of this name, a part of `parent`; an error if it is already a part of another.
    pub(super) fn part_of(&mut self, name: &'a str, parent: u32) -> Result<u32, String> {
        let next = self.names.len() as u32;
        let at = *self.place.entry(name).or_insert(next);
        if at == next {
            self.names.push(name);
            self.parent.push(Some(parent));
        } else if self.parent[at as usize] != Some(parent) {
            let above = self.parent[at as usize].map_or(TOTAL, |p| self.names[p as usize]);
            return Err(format!("“{name}” is a part of “{above}” in another row"));
        }
        Ok(at)
    }

    /// The code of this name, if there is one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.place.get(name).copied()
    }

    pub(super) fn name(&self, code: u32) -> &'a str {
        self.names[code as usize]
    }

    pub(super) fn dimension(&self) -> Dimension {
        Dimension::new(self.parent.clone())
    }
}

/// A cell's names by column.
pub(super) fn named(dimensions: &[Codes<'_>], codes: &[u32]) -> Map<String, Value> {
    let name = |(d, &code): (&Codes<'_>, &u32)| (d.column.to_owned(), Value::from(d.name(code)));
    dimensions.iter().zip(codes).map(name).collect()
}

/// The names of the dimensions; none is no table.
pub(super) fn columns<'a>(dims: &Input<'a>) -> Result<Vec<&'a str>, CalcError> {
    let names = dims.items()?.iter().map(Input::text).collect::<Result<Vec<&str>, CalcError>>()?;
    if names.is_empty() { Err(dims.fault("a table needs a dimension")) } else { Ok(names) }
}
