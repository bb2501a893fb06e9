//! Ids: given, and given once inside their scope.

use std::collections::HashMap;

use super::{Code, Findings};
use crate::plan::Plan;

/// The most letters of an id: file systems and addresses take it with what stands beside it.
const LONGEST: usize = 64;
/// What Windows takes for a device, whatever its ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Whether an id can stand in an address and be the name of a file or folder: letters, digits, `-` and `_`, and `.` inside, 64
/// at most, and none that a system takes for a device.
///
/// ```
/// use headway_model::plan::is_id;
/// assert!(is_id("grad-5yr") && is_id("2026.1") && is_id("año"));
/// assert!(!is_id("../up") && !is_id("a/b") && !is_id(".git") && !is_id("..") && !is_id("a b") && !is_id("nul.x"));
/// ```
pub fn is_id(id: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let stem = id.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    let is_device = DEVICES.contains(&stem.as_str())
        || port.is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()));
    !id.is_empty()
        && id.chars().count() <= LONGEST
        && id.chars().all(plain)
        && !id.starts_with('.')
        && !id.ends_with('.')
        && !is_device
}

pub(super) fn check(plan: &Plan, found: &mut Findings) {
    for (what, id, place) in [("agency", &plan.agency.id, "agency.id"), ("plan", &plan.plan.id, "plan.id")] {
        if id.trim().is_empty() {
            found.error(Code::EmptyId, place, format!("the {what} has no id: give it one that will never change"));
        } else {
            must_be_a_name(what, id, place, found);
        }
    }
    names("owner", "owners", plan.owners.iter().map(|it| &it.id), found);
    names("strategy", "strategies", plan.strategies.iter().map(|it| &it.id), found);
    names("program", "programs", plan.programs.iter().map(|it| &it.id), found);
    names("measure", "measures", plan.measures.iter().map(|it| &it.id), found);
    unique("source", "sources", plan.sources.iter().map(|it| &it.id), found);
    unique("owner", "owners", plan.owners.iter().map(|it| &it.id), found);
    unique("stakeholder", "stakeholders", plan.stakeholders.iter().map(|it| &it.id), found);
    unique("strategy", "strategies", plan.strategies.iter().map(|it| &it.id), found);
    unique("program", "programs", plan.programs.iter().map(|it| &it.id), found);
    unique("measure", "measures", plan.measures.iter().map(|it| &it.id), found);
    for (i, program) in plan.programs.iter().enumerate() {
        let scope = format!("programs[{i}].milestones");
        unique("milestone", &scope, program.milestones.iter().map(|it| &it.id), found);
        names("milestone", &scope, program.milestones.iter().map(|it| &it.id), found);
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        let scope = format!("measures[{i}].parts");
        unique("part", &scope, measure.parts.iter().map(|it| &it.id), found);
        names("part", &scope, measure.parts.iter().map(|it| &it.id), found);
    }
}

fn unique<'a>(what: &str, scope: &str, ids: impl Iterator<Item = &'a String>, found: &mut Findings) {
    // Some disks take `A` and `a` for one file name.
    let mut first: HashMap<String, (usize, &str)> = HashMap::new();
    for (i, id) in ids.enumerate() {
        let place = format!("{scope}[{i}].id");
        if id.trim().is_empty() {
            found.error(Code::EmptyId, place, format!("this {what} has no id: give it one that will never change"));
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
        found.add(
            super::Severity::Error,
            Code::DuplicateId,
            place,
            Some(format!("{scope}[{earlier}].id")),
            format!("{clash}: give one of them another id"),
        );
    }
}

fn names<'a>(what: &str, scope: &str, ids: impl Iterator<Item = &'a String>, found: &mut Findings) {
    for (i, id) in ids.enumerate().filter(|(_, id)| !id.trim().is_empty()) {
        must_be_a_name(what, id, &format!("{scope}[{i}].id"), found);
    }
}

/// Ids become file names and addresses.
fn must_be_a_name(what: &str, id: &str, place: &str, found: &mut Findings) {
    if is_id(id) {
        return;
    }
    let shown: String = id.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    found.error(
        Code::BadId,
        place,
        format!(
            "the id “{shown}” of this {what} can't be a file name or an address: use letters, digits, “-” and “_”, “.” only \
             inside, at most {LONGEST}, and no name of a device"
        ),
    );
}
