//! All moves of hidden cells at once: a basis of the changes of hidden counts that nobody sees.
//!
//! To publish a cell is to let go of all moves that move it: one move of the basis is taken from the others, as often as
//! makes them leave the cell alone, and dropped. A cell that no move moves follows from what is published. Arithmetic is
//! modulo a prime: what is taken for a proof is checked in whole numbers.

mod dense;
mod sparse;

use super::System;
use super::circuit::Circuit;
use super::field::{inverse, mul};
use dense::Dense;
use sparse::Sparse;
use std::rc::Rc;

/// Moves are kept as a dense table once one of so many entries is not zero.
const DENSE: usize = 12;
/// Dense tables have at most so many entries (of eight bytes).
const LARGEST: usize = 40_000_000;
/// How often it is looked whether a dense table is the better one: every so many cells that are let go.
const LOOK: u32 = 64;
/// How many moves are tried as a proof of one cell.
const TRIED: usize = 6;

/// A basis of moves.
pub(crate) struct Moves {
    table: Table,
    /// The moves as circuits, as far as they were asked for since they changed last.
    circuits: Vec<Option<Option<Rc<Circuit>>>>,
    let_go: u32,
}

enum Table {
    Sparse(Sparse),
    Dense(Dense),
}

/// What was let go, to be taken back.
pub(super) struct Gone {
    pivot: u32,
    taken: Vec<(u32, u64)>,
    changed: Vec<(u32, u64)>,
}

impl Moves {
    /// All moves of the `open` cells that keep every relation.
    pub(crate) fn new(system: &System, open: &[bool]) -> Self {
        let sparse = Sparse::new(system, open);
        Self { circuits: vec![None; sparse.rows.len()], table: Table::Sparse(sparse), let_go: 0 }
    }

    /// How many moves of the basis move the cell.
    pub(crate) fn count(&self, cell: u32) -> usize {
        match &self.table {
            Table::Sparse(table) => table.count[cell as usize] as usize,
            Table::Dense(table) => table.count[cell as usize] as usize,
        }
    }

    fn with(&mut self, cell: u32) -> Vec<u32> {
        match &mut self.table {
            Table::Sparse(table) => table.with(cell),
            Table::Dense(table) => table.with(cell),
        }
    }

    fn amount(&self, row: u32, cell: u32) -> Option<u64> {
        match &self.table {
            Table::Sparse(table) => table.amount(row, cell),
            Table::Dense(table) => table.amount(row, cell),
        }
    }

    fn len(&self, row: u32) -> usize {
        match &self.table {
            Table::Sparse(table) => table.len(row),
            Table::Dense(table) => table.len(row),
        }
    }

    fn row(&self, row: u32) -> Vec<(u32, u64)> {
        match &self.table {
            Table::Sparse(table) => table.rows[row as usize].clone(),
            Table::Dense(table) => table.row(row).collect(),
        }
    }

    /// Whether one of the cells asked for would not move any more if this one were published: it moves with this one alone,
    /// always in one proportion.
    pub(super) fn holds_alone(&mut self, cell: u32, asked: impl Fn(u32) -> bool) -> bool {
        let with = self.with(cell);
        let Some(&first) = with.iter().min_by_key(|&&row| self.len(row)) else { return false };
        let own: Vec<u64> = with.iter().filter_map(|&row| self.amount(row, cell)).collect();
        let scale = inverse(self.amount(first, cell).expect("the move moves the cell"));
        self.row(first).into_iter().any(|(other, amount)| {
            let ratio = mul(amount, scale);
            let same = |(&row, &own): (&u32, &u64)| self.amount(row, other) == Some(mul(own, ratio));
            other != cell && self.count(other) == with.len() && asked(other) && with.iter().zip(&own).all(same)
        })
    }

    /// Lets go of all moves that move the cell.
    pub(super) fn let_go(&mut self, cell: u32) -> Option<Gone> {
        self.let_go += 1;
        if self.let_go.is_multiple_of(LOOK) {
            self.look_for_the_better_table();
        }
        let gone = match &mut self.table {
            Table::Sparse(table) => table.let_go(cell),
            Table::Dense(table) => table.let_go(cell),
        }?;
        self.forget(&gone);
        Some(gone)
    }

    /// Takes back what was let go last.
    pub(super) fn take_back(&mut self, gone: Gone) {
        self.forget(&gone);
        match &mut self.table {
            Table::Sparse(table) => table.take_back(gone),
            Table::Dense(table) => table.take_back(gone),
        }
    }

    fn forget(&mut self, gone: &Gone) {
        self.circuits[gone.pivot as usize] = None;
        gone.changed.iter().for_each(|&(row, _)| self.circuits[row as usize] = None);
    }

    fn look_for_the_better_table(&mut self) {
        let Table::Sparse(table) = &self.table else { return };
        let entries: usize = table.rows.iter().map(Vec::len).sum();
        let moves = table.rows.iter().filter(|row| !row.is_empty()).count();
        let cells = table.count.iter().filter(|count| **count > 0).count();
        if moves * cells <= LARGEST && entries * DENSE > moves * cells {
            self.table = Table::Dense(Dense::new(table));
        }
    }

    /// A move of the basis that moves the cell and will do, of those of the fewest cells. `cancels` checks a circuit in whole
    /// numbers.
    pub(super) fn proof(
        &mut self,
        cell: u32,
        mut cancels: impl FnMut(&Circuit) -> bool,
        will_do: impl Fn(&Circuit) -> bool,
    ) -> Option<Rc<Circuit>> {
        let mut with: Vec<(usize, u32)> = self.with(cell).into_iter().map(|row| (self.len(row), row)).collect();
        if with.len() > TRIED {
            with.select_nth_unstable(TRIED);
            with.truncate(TRIED);
        }
        with.sort_unstable();
        with.into_iter().find_map(|(_, row)| self.circuit(row, &mut cancels).filter(|circuit| will_do(circuit)))
    }

    fn circuit(&mut self, row: u32, mut cancels: impl FnMut(&Circuit) -> bool) -> Option<Rc<Circuit>> {
        if self.circuits[row as usize].is_none() {
            let circuit = match &self.table {
                Table::Sparse(table) => Circuit::of_amounts(table.rows[row as usize].iter().copied()),
                Table::Dense(table) => Circuit::of_amounts(table.row(row)),
            };
            self.circuits[row as usize] = Some(circuit.filter(|circuit| cancels(circuit)).map(Rc::new));
        }
        self.circuits[row as usize].clone().flatten()
    }
}
