//! The rows of a table, equal ones counted once.

use super::MOST_COLUMNS;

/// A row: its counts (0 where one is not known), which columns are known, and how often it is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CountRow {
    pub(super) known: u32,
    pub(super) x: [i64; MOST_COLUMNS],
    pub(super) times: u64,
}

/// Coefficients of the columns: those with 1 and those with -1, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ColumnSigns {
    pub(super) plus: u32,
    pub(super) minus: u32,
}

impl ColumnSigns {
    /// The same relation, its first column with 1.
    pub(super) fn canonical(self) -> Self {
        let first = self.support().trailing_zeros();
        if self.plus >> first & 1 == 1 { self } else { Self { plus: self.minus, minus: self.plus } }
    }

    /// The columns that take part.
    pub(super) fn support(self) -> u32 {
        self.plus | self.minus
    }

    pub(super) fn coefficient(self, column: u32) -> i8 {
        (self.plus >> column & 1) as i8 - (self.minus >> column & 1) as i8
    }
}

impl CountRow {
    /// What the columns add up to.
    pub(super) fn signed_sum(&self, signs: ColumnSigns) -> i64 {
        self.column_total(signs.plus) - self.column_total(signs.minus)
    }

    /// What these columns add up to.
    pub(super) fn column_total(&self, columns: u32) -> i64 {
        each_column(columns).map(|column| self.x[column as usize]).sum()
    }

    /// Whether all of these columns are known and one of them is not zero.
    pub(super) fn is_telling(&self, columns: u32) -> bool {
        self.known & columns == columns && each_column(columns).any(|column| self.x[column as usize] != 0)
    }

    /// The counts of these columns, the others 0.
    pub(super) fn only_columns(&self, columns: u32) -> [i64; MOST_COLUMNS] {
        let mut x = [0; MOST_COLUMNS];
        each_column(columns).for_each(|column| x[column as usize] = self.x[column as usize]);
        x
    }
}

/// The columns of a set.
pub(super) fn each_column(mut columns: u32) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let first = columns.trailing_zeros();
        columns &= columns.wrapping_sub(1);
        (first < 32).then_some(first)
    })
}

/// Rows that differ.
pub(super) struct DistinctRows {
    /// In an order that depends on their counts alone and mixes small and large ones.
    pub(super) rows: Vec<CountRow>,
    /// All counts are multiples of this: 10 where a source rounds to tens.
    pub(super) unit: i64,
}

impl DistinctRows {
    pub(super) fn new(columns: usize, cells: &[Option<i64>]) -> Self {
        let mut rows: Vec<CountRow> = Vec::new();
        for row in cells.chunks(columns.max(1)) {
            assert_eq!(row.len(), columns, "a row has a cell for each column");
            let (mut known, mut x) = (0, [0; MOST_COLUMNS]);
            for (column, n) in row.iter().enumerate() {
                if let Some(n) = n {
                    known |= 1 << column;
                    x[column] = *n;
                }
            }
            if x.iter().any(|&n| n != 0) {
                rows.push(CountRow { known, x, times: 1 });
            }
        }
        rows.sort_unstable();
        rows.dedup_by(|later, first| {
            let same = later.known == first.known && later.x == first.x;
            first.times += if same { later.times } else { 0 };
            same
        });
        rows.sort_by_key(row_hash);
        let unit = rows.iter().flat_map(|row| row.x).fold(0, gcd);
        Self { rows, unit: unit.max(1) }
    }

    /// Columns that are not zero in every row.
    pub(super) fn live_columns(&self) -> u32 {
        let nonzero = |row: &CountRow| (0..MOST_COLUMNS).filter(|&c| row.x[c] != 0).fold(0, |set, c| set | 1 << c);
        self.rows.iter().fold(0, |set, row| set | nonzero(row))
    }

    /// The rows that tell something of these columns.
    pub(super) fn telling_rows(&self, columns: u32) -> impl Iterator<Item = &CountRow> {
        self.rows.iter().filter(move |row| row.is_telling(columns))
    }
}

/// A number that depends on a row's counts and nothing else (FNV-1a).
fn row_hash(row: &CountRow) -> u64 {
    let step = |hash: u64, x: i64| (hash ^ x as u64).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    row.x.iter().copied().fold(0xcbf2_9ce4_8422_2325 ^ u64::from(row.known), step)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
