//! Strategies from one edition to the next.

use super::{ChangeSubject, PlanChange, SubjectKind, fields, id_text, note_change, note_new_owner};
use crate::StrategyId;
use crate::plan::{Plan, Strategy};

fn strategy_thing(strategy: &Strategy) -> ChangeSubject {
    ChangeSubject { kind: SubjectKind::Strategy, id: strategy.id.to_string(), name: strategy.name.clone() }
}

pub(super) fn diff_strategies(earlier: &Plan, later: &Plan, changes: &mut Vec<PlanChange>) {
    let before = |id: &StrategyId| earlier.strategies.iter().find(|it| it.id == *id);
    let successors =
        |id: &StrategyId| later.strategies.iter().filter(|it| it.replaces.contains(id)).collect::<Vec<_>>();
    for strategy in &later.strategies {
        let predecessors: Vec<&Strategy> = strategy.replaces.iter().filter_map(before).collect();
        match (before(&strategy.id), predecessors.as_slice()) {
            (None, []) => changes.push(PlanChange::Added { thing: strategy_thing(strategy) }),
            (None, [one]) => {
                let into = successors(&one.id);
                if let [only] = into.as_slice() {
                    changes.push(PlanChange::Replaced { from: strategy_thing(one), by: strategy_thing(only) });
                } else if into.first().is_some_and(|it| it.id == strategy.id) {
                    changes.push(PlanChange::Split {
                        from: strategy_thing(one),
                        into: into.into_iter().map(strategy_thing).collect(),
                    });
                }
            }
            (_, [_, ..]) => {
                let from = predecessors.into_iter().map(strategy_thing).collect();
                changes.push(PlanChange::Merged { from, into: strategy_thing(strategy) });
            }
            (Some(_), []) => {}
        }
        if let Some(was) = before(&strategy.id) {
            diff_same_strategy(earlier, later, was, strategy, changes);
        }
    }
    let gone = |it: &&Strategy| !later.strategies.iter().any(|s| s.id == it.id) && successors(&it.id).is_empty();
    changes.extend(earlier.strategies.iter().filter(gone).map(|it| PlanChange::Dropped { thing: strategy_thing(it) }));
}

fn diff_same_strategy(earlier: &Plan, later: &Plan, was: &Strategy, is: &Strategy, changes: &mut Vec<PlanChange>) {
    if was.name != is.name {
        changes.push(PlanChange::Renamed { from: strategy_thing(was), to: strategy_thing(is) });
    }
    note_new_owner((earlier, later), &strategy_thing(is), (was.owner.as_ref(), is.owner.as_ref()), changes);
    note_change(&strategy_thing(is), "part of", id_text(was.parent.as_ref()), id_text(is.parent.as_ref()), changes);
    let continues = is.replaces.iter().any(|id| earlier.strategies.iter().any(|it| it.id == *id));
    let mut told = vec!["id", "name", "owner", "parent"];
    if continues {
        told.push("replaces");
    }
    fields::diff_fields(&strategy_thing(is), was, is, &told, changes);
}
