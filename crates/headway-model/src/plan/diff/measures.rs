//! Measures from one edition to the next: renamed, split, merged, replaced, retargeted.

use super::{ChangeSubject, PlanChange, fields, join_ids, note_change, note_new_owner, targets};
use crate::MeasureId;
use crate::plan::{Measure, Plan, Succession};

/// Fields of a measure that have a sentence of their own.
const TOLD: [&str; 10] =
    ["id", "name", "owner", "direction", "unit", "period", "definition", "goal_text", "serves", "targets"];

pub(super) fn diff_measures(earlier: &Plan, later: &Plan, changes: &mut Vec<PlanChange>) {
    let before = |id: &str| earlier.measures.iter().find(|it| it.id == id);
    // A measure that was split is told once, with the first of its parts.
    let mut told_split: Vec<&str> = Vec::new();
    for measure in &later.measures {
        let continued = |how: Succession| -> Vec<&Measure> {
            measure.replaces.iter().filter(|it| it.how == how).filter_map(|it| before(&it.measure)).collect()
        };
        let renamed = continued(Succession::Renamed);
        let was = before(&measure.id).or(renamed.first().copied());
        let merged = continued(Succession::Merged);
        if !merged.is_empty() {
            changes.push(PlanChange::Merged {
                from: merged.iter().map(|it| ChangeSubject::of_measure(it)).collect(),
                into: ChangeSubject::of_measure(measure),
            });
        }
        let split = continued(Succession::Split);
        for from in split.iter().filter(|it| !told_split.contains(&it.id.as_str())) {
            changes.push(PlanChange::Split { from: ChangeSubject::of_measure(from), into: parts_of(later, &from.id) });
        }
        told_split.extend(split.iter().map(|it| it.id.as_str()));
        let replaced = continued(Succession::Replaced);
        changes.extend(replaced.iter().map(|from| PlanChange::Replaced {
            from: ChangeSubject::of_measure(from),
            by: ChangeSubject::of_measure(measure),
        }));
        match was {
            Some(was) => diff_same_measure(earlier, later, was, measure, changes),
            None if merged.is_empty() && split.is_empty() && replaced.is_empty() => {
                changes.push(PlanChange::Added { thing: ChangeSubject::of_measure(measure) });
            }
            None => {}
        }
    }
    let goes_on = |id: &MeasureId| {
        later.measures.iter().any(|it| it.id == *id || it.replaces.iter().any(|before| before.measure == *id))
    };
    changes.extend(
        earlier
            .measures
            .iter()
            .filter(|it| !goes_on(&it.id))
            .map(|it| PlanChange::Dropped { thing: ChangeSubject::of_measure(it) }),
    );
}

/// The measures that `id` was split into.
fn parts_of(later: &Plan, id: &str) -> Vec<ChangeSubject> {
    let is_part =
        |it: &&Measure| it.replaces.iter().any(|before| before.how == Succession::Split && before.measure == id);
    later.measures.iter().filter(is_part).map(ChangeSubject::of_measure).collect()
}

/// What changed in a measure that goes on, under the same id or another.
fn diff_same_measure(earlier: &Plan, later: &Plan, was: &Measure, is: &Measure, changes: &mut Vec<PlanChange>) {
    if was.id != is.id || was.name != is.name {
        changes.push(PlanChange::Renamed { from: ChangeSubject::of_measure(was), to: ChangeSubject::of_measure(is) });
    }
    let it = ChangeSubject::of_measure(is);
    note_new_owner((earlier, later), &it, (was.owner.as_ref(), is.owner.as_ref()), changes);
    note_change(&it, "direction", was.direction.map(direction_word), is.direction.map(direction_word), changes);
    note_change(&it, "unit", was.unit.clone(), is.unit.clone(), changes);
    note_change(&it, "period", Some(was.period.name().to_owned()), Some(is.period.name().to_owned()), changes);
    note_change(&it, "definition", was.definition.clone(), is.definition.clone(), changes);
    note_change(&it, "goal", was.goal_text.clone(), is.goal_text.clone(), changes);
    let every = |measure: &Measure| measure.result_rhythm().map(|n| format!("every {n} periods"));
    note_change(&it, "rhythm", every(was), every(is), changes);
    note_change(&it, "serves", join_ids(&was.serves), join_ids(&is.serves), changes);
    let parts = |measure: &Measure| join_ids(&measure.parts.iter().map(|part| part.id.clone()).collect::<Vec<_>>());
    note_change(&it, "set of parts", parts(was), parts(is), changes);
    let continues = is.replaces.iter().any(|of| earlier.measures.iter().any(|it| it.id == of.measure));
    let mut told = TOLD.to_vec();
    told.extend(continues.then_some("replaces"));
    if every(was) != every(is) {
        told.extend(["cadence", "every"]);
    }
    if parts(was) != parts(is) {
        told.push("parts");
    }
    fields::diff_fields(&it, was, is, &told, changes);
    targets::diff_targets(was, is, changes);
}

fn direction_word(direction: crate::Direction) -> String {
    match direction {
        crate::Direction::Increase => "increase",
        crate::Direction::Decrease => "decrease",
        crate::Direction::Maintain => "maintain",
    }
    .to_owned()
}
