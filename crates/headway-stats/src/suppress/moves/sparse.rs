//! Moves of which each moves few of the cells.

use crate::suppress::RelationSystem;
use crate::suppress::field::{from_int, inverse_mod, mul_mod, neg_mod, sub_mod};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What was let go, to be taken back.
pub(super) struct DroppedSparse {
    pivot: u32,
    taken: Vec<(u32, u64)>,
    changed: Vec<(u32, u64)>,
}

impl DroppedSparse {
    /// The moves that were changed.
    pub(super) fn changed_rows(&self) -> Vec<u32> {
        std::iter::once(self.pivot).chain(self.changed.iter().map(|&(row, _)| row)).collect()
    }
}

/// By how much each move moves its cells. What relations are off by is kept as further columns, until all are kept.
pub(super) struct SparseMoves {
    pub(super) rows: Vec<Vec<(u32, u64)>>,
    /// The moves that move a column; some may not do so any more, or stand twice.
    with: Vec<Vec<u32>>,
    /// How many do.
    pub(super) count: Vec<u32>,
}

impl SparseMoves {
    /// All moves of the `open` cells that keep every relation.
    pub(super) fn new(system: &RelationSystem, open: &[bool]) -> Self {
        let cells = system.cell_count();
        let columns = cells + system.relation_count();
        let mut moves = Self { rows: Vec::new(), with: vec![Vec::new(); columns], count: vec![0; columns] };
        for cell in (0..cells as u32).filter(|&c| open[c as usize]) {
            let ties = system.of_cell(cell).iter().map(|&(row, k)| (cells as u32 + row, from_int(k)));
            let row: Vec<(u32, u64)> = std::iter::once((cell, 1)).chain(ties).collect();
            for &(column, _) in &row {
                moves.with[column as usize].push(moves.rows.len() as u32);
                moves.count[column as usize] += 1;
            }
            moves.rows.push(row);
        }
        moves.keep_relations(cells as u32..columns as u32);
        moves
    }

    /// Relations that the fewest moves touch come first: they fill the least.
    fn keep_relations(&mut self, relations: std::ops::Range<u32>) {
        let waiting = relations.map(|column| Reverse((self.count[column as usize], column)));
        let mut due: BinaryHeap<Reverse<(u32, u32)>> = waiting.collect();
        while let Some(Reverse((count, column))) = due.pop() {
            match self.count[column as usize] {
                now if now > count => due.push(Reverse((now, column))),
                _ => drop(self.let_go(column)),
            }
        }
    }

    /// The moves that move a column, each once.
    pub(super) fn moves_with(&mut self, column: u32) -> Vec<u32> {
        let mut with = std::mem::take(&mut self.with[column as usize]);
        with.sort_unstable();
        with.dedup();
        with.retain(|&row| self.amount(row, column).is_some());
        self.with[column as usize].clone_from(&with);
        with
    }

    /// By how much a move moves a column, if it does.
    pub(super) fn amount(&self, row: u32, column: u32) -> Option<u64> {
        let row = &self.rows[row as usize];
        row.binary_search_by_key(&column, |&(c, _)| c).ok().map(|at| row[at].1)
    }

    /// How many columns a move moves.
    pub(super) fn len(&self, row: u32) -> usize {
        self.rows[row as usize].len()
    }

    pub(super) fn let_go(&mut self, column: u32) -> Option<DroppedSparse> {
        let mut with = self.moves_with(column);
        let place = (0..with.len()).min_by_key(|&i| self.len(with[i]))?;
        let pivot = with.swap_remove(place);
        let scale = inverse_mod(self.amount(pivot, column).expect("the move moves the column"));
        let taken = std::mem::take(&mut self.rows[pivot as usize]);
        taken.iter().for_each(|&(c, _)| self.count[c as usize] -= 1);
        let by =
            |&row: &u32| (row, neg_mod(mul_mod(self.amount(row, column).expect("the move moves the column"), scale)));
        let changed: Vec<(u32, u64)> = with.iter().map(by).collect();
        changed.iter().for_each(|&(row, factor)| self.add_multiple(row, &taken, factor));
        Some(DroppedSparse { pivot, taken, changed })
    }

    pub(super) fn take_back(&mut self, gone: DroppedSparse) {
        for &(row, factor) in &gone.changed {
            self.add_multiple(row, &gone.taken, neg_mod(factor));
        }
        for &(column, _) in &gone.taken {
            self.count[column as usize] += 1;
            self.with[column as usize].push(gone.pivot);
        }
        self.rows[gone.pivot as usize] = gone.taken;
    }

    /// Adds a multiple of a move to the one at `row`.
    fn add_multiple(&mut self, row: u32, other: &[(u32, u64)], factor: u64) {
        let own = std::mem::take(&mut self.rows[row as usize]);
        let mut sum = Vec::with_capacity(own.len() + other.len());
        let mut own = own.into_iter().peekable();
        for &(column, amount) in other {
            while let Some(before) = own.next_if(|x| x.0 < column) {
                sum.push(before);
            }
            let more = mul_mod(factor, amount);
            if let Some((_, amount)) = own.next_if(|x| x.0 == column) {
                let amount = sub_mod(amount, neg_mod(more));
                if amount == 0 {
                    self.count[column as usize] -= 1;
                } else {
                    sum.push((column, amount));
                }
            } else {
                self.count[column as usize] += 1;
                self.with[column as usize].push(row);
                sum.push((column, more));
            }
        }
        sum.extend(own);
        self.rows[row as usize] = sum;
    }
}
