//! What a value must be to reach a target where values move in steps: of 30 students 81 % is reached by 25, never by 24.

use super::{PanelRow, TargetSide};

/// Rounding in a count that was made of a percentage.
const NEXT_TO: f64 = 1e-6;
/// Half a step of values whose own steps are not known, as a share of the range: half of one decimal of a percentage.
const HALF_STEP: f64 = 0.0005;
/// Roundings in which shares are published, as shares of the range: not at all, whole percents, one decimal, two. The
/// coarsest that holds for all values is theirs.
const ROUNDED: [f64; 4] = [0.0, 0.01, 0.001, 0.0001];

/// How the values of a series move between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseSteps {
    bounds: Option<(f64, f64)>,
    /// Cases of the newest value, and the rounding in which shares of them are published; `None` where values are no
    /// shares of whole cases, or none are known.
    of: Option<(f64, f64)>,
}

impl CaseSteps {
    /// Read from a series: its values are shares of its counts where each is, but for rounding, a whole number of cases.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{CaseSteps, PanelRow, TargetSide};
    /// let percent = (Some(0.0), Some(100.0));
    /// let series = PanelRow { values: &[80.0, 90.0], counts: Some(&[30.0, 30.0]), breaks: None };
    /// let steps = CaseSteps::from_series(&series, percent);
    /// // 24 and 27 of 30 students; 25 are needed for 83 %. Without the counts, figures move by one decimal.
    /// assert!((steps.target_bar(83.0, TargetSide::AtOrAbove) - 100.0 * 24.5 / 30.0).abs() < 1e-9);
    /// let plain = CaseSteps::from_series(&PanelRow { counts: None, ..series }, percent);
    /// assert!((plain.target_bar(83.0, TargetSide::AtOrAbove) - 82.95).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn from_series(series: &PanelRow<'_>, bounds: (Option<f64>, Option<f64>)) -> CaseSteps {
        let bounds = bounds.0.zip(bounds.1);
        let shares = |rounding: &f64| bounds.is_some_and(|bounds| are_shares(series, bounds, *rounding));
        let of = series.newest_count().and_then(|n| Some((n, ROUNDED.into_iter().find(shares)?)));
        CaseSteps { bounds, of }
    }

    /// The value from which a target counts as reached by a forecast on a continuous scale. With cases: half a case short
    /// of the least count whose share, as it is published, reaches the target. Without: half of one decimal short of the
    /// target. Infinite where no value between the bounds reaches it, or where all do. Without two bounds: the target.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{CaseSteps, PanelRow, TargetSide};
    /// let series = PanelRow { values: &[80.0, 90.0], counts: Some(&[30.0, 30.0]), breaks: None };
    /// let steps = CaseSteps::from_series(&series, (Some(0.0), Some(100.0)));
    /// // Of 30 students 81 % is reached by 25, at most 81 % by 24; 101 % is never reached.
    /// assert!((steps.target_bar(81.0, TargetSide::AtOrAbove) - 100.0 * 24.5 / 30.0).abs() < 1e-9);
    /// assert!((steps.target_bar(81.0, TargetSide::AtOrBelow) - 100.0 * 24.5 / 30.0).abs() < 1e-9);
    /// assert_eq!(steps.target_bar(101.0, TargetSide::AtOrAbove), f64::INFINITY);
    /// ```
    #[must_use]
    pub fn target_bar(self, target: f64, reached: TargetSide) -> f64 {
        let Some((lo, hi)) = self.bounds else { return target };
        let sign = reached.sign();
        let share = (target - lo) / (hi - lo);
        // From below, everything is mirrored.
        let bar = match self.of {
            Some((n, rounding)) => (least_whole(n * published_share(sign * share, rounding)) - 0.5) * sign / n,
            None => share - sign * HALF_STEP,
        };
        let (never, always) = match reached {
            TargetSide::AtOrAbove => (target > hi, bar < 0.0 || target < lo),
            TargetSide::AtOrBelow => (target < lo, bar > 1.0 || target > hi),
        };
        if never {
            sign * f64::INFINITY
        } else if always {
            -sign * f64::INFINITY
        } else {
            lo + (hi - lo) * bar
        }
    }
}

/// The least whole number that is not under a figure, but for rounding.
fn least_whole(figure: f64) -> f64 {
    (figure - NEXT_TO).ceil()
}

/// The share from which one that is published in such steps is at the target or above.
fn published_share(target: f64, rounding: f64) -> f64 {
    if rounding > 0.0 { (least_whole(target / rounding) - 0.5) * rounding } else { target }
}

/// Whether every value with a count is a whole number of cases, rounded so.
fn are_shares(series: &PanelRow<'_>, (lo, hi): (f64, f64), rounding: f64) -> bool {
    let Some(counts) = series.counts else { return false };
    let mut known = std::iter::zip(series.values, counts).filter(|(v, n)| v.is_finite() && **n > 0.0).peekable();
    known.peek().is_some()
        && known.all(|(value, n)| {
            let share = (value - lo) / (hi - lo);
            let whole = |figure: f64, within: f64| (figure - figure.round()).abs() <= within;
            let in_step = rounding == 0.0 || whole(share / rounding, 1e-4);
            in_step && whole(n * share, n * rounding / 2.0 + NEXT_TO)
        })
}
