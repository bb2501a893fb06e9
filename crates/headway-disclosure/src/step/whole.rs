//! All tables of a problem as one: students, those who reached what is measured and those who did not, tied by the cells that they
//! share. Whatever still follows is taken back.

mod cells;
mod less;

use std::collections::BTreeSet;

use headway_stats::audit::{determined, narrow};
use headway_stats::suppress::System;

use super::super::Reason;
use super::super::told::How;
use super::Solving;
use super::answer::Answer;
use cells::{Side, Whole};

/// Of each sum around what follows so many figures are told less, the least important first; one round after the other, each a
/// sum further out.
const LESS: [usize; 8] = [1, 1, 2, 4, 8, 32, usize::MAX, usize::MAX];
/// Up to so many hidden cells are attacked by linear algebra too.
const ALGEBRA: usize = 6_000;
/// Sums of so many cells are looked through for those that contradict each other.
const AT_ONCE: usize = 20_000;

impl Solving<'_> {
    /// Takes back what still follows when all tables are looked at together.
    pub(super) fn close_the_whole(&self, answer: &mut Answer) {
        if self.step.demands.weakness.no_joining || self.step.demands.weakness.no_secondary {
            return;
        }
        let mut whole = self.whole();
        let cells = whole.sides.len();
        let rows: Vec<&[(u32, i32)]> =
            whole.building.layer.links.iter().filter(|link| link.sound).map(|link| link.terms.as_slice()).collect();
        let system = System::new(cells, &rows);
        // Sums that contradict each other tell no true count.
        let left_over = whole.sides.iter().any(|side| side.secret && side.rows.is_empty());
        let look = left_over && cells <= AT_ONCE;
        let none = if look { determined(&system, &vec![true; cells]) } else { vec![false; cells] };
        whole.sides.iter_mut().zip(none).for_each(|(side, none)| side.secret &= !(none && side.rows.is_empty()));
        // What earlier releases give away is lost, whatever is hidden now.
        let found = if self.step.earlier.is_empty() { Vec::new() } else { self.found(&whole, &system, None) };
        let mut lost: BTreeSet<u32> = found.into_iter().collect();
        let open = |answer: &Answer, lost: &BTreeSet<u32>| -> Vec<u32> {
            let found = self.found(&whole, &system, Some(answer));
            found.into_iter().filter(|c| !lost.contains(c)).collect()
        };
        let mut left = open(answer, &lost);
        if !left.is_empty() {
            // Nor must what can't be saved cost anything else.
            lost.extend(self.found(&whole, &system, Some(&self.bare(answer))));
            left.retain(|c| !lost.contains(c));
        }
        for (round, &less) in LESS.iter().enumerate() {
            if left.is_empty() {
                break;
            }
            let distance = if less == usize::MAX { usize::MAX } else { round / 2 + 1 };
            if self.tell_less(&whole, &system, &left, (distance, less), answer) {
                left = open(answer, &lost);
            } else if distance == usize::MAX {
                break;
            }
        }
        let known: BTreeSet<usize> = answer.exposed.iter().copied().collect();
        for c in lost.into_iter().chain(left) {
            let rows: Vec<usize> = whole.sides[c as usize].rows.iter().map(|&(i, _)| i).collect();
            if rows.is_empty() || rows.iter().any(|i| !known.contains(i)) {
                answer.audit.exposed += 1;
                answer.exposed.extend(rows.into_iter().filter(|i| !known.contains(i)));
            }
        }
        answer.exposed.sort_unstable();
        answer.exposed.dedup();
    }

    /// The same with nothing told but what is few, and where nobody is.
    fn bare(&self, answer: &Answer) -> Answer {
        let less = |(i, how): (usize, &Option<How>)| match *how {
            Some(how) if how.tells_students() && self.figure(i).1.n != Some(0) => Some(How::Hidden(Reason::Secondary)),
            how => how,
        };
        Answer { how: answer.how.iter().enumerate().map(less).collect(), ..Answer::default() }
    }

    /// Secret cells that follow by passing bounds or by linear algebra, with what is told now or without, but for those that were
    /// told themselves.
    fn found(&self, whole: &Whole, system: &System, answer: Option<&Answer>) -> Vec<u32> {
        let of_now = |known: (f64, f64), side: &Side| match answer {
            Some(answer) => side.rows.iter().fold(known, |bounds, &row| meet(bounds, self.says(row, answer))),
            None => known,
        };
        let mut bounds: Vec<(f64, f64)> = whole.sides.iter().map(|side| of_now(side.known, side)).collect();
        let hidden: Vec<bool> = bounds.iter().map(|b| b.0 != b.1).collect();
        narrow(system, &mut bounds);
        let open = bounds.iter().filter(|b| b.0 != b.1).count();
        let by_algebra = if open <= ALGEBRA { determined(system, &hidden) } else { vec![false; hidden.len()] };
        let follows = |&c: &usize| {
            let side = &whole.sides[c];
            side.secret && hidden[c] && (bounds[c].0 == bounds[c].1 || by_algebra[c])
        };
        (0..bounds.len()).filter(follows).map(|c| c as u32).collect()
    }

    /// What a row of now says of its students, or of its result.
    fn says(&self, (i, result): (usize, bool), answer: &Answer) -> (f64, f64) {
        const OPEN: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
        let (m, figure) = self.figure(i);
        let measure = &self.step.measures[m];
        let Some(how) = answer.how[i] else { return OPEN };
        let exact = |n: i64| (n as f64, n as f64);
        if !result {
            let few = how == How::Hidden(Reason::FewStudents);
            return match figure.n {
                Some(n) if how.tells_students() => exact(n as i64),
                _ if few => (1.0, measure.rule.least() as f64 - 1.0),
                _ => OPEN,
            };
        }
        match (how, figure.amount) {
            (How::Shown, Some(k)) => exact(k),
            (How::Range(lo, hi), _) => (lo as f64, hi as f64),
            (How::Source, None) => figure.band(measure.scale).map_or(OPEN, |(lo, hi)| (lo as f64, hi as f64)),
            _ => OPEN,
        }
    }
}

fn meet(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0.max(b.0), a.1.min(b.1))
}
