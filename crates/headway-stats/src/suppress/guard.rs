//! Keeps a proof for every protected cell, and hides what the proofs take.

use std::rc::Rc;

use super::RelationSystem;
use super::cell::{CellRole, ProtectionResult, SuppressionCell};
use super::circuit::{CellCircuit, SearchReach};
use super::letting::{CandidateRelease, SingleProof};
use super::moves::{MoveBasis, TRIED};
use super::proof::{CircuitProver, FREE, ReaderKnowledge};

/// How far around a small cell a proof is searched for: near, further, far.
const REACH: [SearchReach; 3] = [
    SearchReach { cells: 400, aside: 6 },
    SearchReach { cells: 4000, aside: 16 },
    SearchReach { cells: 40_000, aside: usize::MAX },
];

/// In tables of more cells than this publishing begins with the least important ones alone.
const LARGE: usize = 4_000;

/// How far one is searched for that does without a candidate.
pub(super) const NEAR: &[SearchReach] = &[REACH[0]];

/// So many candidates are published at once at most, where any move is a proof.
const AT_ONCE: usize = 128;

/// Relations up to this long are looked over for what is next to them, and so many of those are tried.
const FEW: usize = 12;

/// The most important candidates are one of so many.
pub(super) const MOST_IMPORTANT: usize = 64;

/// Hides as few and as unimportant candidates as it takes so that no protected cell follows from what is published.
///
/// A proof is another whole-number table under which every reader sees the same and the cell has another count. When
/// more becomes known of some cells, those proofs that still hold are kept, and what was hidden stays hidden.
pub struct CellGuard<'a> {
    pub(super) prover: CircuitProver<'a>,
    /// How far a first proof is searched for, and whether all moves are looked at before a candidate is hidden.
    first: &'static [SearchReach],
    thorough: bool,
    /// Whether any cell has less than endless room.
    bounded: bool,
    /// Candidates, the least important first.
    pub(super) ordered: Vec<u32>,
    proofs: Vec<CellProof>,
    /// Whether a cell has a proof, and how often it had one that was forgotten.
    proven: Vec<bool>,
    forgotten: Vec<u32>,
    /// For each candidate the proofs it stands in, or stood.
    used_by: Vec<Vec<u32>>,
    /// Whether more became known of a cell.
    changed: Vec<bool>,
    /// Relations of which one unknown cell or another could be lower.
    some_lower: Vec<u32>,
    exposed: Vec<u32>,
    weak: Vec<u32>,
}

/// A proof, or one case of it, and the cell it is for.
struct CellProof {
    cell: u32,
    /// As often the cell's proofs had been forgotten: it counts until that happens again.
    forgotten: u32,
    reader: ReaderKnowledge,
    circuit: Rc<CellCircuit>,
}

impl<'a> CellGuard<'a> {
    /// Nothing is hidden yet but what has to be. `importance` orders the candidates: the least important are hidden first.
    /// Not `thorough`, a candidate is hidden after a near search: a few cells more, in a time that grows with the table
    /// alone.
    ///
    /// Example: [a table in two rounds](crate::suppress).
    ///
    /// # Panics
    /// If the slices do not have one entry a cell.
    pub fn new(system: &'a RelationSystem, cells: &[SuppressionCell], importance: &[f64], thorough: bool) -> Self {
        assert_eq!(cells.len(), system.cell_count(), "one role a cell");
        assert_eq!(importance.len(), system.cell_count(), "one importance a cell");
        let candidate = |c: &u32| cells[*c as usize].role == CellRole::Candidate;
        let mut ordered: Vec<u32> = (0..cells.len() as u32).filter(candidate).collect();
        ordered.sort_by(|&a, &b| importance[a as usize].total_cmp(&importance[b as usize]).then(b.cmp(&a)));
        let mut rank = vec![FREE; cells.len()];
        for (place, &c) in ordered.iter().enumerate() {
            rank[c as usize] = place as u32 + 1;
        }
        Self {
            prover: CircuitProver::new(system, cells, rank),
            first: if thorough { &REACH } else { &REACH[..2] },
            thorough,
            bounded: cells.iter().any(SuppressionCell::is_bounded),
            ordered,
            proofs: Vec::new(),
            proven: vec![false; cells.len()],
            forgotten: vec![0; cells.len()],
            used_by: vec![Vec::new(); cells.len()],
            changed: vec![false; cells.len()],
            some_lower: Vec::new(),
            exposed: Vec::new(),
            weak: Vec::new(),
        }
    }

    /// More became known of a cell, or less is told of it than was meant.
    ///
    /// Example: [a table in two rounds](crate::suppress).
    pub fn change_cell(&mut self, cell: u32, to: SuppressionCell) {
        self.bounded |= to.is_bounded();
        self.prover.cells[cell as usize] = to;
        self.changed[cell as usize] = true;
    }

    /// Relations of which one or another of the [`CellRole::Unknown`] cells could be lower by one, as they add up to more than
    /// the least that each can be.
    ///
    /// ```
    /// use headway_stats::suppress::{CellGuard, CellRole, RelationSystem, SuppressionCell};
    /// let cell = |role, down, up| SuppressionCell { role, down, up };
    /// let (unknown, known) = (cell(CellRole::Unknown, 0, i64::MAX), cell(CellRole::Known, 0, 0));
    /// let (total, open) = (cell(CellRole::Protect, 5, 0), cell(CellRole::Candidate, 30, i64::MAX));
    /// // Cell 0 can only be lower. It is the sum of 1 and 2, which nobody knows and which stand in sums of their own.
    /// let sum = |a, b, all| [(a, 1), (b, 1), (all, -1)];
    /// let system = RelationSystem::new(8, &[sum(1, 2, 0), sum(1, 3, 4), sum(2, 5, 6), sum(0, 7, 4)]);
    /// let cells = [total, unknown, unknown, open, known, open, known, open];
    /// let mut guard = CellGuard::new(&system, &cells, &[5.0, 0.0, 0.0, 20.0, 40.0, 30.0, 50.0, 40.0], true);
    /// guard.some_could_be_lower(vec![0]);
    /// // Whichever of 1 and 2 is lower, its sum has to hide another: 3 and 5.
    /// assert_eq!(guard.protect().hidden, [true, true, true, true, false, true, false, true]);
    /// ```
    pub fn some_could_be_lower(&mut self, relations: Vec<u32>) {
        self.some_lower = relations;
    }

    /// What to hide.
    ///
    /// Example: [a table in two rounds](crate::suppress).
    pub fn protect(&mut self) -> ProtectionResult {
        self.look_again();
        if self.thorough {
            let moves = self.first_moves();
            self.protect_by_candidates(Some(&moves));
            self.publish_by_all_moves(moves);
        } else {
            self.protect_by_hidden();
            self.protect_by_candidates(None);
            self.publish_candidates();
        }
        ProtectionResult { hidden: self.prover.open.clone(), exposed: self.exposed.clone(), weak: self.weak.clone() }
    }

    /// First proofs from a basis of moves, and the basis: of few cells in large tables where rooms have no end, so that any
    /// move is a proof.
    fn first_moves(&mut self) -> MoveBasis {
        if !self.bounded && self.prover.open.len() > LARGE {
            return self.protect_by_few();
        }
        let mut moves = MoveBasis::new(self.prover.system, &self.prover.open);
        self.protect_by_moves(&mut moves);
        moves
    }

    /// Publishes the candidates that nothing hidden can move with: a reader finds those anyway, and no proof needs them. What
    /// stays hidden besides the protected cells is protected by that.
    ///
    /// Example: [a table in two rounds](crate::suppress).
    pub fn publish_what_follows(&mut self) -> Vec<bool> {
        let mut moves = vec![false; self.prover.open.len()];
        let proofs = (0..self.proofs.len()).filter(|&at| self.is_current(at)).map(|at| &self.proofs[at].circuit);
        proofs.flat_map(|circuit| &circuit.moves).for_each(|&(c, _)| moves[c as usize] = true);
        for i in 0..self.ordered.len() {
            let candidate = self.ordered[i];
            if !self.prover.open[candidate as usize] || moves[candidate as usize] {
                continue;
            }
            let mut found = self.prover.prove_cell(candidate, FREE, ReaderKnowledge::Room, &REACH[..1]);
            if found.is_none() {
                found = self.prover.prove_with_patience(candidate, FREE, ReaderKnowledge::Room, &REACH[..1]);
            }
            match found {
                Some(circuit) => circuit.moves.iter().for_each(|&(c, _)| moves[c as usize] = true),
                None => self.prover.open[candidate as usize] = false,
            }
        }
        self.prover.open.clone()
    }

    /// Opens the candidates that were published, and forgets proofs that do not hold any more or never were enough.
    fn look_again(&mut self) {
        for &candidate in &self.ordered {
            self.prover.open[candidate as usize] = true;
        }
        self.exposed.clear();
        for cell in std::mem::take(&mut self.weak) {
            self.forget_proof(cell);
        }
        for at in 0..self.proofs.len() {
            let CellProof { cell, circuit, .. } = &self.proofs[at];
            if !self.is_current(at) || !circuit.moves.iter().any(|&(c, _)| self.changed[c as usize]) {
                continue;
            }
            let (cell, reader) = (*cell, self.prover.reader_of(*cell));
            if self.prover.is_proof(circuit, reader) {
                self.proofs[at].reader = reader;
            } else {
                self.forget_proof(cell);
            }
        }
        self.changed.fill(false);
    }

    fn is_current(&self, proof: usize) -> bool {
        let CellProof { cell, forgotten, .. } = self.proofs[proof];
        self.proven[cell as usize] && self.forgotten[cell as usize] == forgotten
    }

    fn forget_proof(&mut self, cell: u32) {
        self.proven[cell as usize] = false;
        self.forgotten[cell as usize] += 1;
    }

    /// Cells that are to be protected and have no proof, those with room first.
    pub(super) fn without_proof(&self) -> Vec<u32> {
        let bare = |c: &u32| self.prover.cells[*c as usize].is_protected() && !self.proven[*c as usize];
        let mut bare: Vec<u32> = (0..self.proven.len() as u32).filter(bare).collect();
        bare.sort_by_key(|&c| self.prover.reader_of(c) == ReaderKnowledge::Algebra);
        bare
    }

    /// Cells that other hidden cells protect already: one proof covers every cell in it.
    fn protect_by_hidden(&mut self) {
        for cell in self.without_proof() {
            let reader = self.prover.reader_of(cell);
            if !self.proven[cell as usize]
                && let Some(circuit) = self.prover.prove_cell(cell, FREE, reader, &REACH[..1])
            {
                self.share_proof(reader, Rc::new(circuit));
            }
        }
    }

    /// Moves of the basis of all moves, where they will do as first proofs.
    pub(super) fn protect_by_moves(&mut self, moves: &mut MoveBasis) {
        for cell in self.without_proof() {
            let reader = self.prover.reader_of(cell);
            if !self.proven[cell as usize]
                && let Some(circuit) = self.prover.prove_by(moves, cell, reader, TRIED)
            {
                self.share_proof(reader, circuit);
            }
        }
    }

    /// A first proof, over whatever candidates it takes, for every other protected cell.
    fn protect_by_candidates(&mut self, moves: Option<&MoveBasis>) {
        let all = self.ordered.len() as u32;
        for cell in self.without_proof() {
            if self.proven[cell as usize] {
                continue;
            }
            // Nothing moves it, whatever is hidden.
            if moves.is_some_and(|moves| !moves.is_moved(cell)) {
                self.exposed.push(cell);
                continue;
            }
            let reader = self.prover.reader_of(cell);
            let mut found = self.prover.prove_cell(cell, all, reader, self.first);
            if found.is_none() && reader == ReaderKnowledge::Room {
                found = self.prover.prove_with_patience(cell, all, reader, self.first);
            }
            if let Some(circuit) = found {
                self.share_proof(reader, Rc::new(circuit));
            } else if let Some(cases) = self.by_cases(cell) {
                for (reader, circuit) in cases {
                    self.keep_proof(cell, reader, Rc::new(circuit));
                }
            } else if let Some(circuit) = self.prover.prove_cell(cell, all, ReaderKnowledge::Algebra, &REACH) {
                self.weak.push(cell);
                self.keep_proof(cell, ReaderKnowledge::Algebra, Rc::new(circuit));
            } else {
                self.exposed.push(cell);
            }
        }
    }

    /// One proof for each of the unknown cells of a relation near by, as one of them could be lower and it is not known which.
    fn by_cases(&mut self, cell: u32) -> Option<Vec<(ReaderKnowledge, CellCircuit)>> {
        let all = self.ordered.len() as u32;
        let families = unknown_families(&self.prover, &self.some_lower, cell);
        let mut prove = |lower: u32| {
            let reader = ReaderKnowledge::RoomIfLower(lower);
            self.prover.prove_with_patience(cell, all, reader, &REACH[..1]).map(|circuit| (reader, circuit))
        };
        families.into_iter().find_map(|family| family.into_iter().map(&mut prove).collect())
    }

    /// Every protected cell of a circuit that has no proof yet takes it as its own, if it is as good as it needs.
    fn share_proof(&mut self, reader: ReaderKnowledge, circuit: Rc<CellCircuit>) {
        for &(c, _) in &circuit.moves {
            let wants = match self.prover.cells[c as usize].role {
                CellRole::Protect => reader == ReaderKnowledge::Room,
                CellRole::Unknown => true,
                _ => false,
            };
            if wants && !self.proven[c as usize] {
                self.keep_proof(c, self.prover.reader_of(c), Rc::clone(&circuit));
            }
        }
    }

    fn keep_proof(&mut self, cell: u32, reader: ReaderKnowledge, circuit: Rc<CellCircuit>) {
        let at = self.proofs.len() as u32;
        self.proven[cell as usize] = true;
        self.proofs.push(CellProof { cell, forgotten: self.forgotten[cell as usize], reader, circuit });
        self.note_usage(at);
    }

    fn note_usage(&mut self, at: u32) {
        for &(c, _) in &self.proofs[at as usize].circuit.moves {
            if self.prover.rank[c as usize] != FREE {
                self.used_by[c as usize].push(at);
            }
        }
    }

    /// From the most important candidate down, over a basis of all moves.
    fn publish_by_all_moves(&mut self, moves: MoveBasis) {
        let single = |at: usize| (self.proofs[at].cell, self.proofs[at].reader, Rc::clone(&self.proofs[at].circuit));
        let proofs: Vec<SingleProof> = (0..self.proofs.len()).filter(|&at| self.is_current(at)).map(single).collect();
        let at_once = if self.bounded { 1 } else { AT_ONCE };
        let kept = CandidateRelease::new(&mut self.prover, moves, proofs, at_once).publish_ordered(&self.ordered);
        self.used_by.iter_mut().for_each(Vec::clear);
        let forgotten = &self.forgotten;
        let proof = |(cell, reader, circuit): SingleProof| CellProof {
            cell,
            forgotten: forgotten[cell as usize],
            reader,
            circuit,
        };
        self.proofs = kept.into_iter().map(proof).collect();
        (0..self.proofs.len() as u32).for_each(|at| self.note_usage(at));
    }

    /// From the most important candidate down: publish it if every proof that it stands in can do without.
    fn publish_candidates(&mut self) {
        for i in (0..self.ordered.len()).rev() {
            let candidate = self.ordered[i];
            if self.prover.rank[candidate as usize] == FREE {
                continue;
            }
            self.prover.open[candidate as usize] = false;
            if !self.do_without(candidate) {
                self.prover.open[candidate as usize] = true;
                self.prover.rank[candidate as usize] = FREE;
            }
        }
    }

    fn do_without(&mut self, candidate: u32) -> bool {
        for at in std::mem::take(&mut self.used_by[candidate as usize]) {
            let CellProof { cell, reader, circuit, .. } = &self.proofs[at as usize];
            let (cell, reader) = (*cell, *reader);
            let stands_in = circuit.moves.iter().any(|&(c, _)| c == candidate);
            if !stands_in || !self.is_current(at as usize) {
                continue;
            }
            let limit = self.prover.rank[candidate as usize];
            let mut found = self.prover.prove_cell(cell, limit, reader, NEAR);
            // For the sake of the most important ones it is worth looking on.
            let important = self.ordered.len() - limit as usize <= self.ordered.len() / MOST_IMPORTANT;
            if found.is_none() && important && reader != ReaderKnowledge::Algebra {
                found = self.prover.prove_with_patience(cell, limit, reader, NEAR);
            }
            let Some(circuit) = found else { return false };
            self.proofs[at as usize].circuit = Rc::new(circuit);
            self.note_usage(at);
        }
        true
    }
}

/// The unknown cells of those relations, next to `cell` or next but one, of which one or another could be lower.
fn unknown_families(prover: &CircuitProver<'_>, some_lower: &[u32], cell: u32) -> Vec<Vec<u32>> {
    let system = prover.system;
    let rows = |c: u32| system.of_cell(c).iter().map(|&(row, _)| row);
    let beside = rows(cell).filter(|&row| system.terms(row).len() <= FEW).flat_map(|row| system.terms(row));
    let mut near: Vec<u32> = rows(cell).chain(beside.flat_map(|&(c, _)| rows(c))).collect();
    let mut seen = std::collections::BTreeSet::new();
    near.retain(|row| some_lower.binary_search(row).is_ok() && seen.insert(*row));
    let unknown = |c: &u32| prover.cells[*c as usize].role == CellRole::Unknown;
    let family = |row: u32| system.terms(row).iter().map(|&(c, _)| c).filter(unknown).collect();
    near.into_iter().take(FEW).map(family).collect()
}
