//! Where publishing begins: the least important cells, as few as protect all.
//!
//! Candidates are added from the least important up to those that are hidden anyway, until every protected cell moves with
//! some of them. What is more important than that is published at once: no proof needs it.

use super::elimination::Elimination;
use super::guard::Guard;
use super::moves::Moves;
use super::proof::FREE;

/// By this part of all candidates more are added at a time.
const STEP: usize = 64;

impl Guard<'_> {
    /// First proofs over the least important candidates, and all moves of those, while the others are published; over all
    /// candidates where those few do not give every cell a proof.
    pub(super) fn protect_by_few(&mut self) -> Moves {
        let candidate = |c: &u32| self.prover.rank[*c as usize] != FREE;
        let candidates: Vec<u32> = self.ordered.iter().copied().filter(candidate).collect();
        let few = self.enough(&candidates);
        let others = &candidates[few..];
        others.iter().for_each(|&c| self.prover.open[c as usize] = false);
        let mut moves = Moves::new(self.prover.system, &self.prover.open);
        self.protect_by_moves(&mut moves);
        if others.is_empty() || self.without_proof().is_empty() {
            return moves;
        }
        others.iter().for_each(|&c| self.prover.open[c as usize] = true);
        let mut moves = Moves::new(self.prover.system, &self.prover.open);
        self.protect_by_moves(&mut moves);
        moves
    }

    /// So many of the candidates, the least important, do for linear algebra.
    fn enough(&self, candidates: &[u32]) -> usize {
        let (system, prover) = (self.prover.system, &self.prover);
        let mut bare = self.without_proof();
        let mut elimination = Elimination::new(system, &prover.open);
        let free = |c: &u32| prover.open[*c as usize] && prover.rank[*c as usize] == FREE;
        (0..system.cells() as u32).filter(free).for_each(|c| elimination.add(c));
        let mut few = 0;
        for more in candidates.chunks(candidates.len() / STEP + 1) {
            let moving = elimination.moving();
            bare.retain(|&c| !moving[c as usize]);
            if bare.is_empty() {
                break;
            }
            more.iter().for_each(|&c| elimination.add(c));
            few += more.len();
        }
        few
    }
}
