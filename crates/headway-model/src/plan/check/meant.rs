//! Figures that agree with everything else in the plan and can hardly be meant.

use super::{FindingCode, FindingList};
use crate::Direction;
use crate::plan::{Measure, Target};

pub(super) fn check_meaning(measure: &Measure, place: &str, found: &mut FindingList) {
    check_fractions(measure, place, found);
    for (j, target) in measure.targets.iter().enumerate() {
        check_scale(measure, target, &format!("{place}.targets[{j}]"), found);
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

/// One figure on another scale than the others of its target: 0.5 beside 70. Of two the smaller is told. A percent of 1 or less is
/// taken for a fraction where a hundred times it is near the others; counts may well grow a hundredfold.
fn check_scale(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    let percent = measure.unit.as_deref() == Some("percent");
    if measure.unit.as_deref() == Some("count")
        || (percent && measure.bounds.is_some_and(|[_, highest]| highest <= 1.0))
    {
        return;
    }
    let mut figures: Vec<(f64, String)> = figures_at(target).into_iter().filter(|(value, _)| *value > 0.0).collect();
    if figures.len() == 2 {
        figures.sort_by(|a, b| a.0.total_cmp(&b.0));
        figures.dedup_by(|a, b| a.0 == b.0);
    }
    let apart = |at: usize| {
        let (value, _) = figures[at];
        let mut others = figures.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, (other, _))| *other);
        let power = if percent { 2.0 } else { (others.clone().next()? / value).log10().round() };
        let near = if percent { TWICE } else { NEAR };
        let is_scale = (percent && value <= 1.0) || (!percent && [2.0, 3.0, 6.0].contains(&f64::abs(power)));
        let all = is_scale && others.all(|other| ((other / value).log10() - power).abs() <= near);
        all.then_some(at)
    };
    let Some(at) = (0..figures.len()).filter(|_| figures.len() > 1).find_map(apart) else { return };
    let (value, path) = &figures[at];
    let beside = figures[usize::from(at == 0)].0;
    let message = format!(
        "{value} is on another scale than the {beside} beside it in a target of measure “{}”: write both on the measure's scale",
        measure.id
    );
    found.add_warning(FindingCode::OtherScale, format!("{place}.{path}"), message);
}

/// How far figures on two scales may lie from a power of ten, as a decimal logarithm: of percents twice or half, of others from 0.7
/// to 1.4 times.
const TWICE: f64 = 0.302;
const NEAR: f64 = 0.15;

/// The figures of a target, each with its place in it.
fn figures_at(target: &Target) -> Vec<(f64, String)> {
    let base = target.baseline.as_ref().and_then(|it| it.value).map(|value| (value, "baseline.value".to_owned()));
    let goal = target.target.iter().flat_map(|goal| [(goal.value, "value"), (goal.lo, "lo"), (goal.hi, "hi")]);
    let goal = goal.filter_map(|(value, field)| Some((value?, format!("target.{field}"))));
    let path = target.trajectory.iter().enumerate().map(|(k, it)| (it.value, format!("trajectory[{k}].value")));
    base.into_iter().chain(path).chain(goal).collect()
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
