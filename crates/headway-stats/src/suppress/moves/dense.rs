//! Moves of which each moves many of the cells.

use super::Gone;
use super::sparse::Sparse;
use crate::suppress::field::{inverse, mul, neg, sub};

const NONE: u32 = u32::MAX;

/// A table of amounts: one row a move, one column a cell that anything moves.
pub(super) struct Dense {
    rows: Vec<Vec<u64>>,
    /// The moves that are there.
    alive: Vec<u32>,
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
        let alive = (0..sparse.rows.len() as u32).filter(|&row| sparse.len(row) > 0).collect();
        Self { alive, rows: sparse.rows.iter().map(row).collect(), place, count: sparse.count.clone(), len, cells }
    }

    pub(super) fn with(&self, cell: u32) -> Vec<u32> {
        self.alive.iter().copied().filter(|&row| self.amount(row, cell).is_some()).collect()
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
        self.alive.retain(|&row| row != pivot);
        self.len[pivot as usize] = 0;
        taken.iter().for_each(|&(c, _)| self.count[c as usize] -= 1);
        let by = |&row: &u32| Some((row, neg(mul(self.amount(row, cell)?, scale))));
        let changed: Vec<(u32, u64)> = with.iter().filter_map(by).collect();
        changed.iter().for_each(|&(row, factor)| self.add(row, &taken, factor));
        Some(Gone { pivot, taken, changed })
    }

    pub(super) fn take_back(&mut self, gone: Gone) {
        for &(row, factor) in &gone.changed {
            self.add(row, &gone.taken, neg(factor));
        }
        let mut row = vec![0; self.cells.len()];
        for &(cell, amount) in &gone.taken {
            row[self.place[cell as usize] as usize] = amount;
            self.count[cell as usize] += 1;
        }
        self.rows[gone.pivot as usize] = row;
        self.alive.push(gone.pivot);
        self.len[gone.pivot as usize] = gone.taken.len();
    }

    fn add(&mut self, row: u32, other: &[(u32, u64)], factor: u64) {
        let amounts = &mut self.rows[row as usize];
        let len = &mut self.len[row as usize];
        for &(cell, amount) in other {
            let slot = &mut amounts[self.place[cell as usize] as usize];
            let before = *slot;
            *slot = sub(before, neg(mul(factor, amount)));
            match (before == 0, *slot == 0) {
                (true, false) => {
                    *len += 1;
                    self.count[cell as usize] += 1;
                }
                (false, true) => {
                    *len -= 1;
                    self.count[cell as usize] -= 1;
                }
                _ => {}
            }
        }
    }
}
