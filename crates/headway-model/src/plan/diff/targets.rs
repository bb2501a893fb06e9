//! Promises from one edition to the next, place by place and group by group.

use super::{Change, Thing};
use crate::plan::{Measure, Target};

pub(super) fn diff(was: &Measure, is: &Measure, changes: &mut Vec<Change>) {
    for key in keys(was, is) {
        let of = |measure: &Measure| -> Vec<Target> {
            measure.targets.iter().filter(|it| key_of(it) == key).cloned().collect()
        };
        let (before, after) = (of(was), of(is));
        let gone: Vec<&Target> = before.iter().filter(|it| !after.iter().any(|other| same(it, other))).collect();
        let new: Vec<&Target> = after.iter().filter(|it| !before.iter().any(|other| same(it, other))).collect();
        // A revised target is kept, with an end to its validity: the new one takes over from it.
        let kept = before.iter().rfind(|it| after.iter().any(|other| same(it, other)));
        for i in 0..gone.len().max(new.len()) {
            let from = gone.get(i).copied().or_else(|| kept.filter(|_| gone.is_empty()));
            let boxed = |target: Option<&Target>| target.cloned().map(Box::new);
            let (from, to) = (boxed(from), boxed(new.get(i).copied()));
            changes.push(Change::Retargeted { measure: Thing::of_measure(is), from, to });
        }
    }
}

/// Place, group and grade.
type Key = (String, String, String);

fn key_of(target: &Target) -> Key {
    (target.unit.clone(), target.group.clone(), target.grade.clone())
}

/// Every key of the two, in the order of the later edition, then those that are gone.
fn keys(was: &Measure, is: &Measure) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for key in is.targets.iter().chain(&was.targets).map(key_of) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Whether two targets promise the same: where they come from and how long they are in force is no promise.
fn same(one: &Target, other: &Target) -> bool {
    one.baseline == other.baseline && one.target == other.target && one.trajectory == other.trajectory
}
