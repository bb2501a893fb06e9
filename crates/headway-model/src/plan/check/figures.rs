//! Figures: bounds, bands, parts, groups, and which target is in force.

use std::collections::HashSet;

use super::{FindingCode, FindingList, FindingSeverity, list_ids};
use crate::plan::{Break, Goal, Measure, PeriodLabel, Target};
use crate::{Direction, LARGEST_FIGURE, StudentGroup, breaks_between};

/// Share of what is to be maintained by which a baseline is far from it, where no wider band is given.
const FAR_OFF: f64 = 0.05;

pub(super) fn check_figures(measure: &Measure, place: &str, found: &mut FindingList) {
    check_limits(measure, place, found);
    for (j, target) in measure.targets.iter().enumerate() {
        let place = format!("{place}.targets[{j}]");
        if let Some(word) = StudentGroup::unknown_words(&target.group).next() {
            let message = match StudentGroup::from_spelling(word) {
                Some(group) => format!("“{word}” is no group code: {} is “{}”", group.name, group.code),
                None => format!("“{word}” is no standing group code: data must use the same word for it"),
            };
            found.add_warning(FindingCode::UnknownGroup, format!("{place}.group"), message);
        }
        match &target.target {
            Some(goal) => goal_shape(measure, goal, &format!("{place}.target"), found),
            None => {
                let message =
                    format!("a target of measure “{}” has no figure: say what is promised, and by when", measure.id);
                found.add_warning(FindingCode::NoFigure, format!("{place}.target"), message);
            }
        }
        check_bridge(measure, target, &place, found);
        check_bounds(measure, target, &place, found);
        whole_way(measure, target, &place, found);
        check_maintained(measure, target, &place, found);
    }
    two_in_force(measure, place, found);
}

/// Tolerance and natural bounds of the measure itself.
fn check_limits(measure: &Measure, place: &str, found: &mut FindingList) {
    let id = &measure.id;
    let percent = ["%", "pct", "percents", "percentage", "per cent"];
    if let Some(unit) = measure.unit.as_deref().filter(|unit| percent.contains(&unit.trim().to_lowercase().as_str())) {
        let message = format!("the unit “{unit}” of measure “{id}” is not read as percent: write `percent`");
        found.add_error(FindingCode::BadUnit, format!("{place}.unit"), message);
    }
    if let Some(tolerance) = measure.tolerance.filter(|it| !(0.0..=LARGEST_FIGURE).contains(it)) {
        let message = format!(
            "a tolerance of {tolerance} for measure “{id}” can't be kept: say how far below the path is still near, from 0 on"
        );
        found.add_error(FindingCode::BadTolerance, format!("{place}.tolerance"), message);
    }
    for value in measure.bounds.into_iter().flatten().filter(|value| value.is_finite() && !is_figure(*value)) {
        found.add_error(FindingCode::OutOfBounds, format!("{place}.bounds"), too_large(value));
    }
    if let Some([lo, hi]) = measure.bounds.filter(|[lo, hi]| lo.is_nan() || hi.is_nan() || lo >= hi) {
        let message =
            format!("the bounds of measure “{id}” run from {lo} to {hi}, so no value can be: swap or mend them");
        found.add_error(FindingCode::BoundsReversed, format!("{place}.bounds"), message);
    }
}

/// A baseline that was recomputed has a figure.
fn check_bridge(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    let Some(baseline) = target.baseline.as_ref().filter(|it| it.bridged) else { return };
    if !has_break_between(measure, target, &baseline.period) {
        let message = format!(
            "a baseline of measure “{}” is called recomputed, but the plan has no break between it ({}) and its target: mark \
             the break in `breaks`, or leave `bridged` out",
            measure.id, baseline.period
        );
        found.add_warning(FindingCode::BridgeWithoutBreak, format!("{place}.baseline.bridged"), message);
    }
    if baseline.value.is_none() {
        let message = format!(
            "a baseline of measure “{}` is called recomputed and has no value: results of before the break can't be compared; \
             give the recomputed `value`, or leave `bridged` out",
            measure.id
        );
        found.add_warning(FindingCode::NoFigure, format!("{place}.baseline.bridged"), message);
    }
}

/// Whether the plan has a break between a baseline and its target; true where a period can't be read.
fn has_break_between(measure: &Measure, target: &Target, baseline: &PeriodLabel) -> bool {
    let ordinal = |label: &PeriodLabel| label.to_period(measure.period).map(|period| period.ordinal).ok();
    let (Some(goal), Some(from)) = (&target.target, ordinal(baseline)) else { return true };
    let Some(to) = ordinal(&goal.period) else { return true };
    let marks = measure.breaks.iter().filter(|mark| mark.kind == Break::Break);
    marks.map(|mark| ordinal(&mark.period)).any(|first| first.is_none_or(|first| breaks_between(&first, &from, &to)))
}

/// What is to be maintained is there at the baseline, or near.
fn check_maintained(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    if measure.direction != Some(Direction::Maintain) {
        return;
    }
    let (Some(from), Some(goal)) = (target.baseline.as_ref().and_then(|it| it.value), &target.target) else { return };
    let band = |value: f64| (value - measure.tolerance.unwrap_or(0.0), value + measure.tolerance.unwrap_or(0.0));
    let (lo, hi) = match (goal.value, goal.lo, goal.hi) {
        (Some(value), ..) => band(value),
        (None, Some(lo), Some(hi)) => (lo, hi),
        _ => return,
    };
    let off = (lo - from).max(from - hi);
    if off > (hi - lo).max(FAR_OFF * f64::midpoint(lo, hi).abs()) {
        let message = format!(
            "measure “{}” is to be maintained, but its baseline ({from}) lies far from its target ({}): mend the figures, or say \
             increase or decrease",
            measure.id,
            goal.value.map_or_else(|| format!("{lo} to {hi}"), |value| value.to_string())
        );
        let against = Some(format!("{place}.target"));
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::BaselineOffTarget,
            format!("{place}.baseline.value"),
            against,
            message,
        );
    }
}

/// A tolerance as wide as the way itself: who stays at the baseline would be near to the end.
fn whole_way(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    let Some(tolerance) = measure.tolerance.filter(|_| measure.direction != Some(Direction::Maintain)) else { return };
    let (Some(from), Some(goal)) = (target.baseline.as_ref().and_then(|it| it.value), &target.target) else { return };
    let nearest = match (goal.value, goal.lo, goal.hi) {
        (Some(value), ..) => value,
        (None, Some(lo), _) if from < lo => lo,
        (None, _, Some(hi)) if from > hi => hi,
        _ => return,
    };
    let way = (nearest - from).abs();
    if way > 0.0 && tolerance >= way * (1.0 - 1e-12) {
        let message = format!(
            "the tolerance of measure “{}” ({tolerance}) takes in the whole way from {from} to {nearest}, so that a result at the \
             baseline is near the path to the last: make it smaller than a year's progress",
            measure.id
        );
        let against = Some(format!("{place}.target"));
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::ToleranceTooWide,
            format!("{place}.baseline.value"),
            against,
            message,
        );
    }
}

/// A goal is one thing: a value, a band, parts, or setting a baseline.
fn goal_shape(measure: &Measure, goal: &Goal, place: &str, found: &mut FindingList) {
    let id = &measure.id;
    let band = goal.lo.is_some() || goal.hi.is_some();
    let kinds = [goal.value.is_some(), band, !goal.parts.is_empty(), goal.set_baseline];
    match kinds.iter().filter(|it| **it).count() {
        0 => {
            let message = format!("a target of measure “{id}” has no figure: say what is promised for {}", goal.period);
            found.add_warning(FindingCode::NoFigure, place, message);
        }
        1 => {}
        _ => {
            let message = format!(
                "a target of measure “{id}” is more than one of value, band, parts and setting a baseline: keep one"
            );
            found.add_error(FindingCode::GoalAmbiguous, place, message);
        }
    }
    if let (Some(lo), Some(hi)) = (goal.lo, goal.hi)
        && lo > hi
    {
        let message = format!("the band of measure “{id}” runs from {lo} to {hi}, so no value keeps it: swap the two");
        found.add_error(FindingCode::BandReversed, format!("{place}.lo"), message);
    }
    if goal.lo.is_some() != goal.hi.is_some() && goal.value.is_none() {
        let (edge, other) = if goal.lo.is_some() { ("lo", "highest value (hi)") } else { ("hi", "lowest value (lo)") };
        let message = format!(
            "the band of measure “{id}” has no {other}, so it is a limit on one side: give both edges, or a value"
        );
        found.add_warning(FindingCode::BandOpen, format!("{place}.{edge}"), message);
    }
    check_parts(measure, goal, place, found);
}

/// Every part of a compound measure is promised once, and no other.
fn check_parts(measure: &Measure, goal: &Goal, place: &str, found: &mut FindingList) {
    if goal.parts.is_empty() {
        if !measure.parts.is_empty() && (goal.value.is_some() || goal.lo.is_some() || goal.hi.is_some()) {
            let message = format!("measure “{}” has parts, but its target names none: promise each part", measure.id);
            found.add_error(FindingCode::PartsIncomplete, format!("{place}.parts"), message);
        }
        return;
    }
    let mut named = HashSet::new();
    for (k, goal) in goal.parts.iter().enumerate() {
        let place = format!("{place}.parts[{k}].part");
        if !measure.parts.iter().any(|it| it.id == goal.part) {
            let known = list_ids(measure.parts.iter().map(|it| it.id.as_str()));
            let message = format!(
                "measure “{}” has no part “{}” (it has: {known}): add it, or name another",
                measure.id, goal.part
            );
            found.add_error(FindingCode::UnknownReference, place, message);
        } else if !named.insert(goal.part.as_str()) {
            let message = format!("part “{}” is promised twice in one target: keep one figure", goal.part);
            found.add_error(FindingCode::PartsIncomplete, place, message);
        }
    }
    let missing: Vec<&str> = measure.parts.iter().map(|it| it.id.as_str()).filter(|id| !named.contains(id)).collect();
    if !missing.is_empty() {
        let message =
            format!("the target of measure “{}” promises nothing for {}", measure.id, list_ids(missing.into_iter()));
        found.add_error(FindingCode::PartsIncomplete, format!("{place}.parts"), message);
    }
}

/// Lowest and highest value that can be: the measure's own, else what its unit says.
fn natural_bounds(unit: Option<&str>, own: Option<[f64; 2]>) -> Option<(f64, f64)> {
    const NEVER_NEGATIVE: [&str; 10] =
        ["count", "rate", "currency", "days", "weeks", "months", "hours", "minutes", "seconds", "percentile"];
    match (own, unit) {
        (Some([lo, hi]), _) => Some((lo, hi)),
        (None, Some("percent")) => Some((0.0, 100.0)),
        (None, Some(unit)) if NEVER_NEGATIVE.contains(&unit) => Some((0.0, f64::INFINITY)),
        _ => None,
    }
}

fn check_bounds(measure: &Measure, target: &Target, place: &str, found: &mut FindingList) {
    let mut figures: Vec<(f64, String, Option<&str>)> = Vec::new();
    let unit = measure.unit.as_deref();
    if let Some(value) = target.baseline.as_ref().and_then(|it| it.value) {
        figures.push((value, format!("{place}.baseline.value"), unit));
    }
    if let Some(goal) = &target.target {
        for (value, field) in [(goal.value, "value"), (goal.lo, "lo"), (goal.hi, "hi")] {
            figures.extend(value.map(|value| (value, format!("{place}.target.{field}"), unit)));
        }
        for (k, part) in goal.parts.iter().enumerate() {
            let own = measure.parts.iter().find(|it| it.id == part.part).and_then(|it| it.unit.as_deref());
            figures.push((part.value, format!("{place}.target.parts[{k}].value"), own.or(unit)));
        }
    }
    let points = target.trajectory.iter().enumerate();
    figures.extend(points.map(|(k, point)| (point.value, format!("{place}.trajectory[{k}].value"), unit)));
    for (value, place, unit) in figures {
        if !is_figure(value) {
            found.add_error(FindingCode::OutOfBounds, place, too_large(value));
            continue;
        }
        // The measure's own bounds speak of its own unit, not of a part's.
        let own = measure.bounds.filter(|[lo, hi]| lo < hi && unit == measure.unit.as_deref());
        if let Some((lo, hi)) = natural_bounds(unit, own)
            && !(lo..=hi).contains(&value)
        {
            let range = if hi.is_infinite() { format!("under {lo}") } else { format!("outside {lo} to {hi}") };
            let message =
                format!("{value} is {range}, which measure “{}” ({}) can't be", measure.id, unit.unwrap_or("no unit"));
            found.add_warning(FindingCode::OutOfBounds, place, message);
        }
    }
}

/// Whether it is a number that can be computed with.
fn is_figure(value: f64) -> bool {
    value.abs() <= LARGEST_FIGURE
}

fn too_large(value: f64) -> String {
    format!("{value:e} is no figure to compute with: the largest is {LARGEST_FIGURE:e}. Mend it")
}

/// Promises for one place, group and grade at the same time: nobody can say which one is to be kept. One finding for each such
/// place, group and grade, and one more where two are for the same period.
fn two_in_force(measure: &Measure, place: &str, found: &mut FindingList) {
    let apart = |a: &Target, b: &Target| matches!((a.valid_to, b.valid_from), (Some(to), Some(from)) if to < from);
    let at_once = |a: &Target, b: &Target| !apart(a, b) && !apart(b, a);
    let period = |j: usize| measure.targets[j].target.as_ref().map(|goal| goal.period.0.clone());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (j, target) in measure.targets.iter().enumerate() {
        let key = |it: &Target| (it.place.clone(), it.group.clone(), it.grade.clone());
        match groups.iter_mut().find(|group| key(&measure.targets[group[0]]) == key(target)) {
            Some(group) => group.push(j),
            None => groups.push(vec![j]),
        }
    }
    for group in groups {
        let with = |test: &dyn Fn(usize, usize) -> bool| -> Vec<usize> {
            let meets = |&j: &usize| {
                group.iter().any(|&k| k != j && at_once(&measure.targets[j], &measure.targets[k]) && test(j, k))
            };
            group.iter().copied().filter(meets).collect()
        };
        let mut same = with(&|j, k| period(j) == period(k));
        while let Some(&first) = same.first() {
            let (of_one, others): (Vec<usize>, Vec<usize>) =
                same.into_iter().partition(|&j| period(j) == period(first));
            told_at_once(measure, place, &of_one, FindingSeverity::Error, "end the validity of all but one", found);
            same = others;
        }
        let differ = with(&|j, k| period(j) != period(k));
        let advice = "make the nearer ones points of the trajectory, or end their validity";
        told_at_once(measure, place, &differ, FindingSeverity::Warning, advice, found);
    }
}

/// One finding about targets that are in force at once, each named by its place and its period.
fn told_at_once(
    measure: &Measure,
    place: &str,
    targets: &[usize],
    severity: FindingSeverity,
    advice: &str,
    found: &mut FindingList,
) {
    let [first, second, ..] = targets else { return };
    let one = &measure.targets[*first];
    let period = |j: usize| measure.targets[j].target.as_ref().map_or("no figure".to_owned(), |it| it.period.0.clone());
    let named: Vec<String> = targets.iter().map(|&j| format!("targets[{j}] ({})", period(j))).collect();
    let message = format!(
        "{} targets of measure “{}” for {}, group “{}”, grade “{}” are in force at once, {}: {advice}",
        if targets.len() == 2 { "two".to_owned() } else { targets.len().to_string() },
        measure.id,
        one.place,
        one.group,
        one.grade,
        named.join(", ")
    );
    let at = |j: &usize| format!("{place}.targets[{j}]");
    found.add_finding(severity, FindingCode::TwoInForce, at(second), Some(at(first)), message);
}
