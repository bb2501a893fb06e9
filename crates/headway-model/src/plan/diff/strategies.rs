//! Strategies from one edition to the next.

use super::{ChangeSubject, PlanChange, SubjectKind, changed, fields, reowned, text};
use crate::StrategyId;
use crate::plan::{Plan, Strategy};

fn thing(strategy: &Strategy) -> ChangeSubject {
    ChangeSubject { kind: SubjectKind::Strategy, id: strategy.id.to_string(), name: strategy.name.clone() }
}

pub(super) fn diff(earlier: &Plan, later: &Plan, changes: &mut Vec<PlanChange>) {
    let before = |id: &StrategyId| earlier.strategies.iter().find(|it| it.id == *id);
    let successors =
        |id: &StrategyId| later.strategies.iter().filter(|it| it.replaces.contains(id)).collect::<Vec<_>>();
    for strategy in &later.strategies {
        let predecessors: Vec<&Strategy> = strategy.replaces.iter().filter_map(before).collect();
        match (before(&strategy.id), predecessors.as_slice()) {
            (None, []) => changes.push(PlanChange::Added { thing: thing(strategy) }),
            (None, [one]) => {
                let into = successors(&one.id);
                if let [only] = into.as_slice() {
                    changes.push(PlanChange::Replaced { from: thing(one), by: thing(only) });
                } else if into.first().is_some_and(|it| it.id == strategy.id) {
                    changes.push(PlanChange::Split { from: thing(one), into: into.into_iter().map(thing).collect() });
                }
            }
            (_, [_, ..]) => {
                let from = predecessors.into_iter().map(thing).collect();
                changes.push(PlanChange::Merged { from, into: thing(strategy) });
            }
            (Some(_), []) => {}
        }
        if let Some(was) = before(&strategy.id) {
            same(earlier, later, was, strategy, changes);
        }
    }
    let gone = |it: &&Strategy| !later.strategies.iter().any(|s| s.id == it.id) && successors(&it.id).is_empty();
    changes.extend(earlier.strategies.iter().filter(gone).map(|it| PlanChange::Dropped { thing: thing(it) }));
}

fn same(earlier: &Plan, later: &Plan, was: &Strategy, is: &Strategy, changes: &mut Vec<PlanChange>) {
    if was.name != is.name {
        changes.push(PlanChange::Renamed { from: thing(was), to: thing(is) });
    }
    reowned((earlier, later), &thing(is), (was.owner.as_ref(), is.owner.as_ref()), changes);
    changed(&thing(is), "part of", text(was.parent.as_ref()), text(is.parent.as_ref()), changes);
    let continues = is.replaces.iter().any(|id| earlier.strategies.iter().any(|it| it.id == *id));
    let mut told = vec!["id", "name", "owner", "parent"];
    if continues {
        told.push("replaces");
    }
    fields::diff(&thing(is), was, is, &told, changes);
}
