//! Straight lines through a series: least squares and Theil-Sen, with the Mann-Kendall trend test.

use super::{ErrorShape, SeriesForecast, TooFewPoints, known_points};
use crate::{normal, quantile};

/// A straight line value = intercept + slope * period, periods counted 1..=n from the first one given.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendLine {
    /// Value at period 0, the one before the first.
    pub intercept: f64,
    /// Change a period.
    pub slope: f64,
    /// Residual standard deviation on n - 2 degrees of freedom.
    pub sigma: f64,
    /// The line carried on, with t prediction intervals on n - 2 degrees of freedom.
    pub forecast: SeriesForecast,
}

/// Ordinary least squares line with its prediction intervals, of which two points have none (NaN).
///
/// ```
/// use headway_stats::forecast::ols;
/// // Periods -1.5, -.5, .5, 1.5 from their middle: slope (-1.5 (2) - .5 (4) + .5 (6) + 1.5 (9)) / 5 = 2.3.
/// let line = ols(&[2.0, 4.0, 6.0, 9.0], 1).unwrap();
/// assert!((line.slope - 2.3).abs() < 1e-12 && (line.intercept + 0.5).abs() < 1e-12);
/// assert!((line.forecast.mean[0] - 11.0).abs() < 1e-12); // -.5 + 2.3 (5)
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 2 known points.
pub fn ols(y: &[f64], h: usize) -> Result<TrendLine, TooFewPoints> {
    let points = known_points(y, 2)?;
    let (tm, ym) = mean_point(&points);
    let stt: f64 = points.iter().map(|(t, _)| (t - tm).powi(2)).sum();
    let slope = points.iter().map(|(t, v)| (t - tm) * (v - ym)).sum::<f64>() / stt;
    Ok(carry_on(&points, ym - slope * tm, slope, y.len(), h))
}

/// Theil-Sen line: the median of all pairwise slopes; intercept = median of value - slope * period. Robust to single
/// odd years. Needs 3 points.
///
/// The interval is the least squares formula around this line: the reference (R) gives none.
///
/// ```
/// use headway_stats::forecast::{ols, theil_sen};
/// // One odd year leaves the slope at 1; least squares takes it for a rise of 4.6 a year.
/// let y = [1.0, 2.0, 3.0, 40.0, 5.0];
/// let line = theil_sen(&y, 1).unwrap();
/// assert_eq!((line.slope, line.intercept, line.forecast.mean[0]), (1.0, 0.0, 6.0));
/// assert!((ols(&y, 1).unwrap().slope - 4.6).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 3 known points.
pub fn theil_sen(y: &[f64], h: usize) -> Result<TrendLine, TooFewPoints> {
    let points = known_points(y, 3)?;
    let mut slopes = Vec::with_capacity(points.len() * (points.len() - 1) / 2);
    for (i, (t, v)) in points.iter().enumerate() {
        slopes.extend(points[i + 1..].iter().map(|(t2, v2)| (v2 - v) / (t2 - t)));
    }
    let slope = quantile::median(&slopes);
    let intercept = quantile::median(&points.iter().map(|(t, v)| v - slope * t).collect::<Vec<f64>>());
    Ok(carry_on(&points, intercept, slope, y.len(), h))
}

fn carry_on(points: &[(f64, f64)], intercept: f64, slope: f64, periods: usize, h: usize) -> TrendLine {
    let n = points.len() as f64;
    let (tm, _) = mean_point(points);
    let stt: f64 = points.iter().map(|(t, _)| (t - tm).powi(2)).sum();
    let sse: f64 = points.iter().map(|(t, v)| (v - intercept - slope * t).powi(2)).sum();
    let sigma = (sse / (n - 2.0)).sqrt();
    let ahead = (1..=h).map(|k| (periods + k) as f64);
    let se: Vec<f64> = ahead.clone().map(|t| sigma * (1.0 + 1.0 / n + (t - tm).powi(2) / stt).sqrt()).collect();
    let mean = ahead.map(|t| intercept + slope * t).collect();
    TrendLine {
        intercept,
        slope,
        sigma,
        forecast: SeriesForecast::from_errors(mean, se, ErrorShape::T(points.len() - 2)),
    }
}

fn mean_point(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n)
}

/// Mann-Kendall test of a monotone trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Rising pairs less falling pairs.
    pub s: f64,
    /// Variance of s without trend, corrected for ties.
    pub var: f64,
    /// Standard normal score with the continuity correction; 0 where s is 0.
    pub z: f64,
    /// Two-sided p-value by the normal approximation.
    pub p: f64,
    /// Kendall's tau-b; `None` where all values are equal.
    pub tau: Option<f64>,
}

/// Mann-Kendall trend test with ties. Needs 3 points.
///
/// ```
/// use headway_stats::forecast::mann_kendall;
/// // All ten pairs rise; the variance is 5 (4) 15 / 18.
/// let test = mann_kendall(&[50.0, 51.0, 53.0, 54.0, 58.0]).unwrap();
/// assert_eq!((test.s, test.tau), (10.0, Some(1.0)));
/// assert!((test.z - 9.0 / (50.0f64 / 3.0).sqrt()).abs() < 1e-12);
/// assert!((test.p - 0.0275).abs() < 5e-5);
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 3 known points.
pub fn mann_kendall(y: &[f64]) -> Result<MannKendall, TooFewPoints> {
    let mut values: Vec<f64> = known_points(y, 3)?.into_iter().map(|p| p.1).collect();
    let mut s = 0.0;
    for (i, v) in values.iter().enumerate() {
        for later in &values[i + 1..] {
            s += f64::from(i8::from(later > v) - i8::from(later < v));
        }
    }
    let n = values.len() as f64;
    values.sort_unstable_by(f64::total_cmp);
    let (mut tie_var, mut tied_pairs) = (0.0, 0.0);
    for tie in values.chunk_by(|a, b| a == b) {
        let m = tie.len() as f64;
        tie_var += m * (m - 1.0) * (2.0 * m + 5.0);
        tied_pairs += m * (m - 1.0) / 2.0;
    }
    let var = (n * (n - 1.0) * (2.0 * n + 5.0) - tie_var) / 18.0;
    let z = if s == 0.0 { 0.0 } else { (s - s.signum()) / var.sqrt() };
    let pairs = n * (n - 1.0) / 2.0;
    let tau = (tied_pairs < pairs).then(|| s / (pairs * (pairs - tied_pairs)).sqrt());
    Ok(MannKendall { s, var, z, p: normal::two_sided(z), tau })
}
