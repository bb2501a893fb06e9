//! How good forecasts were: a rolling origin over the past, every method on the same cases.
//!
//! At each origin a method sees the periods up to it and nothing later: shared figures are learned anew each time.

use std::collections::BTreeSet;

use super::panel::{self, CaseSteps, LEAST_POINTS, Panel, PeriodForecast};
use super::{SeriesForecast, TooFewPoints, drift, holt, meanf, naive, ols, ses, theil_sen, theta};

/// A forecast method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForecastMethod {
    /// The last value.
    Naive,
    /// The last value and the mean step.
    Drift,
    /// The mean.
    Mean,
    /// Simple exponential smoothing.
    Ses,
    /// Holt's linear trend.
    Holt,
    /// Theta.
    Theta,
    /// Least squares line.
    Ols,
    /// Theil-Sen line.
    TheilSen,
    /// The panel method.
    Panel,
}

impl ForecastMethod {
    /// Every method.
    pub const ALL: [ForecastMethod; 9] = [
        ForecastMethod::Panel,
        ForecastMethod::Naive,
        ForecastMethod::Drift,
        ForecastMethod::Mean,
        ForecastMethod::Ses,
        ForecastMethod::Holt,
        ForecastMethod::Theta,
        ForecastMethod::Ols,
        ForecastMethod::TheilSen,
    ];

    /// Its name.
    ///
    /// Example: [`ForecastMethod::from_name`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ForecastMethod::Panel => panel::METHOD,
            ForecastMethod::Naive => "naive",
            ForecastMethod::Drift => "drift",
            ForecastMethod::Mean => "meanf",
            ForecastMethod::Ses => "ses",
            ForecastMethod::Holt => "holt",
            ForecastMethod::Theta => "theta",
            ForecastMethod::Ols => "ols",
            ForecastMethod::TheilSen => "theil_sen",
        }
    }

    /// The method of this name.
    ///
    /// ```
    /// use headway_stats::forecast::ForecastMethod;
    /// assert_eq!(ForecastMethod::from_name("theil_sen"), Some(ForecastMethod::TheilSen));
    /// assert_eq!(ForecastMethod::TheilSen.name(), "theil_sen");
    /// assert_eq!(ForecastMethod::from_name("oracle"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<ForecastMethod> {
        ForecastMethod::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// How one method did.
#[derive(Debug, Clone, PartialEq)]
pub struct BacktestScore {
    /// The method.
    pub method: ForecastMethod,
    /// Forecasts that were held against a value.
    pub n: u64,
    /// Periods whose values they were held against.
    pub periods: usize,
    /// Mean absolute error, in the unit of the series.
    pub mae: f64,
    /// Mean absolute error over the panel's mean absolute yearly change as known at the origin.
    pub mase: f64,
    /// Share of values inside the 80 % interval.
    pub cover80: f64,
    /// Share of values inside the 95 % interval.
    pub cover95: f64,
    /// Mean interval score of the 95 % interval (Gneiting & Raftery 2007), in the unit of the series.
    pub interval_score95: f64,
    /// The same over the panel's mean absolute yearly change.
    pub interval_score95_scaled: f64,
    /// Mean squared distance of the chance from what came (1 reached, 0 not).
    pub brier: f64,
    /// Chance against what came, in tenths: [0, .1), ..., [.9, 1].
    pub reliability: [ReliabilityTenth; 10],
}

/// Forecasts whose chance fell into one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ReliabilityTenth {
    /// Forecasts.
    pub n: u64,
    /// Their mean chance; NaN for none.
    pub chance: f64,
    /// Share that reached the target; NaN for none.
    pub reached: f64,
}

/// What a backtest looks at.
#[derive(Debug, Clone, Copy)]
pub struct BacktestPlan<'a> {
    /// Periods before the first origin, at least 5.
    pub train_min: usize,
    /// Periods ahead, at most.
    pub horizon: usize,
    /// A target a series, `NaN` for none; `None`: each series is held against its own last value at the origin.
    pub targets: Option<&'a [f64]>,
}

/// Judges methods by rolling origin on one panel. Series with fewer than 5 points at an origin, and values behind a
/// break, are left out for all methods alike; so are origins at which a panel cannot be fitted, for the panel method.
///
/// ```
/// use headway_stats::forecast::backtest::{BacktestPlan, ForecastMethod, run_backtest};
/// use headway_stats::forecast::panel::{Panel, TargetSide};
/// let (counts, breaks, reached) = (None, None, TargetSide::AtOrAbove);
/// let y = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// let panel = Panel { periods: 8, values: &y, counts, breaks, bounds: (None, None), reached };
/// let plan = BacktestPlan { train_min: 5, horizon: 1, targets: None };
/// // From the fifth, sixth and seventh year the last value misses by a year's rise, the mean step by nothing.
/// let scores = run_backtest(&panel, plan, &[ForecastMethod::Naive, ForecastMethod::Drift]);
/// assert_eq!((scores[0].n, scores[0].mae, scores[1].mae), (3, 1.0, 0.0));
/// ```
#[must_use]
pub fn run_backtest(panel: &Panel<'_>, plan: BacktestPlan<'_>, methods: &[ForecastMethod]) -> Vec<BacktestScore> {
    let mut tallies = vec![ScoreTally::default(); methods.len()];
    each_forecast(panel, plan, methods, |method, held| tallies[method].add_forecast(&held));
    methods.iter().zip(tallies).map(|(method, tally)| tally.into_score(*method)).collect()
}

/// One forecast held against what came.
///
/// ```
/// use headway_stats::forecast::backtest::JudgedForecast;
/// use headway_stats::forecast::panel::PeriodForecast;
/// // 20 wide, and the value 2 above it: 20 + 2 / .05 (2). A chance of .7 of what came: .3 squared.
/// let ahead = PeriodForecast { lo95: 40.0, hi95: 60.0, chance: 0.7, ..PeriodForecast::default() };
/// let judged = JudgedForecast { row: 0, period: 7, ahead, value: 62.0, reached: Some(true), step: 3.0 };
/// assert!((judged.interval_score() - 100.0).abs() < 1e-9);
/// assert!((judged.brier_score().unwrap() - 0.09).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct JudgedForecast {
    /// Row of the series.
    pub row: usize,
    /// Period whose value it is.
    pub period: usize,
    /// The forecast.
    pub ahead: PeriodForecast,
    /// What came.
    pub value: f64,
    /// Whether it reached the target; `None` without one.
    pub reached: Option<bool>,
    /// Mean absolute yearly change of all series, as known at the origin.
    pub step: f64,
}

impl JudgedForecast {
    /// Interval score of the 95 % interval (Gneiting & Raftery 2007), in the unit of the series.
    ///
    /// Example: [`JudgedForecast`].
    #[must_use]
    pub fn interval_score(&self) -> f64 {
        let (lo, hi) = (self.ahead.lo95, self.ahead.hi95);
        hi - lo + 2.0 / 0.05 * ((lo - self.value).max(0.0) + (self.value - hi).max(0.0))
    }

    /// Squared distance of the chance from what came; `None` without a target.
    ///
    /// Example: [`JudgedForecast`].
    #[must_use]
    pub fn brier_score(&self) -> Option<f64> {
        self.reached.map(|reached| (self.ahead.chance - f64::from(u8::from(reached))).powi(2))
    }
}

/// The forecasts that [`run_backtest`] sums up, one after the other, each with the number of its method in `methods`.
///
/// ```
/// use headway_stats::forecast::backtest::{BacktestPlan, ForecastMethod, each_forecast};
/// use headway_stats::forecast::panel::{Panel, TargetSide};
/// let (counts, breaks, reached) = (None, None, TargetSide::AtOrAbove);
/// let y = [50.0, 52.0, 51.0, 53.0, 54.0, 57.0, 55.0];
/// let panel = Panel { periods: 7, values: &y, counts, breaks, bounds: (None, None), reached };
/// let plan = BacktestPlan { train_min: 5, horizon: 1, targets: None };
/// let mut seen = Vec::new();
/// each_forecast(&panel, plan, &[ForecastMethod::Naive], |_, f| seen.push((f.period, f.ahead.mean, f.value)));
/// assert_eq!(seen, [(5, 54.0, 57.0), (6, 57.0, 55.0)]);
/// ```
pub fn each_forecast(
    panel: &Panel<'_>,
    plan: BacktestPlan<'_>,
    methods: &[ForecastMethod],
    mut held: impl FnMut(usize, JudgedForecast),
) {
    assert!(plan.train_min >= LEAST_POINTS, "a probability needs 5 points");
    assert!(plan.targets.is_none_or(|targets| targets.len() == panel.len()), "every series has a target");
    for origin in plan.train_min..panel.periods {
        let past = PastPanel::up_to_origin(panel, origin);
        let steps = plan.horizon.min(panel.periods - origin);
        for (number, method) in methods.iter().enumerate() {
            past.judge_method(panel, *method, steps, plan.targets, |one| held(number, one));
        }
    }
}

/// A panel as it was known at an origin.
struct PastPanel {
    origin: usize,
    values: Vec<f64>,
    counts: Option<Vec<f64>>,
    breaks: Option<Vec<bool>>,
    /// Mean absolute yearly change of all series.
    step: f64,
}

impl PastPanel {
    fn up_to_origin(panel: &Panel<'_>, origin: usize) -> PastPanel {
        fn cut<T: Copy>(values: &[T], periods: usize, origin: usize) -> Vec<T> {
            values.chunks_exact(periods).flat_map(|row| &row[..origin]).copied().collect()
        }
        let values = cut(panel.values, panel.periods, origin);
        let (mut sum, mut many) = (0.0, 0.0);
        for pair in values.chunks_exact(origin).flat_map(|row| row.windows(2)) {
            if pair[0].is_finite() && pair[1].is_finite() {
                sum += (pair[1] - pair[0]).abs();
                many += 1.0;
            }
        }
        PastPanel {
            origin,
            values,
            counts: panel.counts.map(|counts| cut(counts, panel.periods, origin)),
            breaks: panel.breaks.map(|breaks| cut(breaks, panel.periods, origin)),
            step: sum / many,
        }
    }

    fn judge_method(
        &self,
        whole: &Panel<'_>,
        method: ForecastMethod,
        steps: usize,
        targets: Option<&[f64]>,
        mut held: impl FnMut(JudgedForecast),
    ) {
        let past = Panel {
            periods: self.origin,
            values: &self.values,
            counts: self.counts.as_deref(),
            breaks: self.breaks.as_deref(),
            ..*whole
        };
        let fitted = if method == ForecastMethod::Panel { past.fit(steps).ok() } else { None };
        if method == ForecastMethod::Panel && fitted.is_none() {
            return;
        }
        let mut ahead = vec![PeriodForecast::default(); steps];
        for row in 0..past.len() {
            let series = past.series(row);
            if series.check_enough().is_err() {
                continue;
            }
            let last = series.values.iter().rev().find(|v| v.is_finite()).copied();
            let target = targets.map_or(last, |targets| Some(targets[row]).filter(|t| t.is_finite()));
            let made = match &fitted {
                Some(fitted) => fitted.forecast_target(&series, target, &mut ahead).map(|_| ()),
                None => {
                    // The same bar as the panel method's: no method is judged on rounding.
                    let bar = target
                        .map(|target| CaseSteps::from_series(&series, whole.bounds).target_bar(target, whole.reached));
                    forecast_series(method, series.values, steps).map(|f| spread_out(&f, whole, bar, &mut ahead))
                }
            };
            // `enough` holds: every method needs fewer points than the panel method.
            if made.is_err() {
                continue;
            }
            let future = whole.series(row);
            for (i, ahead) in ahead.iter().enumerate() {
                let t = self.origin + i;
                if future.breaks.is_some_and(|breaks| breaks[t]) {
                    break;
                }
                if future.values[t].is_finite() {
                    held(JudgedForecast {
                        row,
                        period: t,
                        ahead: *ahead,
                        value: future.values[t],
                        reached: target.map(|g| whole.reached.is_reached_by(future.values[t], g)),
                        step: self.step,
                    });
                }
            }
        }
    }
}

fn forecast_series(method: ForecastMethod, y: &[f64], h: usize) -> Result<SeriesForecast, TooFewPoints> {
    match method {
        ForecastMethod::Naive | ForecastMethod::Panel => naive(y, h),
        ForecastMethod::Drift => drift(y, h),
        ForecastMethod::Mean => meanf(y, h),
        ForecastMethod::Ses => ses(y, h).map(|fit| fit.forecast),
        ForecastMethod::Holt => holt(y, h).map(|fit| fit.forecast),
        ForecastMethod::Theta => theta(y, h).map(|fit| fit.forecast),
        ForecastMethod::Ols => ols(y, h).map(|line| line.forecast),
        ForecastMethod::TheilSen => theil_sen(y, h).map(|line| line.forecast),
    }
}

/// A one-series forecast clipped to the panel's bounds.
fn spread_out(forecast: &SeriesForecast, panel: &Panel<'_>, target: Option<f64>, out: &mut [PeriodForecast]) {
    let clip = |value: f64| {
        let value = panel.bounds.0.map_or(value, |lo| value.max(lo));
        panel.bounds.1.map_or(value, |hi| value.min(hi))
    };
    for (i, ahead) in out.iter_mut().enumerate() {
        *ahead = PeriodForecast {
            mean: clip(forecast.mean[i]),
            lo80: clip(forecast.lo80[i]),
            hi80: clip(forecast.hi80[i]),
            lo95: clip(forecast.lo95[i]),
            hi95: clip(forecast.hi95[i]),
            chance: target.map_or(f64::NAN, |target| forecast.chance_of_target(i + 1, target, panel.reached)),
            chance_naive: f64::NAN,
        };
    }
}

/// Running sums of one method.
#[derive(Debug, Clone, Default)]
struct ScoreTally {
    n: u64,
    periods: BTreeSet<usize>,
    error: f64,
    error_scaled: f64,
    inside80: u64,
    inside95: u64,
    interval: f64,
    interval_scaled: f64,
    judged: u64,
    brier: f64,
    tenths: [(u64, f64, u64); 10],
}

impl ScoreTally {
    fn add_forecast(&mut self, held: &JudgedForecast) {
        let JudgedForecast { period, ahead, value, reached, step, .. } = *held;
        // An end that equals the value on paper may miss it by a rounding.
        let slack = 1e-9 * value.abs().max(1.0);
        let inside = |lo: f64, hi: f64| u64::from(value >= lo - slack && value <= hi + slack);
        let error = (value - ahead.mean).abs();
        let interval = held.interval_score();
        self.n += 1;
        self.periods.insert(period);
        self.error += error;
        self.error_scaled += error / step;
        self.inside80 += inside(ahead.lo80, ahead.hi80);
        self.inside95 += inside(ahead.lo95, ahead.hi95);
        self.interval += interval;
        self.interval_scaled += interval / step;
        if let Some((reached, distance)) = reached.zip(held.brier_score()) {
            self.judged += 1;
            self.brier += distance;
            let tenth = &mut self.tenths[((ahead.chance * 10.0) as usize).min(9)];
            *tenth = (tenth.0 + 1, tenth.1 + ahead.chance, tenth.2 + u64::from(reached));
        }
    }

    fn into_score(self, method: ForecastMethod) -> BacktestScore {
        let n = self.n as f64;
        BacktestScore {
            method,
            n: self.n,
            periods: self.periods.len(),
            mae: self.error / n,
            mase: self.error_scaled / n,
            cover80: self.inside80 as f64 / n,
            cover95: self.inside95 as f64 / n,
            interval_score95: self.interval / n,
            interval_score95_scaled: self.interval_scaled / n,
            brier: self.brier / self.judged as f64,
            reliability: self.tenths.map(|(n, chance, reached)| ReliabilityTenth {
                n,
                chance: chance / n as f64,
                reached: reached as f64 / n as f64,
            }),
        }
    }
}
