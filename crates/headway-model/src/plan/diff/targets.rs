//! Promises from one edition to the next, place by place and group by group.

use super::{ChangeSubject, PlanChange, fields, words};
use crate::plan::{Measure, Target};
use crate::{GradeCode, GroupCode};

pub(super) fn diff_targets(was: &Measure, is: &Measure, changes: &mut Vec<PlanChange>) {
    for key in target_keys(was, is) {
        let of = |measure: &Measure| -> Vec<Target> {
            measure.targets.iter().filter(|it| key_of(it) == key).cloned().collect()
        };
        let (before, after) = (of(was), of(is));
        let gone: Vec<&Target> =
            before.iter().filter(|it| !after.iter().any(|other| is_same_promise(it, other))).collect();
        let new: Vec<&Target> =
            after.iter().filter(|it| !before.iter().any(|other| is_same_promise(it, other))).collect();
        // A revised target is kept, with an end to its validity: the new one takes over from it.
        let kept = before.iter().rfind(|it| after.iter().any(|other| is_same_promise(it, other)));
        for i in 0..gone.len().max(new.len()) {
            let from = gone.get(i).copied().or_else(|| kept.filter(|_| gone.is_empty()));
            let boxed = |target: Option<&Target>| target.cloned().map(Box::new);
            let (from, to) = (boxed(from), boxed(new.get(i).copied()));
            if let (Some(from), Some(to)) = (&from, &to)
                && !gone.is_empty()
            {
                diff_target_details(is, from, to, changes);
            }
            changes.push(PlanChange::Retargeted { measure: ChangeSubject::of_measure(is), from, to });
        }
        for target in &after {
            // Of several that promise the same one that is as it was is taken first.
            let all = || before.iter().filter(|it| is_same_promise(it, target));
            if let Some(was) = all().find(|it| *it == target).or(all().next()) {
                diff_target_details(is, was, target, changes);
            }
        }
    }
}

/// What is said of a target beside its promise: how long it is in force, where it comes from, what to know.
fn diff_target_details(measure: &Measure, was: &Target, is: &Target, changes: &mut Vec<PlanChange>) {
    let told = ["place", "group", "grade", "baseline", "target", "trajectory"];
    let by = is.target.as_ref().map(|goal| format!(" by {}", goal.period)).unwrap_or_default();
    let of = format!("target for {}{by}", words::target_scope(is));
    fields::diff_fields_within(&ChangeSubject::of_measure(measure), &of, (was, is), &told, changes);
}

/// Place, group and grade.
type TargetKey = (String, GroupCode, GradeCode);

fn key_of(target: &Target) -> TargetKey {
    (target.place.clone(), target.group.clone(), target.grade.clone())
}

/// Every key of the two, in the order of the later edition, then those that are gone.
fn target_keys(was: &Measure, is: &Measure) -> Vec<TargetKey> {
    let mut keys: Vec<TargetKey> = Vec::new();
    for key in is.targets.iter().chain(&was.targets).map(key_of) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Whether two targets promise the same: where they come from and how long they are in force is no promise.
fn is_same_promise(one: &Target, other: &Target) -> bool {
    one.baseline == other.baseline && one.target == other.target && one.trajectory == other.trajectory
}
