//! How often results come, said in several ways that must agree.

use super::{Code, Findings, Severity};
use crate::plan::{Measure, cadence};

pub(super) fn check(measure: &Measure, place: &str, found: &mut Findings) {
    let stated = measure.cadence.as_deref();
    let months = stated.and_then(cadence::months);
    let (id, kind) = (&measure.id, measure.period.name());
    if let (Some(text), Some(every)) = (stated, measure.every)
        && let Some(said) = cadence::periods(text, measure.period)
        && said != i32::from(every.get())
    {
        let message = format!(
            "measure “{id}” has a result every {every} periods (every), but “{text}” (cadence) is every {said}: mend one of them"
        );
        let against = Some(format!("{place}.cadence"));
        found.add(Severity::Warning, Code::RhythmContradicts, format!("{place}.every"), against, message);
    }
    if let (Some(text), Some(months)) = (stated, months)
        && cadence::of_period(measure.period).is_some_and(|period| months % period != 0)
    {
        let message = format!(
            "results of measure “{id}” come “{text}”, which is no whole number of its periods ({kind}): mend the cadence, or \
             the kind of period"
        );
        found.warn(Code::RhythmContradicts, format!("{place}.cadence"), message);
    }
    off_the_rhythm(measure, place, found);
}

/// Points of a path for periods that, counted from the target's, have no result.
fn off_the_rhythm(measure: &Measure, place: &str, found: &mut Findings) {
    let Some(every) = measure.rhythm().filter(|every| *every > 1) else { return };
    for (j, target) in measure.targets.iter().enumerate() {
        let ordinal =
            |label: &crate::plan::PeriodLabel| label.resolve(measure.period).map(|period| period.ordinal).ok();
        let Some(end) = target.target.as_ref().and_then(|goal| ordinal(&goal.period)) else { continue };
        let off = |at: Option<i32>| at.is_some_and(|at| (end - at) % every != 0);
        let first = target.trajectory.iter().enumerate().find(|(_, point)| off(ordinal(&point.period)));
        if let Some((k, point)) = first {
            let message = format!(
                "measure “{}” has a result every {every} periods, but its path has a point for {}, which is none of those \
                 up to the target: mend the path, or how often results come",
                measure.id, point.period
            );
            found.warn(Code::RhythmContradicts, format!("{place}.targets[{j}].trajectory[{k}].period"), message);
        }
    }
}
