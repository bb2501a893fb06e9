//! What a measure or strategy continues: not itself, not something that is still there, and something that was.

use super::{FindingCode, FindingList, PlanFinding};
use crate::plan::{Plan, Succession};

/// Contradictions about succession that one edition holds by itself.
pub(super) fn check_succession(plan: &Plan, found: &mut FindingList) {
    for (i, measure) in plan.measures.iter().enumerate() {
        for (j, before) in measure.replaces.iter().enumerate() {
            let place = format!("measures[{i}].replaces[{j}].measure");
            let id = &before.measure;
            if *id == measure.id {
                let message = format!("measure “{id}” says that it continues itself: the same id is the same measure");
                found.add_error(FindingCode::BadSuccession, place, message);
            } else if before.how != Succession::Split && plan.measures.iter().any(|it| it.id == *id) {
                let message = format!(
                    "measure “{}” continues “{id}”, which is still in this edition: drop one of them",
                    measure.id
                );
                found.add_warning(FindingCode::BadSuccession, place, message);
            }
        }
    }
    for (i, strategy) in plan.strategies.iter().enumerate() {
        for (j, id) in strategy.replaces.iter().enumerate() {
            let place = format!("strategies[{i}].replaces[{j}]");
            if *id == strategy.id {
                let message = format!("strategy “{id}” says that it replaces itself: the same id is the same strategy");
                found.add_error(FindingCode::BadSuccession, place, message);
            } else if plan.strategies.iter().any(|it| it.id == *id) {
                let message = format!(
                    "strategy “{}” replaces “{id}”, which is still in this edition: drop one of them",
                    strategy.id
                );
                found.add_warning(FindingCode::BadSuccession, place, message);
            }
        }
    }
}

/// What `plan` says about the edition before it, `earlier`, that is not so: predecessors that were never there.
pub fn check_after(earlier: &Plan, plan: &Plan) -> Vec<PlanFinding> {
    let mut found = FindingList::default();
    for (i, measure) in plan.measures.iter().enumerate() {
        for (j, before) in measure.replaces.iter().enumerate() {
            if !earlier.measures.iter().any(|it| it.id == before.measure) {
                let message = format!(
                    "measure “{}” continues “{}”, which edition {} does not have: name a measure of that edition",
                    measure.id, before.measure, earlier.plan.edition
                );
                found.add_error(FindingCode::BadSuccession, format!("measures[{i}].replaces[{j}].measure"), message);
            }
        }
    }
    for (i, strategy) in plan.strategies.iter().enumerate() {
        for (j, id) in strategy.replaces.iter().enumerate() {
            if !earlier.strategies.iter().any(|it| it.id == *id) {
                let message = format!(
                    "strategy “{}” replaces “{id}”, which edition {} does not have: name a strategy of that edition",
                    strategy.id, earlier.plan.edition
                );
                found.add_error(FindingCode::BadSuccession, format!("strategies[{i}].replaces[{j}]"), message);
            }
        }
    }
    found.into_sorted()
}
