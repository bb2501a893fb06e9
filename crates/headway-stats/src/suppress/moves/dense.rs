//! Moves of which each moves many of the cells.
//!
//! What is let go is not taken from every move at once: each move keeps by how much, and is brought up to date when it is
//! looked at. Many tries end by being taken back, and not all moves are looked at in each.

use super::sparse::SparseMoves;
use crate::suppress::elimination::some_amount;
use crate::suppress::field::{ProductSum, add_mod, inverse_mod, mul_mod, neg_mod};

const NONE: u32 = u32::MAX;
/// When so many were let go all moves are brought up to date.
const WAITING: usize = 64;
/// Asked so often for the shortest moves, all are brought up to date and put in order.
const OFTEN: usize = 6;

/// A table of amounts: one row a move, one column a cell that anything moves.
pub(super) struct DenseMoves {
    rows: Vec<DenseRow>,
    /// The moves that were let go and not yet taken from all others, in order; the first `settled` of them for good.
    gone: Vec<DroppedDense>,
    settled: usize,
    /// Rows that keep what they were before the try that is going on.
    touched: Vec<u32>,
    cells: Vec<u32>,
    /// The column of a cell.
    place: Vec<u32>,
    /// The sum of all rows, each taken a random number of times: columns that move in one proportion have it here too.
    mixed: Vec<u64>,
    /// The rows, those that move the fewest cells first, and how often rows were asked for since any changed.
    order: Vec<u32>,
    asked: usize,
}

struct DenseRow {
    /// By how much it moves each column, after the first `done` of those that are gone. Empty: it is gone itself.
    amounts: Vec<u64>,
    /// How many cells it moves.
    len: usize,
    done: usize,
    /// How often each of those that are gone is to be added.
    factors: Vec<u64>,
    /// What it was before the try.
    before: Option<(Vec<u64>, usize)>,
}

struct DroppedDense {
    row: u32,
    amounts: Vec<u64>,
    /// The amounts that are not zero, by column.
    moved: Vec<(u32, u64)>,
    /// How often it was added to the mixed row.
    mixed: u64,
}

impl DenseMoves {
    /// The same moves.
    pub(super) fn new(sparse: &SparseMoves) -> Self {
        let moved = |&c: &u32| sparse.count[c as usize] > 0;
        let cells: Vec<u32> = (0..sparse.count.len() as u32).filter(moved).collect();
        let mut place = vec![NONE; sparse.count.len()];
        cells.iter().enumerate().for_each(|(at, &cell)| place[cell as usize] = at as u32);
        let row = |row: &Vec<(u32, u64)>| {
            let mut amounts = vec![0; if row.is_empty() { 0 } else { cells.len() }];
            row.iter().for_each(|&(c, amount)| amounts[place[c as usize] as usize] = amount);
            DenseRow { amounts, len: row.len(), done: 0, factors: Vec::new(), before: None }
        };
        let rows: Vec<DenseRow> = sparse.rows.iter().map(row).collect();
        let mut mixed = vec![0; cells.len()];
        for (at, row) in (0..).zip(&rows) {
            let amounts = row.amounts.iter().zip(&mut mixed);
            amounts.for_each(|(&amount, mixed)| *mixed = add_mod(*mixed, mul_mod(some_amount(at), amount)));
        }
        Self {
            rows,
            gone: Vec::new(),
            settled: 0,
            touched: Vec::new(),
            cells,
            place,
            mixed,
            order: Vec::new(),
            asked: 0,
        }
    }

    /// What was let go so far is gone for good.
    pub(super) fn settle_gone(&mut self) {
        self.settled = self.gone.len();
        for row in self.touched.drain(..) {
            self.rows[row as usize].before = None;
        }
        if self.settled >= WAITING {
            for row in &mut self.rows {
                row.bring_to(self.settled, &self.gone);
                (row.done, row.factors) = (0, Vec::new());
            }
            self.gone.clear();
            self.settled = 0;
        }
    }

    /// How many are gone and not yet taken from all others.
    pub(super) fn undo_mark(&self) -> usize {
        self.gone.len()
    }

    /// Takes back what was let go since the mark.
    pub(super) fn take_back(&mut self, mark: usize) {
        self.asked = 0;
        for gone in self.gone.drain(mark..).rev() {
            let back = neg_mod(gone.mixed);
            gone.moved.iter().for_each(|&(c, amount)| add_multiple(&mut self.mixed[c as usize], back, amount));
            self.rows[gone.row as usize].amounts = gone.amounts;
        }
        let rows = &mut self.rows;
        self.touched.retain(|&at| {
            let row = &mut rows[at as usize];
            // Those that are gone still keep what they were.
            let gone = row.amounts.is_empty();
            if !gone && let Some((amounts, len)) = row.before.take() {
                (row.amounts, row.len, row.done) = (amounts, len, self.settled);
            }
            gone
        });
        for row in &mut self.rows {
            row.factors.truncate(mark);
            row.done = row.done.min(mark);
        }
    }

    /// The moves that move a cell, and by how much.
    pub(super) fn moves_with(&mut self, cell: u32) -> Vec<(u32, u64)> {
        let Some(column) = self.column_of(cell) else { return Vec::new() };
        let due = self.due_amounts(column);
        let amounts = (0..).zip(&self.rows).map(|(at, row)| (at, row.amount(column, &due)));
        let with: Vec<(u32, u64)> = amounts.filter(|(_, amount)| *amount != 0).collect();
        with.iter().for_each(|&(row, _)| self.look_at(row));
        with
    }

    /// Of the moves that move a cell so many that move the fewest cells, in order.
    pub(super) fn shortest_with(&mut self, cell: u32, most: usize) -> Vec<u32> {
        self.asked += 1;
        if self.asked < OFTEN {
            let mut with: Vec<(usize, u32)> =
                self.moves_with(cell).into_iter().map(|(row, _)| (self.len(row), row)).collect();
            if with.len() > most {
                with.select_nth_unstable(most);
                with.truncate(most);
            }
            with.sort_unstable();
            return with.into_iter().map(|(_, row)| row).collect();
        }
        if self.asked == OFTEN {
            let alive = (0..).zip(&self.rows).filter(|(_, row)| !row.amounts.is_empty());
            self.order = alive.map(|(at, _)| at).collect();
            (0..self.order.len()).for_each(|at| self.look_at(self.order[at]));
            self.order.sort_by_key(|&row| self.rows[row as usize].len);
        }
        let Some(column) = self.column_of(cell) else { return Vec::new() };
        let moved = |row: &&u32| self.rows[**row as usize].amounts[column] != 0;
        self.order.iter().filter(moved).take(most).copied().collect()
    }

    /// Whether any move moves the cell.
    pub(super) fn is_moved(&self, cell: u32) -> bool {
        let Some(column) = self.column_of(cell) else { return false };
        if self.mixed[column] != 0 {
            return true;
        }
        let due = self.due_amounts(column);
        self.rows.iter().any(|row| row.amount(column, &due) != 0)
    }

    /// Whether the second cell can move `ratio` times as much as the first in every move: if it does not, it can't.
    pub(super) fn may_be_tied(&self, cell: u32, other: u32, ratio: u64) -> bool {
        match (self.column_of(cell), self.column_of(other)) {
            (Some(cell), Some(other)) => self.mixed[other] == mul_mod(ratio, self.mixed[cell]),
            _ => true,
        }
    }

    /// Whether no move moves the cell but `these`, which are in order.
    pub(super) fn moves_with_these_alone(&self, cell: u32, these: &[(u32, u64)]) -> bool {
        let Some(column) = self.column_of(cell) else { return true };
        let (due, mut these) = (self.due_amounts(column), these.iter().peekable());
        (0..)
            .zip(&self.rows)
            .all(|(at, row)| these.next_if(|(row, _)| *row == at).is_some() || row.amount(column, &due) == 0)
    }

    pub(super) fn amount(&self, row: u32, cell: u32) -> u64 {
        self.column_of(cell).map_or(0, |column| self.rows[row as usize].amount(column, &self.due_amounts(column)))
    }

    /// How many cells a move moves that was looked at since others were let go.
    pub(super) fn len(&self, row: u32) -> usize {
        self.rows[row as usize].len
    }

    /// Brings a move up to date.
    pub(super) fn look_at(&mut self, at: u32) {
        let row = &mut self.rows[at as usize];
        row.bring_to(self.settled, &self.gone);
        if row.done < self.gone.len() && row.factors[row.done..].iter().any(|factor| *factor != 0) {
            if row.before.is_none() {
                row.before = Some((row.amounts.clone(), row.len));
                self.touched.push(at);
            }
            row.bring_to(self.gone.len(), &self.gone);
        }
    }

    /// The cells that a move moves, with their amounts.
    pub(super) fn move_amounts(&mut self, row: u32) -> impl Iterator<Item = (u32, u64)> {
        self.look_at(row);
        let amounts = self.rows[row as usize].amounts.iter().zip(&self.cells);
        amounts.filter(|(amount, _)| **amount != 0).map(|(amount, cell)| (*cell, *amount))
    }

    /// Lets go of all moves that move a cell, which are these: gives those that changed. One is dropped for it: that of the fewest
    /// cells, or the one that stands at place `drop` among those, if there are so many.
    pub(super) fn let_go(&mut self, with: &[(u32, u64)], drop: usize) -> Vec<u32> {
        let mut shortest = with.to_vec();
        shortest.sort_by_key(|(row, _)| self.len(*row));
        let Some(&(pivot, amount)) = shortest.get(drop.min(with.len().saturating_sub(1))) else { return Vec::new() };
        self.look_at(pivot);
        self.asked = 0;
        let scale = neg_mod(inverse_mod(amount));
        let alive = self.rows.iter_mut().filter(|row| !row.amounts.is_empty());
        alive.for_each(|row| row.factors.push(0));
        let new = self.gone.len();
        let mut mixed = neg_mod(some_amount(pivot));
        for &(row, amount) in with.iter().filter(|(row, _)| *row != pivot) {
            let factor = mul_mod(amount, scale);
            self.rows[row as usize].factors[new] = factor;
            mixed = add_mod(mixed, mul_mod(some_amount(row), factor));
        }
        let amounts = std::mem::take(&mut self.rows[pivot as usize].amounts);
        let moved = (0..).zip(&amounts).map(|(column, &amount)| (column, amount)).filter(|(_, amount)| *amount != 0);
        let moved: Vec<(u32, u64)> = moved.collect();
        moved.iter().for_each(|&(column, amount)| add_multiple(&mut self.mixed[column as usize], mixed, amount));
        self.gone.push(DroppedDense { row: pivot, amounts, moved, mixed });
        with.iter().map(|&(row, _)| row).collect()
    }

    /// Those that are gone and move a column, and by how much.
    fn due_amounts(&self, column: usize) -> Vec<(usize, u64)> {
        let amounts = self.gone.iter().map(|gone| gone.amounts[column]).enumerate();
        amounts.filter(|(_, amount)| *amount != 0).collect()
    }

    fn column_of(&self, cell: u32) -> Option<usize> {
        Some(self.place[cell as usize]).filter(|&column| column != NONE).map(|column| column as usize)
    }
}

impl DenseRow {
    /// By how much it moves a column, which those that are gone move by what is `due`.
    fn amount(&self, column: usize, due: &[(usize, u64)]) -> u64 {
        let Some(&amount) = self.amounts.get(column) else { return 0 };
        match due.last() {
            Some(&(last, _)) if last >= self.done => {
                let mut sum = ProductSum::from(amount);
                let due = due.iter().filter(|(at, _)| *at >= self.done);
                due.for_each(|&(at, amount)| sum.add_product(self.factors[at], amount));
                sum.value()
            }
            _ => amount,
        }
    }

    /// Adds what is due of the first of those that are gone.
    fn bring_to(&mut self, end: usize, gone: &[DroppedDense]) {
        if self.amounts.is_empty() || self.done >= end {
            return;
        }
        let due = self.factors[self.done..end].iter().zip(&gone[self.done..end]);
        for (&factor, gone) in due.filter(|(factor, _)| **factor != 0) {
            let (mut began, mut ended) = (0, 0);
            for &(column, amount) in &gone.moved {
                let slot = &mut self.amounts[column as usize];
                let before = *slot;
                *slot = add_mod(before, mul_mod(factor, amount));
                began += usize::from(before == 0);
                ended += usize::from(*slot == 0);
            }
            // What was nothing is something now: nothing was added to it that is nothing.
            self.len = self.len + began - ended;
        }
        self.done = end;
    }
}

fn add_multiple(slot: &mut u64, times: u64, amount: u64) {
    *slot = add_mod(*slot, mul_mod(times, amount));
}
