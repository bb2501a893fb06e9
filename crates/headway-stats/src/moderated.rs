//! Is the latest point of a short series unusual? A t test that borrows strength from all units of a panel: each
//! unit's variance is drawn towards what is usual in the panel (Smyth 2004, as in the R package limma).

use crate::fdr;
use crate::normal::{two_sided, two_sided_t};
use crate::special::{digamma, trigamma, trigamma_inverse};

/// Name of the method.
pub const METHOD: &str = "moderated-t";
/// Version of the method.
pub const VERSION: &str = "1";

/// Before the latest, a unit needs this many points for a variance of its own.
const EARLIER_AT_LEAST: usize = 2;

/// The test of one unit. NaN where it can't be made.
#[derive(Clone, Copy, Debug)]
pub struct ModeratedTest {
    /// Latest value minus the mean of the earlier ones.
    pub change: f64,
    /// That over its moderated standard error.
    pub t: f64,
    /// Degrees of freedom: the prior's and the unit's own. Infinite where the units' variances do not differ.
    pub df: f64,
    /// Two-sided p.
    pub p: f64,
    /// False discovery rate over the panel.
    pub q: f64,
}

/// The tests of a panel.
#[derive(Clone, Debug)]
pub struct ModeratedPanel {
    /// Prior degrees of freedom: how alike the units' variances are. 0 where no prior can be had, infinite where the
    /// variances differ no more than by chance.
    pub d0: f64,
    /// Prior variance; NaN where there is none.
    pub s0_squared: f64,
    /// One a series, in order.
    pub tests: Vec<ModeratedTest>,
}

/// Two-sided p of the latest share against the earlier ones together if nothing but the draw of cases moved it (pooled z).
/// Each is (hits, cases), hits between 0 and cases. `None` without cases, or where the shares are all 0 or all 1.
///
/// Cases differ between units, so their variances do too, more than [`test_panel`] expects: small units are drawn
/// towards too small a variance and give false alarms. The greater of this p and the test's own holds its level for them as well.
///
/// ```
/// use headway_stats::moderated::draw_p_value;
/// // 100 of 200 so far, then 65 of 100: .15 more, with a standard error of sqrt(.55 (.45) (1/200 + 1/100)) = .0609.
/// let p = draw_p_value(&[(40.0, 100.0), (60.0, 100.0)], (65.0, 100.0)).unwrap();
/// assert!((p - 0.0138).abs() < 5e-5); // of z = 2.462
/// assert_eq!(draw_p_value(&[(0.0, 50.0)], (0.0, 50.0)), None);
/// ```
#[must_use]
pub fn draw_p_value(earlier: &[(f64, f64)], latest: (f64, f64)) -> Option<f64> {
    let (k1, n1) = earlier.iter().fold((0.0, 0.0), |(k, n), (a, b)| (k + a, n + b));
    let (k2, n2) = latest;
    let p = (k1 + k2) / (n1 + n2);
    let se = (p * (1.0 - p) * (1.0 / n1 + 1.0 / n2)).sqrt();
    (n1 > 0.0 && n2 > 0.0 && se > 0.0).then(|| two_sided((k2 / n2 - k1 / n1) / se))
}

struct SeriesChange {
    change: f64,
    earlier: f64,
    df: f64,
    variance: f64,
    /// A smaller variance is not believed.
    least: f64,
}

/// Tests the last value of each series against its earlier ones. Values that are not finite are missing; a series
/// whose last value is missing, or with fewer than two earlier ones, is not tested.
///
/// ```
/// use headway_stats::moderated::test_panel;
/// // Both had a variance of 1 before, so they differ no more than by chance. The prior is infinitely sure, and its
/// // variance is e^.5772 (Euler's constant, for two degrees of freedom).
/// let panel = test_panel([&[9.0, 10.0, 11.0, 10.0][..], &[19.0, 20.0, 21.0, 26.0]]);
/// assert!(panel.d0.is_infinite() && (panel.s0_squared - 0.5772f64.exp()).abs() < 1e-3);
/// // 6 / sqrt(1.781 (1 + 1/3))
/// assert!(panel.tests[0].t == 0.0 && (panel.tests[1].t - 3.8935).abs() < 1e-3);
/// ```
pub fn test_panel<'a>(series: impl IntoIterator<Item = &'a [f64]>) -> ModeratedPanel {
    panel_in_steps(series.into_iter().map(|y| (y, 0.0)))
}

/// The same of figures that are written in steps (0.1 of a percent with one decimal, 1 of a count). Earlier values that are all
/// equal, or apart by a step at most, say of their spread no more than that it is no wider: a step stands for it.
///
/// ```
/// use headway_stats::moderated::panel_in_steps;
/// // Three equal whole percents say that the spread is no wider than one: t = 3 / sqrt(1 + 1/3).
/// let y = [50.0, 50.0, 50.0, 53.0];
/// let test = panel_in_steps([(&y[..], 1.0)]).tests[0];
/// assert!((test.t - 2.598).abs() < 5e-4);
/// // Taken as exact, they make any change certain.
/// assert!(panel_in_steps([(&y[..], 0.0)]).tests[0].t.is_infinite());
/// ```
pub fn panel_in_steps<'a>(series: impl IntoIterator<Item = (&'a [f64], f64)>) -> ModeratedPanel {
    let units: Vec<Option<SeriesChange>> = series.into_iter().map(|(y, step)| summarize_series(y, step)).collect();
    let (d0, s0_squared) = estimate_prior(&units);
    let mut tests: Vec<ModeratedTest> = units.iter().map(|u| moderated_test(u.as_ref(), d0, s0_squared)).collect();
    let p: Vec<f64> = tests.iter().map(|t| t.p).collect();
    for (test, q) in tests.iter_mut().zip(fdr::q_values(&p)) {
        test.q = q;
    }
    ModeratedPanel { d0, s0_squared, tests }
}

fn summarize_series(y: &[f64], step: f64) -> Option<SeriesChange> {
    let (&last, earlier) = y.split_last()?;
    let known = || earlier.iter().copied().filter(|v| v.is_finite());
    let n = known().count();
    if !last.is_finite() || n < EARLIER_AT_LEAST {
        return None;
    }
    let mean = known().sum::<f64>() / n as f64;
    let df = (n - 1) as f64;
    let variance = known().map(|v| (v - mean).powi(2)).sum::<f64>() / df;
    let (lowest, highest) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
    // What moves by rounding alone is apart by a step; the sum of floats may be a hair more.
    let rounding = highest - lowest <= step * (1.0 + 1e-6) && last != mean;
    let least = if rounding { step.powi(2) } else { 0.0 };
    Some(SeriesChange { change: last - mean, earlier: n as f64, df, variance, least })
}

/// Prior degrees of freedom and variance from mean and variance of the log variances. A unit that never moved has no
/// log variance and takes no part.
fn estimate_prior(units: &[Option<SeriesChange>]) -> (f64, f64) {
    let moved: Vec<&SeriesChange> = units.iter().flatten().filter(|u| u.variance > 0.0).collect();
    if moved.len() < 2 {
        return (0.0, f64::NAN);
    }
    let count = moved.len() as f64;
    let logs: Vec<f64> = moved.iter().map(|u| u.variance.ln() - digamma(u.df / 2.0) + (u.df / 2.0).ln()).collect();
    let mean = logs.iter().sum::<f64>() / count;
    let variance = logs.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let by_chance = moved.iter().map(|u| trigamma(u.df / 2.0)).sum::<f64>() / count;
    let beyond = variance - by_chance;
    if beyond <= 0.0 {
        return (f64::INFINITY, mean.exp());
    }
    let half = trigamma_inverse(beyond);
    (2.0 * half, (mean + digamma(half) - half.ln()).exp())
}

fn moderated_test(unit: Option<&SeriesChange>, d0: f64, s0_squared: f64) -> ModeratedTest {
    let Some(unit) = unit else {
        return ModeratedTest { change: f64::NAN, t: f64::NAN, df: f64::NAN, p: f64::NAN, q: f64::NAN };
    };
    let df = d0 + unit.df;
    let variance = if d0 == 0.0 {
        unit.variance
    } else if d0.is_infinite() {
        s0_squared
    } else {
        (d0 * s0_squared + unit.df * unit.variance) / df
    };
    let variance = variance.max(unit.least);
    // 0 / 0 (a unit that never moves, in a panel without a prior) is NaN: not tested.
    let t = unit.change / (variance * (1.0 + 1.0 / unit.earlier)).sqrt();
    ModeratedTest { change: unit.change, t, df, p: two_sided_t(t, df), q: f64::NAN }
}
