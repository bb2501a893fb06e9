//! Ids: given, and given once inside their scope.

use std::collections::HashMap;

use super::{FindingCode, FindingList};
use crate::id::{LONGEST_NAME, is_id};
use crate::plan::Plan;

pub(super) fn check_ids(plan: &Plan, found: &mut FindingList) {
    for (what, id, place) in
        [("agency", plan.agency.id.as_str(), "agency.id"), ("plan", plan.plan.id.as_str(), "plan.id")]
    {
        if id.trim().is_empty() {
            found.add_error(
                FindingCode::EmptyId,
                place,
                format!("the {what} has no id: give it one that will never change"),
            );
        } else {
            must_be_a_name(what, id, place, found);
        }
    }
    check_names("owner", "owners", plan.owners.iter().map(|it| it.id.as_str()), found);
    check_names("strategy", "strategies", plan.strategies.iter().map(|it| it.id.as_str()), found);
    check_names("program", "programs", plan.programs.iter().map(|it| it.id.as_str()), found);
    check_names("measure", "measures", plan.measures.iter().map(|it| it.id.as_str()), found);
    check_unique("source", "sources", plan.sources.iter().map(|it| it.id.as_str()), found);
    check_unique("owner", "owners", plan.owners.iter().map(|it| it.id.as_str()), found);
    check_unique("stakeholder", "stakeholders", plan.stakeholders.iter().map(|it| it.id.as_str()), found);
    check_unique("strategy", "strategies", plan.strategies.iter().map(|it| it.id.as_str()), found);
    check_unique("program", "programs", plan.programs.iter().map(|it| it.id.as_str()), found);
    check_unique("measure", "measures", plan.measures.iter().map(|it| it.id.as_str()), found);
    for (i, program) in plan.programs.iter().enumerate() {
        let scope = format!("programs[{i}].milestones");
        check_unique("milestone", &scope, program.milestones.iter().map(|it| it.id.as_str()), found);
        check_names("milestone", &scope, program.milestones.iter().map(|it| it.id.as_str()), found);
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        let scope = format!("measures[{i}].parts");
        check_unique("part", &scope, measure.parts.iter().map(|it| it.id.as_str()), found);
        check_names("part", &scope, measure.parts.iter().map(|it| it.id.as_str()), found);
    }
}

fn check_unique<'a>(what: &str, scope: &str, ids: impl Iterator<Item = &'a str>, found: &mut FindingList) {
    // Some disks take `A` and `a` for one file name.
    let mut first: HashMap<String, (usize, &str)> = HashMap::new();
    for (i, id) in ids.enumerate() {
        let place = format!("{scope}[{i}].id");
        if id.trim().is_empty() {
            found.add_error(
                FindingCode::EmptyId,
                place,
                format!("this {what} has no id: give it one that will never change"),
            );
            continue;
        }
        let Some(&(earlier, other)) = first.get(&id.to_lowercase()) else {
            first.insert(id.to_lowercase(), (i, id));
            continue;
        };
        let clash = if id == other {
            format!("{what} “{id}” is there already, at {scope}[{earlier}]")
        } else {
            format!("{what} “{id}” differs from “{other}” at {scope}[{earlier}] in capitals alone")
        };
        found.add_finding(
            super::FindingSeverity::Error,
            FindingCode::DuplicateId,
            place,
            Some(format!("{scope}[{earlier}].id")),
            format!("{clash}: give one of them another id"),
        );
    }
}

fn check_names<'a>(what: &str, scope: &str, ids: impl Iterator<Item = &'a str>, found: &mut FindingList) {
    for (i, id) in ids.enumerate().filter(|(_, id)| !id.trim().is_empty()) {
        must_be_a_name(what, id, &format!("{scope}[{i}].id"), found);
    }
}

/// Ids become file names and addresses.
fn must_be_a_name(what: &str, id: &str, place: &str, found: &mut FindingList) {
    if is_id(id) {
        return;
    }
    let shown: String = id.chars().take(LONGEST_NAME).flat_map(char::escape_debug).collect();
    found.add_error(
        FindingCode::BadId,
        place,
        format!(
            "the id “{shown}” of this {what} can't be a file name or an address: use letters, digits, “-” and “_”, “.” only \
             inside, at most {LONGEST_NAME}, and no name of a device"
        ),
    );
}
