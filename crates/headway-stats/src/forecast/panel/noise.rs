//! What forecasts made along the way missed by, and how much noise each series has of its own.

use super::history::{FilterPass, PanelSample, trimmed_mean};
use super::lesson::{center_features, lesson_effect};

/// Squared standardized errors count up to this in a series' own noise.
const ODD: f64 = 25.0;

/// Past errors after the lesson, by steps ahead and period.
pub(super) struct PastErrors {
    /// `own[steps - 1][s][u]`, less the shared part.
    pub(super) own: Vec<Vec<Vec<f64>>>,
    /// The shared part; `None` where too few series have an error.
    pub(super) shared: Vec<Vec<Option<f64>>>,
}

impl PastErrors {
    pub(super) fn from_sample(
        sample: &PanelSample,
        pass: &FilterPass,
        centers: &[[f64; 3]],
        lessons: &[[f64; 3]],
    ) -> PastErrors {
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        for (i, lesson) in lessons.iter().enumerate() {
            let steps = i + 1;
            let (mut own_of, mut shared_of) = (vec![Vec::new()], vec![None]);
            for (s, center) in centers.iter().enumerate().take(sample.periods.saturating_sub(steps)).skip(1) {
                let mut errors = sample.forecast_errors(pass, s, steps);
                for (u, error) in errors.iter_mut().enumerate() {
                    *error -=
                        lesson_effect(*lesson, center_features(pass.state_at(sample, s, u).error_features(), *center));
                }
                let together = trimmed_mean(&errors);
                errors.iter_mut().for_each(|e| *e -= together.unwrap_or(f64::NAN));
                own_of.push(errors);
                shared_of.push(together);
            }
            own.push(own_of);
            shared.push(shared_of);
        }
        PastErrors { own, shared }
    }
}

/// Typical variance of an observation, and how many errors it is worth beside a series' own: the number under which the
/// errors that followed were best foreseen.
pub(super) fn own_noise(sample: &PanelSample, pass: &FilterPass, errors: &PastErrors) -> (f64, f64) {
    let one = &errors.own[0];
    let relative = |s: usize, u: usize| one[s][u] / pass.state_at(sample, s, u).error_variance(&pass.weights, 1).sqrt();
    let mut sizes: Vec<f64> =
        (1..one.len()).flat_map(|s| (0..sample.rows).map(move |u| (s, u))).map(|(s, u)| relative(s, u).abs()).collect();
    sizes.retain(|z| z.is_finite());
    if sizes.is_empty() {
        return (f64::MIN_POSITIVE, 8.0);
    }
    // 68.27 % of standard normal errors are below 1.
    let at = ((sizes.len() - 1) as f64 * 0.6827) as usize;
    let typical = *sizes.select_nth_unstable_by(at, f64::total_cmp).1;
    let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
    // A panel that hardly ever errs would have no scale at all.
    let variance = typical.max(mean * 0.1).powi(2).max(f64::MIN_POSITIVE);
    let foreseen = |worth: f64| {
        let (mut logs, mut sizes, mut many) = (0.0, 0.0, 0.0);
        for s in 2..one.len() {
            for (u, scale) in own_scales(sample, pass, errors, variance, worth, s).into_iter().enumerate() {
                let z = relative(s, u) / scale;
                if z.is_finite() {
                    logs += scale.ln();
                    sizes += z.abs();
                    many += 1.0;
                }
            }
        }
        if many > 0.0 { logs / many + (sizes / many).ln() } else { 0.0 }
    };
    let worth = [2.0, 4.0, 8.0, 16.0, 64.0].into_iter().map(|worth| (foreseen(worth), worth));
    (variance, worth.min_by(|a, b| a.0.total_cmp(&b.0)).expect("a grid has values").1)
}

/// Each series' noise as known after period `s`: from its errors up to then and the panel's.
pub(super) fn own_scales(
    sample: &PanelSample,
    pass: &FilterPass,
    errors: &PastErrors,
    variance: f64,
    worth: f64,
    s: usize,
) -> Vec<f64> {
    (0..sample.rows)
        .map(|u| {
            let mut own = OwnNoise::default();
            for (before, errors) in errors.own[0].iter().enumerate().take(s).skip(1) {
                own.add_error(errors[u], pass.state_at(sample, before, u).error_variance(&pass.weights, 1) * variance);
            }
            own.standard_deviation(variance, worth)
        })
        .collect()
}

/// A series' own errors so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OwnNoise {
    squares: f64,
    errors: f64,
}

impl OwnNoise {
    /// Adds an error of which the panel expects this variance; NaN is no error.
    pub(super) fn add_error(&mut self, error: f64, variance: f64) {
        if error.is_finite() {
            self.squares += (error * error / variance).min(ODD);
            self.errors += 1.0;
        }
    }

    /// Standard deviation of an observation of the series.
    pub(super) fn standard_deviation(&self, variance: f64, worth: f64) -> f64 {
        (variance * (worth + self.squares) / (worth + self.errors)).sqrt()
    }
}
