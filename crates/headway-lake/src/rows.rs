//! Rows in columns, with numbers for texts: what the writer sorts.

use std::ops::Range;

use headway_model::{State, Value};

/// Columns of equal length. `group`, `grade` and `unit` are numbers into dictionaries kept elsewhere; unknown numbers are
/// NaN; `hi` equals `lo` for exact values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) group: Vec<u16>,
    pub(crate) grade: Vec<u16>,
    pub(crate) unit: Vec<u32>,
    pub(crate) period: Vec<i32>,
    pub(crate) state: Vec<u8>,
    pub(crate) flags: Vec<u8>,
    pub(crate) lo: Vec<f64>,
    pub(crate) hi: Vec<f64>,
    pub(crate) numerator: Vec<f64>,
    pub(crate) denominator: Vec<f64>,
    pub(crate) vintage: Vec<i64>,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.period.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.period.is_empty()
    }

    /// Group, grade and unit of a row.
    pub(crate) fn key(&self, row: usize) -> (u16, u16, u32) {
        (self.group[row], self.grade[row], self.unit[row])
    }

    /// The published value of a row.
    pub(crate) fn value(&self, row: usize) -> Value {
        let state = State::of_number(self.state[row]).expect("states were checked when the row came in");
        Value::of_stored(state, self.lo[row], self.hi[row])
    }

    /// Whether two rows say the same of everything but their key and vintage, to the last bit.
    pub(crate) fn same(&self, a: usize, b: usize) -> bool {
        let equal = |column: &[f64]| same_number(column[a], column[b]);
        self.state[a] == self.state[b]
            && self.flags[a] == self.flags[b]
            && equal(&self.lo)
            && equal(&self.hi)
            && equal(&self.numerator)
            && equal(&self.denominator)
    }

    pub(crate) fn append(&mut self, other: &Self, rows: Range<usize>) {
        self.group.extend_from_slice(&other.group[rows.clone()]);
        self.grade.extend_from_slice(&other.grade[rows.clone()]);
        self.unit.extend_from_slice(&other.unit[rows.clone()]);
        self.period.extend_from_slice(&other.period[rows.clone()]);
        self.state.extend_from_slice(&other.state[rows.clone()]);
        self.flags.extend_from_slice(&other.flags[rows.clone()]);
        self.lo.extend_from_slice(&other.lo[rows.clone()]);
        self.hi.extend_from_slice(&other.hi[rows.clone()]);
        self.numerator.extend_from_slice(&other.numerator[rows.clone()]);
        self.denominator.extend_from_slice(&other.denominator[rows.clone()]);
        self.vintage.extend_from_slice(&other.vintage[rows]);
    }

    pub(crate) fn slice(&self, rows: Range<usize>) -> Self {
        let mut slice = Self::default();
        slice.append(self, rows);
        slice
    }

    /// The rows in the given order; rows may be left out.
    pub(crate) fn pick(&self, order: &[u32]) -> Self {
        fn pick<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
            order.iter().map(|&row| column[row as usize]).collect()
        }
        Self {
            group: pick(&self.group, order),
            grade: pick(&self.grade, order),
            unit: pick(&self.unit, order),
            period: pick(&self.period, order),
            state: pick(&self.state, order),
            flags: pick(&self.flags, order),
            lo: pick(&self.lo, order),
            hi: pick(&self.hi, order),
            numerator: pick(&self.numerator, order),
            denominator: pick(&self.denominator, order),
            vintage: pick(&self.vintage, order),
        }
    }
}

/// Equal as stored: all that is not a number is one thing, "unknown".
pub(crate) fn same_number(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
