//! Rows in columns, with numbers for texts: what the writer sorts.

use std::ops::Range;

use headway_model::{Value, ValueState};

use crate::column::{ColumnCell, CompactColumn};

/// Columns of equal length. `group`, `grade` and `place` are numbers into dictionaries kept elsewhere; unknown numbers are
/// NaN, and so is `hi` where the value is exact.
#[derive(Clone, Debug, Default)]
pub(crate) struct LakeRows {
    pub(crate) group: CompactColumn<u16>,
    pub(crate) grade: CompactColumn<u16>,
    pub(crate) place: CompactColumn<u32>,
    pub(crate) period: CompactColumn<i32>,
    pub(crate) state: CompactColumn<u8>,
    pub(crate) flags: CompactColumn<u8>,
    pub(crate) lo: CompactColumn<f64>,
    pub(crate) hi: CompactColumn<f64>,
    pub(crate) numerator: CompactColumn<f64>,
    pub(crate) denominator: CompactColumn<f64>,
    pub(crate) vintage: CompactColumn<i64>,
}

impl LakeRows {
    pub(crate) fn len(&self) -> usize {
        self.period.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.period.is_empty()
    }

    /// Group, grade and place of a row.
    #[inline]
    pub(crate) fn key_at(&self, row: usize) -> (u16, u16, u32) {
        (self.group.value_at(row), self.grade.value_at(row), self.place.value_at(row))
    }

    /// The published value of a row.
    pub(crate) fn value_at(&self, row: usize) -> Value {
        let state = ValueState::of_number(self.state.value_at(row)).expect("states were checked when the row came in");
        Value::of_stored(state, self.lo.value_at(row), self.hi.value_at(row))
    }

    /// Whether two rows say the same of everything but their key and vintage, to the last bit.
    pub(crate) fn is_same_figure(&self, a: usize, b: usize) -> bool {
        let equal = |column: &CompactColumn<f64>| column.value_at(a).is_same(column.value_at(b));
        self.state.value_at(a) == self.state.value_at(b)
            && self.flags.value_at(a) == self.flags.value_at(b)
            && equal(&self.lo)
            && equal(&self.hi)
            && equal(&self.numerator)
            && equal(&self.denominator)
    }

    pub(crate) fn append_rows(&mut self, other: &Self, rows: Range<usize>) {
        self.group.append_rows(&other.group, rows.clone());
        self.grade.append_rows(&other.grade, rows.clone());
        self.place.append_rows(&other.place, rows.clone());
        self.period.append_rows(&other.period, rows.clone());
        self.state.append_rows(&other.state, rows.clone());
        self.flags.append_rows(&other.flags, rows.clone());
        self.lo.append_rows(&other.lo, rows.clone());
        self.hi.append_rows(&other.hi, rows.clone());
        self.numerator.append_rows(&other.numerator, rows.clone());
        self.denominator.append_rows(&other.denominator, rows.clone());
        self.vintage.append_rows(&other.vintage, rows);
    }

    /// Takes all rows out; the room stays.
    pub(crate) fn clear(&mut self) {
        self.group.clear();
        self.grade.clear();
        self.place.clear();
        self.period.clear();
        self.state.clear();
        self.flags.clear();
        self.lo.clear();
        self.hi.clear();
        self.numerator.clear();
        self.denominator.clear();
        self.vintage.clear();
    }

    /// Takes the first `count` rows out; the room stays.
    pub(crate) fn drop_first(&mut self, count: usize) {
        self.group.drop_first(count);
        self.grade.drop_first(count);
        self.place.drop_first(count);
        self.period.drop_first(count);
        self.state.drop_first(count);
        self.flags.drop_first(count);
        self.lo.drop_first(count);
        self.hi.drop_first(count);
        self.numerator.drop_first(count);
        self.denominator.drop_first(count);
        self.vintage.drop_first(count);
    }

    /// The memory that the rows take.
    pub(crate) fn byte_size(&self) -> usize {
        let Self { group, grade, place, period, state, flags, lo, hi, numerator, denominator, vintage } = self;
        let keys = group.byte_size() + grade.byte_size() + place.byte_size() + period.byte_size() + vintage.byte_size();
        keys + state.byte_size()
            + flags.byte_size()
            + [lo, hi, numerator, denominator].map(CompactColumn::byte_size).iter().sum::<usize>()
    }

    /// The rows in the given order; rows may be left out.
    pub(crate) fn pick_rows(&self, order: &[u32]) -> Self {
        Self {
            group: self.group.pick_rows(order),
            grade: self.grade.pick_rows(order),
            place: self.place.pick_rows(order),
            period: self.period.pick_rows(order),
            state: self.state.pick_rows(order),
            flags: self.flags.pick_rows(order),
            lo: self.lo.pick_rows(order),
            hi: self.hi.pick_rows(order),
            numerator: self.numerator.pick_rows(order),
            denominator: self.denominator.pick_rows(order),
            vintage: self.vintage.pick_rows(order),
        }
    }
}

/// The upper bounds as rows keep them: none where the value is exact.
pub(crate) fn upper_bounds(state: &[u8], hi: &[f64]) -> Vec<f64> {
    let exact = |state: u8| state == ValueState::Exact as u8;
    state.iter().zip(hi).map(|(&state, &hi)| if exact(state) { f64::NAN } else { hi }).collect()
}
