//! Tables of counts in JSON: rows with one text (or number) a dimension, margins named "Total".

use std::borrow::Cow;
use std::collections::HashMap;

use headway_stats::suppress::TableDimension;
use serde_json::{Map, Value};

use super::{CalcError, JsonInput};

/// How a margin over a whole dimension is named.
pub(super) const TOTAL: &str = "Total";

/// One dimension of a table: its column, its codes, and what each code is a part of. Code 0 is the total.
pub(super) struct DimensionCodes<'a> {
    /// The column that cells are named by.
    pub(super) column: &'a str,
    names: Vec<Cow<'a, str>>,
    place: HashMap<Cow<'a, str>, u32>,
    parent: Vec<Option<u32>>,
}

impl<'a> DimensionCodes<'a> {
    pub(super) fn new(column: &'a str) -> Self {
        let total = Cow::Borrowed(TOTAL);
        Self { column, names: vec![total.clone()], place: HashMap::from([(total, 0)]), parent: vec![None] }
    }

    /// The code of this name, a part of `parent`; an error if it is already a part of another.
    pub(super) fn part_of(&mut self, name: Cow<'a, str>, parent: u32) -> Result<u32, String> {
        let next = self.names.len() as u32;
        let at = *self.place.entry(name.clone()).or_insert(next);
        if at == next {
            self.names.push(name);
            self.parent.push(Some(parent));
        } else if self.parent[at as usize] != Some(parent) {
            let above = self.parent[at as usize].map_or(TOTAL, |p| &self.names[p as usize]);
            return Err(format!("“{name}” is a part of “{above}” in another row"));
        }
        Ok(at)
    }

    /// The code of this name, if there is one.
    pub(super) fn find_code(&self, name: &str) -> Option<u32> {
        self.place.get(name).copied()
    }

    pub(super) fn code_name(&self, code: u32) -> &str {
        &self.names[code as usize]
    }

    /// How many codes there are, the total counted.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn to_dimension(&self) -> TableDimension {
        TableDimension::new(self.parent.clone())
    }

    /// The same codes in the order of their names, and the place of each of these there: so that what is decided between equal
    /// cells does not hang on the order of rows.
    pub(super) fn by_name(&self) -> (Self, Vec<u32>) {
        let mut order: Vec<u32> = (1..self.names.len() as u32).collect();
        order.sort_by_key(|&code| self.code_name(code));
        order.insert(0, 0);
        let mut place = vec![0; order.len()];
        (0..).zip(&order).for_each(|(at, &code)| place[code as usize] = at);
        let names: Vec<Cow<'a, str>> = order.iter().map(|&code| self.names[code as usize].clone()).collect();
        let parent = order.iter().map(|&code| self.parent[code as usize].map(|above| place[above as usize])).collect();
        let at = names.iter().cloned().zip(0..).collect();
        (Self { column: self.column, names, place: at, parent }, place)
    }
}

/// A cell's names by column.
pub(super) fn cell_names(dimensions: &[DimensionCodes<'_>], codes: &[u32]) -> Map<String, Value> {
    let name = |(d, &code): (&DimensionCodes<'_>, &u32)| (d.column.to_owned(), Value::from(d.code_name(code)));
    dimensions.iter().zip(codes).map(name).collect()
}

/// Fields that a cell has besides its codes.
const OWN: [&str; 4] = ["n", "primary", "suppressed", "status"];
/// The largest count of one cell: sums of many must be numbers too.
const LARGEST: u64 = 1_000_000_000_000;

/// The names of the dimensions; none is no table.
pub(super) fn read_columns<'a>(dims: &JsonInput<'a>) -> Result<Vec<&'a str>, CalcError> {
    let entries = dims.array_items()?;
    let names = entries.iter().map(JsonInput::to_text).collect::<Result<Vec<&str>, CalcError>>()?;
    if names.is_empty() {
        return Err(dims.fault("a table needs a dimension"));
    }
    for (i, name) in names.iter().enumerate() {
        if OWN.contains(name) {
            return Err(entries[i].fault(format!("“{name}” is what a cell says, no dimension: rename the column")));
        }
        if names[..i].contains(name) {
            return Err(entries[i].fault(format!("“{name}” is there twice")));
        }
    }
    Ok(names)
}

/// The code of a cell in a column. A number is the code that it is written as.
pub(super) fn read_code<'a>(row: &JsonInput<'a>, column: &str) -> Result<Cow<'a, str>, CalcError> {
    let given = row.required_field(column)?;
    match given.value() {
        Value::Number(number) => {
            let text = number.to_string();
            Ok(Cow::Owned(text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)))
        }
        _ => given.to_text().map(Cow::Borrowed),
    }
}

/// The count of a cell.
pub(super) fn cell_count(given: &JsonInput<'_>) -> Result<u64, CalcError> {
    let n = given.to_count()?;
    if n <= LARGEST { Ok(n) } else { Err(given.fault(format!("{n} is too large a count"))) }
}

/// A fault where a table of these dimensions has more possible cells than can be numbered.
pub(super) fn not_too_wide(dims: &JsonInput<'_>, dimensions: &[DimensionCodes<'_>]) -> Result<(), CalcError> {
    match dimensions.iter().try_fold(1u64, |cells, d| cells.checked_mul(d.len() as u64)) {
        Some(_) => Ok(()),
        None => Err(dims.fault("the table is too wide: its dimensions make more than 10^19 possible cells")),
    }
}
