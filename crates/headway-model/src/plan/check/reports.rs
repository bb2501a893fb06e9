//! Newest reports of milestones that are not understood.

use super::{FindingCode, FindingList};
use crate::plan::{Plan, WorkPhase};

pub(super) fn check_reports(plan: &Plan, found: &mut FindingList) {
    for (i, program) in plan.programs.iter().enumerate() {
        for (j, milestone) in program.milestones.iter().enumerate().filter(|(_, it)| it.actual_end.is_none()) {
            // Of several on one day the last one told holds.
            let Some((k, report)) = milestone.history.iter().enumerate().max_by_key(|(_, it)| it.date) else {
                continue;
            };
            if WorkPhase::of_word(&report.status).is_some() {
                continue;
            }
            let message = format!(
                "milestone “{}” of program “{}” was reported “{}” on {}, which is not understood, so it says nothing of the \
                 state: write a status like In progress, Done or 50%, and the rest as its note",
                milestone.id, program.id, report.status, report.date
            );
            found.add_warning(
                FindingCode::StatusNotUnderstood,
                format!("programs[{i}].milestones[{j}].history[{k}].status"),
                message,
            );
        }
    }
}
