//! What all series miss by together: few years are known, so Student's t; and shocks, which come again about as often as they
//! came, or, while the newest is open, may be undone.

use super::history::ShockPeriods;
use super::noise::PastErrors;
use crate::normal;

/// Points of the distribution.
const POINTS: usize = 41;
/// Years without shared error the shared variance is averaged with.
const CALM_YEARS: usize = 2;
/// Chance that the newest shock is undone, in whole or by half; of an older one less.
const UNDONE: f64 = 0.25;
/// Standard deviation of a coming shock, as a share of one that was seen.
const AGAIN: f64 = 0.7;
/// Years without a shock that are added to those that were seen.
const QUIET_YEARS: f64 = 3.0;
/// Most that a coming shock is given, both sides together.
const MOST: f64 = 0.4;

/// The distribution of what is missed by together, by steps ahead.
pub(super) struct SharedErrors {
    /// Standard deviation and degrees of freedom without shocks, for each step ahead.
    pub(super) steps: Vec<(f64, usize)>,
    /// Sizes of the shocks seen, and whether each stayed.
    sizes: Vec<(f64, bool)>,
    open: Option<(f64, usize)>,
    /// Changes of the whole panel that were seen.
    years: f64,
}

impl SharedErrors {
    pub(super) fn from_errors(errors: &PastErrors, shaken: &ShockPeriods) -> SharedErrors {
        let mut steps: Vec<(f64, usize)> = Vec::with_capacity(errors.shared.len());
        for ahead in 1..=errors.shared.len() {
            let (deviation, freedom) = shared_spread(errors, ahead);
            // What is farther off is no surer.
            steps.push((deviation.max(steps.last().map_or(0.0, |s| s.0)), freedom));
        }
        let years = shaken.passing.len() as f64 - 1.0;
        SharedErrors { steps, sizes: shaken.sizes.clone(), open: shaken.open, years }
    }

    /// Standard deviation of the whole distribution and evenly likely points of it, in standard deviations.
    pub(super) fn likely_points(&self, steps: usize) -> (f64, Vec<f64>) {
        let (deviation, freedom) = self.steps[steps - 1];
        // Middle, standard deviation beyond that without shocks, how likely.
        let mut parts: Vec<(f64, f64, f64)> = Vec::new();
        for (size, stays) in &self.sizes {
            let times = if *stays { steps as f64 } else { 1.0 };
            let likely = (times / (self.years + QUIET_YEARS)).min(MOST / self.sizes.len() as f64);
            parts.push((0.0, AGAIN * size, likely));
        }
        if let Some((off, age)) = self.open {
            let likely = UNDONE / (1.0 + age as f64);
            parts.extend([(-off, 0.0, likely / 2.0), (-off / 2.0, 0.0, likely / 2.0)]);
        }
        let taken: f64 = parts.iter().map(|p| p.2).sum();
        parts.push((0.0, 0.0, 1.0 - taken));
        let mixed = parts.iter().map(|(at, more, likely)| likely * (at * at + more * more)).sum::<f64>()
            + deviation * deviation;
        if mixed == 0.0 {
            return (0.0, vec![0.0; POINTS]);
        }
        let one = |x: f64, at: f64, more: f64| match more {
            0.0 => t_below((x - at) / deviation, freedom),
            _ => normal::cdf((x - at) / more.hypot(deviation)),
        };
        let below = |x: f64| parts.iter().map(|(at, more, likely)| likely * one(x, *at, *more)).sum::<f64>();
        let far = parts.iter().map(|p| p.0.abs() + 8.0 * p.1).fold(0.0, f64::max) + 60.0 * deviation;
        let points =
            (0..POINTS).map(|i| invert_distribution(&below, (i as f64 + 0.5) / POINTS as f64, far) / mixed.sqrt());
        (mixed.sqrt(), points.collect())
    }
}

/// Chance of a standardized error below z; of an error of nothing for certain where z isn't a number.
fn t_below(z: f64, freedom: usize) -> f64 {
    if !z.is_finite() {
        return if z.is_nan() { 0.5 } else { f64::from(u8::from(z > 0.0)) };
    }
    let one_side = normal::two_sided_t(z, freedom as f64) / 2.0;
    if z > 0.0 { 1.0 - one_side } else { one_side }
}

/// Where a distribution on -far..far reaches p.
fn invert_distribution(below: &impl Fn(f64) -> f64, p: f64, far: f64) -> f64 {
    let (mut low, mut high) = (-far, far);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if below(middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Standard deviation and degrees of freedom of what series missed by together. Where no past is long enough, the variance of
/// the last horizon that has one grows with the steps.
fn shared_spread(errors: &PastErrors, steps: usize) -> (f64, usize) {
    let known = |steps: usize| errors.shared[steps - 1].iter().flatten().copied().collect::<Vec<f64>>();
    let Some(from) = (1..=steps).rev().find(|steps| !known(*steps).is_empty()) else { return (0.0, CALM_YEARS) };
    let misses = known(from);
    let freedom = misses.len() + CALM_YEARS;
    let squares: f64 = misses.iter().map(|c| c * c).sum();
    ((squares / freedom as f64 * steps as f64 / from as f64).sqrt(), freedom)
}
