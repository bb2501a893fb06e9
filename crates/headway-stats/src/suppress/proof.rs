//! Proofs that a reader can't rule out: circuits in which every cell keeps to its room.

use super::RelationSystem;
use super::cell::{CellRole, SuppressionCell};
use super::circuit::{CellCircuit, CircuitSearch, SearchReach};
use super::moves::MoveBasis;
use super::program;
use std::rc::Rc;

/// A proof is looked for among the least important 64th of the candidates, then an eighth, then all.
const SHARES: [u32; 3] = [64, 8, 1];
/// How often a proof is looked for around cells that stand in the way.
const DETOURS: usize = 2;
/// How often with patience.
const PATIENCE: usize = 20;
/// How far around a cell a linear program looks, and among which cells: all, or only those that can move both ways and what
/// is next to the cell.
const PROGRAMS: [(SearchReach, bool); 3] = [
    (SearchReach { cells: 120, aside: 4 }, false),
    (SearchReach { cells: 120, aside: 4 }, true),
    (SearchReach { cells: 400, aside: 4 }, true),
];

/// Rank of a cell that is hidden for good.
pub(super) const FREE: u32 = 0;

/// What a proof must withstand.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ReaderKnowledge {
    /// Linear algebra.
    Algebra,
    /// Linear algebra, and that hidden counts keep to their room.
    Room,
    /// The same, in the case that this count could be lower by one, though its room is not known.
    RoomIfLower(u32),
}

impl ReaderKnowledge {
    /// By how much a cell could be lower.
    fn room_down(self, cells: &[SuppressionCell], cell: u32) -> i64 {
        let down = cells[cell as usize].down;
        if self == Self::RoomIfLower(cell) { down.max(1) } else { down }
    }

    /// Whether a cell can't move both ways.
    fn is_stiff(self, cells: &[SuppressionCell], cell: u32) -> bool {
        cells[cell as usize].up == 0 || self.room_down(cells, cell) == 0
    }

    /// The cells that would leave their room if all of them moved this way.
    fn cells_leaving(self, circuit: &CellCircuit, cells: &[SuppressionCell], way: i64) -> Vec<u32> {
        let out = |&&(c, amount): &&(u32, i64)| {
            let amount = amount * way;
            if amount > 0 { amount > cells[c as usize].up } else { -amount > self.room_down(cells, c) }
        };
        circuit.moves.iter().filter(out).map(|&(c, _)| c).collect()
    }

    /// Whether the proof withstands this reader.
    pub(super) fn is_withstood_by(self, circuit: &CellCircuit, cells: &[SuppressionCell]) -> bool {
        self == Self::Algebra || self.in_the_way(circuit, cells).is_empty()
    }

    /// The cells that would leave their room, in the direction in which there are fewer, and none if the circuit can be
    /// taken one way. Never the first alone, which the circuit is for: it stands in its own way only when nothing else
    /// does.
    fn in_the_way(self, circuit: &CellCircuit, cells: &[SuppressionCell]) -> Vec<u32> {
        let (one, other) = (self.cells_leaving(circuit, cells, 1), self.cells_leaving(circuit, cells, -1));
        let first = circuit.moves[0].0;
        let own = |way: &Vec<u32>| way.first() == Some(&first);
        match (own(&one), own(&other)) {
            (false, true) => one,
            (true, false) => other,
            _ if one.len() <= other.len() => one,
            _ => other,
        }
    }
}

/// Looks for proofs.
pub(super) struct CircuitProver<'a> {
    pub(super) system: &'a RelationSystem,
    search: CircuitSearch<'a>,
    pub(super) cells: Vec<SuppressionCell>,
    /// Hidden or not yet decided.
    pub(super) open: Vec<bool>,
    /// Least important candidate 1, and so on.
    pub(super) rank: Vec<u32>,
}

impl<'a> CircuitProver<'a> {
    pub(super) fn new(system: &'a RelationSystem, cells: &[SuppressionCell], rank: Vec<u32>) -> Self {
        let open = cells.iter().map(|cell| cell.role != CellRole::Known).collect();
        Self { system, search: CircuitSearch::new(system), cells: cells.to_vec(), open, rank }
    }

    /// What a proof of this cell must withstand.
    pub(super) fn reader_of(&self, cell: u32) -> ReaderKnowledge {
        if self.cells[cell as usize].role == CellRole::Unknown {
            ReaderKnowledge::Algebra
        } else {
            ReaderKnowledge::Room
        }
    }

    /// Whether the proof withstands the reader.
    pub(super) fn is_proof(&self, circuit: &CellCircuit, reader: ReaderKnowledge) -> bool {
        reader.is_withstood_by(circuit, &self.cells)
    }

    /// A move of the basis as a proof, of so many that move the fewest cells.
    pub(super) fn prove_by(
        &mut self,
        moves: &mut MoveBasis,
        cell: u32,
        reader: ReaderKnowledge,
        most: usize,
    ) -> Option<Rc<CellCircuit>> {
        let Self { search, cells, .. } = self;
        moves.find_proof(
            (cell, most),
            |circuit| search.is_balanced(circuit),
            |circuit| reader.is_withstood_by(circuit, cells),
        )
    }

    /// A circuit through `cell` that a reader can't rule out, over cells hidden for good and open candidates up to the
    /// rank `limit`: first among the least important ones, near the cell, then further up and out.
    pub(super) fn prove_cell(
        &mut self,
        cell: u32,
        limit: u32,
        reader: ReaderKnowledge,
        reach: &[SearchReach],
    ) -> Option<CellCircuit> {
        let mut bounds = SHARES.map(|share| limit / share).to_vec();
        bounds.dedup();
        let circuit = |prover: &mut Self, reach, bound| match reader {
            ReaderKnowledge::Algebra => prover.find_circuit(cell, reach, bound, |_, _| false),
            _ => prover.with_room(cell, reader, reach, bound),
        };
        reach.iter().find_map(|&reach| bounds.iter().find_map(|&bound| circuit(self, reach, bound)))
    }

    /// As [`Self::prove_cell`] over all cells up to the rank `limit`, with patience: around everything that turns out to stand in
    /// the way, one way and the other; then by a linear program.
    pub(super) fn prove_with_patience(
        &mut self,
        cell: u32,
        limit: u32,
        reader: ReaderKnowledge,
        reach: &[SearchReach],
    ) -> Option<CellCircuit> {
        let own = self.cells[cell as usize];
        let ways = [(1, own.up), (-1, own.down)].into_iter().filter(|&(_, room)| room > 0).map(|(way, _)| way);
        let ways: Vec<i64> = ways.collect();
        let around = |&reach: &SearchReach| ways.iter().find_map(|&way| self.one_way(cell, way, reader, reach, limit));
        reach.iter().find_map(around).or_else(|| self.by_program(cell, limit, reader))
    }

    fn by_program(&mut self, cell: u32, limit: u32, reader: ReaderKnowledge) -> Option<CellCircuit> {
        let Self { system, search, cells, open, rank } = self;
        let may = |c: u32| open[c as usize] && rank[c as usize] <= limit;
        let next_to =
            |c: u32| system.of_cell(c).iter().any(|(row, _)| system.of_cell(cell).iter().any(|(r, _)| r == row));
        let room = |c: u32| (reader.room_down(cells, c), cells[c as usize].up);
        let circuit = PROGRAMS.iter().find_map(|&(reach, supple)| {
            let lets = |c: u32| may(c) && (!supple || !reader.is_stiff(cells, c) || next_to(c));
            let around = search.cells_around(cell, reach, lets)?;
            program::find_moves(system, cell, &around, room)
        })?;
        // What was found in floating point is checked in whole numbers.
        (self.search.is_balanced(&circuit) && self.is_proof(&circuit, reader)).then_some(circuit)
    }

    fn one_way(
        &mut self,
        cell: u32,
        way: i64,
        reader: ReaderKnowledge,
        reach: SearchReach,
        bound: u32,
    ) -> Option<CellCircuit> {
        let mut against: Vec<u32> = Vec::new();
        for _ in 0..PATIENCE {
            let circuit = self.find_circuit(cell, reach, bound, |_, c| against.contains(&c))?;
            let way = way * circuit.moves[0].1.signum();
            let out = reader.cells_leaving(&circuit, &self.cells, way);
            if out.is_empty() {
                return Some(circuit);
            }
            if out == [cell] {
                return None;
            }
            against.extend(out);
        }
        None
    }

    /// A circuit in which all keep to their room.
    fn with_room(&mut self, cell: u32, reader: ReaderKnowledge, reach: SearchReach, bound: u32) -> Option<CellCircuit> {
        if self.cells[cell as usize].is_stuck() {
            return None;
        }
        // Around cells that stand in the way, a few times over, then without any that can't move both ways, as far as there
        // are others.
        let mut against = Vec::new();
        for _ in 0..=DETOURS {
            let circuit = self.find_circuit(cell, reach, bound, |_, c| against.contains(&c))?;
            match reader.in_the_way(&circuit, &self.cells) {
                none if none.is_empty() => return Some(circuit),
                more => against.extend(more),
            }
        }
        let needed = self.needed_cells(cell, reader, bound);
        let stiff = |cells: &[SuppressionCell], c: u32| reader.is_stiff(cells, c) && !needed.contains(&c);
        let circuit = self.find_circuit(cell, reach, bound, |cells, c| stiff(cells, c) || against.contains(&c))?;
        self.is_proof(&circuit, reader).then_some(circuit)
    }

    /// Cells that can't move both ways, but one of which has to move if `cell` does: its relation has no others.
    fn needed_cells(&self, cell: u32, reader: ReaderKnowledge, bound: u32) -> Vec<u32> {
        let mut needed = Vec::new();
        for &(row, _) in self.system.of_cell(cell) {
            let may = |c: u32| c != cell && self.open[c as usize] && self.rank[c as usize] <= bound;
            let others = || self.system.terms(row).iter().map(|&(c, _)| c).filter(|&c| may(c));
            if others().all(|c| reader.is_stiff(&self.cells, c)) {
                needed.extend(others());
            }
        }
        needed
    }

    fn find_circuit(
        &mut self,
        cell: u32,
        reach: SearchReach,
        bound: u32,
        without: impl Fn(&[SuppressionCell], u32) -> bool,
    ) -> Option<CellCircuit> {
        let Self { search, cells, open, rank, .. } = self;
        let may = |c: u32| open[c as usize] && rank[c as usize] <= bound && (c == cell || !without(cells, c));
        search.find_circuit(cell, reach, may, |c| rank[c as usize])
    }
}
