//! The judgement of the last point alone, without allocation: what a pass over a million series asks for.

use super::rules::{RUN, step_sign};
use super::{ControlLimits, PointLabel};

/// Limits of the last segment and what they say of its last point.
#[derive(Clone, Copy, Debug)]
pub struct LatestPoint {
    /// Mean and limits of the segment.
    pub limits: ControlLimits,
    /// Which rule marks the last point.
    pub label: PointLabel,
}

/// The last point of `segment` (the values since the last rebase, in order; not finite is missing), judged by the same
/// rules as [`super::xmr_chart`]: its label is that of the chart's last point. `None` for an empty segment.
/// `fix_after` is not checked here: [`super::xmr_chart`] refuses fewer than 12.
///
/// ```
/// use headway_stats::xmr::{PointLabel, judge_latest};
/// // The mean is 12 and the mean moving range (1 + 1 + 1 + 1 + 1 + 1 + 14) / 7 = 2.86: 14 is screened out, 1 stays.
/// let latest = judge_latest(&[10.0, 11.0, 10.0, 11.0, 10.0, 11.0, 10.0, 24.0], None, true).unwrap();
/// assert!((latest.limits.mean - 12.125).abs() < 1e-12);
/// assert!((latest.limits.upl - (12.125 + 2.66)).abs() < 1e-12);
/// assert_eq!(latest.label, PointLabel::AboveLimit);
/// ```
pub fn judge_latest(segment: &[f64], fix_after: Option<usize>, screen: bool) -> Option<LatestPoint> {
    let &y = segment.last()?;
    let limits = ControlLimits::from_segment(segment, fix_after, screen);
    Some(LatestPoint { limits, label: label_latest(segment, y, &limits) })
}

fn label_latest(segment: &[f64], y: f64, limits: &ControlLimits) -> PointLabel {
    let Some(side) = limits.side_of_mean(y) else { return PointLabel::CommonCause };
    if limits.is_outside(y) == Some(true) {
        return PointLabel::outside_label(side);
    }
    if let Some(seven) = segment.last_chunk::<RUN>() {
        let rise = step_sign(seven[0], seven[1]);
        if rise != 0 && seven.windows(2).all(|pair| step_sign(pair[0], pair[1]) == rise) {
            return PointLabel::trend_label(rise);
        }
    }
    if side == 0 {
        return PointLabel::CommonCause;
    }
    let with = |v: &f64| limits.side_of_mean(*v) == Some(side);
    let close = |v: &f64| limits.is_close(*v) == Some(true);
    if let Some(three) = segment.last_chunk::<3>()
        && close(&y)
        && three.iter().all(with)
        && three.iter().filter(|v| close(v)).count() >= 2
    {
        return PointLabel::two_of_three(side);
    }
    match segment.last_chunk::<RUN>() {
        Some(seven) if seven.iter().all(with) => PointLabel::run_label(side),
        _ => PointLabel::CommonCause,
    }
}
