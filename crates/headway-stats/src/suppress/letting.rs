//! Publishes candidates over a basis of all moves: what may go is decided by linear algebra over the whole table at once, and
//! the proofs are moves of that basis.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;

use super::circuit::Circuit;
use super::guard::{MOST_IMPORTANT, NEAR};
use super::moves::{Gone, Moves};
use super::proof::{FREE, Prover, Reader};

const NONE: u32 = u32::MAX;

/// A proof, or one case of it, for one cell.
pub(super) type Single = (u32, Reader, Rc<Circuit>);

/// One proof and the cells that rest on it.
struct Shared {
    circuit: Rc<Circuit>,
    reader: Reader,
    cells: Vec<u32>,
    holds: bool,
}

impl Shared {
    /// Nothing rests on it any more.
    fn end(&mut self) {
        self.holds = false;
        self.circuit = Rc::new(Circuit { moves: Vec::new() });
        self.cells = Vec::new();
    }
}

/// Candidates that went, with what was let go with each, and those that were held, with their ranks.
#[derive(Default)]
struct Steps {
    gone: Vec<(u32, Option<Gone>)>,
    held: Vec<(u32, u32)>,
}

/// Lets go of candidates, the most important first.
pub(super) struct Letting<'p, 'a> {
    prover: &'p mut Prover<'a>,
    moves: Moves,
    shared: Vec<Shared>,
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
    failed: Vec<u32>,
}

impl<'p, 'a> Letting<'p, 'a> {
    pub(super) fn new(prover: &'p mut Prover<'a>, moves: Moves, proofs: Vec<Single>, at_once: usize) -> Self {
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
            failed: vec![0; cells],
        };
        let mut places: HashMap<(*const Circuit, Reader), usize> = HashMap::new();
        for (cell, reader, circuit) in proofs {
            letting.proven[cell as usize] = true;
            let next = letting.shared.len();
            let place = *places.entry((Rc::as_ptr(&circuit), reader)).or_insert(next);
            match letting.shared.get_mut(place) {
                Some(shared) => shared.cells.push(cell),
                None => letting.add(circuit, reader, vec![cell]),
            }
        }
        letting
    }

    /// Publishes what can be published of the candidates, which are in order, the least important first; the others are hidden
    /// for good. Several go at once as long as all of them can; what is found near by is a proof where one goes alone.
    pub(super) fn publish(mut self, ordered: &[u32]) -> Vec<Single> {
        let (mut left, mut at_once) = (ordered.len(), 1);
        while left > 0 {
            let these = &ordered[left - at_once.min(left)..left];
            let important = ordered.len() - (left - 1) <= ordered.len() / MOST_IMPORTANT + 1;
            if self.go(these, important) {
                left -= these.len();
                at_once = (2 * at_once).min(self.at_once);
            } else if let [candidate] = these {
                self.prover.rank[*candidate as usize] = FREE;
                left -= 1;
            } else {
                at_once = these.len().div_ceil(4);
            }
        }
        let single = |proof: &Shared| {
            let of = |&cell: &u32| (cell, proof.reader, Rc::clone(&proof.circuit));
            proof.cells.iter().map(of).collect::<Vec<_>>()
        };
        self.shared.iter().filter(|proof| proof.holds).flat_map(single).collect()
    }

    /// Whether these candidates can go, all but those that linear algebra holds back, which are hidden for good; it is done then.
    fn go(&mut self, these: &[u32], important: bool) -> bool {
        let before = self.shared.len();
        let steps = self.let_go(these);
        let mut due: Vec<u32> =
            steps.gone.iter().flat_map(|(candidate, _)| &self.used_by[*candidate as usize]).copied().collect();
        due.sort_unstable();
        due.dedup();
        due.retain(|&at| self.shared[at as usize].holds);
        let found = these.first().is_none_or(|&lowest| self.replace(&due, (lowest, these.len() == 1), important));
        if found {
            due.iter().for_each(|&at| self.shared[at as usize].end());
            steps.gone.iter().for_each(|(candidate, _)| self.used_by[*candidate as usize].clear());
        } else {
            self.shared[before..].iter_mut().for_each(Shared::end);
            self.take_back(steps);
        }
        found
    }

    /// Lets go of all moves of these candidates, the most important first, but for candidates that a protected cell moves with
    /// alone.
    fn let_go(&mut self, these: &[u32]) -> Steps {
        let mut steps = Steps::default();
        for &candidate in these.iter().rev() {
            let c = candidate as usize;
            if self.prover.rank[c] == FREE {
                continue;
            }
            if self.moves.count(candidate) > 0 && self.moves.holds_alone(candidate, |c| self.proven[c as usize]) {
                steps.held.push((candidate, std::mem::replace(&mut self.prover.rank[c], FREE)));
                continue;
            }
            self.prover.open[c] = false;
            let gone = if self.moves.count(candidate) > 0 { self.moves.let_go(candidate) } else { None };
            steps.gone.push((candidate, gone));
        }
        steps
    }

    fn take_back(&mut self, steps: Steps) {
        for (candidate, gone) in steps.gone.into_iter().rev() {
            self.prover.open[candidate as usize] = true;
            if let Some(gone) = gone {
                self.moves.take_back(gone);
            }
        }
        steps.held.into_iter().for_each(|(candidate, rank)| self.prover.rank[candidate as usize] = rank);
    }

    /// Other proofs for the cells of those that are due, without a candidate, which may be `alone` among those that go.
    fn replace(&mut self, due: &[u32], candidate: (u32, bool), important: bool) -> bool {
        let of = |&at: &u32| {
            let proof = &self.shared[at as usize];
            proof.cells.iter().map(|&cell| (cell, proof.reader)).collect::<Vec<_>>()
        };
        let mut waiting: Vec<Option<(u32, Reader)>> = due.iter().flat_map(of).map(Some).collect();
        // A cell that was left without a proof is likely to be so again: then the others need not be looked at. Where rooms have an
        // end they keep their order, since what is a proof for one is not for another there.
        if self.at_once > 1 {
            waiting.sort_by_key(|one| Reverse(one.map(|(cell, _)| self.failed[cell as usize])));
        }
        for (place, (cell, reader)) in (0..).zip(waiting.iter().flatten()) {
            // A proof by cases is for one cell alone.
            if !matches!(reader, Reader::RoomIfLower(_)) {
                self.waits[*cell as usize] = place;
            }
        }
        let cells: Vec<u32> = waiting.iter().flatten().map(|(cell, _)| *cell).collect();
        let mut all = true;
        for place in 0..waiting.len() {
            let Some((cell, reader)) = waiting[place] else { continue };
            let Some(circuit) = self.another(cell, reader, candidate, important) else {
                self.failures += 1;
                self.failed[cell as usize] = self.failures;
                all = false;
                break;
            };
            waiting[place] = None;
            let mut rests = vec![cell];
            for &(c, _) in &circuit.moves {
                let other = self.waits[c as usize];
                if other != NONE && waiting[other as usize] == Some((c, reader)) {
                    waiting[other as usize] = None;
                    rests.push(c);
                }
            }
            self.add(circuit, reader, rests);
        }
        cells.into_iter().for_each(|cell| self.waits[cell as usize] = NONE);
        all
    }

    /// Another proof: a move of the basis, or what is found near by.
    fn another(
        &mut self,
        cell: u32,
        reader: Reader,
        (candidate, alone): (u32, bool),
        important: bool,
    ) -> Option<Rc<Circuit>> {
        let prover = &mut *self.prover;
        let found = prover.prove_by(&mut self.moves, cell, reader);
        if found.is_some() || !alone {
            return found;
        }
        let limit = prover.rank[candidate as usize];
        let mut found = prover.prove(cell, limit, reader, NEAR);
        // For the sake of the most important ones it is worth looking on.
        if found.is_none() && important && reader != Reader::Algebra {
            found = prover.prove_with_patience(cell, limit, reader, NEAR);
        }
        found.map(Rc::new)
    }

    fn add(&mut self, circuit: Rc<Circuit>, reader: Reader, cells: Vec<u32>) {
        let at = self.shared.len() as u32;
        for &(cell, _) in &circuit.moves {
            if self.prover.rank[cell as usize] != FREE {
                self.used_by[cell as usize].push(at);
            }
        }
        self.shared.push(Shared { circuit, reader, cells, holds: true });
    }
}
