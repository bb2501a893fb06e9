//! Publishes candidates over a basis of all moves: what may go is decided by linear algebra over the whole table at once, and
//! the proofs are moves of that basis.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;

use super::circuit::CellCircuit;
use super::guard::{MOST_IMPORTANT, NEAR};
use super::moves::{MoveBasis, TRIED};
use super::proof::{CircuitProver, FREE, ReaderKnowledge};

const NONE: u32 = u32::MAX;
/// What could not go is tried again at the end, with so many bases of what is left.
const AGAIN: usize = 3;

/// A proof, or one case of it, for one cell.
pub(super) type SingleProof = (u32, ReaderKnowledge, Rc<CellCircuit>);

/// One proof and the cells that rest on it.
struct SharedProof {
    circuit: Rc<CellCircuit>,
    reader: ReaderKnowledge,
    cells: Vec<u32>,
    holds: bool,
}

impl SharedProof {
    /// Nothing rests on it any more.
    fn end_proof(&mut self) {
        self.holds = false;
        self.circuit = Rc::new(CellCircuit { moves: Vec::new() });
        self.cells = Vec::new();
    }
}

/// A candidate that went, or one that is held.
struct ReleaseStep {
    candidate: u32,
    /// Its rank before.
    rank: u32,
    /// Where the moves stood before.
    mark: usize,
    went: bool,
}

/// A cell that waits for another proof, and the one that it had.
#[derive(Clone, Copy, PartialEq, Eq)]
struct WaitingCell {
    cell: u32,
    reader: ReaderKnowledge,
    proof: u32,
}

/// Lets go of candidates, the most important first.
pub(super) struct CandidateRelease<'p, 'a> {
    prover: &'p mut CircuitProver<'a>,
    moves: MoveBasis,
    shared: Vec<SharedProof>,
    /// The proofs that a cell stands in, or stood.
    used_by: Vec<Vec<u32>>,
    /// Whether a cell is protected by some proof.
    proven: Vec<bool>,
    /// Place of a cell among those that wait for another proof.
    waits: Vec<u32>,
    /// So many candidates go at once at most.
    at_once: usize,
    /// How often a cell was left without a proof, and for each cell the last time that it was this one.
    failures: u32,
    /// Candidates of this rank and above are the most important ones.
    important: u32,
    failed: Vec<u32>,
}

impl<'p, 'a> CandidateRelease<'p, 'a> {
    pub(super) fn new(
        prover: &'p mut CircuitProver<'a>,
        moves: MoveBasis,
        proofs: Vec<SingleProof>,
        at_once: usize,
    ) -> Self {
        let cells = prover.open.len();
        let mut letting = Self {
            prover,
            moves,
            shared: Vec::new(),
            used_by: vec![Vec::new(); cells],
            proven: vec![false; cells],
            waits: vec![NONE; cells],
            at_once,
            failures: 0,
            important: 0,
            failed: vec![0; cells],
        };
        let mut places: HashMap<(*const CellCircuit, ReaderKnowledge), usize> = HashMap::new();
        for (cell, reader, circuit) in proofs {
            letting.proven[cell as usize] = true;
            let next = letting.shared.len();
            let place = *places.entry((Rc::as_ptr(&circuit), reader)).or_insert(next);
            match letting.shared.get_mut(place) {
                Some(shared) => shared.cells.push(cell),
                None => letting.add_proof(circuit, reader, vec![cell]),
            }
        }
        letting
    }

    /// Publishes what can be published of the candidates, which are in order, the least important first; the others are hidden
    /// for good.
    pub(super) fn publish_ordered(mut self, ordered: &[u32]) -> Vec<SingleProof> {
        self.important = (ordered.len() - ordered.len() / MOST_IMPORTANT) as u32;
        let held = self.let_go_in_turn(ordered, 1);
        if self.at_once > 1 {
            // Among fewer moves some are proofs whose amounts were too large before.
            self.open_again(&held, ordered);
            self.let_go_in_turn(&held, AGAIN);
        }
        let single = |proof: &SharedProof| {
            let of = |&cell: &u32| (cell, proof.reader, Rc::clone(&proof.circuit));
            proof.cells.iter().map(of).collect::<Vec<_>>()
        };
        self.shared.iter().filter(|proof| proof.holds).flat_map(single).collect()
    }

    /// From the most important of these down. Several go at once; where a cell is left without a proof then, as many of them as
    /// leave it one. One that goes alone is tried with so many bases. Gives those that can't go, in the same order, but for those that
    /// linear algebra holds back; both are hidden.
    fn let_go_in_turn(&mut self, ordered: &[u32], bases: usize) -> Vec<u32> {
        let mut held = Vec::new();
        let (mut left, mut at_once) = (ordered.len(), 1);
        // So many went at once before one had to be looked at alone.
        let mut before = 1;
        while left > 0 {
            let these = &ordered[left - at_once.min(left)..left];
            let bases = if these.len() == 1 { bases } else { 1 };
            let went = (0..bases).map(|basis| self.try_letting_go(these, basis)).find(|went| *went > 0).unwrap_or(0);
            left -= went;
            (at_once, before) = match (went, these) {
                (0, &[candidate]) => {
                    self.prover.rank[candidate as usize] = FREE;
                    held.push(candidate);
                    left -= 1;
                    (before, before)
                }
                // The next one is why no more of them could go.
                _ if went < these.len() => (1, (2 * went).max(these.len() / 2).min(self.at_once)),
                (1, _) => ((2 * before).min(self.at_once), before),
                _ => ((2 * went).min(self.at_once), went),
            };
        }
        held.reverse();
        held
    }

    /// Those that could not go are candidates as before.
    fn open_again(&mut self, held: &[u32], ordered: &[u32]) {
        let mut again = vec![false; self.used_by.len()];
        held.iter().for_each(|&c| again[c as usize] = true);
        for (rank, &c) in (1..).zip(ordered) {
            if again[c as usize] {
                self.prover.rank[c as usize] = rank;
                self.used_by[c as usize].clear();
            }
        }
        for (at, proof) in (0..).zip(&self.shared).filter(|(_, proof)| proof.holds) {
            let moves = proof.circuit.moves.iter().filter(|(c, _)| again[*c as usize]);
            moves.for_each(|&(c, _)| self.used_by[c as usize].push(at));
        }
    }

    /// Lets go of these candidates, the most important first, or of as many as leave every cell a proof: how many. Those of them
    /// that linear algebra holds back are hidden for good.
    /// `basis`: which of the moves is dropped for a candidate.
    fn try_letting_go(&mut self, these: &[u32], basis: usize) -> usize {
        let important = these.last().is_some_and(|&c| self.prover.rank[c as usize] >= self.important);
        let (mut steps, mut end) = (Vec::new(), these.len());
        while end > 0 {
            self.let_go(&mut steps, &these[these.len() - end..], basis);
            let before = self.shared.len();
            let due = self.due_proofs(&steps);
            let Some(without) = self.replace_proofs(&due, (these[0], these.len() == 1), important) else {
                due.iter().for_each(|&at| self.shared[at as usize].end_proof());
                steps.iter().filter(|s| s.went).for_each(|s| self.used_by[s.candidate as usize].clear());
                self.moves.settle_gone();
                return end;
            };
            self.drop_proofs(before);
            end = self.most_with_proof(without, &mut steps, these);
        }
        self.take_back(&mut steps, 0);
        0
    }

    /// Drops the proofs that were added since there were so many.
    fn drop_proofs(&mut self, first: usize) {
        for proof in self.shared.drain(first..).rev() {
            for &(cell, _) in &proof.circuit.moves {
                if self.prover.rank[cell as usize] != FREE {
                    self.used_by[cell as usize].pop();
                }
            }
        }
    }

    /// Proofs that do not hold any more.
    fn due_proofs(&mut self, steps: &[ReleaseStep]) -> Vec<u32> {
        let mut due: Vec<u32> = Vec::new();
        for step in steps.iter().filter(|step| step.went) {
            let used_by = &mut self.used_by[step.candidate as usize];
            used_by.retain(|&at| self.shared[at as usize].holds);
            due.extend_from_slice(used_by);
        }
        due.sort_unstable();
        due.dedup();
        due
    }

    /// How many of these can go, the most important first, so that a cell still has a proof; fewer than those that went.
    fn most_with_proof(&mut self, cell: WaitingCell, steps: &mut Vec<ReleaseStep>, these: &[u32]) -> usize {
        let (mut fine, mut end) = (0, steps.len());
        while end - fine > 1 {
            let middle = fine.midpoint(end);
            self.take_back(steps, middle);
            self.let_go(steps, &these[these.len() - middle..], 0);
            let open = |(c, _): &(u32, i64)| self.prover.open[*c as usize];
            let holds = self.shared[cell.proof as usize].circuit.moves.iter().all(open);
            if holds || self.prover.prove_by(&mut self.moves, cell.cell, cell.reader, TRIED).is_some() {
                fine = middle;
            } else {
                end = middle;
            }
        }
        self.take_back(steps, fine);
        fine
    }

    /// Lets go of all moves of these candidates, the most important first, after those that went; but for candidates that a
    /// protected cell moves with alone.
    fn let_go(&mut self, steps: &mut Vec<ReleaseStep>, these: &[u32], basis: usize) {
        for &candidate in these.iter().rev().skip(steps.len()) {
            let c = candidate as usize;
            let (rank, mark) = (self.prover.rank[c], self.moves.undo_mark());
            let went = rank != FREE && self.moves.let_go(candidate, basis, |c| self.proven[c as usize]);
            if went {
                self.prover.open[c] = false;
            } else {
                self.prover.rank[c] = FREE;
            }
            steps.push(ReleaseStep { candidate, rank, mark, went });
        }
    }

    /// Takes back all steps but so many.
    fn take_back(&mut self, steps: &mut Vec<ReleaseStep>, end: usize) {
        let Some(first) = steps.get(end) else { return };
        self.moves.take_back(first.mark);
        for step in steps.drain(end..) {
            self.prover.open[step.candidate as usize] |= step.went;
            self.prover.rank[step.candidate as usize] = step.rank;
        }
    }

    /// Other proofs for the cells of those that are due, without a candidate, which may be `alone` among those that go. Gives the
    /// cell that is left without one.
    fn replace_proofs(&mut self, due: &[u32], candidate: (u32, bool), important: bool) -> Option<WaitingCell> {
        let of = |&proof: &u32| {
            let SharedProof { reader, ref cells, .. } = self.shared[proof as usize];
            cells.iter().map(|&cell| WaitingCell { cell, reader, proof }).collect::<Vec<_>>()
        };
        let mut waiting: Vec<Option<WaitingCell>> = due.iter().flat_map(of).map(Some).collect();
        // A cell that was left without a proof is likely to be so again: then the others need not be looked at. Where rooms have an
        // end they keep their order, since what is a proof for one is not for another there.
        if self.at_once > 1 {
            waiting.sort_by_key(|one| Reverse(one.map(|one| self.failed[one.cell as usize])));
        }
        for (place, one) in (0..).zip(waiting.iter().flatten()) {
            // A proof by cases is for one cell alone.
            if !matches!(one.reader, ReaderKnowledge::RoomIfLower(_)) {
                self.waits[one.cell as usize] = place;
            }
        }
        let cells: Vec<u32> = waiting.iter().flatten().map(|one| one.cell).collect();
        let mut without = None;
        for place in 0..waiting.len() {
            let Some(one) = waiting[place] else { continue };
            let Some(circuit) = self.another_proof(one.cell, one.reader, candidate, important) else {
                self.failures += 1;
                self.failed[one.cell as usize] = self.failures;
                without = Some(one);
                break;
            };
            waiting[place] = None;
            let mut rests = vec![one.cell];
            for &(c, _) in &circuit.moves {
                let other = self.waits[c as usize];
                if other != NONE && waiting[other as usize].is_some_and(|w| w.cell == c && w.reader == one.reader) {
                    waiting[other as usize] = None;
                    rests.push(c);
                }
            }
            self.add_proof(circuit, one.reader, rests);
        }
        cells.into_iter().for_each(|cell| self.waits[cell as usize] = NONE);
        without
    }

    /// Another proof: a move of the basis, or what is found near by.
    fn another_proof(
        &mut self,
        cell: u32,
        reader: ReaderKnowledge,
        (candidate, alone): (u32, bool),
        important: bool,
    ) -> Option<Rc<CellCircuit>> {
        let prover = &mut *self.prover;
        let found = prover.prove_by(&mut self.moves, cell, reader, TRIED);
        if found.is_some() || !alone {
            return found;
        }
        // Where any move is a proof hardly any is found near by that the basis does not have.
        if self.at_once > 1 && !important {
            return None;
        }
        let limit = prover.rank[candidate as usize];
        let mut found = prover.prove_cell(cell, limit, reader, NEAR);
        // For the sake of the most important ones it is worth looking on.
        if found.is_none() && important && reader != ReaderKnowledge::Algebra {
            found = prover.prove_with_patience(cell, limit, reader, NEAR);
        }
        found.map(Rc::new)
    }

    fn add_proof(&mut self, circuit: Rc<CellCircuit>, reader: ReaderKnowledge, cells: Vec<u32>) {
        let at = self.shared.len() as u32;
        for &(cell, _) in &circuit.moves {
            if self.prover.rank[cell as usize] != FREE {
                self.used_by[cell as usize].push(at);
            }
        }
        self.shared.push(SharedProof { circuit, reader, cells, holds: true });
    }
}
