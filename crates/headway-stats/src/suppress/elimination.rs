//! Elimination column by column: each cell's ties to the relations, less what the cells before it explain of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::RelationSystem;
use super::field::{PRIME, from_int, inverse_mod, mul_mod, neg_mod, sub_mod};

const NONE: u32 = u32::MAX;

/// A reduced column: its cell, its scale, what was subtracted, and its other entries (its pivot entry is 1).
pub(super) struct ReducedColumn {
    pub(super) cell: u32,
    pub(super) scale: u64,
    pub(super) steps: Vec<(u32, u64)>,
    pub(super) pivot: u32,
    pub(super) entries: Vec<(u32, u64)>,
}

/// What is left of a column.
pub(super) enum ReductionOutcome {
    /// Something new.
    New(ReducedColumn),
    /// Nothing: it is this sum of columns before it, by their places and what was subtracted of each.
    Sum(Vec<(u32, u64)>),
}

/// Reduces columns; its arrays are kept from one elimination to the next.
pub(super) struct ColumnReducer<'a> {
    system: &'a RelationSystem,
    /// Position in the basis that clears a relation.
    pub(super) pivot: Vec<u32>,
    /// Column under reduction.
    work: Vec<u64>,
}

impl<'a> ColumnReducer<'a> {
    pub(super) fn new(system: &'a RelationSystem) -> Self {
        let rows = system.relation_count();
        Self { system, pivot: vec![NONE; rows], work: vec![0; rows] }
    }

    /// The column of `cell` less what the basis explains of it. `degree` says how many cells each relation ties.
    pub(super) fn reduce_column(&mut self, cell: u32, basis: &[ReducedColumn], degree: &[u32]) -> ReductionOutcome {
        let mut rows: Vec<u32> = Vec::new();
        let mut due: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
        for &(row, coefficient) in self.system.of_cell(cell) {
            self.work[row as usize] = from_int(coefficient);
            rows.push(row);
            if self.pivot[row as usize] != NONE {
                due.push(Reverse(self.pivot[row as usize]));
            }
        }
        let mut steps = Vec::new();
        while let Some(Reverse(at)) = due.pop() {
            let by = &basis[at as usize];
            let factor = self.work[by.pivot as usize];
            if factor == 0 {
                continue;
            }
            steps.push((at, factor));
            self.work[by.pivot as usize] = 0;
            for &(row, value) in &by.entries {
                let slot = &mut self.work[row as usize];
                if *slot == 0 {
                    rows.push(row);
                    if self.pivot[row as usize] != NONE {
                        due.push(Reverse(self.pivot[row as usize]));
                    }
                }
                *slot = sub_mod(*slot, mul_mod(factor, value));
            }
        }
        let mut entries: Vec<(u32, u64)> = Vec::new();
        for row in rows {
            let value = std::mem::take(&mut self.work[row as usize]);
            if value != 0 {
                entries.push((row, value));
            }
        }
        // The relation that ties the fewest cells: it fills the least.
        let best = entries.iter().enumerate().min_by_key(|(_, (row, _))| degree[*row as usize]);
        let Some((best, _)) = best else { return ReductionOutcome::Sum(steps) };
        let (pivot, value) = entries.swap_remove(best);
        let scale = inverse_mod(value);
        for (_, value) in &mut entries {
            *value = mul_mod(*value, scale);
        }
        ReductionOutcome::New(ReducedColumn { cell, scale, steps, pivot, entries })
    }

    /// Forgets the basis.
    pub(super) fn forget_basis(&mut self, basis: &[ReducedColumn]) {
        basis.iter().for_each(|reduced| self.pivot[reduced.pivot as usize] = NONE);
    }
}

/// What goes with one unit of a column that is the sum of `steps`, back through what reduced the basis: cells and amounts with
/// which nothing changes in any relation.
pub(super) fn trace_back(basis: &[ReducedColumn], steps: &[(u32, u64)]) -> Vec<(u32, u64)> {
    let mut weight = vec![0; basis.len()];
    for &(at, factor) in steps {
        weight[at as usize] = factor;
    }
    let mut amounts = Vec::new();
    for at in (0..basis.len()).rev() {
        if weight[at] == 0 {
            continue;
        }
        let scaled = mul_mod(weight[at], basis[at].scale);
        for &(below, factor) in &basis[at].steps {
            weight[below as usize] = sub_mod(weight[below as usize], mul_mod(scaled, factor));
        }
        amounts.push((basis[at].cell, neg_mod(scaled)));
    }
    amounts
}

/// Cells added one after the other, and one move taken at random from all that change no relation. Where it leaves a cell as it is,
/// so do all others, but for one chance in 2^61.
pub(crate) struct RandomElimination<'a> {
    reducer: ColumnReducer<'a>,
    degree: Vec<u32>,
    basis: Vec<ReducedColumn>,
    /// What is to be taken of each column of the basis so that nothing changes.
    together: Vec<u64>,
    moves: Vec<bool>,
}

impl<'a> RandomElimination<'a> {
    /// Over some of the `open` cells.
    pub(crate) fn new(system: &'a RelationSystem, open: &[bool]) -> Self {
        let degree = |row: u32| system.terms(row).iter().filter(|(c, _)| open[*c as usize]).count() as u32;
        let degree = (0..system.relation_count() as u32).map(degree).collect();
        let moves = vec![false; system.cell_count()];
        Self { reducer: ColumnReducer::new(system), degree, basis: Vec::new(), together: Vec::new(), moves }
    }

    /// Adds a cell.
    pub(crate) fn add_cell(&mut self, cell: u32) {
        match self.reducer.reduce_column(cell, &self.basis, &self.degree) {
            ReductionOutcome::New(reduced) => {
                self.reducer.pivot[reduced.pivot as usize] = self.basis.len() as u32;
                self.basis.push(reduced);
                self.together.push(0);
            }
            ReductionOutcome::Sum(steps) => {
                self.moves[cell as usize] = true;
                let by = some_amount(cell);
                for (at, factor) in steps {
                    let weight = &mut self.together[at as usize];
                    *weight = sub_mod(*weight, neg_mod(mul_mod(factor, by)));
                }
            }
        }
    }

    /// Which of the cells added so far move.
    pub(crate) fn moving_cells(&mut self) -> &[bool] {
        let steps: Vec<(u32, u64)> =
            (0..).zip(&self.together).map(|(at, &w)| (at, w)).filter(|(_, w)| *w != 0).collect();
        for (cell, _) in trace_back(&self.basis, &steps) {
            self.moves[cell as usize] = true;
        }
        &self.moves
    }
}

/// Which of the `open` cells move; the others follow from the rest.
pub(crate) fn find_moving(system: &RelationSystem, open: &[bool]) -> Vec<bool> {
    let mut elimination = RandomElimination::new(system, open);
    (0..system.cell_count() as u32).filter(|&c| open[c as usize]).for_each(|c| elimination.add_cell(c));
    elimination.moving_cells().to_vec()
}

/// A number that looks like chance and is the same each time (SplitMix64), never zero.
pub(super) fn some_amount(cell: u32) -> u64 {
    let mut z = (u64::from(cell) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    1 + (z ^ (z >> 31)) % (PRIME - 1)
}
