//! All moves of hidden cells at once: a basis of the changes of hidden counts that nobody sees.
//!
//! To publish a cell is to let go of all moves that move it: one move of the basis is taken from the others, as often as
//! makes them leave the cell alone, and dropped. A cell that no move moves follows from what is published. Arithmetic is
//! modulo a prime: what is taken for a proof is checked in whole numbers.

mod dense;
mod sparse;
#[cfg(test)]
mod tests;

use super::RelationSystem;
use super::circuit::CellCircuit;
use super::field::{inverse_mod, mul_mod};
use dense::DenseMoves;
use sparse::{DroppedSparse, SparseMoves};
use std::rc::Rc;

/// Moves are kept as a dense table once one of so many entries is not zero.
const DENSE: usize = 12;
/// Dense tables have at most so many entries (of eight bytes).
const LARGEST: usize = 40_000_000;
/// How often it is looked whether a dense table is the better one: every so many cells that are let go.
const LOOK: u32 = 64;
/// How many moves are tried as a proof of one cell.
pub(super) const TRIED: usize = 6;

/// A basis of moves.
pub(crate) struct MoveBasis {
    table: MoveTable,
    /// The moves as circuits, as far as they were asked for since they changed last.
    circuits: Vec<CachedCircuit>,
    /// What was let go since the last [`Self::settle_gone`], of a sparse table; and the circuits that were forgotten.
    gone: Vec<DroppedSparse>,
    forgotten: Vec<(usize, u32, CachedCircuit)>,
    let_go: u32,
}

/// Nothing, if it was not asked for; else the circuit, if the move is one in whole numbers.
type CachedCircuit = Option<Option<Rc<CellCircuit>>>;

enum MoveTable {
    Sparse(SparseMoves),
    Dense(DenseMoves),
}

impl MoveBasis {
    /// All moves of the `open` cells that keep every relation.
    pub(crate) fn new(system: &RelationSystem, open: &[bool]) -> Self {
        let sparse = SparseMoves::new(system, open);
        let circuits = vec![None; sparse.rows.len()];
        Self { circuits, table: MoveTable::Sparse(sparse), gone: Vec::new(), forgotten: Vec::new(), let_go: 0 }
    }

    /// Whether any move of the basis moves the cell.
    pub(crate) fn is_moved(&self, cell: u32) -> bool {
        match &self.table {
            MoveTable::Sparse(table) => table.count[cell as usize] > 0,
            MoveTable::Dense(table) => table.is_moved(cell),
        }
    }

    /// The moves that move a cell, in order, and by how much.
    fn moves_with(&mut self, cell: u32) -> Vec<(u32, u64)> {
        match &mut self.table {
            MoveTable::Sparse(table) => {
                let rows = table.moves_with(cell).into_iter();
                rows.filter_map(|row| Some((row, table.amount(row, cell)?))).collect()
            }
            MoveTable::Dense(table) => table.moves_with(cell),
        }
    }

    fn amount(&self, row: u32, cell: u32) -> u64 {
        match &self.table {
            MoveTable::Sparse(table) => table.amount(row, cell).unwrap_or(0),
            MoveTable::Dense(table) => table.amount(row, cell),
        }
    }

    fn len(&self, row: u32) -> usize {
        match &self.table {
            MoveTable::Sparse(table) => table.len(row),
            MoveTable::Dense(table) => table.len(row),
        }
    }

    fn move_amounts(&mut self, row: u32) -> Vec<(u32, u64)> {
        match &mut self.table {
            MoveTable::Sparse(table) => table.rows[row as usize].clone(),
            MoveTable::Dense(table) => table.move_amounts(row).collect(),
        }
    }

    /// Whether no move moves the cell but `these`, all of which do.
    fn moves_with_these_alone(&self, cell: u32, these: &[(u32, u64)]) -> bool {
        match &self.table {
            MoveTable::Sparse(table) => table.count[cell as usize] as usize == these.len(),
            MoveTable::Dense(table) => table.moves_with_these_alone(cell, these),
        }
    }

    /// Whether the second cell can move `ratio` times as much as the first in every move: if it does not, it can't.
    fn may_be_tied(&self, cell: u32, other: u32, ratio: u64) -> bool {
        match &self.table {
            MoveTable::Sparse(_) => true,
            MoveTable::Dense(table) => table.may_be_tied(cell, other, ratio),
        }
    }

    /// Lets go of all moves that move the cell; but if one of the cells `asked` for would not move any more then, nothing is done
    /// and it is held: it moves with that one alone, always in one proportion. What is left is the same whichever move is dropped, but
    /// another basis of it: `drop` is the place of that one among those of the fewest cells, in a dense table.
    pub(super) fn let_go(&mut self, cell: u32, drop: usize, asked: impl Fn(u32) -> bool) -> bool {
        let with = self.moves_with(cell);
        if self.holds_alone(cell, &with, asked) {
            return false;
        }
        self.let_go += 1;
        let mark = self.undo_mark();
        let changed = match &mut self.table {
            MoveTable::Sparse(table) => {
                let Some(gone) = table.let_go(cell) else { return true };
                let changed = gone.changed_rows();
                self.gone.push(gone);
                changed
            }
            MoveTable::Dense(table) => table.let_go(&with, drop),
        };
        for row in changed {
            self.forgotten.push((mark, row, self.circuits[row as usize].take()));
        }
        true
    }

    fn holds_alone(&mut self, cell: u32, with: &[(u32, u64)], asked: impl Fn(u32) -> bool) -> bool {
        let Some(&(first, amount)) = with.iter().min_by_key(|(row, _)| self.len(*row)) else { return false };
        let scale = inverse_mod(amount);
        self.move_amounts(first).into_iter().filter(|&(other, _)| other != cell && asked(other)).any(
            |(other, amount)| {
                let ratio = mul_mod(amount, scale);
                let same = |&(row, own): &(u32, u64)| self.amount(row, other) == mul_mod(own, ratio);
                self.may_be_tied(cell, other, ratio)
                    && with.iter().all(same)
                    && self.moves_with_these_alone(other, with)
            },
        )
    }

    /// What was let go so far is gone for good.
    pub(super) fn settle_gone(&mut self) {
        self.gone.clear();
        self.forgotten.clear();
        if let MoveTable::Dense(table) = &mut self.table {
            table.settle_gone();
        }
        if self.let_go >= LOOK {
            self.let_go = 0;
            self.look_for_the_better_table();
        }
    }

    /// A place among what was let go, to come back to.
    pub(super) fn undo_mark(&self) -> usize {
        match &self.table {
            MoveTable::Sparse(_) => self.gone.len(),
            MoveTable::Dense(table) => table.undo_mark(),
        }
    }

    /// Takes back what was let go since the mark, which stands not before the last [`Self::settle_gone`].
    pub(super) fn take_back(&mut self, mark: usize) {
        match &mut self.table {
            MoveTable::Sparse(table) => self.gone.drain(mark..).rev().for_each(|gone| table.take_back(gone)),
            MoveTable::Dense(table) => table.take_back(mark),
        }
        let first = self.forgotten.partition_point(|(at, ..)| *at < mark);
        for (_, row, circuit) in self.forgotten.drain(first..).rev() {
            self.circuits[row as usize] = circuit;
        }
    }

    fn look_for_the_better_table(&mut self) {
        let MoveTable::Sparse(table) = &self.table else { return };
        let entries: usize = table.rows.iter().map(Vec::len).sum();
        let moves = table.rows.iter().filter(|row| !row.is_empty()).count();
        let cells = table.count.iter().filter(|count| **count > 0).count();
        if moves * cells <= LARGEST && entries * DENSE > moves * cells {
            self.table = MoveTable::Dense(DenseMoves::new(table));
        }
    }

    /// A move of the basis that moves the cell and will do, of so many that move the fewest cells. `cancels` checks a circuit in
    /// whole numbers.
    pub(super) fn find_proof(
        &mut self,
        (cell, most): (u32, usize),
        mut cancels: impl FnMut(&CellCircuit) -> bool,
        will_do: impl Fn(&CellCircuit) -> bool,
    ) -> Option<Rc<CellCircuit>> {
        let shortest = match &mut self.table {
            MoveTable::Sparse(table) => {
                let rows = table.moves_with(cell).into_iter();
                let mut with: Vec<(usize, u32)> = rows.map(|row| (table.len(row), row)).collect();
                if with.len() > most {
                    with.select_nth_unstable(most);
                    with.truncate(most);
                }
                with.sort_unstable();
                with.into_iter().map(|(_, row)| row).collect()
            }
            MoveTable::Dense(table) => table.shortest_with(cell, most),
        };
        shortest.into_iter().find_map(|row| self.move_circuit(row, &mut cancels).filter(|circuit| will_do(circuit)))
    }

    fn move_circuit(&mut self, row: u32, mut cancels: impl FnMut(&CellCircuit) -> bool) -> Option<Rc<CellCircuit>> {
        if self.circuits[row as usize].is_none() {
            let circuit = match &mut self.table {
                MoveTable::Sparse(table) => CellCircuit::of_amounts(table.rows[row as usize].iter().copied()),
                MoveTable::Dense(table) => CellCircuit::of_amounts(table.move_amounts(row)),
            };
            self.circuits[row as usize] = Some(circuit.filter(|circuit| cancels(circuit)).map(Rc::new));
        }
        self.circuits[row as usize].clone().flatten()
    }
}
