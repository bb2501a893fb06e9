//! How a method's scores compare to another's on the same forecasts, and how sure that is: a bootstrap over the series.

use headway_stats::forecast::backtest::{BacktestPlan, ForecastMethod, each_forecast};
use headway_stats::forecast::panel::Panel;

/// Series from which a panel is judged by its ratio alone.
const LARGE: usize = 200;
/// By how much a method may be worse.
const ALLOWED: f64 = 0.02;
/// Panels that are drawn.
const DRAWS: usize = 400;

/// Sums over the forecasts of one series, of both methods.
#[derive(Clone, Copy, Default)]
struct Sums {
    brier: [f64; 2],
    interval: [f64; 2],
    n: [u32; 2],
}

/// One score over another's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beside {
    /// The ratio; under 1 is better.
    pub(crate) ratio: f64,
    /// Its standard error over panels of series drawn from these.
    pub(crate) error: f64,
    /// Series with a forecast.
    pub(crate) series: usize,
}

impl Beside {
    /// Brier and interval score of the panel method over those of the last value.
    pub(crate) fn naive(panel: &Panel<'_>, plan: BacktestPlan<'_>) -> [Beside; 2] {
        let mut sums = vec![Sums::default(); panel.len()];
        each_forecast(panel, plan, &[ForecastMethod::Panel, ForecastMethod::Naive], |method, held| {
            let own = &mut sums[held.row];
            own.n[method] += 1;
            own.brier[method] += held.brier_score().unwrap_or_default();
            own.interval[method] += held.interval_score();
        });
        sums.retain(|own| own.n.iter().all(|n| *n > 0));
        let of = |sum: fn(&Sums) -> [f64; 2]| Beside::of(&sums.iter().map(sum).collect::<Vec<_>>());
        [of(|own| own.brier), of(|own| own.interval)]
    }

    fn of(pairs: &[[f64; 2]]) -> Beside {
        let over = |sums: [f64; 2]| match sums {
            [ours, other] if other > 0.0 => ours / other,
            [ours, _] if ours > 0.0 => f64::INFINITY,
            _ => 1.0,
        };
        let add = |[a, b]: [f64; 2], p: [f64; 2]| [a + p[0], b + p[1]];
        let ratio = over(pairs.iter().copied().fold([0.0; 2], add));
        let mut draw = Draw(1);
        let drawn: Vec<f64> = (0..if pairs.is_empty() { 0 } else { DRAWS })
            .map(|_| over((0..pairs.len()).map(|_| pairs[draw.below(pairs.len())]).fold([0.0; 2], add)))
            .collect();
        let many = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / many;
        let error = (drawn.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (many - 1.0)).sqrt();
        Beside { ratio, error, series: pairs.len() }
    }

    /// Whether the method is not worse: by 2 % at most on a panel of 200 series or more, on a smaller one by no more than
    /// that or than two standard errors.
    pub(crate) fn no_worse(&self) -> bool {
        let more = if self.series >= LARGE { ALLOWED } else { ALLOWED.max(2.0 * self.error) };
        self.ratio <= 1.0 + more
    }
}

/// A fixed sequence that looks random (a linear congruential generator): the same panel is judged alike each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, many: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize * many) >> 31
    }
}
