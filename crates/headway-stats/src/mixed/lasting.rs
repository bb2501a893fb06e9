//! What of a unit's distance from expectation lasts from year to year.
//!
//! r_jt = u_jt + e_jt: the lasting part u has variance tau2 and correlation rho^lag between years, the rest is fresh
//! noise of variance sigma2 / weight. The three are read off the products of residuals of the same unit 0, 1, 2, ...
//! years apart, pooled over units (moments; the products at lag 1 and more hold no noise). u of the last year is then
//! predicted from all years at once: recent years weigh more where rho is below 1, all alike where it is 1.

use super::solve::{CholeskyFactor, packed_index, packed_len};
use super::{FitFailure, IntervalFlag};
use crate::{fdr, normal};

/// A fitted model of lasting distance.
#[derive(Debug, Clone, PartialEq)]
pub struct LastingModel {
    /// Variance of the lasting part.
    pub tau2: f64,
    /// Correlation of the lasting part between neighboring years.
    pub rho: f64,
    /// Variance of the fresh noise at weight 1.
    pub sigma2: f64,
    /// One entry a unit.
    pub units: Vec<LastingEffect>,
}

/// A unit's lasting distance from expectation in the last year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LastingEffect {
    /// Years with a residual.
    pub years: usize,
    /// Predicted lasting distance; 0 without any year.
    pub u: f64,
    /// Its standard error.
    pub se: f64,
    /// Whether the 95 % interval of `u` excludes 0.
    pub flag: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) over the units with a residual; NaN for the others.
    pub q: f64,
}

/// How sure it is that a unit's lasting distance reaches a least one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReachProbability {
    /// Chance that the distance is smaller than that; NaN for a unit without any year.
    pub smaller: f64,
    /// Expected share of units with a smaller distance among those at least as sure as this one (Newton and others 2004).
    pub q: f64,
}

impl LastingModel {
    /// Holds each unit's lasting distance on the side of `sign` against a least one, `least(unit)` (0 or more, on the
    /// scale of the residuals). A list of the units with q below a rate has about that share of smaller distances in it.
    ///
    /// ```
    /// use headway_stats::mixed::{IntervalFlag, LastingEffect, LastingModel};
    /// let place = |u| LastingEffect { years: 3, u, se: 1.0, flag: IntervalFlag::None, q: f64::NAN };
    /// let model = LastingModel { tau2: 4.0, rho: 1.0, sigma2: 3.0, units: vec![place(3.0), place(1.0)] };
    /// // Distances of 3 and 1 with a standard error of 1, against at least 1: two errors above it, and just at it.
    /// let found = model.units_beyond(1.0, |_| 1.0);
    /// assert!((found[0].smaller - 0.0228).abs() < 5e-5 && (found[1].smaller - 0.5).abs() < 1e-12);
    /// assert!((found[1].q - (0.0228 + 0.5) / 2.0).abs() < 5e-5); // a list of both
    /// ```
    #[must_use]
    pub fn units_beyond(&self, sign: f64, least: impl Fn(usize) -> f64) -> Vec<ReachProbability> {
        let smaller = |(j, unit): (usize, &LastingEffect)| match (unit.years, least(j) - sign * unit.u) {
            (0, _) => f64::NAN,
            (_, missing) if unit.se == 0.0 => f64::from(u8::from(missing >= 0.0)),
            (_, missing) => normal::cdf(missing / unit.se),
        };
        let smaller: Vec<f64> = self.units.iter().enumerate().map(smaller).collect();
        let mut found: Vec<ReachProbability> =
            smaller.iter().map(|p| ReachProbability { smaller: *p, q: f64::NAN }).collect();
        let mut order: Vec<usize> = (0..smaller.len()).filter(|j| smaller[*j].is_finite()).collect();
        order.sort_by(|a, b| smaller[*a].total_cmp(&smaller[*b]));
        let mut sum = 0.0;
        for (before, j) in order.into_iter().enumerate() {
            sum += smaller[j];
            found[j].q = sum / (before + 1) as f64;
        }
        found
    }
}

/// Fits the model to residuals, one row of `years` a unit, `NaN` where there is none; `weights` of the same shape, all 1
/// if `None`. Each year's residuals should have mean 0 over the units.
///
/// ```
/// use headway_stats::mixed::{IntervalFlag, fit_lasting};
/// // Ten places, half of them 2, 3 and 6 above expectation in three years, the others as far below. Products one year
/// // apart are (6 + 18) / 2 and two years apart 12: a variance of 12 lasts and does not fade. The rest of 49 / 3 is noise.
/// let rows: Vec<f64> = (0..10).flat_map(|j| [2.0, 3.0, 6.0].map(|r| if j < 5 { r } else { -r })).collect();
/// let model = fit_lasting(&rows, 3, None).unwrap();
/// assert!((model.tau2 - 12.0).abs() < 1e-9 && model.rho == 1.0 && (model.sigma2 - 13.0 / 3.0).abs() < 1e-9);
/// // The mean 11 / 3 is kept by 36 / (36 + 13 / 3).
/// assert!((model.units[0].u - 36.0 / 11.0).abs() < 1e-9 && model.units[0].flag == IntervalFlag::Above);
/// ```
///
/// # Errors
/// [`FitFailure::TooFew`] with fewer than two years, or fewer than ten pairs of residuals of one unit in neighboring years.
pub fn fit_lasting(residuals: &[f64], years: usize, weights: Option<&[f64]>) -> Result<LastingModel, FitFailure> {
    assert!(weights.is_none_or(|w| w.len() == residuals.len()), "every residual has its weight");
    if years < 2 {
        return Err(FitFailure::TooFew);
    }
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let (mut products, mut pairs, mut spread) = (vec![0.0; years], vec![0.0; years], 0.0);
    for (j, row) in residuals.chunks_exact(years).enumerate() {
        for (t, a) in row.iter().enumerate().filter(|(_, r)| r.is_finite()) {
            spread += 1.0 / weight(j * years + t);
            for (lag, b) in row[t..].iter().enumerate().filter(|(_, r)| r.is_finite()) {
                products[lag] += a * b;
                pairs[lag] += 1.0;
            }
        }
    }
    if pairs[1] < 10.0 {
        return Err(FitFailure::TooFew);
    }
    let (tau2, rho) = fit_decay(&products, &pairs);
    let sigma2 = ((products[0] / pairs[0] - tau2) / (spread / pairs[0])).max(0.0);
    let mut units: Vec<LastingEffect> = residuals
        .chunks_exact(years)
        .enumerate()
        .map(|(j, row)| lasting_effect(row, |t| sigma2 / weight(j * years + t), tau2, rho))
        .collect();
    let p: Vec<f64> =
        units.iter().map(|unit| if unit.years > 0 { normal::two_sided(unit.u / unit.se) } else { f64::NAN }).collect();
    units.iter_mut().zip(fdr::q_values(&p)).for_each(|(unit, q)| unit.q = q);
    Ok(LastingModel { tau2, rho, sigma2, units })
}

/// tau2 and rho for which tau2 rho^lag is nearest to the mean products at lags 1 and more, each counting by its pairs.
fn fit_decay(products: &[f64], pairs: &[f64]) -> (f64, f64) {
    let fit = |rho: f64| {
        let (mut top, mut bottom) = (0.0, 0.0);
        for lag in 1..products.len() {
            top += rho.powi(lag as i32) * products[lag];
            bottom += rho.powi(2 * lag as i32) * pairs[lag];
        }
        let tau2 = (top / bottom).max(0.0);
        let miss: f64 = (1..products.len())
            .filter(|lag| pairs[*lag] > 0.0)
            .map(|lag| pairs[lag] * (products[lag] / pairs[lag] - tau2 * rho.powi(lag as i32)).powi(2))
            .sum();
        (miss, tau2, rho)
    };
    let tried = (30..=100).map(|i| fit(f64::from(i) / 100.0));
    let (_, tau2, rho) = tried.min_by(|a, b| a.0.total_cmp(&b.0)).expect("the grid has values");
    (tau2, rho)
}

fn lasting_effect(row: &[f64], noise: impl Fn(usize) -> f64, tau2: f64, rho: f64) -> LastingEffect {
    let seen: Vec<usize> = (0..row.len()).filter(|t| row[*t].is_finite()).collect();
    let last = row.len() - 1;
    let apart = |a: usize, b: usize| tau2 * rho.powi(a.abs_diff(b) as i32);
    let mut covariance = vec![0.0; packed_len(seen.len())];
    for (c, t) in seen.iter().enumerate() {
        for (r, s) in seen[..=c].iter().enumerate() {
            covariance[packed_index(r, c)] = apart(*s, *t) + if r == c { noise(*t) } else { 0.0 };
        }
    }
    let none = LastingEffect { years: seen.len(), u: 0.0, se: tau2.sqrt(), flag: IntervalFlag::None, q: f64::NAN };
    // Without noise and with rho 1 the years repeat each other and the matrix has no inverse: no unit can be told apart.
    let Ok(factor) = CholeskyFactor::new(seen.len(), &covariance) else { return none };
    let mut shares: Vec<f64> = seen.iter().map(|t| apart(*t, last)).collect();
    factor.solve(&mut shares);
    let u: f64 = shares.iter().zip(&seen).map(|(share, t)| share * row[*t]).sum();
    let explained: f64 = shares.iter().zip(&seen).map(|(share, t)| share * apart(*t, last)).sum();
    let se = (tau2 - explained).max(0.0).sqrt();
    let flag = if se > 0.0 { IntervalFlag::from_z(u / se, normal::Z95) } else { IntervalFlag::None };
    LastingEffect { u, se, flag, ..none }
}
