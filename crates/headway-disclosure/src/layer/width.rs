//! How many counts stay possible for a protected one.

use std::collections::BTreeSet;

use headway_stats::suppress::RelationSystem;

use super::CountTable;

/// How often more is hidden around what is too narrow.
const ROUNDS: usize = 4;

impl CountTable {
    /// Hides more until at least `least` counts stay possible for every protected one, by what passing bounds from sum to sum
    /// tells; as many as the reason that is told leaves open, where that is fewer. Gives how many stay narrower.
    pub(super) fn widen_the_narrow(
        &self,
        sums: &RelationSystem,
        least: i64,
        hidden: &mut [bool],
        wide: &mut [bool],
    ) -> u64 {
        let mut found = Vec::new();
        for round in 0..=ROUNDS {
            let bounds = self.reader_bounds(sums, hidden, wide);
            found = self.too_narrow(&bounds, least, hidden);
            if found.is_empty() || round == ROUNDS {
                break;
            }
            let mut more = false;
            let mut done = BTreeSet::new();
            for &c in &found {
                let Some(row) = tightest_sum(sums, &bounds, c).filter(|row| done.insert(*row)) else { continue };
                for &(other, _) in sums.terms(row) {
                    // Of what is hidden already nothing more need be said.
                    let count = &self.cells[other as usize];
                    if hidden[other as usize] && !wide[other as usize] && count.wide != count.hidden {
                        wide[other as usize] = true;
                        more = true;
                    }
                }
                if let Some(other) = self.least_important(sums, row, hidden, &|_| true) {
                    self.hide_with_company(sums, other, hidden, wide);
                    more = true;
                }
            }
            if !more {
                break;
            }
        }
        found.len() as u64
    }

    fn too_narrow(&self, bounds: &[(f64, f64)], least: i64, hidden: &[bool]) -> Vec<u32> {
        let narrow = |c: &u32| {
            let (cell, (lo, hi)) = (&self.cells[*c as usize], bounds[*c as usize]);
            let own = if cell.truth.is_some() { cell.hidden } else { cell.wide };
            let allowed = (own.1.saturating_sub(own.0)).saturating_add(1).min(least);
            let must = cell.is_protected() && hidden[*c as usize];
            // One that was worked out before anything was hidden can't be helped here.
            must && hi - lo + 1.0 < allowed as f64
        };
        (0..self.cells.len() as u32).filter(narrow).collect()
    }
}

/// The sum that leaves a cell the fewest counts.
fn tightest_sum(sums: &RelationSystem, bounds: &[(f64, f64)], cell: u32) -> Option<u32> {
    let width = |row: u32| -> f64 {
        sums.terms(row)
            .iter()
            .filter(|(c, _)| *c != cell)
            .map(|&(c, _)| bounds[c as usize].1 - bounds[c as usize].0)
            .sum()
    };
    let rows = sums.of_cell(cell).iter().map(|&(row, _)| row);
    rows.min_by(|&a, &b| width(a).total_cmp(&width(b)).then(a.cmp(&b)))
}
