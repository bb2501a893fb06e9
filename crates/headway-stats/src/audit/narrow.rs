//! What a reader can say of hidden counts by passing bounds from sum to sum, in tables of any size.

use crate::suppress::RelationSystem;

/// Passes over one relation at most this often: bounds that still move after that are left as they are (they are valid).
const PASSES: u32 = 60;

/// Narrows `bounds` (the least and most that each whole count can be; equal for what is published) by the relations, until
/// nothing moves. They stay valid: the true counts lie within. A relation that no counts within the bounds can keep is
/// passed over: a reader who tries it sees that it does not hold.
///
/// ```
/// use headway_stats::audit::narrow_bounds;
/// use headway_stats::suppress::RelationSystem;
/// // Two hidden groups of at least 1 that add up to a published 4: each is 3 at most.
/// let system = RelationSystem::new(3, &[[(0, 1), (1, 1), (2, -1)]]);
/// let mut bounds = [(1.0, f64::INFINITY), (1.0, f64::INFINITY), (4.0, 4.0)];
/// narrow_bounds(&system, &mut bounds);
/// assert_eq!(bounds, [(1.0, 3.0), (1.0, 3.0), (4.0, 4.0)]);
/// ```
///
/// # Panics
/// If there is not one pair of bounds a cell.
pub fn narrow_bounds(system: &RelationSystem, bounds: &mut [(f64, f64)]) {
    assert_eq!(bounds.len(), system.cell_count(), "a pair of bounds for each cell");
    let rows = system.relation_count();
    let mut passes = vec![0u32; rows];
    let mut waiting = vec![true; rows];
    let mut due: std::collections::VecDeque<u32> = (0..rows as u32).collect();
    let mut moved: Vec<u32> = Vec::new();
    while let Some(row) = due.pop_front() {
        waiting[row as usize] = false;
        passes[row as usize] += 1;
        moved.clear();
        narrow_once(system.terms(row), bounds, &mut moved);
        for &cell in &moved {
            for &(other, _) in system.of_cell(cell) {
                if passes[other as usize] < PASSES && !std::mem::replace(&mut waiting[other as usize], true) {
                    due.push_back(other);
                }
            }
        }
    }
}

/// A sum of ends, those without an end counted.
#[derive(Clone, Copy, Default)]
struct EndSum {
    sum: f64,
    endless: usize,
}

impl EndSum {
    fn add_term(&mut self, x: f64) {
        if x.is_finite() { self.sum += x } else { self.endless += 1 }
    }

    /// The sum of all but `x`; nothing if it has no end.
    fn sum_without(self, x: f64) -> Option<f64> {
        match (x.is_finite(), self.endless) {
            (true, 0) => Some(self.sum - x),
            (false, 1) => Some(self.sum),
            _ => None,
        }
    }
}

fn term_span(k: i32, (lo, hi): (f64, f64)) -> (f64, f64) {
    let k = f64::from(k);
    if k > 0.0 { (k * lo, k * hi) } else { (k * hi, k * lo) }
}

fn narrow_once(terms: &[(u32, i32)], bounds: &mut [(f64, f64)], moved: &mut Vec<u32>) {
    let (mut least, mut most) = (EndSum::default(), EndSum::default());
    for &(c, k) in terms {
        let (lo, hi) = term_span(k, bounds[c as usize]);
        least.add_term(lo);
        most.add_term(hi);
    }
    if (least.endless == 0 && least.sum > 0.0) || (most.endless == 0 && most.sum < 0.0) {
        return;
    }
    let narrowed = |&(c, k): &(u32, i32)| {
        let old = bounds[c as usize];
        if old.0 == old.1 {
            return None;
        }
        let (lo, hi) = term_span(k, old);
        // k times the count lies between what the others leave: 0 - most and 0 - least of them.
        let from = most.sum_without(hi).map_or(f64::NEG_INFINITY, |rest| -rest);
        let to = least.sum_without(lo).map_or(f64::INFINITY, |rest| -rest);
        let (a, b) = (from / f64::from(k), to / f64::from(k));
        let new = (old.0.max(a.min(b).ceil()), old.1.min(a.max(b).floor()));
        (new.0 <= new.1 && new != old).then_some((c, new))
    };
    let changes: Vec<(u32, (f64, f64))> = terms.iter().filter_map(narrowed).collect();
    for (c, new) in changes {
        bounds[c as usize] = new;
        moved.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: (f64, f64) = (1.0, f64::INFINITY);

    fn check(relations: &[Vec<(u32, i32)>], seen: &[(f64, f64)], told: &[(f64, f64)]) {
        let system = RelationSystem::new(seen.len(), relations);
        let mut bounds = seen.to_vec();
        narrow_bounds(&system, &mut bounds);
        assert_eq!(bounds, told);
    }

    #[test]
    fn bounds_go_from_sum_to_sum() {
        let total =
            |parts: &[u32], all: u32| -> Vec<(u32, i32)> { parts.iter().map(|&p| (p, 1)).chain([(all, -1)]).collect() };
        // One hidden part follows; two that are at least one each and add up to two follow; three do not.
        check(&[total(&[0, 1], 2)], &[(5.0, 5.0), OPEN, (8.0, 8.0)], &[(5.0, 5.0), (3.0, 3.0), (8.0, 8.0)]);
        check(&[total(&[0, 1], 2)], &[OPEN, OPEN, (2.0, 2.0)], &[(1.0, 1.0), (1.0, 1.0), (2.0, 2.0)]);
        check(&[total(&[0, 1], 2)], &[OPEN, OPEN, (4.0, 4.0)], &[(1.0, 3.0), (1.0, 3.0), (4.0, 4.0)]);
        // A sum that can't be is passed over, and does not undo another.
        check(
            &[total(&[0, 1], 2), total(&[1], 3)],
            &[(9.0, 9.0), OPEN, (8.0, 8.0), (4.0, 4.0)],
            &[(9.0, 9.0), (4.0, 4.0), (8.0, 8.0), (4.0, 4.0)],
        );
        check(&[total(&[0, 1], 2)], &[OPEN, OPEN, OPEN], &[OPEN, OPEN, (2.0, f64::INFINITY)]);
    }
}
