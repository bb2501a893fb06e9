//! Exponential smoothing of one series: level (SES), level and trend (Holt), and Theta.
//!
//! Source: Hyndman et al. (2008), innovations form; checked against R forecast 8.20 (`ses`, `holt`, `thetaf`).
//! The search starts, walks and stops as the reference's does. On 7-15 points the likelihood is nearly flat and its true
//! maximum often lies at absurd weights (alpha = beta = 1); the reference's start is a kind of prior.

use super::as_r::{minimize_bounded, nelder_mead};
use super::{ErrorShape, SeriesForecast, TooFewPoints, known_points, ols};

/// A fitted smoother with its forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoothedSeries {
    /// Weight of the newest value in the level.
    pub alpha: f64,
    /// Weight of the newest error in the trend, error-correction form; `None` without a trend. In the short-series
    /// form it is the weight of the newest step, as the reference reports it.
    pub beta: Option<f64>,
    /// Level and trend before the first period.
    pub start: [f64; 2],
    /// Level and trend after the last period.
    pub end: [f64; 2],
    /// Sum of squared one-step errors.
    pub sse: f64,
    /// Error variance: sse over the points less the parameters; over the points in the short-series form.
    pub sigma2: f64,
    /// -(n/2) ln sse, R's log likelihood up to a constant; `None` in the short-series form or where sse is 0.
    pub loglik: Option<f64>,
    /// The forecast.
    pub forecast: SeriesForecast,
}

/// Bounds of the weights, as in the reference.
const LEAST: f64 = 1e-4;
const MOST: f64 = 1.0 - 1e-4;

/// One pass of l' = l + b + alpha e, b' = b + beta e from `start`. Calls `each` with every known error.
/// A missing period has no error: the states just move on.
fn filter_series(y: &[f64], alpha: f64, beta: f64, start: [f64; 2], mut each: impl FnMut(f64)) -> [f64; 2] {
    let [mut level, mut trend] = start;
    for &value in y {
        level += trend;
        if value.is_finite() {
            let error = value - level;
            each(error);
            level += alpha * error;
            trend += beta * error;
        }
    }
    [level, trend]
}

fn sse(y: &[f64], alpha: f64, beta: f64, start: [f64; 2]) -> f64 {
    let mut sum = 0.0;
    filter_series(y, alpha, beta, start, |e| sum += e * e);
    sum
}

/// Mean squared one-step error, the search's target, with a bound at an impossible weight.
fn mse(y: &[f64], alpha: f64, beta: Option<f64>, start: [f64; 2]) -> f64 {
    let possible = (LEAST..=MOST).contains(&alpha) && beta.is_none_or(|b| (LEAST..=MOST.min(alpha)).contains(&b));
    if possible { sse(y, alpha, beta.unwrap_or(0.0), start) / y.len() as f64 } else { f64::INFINITY }
}

/// Where the reference starts its search for the weights: alpha, beta.
const FIRST_ALPHA: f64 = LEAST + 0.2 * (MOST - LEAST);
const FIRST_BETA: f64 = LEAST + 0.1 * (FIRST_ALPHA - LEAST);
/// The same in the short-series form, where the weights may be anything from 0 to 1.
const SHORT_ALPHA: f64 = 0.2;
const SHORT_BETA: f64 = 0.02;
/// The start states come from the first ten points.
const START_POINTS: usize = 10;

/// Simple exponential smoothing. With 6 points or fewer the level starts at the first value.
///
/// ```
/// use headway_stats::forecast::ses;
/// // A level of 50 that is 60 from the fourth year on: the newest value says it all.
/// let fit = ses(&[50.0, 50.0, 50.0, 60.0, 60.0, 60.0], 2).unwrap();
/// assert!(fit.alpha > 0.999 && (fit.forecast.mean[1] - 60.0).abs() < 0.01);
/// // Values that swing about 50 are smoothed away.
/// assert!(ses(&[50.0, 52.0, 48.0, 52.0, 48.0, 52.0], 1).unwrap().alpha < 0.001);
/// ```
///
/// # Errors
/// [`TooFewPoints`] without a known point.
pub fn ses(y: &[f64], h: usize) -> Result<SmoothedSeries, TooFewPoints> {
    let points = known_points(y, 1)?;
    if points.len() <= 6 {
        let start = [points[0].1, 0.0];
        let [alpha] = minimize_bounded([SHORT_ALPHA], |[alpha]| sse(y, alpha, 0.0, start));
        return Ok(finish_fit(y, points.len(), [alpha, 0.0], SmoothingForm::Short { trend: false }, start, h));
    }
    let first = &points[..points.len().min(START_POINTS)];
    let level = first.iter().map(|p| p.1).sum::<f64>() / first.len() as f64;
    let ([alpha, level], _) = nelder_mead([FIRST_ALPHA, level], |[a, l]| mse(y, a, None, [l, 0.0]));
    Ok(finish_fit(y, points.len(), [alpha, 0.0], SmoothingForm::Full { trend: false }, [level, 0.0], h))
}

/// Holt's linear trend. Needs 2 points; with 8 or fewer the reference leaves maximum likelihood for least squares from
/// the first value and the first step, and so does this.
///
/// ```
/// use headway_stats::forecast::holt;
/// // A straight line goes on.
/// let fit = holt(&[50.0, 52.0, 54.0, 56.0, 58.0], 2).unwrap();
/// assert!((fit.forecast.mean[0] - 60.0).abs() < 1e-9 && (fit.forecast.mean[1] - 62.0).abs() < 1e-9);
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 2 known points.
pub fn holt(y: &[f64], h: usize) -> Result<SmoothedSeries, TooFewPoints> {
    let points = known_points(y, 2)?;
    if points.len() <= 8 {
        let first = (points[1].1 - points[0].1) / (points[1].0 - points[0].0);
        let start = [points[0].1 - first * (points[0].0 - 1.0), first];
        let weights = minimize_bounded([SHORT_ALPHA, SHORT_BETA], |[a, b]| sse(y, a, a * b, start));
        return Ok(finish_fit(y, points.len(), weights, SmoothingForm::Short { trend: true }, start, h));
    }
    let until = points[points.len().min(START_POINTS) - 1].0 as usize;
    let line = ols(&y[..until], 1)?;
    let first = [FIRST_ALPHA, FIRST_BETA, line.intercept, line.slope];
    let ([alpha, beta, level, trend], _) = nelder_mead(first, |[a, b, l, t]| mse(y, a, Some(b), [l, t]));
    Ok(finish_fit(y, points.len(), [alpha, beta], SmoothingForm::Full { trend: true }, [level, trend], h))
}

/// Theta (Assimakopoulos & Nikolopoulos 2000): the SES level plus half the least squares slope.
///
/// mean_h = level + (slope / 2) (h - 1 + (1 - (1 - alpha)^n) / alpha), se_h = sigma sqrt(1 + (h - 1) alpha^2).
///
/// ```
/// use headway_stats::forecast::{ols, theta};
/// // One year ahead, by the formula above.
/// let y = [50.0, 53.0, 52.0, 55.0, 54.0, 57.0];
/// let fit = theta(&y, 1).unwrap();
/// let half = ols(&y, 1).unwrap().slope / 2.0;
/// let mean = fit.end[0] + half * (1.0 - (1.0 - fit.alpha).powi(6)) / fit.alpha;
/// assert!((fit.forecast.mean[0] - mean).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 2 known points.
pub fn theta(y: &[f64], h: usize) -> Result<SmoothedSeries, TooFewPoints> {
    let mut fit = ses(y, h)?;
    let half = ols(y, 1)?.slope / 2.0;
    // The limit of the bracket for alpha -> 0 is n.
    let lead =
        if fit.alpha > 0.0 { (1.0 - (1.0 - fit.alpha).powi(y.len() as i32)) / fit.alpha } else { y.len() as f64 };
    let f = &mut fit.forecast;
    for side in [&mut f.mean, &mut f.lo80, &mut f.hi80, &mut f.lo95, &mut f.hi95] {
        side.iter_mut().enumerate().for_each(|(i, value)| *value += half * (i as f64 + lead));
    }
    Ok(fit)
}

/// How a smoother was fitted.
#[derive(Debug, Clone, Copy)]
enum SmoothingForm {
    /// Weights and start states together.
    Full { trend: bool },
    /// Weights only, from the first value and step.
    Short { trend: bool },
}

fn finish_fit(
    y: &[f64],
    n: usize,
    [alpha, weight]: [f64; 2],
    form: SmoothingForm,
    start: [f64; 2],
    h: usize,
) -> SmoothedSeries {
    let (in_trend, freedom, trend) = match form {
        SmoothingForm::Full { trend } => (weight, n - if trend { 4 } else { 2 }, trend),
        SmoothingForm::Short { trend } => (alpha * weight, n, trend),
    };
    let sse = sse(y, alpha, in_trend, start);
    let sigma2 = sse / freedom as f64;
    let end = filter_series(y, alpha, in_trend, start, |_| ());
    let mean: Vec<f64> = (1..=h).map(|k| end[0] + k as f64 * end[1]).collect();
    // In the short-series form the reference puts the step weight where the error weight belongs, which makes the
    // interval wider than theory. Kept: the in-sample variance of so few points is far too small anyway.
    let mut variance = 1.0;
    let se: Vec<f64> = (1..=h)
        .map(|k| {
            let now = variance;
            variance += (alpha + weight * k as f64).powi(2);
            (sigma2 * now).sqrt()
        })
        .collect();
    let loglik = (matches!(form, SmoothingForm::Full { .. }) && sse > 0.0).then(|| -(n as f64) / 2.0 * sse.ln());
    let beta = trend.then_some(weight);
    SmoothedSeries {
        alpha,
        beta,
        start,
        end,
        sse,
        sigma2,
        loglik,
        forecast: SeriesForecast::from_errors(mean, se, ErrorShape::Normal),
    }
}
