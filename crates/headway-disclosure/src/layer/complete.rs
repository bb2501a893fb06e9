//! Counts that nobody told Headway, as they could be: another table that fits to all that is known serves a proof as well as the
//! true one, since a reader can't tell the two apart either.

use std::collections::VecDeque;

use headway_stats::suppress::{CellRole, RelationSystem};

use super::{CountTable, ENDLESS};

/// Where no bound is known a count could be this much above the least.
const SOME: i64 = 5;
/// A row is passed at most this often in one completion.
const PASSES: u32 = 400;

/// Bounds being drawn in.
struct CountBounds<'a> {
    sums: &'a RelationSystem,
    ends: Vec<(i64, i64)>,
    /// What was changed, to go back.
    before: Vec<(u32, (i64, i64))>,
    passes: Vec<u32>,
}

impl CountTable {
    /// Gives unknown counts values with which all sums that can be looked at add up; those of a set that hangs together get
    /// none if none are found.
    pub(super) fn complete_unknown(&mut self, sums: &RelationSystem) {
        let unknown = |layer: &Self, c: u32| layer.cells[c as usize].role == CellRole::Unknown;
        if (0..self.cells.len() as u32).all(|c| !unknown(self, c)) {
            return;
        }
        let ends = self.cells.iter().map(|cell| cell.truth.map_or(cell.wide, |truth| (truth, truth))).collect();
        let mut bounds = CountBounds { sums, ends, before: Vec::new(), passes: vec![0; sums.relation_count()] };
        let all = (0..sums.relation_count() as u32).collect();
        bounds.draw_in(all);
        let mut seen = vec![false; self.cells.len()];
        for start in 0..self.cells.len() as u32 {
            if !unknown(self, start) || seen[start as usize] {
                continue;
            }
            let set = self.tied_unknowns(sums, start, &mut seen);
            for low in [false, true] {
                bounds.before.clear();
                if bounds.assign_values(&set, low) {
                    for &c in &set {
                        self.cells[c as usize].could_be = Some(bounds.ends[c as usize].0);
                    }
                    break;
                }
                bounds.go_back();
            }
        }
    }

    /// The unknown counts that sums tie to this one.
    fn tied_unknowns(&self, sums: &RelationSystem, start: u32, seen: &mut [bool]) -> Vec<u32> {
        seen[start as usize] = true;
        let mut set = vec![start];
        let mut next = 0;
        while let Some(&c) = set.get(next) {
            next += 1;
            for &(row, _) in sums.of_cell(c) {
                for &(other, _) in sums.terms(row) {
                    if self.cells[other as usize].role == CellRole::Unknown
                        && !std::mem::replace(&mut seen[other as usize], true)
                    {
                        set.push(other);
                    }
                }
            }
        }
        set
    }
}

impl CountBounds<'_> {
    /// Gives one count after the other a value; `low` the least that it can be, else one between.
    fn assign_values(&mut self, set: &[u32], low: bool) -> bool {
        let rows: Vec<u32> = set.iter().flat_map(|&c| self.sums.of_cell(c)).map(|&(row, _)| row).collect();
        rows.iter().for_each(|&row| self.passes[row as usize] = 0);
        set.iter().all(|&c| {
            let (lo, hi) = self.ends[c as usize];
            let least = if lo == -ENDLESS { hi.min(0) } else { lo };
            let value = match (low, hi) {
                (true, _) => least,
                (false, ENDLESS) => least + SOME,
                (false, hi) => least + (hi - least) / 2,
            };
            lo == hi
                || (self.set_ends(c, (value, value))
                    && self.draw_in(self.sums.of_cell(c).iter().map(|r| r.0).collect()))
        })
    }

    fn set_ends(&mut self, c: u32, ends: (i64, i64)) -> bool {
        self.before.push((c, self.ends[c as usize]));
        self.ends[c as usize] = ends;
        ends.0 <= ends.1
    }

    fn go_back(&mut self) {
        while let Some((c, ends)) = self.before.pop() {
            self.ends[c as usize] = ends;
        }
    }

    /// Passes bounds over these sums and those next to what moved; `false` when a sum can't be kept.
    fn draw_in(&mut self, rows: Vec<u32>) -> bool {
        let mut due: VecDeque<u32> = rows.into();
        while let Some(row) = due.pop_front() {
            self.passes[row as usize] += 1;
            if self.passes[row as usize] > PASSES {
                continue;
            }
            let Some(moved) = self.narrow_by_sum(row) else { return false };
            for c in moved {
                due.extend(self.sums.of_cell(c).iter().map(|&(other, _)| other).filter(|other| *other != row));
            }
        }
        true
    }

    /// One sum: what its other terms leave for each. The cells that moved, or nothing when it can't be kept.
    fn narrow_by_sum(&mut self, row: u32) -> Option<Vec<u32>> {
        let span = |k: i32, (lo, hi): (i64, i64)| if k > 0 { (lo, hi) } else { (negate_end(hi), negate_end(lo)) };
        let terms = self.sums.terms(row);
        let (mut least, mut most) = ((0i64, 0u32), (0i64, 0u32));
        for &(c, k) in terms {
            let (lo, hi) = span(k, self.ends[c as usize]);
            if lo == -ENDLESS {
                least.1 += 1
            } else {
                least.0 += lo
            }
            if hi == ENDLESS { most.1 += 1 } else { most.0 += hi }
        }
        if least.1 == 0 && least.0 > 0 || most.1 == 0 && most.0 < 0 {
            return None;
        }
        let mut moved = Vec::new();
        for &(c, k) in terms.iter().filter(|(_, k)| k.abs() == 1) {
            let old = self.ends[c as usize];
            let (lo, hi) = span(k, old);
            let without = |sum: (i64, u32), own: i64, endless: bool| match (sum.1, endless) {
                (0, _) => Some(sum.0 - own),
                (1, true) => Some(sum.0),
                _ => None,
            };
            let from = without(most, hi, hi == ENDLESS).map_or(lo, |rest| lo.max(-rest));
            let to = without(least, lo, lo == -ENDLESS).map_or(hi, |rest| hi.min(-rest));
            let new = if k > 0 { (from, to) } else { (negate_end(to), negate_end(from)) };
            if new != old {
                if !self.set_ends(c, new) {
                    return None;
                }
                moved.push(c);
                // The sums of ends are old now; the row comes again if another moves.
            }
        }
        Some(moved)
    }
}

/// The other sign; no end stays none.
fn negate_end(x: i64) -> i64 {
    if x == ENDLESS {
        -ENDLESS
    } else if x == -ENDLESS {
        ENDLESS
    } else {
        -x
    }
}
