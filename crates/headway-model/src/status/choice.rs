//! Which target holds: for whom, and as of when.

use jiff::civil::Date;

use crate::plan::{Measure, Target};
use crate::{Level, PeriodError};

/// The targets of `measure` for one place, group and grade, in the plan's order, those not in force with them. Targets that
/// name the place itself replace those that name its level for as long as one of them is in force.
pub fn applicable_targets<'a>(
    measure: &'a Measure,
    place: &str,
    level: Level,
    group: &str,
    grade: &str,
    as_of: Date,
) -> Vec<&'a Target> {
    let here: Vec<&Target> = measure.targets.iter().filter(|t| t.group == group && t.grade == grade).collect();
    let own = |t: &&Target| t.place == place;
    let replaced = here.iter().any(|t| own(t) && in_force(t, as_of));
    here.into_iter().filter(|t| own(t) || (!replaced && t.place == level.id())).collect()
}

/// Whether `target` is in force on `as_of`. A revised target ends on a day and is kept.
pub fn in_force(target: &Target, as_of: Date) -> bool {
    target.valid_from.is_none_or(|from| from <= as_of) && target.valid_to.is_none_or(|to| as_of <= to)
}

/// Of the targets in force, the one to judge by: one with a figure before one without; then the nearest whose period is that
/// of the latest result or later, and when all lie before it the last; of several for one period the one in force since later,
/// then the one written later.
pub(super) fn choose_target<'a>(
    measure: &Measure,
    targets: &[&'a Target],
    as_of: Date,
    latest: Option<i32>,
) -> Result<Option<&'a Target>, PeriodError> {
    let mut ranked = Vec::new();
    for &target in targets.iter().filter(|t| in_force(t, as_of)) {
        let Some(goal) = &target.target else { continue };
        let period = goal.period.to_period(measure.period)?.ordinal;
        let ahead = latest.is_none_or(|l| period >= l);
        let near = if ahead { -period } else { period };
        ranked.push(((goal.has_figure(), ahead, near, target.valid_from), target));
    }
    Ok(ranked.into_iter().max_by_key(|(rank, _)| *rank).map(|(_, target)| target))
}
