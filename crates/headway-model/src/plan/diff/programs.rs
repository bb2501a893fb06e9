//! Programs and their milestones from one edition to the next.

use super::{ChangeSubject, PlanChange, SubjectKind, fields, join_ids, note_change, note_new_owner};
use crate::plan::{Milestone, MilestoneStatus, Plan, Program};

fn program_thing(program: &Program) -> ChangeSubject {
    ChangeSubject { kind: SubjectKind::Program, id: program.id.to_string(), name: program.name.clone() }
}

fn milestone_thing(program: &Program, milestone: &Milestone) -> ChangeSubject {
    let id = format!("{}/{}", program.id, milestone.id);
    ChangeSubject { kind: SubjectKind::Milestone, id, name: milestone.name.clone() }
}

pub(super) fn diff_programs(earlier: &Plan, later: &Plan, changes: &mut Vec<PlanChange>) {
    for program in &later.programs {
        match earlier.programs.iter().find(|it| it.id == program.id) {
            None => changes.push(PlanChange::Added { thing: program_thing(program) }),
            Some(was) => {
                if was.name != program.name {
                    changes.push(PlanChange::Renamed { from: program_thing(was), to: program_thing(program) });
                }
                note_new_owner(
                    (earlier, later),
                    &program_thing(program),
                    (was.owner.as_ref(), program.owner.as_ref()),
                    changes,
                );
                note_change(
                    &program_thing(program),
                    "serves",
                    join_ids(&was.serves),
                    join_ids(&program.serves),
                    changes,
                );
                let priority = |program: &Program| program.priority.then(|| "yes".to_owned());
                note_change(&program_thing(program), "priority", priority(was), priority(program), changes);
                let told = ["id", "name", "owner", "serves", "priority", "milestones"];
                fields::diff_fields(&program_thing(program), was, program, &told, changes);
                diff_milestones(was, program, changes);
            }
        }
    }
    let gone = earlier.programs.iter().filter(|it| !later.programs.iter().any(|program| program.id == it.id));
    changes.extend(gone.map(|it| PlanChange::Dropped { thing: program_thing(it) }));
}

/// Dates, planned and actual, and what was reported.
fn diff_milestones(was: &Program, is: &Program, changes: &mut Vec<PlanChange>) {
    for milestone in &is.milestones {
        let Some(before) = was.milestones.iter().find(|it| it.id == milestone.id) else {
            changes.push(PlanChange::Added { thing: milestone_thing(is, milestone) });
            continue;
        };
        if before.name != milestone.name {
            changes
                .push(PlanChange::Renamed { from: milestone_thing(was, before), to: milestone_thing(is, milestone) });
        }
        for (date, from, to) in [
            ("planned start", before.planned_start, milestone.planned_start),
            ("planned end", before.planned_end, milestone.planned_end),
            ("actual start", before.actual_start, milestone.actual_start),
            ("actual end", before.actual_end, milestone.actual_end),
        ] {
            if from != to {
                changes.push(PlanChange::Moved {
                    thing: milestone_thing(is, milestone),
                    date: date.to_owned(),
                    from,
                    to,
                });
            }
        }
        let told = ["id", "name", "planned_start", "planned_end", "actual_start", "actual_end", "history"];
        fields::diff_fields(&milestone_thing(is, milestone), before, milestone, &told, changes);
        diff_reports(&milestone_thing(is, milestone), before, milestone, changes);
    }
    let gone = was.milestones.iter().filter(|it| !is.milestones.iter().any(|milestone| milestone.id == it.id));
    changes.extend(gone.map(|it| PlanChange::Dropped { thing: milestone_thing(was, it) }));
}

/// Reports that are new, oldest first, each with the one before it; then those that are no longer there.
fn diff_reports(thing: &ChangeSubject, was: &Milestone, is: &Milestone, changes: &mut Vec<PlanChange>) {
    let mut all: Vec<&MilestoneStatus> = is.history.iter().collect();
    all.sort_by_key(|it| it.date);
    // What was said before and corrected can be said again, so that each one is counted.
    let earlier = |report: &MilestoneStatus| was.history.iter().filter(|it| *it == report).count();
    let so_often = |i: usize| all[..i].iter().filter(|it| **it == all[i]).count();
    for (i, report) in all.iter().enumerate().filter(|(i, it)| so_often(*i) >= earlier(it)) {
        let before = i.checked_sub(1).map(|before| all[before].clone());
        changes.push(PlanChange::Reported { thing: thing.clone(), from: before, to: Some((*report).clone()) });
    }
    for report in was.history.iter().filter(|it| !is.history.contains(it)) {
        changes.push(PlanChange::Reported { thing: thing.clone(), from: Some(report.clone()), to: None });
    }
}
