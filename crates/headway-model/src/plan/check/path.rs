//! From baseline to target: which way, over which periods, through which points.

use super::{FindingCode, FindingList, FindingSeverity};
use crate::plan::{Measure, PeriodLabel, Target};
use crate::{Direction, Period};

pub(super) fn check_path(measure: &Measure, place: &str, found: &mut FindingList) {
    if measure.direction.is_none() {
        let message = format!(
            "measure “{}” does not say which way is better: give it direction increase, decrease or maintain",
            measure.id
        );
        found.add_error(FindingCode::DirectionMissing, format!("{place}.direction"), message);
    }
    for (k, it) in measure.breaks.iter().enumerate() {
        resolve_period(measure, &it.period, format!("{place}.breaks[{k}].period"), found);
    }
    for (j, target) in measure.targets.iter().enumerate() {
        let place = format!("{place}.targets[{j}]");
        let series = PathFigures::for_target(measure, target, &place, found);
        check_order(measure, &series, &place, found);
        check_gaps(measure, &series, &place, found);
        if let Some(direction) = measure.direction.filter(|it| *it != Direction::Maintain) {
            check_promise(measure, direction, &series, &place, found);
            check_steps(measure, direction, &series, &place, found);
        }
    }
}

/// A period and its value, with its place in the plan.
struct PathFigure {
    period: Period,
    value: Option<f64>,
    place: String,
}

/// Baseline, path and goal of one target, as far as their periods are periods.
struct PathFigures {
    baseline: Option<PathFigure>,
    path: Vec<PathFigure>,
    goal: Option<PathFigure>,
}

impl PathFigures {
    fn for_target(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) -> Self {
        let mut point = |label: &PeriodLabel, value: Option<f64>, place: String| {
            let period = resolve_period(measure, label, format!("{place}.period"), found)?;
            Some(PathFigure { period, value, place })
        };
        Self {
            baseline: target.baseline.as_ref().and_then(|it| point(&it.period, it.value, format!("{place}.baseline"))),
            path: (target.trajectory.iter().enumerate())
                .filter_map(|(k, it)| point(&it.period, Some(it.value), format!("{place}.trajectory[{k}]")))
                .collect(),
            goal: target.target.as_ref().and_then(|it| point(&it.period, it.value, format!("{place}.target"))),
        }
    }
}

fn resolve_period(measure: &Measure, label: &PeriodLabel, place: String, found: &mut FindingList) -> Option<Period> {
    match label.to_period(measure.period) {
        Ok(period) => {
            let is_code = label.0.len() == 4;
            if let Some(meant) = period.two_year_code().filter(|_| is_code) {
                let message = format!(
                    "measure “{}”: {} is read as {period}; if {meant} is meant, write it so",
                    measure.id, label
                );
                found.add_warning(FindingCode::AnotherCentury, place, message);
            }
            Some(period)
        }
        Err(error) => {
            found.add_error(FindingCode::BadPeriod, place, format!("measure “{}”: {error}", measure.id));
            None
        }
    }
}

fn check_order(measure: &Measure, series: &PathFigures, place: &str, found: &mut FindingList) {
    let id = &measure.id;
    if let (Some(baseline), Some(goal)) = (&series.baseline, &series.goal)
        && baseline.period >= goal.period
    {
        let message = format!(
            "the baseline of measure “{id}” ({}) is not before its target ({}): there is no time to get there",
            baseline.period, goal.period
        );
        let against = Some(format!("{}.period", goal.place));
        // A baseline of the target's own period is a promise to stay; one after it promises nothing.
        let severity = if baseline.period > goal.period { FindingSeverity::Error } else { FindingSeverity::Warning };
        found.add_finding(
            severity,
            FindingCode::BaselineNotBeforeTarget,
            format!("{place}.baseline.period"),
            against,
            message,
        );
    }
    for pair in series.path.windows(2).filter(|pair| pair[1].period <= pair[0].period) {
        let message = format!(
            "the path of measure “{id}” goes from {} to {}: put each period once, in order",
            pair[0].period, pair[1].period
        );
        found.add_warning(FindingCode::PathOutOfOrder, format!("{}.period", pair[1].place), message);
    }
    for point in &series.path {
        if let Some(baseline) = series.baseline.as_ref().filter(|it| point.period <= it.period) {
            let message = format!(
                "a point of the path of measure “{id}” ({}) is not after the baseline ({})",
                point.period, baseline.period
            );
            found.add_warning(FindingCode::PathOutside, format!("{}.period", point.place), message);
        }
        // The target may be repeated as the path's last point.
        let beyond = |goal: &&PathFigure| {
            point.period > goal.period
                || (point.period == goal.period && goal.value.is_some() && point.value != goal.value)
        };
        if let Some(goal) = series.goal.as_ref().filter(beyond) {
            let message = format!(
                "a point of the path of measure “{id}” ({}) contradicts the target's period or value ({})",
                point.period, goal.period
            );
            found.add_warning(FindingCode::PathOutside, format!("{}.period", point.place), message);
        }
    }
}

/// Where targets come every year (or every other year), the years that are left out.
fn check_gaps(measure: &Measure, series: &PathFigures, place: &str, found: &mut FindingList) {
    let mut promised: Vec<i32> = series.path.iter().chain(&series.goal).map(|it| it.period.ordinal).collect();
    promised.sort_unstable();
    promised.dedup();
    // Two points are no series yet: three show how often a target is set.
    if promised.len() < 3 {
        return;
    }
    let steps: Vec<i32> = promised.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let count = |step: i32| steps.iter().filter(|it| **it == step).count();
    let usual = *steps.iter().max_by_key(|step| (count(**step), -**step)).expect("three points have two steps");
    let start = series.baseline.iter().map(|it| it.period.ordinal).filter(|it| *it < promised[0]);
    let known: Vec<i32> = start.chain(promised.iter().copied()).collect();
    for pair in known.windows(2).filter(|pair| pair[1] - pair[0] > usual) {
        let left_out: Vec<String> = (1..)
            .map(|n| pair[0] + n * usual)
            .take_while(|ordinal| *ordinal < pair[1])
            .map(|ordinal| Period { kind: measure.period, ordinal }.to_string())
            .collect();
        let message = format!(
            "measure “{}” has targets for every {} but none for {}: set one, or say that the path is straight there",
            measure.id,
            if usual == 1 { measure.period.name().to_owned() } else { format!("{usual} periods") },
            left_out.join(", ")
        );
        found.add_warning(FindingCode::YearsWithoutTarget, format!("{place}.trajectory"), message);
    }
}

/// The target lies on the better side of the baseline.
fn check_promise(measure: &Measure, direction: Direction, series: &PathFigures, place: &str, found: &mut FindingList) {
    let (Some(baseline), Some(goal), Some(sign)) = (&series.baseline, &series.goal, direction.sign()) else { return };
    let (Some(from), Some(to)) = (baseline.value, goal.value) else { return };
    let ahead = sign * (to - from);
    if ahead > 0.0 {
        return;
    }
    let against = Some(format!("{place}.baseline.value"));
    // The path moves as the target does, so it is the direction that is the wrong way round.
    let path_agrees = series.path.iter().filter_map(|it| it.value).any(|value| sign * (value - from) < 0.0);
    let id = &measure.id;
    if ahead < 0.0 && path_agrees {
        let message = format!(
            "direction of measure “{id}” is {}, but it is to go from {from} to {to}: turn the direction round, or mend the figures",
            direction_word(direction)
        );
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::DirectionOpposed,
            format!("{}.direction", parent_place(place)),
            against,
            message,
        );
    } else {
        let message = format!(
            "the target of measure “{id}” ({to}) is already reached at the baseline ({from}) with direction {}: mend the figures or the direction",
            direction_word(direction)
        );
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::PassedAtBaseline,
            format!("{}.value", goal.place),
            against,
            message,
        );
    }
}

/// No step of the path goes against the direction, and none passes the target before its time.
fn check_steps(measure: &Measure, direction: Direction, series: &PathFigures, place: &str, found: &mut FindingList) {
    let Some(sign) = direction.sign() else { return };
    let value = |point: &Option<PathFigure>| point.as_ref().and_then(|it| it.value);
    let (from, to) = (value(&series.baseline), value(&series.goal));
    if let (Some(from), Some(to)) = (from, to)
        && sign * (to - from) <= 0.0
    {
        return; // said once, by `promise`
    }
    let mut before = from;
    for point in &series.path {
        let Some(here) = point.value else { continue };
        if let Some(earlier) = before.filter(|it| sign * (here - it) < 0.0) {
            let message = format!(
                "the path of measure “{}” goes from {earlier} to {here} in {}, against its direction {}",
                measure.id,
                point.period,
                direction_word(direction)
            );
            let code = if Some(earlier) == from { FindingCode::DirectionOpposed } else { FindingCode::PathOutOfOrder };
            found.add_finding(
                FindingSeverity::Warning,
                code,
                format!("{}.value", point.place),
                Some(format!("{}.direction", parent_place(place))),
                message,
            );
        }
        if let Some(to) = to.filter(|to| sign * (here - to) > 0.0) {
            let message =
                format!("the path of measure “{}” passes the target {to} in {}, with {here}", measure.id, point.period);
            found.add_warning(FindingCode::PathOutside, format!("{}.value", point.place), message);
        }
        before = Some(here);
    }
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Increase => "increase",
        Direction::Decrease => "decrease",
        Direction::Maintain => "maintain",
    }
}

/// `measures[3]` of `measures[3].targets[0]`.
fn parent_place(place: &str) -> &str {
    place.rsplit_once('.').map_or(place, |(parent, _)| parent)
}
