//! Nelder-Mead's search as the reference runs it.

/// Nelder & Mead's (1965) simplex search in Nash's (1990, algorithm 19) form, with R's rules for the first simplex, the
/// tolerance and the number of calls. On short series a smoother's likelihood has long flat valleys along the bounds,
/// where the place the search stops is part of the answer: to agree with the reference it must walk as it does.
/// `f` is infinite outside its region. Returns (point, f(point)).
pub(in crate::forecast) fn nelder_mead<const N: usize>(
    start: [f64; N],
    mut f: impl FnMut([f64; N]) -> f64,
) -> ([f64; N], f64) {
    const CALLS: usize = 2000;
    let mut calls = 0;
    let mut value_at = |p: [f64; N]| {
        calls += 1;
        let v = f(p);
        (if v.is_finite() { v } else { 1e35 }, calls)
    };
    let first = value_at(start).0;
    let enough = f64::EPSILON.sqrt() * (first.abs() + f64::EPSILON.sqrt());
    let mut simplex = first_simplex(start, first);
    for corner in &mut simplex[1..] {
        corner.1 = value_at(corner.0).0;
    }
    let mut size = f64::INFINITY;
    let mut low = 0;
    loop {
        let mut high = low;
        let (mut least, mut most) = (simplex[low].1, simplex[low].1);
        for (j, corner) in simplex.iter().enumerate() {
            if corner.1 < least {
                (low, least) = (j, corner.1);
            }
            if corner.1 > most {
                (high, most) = (j, corner.1);
            }
        }
        if most <= least + enough {
            break;
        }
        let center: [f64; N] = std::array::from_fn(|i| {
            (simplex.iter().map(|corner| corner.0[i]).sum::<f64>() - simplex[high].0[i]) / N as f64
        });
        let between = |a: f64, p: [f64; N]| -> [f64; N] { std::array::from_fn(|i| a * p[i] + (1.0 - a) * center[i]) };
        let mirrored = between(-1.0, simplex[high].0);
        let (at_mirrored, _) = value_at(mirrored);
        let mut last_call;
        if at_mirrored < least {
            let further = between(2.0, mirrored);
            let (at_further, call) = value_at(further);
            last_call = call;
            simplex[high] = if at_further < at_mirrored { (further, at_further) } else { (mirrored, at_mirrored) };
        } else {
            if at_mirrored < most {
                simplex[high] = (mirrored, at_mirrored);
            }
            let nearer = between(0.5, simplex[high].0);
            let (at_nearer, call) = value_at(nearer);
            last_call = call;
            if at_nearer < simplex[high].1 {
                simplex[high] = (nearer, at_nearer);
            } else if at_mirrored >= most {
                let shrunk = shrink_simplex(&mut simplex, low);
                for (j, corner) in simplex.iter_mut().enumerate() {
                    if j != low {
                        (corner.1, last_call) = value_at(corner.0);
                    }
                }
                if shrunk >= size {
                    break;
                }
                size = shrunk;
            }
        }
        if last_call > CALLS {
            break;
        }
    }
    simplex[low]
}

/// The start and one more corner along each axis, a tenth of the largest coordinate away.
fn first_simplex<const N: usize>(start: [f64; N], value: f64) -> Vec<([f64; N], f64)> {
    let largest = start.iter().fold(0.0f64, |most, x| most.max(0.1 * x.abs()));
    let step = if largest == 0.0 { 0.1 } else { largest };
    let mut simplex = vec![(start, value); N + 1];
    for axis in 0..N {
        simplex[axis + 1].0[axis] += step;
    }
    simplex
}

/// Halves the simplex towards its lowest corner; returns its new size.
fn shrink_simplex<const N: usize>(simplex: &mut [([f64; N], f64)], low: usize) -> f64 {
    let lowest = simplex[low].0;
    let mut size = 0.0;
    for corner in simplex.iter_mut() {
        for (x, l) in corner.0.iter_mut().zip(lowest) {
            *x = 0.5 * (*x - l) + l;
            size += (*x - l).abs();
        }
    }
    size
}
