//! Mean and limits of one segment, without allocation.

use crate::sum::{CompensatedSum, mean_finite};

/// Process limits stand this many mean moving ranges from the mean (3 / 1.128).
const WIDTH: f64 = 2.66;
/// Near limits stand two thirds of the way.
const NEAR: f64 = 2.0 * (WIDTH / 3.0);
/// A moving range this many times their mean is out of its own limit (D4 for pairs).
const SCREEN: f64 = 3.267;

/// Mean and limits, in the units of the values. NaN where there are none: no value, or no moving range above zero.
#[derive(Clone, Copy, Debug)]
pub struct ControlLimits {
    /// Mean of the values the limits are fixed on.
    pub mean: f64,
    /// Lower process limit.
    pub lpl: f64,
    /// Upper process limit.
    pub upl: f64,
    /// Lower near limit.
    pub near_lpl: f64,
    /// Upper near limit.
    pub near_upl: f64,
}

impl ControlLimits {
    /// Limits of one segment from its first `fix_after` values (all where `None`).
    pub(super) fn from_segment(segment: &[f64], fix_after: Option<usize>, screen: bool) -> Self {
        let fixed = &segment[..fix_after.map_or(segment.len(), |n| n.min(segment.len()))];
        let mean = mean_finite(fixed.iter().copied()).unwrap_or(f64::NAN);
        let range = mean_range(fixed, screen).unwrap_or(f64::NAN);
        Self {
            mean,
            lpl: mean - WIDTH * range,
            upl: mean + WIDTH * range,
            near_lpl: mean - NEAR * range,
            near_upl: mean + NEAR * range,
        }
    }

    /// Are there limits?
    ///
    /// ```
    /// use headway_stats::xmr::judge_latest;
    /// // Two points have a moving range, one has none.
    /// assert!(judge_latest(&[10.0, 12.0], None, true).unwrap().limits.is_known());
    /// assert!(!judge_latest(&[10.0], None, true).unwrap().limits.is_known());
    /// ```
    pub fn is_known(&self) -> bool {
        self.upl.is_finite()
    }

    pub(super) fn is_outside(&self, y: f64) -> Option<bool> {
        (self.is_known() && y.is_finite()).then_some(y > self.upl || y < self.lpl)
    }

    pub(super) fn is_close(&self, y: f64) -> Option<bool> {
        let outside = self.is_outside(y)?;
        Some(!outside && (y < self.near_lpl || y > self.near_upl))
    }

    pub(super) fn side_of_mean(&self, y: f64) -> Option<i8> {
        (self.mean.is_finite() && y.is_finite()).then(|| if y > self.mean { 1 } else { -i8::from(y < self.mean) })
    }
}

fn moving_ranges(y: &[f64]) -> impl Iterator<Item = f64> + '_ {
    y.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|range| range.is_finite())
}

/// Mean moving range, screened once; `None` where no range is above zero.
fn mean_range(y: &[f64], screen: bool) -> Option<f64> {
    let all = mean_finite(moving_ranges(y)).filter(|&mean| mean > 0.0)?;
    if !screen {
        return Some(all);
    }
    let limit = SCREEN * all;
    let mut sum = CompensatedSum::default();
    let mut kept = 0;
    for range in moving_ranges(y).filter(|&range| range < limit) {
        sum.add_term(range);
        kept += 1;
    }
    // The smallest range is never above the mean of all, so one at least is kept.
    assert!(kept > 0, "screening must keep a range");
    let screened = sum.mean(kept);
    // A constant series with one jump keeps only zeros: limits of no width would flag every point.
    Some(if screened > 0.0 { screened } else { all })
}
