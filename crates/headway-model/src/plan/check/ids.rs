//! Ids: given, and given once inside their scope.

use std::collections::HashMap;

use super::{Code, Findings};
use crate::plan::Plan;

pub(super) fn check(plan: &Plan, found: &mut Findings) {
    for (what, id, place) in [("agency", &plan.agency.id, "agency.id"), ("plan", &plan.plan.id, "plan.id")] {
        if id.trim().is_empty() {
            found.error(Code::EmptyId, place, format!("the {what} has no id: give it one that will never change"));
        }
    }
    unique("source", "sources", plan.sources.iter().map(|it| &it.id), found);
    unique("owner", "owners", plan.owners.iter().map(|it| &it.id), found);
    unique("stakeholder", "stakeholders", plan.stakeholders.iter().map(|it| &it.id), found);
    unique("strategy", "strategies", plan.strategies.iter().map(|it| &it.id), found);
    unique("program", "programs", plan.programs.iter().map(|it| &it.id), found);
    unique("measure", "measures", plan.measures.iter().map(|it| &it.id), found);
    for (i, program) in plan.programs.iter().enumerate() {
        let scope = format!("programs[{i}].milestones");
        unique("milestone", &scope, program.milestones.iter().map(|it| &it.id), found);
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        let scope = format!("measures[{i}].parts");
        unique("part", &scope, measure.parts.iter().map(|it| &it.id), found);
    }
}

fn unique<'a>(what: &str, scope: &str, ids: impl Iterator<Item = &'a String>, found: &mut Findings) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (i, id) in ids.enumerate() {
        let place = format!("{scope}[{i}].id");
        if id.trim().is_empty() {
            found.error(Code::EmptyId, place, format!("this {what} has no id: give it one that will never change"));
            continue;
        }
        match first.get(id.as_str()) {
            Some(&earlier) => found.add(
                super::Severity::Error,
                Code::DuplicateId,
                place,
                Some(format!("{scope}[{earlier}].id")),
                format!("{what} “{id}” is there already, at {scope}[{earlier}]: give one of them another id"),
            ),
            None => {
                first.insert(id, i);
            }
        }
    }
}
