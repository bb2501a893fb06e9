//! The least value of a smooth function of a few variables: damped Newton steps on its exact first derivatives.
//!
//! The second derivatives are differences of the first. Where they are not positive definite, or a step does not lead
//! down, the diagonal is raised until it does (Levenberg 1944, Marquardt 1963). Near the end the steps are Newton's own:
//! the place is found to the last digits, where the value itself has long stopped to tell.

use super::FitFailure;
use super::solve::{CholeskyFactor, packed_index, packed_len};

/// A function's value and first derivatives at a point.
pub(super) struct PointGradient {
    pub(super) value: f64,
    pub(super) slope: Vec<f64>,
}

/// A minimum.
#[derive(Debug)]
pub(super) struct FoundMinimum {
    pub(super) point: Vec<f64>,
    pub(super) value: f64,
    /// Second derivatives at the point, packed.
    pub(super) hessian: Vec<f64>,
}

/// Variables should be of order one: this is the step of the differences.
const APART: f64 = 1e-4;
/// A step smaller than this share of the variable ends the search.
const SETTLED: f64 = 1e-10;
const STEPS: usize = 200;

/// Goes down from `start`. `f` may fail where the function is not defined: such steps are made shorter.
pub(super) fn minimize_newton(
    start: &[f64],
    f: impl Fn(&[f64]) -> Result<PointGradient, FitFailure>,
) -> Result<FoundMinimum, FitFailure> {
    let mut point = start.to_vec();
    let mut here = f(&point)?;
    let mut damping = 0.0;
    for _ in 0..STEPS {
        let hessian = hessian_at(&point, &f)?;
        let Some((next, there)) = descent_step(&point, &here, &hessian, &mut damping, &f) else {
            // No step leads down any more: rounding is all that is left.
            return Ok(FoundMinimum { point, value: here.value, hessian });
        };
        let moved = point.iter().zip(&next).map(|(a, b)| (b - a).abs() / b.abs().max(1.0)).fold(0.0, f64::max);
        (point, here) = (next, there);
        if moved < SETTLED {
            return Ok(FoundMinimum { point, value: here.value, hessian });
        }
    }
    Err(FitFailure::NotSettled)
}

/// The next point, which lies lower; `None` if none is found.
fn descent_step(
    point: &[f64],
    here: &PointGradient,
    hessian: &[f64],
    damping: &mut f64,
    f: &impl Fn(&[f64]) -> Result<PointGradient, FitFailure>,
) -> Option<(Vec<f64>, PointGradient)> {
    let largest = (0..point.len()).map(|i| hessian[packed_index(i, i)].abs()).fold(f64::MIN_POSITIVE, f64::max);
    while *damping < 1e9 {
        let mut raised = hessian.to_vec();
        (0..point.len()).for_each(|i| raised[packed_index(i, i)] += *damping * largest);
        if let Ok(factor) = CholeskyFactor::new(point.len(), &raised) {
            let mut way: Vec<f64> = here.slope.iter().map(|s| -s).collect();
            factor.solve(&mut way);
            let next: Vec<f64> = point.iter().zip(&way).map(|(x, w)| x + w).collect();
            if let Ok(there) = f(&next)
                && is_lower(here, &there)
            {
                *damping = if *damping < 1e-6 { 0.0 } else { *damping / 10.0 };
                return Some((next, there));
            }
        }
        *damping = (*damping * 10.0).max(1e-6);
    }
    None
}

/// Lower, or as low to the last digits and flatter.
fn is_lower(here: &PointGradient, there: &PointGradient) -> bool {
    let steep = |at: &PointGradient| at.slope.iter().map(|s| s * s).sum::<f64>();
    let same = 1e-13 * here.value.abs().max(1.0);
    there.value < here.value - same || (there.value < here.value + same && steep(there) < steep(here))
}

fn hessian_at(point: &[f64], f: &impl Fn(&[f64]) -> Result<PointGradient, FitFailure>) -> Result<Vec<f64>, FitFailure> {
    let many = point.len();
    let mut rows = Vec::with_capacity(many);
    for i in 0..many {
        let half = APART * point[i].abs().max(1.0);
        let at = |x: f64| {
            let mut moved = point.to_vec();
            moved[i] = x;
            f(&moved).map(|here| here.slope)
        };
        let (up, down) = (at(point[i] + half)?, at(point[i] - half)?);
        rows.push(up.iter().zip(&down).map(|(u, d)| (u - d) / (2.0 * half)).collect::<Vec<f64>>());
    }
    let mut hessian = vec![0.0; packed_len(many)];
    for j in 0..many {
        for i in 0..=j {
            hessian[packed_index(i, j)] = (rows[i][j] + rows[j][i]) / 2.0;
        }
    }
    Ok(hessian)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bent_valley_is_walked_to_its_end() {
        // Rosenbrock's function, from its customary start.
        let f = |p: &[f64]| {
            let (a, b) = (1.0 - p[0], p[1] - p[0] * p[0]);
            Ok(PointGradient { value: a * a + 100.0 * b * b, slope: vec![-2.0 * a - 400.0 * b * p[0], 200.0 * b] })
        };
        let least = minimize_newton(&[-1.2, 1.0], f).unwrap();
        assert!(least.point.iter().all(|x| (x - 1.0).abs() < 1e-9), "{:?}", least.point);
        assert!((least.hessian[0] - 802.0).abs() < 1e-4 && (least.hessian[2] - 200.0).abs() < 1e-6);
    }

    #[test]
    fn without_a_bottom_nothing_settles() {
        let f = |p: &[f64]| Ok(PointGradient { value: (-p[0]).exp(), slope: vec![-(-p[0]).exp()] });
        assert_eq!(minimize_newton(&[0.0], f).unwrap_err(), FitFailure::NotSettled);
    }
}
