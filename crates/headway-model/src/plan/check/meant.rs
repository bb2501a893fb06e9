//! Figures that agree with everything else in the plan and can hardly be meant.

use super::{FindingCode, FindingList};
use crate::Direction;
use crate::plan::{Measure, Target};

pub(super) fn check_meaning(measure: &Measure, place: &str, found: &mut FindingList) {
    check_fractions(measure, place, found);
    for (j, target) in measure.targets.iter().enumerate() {
        kept_by_nothing(measure, target, place, j, found);
    }
}

/// Percents that are all written as fractions: from 0.4 to 0.6, where 45 % is measured. Small percents there are as well (of
/// expelled students); bounds say that they are meant.
fn check_fractions(measure: &Measure, place: &str, found: &mut FindingList) {
    if measure.unit.as_deref() != Some("percent") || measure.bounds.is_some_and(|[_, highest]| highest > 1.0) {
        return;
    }
    let figures: Vec<f64> = measure.targets.iter().flat_map(target_figures).collect();
    let some = figures.iter().filter(|x| **x > 0.0).count();
    if some < 2 || !figures.iter().all(|x| (0.0..=1.0).contains(x)) {
        return;
    }
    let (lowest, highest) = figures.iter().fold((f64::INFINITY, 0.0_f64), |(lo, hi), x| (lo.min(*x), hi.max(*x)));
    let message = format!(
        "measure “{}” is in percent, and its figures run from {lowest} to {highest}: write 40 for 40 %. If less than 1 % is meant, say so \
         by its bounds, such as [0, 5]",
        measure.id
    );
    found.add_warning(FindingCode::FractionsOfPercent, format!("{place}.targets"), message);
}

fn target_figures(target: &Target) -> Vec<f64> {
    let base = target.baseline.as_ref().and_then(|baseline| baseline.value);
    let goal = target.target.iter().flat_map(|goal| [goal.value, goal.lo, goal.hi]).flatten();
    let path = target.trajectory.iter().map(|point| point.value);
    base.into_iter().chain(goal).chain(path).collect()
}

/// A single figure to maintain that nothing but itself keeps: 59.9 would be moving away from 60. At the end of what can be, as
/// 100 % or 0, that is meant.
fn kept_by_nothing(measure: &Measure, target: &Target, place: &str, j: usize, found: &mut FindingList) {
    let is_exact = measure.direction == Some(Direction::Maintain) && measure.tolerance.is_none_or(|it| it == 0.0);
    let Some(value) = target.target.as_ref().and_then(|goal| goal.value).filter(|_| is_exact) else { return };
    let ends = measure.bounds.unwrap_or([0.0, if measure.unit.as_deref() == Some("percent") { 100.0 } else { 0.0 }]);
    if ends.contains(&value) {
        return;
    }
    let message = format!(
        "measure “{}” is to be kept at {value} and has no tolerance, so that every other result is moving away: give the measure a \
         `tolerance`, or the target a band (`lo` and `hi`)",
        measure.id
    );
    found.add_warning(FindingCode::KeptByNothing, format!("{place}.targets[{j}].target.value"), message);
}
