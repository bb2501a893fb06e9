//! Tells less of the cells around those in trouble, further and further out.

use std::collections::HashSet;

use headway_stats::suppress::{CellRole, RelationSystem};

use super::CountTable;
use super::course::Course;

/// How far around what would follow less is told, attempt by attempt, and of how many cells of each sum, the least important
/// first; at last of all that hangs together with it.
pub(super) const GIVE_UP: [(usize, usize); 4] = [(1, 3), (2, 6), (3, 20), (usize::MAX, usize::MAX)];
/// How many cells of a sum are looked at around one in trouble.
const NEAR: usize = 100;

impl CountTable {
    /// Tells less of what is within `distance` sums of these cells: of each sum, the `most` least important ones. Gives whether
    /// that is more than before.
    pub(super) fn give_up(
        &self,
        system: &RelationSystem,
        from: &[u32],
        (distance, most): (usize, usize),
        course: &mut Course,
    ) -> bool {
        let mut seen: HashSet<u32> = from.iter().copied().collect();
        let mut around: Vec<u32> = from.to_vec();
        let (mut first, mut steps) = (0, 0);
        while first < around.len() && steps < distance {
            steps += 1;
            let to = around.len();
            for at in first..to {
                for &(row, _) in system.of_cell(around[at]) {
                    let open = |c: &u32| self.cells[*c as usize].role != CellRole::Known;
                    let mut terms: Vec<u32> = system.terms(row).iter().map(|&(c, _)| c).filter(open).collect();
                    if terms.len() > most {
                        let importance = |c: u32| self.cells[c as usize].importance;
                        terms.sort_by(|&a, &b| importance(a).total_cmp(&importance(b)).then(a.cmp(&b)));
                        terms.truncate(most);
                    }
                    around.extend(terms.into_iter().filter(|&c| seen.insert(c)));
                }
            }
            first = to;
        }
        let mut more = false;
        for c in around {
            more |= !std::mem::replace(&mut course.given_up[c as usize], true);
        }
        more
    }

    /// Tells less of the cells around those without a proof, further out each round, and as far as it takes to find any of
    /// which less can be told: of these.
    pub(super) fn widen_around(
        &self,
        system: &RelationSystem,
        troubled: &[u32],
        wide: &mut [bool],
        round: usize,
    ) -> Vec<u32> {
        let mut widened = Vec::new();
        for &cell in troubled {
            let mut around = vec![cell];
            let mut seen: HashSet<u32> = around.iter().copied().collect();
            let (mut from, mut found, mut steps) = (0, false, 0);
            while from < around.len() && (steps < round.min(3) || !found) {
                steps += 1;
                let to = around.len();
                for at in from..to {
                    for &(row, _) in system.of_cell(around[at]) {
                        // The total stands last.
                        let terms = system.terms(row);
                        let near = terms.iter().take(NEAR).chain(terms.last()).map(|&(c, _)| c);
                        around.extend(near.filter(|&c| seen.insert(c)));
                    }
                }
                for &c in &around[from..] {
                    let count = &self.cells[c as usize];
                    if count.wide != count.hidden && !std::mem::replace(&mut wide[c as usize], true) {
                        widened.push(c);
                        found = true;
                    }
                }
                from = to;
                if around.len() > 4 * NEAR {
                    break;
                }
            }
        }
        widened
    }
}
