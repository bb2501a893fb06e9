//! Moves found by a linear program: slower than one circuit after the other, but it sees all rooms at once.

use super::RelationSystem;
use super::circuit::CellCircuit;
use crate::simplex::{Equation, SimplexSolver};
use std::collections::BTreeMap;

/// No cell moves by more than this, so that the moves come out whole nearly always.
const STEP: i64 = 1;
/// What does not come out whole may after being multiplied.
const SCALES: [f64; 3] = [1.0, 2.0, 3.0];

/// Moves of `cell` and of those `around` it, each of which can go down and up by its `room`, that leave every relation as
/// it is. `None` if there are none, they do not come out whole, or
/// rounding stood in the way.
pub(super) fn find_moves(
    system: &RelationSystem,
    cell: u32,
    around: &[u32],
    room: impl Fn(u32) -> (i64, i64),
) -> Option<CellCircuit> {
    let mut columns: Vec<(u32, f64)> = Vec::new();
    for &c in std::iter::once(&cell).chain(around) {
        let (down, up) = room(c);
        columns.extend((up > 0).then_some((c, 1.0)));
        columns.extend((down > 0).then_some((c, -1.0)));
    }
    let own = columns.iter().take_while(|(c, _)| *c == cell).count();
    let mut simplex = SimplexSolver::new(2 * columns.len(), program_rows(system, &columns))?;
    (0..own).find_map(|way| {
        (simplex.most_of_cell(way)? > 0.0).then_some(())?;
        let mut amounts: BTreeMap<u32, f64> = BTreeMap::new();
        for (at, &(c, sign)) in columns.iter().enumerate() {
            *amounts.entry(c).or_default() += sign * simplex.cell_value(at);
        }
        SCALES.iter().find_map(|scale| whole_circuit(cell, &amounts, *scale))
    })
}

/// Every relation among the columns adds up to nothing; and a column with what it leaves of its step is the step.
fn program_rows(system: &RelationSystem, columns: &[(u32, f64)]) -> Vec<Equation> {
    let mut relations: BTreeMap<u32, Vec<(usize, f64)>> = BTreeMap::new();
    for (at, &(c, sign)) in columns.iter().enumerate() {
        for &(row, k) in system.of_cell(c) {
            relations.entry(row).or_default().push((at, sign * f64::from(k)));
        }
    }
    let steps = (0..columns.len()).map(|at| (vec![(at, 1.0), (columns.len() + at, 1.0)], STEP as f64));
    relations.into_values().map(|terms| (terms, 0.0)).chain(steps).collect()
}

/// The amounts as a circuit through `cell`, which stands first, if they are whole.
fn whole_circuit(cell: u32, amounts: &BTreeMap<u32, f64>, scale: f64) -> Option<CellCircuit> {
    const NEAR: f64 = 1e-6;
    let mut moves = Vec::new();
    for (&c, &amount) in amounts {
        let amount = amount * scale;
        if (amount - amount.round()).abs() > NEAR {
            return None;
        }
        if amount.round() != 0.0 {
            moves.push((c, amount.round() as i64));
        }
    }
    let first = moves.iter().position(|&(c, _)| c == cell)?;
    moves.swap(0, first);
    Some(CellCircuit { moves })
}
