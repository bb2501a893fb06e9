//! The forecasts that ask nothing of a series: the last value, the last value with the mean step, the mean.
//! Source: R package forecast 8.20 (`naive`, `rwf(drift = TRUE)`, `meanf`).

use super::{ErrorShape, SeriesForecast, TooFewPoints, known_points};

/// The last known value, for ever; error variance grows by the mean squared step. From one point there is no interval
/// (NaN).
///
/// ```
/// use headway_stats::forecast::naive;
/// // Steps of 3 and -1: their mean square is 5, so two years ahead the standard error is sqrt(10).
/// let forecast = naive(&[50.0, 53.0, 52.0], 2).unwrap();
/// assert_eq!(forecast.mean, [52.0, 52.0]);
/// assert!((forecast.hi95[1] - (52.0 + 1.96 * 10f64.sqrt())).abs() < 1e-3);
/// ```
///
/// # Errors
/// [`TooFewPoints`] without a known point.
pub fn naive(y: &[f64], h: usize) -> Result<SeriesForecast, TooFewPoints> {
    let points = known_points(y, 1)?;
    let (last_t, last) = points[points.len() - 1];
    let late = y.len() as f64 - last_t;
    // A step over a gap of g periods has g times the variance of one step.
    let squares: f64 = points.windows(2).map(|w| (w[1].1 - w[0].1).powi(2) / (w[1].0 - w[0].0)).sum();
    let sigma2 = squares / (points.len() - 1) as f64;
    let se: Vec<f64> = (1..=h).map(|k| (sigma2 * (k as f64 + late)).sqrt()).collect();
    Ok(SeriesForecast::from_errors(vec![last; h], se, ErrorShape::Normal))
}

/// The last known value plus the mean step; the step's own uncertainty counts. From two points there is no interval
/// (NaN).
///
/// ```
/// use headway_stats::forecast::drift;
/// // From 50 to 56 in three steps: 2 a year.
/// assert_eq!(drift(&[50.0, 53.0, 52.0, 56.0], 2).unwrap().mean, [58.0, 60.0]);
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 2 known points.
pub fn drift(y: &[f64], h: usize) -> Result<SeriesForecast, TooFewPoints> {
    let points = known_points(y, 2)?;
    let (first, last) = (points[0], points[points.len() - 1]);
    let late = y.len() as f64 - last.0;
    let step = (last.1 - first.1) / (last.0 - first.0);
    let squares: f64 = points
        .windows(2)
        .map(|w| {
            let gap = w[1].0 - w[0].0;
            (w[1].1 - w[0].1 - gap * step).powi(2) / gap
        })
        .sum();
    // As the reference counts: a step of exactly 0 is none that had to be estimated.
    let estimated = usize::from(step != 0.0);
    let sigma2 = squares / (points.len() - 1 - estimated) as f64;
    // The step's own variance, from the usual degrees of freedom.
    let step2 = squares / (points.len() - 2) as f64 / (last.0 - first.0);
    let ahead = (1..=h).map(|k| k as f64 + late);
    let se: Vec<f64> = ahead.clone().map(|k| (sigma2 * k + step2 * k * k).sqrt()).collect();
    Ok(SeriesForecast::from_errors(ahead.map(|k| last.1 + k * step).collect(), se, ErrorShape::Normal))
}

/// The mean of the known points, with t intervals on n - 1 degrees of freedom; from one point there is none (NaN).
///
/// ```
/// use headway_stats::forecast::meanf;
/// // A mean of 52 and a variance of 4: 52 +- 4.303 (t on 2 degrees of freedom) sqrt(4 (1 + 1/3)).
/// let forecast = meanf(&[50.0, 52.0, 54.0], 1).unwrap();
/// assert_eq!(forecast.mean, [52.0]);
/// assert!((forecast.hi95[0] - (52.0 + 4.303 * (16.0f64 / 3.0).sqrt())).abs() < 1e-2);
/// ```
///
/// # Errors
/// [`TooFewPoints`] without a known point.
pub fn meanf(y: &[f64], h: usize) -> Result<SeriesForecast, TooFewPoints> {
    let points = known_points(y, 1)?;
    let n = points.len() as f64;
    let mean = points.iter().map(|p| p.1).sum::<f64>() / n;
    let s2 = points.iter().map(|p| (p.1 - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let se = vec![(s2 * (1.0 + 1.0 / n)).sqrt(); h];
    Ok(SeriesForecast::from_errors(vec![mean; h], se, ErrorShape::T(points.len() - 1)))
}
