//! How far forecasts miss: what series miss by on their own (the empirical distribution of past standardized errors) and
//! what they miss by together (few years are known, so Student's t), added up.

use super::super::ErrorShape;
use super::history::{FilterPass, PanelSample};
use super::noise::PastErrors;
use super::together::SharedErrors;
use std::sync::OnceLock;

/// Groups of series by level: near a bound errors lean to one side.
const LEVELS: usize = 3;
/// Points of the own distribution.
const OWN: usize = 151;
/// Points of the sum that are kept.
const KEPT: usize = 201;
/// Ratios of shared to own spread that are told apart; each is a quarter more than the one before.
const RATIOS: usize = 28;
const LEAST_RATIO: f64 = 0.05;
const STEP: f64 = 1.25;
/// Errors a group needs to have its own distribution.
const LEAST_ERRORS: usize = 30;
/// By how much intervals of a whole are widened, which has next to no noise of its own to hide behind.
const WIDER: f64 = 1.2;
/// Past points from which errors are taken: at first level and noise are hardly known.
const SETTLED: usize = 3;

/// Distribution of standardized errors, by steps ahead, level group and ratio of shared to own spread.
#[derive(Debug, Clone)]
pub(super) struct ErrorSpread {
    /// Levels at which the next group begins.
    borders: [f64; LEVELS - 1],
    /// Points of the own distribution, for each group.
    own: Vec<Vec<f64>>,
    /// Shared standard deviation and points of its distribution, for each step ahead.
    shared: Vec<(f64, Vec<f64>)>,
    /// Standard deviation and degrees of freedom of what a whole misses by, for each step ahead.
    pub(super) of_whole: Vec<(f64, usize)>,
    /// [`KEPT`] sorted points of the sum for each (step, group, ratio), made at the first question: few are ever asked for.
    sums: Vec<OnceLock<Vec<f64>>>,
}

impl ErrorSpread {
    /// `scales` gives each series' own noise as known after a period.
    pub(super) fn from_errors(
        sample: &PanelSample,
        pass: &FilterPass,
        errors: &PastErrors,
        scales: impl Fn(usize) -> Vec<f64>,
    ) -> ErrorSpread {
        let mut levels: Vec<f64> = (0..sample.rows)
            .map(|u| pass.state_at(sample, sample.periods - 1, u).level)
            .filter(|l| l.is_finite())
            .collect();
        levels.sort_unstable_by(f64::total_cmp);
        let borders =
            std::array::from_fn(|i| crate::quantile::sorted_quantile(&levels, (i + 1) as f64 / LEVELS as f64));
        let group = |level: f64| borders.iter().filter(|border| level >= **border).count();

        let mut own: [Vec<f64>; LEVELS] = Default::default();
        for least in [SETTLED, 0] {
            own = Default::default();
            for s in 1..sample.periods {
                let scales = scales(s);
                for (i, of_steps) in errors.own.iter().enumerate() {
                    let Some(of_period) = of_steps.get(s) else { continue };
                    for (u, error) in of_period.iter().enumerate() {
                        let state = pass.state_at(sample, s, u);
                        let z = error / (scales[u] * state.error_variance(&pass.weights, i + 1).sqrt());
                        if z.is_finite() && state.points >= least {
                            own[group(state.level)].push(z);
                        }
                    }
                }
            }
            if own.iter().map(Vec::len).sum::<usize>() >= LEAST_ERRORS {
                break;
            }
        }
        let all: Vec<f64> = own.iter().flatten().copied().collect();
        let own: Vec<Vec<f64>> =
            own.into_iter().map(|z| thin_sample(if z.len() >= LEAST_ERRORS { z } else { all.clone() })).collect();
        let together = SharedErrors::from_errors(errors, &sample.shaken);
        let shared: Vec<(f64, Vec<f64>)> =
            (1..=errors.shared.len()).map(|steps| together.likely_points(steps)).collect();
        let calm = together.steps.iter().map(|(deviation, freedom)| (WIDER * deviation, *freedom));
        let of_whole = shared.iter().zip(calm).map(|((all, _), (calm, freedom))| (calm.max(*all), freedom)).collect();
        let sums = vec![OnceLock::new(); errors.shared.len() * LEVELS * RATIOS];
        ErrorSpread { borders, own, shared, of_whole, sums }
    }

    /// The distribution that holds for a forecast: sorted standardized errors, each as likely.
    pub(super) fn distribution_for(&self, steps: usize, level: f64, own: f64) -> &[f64] {
        let group = self.borders.iter().filter(|border| level >= **border).count();
        let (deviation, shared) = &self.shared[steps - 1];
        let ratio = deviation / own;
        let bucket = if ratio < LEAST_RATIO {
            0
        } else {
            (1 + ((ratio / LEAST_RATIO).ln() / STEP.ln()).round() as usize).min(RATIOS - 1)
        };
        let place = ((steps - 1) * LEVELS + group) * RATIOS + bucket;
        self.sums[place].get_or_init(|| add_up(&self.own[group], shared, ratio_of(bucket)))
    }
}

fn ratio_of(bucket: usize) -> f64 {
    if bucket == 0 { 0.0 } else { LEAST_RATIO * STEP.powi(bucket as i32 - 1) }
}

/// [`OWN`] evenly likely points of a sample; a sample with none stands still.
fn thin_sample(mut z: Vec<f64>) -> Vec<f64> {
    if z.is_empty() {
        z.extend((0..OWN).map(|i| ErrorShape::Normal.quantile((i as f64 + 0.5) / OWN as f64)));
    }
    z.sort_unstable_by(f64::total_cmp);
    (0..OWN).map(|i| crate::quantile::sorted_quantile(&z, (i as f64 + 0.5) / OWN as f64)).collect()
}

/// [`KEPT`] evenly likely points of z + ratio t.
fn add_up(z: &[f64], t: &[f64], ratio: f64) -> Vec<f64> {
    let mut sums: Vec<f64> = t.iter().flat_map(|t| z.iter().map(move |z| z + ratio * t)).collect();
    // The stable sort: it finds the runs that are sorted already, one for each t.
    sums.sort_by(f64::total_cmp);
    (0..KEPT).map(|i| crate::quantile::sorted_quantile(&sums, (i as f64 + 0.5) / KEPT as f64)).collect()
}
