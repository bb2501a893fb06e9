//! What past errors teach: a forecast leans by a series' features (its level, its last and its mean level).

use super::history::{FilterPass, PanelSample, finite_median, trimmed_mean};
use crate::mixed::solve::{CholeskyFactor, packed_index};

/// Periods whose forecasts have an outcome that a lesson needs: one alone teaches what was special about it.
const LEAST_ORIGINS: usize = 2;
/// Share added to the diagonal when past errors are regressed.
const RIDGE: f64 = 0.05;

/// Middle of the series' features after period `s`.
pub(super) fn feature_centers(sample: &PanelSample, pass: &FilterPass, s: usize) -> [f64; 3] {
    let features: Vec<[f64; 3]> = (0..sample.rows).map(|u| pass.state_at(sample, s, u).error_features()).collect();
    std::array::from_fn(|j| {
        let center = finite_median(&features.iter().map(|f| f[j]).collect::<Vec<f64>>());
        if center.is_finite() { center } else { 0.0 }
    })
}

/// A series' features less the panel's middle.
pub(super) fn center_features(features: [f64; 3], center: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|j| features[j] - center[j])
}

/// What a lesson adds for centered features.
pub(super) fn lesson_effect(lesson: [f64; 3], features: [f64; 3]) -> f64 {
    lesson.iter().zip(features).map(|(l, f)| l * f).sum()
}

/// Regresses past errors, less their shared part, on the features: odd errors weigh less, certain states more.
pub(super) fn learn_lesson(
    sample: &PanelSample,
    pass: &FilterPass,
    centers: &[[f64; 3]],
    steps: usize,
) -> Option<[f64; 3]> {
    let (mut xx, mut xe) = ([0.0; 6], [0.0; 3]);
    let mut origins = 0;
    for (s, center) in centers.iter().enumerate().take(sample.periods.saturating_sub(steps)).skip(1) {
        let mut errors = sample.forecast_errors(pass, s, steps);
        if trimmed_mean(&errors).is_none() {
            continue;
        }
        origins += 1;
        let shared = finite_median(&errors);
        errors.iter_mut().for_each(|e| *e -= shared);
        let scale = |u: usize| pass.state_at(sample, s, u).error_variance(&pass.weights, steps);
        let size = 1.5 * finite_median(&errors.iter().map(|e| e.abs()).collect::<Vec<f64>>()) + f64::MIN_POSITIVE;
        let usual = finite_median(&(0..sample.rows).map(scale).collect::<Vec<f64>>());
        for (u, error) in errors.iter().enumerate().filter(|(_, e)| e.is_finite()) {
            let x = center_features(pass.state_at(sample, s, u).error_features(), *center);
            let odd = error.abs() / size / (scale(u) / usual).sqrt();
            let weight = 1.0 / scale(u) / odd.max(1.0);
            for c in 0..3 {
                xe[c] += weight * x[c] * error;
                for r in 0..=c {
                    xx[packed_index(r, c)] += weight * x[r] * x[c];
                }
            }
        }
    }
    if origins < LEAST_ORIGINS {
        return None;
    }
    (0..3).for_each(|c| xx[packed_index(c, c)] *= 1.0 + RIDGE);
    // Where a feature never varies there is nothing to learn.
    CholeskyFactor::new(3, &xx).ok().map(|factor| {
        factor.solve(&mut xe);
        xe
    })
}
