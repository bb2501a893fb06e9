//! Gap between a reference group and another, year by year, and whether it closes.

use crate::normal::Z95;

/// Name of the method.
pub const METHOD: &str = "gap";
/// Version of the method.
pub const VERSION: &str = "1";

/// `k` of `n`. A count that is not finite, or whose `n` is not positive, is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupShare {
    /// Hits.
    pub k: f64,
    /// Counted.
    pub n: f64,
}

/// Where a gap is going. "Closing" means that the group gains on the reference: a gap that has turned in the group's
/// favor and goes on is closing too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapTrend {
    /// The gap is smaller at the end, beyond sampling error (95 %).
    Closing,
    /// The gap is larger at the end, beyond sampling error (95 %).
    Widening,
    /// Neither can be said.
    NoClearChange,
}

/// A gap over years: reference minus group. Numbers that can't be computed are NaN.
#[derive(Clone, Debug)]
pub struct GapSeries {
    /// In percentage points.
    pub gap: Vec<f64>,
    /// Sampling standard errors, in percentage points.
    pub se: Vec<f64>,
    /// Log of reference share over group share.
    pub ratio_log: Vec<f64>,
    /// Log odds of the reference minus those of the group.
    pub log_odds: Vec<f64>,
    /// First to last known year, in points.
    pub change: f64,
    /// Its standard error.
    pub change_se: f64,
    /// Change over its standard error.
    pub z: f64,
    /// What that says; `None` without two known years.
    pub trend: Option<GapTrend>,
    /// Points a year, weighted by 1 / se^2; needs two years with sampling error.
    pub slope: f64,
    /// Its standard error from sampling alone.
    pub slope_se: f64,
}

/// The gap between `reference` and `group` in each of `years`.
///
/// ```
/// use headway_stats::gap::{GapTrend, GroupShare, measure_gap};
/// let share = |k| GroupShare { k, n: 1000.0 };
/// // 90 % against 70 %, two years later 92 % against 80 %: 8 points less, with a standard error of
/// // 100 sqrt(.09/1000 + .21/1000 + .0736/1000 + .16/1000) = 2.31.
/// let gap = measure_gap(&[2022.0, 2024.0], &[share(900.0), share(920.0)], &[share(700.0), share(800.0)]);
/// assert!((gap.change + 8.0).abs() < 1e-9 && (gap.change_se - 2.31).abs() < 0.005);
/// assert!((gap.slope + 4.0).abs() < 1e-9);
/// assert_eq!(gap.trend, Some(GapTrend::Closing));
/// ```
///
/// # Panics
/// If the slices differ in length.
pub fn measure_gap(years: &[f64], reference: &[GroupShare], group: &[GroupShare]) -> GapSeries {
    assert_eq!(years.len(), reference.len(), "one reference a year");
    assert_eq!(years.len(), group.len(), "one group a year");
    let pairs: Vec<(f64, f64, f64)> = reference.iter().zip(group).map(|(r, g)| share_pair(r, g)).collect();
    let gap: Vec<f64> = pairs.iter().map(|(r, g, _)| 100.0 * (r - g)).collect();
    let se: Vec<f64> = pairs.iter().map(|(_, _, variance)| 100.0 * variance.sqrt()).collect();
    let (change, change_se) = first_to_last(&gap, &se);
    let z = change / change_se;
    let (slope, slope_se) = weighted_slope(years, &gap, &se);
    GapSeries {
        ratio_log: pairs.iter().map(|(r, g, _)| finite_or_nan((r / g).ln())).collect(),
        log_odds: pairs.iter().map(|(r, g, _)| finite_or_nan(log_odds(*r) - log_odds(*g))).collect(),
        trend: classify_trend(change, z),
        gap,
        se,
        change,
        change_se,
        z: finite_or_nan(z),
        slope,
        slope_se,
    }
}

/// Both shares and the sampling variance of their difference.
fn share_pair(reference: &GroupShare, group: &GroupShare) -> (f64, f64, f64) {
    let share = |s: &GroupShare| if s.n > 0.0 && s.k.is_finite() && s.n.is_finite() { s.k / s.n } else { f64::NAN };
    let (r, g) = (share(reference), share(group));
    (r, g, r * (1.0 - r) / reference.n + g * (1.0 - g) / group.n)
}

fn log_odds(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

fn finite_or_nan(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

fn first_to_last(gap: &[f64], se: &[f64]) -> (f64, f64) {
    let first = gap.iter().position(|g| g.is_finite());
    let last = gap.iter().rposition(|g| g.is_finite());
    match (first, last) {
        (Some(first), Some(last)) if first < last => (gap[last] - gap[first], se[first].hypot(se[last])),
        _ => (f64::NAN, f64::NAN),
    }
}

fn classify_trend(change: f64, z: f64) -> Option<GapTrend> {
    if change.is_nan() {
        return None;
    }
    // Without any sampling error (all or none in both groups, both years) z is infinite, or 0 / 0 where nothing moved.
    Some(match z {
        z if z < -Z95 => GapTrend::Closing,
        z if z > Z95 => GapTrend::Widening,
        _ => GapTrend::NoClearChange,
    })
}

fn weighted_slope(years: &[f64], gap: &[f64], se: &[f64]) -> (f64, f64) {
    let known: Vec<(f64, f64, f64)> = (0..gap.len())
        .filter(|&i| gap[i].is_finite() && se[i] > 0.0)
        .map(|i| (years[i], gap[i], se[i].powi(-2)))
        .collect();
    let weight: f64 = known.iter().map(|k| k.2).sum();
    let year = known.iter().map(|k| k.2 * k.0).sum::<f64>() / weight;
    let mean = known.iter().map(|k| k.2 * k.1).sum::<f64>() / weight;
    let spread: f64 = known.iter().map(|k| k.2 * (k.0 - year).powi(2)).sum();
    if spread <= 0.0 || known.len() < 2 {
        return (f64::NAN, f64::NAN);
    }
    let along: f64 = known.iter().map(|k| k.2 * (k.0 - year) * (k.1 - mean)).sum();
    (along / spread, spread.powf(-0.5))
}
