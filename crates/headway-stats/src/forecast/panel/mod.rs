//! Forecasts and odds for many short series of one measure at once (method `panel-damped-trend`).
//!
//! What one series of 5-15 points cannot tell, its panel can: how fast noise should be smoothed away, how much of a
//! change all series share, how far past forecasts missed. [`Panel::fit`] learns these shared figures (from a sample
//! where the panel is huge); [`FittedPanel::forecast_target`] then reads one series after another, in any order
//! and on any number of threads, without allocating.

mod alone;
mod apply;
mod cases;
mod filter;
mod fit;
mod history;
mod lesson;
mod noise;
mod scale;
mod spread;
mod together;
mod trust;
mod whole;

pub use alone::{ALONE, ALONE_VERSION};
pub use apply::{ForecastGoal, PeriodForecast, SeriesOutlook, TargetChance};
pub use cases::CaseSteps;
pub use fit::{FittedPanel, PanelParameters};
pub use scale::TargetSide;
pub use whole::{NoWhole, ShiftedSeries, WHOLE, WHOLE_VERSION};

use super::TooFewPoints;

/// Name of the method.
pub const METHOD: &str = "panel-damped-trend";
/// Version of the method.
pub const VERSION: &str = "4";
/// Series a panel needs; below, forecast each alone.
pub const LEAST_SERIES: usize = 30;
/// Known points a series needs for a probability.
pub const LEAST_POINTS: usize = 5;

/// Many series over the same periods, one row a series.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'a> {
    /// Periods of every series; the last is the one forecasts start from.
    pub periods: usize,
    /// Values, row after row; `NaN` is a missing period. Values outside the bounds are taken as missing.
    pub values: &'a [f64],
    /// Cases behind each value (the denominator of a rate), same shape; `NaN` where not known. `None`: none is known.
    pub counts: Option<&'a [f64]>,
    /// True where a value cannot be compared with those before it, same shape. `None`: no breaks.
    pub breaks: Option<&'a [bool]>,
    /// Least and greatest possible value. With both, values are smoothed on the arcsine scale.
    pub bounds: (Option<f64>, Option<f64>),
    /// What reaching a target means.
    pub reached: TargetSide,
}

/// One row of a panel.
#[derive(Debug, Clone, Copy)]
pub struct PanelRow<'a> {
    /// Values, `NaN` where missing.
    pub values: &'a [f64],
    /// Cases behind each value.
    pub counts: Option<&'a [f64]>,
    /// Where a value cannot be compared with those before it.
    pub breaks: Option<&'a [bool]>,
}

/// Why a panel cannot be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPanel {
    /// Fewer than [`LEAST_SERIES`] series have [`LEAST_POINTS`] points; holds how many have.
    TooFewSeries(usize),
    /// Fewer than [`LEAST_POINTS`] periods.
    TooFewPeriods(usize),
}

impl std::fmt::Display for NoPanel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoPanel::TooFewSeries(n) => {
                write!(f, "{n} series have {LEAST_POINTS} points or more; a panel needs {LEAST_SERIES}")
            }
            NoPanel::TooFewPeriods(n) => write!(f, "{n} periods; a panel needs {LEAST_POINTS}"),
        }
    }
}

impl std::error::Error for NoPanel {}

impl<'a> Panel<'a> {
    /// Number of series.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{Panel, TargetSide};
    /// let (counts, breaks, reached) = (None, None, TargetSide::AtOrAbove);
    /// // Two series of three periods.
    /// let values = [50.0, 52.0, 54.0, 70.0, f64::NAN, 72.0];
    /// let panel = Panel { periods: 3, values: &values, counts, breaks, bounds: (None, None), reached };
    /// assert_eq!((panel.len(), panel.is_empty()), (2, false));
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.periods).unwrap_or(0)
    }

    /// Whether it has no series.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{Panel, TargetSide};
    /// let (counts, breaks, reached) = (None, None, TargetSide::AtOrAbove);
    /// let panel = Panel { periods: 3, values: &[], counts, breaks, bounds: (None, None), reached };
    /// assert!(panel.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One series.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{Panel, TargetSide};
    /// let (counts, breaks, reached) = (None, None, TargetSide::AtOrAbove);
    /// let values = [50.0, 52.0, 54.0, 70.0, 71.0, 72.0];
    /// let panel = Panel { periods: 3, values: &values, counts, breaks, bounds: (None, None), reached };
    /// assert_eq!(panel.series(1).values, [70.0, 71.0, 72.0]);
    /// ```
    #[must_use]
    pub fn series(&self, row: usize) -> PanelRow<'a> {
        let range = row * self.periods..(row + 1) * self.periods;
        PanelRow {
            values: &self.values[range.clone()],
            counts: self.counts.map(|counts| &counts[range.clone()]),
            breaks: self.breaks.map(|breaks| &breaks[range.clone()]),
        }
    }

    fn check_shape(&self) {
        assert_eq!(self.values.len(), self.len() * self.periods, "every series has every period");
        assert!(self.counts.is_none_or(|c| c.len() == self.values.len()), "every value has a count");
        assert!(self.breaks.is_none_or(|b| b.len() == self.values.len()), "every value has a break mark");
    }
}

impl PanelRow<'_> {
    /// Known points in all, and since the last break.
    fn count_known(&self) -> (usize, usize) {
        let (mut all, mut since) = (0, 0);
        for (t, value) in self.values.iter().enumerate() {
            if self.breaks.is_some_and(|breaks| breaks[t]) {
                since = 0;
            }
            if value.is_finite() {
                all += 1;
                since += 1;
            }
        }
        (all, since)
    }

    /// The newest count known.
    fn newest_count(&self) -> Option<f64> {
        self.counts.and_then(|counts| counts.iter().rev().find(|n| **n > 0.0).copied())
    }

    /// Whether there are points enough for a probability: [`LEAST_POINTS`] in all, two of them since the last break.
    ///
    /// ```
    /// use headway_stats::forecast::TooFewPoints;
    /// use headway_stats::forecast::panel::PanelRow;
    /// let row = |breaks| PanelRow { values: &[50.0, 52.0, 51.0, 53.0, 54.0], counts: None, breaks };
    /// assert_eq!(row(None).check_enough(), Ok(()));
    /// // A break before the last period leaves one point to compare it with: itself.
    /// let broken = row(Some(&[false, false, false, false, true]));
    /// assert_eq!(broken.check_enough(), Err(TooFewPoints { needs: 2, has: 1 }));
    /// ```
    ///
    /// # Errors
    /// [`TooFewPoints`] if not.
    pub fn check_enough(&self) -> Result<(), TooFewPoints> {
        let (all, since) = self.count_known();
        if all < LEAST_POINTS {
            Err(TooFewPoints { needs: LEAST_POINTS, has: all })
        } else if since < 2 {
            Err(TooFewPoints { needs: 2, has: since })
        } else {
            Ok(())
        }
    }
}
