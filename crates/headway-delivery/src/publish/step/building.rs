//! Counts and sums of several editions, put together for one layer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::atlas::Spot;
use super::super::layer::{Counted, Layer};
use super::super::links::{Edition, Link, Unsound};

/// A layer that is being built: versions of counts, and which of them each edition told.
#[derive(Default)]
pub(super) struct Building {
    pub(super) layer: Layer,
    /// Cells whose others are too few.
    pub(super) few_others: BTreeSet<u32>,
    /// Cells in which an earlier figure stays: their sums need not add up.
    pub(super) kept: BTreeSet<u32>,
    versions: HashMap<(Spot, Option<i64>, Option<u64>), u32>,
    pub(super) unsound: Vec<Unsound>,
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
            let mut counted = new();
            counted.place = spot.place;
            self.layer.cells.push(counted);
        }
        cell
    }

    /// Adds the sums of one edition: those of places, groups and grades, and `more`. Sums of now that do not add up are noted.
    pub(super) fn link(&mut self, edition: &Edition<'_>, at: &BTreeMap<Spot, u32>, more: Vec<Link>, now: bool) {
        let cells = &self.layer.cells;
        let (links, unsound) = edition.links(at, &|c| cells[c as usize].truth, &self.kept);
        if now {
            self.unsound.extend(unsound);
        }
        self.layer.links.extend(links);
        self.layer.links.extend(more);
    }
}
