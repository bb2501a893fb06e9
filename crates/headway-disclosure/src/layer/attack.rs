//! What a reader finds by linear algebra and by passing bounds from sum to sum, and what becomes known here by that.

use headway_stats::audit::{find_determined, narrow_bounds};
use headway_stats::suppress::{CellRole, RelationSystem};

use super::{CountTable, ENDLESS};
use crate::links::AdditiveConstraint;

impl CountTable {
    /// Protected cells that follow, by linear algebra or by passing bounds.
    pub(super) fn cells_that_follow(
        &self,
        system: &RelationSystem,
        sums: &RelationSystem,
        hidden: &[bool],
        wide: &[bool],
    ) -> Vec<u32> {
        let by_algebra = find_determined(system, hidden);
        let must = |c: &u32| self.cells[*c as usize].is_protected();
        let mut follows: Vec<u32> =
            (0..self.cells.len() as u32).filter(must).filter(|&c| by_algebra[c as usize]).collect();
        follows.extend(self.cells_fixed_by_bounds(sums, hidden, wide));
        follows
    }

    /// Passes bounds from sum to sum as a reader would, over what is not hidden.
    pub(super) fn reader_bounds(&self, sums: &RelationSystem, hidden: &[bool], wide: &[bool]) -> Vec<(f64, f64)> {
        let end = |x: i64| match x {
            ENDLESS => f64::INFINITY,
            x if x == -ENDLESS => f64::NEG_INFINITY,
            x => x as f64,
        };
        let seen = |c: usize| {
            let cell = &self.cells[c];
            match cell.truth {
                Some(truth) if !hidden[c] => (truth as f64, truth as f64),
                _ if wide[c] => (end(cell.wide.0), end(cell.wide.1)),
                _ => (end(cell.hidden.0), end(cell.hidden.1)),
            }
        };
        let mut bounds: Vec<(f64, f64)> = (0..self.cells.len()).map(seen).collect();
        narrow_bounds(sums, &mut bounds);
        bounds
    }

    /// Protected cells that follow by passing bounds.
    pub(super) fn cells_fixed_by_bounds(&self, sums: &RelationSystem, hidden: &[bool], wide: &[bool]) -> Vec<u32> {
        let bounds = self.reader_bounds(sums, hidden, wide);
        let must = |c: &usize| hidden[*c] && self.cells[*c].is_protected();
        (0..self.cells.len()).filter(must).filter(|&c| bounds[c].0 == bounds[c].1).map(|c| c as u32).collect()
    }

    /// Counts that nobody told Headway, but that follow from the rest: those found.
    pub(super) fn learn_counts(&mut self, sums: &RelationSystem, hidden: &[bool], wide: &[bool]) -> Vec<u32> {
        let mut learned = Vec::new();
        if self.cells.iter().all(|cell| cell.role != CellRole::Unknown) {
            return learned;
        }
        let bounds = self.reader_bounds(sums, hidden, wide);
        for (c, (cell, (lo, hi))) in (0..).zip(self.cells.iter_mut().zip(bounds)) {
            if cell.role == CellRole::Unknown && lo == hi {
                (cell.role, cell.truth) = (CellRole::Protect, Some(lo as i64));
                learned.push(c);
            }
        }
        learned
    }

    /// Sums whose unknown parts add up to more than the least that each of them can be.
    pub(super) fn some_could_be_lower(&self) -> Vec<u32> {
        let above = |link: &&AdditiveConstraint| {
            // The total less the known parts is what the unknown ones add up to; less what each is at least.
            let over = |&(c, k): &(u32, i32)| {
                let cell = &self.cells[c as usize];
                match cell.truth {
                    Some(truth) => Some(-i64::from(k) * truth),
                    None if cell.role == CellRole::Unknown && k == 1 && cell.hidden.0 != -ENDLESS => {
                        Some(-cell.hidden.0)
                    }
                    None => None,
                }
            };
            link.sound && link.terms.iter().map(over).sum::<Option<i64>>().is_some_and(|over| over > 0)
        };
        (0..).zip(&self.links).filter(|(_, link)| above(link)).map(|(row, _)| row).collect()
    }
}
