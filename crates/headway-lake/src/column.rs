//! A column of rows. One that says the same in every row takes no room, and costs nothing to move, sort or write.

use std::ops::Range;

/// What a column holds.
pub(crate) trait ColumnCell: Copy {
    /// Equal as stored.
    fn is_same(self, other: Self) -> bool;
}

/// Values of rows, in their order.
#[derive(Clone, Debug)]
pub(crate) enum CompactColumn<T> {
    /// The same in all of so many rows, at least one.
    Same(T, usize),
    /// One a row.
    Each(Vec<T>),
}

impl<T> Default for CompactColumn<T> {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl<T: ColumnCell> CompactColumn<T> {
    /// The same in `rows` rows.
    pub(crate) fn of_one_value(value: T, rows: usize) -> Self {
        if rows == 0 { Self::default() } else { Self::Same(value, rows) }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Same(_, rows) => *rows,
            Self::Each(values) => values.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    #[inline]
    pub(crate) fn value_at(&self, row: usize) -> T {
        match self {
            Self::Same(value, _) => *value,
            Self::Each(values) => values[row],
        }
    }

    /// Every value that occurs, at least once.
    pub(crate) fn occurring_values(&self) -> &[T] {
        match self {
            Self::Same(value, _) => std::slice::from_ref(value),
            Self::Each(values) => values,
        }
    }

    /// The values of some rows, one a row.
    pub(crate) fn row_values(&self, rows: Range<usize>) -> Vec<T> {
        match self {
            Self::Same(value, _) => vec![*value; rows.len()],
            Self::Each(values) => values[rows].to_vec(),
        }
    }

    /// The values of some rows, at least once each.
    pub(crate) fn values_in(&self, rows: Range<usize>) -> &[T] {
        match self {
            Self::Same(value, _) => std::slice::from_ref(value),
            Self::Each(values) => &values[rows],
        }
    }

    /// Adds `count` rows that say `value`.
    pub(crate) fn push_repeated(&mut self, value: T, count: usize) {
        match self {
            _ if count == 0 => {}
            Self::Same(have, rows) if have.is_same(value) => *rows += count,
            Self::Each(values) if values.is_empty() => *self = Self::Same(value, count),
            _ => {
                let values = self.expand_values();
                values.resize(values.len() + count, value);
            }
        }
    }

    /// Adds rows.
    pub(crate) fn extend(&mut self, new: &[T]) {
        let Some((&first, rest)) = new.split_first() else { return };
        let known = match self {
            Self::Same(have, _) => have.is_same(first),
            Self::Each(values) => values.is_empty(),
        };
        if known && rest.iter().all(|value| value.is_same(first)) {
            self.push_repeated(first, new.len());
        } else {
            self.expand_values().extend_from_slice(new);
        }
    }

    /// Adds some rows of another column.
    pub(crate) fn append_rows(&mut self, other: &Self, rows: Range<usize>) {
        match other {
            Self::Same(value, _) => self.push_repeated(*value, rows.len()),
            Self::Each(values) => match self {
                // Without looking whether they are the same: most often they are not.
                Self::Each(own) => own.extend_from_slice(&values[rows]),
                Self::Same(..) => self.extend(&values[rows]),
            },
        }
    }

    /// The rows in the given order; rows may be left out.
    pub(crate) fn pick_rows(&self, order: &[u32]) -> Self {
        match self {
            Self::Same(value, _) => Self::of_one_value(*value, order.len()),
            Self::Each(values) => Self::Each(order.iter().map(|&row| values[row as usize]).collect()),
        }
    }

    /// Takes all rows out; the room stays.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Same(..) => *self = Self::default(),
            Self::Each(values) => values.clear(),
        }
    }

    /// Takes the first `count` rows out; the room stays.
    pub(crate) fn drop_first(&mut self, count: usize) {
        match self {
            Self::Same(value, rows) => *self = Self::of_one_value(*value, *rows - count),
            Self::Each(values) => drop(values.drain(..count)),
        }
    }

    /// The memory that its rows take.
    pub(crate) fn byte_size(&self) -> usize {
        match self {
            Self::Same(..) => 0,
            Self::Each(values) => size_of_val(values.as_slice()),
        }
    }

    /// The values one by one.
    pub(crate) fn expand_values(&mut self) -> &mut Vec<T> {
        if let Self::Same(value, rows) = *self {
            *self = Self::Each(vec![value; rows]);
        }
        match self {
            Self::Each(values) => values,
            Self::Same(..) => unreachable!("it was taken apart just now"),
        }
    }
}

impl ColumnCell for u8 {
    fn is_same(self, other: Self) -> bool {
        self == other
    }
}

impl ColumnCell for u16 {
    fn is_same(self, other: Self) -> bool {
        self == other
    }
}

impl ColumnCell for u32 {
    fn is_same(self, other: Self) -> bool {
        self == other
    }
}

impl ColumnCell for i32 {
    fn is_same(self, other: Self) -> bool {
        self == other
    }
}

impl ColumnCell for i64 {
    fn is_same(self, other: Self) -> bool {
        self == other
    }
}

/// All that is not a number is one thing, "unknown".
impl ColumnCell for f64 {
    fn is_same(self, other: Self) -> bool {
        self.to_bits() == other.to_bits() || (self.is_nan() && other.is_nan())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(column: &CompactColumn<f64>, expected: &[f64], alike: bool) {
        let values: Vec<f64> = (0..column.len()).map(|row| column.value_at(row)).collect();
        assert!(
            values.len() == expected.len() && values.iter().zip(expected).all(|(a, b)| a.is_same(*b)),
            "{values:?}"
        );
        assert_eq!(matches!(column, CompactColumn::Same(..)), alike);
    }

    #[test]
    fn rows_come_out_as_they_went_in() {
        let no = f64::NAN;
        let mut column = CompactColumn::default();
        column.extend(&[no, no]);
        column.push_repeated(-no, 1);
        check(&column, &[no, no, no], true);
        check(&column.pick_rows(&[2, 0]), &[no, no], true);
        column.extend(&[0.0, -0.0]);
        check(&column, &[no, no, no, 0.0, -0.0], false);
        check(&column.pick_rows(&[4, 3]), &[-0.0, 0.0], false);
        let mut other = CompactColumn::of_one_value(0.0, 2);
        other.append_rows(&column, 3..4);
        check(&other, &[0.0, 0.0, 0.0], true);
        other.append_rows(&column, 3..5);
        check(&other, &[0.0, 0.0, 0.0, 0.0, -0.0], false);
        other.drop_first(3);
        check(&other, &[0.0, -0.0], false);
        let mut alike = CompactColumn::default();
        alike.extend(&[1.0, 1.0]);
        alike.extend(&[1.0]);
        check(&alike, &[1.0, 1.0, 1.0], true);
        alike.drop_first(2);
        check(&alike, &[1.0], true);
        alike.extend(&[]);
        alike.extend(&[2.0, 1.0]);
        check(&alike, &[1.0, 2.0, 1.0], false);
        alike.clear();
        check(&alike, &[], false);
    }
}
