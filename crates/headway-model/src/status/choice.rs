//! Which target holds: for whom, and as of when.

use jiff::civil::Date;

use crate::plan::{Measure, Target};
use crate::{Level, PeriodError};

/// The targets of `measure` that hold for one place, group and grade, in the plan's order. Targets that name the place itself
/// replace those that name its level.
pub fn applicable<'a>(measure: &'a Measure, place: &str, level: Level, group: &str, grade: &str) -> Vec<&'a Target> {
    let of_place = |unit: &str| {
        let matching = |t: &&Target| t.unit == unit && t.group == group && t.grade == grade;
        measure.targets.iter().filter(matching).collect::<Vec<_>>()
    };
    let own = of_place(place);
    if own.is_empty() { of_place(level.id()) } else { own }
}

/// Whether `target` is in force on `as_of`. A revised target ends on a day and is kept.
pub fn in_force(target: &Target, as_of: Date) -> bool {
    target.valid_from.is_none_or(|from| from <= as_of) && target.valid_to.is_none_or(|to| as_of <= to)
}

/// Of the targets in force, the one to judge by: the nearest whose period is that of the latest result or later; when all lie
/// before it, the last. Of several for one period the one in force since later, then the one written later.
pub(super) fn choose<'a>(
    measure: &Measure,
    targets: &[&'a Target],
    as_of: Date,
    latest: Option<i32>,
) -> Result<Option<&'a Target>, PeriodError> {
    let mut best: Option<(i32, &Target)> = None;
    for &target in targets.iter().filter(|t| in_force(t, as_of)) {
        let Some(goal) = &target.target else { continue };
        let period = goal.period.resolve(measure.period)?.ordinal;
        let ahead = |p: i32| latest.is_none_or(|l| p >= l);
        let better = best.is_none_or(|(q, held)| match (ahead(period), ahead(q)) {
            (true, false) => true,
            (false, true) => false,
            _ if period == q => target.valid_from >= held.valid_from,
            (true, true) => period < q,
            (false, false) => period > q,
        });
        if better {
            best = Some((period, target));
        }
    }
    Ok(best.map(|(_, target)| target))
}
