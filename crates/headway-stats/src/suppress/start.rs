//! Where publishing begins: the least important cells, as few as protect all.
//!
//! Candidates are added from the least important up to those that are hidden anyway, until every protected cell moves with
//! some of them. What is more important than that is published at once: no proof needs it.

use super::guard::CellGuard;
use super::moves::MoveBasis;
use super::proof::FREE;

/// By this part of all candidates more are added at a time.
const STEP: usize = 64;

impl CellGuard<'_> {
    /// First proofs over the least important candidates, and all moves of those, while the others are published; over all
    /// candidates where those few do not give every cell a proof.
    pub(super) fn protect_by_few(&mut self) -> MoveBasis {
        let candidate = |c: &u32| self.prover.rank[*c as usize] != FREE;
        let candidates: Vec<u32> = self.ordered.iter().copied().filter(candidate).collect();
        let (few, mut moves) = self.enough_candidates(&candidates);
        let others = &candidates[few..];
        others.iter().for_each(|&c| self.prover.open[c as usize] = false);
        self.protect_by_moves(&mut moves);
        if others.is_empty() || self.without_proof().is_empty() {
            return moves;
        }
        others.iter().for_each(|&c| self.prover.open[c as usize] = true);
        let mut moves = MoveBasis::new(self.prover.system, &self.prover.open);
        self.protect_by_moves(&mut moves);
        moves
    }

    /// So many of the candidates, the least important, do for linear algebra: where they do not give every cell a move, neither
    /// do all. And all moves of them.
    fn enough_candidates(&self, candidates: &[u32]) -> (usize, MoveBasis) {
        let (system, prover) = (self.prover.system, &self.prover);
        let bare = self.without_proof();
        let step = candidates.len() / STEP + 1;
        let moves = |steps: usize| {
            let few = (steps * step).min(candidates.len());
            let mut open = prover.open.clone();
            candidates[few..].iter().for_each(|&c| open[c as usize] = false);
            (few, MoveBasis::new(system, &open))
        };
        let moving = |moves: &MoveBasis| bare.iter().filter(|&&c| moves.is_moved(c)).count();
        // What more candidates move is what fewer do and more.
        let (mut too_few, mut enough) = (None, candidates.len().div_ceil(step));
        let mut best = moves(enough);
        let most = moving(&best.1);
        while enough > too_few.map_or(0, |steps: usize| steps + 1) {
            let middle = too_few.map_or(0, |steps| steps + 1).midpoint(enough);
            let tried = moves(middle);
            if moving(&tried.1) == most {
                (best, enough) = (tried, middle);
            } else {
                too_few = Some(middle);
            }
        }
        best
    }
}
