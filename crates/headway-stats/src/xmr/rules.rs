//! The four rules and which of them names a point.

use super::ControlLimits;

/// Points in a run or trend.
pub(super) const RUN: usize = 7;

/// The rule that names a point; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointLabel {
    /// No rule holds.
    CommonCause,
    /// Outside the upper limit.
    AboveLimit,
    /// Outside the lower limit.
    BelowLimit,
    /// In seven points that rise at each step.
    Rising,
    /// In seven points that fall at each step.
    Falling,
    /// Close to the upper limit, as two of three points in a row above the mean are.
    TwoOfThreeAbove,
    /// Close to the lower limit, as two of three points in a row below the mean are.
    TwoOfThreeBelow,
    /// In seven points above the mean.
    RunAbove,
    /// In seven points below the mean.
    RunBelow,
}

impl PointLabel {
    /// 1 for a high signal, -1 for a low one, 0 for none.
    ///
    /// ```
    /// use headway_stats::xmr::PointLabel;
    /// assert_eq!(PointLabel::RunAbove.side(), 1);
    /// assert_eq!(PointLabel::Falling.side(), -1);
    /// assert_eq!(PointLabel::CommonCause.side(), 0);
    /// ```
    pub fn side(self) -> i8 {
        match self {
            Self::CommonCause => 0,
            Self::AboveLimit | Self::Rising | Self::TwoOfThreeAbove | Self::RunAbove => 1,
            Self::BelowLimit | Self::Falling | Self::TwoOfThreeBelow | Self::RunBelow => -1,
        }
    }

    pub(super) fn outside_label(side: i8) -> Self {
        if side > 0 { Self::AboveLimit } else { Self::BelowLimit }
    }

    pub(super) fn trend_label(step: i8) -> Self {
        if step > 0 { Self::Rising } else { Self::Falling }
    }

    pub(super) fn two_of_three(side: i8) -> Self {
        if side > 0 { Self::TwoOfThreeAbove } else { Self::TwoOfThreeBelow }
    }

    pub(super) fn run_label(side: i8) -> Self {
        if side > 0 { Self::RunAbove } else { Self::RunBelow }
    }
}

/// Adds the labels of one segment. A missing value has no side and no step, so no run, trend or window spans it.
pub(super) fn add_labels(y: &[f64], limits: &ControlLimits, labels: &mut Vec<PointLabel>) {
    let sides: Vec<i8> = y.iter().map(|&v| limits.side_of_mean(v).unwrap_or(0)).collect();
    let steps: Vec<i8> = y.windows(2).map(|pair| step_sign(pair[0], pair[1])).collect();
    let close: Vec<bool> = y.iter().map(|&v| limits.is_close(v).unwrap_or(false)).collect();
    let trend = mark_runs(y.len(), &steps, RUN - 1, 1);
    let run = mark_runs(y.len(), &sides, RUN, 0);
    let two = two_of_three(&sides, &close);
    labels.extend((0..y.len()).map(|i| {
        if limits.is_outside(y[i]) == Some(true) {
            PointLabel::outside_label(sides[i])
        } else if trend[i] {
            // Between a rise and a fall the point belongs to the step that leads on within a trend.
            let onward = trend.get(i + 1) == Some(&true) && steps[i] != 0;
            PointLabel::trend_label(if onward { steps[i] } else { steps[i - 1] })
        } else if two[i] {
            PointLabel::two_of_three(sides[i])
        } else if run[i] {
            PointLabel::run_label(sides[i])
        } else {
            PointLabel::CommonCause
        }
    }));
}

pub(super) fn step_sign(from: f64, to: f64) -> i8 {
    i8::from(to > from) - i8::from(to < from)
}

/// Points covered by `length` equal signs in a row that are not zero; a sign covers `reach` points after its own place.
fn mark_runs(points: usize, signs: &[i8], length: usize, reach: usize) -> Vec<bool> {
    let mut marked = vec![false; points];
    for (start, window) in signs.windows(length).enumerate() {
        if window[0] != 0 && window.iter().all(|&s| s == window[0]) {
            marked[start..start + length + reach].fill(true);
        }
    }
    marked
}

fn two_of_three(sides: &[i8], close: &[bool]) -> Vec<bool> {
    let mut marked = vec![false; sides.len()];
    for start in 0..sides.len().saturating_sub(2) {
        let window = start..start + 3;
        let one_side = sides[start] != 0 && sides[window.clone()].iter().all(|&s| s == sides[start]);
        if one_side && close[window.clone()].iter().filter(|&&c| c).count() >= 2 {
            for i in window.filter(|&i| close[i]) {
                marked[i] = true;
            }
        }
    }
    marked
}
