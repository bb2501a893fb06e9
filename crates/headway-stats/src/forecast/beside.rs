//! How a method's scores compare to another's on the same forecasts, and how sure that is: a bootstrap over the series.

use super::Score;

/// Series from which a panel is judged by its ratio alone.
pub const LARGE: usize = 200;
/// By how much a method may be worse.
pub const ALLOWED: f64 = 0.02;
/// Panels that are drawn.
const DRAWS: usize = 400;

/// Sums over the forecasts of one series.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SeriesSums {
    /// Forecasts.
    pub n: u32,
    /// Squared distances of the chance from what came.
    pub brier: f64,
    /// Interval scores, in the unit of the series.
    pub interval: f64,
}

/// One score over another's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// The ratio; under 1 is better.
    pub ratio: f64,
    /// Its standard error over panels of series drawn from these.
    pub error: f64,
    /// Series with a forecast.
    pub series: usize,
}

impl Beside {
    /// The Brier score over another's.
    #[must_use]
    pub fn brier(ours: &Score, other: &Score) -> Beside {
        Beside::of(ours, other, |sums| sums.brier)
    }

    /// The interval score over another's.
    #[must_use]
    pub fn interval(ours: &Score, other: &Score) -> Beside {
        Beside::of(ours, other, |sums| sums.interval)
    }

    fn of(ours: &Score, other: &Score, sum: fn(&SeriesSums) -> f64) -> Beside {
        let pairs: Vec<(f64, f64)> = std::iter::zip(&ours.series, &other.series)
            .filter(|(a, b)| a.n > 0 && b.n > 0)
            .map(|(a, b)| (sum(a), sum(b)))
            .collect();
        let of = |(a, b): (f64, f64)| {
            if b > 0.0 {
                a / b
            } else if a > 0.0 {
                f64::INFINITY
            } else {
                1.0
            }
        };
        let ratio = of(pairs.iter().fold((0.0, 0.0), |(a, b), p| (a + p.0, b + p.1)));
        let mut draw = Draw(1);
        let drawn: Vec<f64> = (0..if pairs.is_empty() { 0 } else { DRAWS })
            .map(|_| {
                let picked = (0..pairs.len()).map(|_| pairs[draw.below(pairs.len())]);
                of(picked.fold((0.0, 0.0), |(a, b), p| (a + p.0, b + p.1)))
            })
            .collect();
        let many = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / many;
        let error = (drawn.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / (many - 1.0)).sqrt();
        Beside { ratio, error, series: pairs.len() }
    }

    /// Whether the method is not worse: by 2 % at most on a panel of 200 series or more, on a smaller one by no more than that or
    /// than two standard errors.
    #[must_use]
    pub fn no_worse(&self) -> bool {
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
