//! Units of which only counts are known: k of n. A random effects model on the logit or arcsine scale, each unit's
//! sampling variance known, the variance between units estimated.
//!
//! Source: DerSimonian & Laird (1986), Paule & Mandel (1982), REML by Fisher scoring; checked against R metafor 3.8.
//! DL is much too small on the logit scale of real counts: use REML or PM.

use super::root::find_root;
use super::{FitFailure, IntervalFlag};
use crate::{fdr, normal};

/// The scale a proportion is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectScale {
    /// ln(k / (n - k)), variance 1/k + 1/(n - k); half a case is added to both where one is 0.
    Logit,
    /// asin sqrt(k / n), variance 1 / (4 n).
    Arcsine,
}

/// How the variance between units is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarianceEstimator {
    /// DerSimonian-Laird moments.
    Dl,
    /// Paule-Mandel: the variance at which Q is its degrees of freedom.
    Pm,
    /// Restricted maximum likelihood.
    Reml,
}

/// A fitted model: effect_j ~ N(mu, tau2), seen with known variance.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrunkenEffects {
    /// Mean effect on the scale chosen.
    pub mu: f64,
    /// Its standard error.
    pub mu_se: f64,
    /// Variance between units.
    pub tau2: f64,
    /// Cochran's Q with weights 1 / v.
    pub q_statistic: f64,
    /// Share of the total variation that is between units, percent.
    pub i2: f64,
    /// One entry a unit, in the order given.
    pub units: Vec<ShrunkenUnit>,
}

/// A unit's shrunken effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShrunkenUnit {
    /// Effect as seen, on the scale chosen.
    pub y: f64,
    /// Its sampling variance.
    pub v: f64,
    /// Best linear unbiased prediction: mu + shrinkage (y - mu).
    pub blup: f64,
    /// Its standard error; the uncertainty of mu counts.
    pub blup_se: f64,
    /// tau2 / (tau2 + v).
    pub shrinkage: f64,
    /// Comparative standard error of blup - mu: sqrt(tau2 (1 - shrinkage)).
    pub se_comparative: f64,
    /// Whether the 95 % interval of blup - mu excludes 0.
    pub flag: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) over the units; NaN where no variance between units was found.
    pub q: f64,
}

impl EffectScale {
    /// Effect and sampling variance of k cases of n; `None` for no cases at all or k outside 0..=n.
    ///
    /// ```
    /// use headway_stats::mixed::counts::EffectScale;
    /// // 30 of 40: ln 3, with a variance of 1/30 + 1/10.
    /// let (effect, variance) = EffectScale::Logit.counts_to_effect(30.0, 40.0).unwrap();
    /// assert!((effect - 3f64.ln()).abs() < 1e-12 && (variance - 4.0 / 30.0).abs() < 1e-12);
    /// // None of 40: half a case is added to both, which leaves ln (.5 / 40.5).
    /// assert!((EffectScale::Logit.counts_to_effect(0.0, 40.0).unwrap().0 + 81f64.ln()).abs() < 1e-12);
    /// assert_eq!(EffectScale::Arcsine.counts_to_effect(0.0, 0.0), None);
    /// ```
    #[must_use]
    pub fn counts_to_effect(self, k: f64, n: f64) -> Option<(f64, f64)> {
        if !(n > 0.0 && (0.0..=n).contains(&k) && n.is_finite()) {
            return None;
        }
        Some(match self {
            EffectScale::Arcsine => ((k / n).sqrt().asin(), 1.0 / (4.0 * n)),
            EffectScale::Logit => {
                let more = if k == 0.0 || k == n { 0.5 } else { 0.0 };
                let (yes, no) = (k + more, n - k + more);
                ((yes / no).ln(), 1.0 / yes + 1.0 / no)
            }
        })
    }

    /// The proportion that has this effect.
    ///
    /// ```
    /// use headway_stats::mixed::counts::EffectScale;
    /// assert!((EffectScale::Logit.effect_to_proportion(3f64.ln()) - 0.75).abs() < 1e-12);
    /// assert!((EffectScale::Arcsine.effect_to_proportion(0.75f64.sqrt().asin()) - 0.75).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn effect_to_proportion(self, effect: f64) -> f64 {
        match self {
            EffectScale::Logit => 1.0 / (1.0 + (-effect).exp()),
            EffectScale::Arcsine => effect.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
        }
    }
}

/// Shrinks effects `y` with known sampling variances `v` (equal lengths, every variance positive).
///
/// ```
/// use headway_stats::mixed::counts::{VarianceEstimator, shrink_effects};
/// // The 13 vaccine trials of R metafor's manual (`dat.bcg`, log risk ratios): mu -.7145, tau2 .3132, I2 92.22.
/// let y = [
///     -0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209,
///     0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173,
/// ];
/// let v = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714];
/// let fit = shrink_effects(&y, &v, VarianceEstimator::Reml).unwrap();
/// assert!((fit.mu + 0.7145).abs() < 2e-4 && (fit.tau2 - 0.3132).abs() < 2e-4 && (fit.i2 - 92.22).abs() < 0.05);
/// ```
///
/// # Errors
/// [`FitFailure::TooFew`] with fewer than two units; [`FitFailure::NotSettled`] if REML has not settled in 100 steps.
pub fn shrink_effects(y: &[f64], v: &[f64], estimator: VarianceEstimator) -> Result<ShrunkenEffects, FitFailure> {
    assert_eq!(y.len(), v.len(), "every effect has a variance");
    if y.len() < 2 {
        return Err(FitFailure::TooFew);
    }
    let freedom = (y.len() - 1) as f64;
    let none = PooledMean::at_variance(y, v, 0.0);
    let typical_v = freedom * none.w1 / (none.w1 * none.w1 - none.w2);
    let tau2 = match estimator {
        VarianceEstimator::Dl => ((none.q - freedom) / (none.w1 - none.w2 / none.w1)).max(0.0),
        VarianceEstimator::Pm => paule_mandel(y, v, freedom),
        VarianceEstimator::Reml => reml_variance(y, v)?,
    };
    let at = PooledMean::at_variance(y, v, tau2);
    let units = shrink_units(y, v, &at, tau2);
    let i2 = 100.0 * tau2 / (tau2 + typical_v);
    Ok(ShrunkenEffects { mu: at.mu, mu_se: (1.0 / at.w1).sqrt(), tau2, q_statistic: none.q, i2, units })
}

/// Weighted mean and sums with weights 1 / (v + tau2).
struct PooledMean {
    mu: f64,
    w1: f64,
    w2: f64,
    w3: f64,
    q: f64,
}

impl PooledMean {
    fn at_variance(y: &[f64], v: &[f64], tau2: f64) -> PooledMean {
        let weights = || v.iter().map(|v| 1.0 / (v + tau2));
        let (mut w1, mut w2, mut w3, mut wy) = (0.0, 0.0, 0.0, 0.0);
        for (w, y) in weights().zip(y) {
            w1 += w;
            w2 += w * w;
            w3 += w * w * w;
            wy += w * y;
        }
        let mu = wy / w1;
        let q = weights().zip(y).map(|(w, y)| w * (y - mu).powi(2)).sum();
        PooledMean { mu, w1, w2, w3, q }
    }
}

/// Q falls as tau2 grows. The root is taken with the tolerance of the reference (R's `uniroot` from 0 to 100 at
/// eps^(1/4)), so that the answers agree; the exact root differs in the fifth digit.
fn paule_mandel(y: &[f64], v: &[f64], freedom: f64) -> f64 {
    let excess = |tau2: f64| PooledMean::at_variance(y, v, tau2).q - freedom;
    if excess(0.0) <= 0.0 {
        return 0.0;
    }
    let mut high = 100.0;
    while excess(high) > 0.0 {
        high *= 10.0;
    }
    find_root(excess, 0.0, high, f64::EPSILON.sqrt().sqrt())
}

/// Fisher scoring from the Hedges estimate until a step is below 1e-5, as the reference does.
fn reml_variance(y: &[f64], v: &[f64]) -> Result<f64, FitFailure> {
    const SETTLED: f64 = 1e-5;
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    let spread = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let mut tau2 = (spread - v.iter().sum::<f64>() / n).max(0.0);
    for _ in 0..100 {
        let at = PooledMean::at_variance(y, v, tau2);
        let squares: f64 = y.iter().zip(v).map(|(y, v)| ((y - at.mu) / (v + tau2)).powi(2)).sum();
        let trace = at.w1 - at.w2 / at.w1;
        let trace_squared = at.w2 - 2.0 * at.w3 / at.w1 + (at.w2 / at.w1).powi(2);
        let mut step = (squares - trace) / trace_squared;
        if tau2 == 0.0 && step <= 0.0 {
            return Ok(0.0);
        }
        while tau2 + step < 0.0 {
            step /= 2.0;
        }
        tau2 += step;
        if step.abs() <= SETTLED {
            return Ok(tau2);
        }
    }
    Err(FitFailure::NotSettled)
}

fn shrink_units(y: &[f64], v: &[f64], at: &PooledMean, tau2: f64) -> Vec<ShrunkenUnit> {
    let mut units: Vec<ShrunkenUnit> = y
        .iter()
        .zip(v)
        .map(|(&y, &v)| {
            let shrinkage = tau2 / (tau2 + v);
            let u = shrinkage * (y - at.mu);
            let se_comparative = (tau2 * (1.0 - shrinkage)).sqrt();
            let blup_se = (shrinkage * v + (1.0 - shrinkage).powi(2) / at.w1).sqrt();
            let flag = if se_comparative > 0.0 {
                IntervalFlag::from_z(u / se_comparative, normal::Z95)
            } else {
                IntervalFlag::None
            };
            ShrunkenUnit { y, v, blup: at.mu + u, blup_se, shrinkage, se_comparative, flag, q: f64::NAN }
        })
        .collect();
    let p: Vec<f64> = units.iter().map(|unit| normal::two_sided((unit.blup - at.mu) / unit.se_comparative)).collect();
    units.iter_mut().zip(fdr::q_values(&p)).for_each(|(unit, q)| unit.q = q);
    units
}
