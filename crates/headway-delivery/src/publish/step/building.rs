//! Counts and sums of several editions, put together for one layer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::layer::{Counted, Layer};
use super::super::links::{Atlas, Link, Spot};

/// A layer that is being built: versions of counts, and which of them each edition told.
#[derive(Default)]
pub(super) struct Building {
    pub(super) layer: Layer,
    /// Cells whose others are too few.
    pub(super) few_others: BTreeSet<u32>,
    versions: HashMap<(Spot, Option<i64>, Option<u64>), u32>,
    pub(super) unsound: u64,
}

impl Building {
    /// The cell of this version of a count: a figure that was revised is another count than before.
    pub(super) fn cell(
        &mut self,
        spot: Spot,
        truth: Option<i64>,
        n: Option<u64>,
        new: impl FnOnce() -> Counted,
    ) -> u32 {
        let next = self.layer.cells.len() as u32;
        let cell = *self.versions.entry((spot, truth, n)).or_insert(next);
        if cell == next {
            self.layer.cells.push(new());
        }
        cell
    }

    /// Adds the sums of one edition, and counts of the students that are not in a group, where `others` says so.
    pub(super) fn link(&mut self, atlas: &Atlas, at: &BTreeMap<Spot, u32>, more: Vec<Link>) {
        let cells = &self.layer.cells;
        let (links, unsound) = atlas.links(at, &|c| cells[c as usize].truth);
        self.unsound += unsound;
        self.layer.links.extend(links);
        self.layer.links.extend(more);
    }
}
