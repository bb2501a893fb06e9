//! A column of numbers: a dictionary of its row group, since published figures and states have few different values.

use parquet::{
    errors::ParquetError,
    file::statistics::{Statistics, ValueStatistics},
    schema::types::ColumnDescPtr,
};

use crate::{
    column::Cell,
    hybrid::{put_codes, put_known, put_run, width_of},
    layout::BLOCK_ROWS,
    pages::{Chunk, Pages},
};

/// More different numbers than this in a row group are written as they are.
const MOST_VALUES: usize = 1 << 14;

/// A number as a Parquet file stores it.
pub(crate) trait Number: Cell + PartialOrd {
    /// Different for different numbers.
    fn bits(self) -> u64;
    /// Adds its bytes.
    fn put(self, bytes: &mut Vec<u8>);
    /// Whether there is one; what is not a number is stored as null.
    fn known(self) -> bool;
    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics;
}

/// Encodes the numbers of `rows` rows, with pages of [`BLOCK_ROWS`] rows. `values` has one a row, or one for all of them.
pub(crate) fn encode<T: Number>(column: ColumnDescPtr, values: &[T], rows: usize) -> Result<Chunk, ParquetError> {
    let optional = column.max_def_level() > 0;
    debug_assert!(optional || values.iter().all(|value| value.known()), "a column that is never null");
    let pages = match values {
        [] => Pages { dictionary: None, data: Vec::new(), statistics: T::statistics(None, 0) },
        [first, rest @ ..] if rest.iter().all(|value| value.same(*first)) => alike(*first, rows, optional),
        _ => dictionary(values, optional).unwrap_or_else(|| plain(values, optional)),
    };
    pages.join(column)
}

/// Every row says the same.
fn alike<T: Number>(value: T, rows: usize, optional: bool) -> Pages {
    let page = |rows: usize| {
        let mut bytes = Vec::new();
        if optional {
            put_known(&mut bytes, std::iter::repeat_n(value.known(), rows));
        }
        if value.known() {
            bytes.push(0);
            put_run(&mut bytes, 0, 0, rows);
        }
        (bytes, rows)
    };
    let whole = std::iter::repeat_n(BLOCK_ROWS, rows / BLOCK_ROWS);
    let rest = Some(rows % BLOCK_ROWS).filter(|&rest| rest > 0);
    let data = whole.chain(rest).map(page).collect();
    if !value.known() {
        return Pages { dictionary: None, data, statistics: T::statistics(None, rows as u64) };
    }
    let mut bytes = Vec::new();
    value.put(&mut bytes);
    Pages { dictionary: Some((bytes, 1)), data, statistics: T::statistics(Some((value, value)), 0) }
}

/// Places in a dictionary; `None` when there are too many different numbers.
fn dictionary<T: Number>(values: &[T], optional: bool) -> Option<Pages> {
    let mut dictionary = Dictionary::default();
    let mut codes = Vec::with_capacity(values.len());
    for value in values.iter().filter(|value| value.known()) {
        codes.push(dictionary.code(*value)?);
    }
    let width = width_of(dictionary.values.len());
    let mut left = codes.as_slice();
    let data = pages(values, optional, |known, bytes| {
        let (page, rest) = left.split_at(known);
        left = rest;
        bytes.push(width as u8);
        put_codes(bytes, page, width);
    });
    let mut bytes = Vec::with_capacity(dictionary.values.len() * 8);
    dictionary.values.iter().for_each(|value| value.put(&mut bytes));
    let statistics = T::statistics(bounds(&dictionary.values), (values.len() - codes.len()) as u64);
    Some(Pages { dictionary: Some((bytes, dictionary.values.len())), data, statistics })
}

/// The numbers themselves.
fn plain<T: Number>(values: &[T], optional: bool) -> Pages {
    let known: Vec<T> = values.iter().copied().filter(|value| value.known()).collect();
    let mut left = known.as_slice();
    let data = pages(values, optional, |count, bytes| {
        let (page, rest) = left.split_at(count);
        left = rest;
        page.iter().for_each(|value| value.put(bytes));
    });
    let statistics = T::statistics(bounds(&known), (values.len() - known.len()) as u64);
    Pages { dictionary: None, data, statistics }
}

/// Pages with which values are known, and what `fill` adds for so many known ones.
fn pages<T: Number>(values: &[T], optional: bool, mut fill: impl FnMut(usize, &mut Vec<u8>)) -> Vec<(Vec<u8>, usize)> {
    let page = |values: &[T]| {
        let mut bytes = Vec::with_capacity(2 * values.len());
        let known = values.iter().map(|value| value.known());
        if optional {
            put_known(&mut bytes, known.clone());
        }
        fill(known.filter(|&known| known).count(), &mut bytes);
        (bytes, values.len())
    };
    values.chunks(BLOCK_ROWS).map(page).collect()
}

fn bounds<T: Number>(values: &[T]) -> Option<(T, T)> {
    let first = *values.first()?;
    let wider = |(least, most): (T, T), &value: &T| {
        (if value < least { value } else { least }, if value > most { value } else { most })
    };
    Some(values.iter().fold((first, first), wider))
}

/// Numbers met, in the order of their first coming.
struct Dictionary<T> {
    values: Vec<T>,
    /// Open addressing: place + 1 in `values` (zero: free). The length is a power of two.
    table: Vec<u16>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { values: Vec::new(), table: vec![0; 1 << 10] }
    }
}

impl<T: Number> Dictionary<T> {
    /// The place of a number; `None` when there is no more room.
    #[inline]
    fn code(&mut self, value: T) -> Option<u32> {
        let slot = self.slot(value);
        if let place @ 1.. = self.table[slot] {
            return Some(u32::from(place) - 1);
        }
        if self.values.len() == MOST_VALUES {
            return None;
        }
        self.values.push(value);
        self.table[slot] = self.values.len() as u16;
        // Three of four entries free: to look at a second one costs more than the room.
        if self.values.len() * 4 > self.table.len() {
            self.table = vec![0; self.table.len() * 2];
            for place in 0..self.values.len() {
                let slot = self.slot(self.values[place]);
                self.table[slot] = place as u16 + 1;
            }
        }
        Some(self.values.len() as u32 - 1)
    }

    /// The table's entry for `value`, or the free one where it belongs.
    #[inline]
    fn slot(&self, value: T) -> usize {
        let (bits, mask) = (value.bits(), self.table.len() - 1);
        let mut slot = (bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return slot,
                place if self.values[usize::from(place) - 1].bits() == bits => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

impl Number for i32 {
    fn bits(self) -> u64 {
        self as u64
    }

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn known(self) -> bool {
        true
    }

    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
        Statistics::Int32(ValueStatistics::new(bounds.map(|b| b.0), bounds.map(|b| b.1), None, Some(nulls), false))
    }
}

impl Number for i64 {
    fn bits(self) -> u64 {
        self as u64
    }

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn known(self) -> bool {
        true
    }

    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
        Statistics::Int64(ValueStatistics::new(bounds.map(|b| b.0), bounds.map(|b| b.1), None, Some(nulls), false))
    }
}

impl Number for f64 {
    fn bits(self) -> u64 {
        self.to_bits()
    }

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn known(self) -> bool {
        !self.is_nan()
    }

    /// A zero at a bound may stand for the other zero too, says the format: the lower one is written -0, the upper one +0.
    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
        let zero = |bound: f64, zero: f64| if bound == 0.0 { zero } else { bound };
        let (least, most) = (bounds.map(|b| zero(b.0, -0.0)), bounds.map(|b| zero(b.1, 0.0)));
        Statistics::Double(ValueStatistics::new(least, most, None, Some(nulls), false))
    }
}
