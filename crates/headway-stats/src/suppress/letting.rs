//! Publishes candidates over a basis of all moves: what may go is decided by linear algebra over the whole table at once, and
//! the proofs are moves of that basis.

use std::collections::HashMap;
use std::rc::Rc;

use super::circuit::{Circuit, Reach};
use super::guard::MOST_IMPORTANT;
use super::moves::Moves;
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
    /// How far a proof is searched for where the basis has none that keeps to the room of cells; empty if there is no need.
    near: &'static [Reach],
}

impl<'p, 'a> Letting<'p, 'a> {
    pub(super) fn new(prover: &'p mut Prover<'a>, moves: Moves, proofs: Vec<Single>, near: &'static [Reach]) -> Self {
        let cells = prover.open.len();
        let mut letting = Self {
            prover,
            moves,
            shared: Vec::new(),
            used_by: vec![Vec::new(); cells],
            proven: vec![false; cells],
            waits: vec![NONE; cells],
            near,
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
    /// for good.
    pub(super) fn publish(mut self, ordered: &[u32]) -> Vec<Single> {
        for (place, &candidate) in ordered.iter().enumerate().rev() {
            if self.prover.rank[candidate as usize] == FREE {
                continue;
            }
            self.prover.open[candidate as usize] = false;
            let important = ordered.len() - place <= ordered.len() / MOST_IMPORTANT + 1;
            if !self.goes(candidate, important) {
                self.prover.open[candidate as usize] = true;
                self.prover.rank[candidate as usize] = FREE;
            }
        }
        let single = |proof: &Shared| {
            let of = |&cell: &u32| (cell, proof.reader, Rc::clone(&proof.circuit));
            proof.cells.iter().map(of).collect::<Vec<_>>()
        };
        self.shared.iter().filter(|proof| proof.holds).flat_map(single).collect()
    }

    /// Whether the candidate can go; it is gone then.
    fn goes(&mut self, candidate: u32, important: bool) -> bool {
        if self.moves.count(candidate) == 0 {
            return true;
        }
        if self.moves.holds_alone(candidate, |c| self.proven[c as usize]) {
            return false;
        }
        let Some(gone) = self.moves.let_go(candidate) else { return true };
        let (old, before) = (std::mem::take(&mut self.used_by[candidate as usize]), self.shared.len());
        let due: Vec<u32> = old.into_iter().filter(|&at| self.shared[at as usize].holds).collect();
        let found = self.replace(&due, candidate, important);
        if found {
            due.iter().for_each(|&at| self.shared[at as usize].end());
        } else {
            self.shared[before..].iter_mut().for_each(Shared::end);
            self.moves.take_back(gone);
        }
        found
    }

    /// Other proofs for the cells of those that are due.
    fn replace(&mut self, due: &[u32], candidate: u32, important: bool) -> bool {
        let of = |&at: &u32| {
            let proof = &self.shared[at as usize];
            proof.cells.iter().map(|&cell| (cell, proof.reader)).collect::<Vec<_>>()
        };
        let mut waiting: Vec<Option<(u32, Reader)>> = due.iter().flat_map(of).map(Some).collect();
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
    fn another(&mut self, cell: u32, reader: Reader, candidate: u32, important: bool) -> Option<Rc<Circuit>> {
        let prover = &mut *self.prover;
        let found = prover.prove_by(&mut self.moves, cell, reader);
        if found.is_some() || self.near.is_empty() {
            return found;
        }
        let limit = prover.rank[candidate as usize];
        let mut found = prover.prove(cell, limit, reader, self.near);
        // For the sake of the most important ones it is worth looking on.
        if found.is_none() && important && reader != Reader::Algebra {
            found = prover.prove_with_patience(cell, limit, reader, self.near);
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
