//! Moves of which each moves many of the cells.

use super::Gone;
use super::sparse::Sparse;
use crate::suppress::field::{inverse, mul, neg, sub};

const NONE: u32 = u32::MAX;

/// A table of amounts: one row a move, one column a cell that anything moves.
pub(super) struct Dense {
    rows: Vec<Vec<u64>>,
    /// For each column a bit a move: whether the move moves it.
    bits: Vec<u64>,
    /// How many words of those bits a column has.
    words: usize,
    cells: Vec<u32>,
    /// The column of a cell.
    place: Vec<u32>,
    pub(super) count: Vec<u32>,
    /// How many cells each move moves.
    len: Vec<usize>,
}

impl Dense {
    pub(super) fn new(sparse: &Sparse) -> Self {
        let moved = |&c: &u32| sparse.count[c as usize] > 0;
        let cells: Vec<u32> = (0..sparse.count.len() as u32).filter(moved).collect();
        let mut place = vec![NONE; sparse.count.len()];
        cells.iter().enumerate().for_each(|(at, &cell)| place[cell as usize] = at as u32);
        let row = |row: &Vec<(u32, u64)>| {
            let mut dense = vec![0; if row.is_empty() { 0 } else { cells.len() }];
            row.iter().for_each(|&(c, amount)| dense[place[c as usize] as usize] = amount);
            dense
        };
        let len = sparse.rows.iter().map(Vec::len).collect();
        let words = sparse.rows.len().div_ceil(64);
        let rows = sparse.rows.iter().map(row).collect();
        let bits = vec![0; words * cells.len()];
        let mut dense = Self { rows, bits, words, place, count: sparse.count.clone(), len, cells };
        for (row, cells) in (0..).zip(&sparse.rows) {
            cells.iter().for_each(|&(c, _)| dense.flip(row, dense.place[c as usize]));
        }
        dense
    }

    /// A move begins to move a column, or does so no more.
    fn flip(&mut self, row: u32, column: u32) {
        self.bits[column as usize * self.words + row as usize / 64] ^= 1 << (row % 64);
    }

    pub(super) fn with(&self, cell: u32) -> Vec<u32> {
        let column = self.place[cell as usize];
        let mut with = Vec::with_capacity(self.count[cell as usize] as usize);
        if column == NONE {
            return with;
        }
        let from = column as usize * self.words;
        for (at, &word) in (0..).zip(&self.bits[from..from + self.words]) {
            let mut left = word;
            while left != 0 {
                with.push(at * 64 + left.trailing_zeros());
                left &= left - 1;
            }
        }
        with
    }

    pub(super) fn amount(&self, row: u32, cell: u32) -> Option<u64> {
        let amount = *self.rows[row as usize].get(self.place[cell as usize] as usize)?;
        (amount != 0).then_some(amount)
    }

    pub(super) fn len(&self, row: u32) -> usize {
        self.len[row as usize]
    }

    /// The cells that a move moves, with their amounts.
    pub(super) fn row(&self, row: u32) -> impl Iterator<Item = (u32, u64)> {
        let amounts = self.rows[row as usize].iter().zip(&self.cells);
        amounts.filter(|(amount, _)| **amount != 0).map(|(amount, cell)| (*cell, *amount))
    }

    pub(super) fn let_go(&mut self, cell: u32) -> Option<Gone> {
        let mut with = self.with(cell);
        let place = (0..with.len()).min_by_key(|&i| self.len(with[i]))?;
        let pivot = with.swap_remove(place);
        let scale = inverse(self.amount(pivot, cell)?);
        let taken: Vec<(u32, u64)> = self.row(pivot).collect();
        self.rows[pivot as usize] = Vec::new();
        self.len[pivot as usize] = 0;
        let columns = self.columns(&taken);
        for (&(c, _), &(column, _)) in taken.iter().zip(&columns) {
            self.count[c as usize] -= 1;
            self.flip(pivot, column);
        }
        let by = |&row: &u32| Some((row, neg(mul(self.amount(row, cell)?, scale))));
        let changed: Vec<(u32, u64)> = with.iter().filter_map(by).collect();
        changed.iter().for_each(|&(row, factor)| self.add(row, &columns, factor));
        Some(Gone { pivot, taken, changed })
    }

    pub(super) fn take_back(&mut self, gone: Gone) {
        let columns = self.columns(&gone.taken);
        for &(row, factor) in &gone.changed {
            self.add(row, &columns, neg(factor));
        }
        let mut row = vec![0; self.cells.len()];
        for (&(cell, amount), &(column, _)) in gone.taken.iter().zip(&columns) {
            row[column as usize] = amount;
            self.count[cell as usize] += 1;
            self.flip(gone.pivot, column);
        }
        self.rows[gone.pivot as usize] = row;
        self.len[gone.pivot as usize] = gone.taken.len();
    }

    /// Amounts by column instead of by cell.
    fn columns(&self, amounts: &[(u32, u64)]) -> Vec<(u32, u64)> {
        amounts.iter().map(|&(cell, amount)| (self.place[cell as usize], amount)).collect()
    }

    /// Adds a multiple of a move, by columns, to the one at `row`.
    fn add(&mut self, row: u32, other: &[(u32, u64)], factor: u64) {
        let (word, bit) = (row as usize / 64, 1u64 << (row % 64));
        let amounts = &mut self.rows[row as usize];
        let mut len = self.len[row as usize];
        for &(column, amount) in other {
            let slot = &mut amounts[column as usize];
            let before = *slot;
            *slot = sub(before, neg(mul(factor, amount)));
            let (began, ended) = (before == 0, *slot == 0);
            if began != ended {
                let count = &mut self.count[self.cells[column as usize] as usize];
                self.bits[column as usize * self.words + word] ^= bit;
                if began {
                    len += 1;
                    *count += 1;
                } else {
                    len -= 1;
                    *count -= 1;
                }
            }
        }
        self.len[row as usize] = len;
    }
}
