//! What an earlier release did not tell for the sake of others: readers were told that it is hidden, and it stays so.

use headway_stats::audit::find_determined;
use headway_stats::suppress::{CellRole, RelationSystem};

use super::CountTable;

impl CountTable {
    /// Counts that an earlier release did not tell, and that can't be told now as they were revised since, are protected like
    /// small ones: all but those that follow from what was told then.
    pub(super) fn protect_the_untold(&mut self, system: &RelationSystem) {
        // What is told now, or is small itself, is looked after as such.
        self.cells.iter_mut().for_each(|cell| cell.untold &= cell.role == CellRole::Hidden);
        if self.cells.iter().all(|cell| !cell.untold) {
            return;
        }
        let open: Vec<bool> = self.cells.iter().map(|cell| cell.role != CellRole::Known).collect();
        let follows = find_determined(system, &open);
        for (cell, follows) in self.cells.iter_mut().zip(follows) {
            if cell.untold && !follows {
                cell.role = CellRole::Protect;
            }
        }
    }

    /// Where other sums say that nothing can be in a total and in none of its parts, they contradict it: then nobody learns a true
    /// count from this one, and it is protected no more.
    pub(super) fn let_go_of_what_can_be_none(&mut self, system: &RelationSystem) {
        if self.cells.iter().all(|cell| !cell.left_over) {
            return;
        }
        let none = find_determined(system, &vec![true; self.cells.len()]);
        for (cell, none) in self.cells.iter_mut().zip(none) {
            if cell.left_over && none {
                cell.role = CellRole::Hidden;
            }
        }
    }

    /// Tells what was hidden for the sake of others and follows all the same from sums that add up: a reader would work it out,
    /// and later releases could not keep it hidden.
    pub(super) fn tell_what_follows(&self, sums: &RelationSystem, hidden: &mut [bool], wide: &mut [bool]) {
        let by_algebra = find_determined(sums, hidden);
        let bounds = self.reader_bounds(sums, hidden, wide);
        for (c, cell) in self.cells.iter().enumerate() {
            let follows = by_algebra[c] || bounds[c].0 == bounds[c].1;
            if cell.role == CellRole::Candidate && hidden[c] && follows {
                (hidden[c], wide[c]) = (false, false);
            }
        }
    }
}
