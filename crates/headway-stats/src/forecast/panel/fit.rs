//! What a panel teaches: weights, the lesson of past errors, the spread of what is left.

use super::filter::SmoothingWeights;
use super::history::{FilterPass, PanelSample, ShockPeriods, finite_median};
use super::lesson::{feature_centers, learn_lesson};
use super::noise::{PastErrors, own_noise, own_scales};
use super::scale::{PanelScale, TargetSide};
use super::spread::ErrorSpread;
use super::trust::ForecastTrust;
use super::{LEAST_POINTS, LEAST_SERIES, NoPanel, Panel};
use crate::shock::{self, SharedShock};

/// Series the shared figures are learned from, at most, evenly spread over the panel. More teach nothing more (METHODS.md).
const SAMPLE: usize = 4_000;
/// Series the weights are chosen on, at most: of those.
const WEIGHED: usize = 2_000;
/// Steps over which the weights are judged.
const JUDGED_STEPS: usize = 3;
/// Share by which an own trend must win to be used.
const TREND_PRICE: f64 = 1.01;

/// The figures a panel's series share. Made by [`Panel::fit`].
///
/// ```
/// use headway_stats::forecast::panel::{ForecastGoal, Panel, PeriodForecast, TargetSide};
/// let (counts, breaks, bounds, reached) = (None, None, (None, None), TargetSide::AtOrAbove);
/// // Forty schools that rise by 1 a year and move by up to 4 points to either side on their own.
/// let own = |i: usize| 4.0 * ((i as f64).sin() * 1e4).fract();
/// let values: Vec<f64> = (0..40 * 8).map(|i| (50 + i / 8 + i % 8) as f64 + own(i)).collect();
/// let panel = Panel { periods: 8, values: &values, counts, breaks, bounds, reached };
/// let fitted = panel.fit(3).unwrap();
/// // Noise is smoothed away, and the common rise is seen: drawn to 0 by 7 / (7 + 2), as there are seven changes.
/// let figures = fitted.parameters();
/// assert!(figures.alpha < 0.2 && (figures.drift - 7.0 / 9.0).abs() < 0.2);
/// // The first school ended at 60.5; without its noise it stands at 58.6.
/// let (first, mut ahead) = (panel.series(0), [PeriodForecast::default(); 3]);
/// let outlook = fitted.forecast_target(&first, Some(60.0), &mut ahead).unwrap();
/// assert!((outlook.level - 58.6).abs() < 0.1);
/// assert!(ahead[0].lo95 < 60.0 && ahead[0].hi95 > 60.0 && (ahead[0].chance - 0.56).abs() < 0.02);
/// // A band holds what is neither under it nor over it.
/// let chance = |goal| fitted.goal_chance(&first, goal, 1).unwrap().chance;
/// let above = chance(ForecastGoal::Reach(56.0, TargetSide::AtOrAbove));
/// let below = chance(ForecastGoal::Reach(60.0, TargetSide::AtOrBelow));
/// fitted.forecast_goal(&first, Some(ForecastGoal::Within(56.0, 60.0)), &mut ahead).unwrap();
/// assert!((ahead[0].chance - (above + below - 1.0)).abs() < 1e-12);
/// ```
#[derive(Debug, Clone)]
pub struct FittedPanel {
    pub(super) scale: PanelScale,
    pub(super) reached: TargetSide,
    pub(super) periods: usize,
    pub(super) horizon: usize,
    pub(super) weights: SmoothingWeights,
    pub(super) typical: Option<f64>,
    pub(super) common: Vec<f64>,
    pub(super) drift: Vec<f64>,
    /// Middle of the features after each period.
    pub(super) centers: Vec<[f64; 3]>,
    /// For each step ahead, what to add a unit of each centered feature.
    pub(super) lessons: Vec<[f64; 3]>,
    /// Shared part of the one-step errors made at each period.
    pub(super) shared_error: Vec<f64>,
    /// Typical variance of an observation.
    pub(super) variance: f64,
    /// How many errors that typical variance is worth beside a series' own.
    pub(super) worth: f64,
    pub(super) spread: ErrorSpread,
    pub(super) shaken: ShockPeriods,
    pub(super) trust: ForecastTrust,
    series: usize,
}

/// The figures a panel's series share, for showing.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelParameters {
    /// Series they were learned from.
    pub series: usize,
    /// Gain of a level long observed: the weight of the newest own surprise.
    pub alpha: f64,
    /// Weight of the own trend, as a share of the gain.
    pub beta: f64,
    /// What is left of the own trend from one period to the next.
    pub phi: f64,
    /// Share of the panel's usual yearly change that is carried on.
    pub drift_share: f64,
    /// The panel's usual yearly change, on the scale values are smoothed on.
    pub drift: f64,
    /// Share of the noise that falls as cases grow; 0 without counts.
    pub sampling_share: f64,
    /// How many past errors the panel's noise is worth beside a series' own.
    pub noise_worth: f64,
}

impl Panel<'_> {
    /// Learns the shared figures for forecasts up to `horizon` periods ahead, from the values given and nothing else.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{NoPanel, Panel, TargetSide};
    /// let (counts, breaks, bounds, reached) = (None, None, (None, None), TargetSide::AtOrAbove);
    /// // Thirty series of eight years are needed, and enough.
    /// let values: Vec<f64> = (0..30 * 8).map(|i: usize| (50 + i / 8 + i * i % 11) as f64).collect();
    /// let panel = Panel { periods: 8, values: &values, counts, breaks, bounds, reached };
    /// assert!(panel.fit(3).is_ok());
    /// assert_eq!(Panel { values: &values[8..], ..panel }.fit(3).unwrap_err(), NoPanel::TooFewSeries(29));
    /// ```
    ///
    /// # Errors
    /// [`NoPanel`] where series or periods are too few.
    pub fn fit(&self, horizon: usize) -> Result<FittedPanel, NoPanel> {
        self.fit_on(horizon, SAMPLE)
    }

    /// What all series moved by together and unusually, on the scale they are smoothed on, found in at most `most` of them.
    fn find_shocks(&self, most: usize) -> Vec<SharedShock> {
        let many = self.len();
        let rows: Vec<usize> = (0..many.min(most)).map(|i| i * many / many.min(most)).collect();
        let scale = PanelScale::new(self.bounds);
        let values: Vec<f64> =
            rows.iter().flat_map(|row| self.series(*row).values).map(|v| scale.to_scale(*v)).collect();
        let breaks = self.breaks.map(|_| {
            rows.iter().flat_map(|row| self.series(*row).breaks.unwrap_or_default()).copied().collect::<Vec<bool>>()
        });
        shock::find_shocks(&values, self.periods, breaks.as_deref())
    }

    /// The same from at most `most` series, evenly spread over the panel.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{Panel, TargetSide};
    /// let (counts, breaks, bounds, reached) = (None, None, (None, None), TargetSide::AtOrAbove);
    /// let values: Vec<f64> = (0..40 * 8).map(|i: usize| (50 + i / 8 + i * i % 11) as f64).collect();
    /// let panel = Panel { periods: 8, values: &values, counts, breaks, bounds, reached };
    /// assert_eq!(panel.fit_on(3, 35).unwrap().parameters().series, 35);
    /// ```
    ///
    /// # Errors
    /// As [`Panel::fit`].
    pub fn fit_on(&self, horizon: usize, most: usize) -> Result<FittedPanel, NoPanel> {
        let fitted = self.fit_untrusted(horizon, most)?;
        let trust = ForecastTrust::from_past(self, &fitted);
        Ok(FittedPanel { trust, ..fitted })
    }

    /// The method alone, without what its past lets it be trusted.
    pub(super) fn fit_untrusted(&self, horizon: usize, most: usize) -> Result<FittedPanel, NoPanel> {
        self.check_shape();
        assert!(horizon > 0, "a forecast looks at least one period ahead");
        if self.periods < LEAST_POINTS {
            return Err(NoPanel::TooFewPeriods(self.periods));
        }
        let scale = PanelScale::new(self.bounds);
        let shaken = ShockPeriods::from_shocks(&self.find_shocks(most), self.periods);
        let sample = PanelSample::from_panel(self, scale, most, &shaken);
        if sample.rows < LEAST_SERIES {
            return Err(NoPanel::TooFewSeries(sample.rows));
        }
        let pass = sample.filter_all(&if sample.rows > WEIGHED {
            best_weights(&PanelSample::from_panel(self, scale, WEIGHED, &shaken))
        } else {
            best_weights(&sample)
        });
        let centers: Vec<[f64; 3]> = (0..self.periods).map(|s| feature_centers(&sample, &pass, s)).collect();
        let mut lessons: Vec<[f64; 3]> = Vec::with_capacity(horizon);
        for steps in 1..=horizon {
            // Too short a past to learn so far ahead: what was learned one step nearer stands.
            let lesson = learn_lesson(&sample, &pass, &centers, steps);
            lessons.push(lesson.or(lessons.last().copied()).unwrap_or_default());
        }
        let errors = PastErrors::from_sample(&sample, &pass, &centers, &lessons);
        let (variance, worth) = own_noise(&sample, &pass, &errors);
        let spread = ErrorSpread::from_errors(&sample, &pass, &errors, |s| {
            own_scales(&sample, &pass, &errors, variance, worth, s)
        });
        Ok(FittedPanel {
            scale,
            reached: self.reached,
            periods: self.periods,
            horizon,
            weights: pass.weights,
            typical: sample.typical,
            shared_error: errors.shared[0].iter().map(|c| c.unwrap_or(0.0)).collect(),
            common: pass.common,
            drift: pass.drift,
            centers,
            lessons,
            variance,
            worth,
            spread,
            shaken,
            trust: ForecastTrust::full_trust(),
            series: sample.rows,
        })
    }
}

impl FittedPanel {
    /// The shared figures, for showing.
    ///
    /// Example: [`FittedPanel`].
    #[must_use]
    pub fn parameters(&self) -> PanelParameters {
        let w = &self.weights;
        let settled = (w.movement + (w.movement * w.movement + 4.0 * w.movement).sqrt()) / 2.0;
        PanelParameters {
            series: self.series,
            alpha: settled / (settled + 1.0),
            beta: w.trend,
            phi: super::filter::DAMPING,
            drift_share: w.drift,
            drift: self.drift[self.periods - 1],
            sampling_share: w.sampling,
            noise_worth: self.worth,
        }
    }
}

/// Walks one weight after the other to the value with the least past error, twice around.
fn best_weights(sample: &PanelSample) -> SmoothingWeights {
    const MOVEMENT: [f64; 7] = [0.01, 0.03, 0.08, 0.2, 0.5, 1.2, 4.0];
    const SAMPLING: [f64; 3] = [0.0, 0.5, 0.9];
    const TREND: [f64; 4] = [0.0, 0.05, 0.1, 0.2];
    const DRIFT: [f64; 3] = [0.0, 0.5, 1.0];
    let counted = sample.typical.is_some();
    let mut best =
        SmoothingWeights { movement: 0.2, sampling: if counted { 0.5 } else { 0.0 }, trend: 0.0, drift: 0.5 };
    for _ in 0..2 {
        best = least_miss(best, &MOVEMENT, |w, v| w.movement = v, |w| mean_miss(sample, &sample.filter_all(w), true));
        if counted {
            best =
                least_miss(best, &SAMPLING, |w, v| w.sampling = v, |w| mean_miss(sample, &sample.filter_all(w), true));
        }
        best = least_miss(
            best,
            &TREND,
            |w, v| w.trend = v,
            |w| mean_miss(sample, &sample.filter_all(w), true) * if w.trend > 0.0 { TREND_PRICE } else { 1.0 },
        );
        best = least_miss(best, &DRIFT, |w, v| w.drift = v, |w| mean_miss(sample, &sample.filter_all(w), false));
    }
    best
}

fn least_miss(
    from: SmoothingWeights,
    grid: &[f64],
    set: fn(&mut SmoothingWeights, f64),
    miss: impl Fn(&SmoothingWeights) -> f64,
) -> SmoothingWeights {
    let tried = grid.iter().map(|value| {
        let mut weights = from;
        set(&mut weights, *value);
        (miss(&weights), weights)
    });
    tried.min_by(|a, b| a.0.total_cmp(&b.0)).expect("a grid has values").1
}

/// Mean absolute past error over the judged steps; `own`: less what all series missed by together.
fn mean_miss(sample: &PanelSample, pass: &FilterPass, own: bool) -> f64 {
    let (mut sum, mut many) = (0.0, 0.0);
    for steps in 1..=JUDGED_STEPS {
        for s in 1..sample.periods.saturating_sub(steps) {
            let errors = sample.forecast_errors(pass, s, steps);
            let shared = if own { finite_median(&errors) } else { 0.0 };
            for error in errors.iter().filter(|e| e.is_finite()) {
                sum += (error - shared).abs();
                many += 1.0;
            }
        }
    }
    if many > 0.0 { sum / many } else { f64::INFINITY }
}
