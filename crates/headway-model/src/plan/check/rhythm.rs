//! How often results come, said in several ways that must agree.

use super::{FindingCode, FindingList, FindingSeverity};
use crate::plan::{Measure, PeriodLabel, Target, cadence};

pub(super) fn check_rhythm(measure: &Measure, place: &str, found: &mut FindingList) {
    let stated = measure.cadence.as_deref();
    let months = stated.and_then(cadence::months_between);
    let (id, kind) = (&measure.id, measure.period.name());
    if let (Some(text), Some(every)) = (stated, measure.every)
        && let Some(said) = cadence::periods_between(text, measure.period)
        && said != i32::from(every.get())
    {
        let message = format!(
            "measure “{id}” has a result every {every} periods (every), but “{text}” (cadence) is every {said}: mend one of them"
        );
        let against = Some(format!("{place}.cadence"));
        found.add_finding(
            FindingSeverity::Warning,
            FindingCode::RhythmContradicts,
            format!("{place}.every"),
            against,
            message,
        );
    }
    if let (Some(text), Some(months)) = (stated, months)
        && cadence::of_period(measure.period).is_some_and(|period| months % period != 0)
    {
        let message = format!(
            "results of measure “{id}” come “{text}”, which is no whole number of its periods ({kind}): mend the cadence, or \
             the kind of period"
        );
        found.add_warning(FindingCode::RhythmContradicts, format!("{place}.cadence"), message);
    }
    too_seldom(measure, place, found);
    off_the_rhythm(measure, place, found);
}

/// Years from one result to the next from which it is asked about: a census comes every ten.
const LONGEST_WAIT: i32 = 10;

/// A result that comes once in a generation: a figure was typed wrong.
fn too_seldom(measure: &Measure, place: &str, found: &mut FindingList) {
    let Some((every, months)) = measure.result_rhythm().zip(cadence::of_period(measure.period)) else { return };
    if every.saturating_mul(months) > 12 * LONGEST_WAIT {
        let message = format!(
            "results of measure “{}” would come once in {every} periods ({}), which is more than {LONGEST_WAIT} years: mend how \
             often they come",
            measure.id,
            measure.period.name()
        );
        let field = if measure.every.is_some() { "every" } else { "cadence" };
        found.add_warning(FindingCode::TooSeldom, format!("{place}.{field}"), message);
    }
}

/// Baselines and points of a path for periods that, counted from the target's, have no result; and targets of one place, group and
/// grade that can't all have one.
fn off_the_rhythm(measure: &Measure, place: &str, found: &mut FindingList) {
    let Some(every) = measure.result_rhythm().filter(|every| *every > 1) else { return };
    let ordinal = |label: &PeriodLabel| label.to_period(measure.period).map(|period| period.ordinal).ok();
    let goal = |target: &Target| ordinal(&target.target.as_ref()?.period);
    let id = &measure.id;
    for (j, target) in measure.targets.iter().enumerate() {
        let place = |j: usize| format!("{place}.targets[{j}]");
        let Some(end) = goal(target) else { continue };
        let off = |at: Option<i32>| at.is_some_and(|at| (end - at) % every != 0);
        let of_same = |it: &Target| it.place == target.place && it.group == target.group && it.grade == target.grade;
        let first = measure.targets.iter().position(|it| of_same(it) && goal(it).is_some()).unwrap_or(j);
        let mut tell = |at: String, against: String, message: String| {
            found.add_finding(FindingSeverity::Warning, FindingCode::RhythmContradicts, at, Some(against), message);
        };
        let end_period = target.target.as_ref().map_or_else(String::new, |goal| goal.period.to_string());
        if let Some(start) = target.baseline.as_ref().filter(|it| off(ordinal(&it.period))) {
            let message = format!(
                "measure “{id}” has a result every {every} periods, but its target is for {end_period}, which is none of those \
                 counted from the baseline ({}): mend the target's period, or how often results come",
                start.period
            );
            tell(format!("{}.target.period", place(j)), format!("{}.baseline.period", place(j)), message);
        } else if off(goal(&measure.targets[first])) {
            let message = format!(
                "measure “{id}” has a result every {every} periods, so it can't have one for {end_period} and for another of its \
                 targets: mend a target's period, or how often results come"
            );
            tell(format!("{}.target.period", place(j)), format!("{}.target.period", place(first)), message);
        }
        let first = target.trajectory.iter().enumerate().find(|(_, point)| off(ordinal(&point.period)));
        if let Some((k, point)) = first {
            let message = format!(
                "measure “{id}” has a result every {every} periods, but its path has a point for {}, which is none of those up to \
                 the target: mend the path, or how often results come",
                point.period
            );
            tell(format!("{}.trajectory[{k}].period", place(j)), format!("{}.target.period", place(j)), message);
        }
    }
}
