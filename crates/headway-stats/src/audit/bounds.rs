//! Bounds by passing them from relation to relation, for groups too large for linear programs. Counts are whole.

/// Each round passes every relation once; bounds still moving after this many are left as they are (they are valid).
const ROUNDS: usize = 50;

/// Bounds of counts from 0 under `rows` (terms, right side).
pub(super) fn tighten_bounds(cells: usize, rows: &[(Vec<(usize, f64)>, f64)]) -> Vec<(f64, f64)> {
    let mut bounds = vec![(0.0, f64::INFINITY); cells];
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (terms, right) in rows {
            moved |= tighten_once(terms, *right, &mut bounds);
        }
        if !moved {
            break;
        }
    }
    bounds
}

fn tighten_once(terms: &[(usize, f64)], right: f64, bounds: &mut [(f64, f64)]) -> bool {
    let span = |(i, k): (usize, f64), bounds: &[(f64, f64)]| {
        let (lo, hi) = bounds[i];
        if k > 0.0 { (k * lo, k * hi) } else { (k * hi, k * lo) }
    };
    let mut moved = false;
    for &(i, k) in terms {
        let (mut least, mut most) = (0.0, 0.0);
        for &(j, other) in terms.iter().filter(|(j, _)| *j != i) {
            let (lo, hi) = span((j, other), bounds);
            least += lo;
            most += hi;
        }
        let (a, b) = ((right - most) / k, (right - least) / k);
        let (lo, hi) = (a.min(b).ceil(), a.max(b).floor());
        if lo > bounds[i].0 {
            bounds[i].0 = lo;
            moved = true;
        }
        if hi < bounds[i].1 {
            bounds[i].1 = hi;
            moved = true;
        }
    }
    moved
}
