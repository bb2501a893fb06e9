//! One series, borrowed from what was read.

use crate::{Value, ValueFlags, ValueState, VintageId};

/// Observations of one place, group and grade in the order of their periods. Slices have the length of `period`, or none
/// when their column was not asked for . Unknown numbers are NaN.
#[derive(Clone, Copy, Debug)]
pub struct SeriesRows<'a> {
    /// Student group.
    pub group: &'a str,
    /// Grade.
    pub grade: &'a str,
    /// Place.
    pub place: &'a str,
    /// Ordinals of the periods; rising, but where every vintage was asked for: then a period is there once a vintage.
    pub period: &'a [i32],
    /// [`ValueState`]s as numbers; none is unknown.
    pub state: &'a [u8],
    /// [`ValueFlags`].
    pub flags: &'a [u8],
    /// The exact value, or the lower bound.
    pub lo: &'a [f64],
    /// The exact value, or the upper bound.
    pub hi: &'a [f64],
    /// Numerators.
    pub numerator: &'a [f64],
    /// Denominators.
    pub denominator: &'a [f64],
    /// The import each row came with.
    pub vintage: &'a [VintageId],
}

impl SeriesRows<'_> {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.period.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.period.is_empty()
    }

    /// What was published at this row. Needs `hi` among the columns asked for.
    ///
    /// # Panics
    /// When there is no such row, or `hi` was not asked for.
    pub fn value_at(&self, row: usize) -> Value {
        Value::of_stored(self.state_at(row), self.lo[row], self.hi[row])
    }

    /// The state at this row.
    pub fn state_at(&self, row: usize) -> ValueState {
        ValueState::of_number(self.state[row]).expect("states are checked when a file is read")
    }

    /// The flags at this row; none when they were not asked for.
    pub fn flags_at(&self, row: usize) -> ValueFlags {
        ValueFlags(self.flags.get(row).copied().unwrap_or_default())
    }
}
