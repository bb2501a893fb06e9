//! Forecasts of short yearly series, the odds that a target is reached, and the check of both by rolling origin.
//!
//! A missing period is `NaN` everywhere in this module: it moves no state, counts in no error, and time still passes.

mod as_r;
pub mod backtest;
mod line;
pub mod panel;
mod simple;
mod smooth;

pub use backtest::{BacktestScore, ForecastMethod, run_backtest};
pub use line::{MannKendall, TrendLine, mann_kendall, ols, theil_sen};
pub use panel::TargetSide;
pub use simple::{drift, meanf, naive};
pub use smooth::{SmoothedSeries, holt, ses, theta};

use crate::normal;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Forecasts for the periods 1..=h after the last period given, in the unit of the series, with central 80 and 95 %
/// prediction intervals. All five have length h.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeriesForecast {
    /// Point forecast.
    pub mean: Vec<f64>,
    /// Lower end of the 80 % interval.
    pub lo80: Vec<f64>,
    /// Upper end of the 80 % interval.
    pub hi80: Vec<f64>,
    /// Lower end of the 95 % interval.
    pub lo95: Vec<f64>,
    /// Upper end of the 95 % interval.
    pub hi95: Vec<f64>,
    se: Vec<f64>,
    shape: ErrorShape,
}

/// The series has fewer known points than the method needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFewPoints {
    /// Known points the method needs.
    pub needs: usize,
    /// Known points the series has.
    pub has: usize,
}

impl std::fmt::Display for TooFewPoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "needs {} points, has {}", self.needs, self.has)
    }
}

impl std::error::Error for TooFewPoints {}

impl SeriesForecast {
    /// Central intervals from a standard error per step and a distribution of the standardized error.
    fn from_errors(mean: Vec<f64>, se: Vec<f64>, shape: ErrorShape) -> SeriesForecast {
        let (q80, q95) = (shape.quantile(0.9), shape.quantile(0.975));
        let shifted = |q: f64| mean.iter().zip(&se).map(|(m, s)| m + q * s).collect::<Vec<f64>>();
        SeriesForecast {
            lo80: shifted(-q80),
            hi80: shifted(q80),
            lo95: shifted(-q95),
            hi95: shifted(q95),
            mean,
            se,
            shape,
        }
    }

    /// Chance that the value `steps` periods ahead (from 1) reaches `target`, by the method's own distribution.
    ///
    /// ```
    /// use headway_stats::forecast::{TargetSide, naive};
    /// // The last value is 54; steps of 2 in the mean square. 56 is one standard error away, and 16 % lie beyond that.
    /// let forecast = naive(&[50.0, 52.0, 54.0], 1).unwrap();
    /// assert!((forecast.chance_of_target(1, 56.0, TargetSide::AtOrAbove) - 0.1587).abs() < 5e-5);
    /// assert!((forecast.chance_of_target(1, 56.0, TargetSide::AtOrBelow) - 0.8413).abs() < 5e-5);
    /// ```
    #[must_use]
    pub fn chance_of_target(&self, steps: usize, target: f64, reached: TargetSide) -> f64 {
        let (mean, se) = (self.mean[steps - 1], self.se[steps - 1]);
        if se == 0.0 || target.is_infinite() {
            return f64::from(u8::from(reached.is_reached_by(mean, target)));
        }
        self.shape.chance_above(reached.sign() * (target - mean) / se)
    }
}

/// Distribution of a standardized forecast error.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum ErrorShape {
    #[default]
    Normal,
    /// Student's t with these degrees of freedom.
    T(usize),
}

impl ErrorShape {
    /// NaN without a degree of freedom.
    fn quantile(self, p: f64) -> f64 {
        match self {
            ErrorShape::T(0) => f64::NAN,
            ErrorShape::Normal => normal::quantile(p),
            ErrorShape::T(df) => {
                StudentsT::new(0.0, 1.0, df as f64).expect("degrees of freedom are positive here").inverse_cdf(p)
            }
        }
    }
}

impl ErrorShape {
    /// Chance of a standardized error above z.
    fn chance_above(self, z: f64) -> f64 {
        match self {
            ErrorShape::Normal => normal::cdf(-z),
            ErrorShape::T(df) => {
                let one_side = normal::two_sided_t(z, df as f64) / 2.0;
                if z > 0.0 { one_side } else { 1.0 - one_side }
            }
        }
    }
}

/// What one series alone can say where there is no panel: Theta, its intervals by Student's t on n - 2 degrees of
/// freedom and widened by a fifth, since in-sample errors of so few points are too small. Needs 5 points.
///
/// ```
/// use headway_stats::forecast::{TooFewPoints, forecast_alone, theta};
/// let y = [61.0, 64.0, 62.0, 66.0, 65.0];
/// let (alone, plain) = (forecast_alone(&y, 1).unwrap(), theta(&y, 1).unwrap().forecast);
/// assert_eq!(alone.mean, plain.mean);
/// // Wider by a fifth and by t on 3 degrees of freedom: 3.182 beside the normal's 1.960.
/// let wider = (alone.hi95[0] - alone.lo95[0]) / (plain.hi95[0] - plain.lo95[0]);
/// assert!((wider - 1.2 * 3.182 / 1.960).abs() < 1e-3);
/// assert_eq!(forecast_alone(&y[1..], 1), Err(TooFewPoints { needs: 5, has: 4 }));
/// ```
///
/// # Errors
/// [`TooFewPoints`] with fewer than 5 known points.
pub fn forecast_alone(y: &[f64], h: usize) -> Result<SeriesForecast, TooFewPoints> {
    let points = known_points(y, panel::LEAST_POINTS)?.len();
    let SeriesForecast { mean, se, .. } = theta(y, h)?.forecast;
    Ok(SeriesForecast::from_errors(mean, se.iter().map(|s| 1.2 * s).collect(), ErrorShape::T(points - 2)))
}

/// The known points as (period 1..=n, value), or why there are too few.
fn known_points(y: &[f64], needs: usize) -> Result<Vec<(f64, f64)>, TooFewPoints> {
    let points: Vec<(f64, f64)> =
        y.iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(i, v)| ((i + 1) as f64, *v)).collect();
    if points.len() < needs { Err(TooFewPoints { needs, has: points.len() }) } else { Ok(points) }
}
