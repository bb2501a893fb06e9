//! Changes as sentences.

use std::fmt;

use super::{ChangeSubject, PlanChange, SubjectKind};
use crate::plan::{Goal, MilestoneStatus, Target, WorkPhase};
use crate::{ALL, StudentGroup};

impl fmt::Display for ChangeSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SubjectKind::Agency => "Agency",
            SubjectKind::Plan => "Plan",
            SubjectKind::Source => "Source",
            SubjectKind::Owner => "Owner",
            SubjectKind::Stakeholder => "Stakeholder",
            SubjectKind::Strategy => "Strategy",
            SubjectKind::Program => "Program",
            SubjectKind::Milestone => "Milestone",
            SubjectKind::Measure => "Measure",
        };
        write!(f, "{kind} “{}” ({})", self.name, self.id)
    }
}

impl fmt::Display for PlanChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { thing } => write!(f, "{thing} is new."),
            Self::Dropped { thing } => write!(f, "{thing} was dropped."),
            Self::Renamed { from, to } => write!(f, "{from} is now called {}.", name_and_id(to)),
            Self::Split { from, into } => write!(f, "{from} was split into {}.", list_things(into)),
            Self::Merged { from, into } => write!(f, "{into} continues {}.", list_things(from)),
            Self::Replaced { from, by } => write!(f, "{by} took the place of {}.", name_and_id(from)),
            Self::Retargeted { measure, from, to } => write_target_change(f, measure, from.as_deref(), to.as_deref()),
            Self::Reowned { thing, from, to } => match (from, to) {
                (Some(from), Some(to)) => write!(f, "{to} answers for {}, no longer {from}.", lowercase_thing(thing)),
                (None, Some(to)) => write!(f, "{to} answers for {}; nobody did before.", lowercase_thing(thing)),
                (Some(from), None) => write!(f, "Nobody answers for {} any more; {from} did.", lowercase_thing(thing)),
                (None, None) => write!(f, "Nobody answers for {}.", lowercase_thing(thing)),
            },
            Self::Moved { thing, date, from, to } => match (from, to) {
                (Some(from), Some(to)) => {
                    let way = if to > from { "later" } else { "earlier" };
                    write!(
                        f,
                        "{thing}: {date} moved from {from} to {to}, {} {way}.",
                        count_days((*to - *from).get_days().abs())
                    )
                }
                (None, Some(to)) => write!(f, "{thing}: {date} is set to {to}."),
                (from, None) => {
                    let was = from.map(|date| format!(" (it was {date})")).unwrap_or_default();
                    write!(f, "{thing}: {date} is no longer given{was}.")
                }
            },
            Self::Reported { thing, from, to } => write_report(f, thing, from.as_ref(), to.as_ref()),
            Self::Changed { thing, field, from, to } => match (from, to) {
                (Some(from), Some(to)) => write!(f, "{thing}: {field} changed from “{from}” to “{to}”."),
                (None, Some(to)) => write!(f, "{thing}: {field} is now “{to}”."),
                (from, None) => write!(f, "{thing}: {field} is no longer “{}”.", from.as_deref().unwrap_or_default()),
            },
        }
    }
}

fn write_report(
    f: &mut fmt::Formatter<'_>,
    thing: &ChangeSubject,
    from: Option<&MilestoneStatus>,
    to: Option<&MilestoneStatus>,
) -> fmt::Result {
    let said = |report: &MilestoneStatus| format!("“{}” on {}", report.status, report.date);
    match (from, to) {
        (Some(from), Some(to)) => {
            let phase = |report: &MilestoneStatus| WorkPhase::of_word(&report.status);
            let back = phase(from).is_some_and(WorkPhase::has_started) && phase(to) == Some(WorkPhase::NotStarted);
            let how = if back { ", back from " } else { ", after " };
            write!(f, "{thing} was reported {}{how}{}.", said(to), said(from))
        }
        (None, Some(to)) => write!(f, "{thing} was reported {}.", said(to)),
        (Some(from), None) => write!(f, "{thing}: the report {} was taken back.", said(from)),
        (None, None) => write!(f, "{thing}: no report."),
    }
}

fn write_target_change(
    f: &mut fmt::Formatter<'_>,
    measure: &ChangeSubject,
    from: Option<&Target>,
    to: Option<&Target>,
) -> fmt::Result {
    let whom = from.or(to).map(target_scope).unwrap_or_default();
    match (from, to) {
        (Some(from), Some(to)) => {
            write!(f, "{measure}, {whom}: the target changed from {} to {}", promise_text(from), promise_text(to))?;
            if promise_text(from) == promise_text(to) {
                let what = if from.baseline == to.baseline { "path" } else { "baseline" };
                write!(f, " with another {what}")?;
            }
            write!(f, ".")
        }
        (None, Some(to)) => write!(f, "{measure}, {whom}: there is a target now, {}.", promise_text(to)),
        (Some(from), None) => {
            write!(f, "{measure}, {whom}: there is no target any more; it was {}.", promise_text(from))
        }
        (None, None) => write!(f, "{measure}: no target."),
    }
}

/// `state`, `state, English learners, grade 3`.
pub(super) fn target_scope(target: &Target) -> String {
    let mut words = vec![target.place.clone()];
    if target.group != ALL {
        words.push(StudentGroup::name_of(&target.group).into_owned());
    }
    if target.grade != ALL {
        words.push(crate::Grade::in_words(&target.grade));
    }
    words.join(", ")
}

/// `88.3 by 2014 (from 84.7 in 2010)`.
fn promise_text(target: &Target) -> String {
    let goal = target.target.as_ref().map_or_else(|| "one without a figure".to_owned(), goal_label);
    let start = target.baseline.as_ref().and_then(|it| Some(format!(" (from {} in {})", it.value?, it.period)));
    format!("{goal}{}", start.unwrap_or_default())
}

fn goal_label(goal: &Goal) -> String {
    let what = match (goal.value, goal.lo, goal.hi) {
        (Some(value), ..) => value.to_string(),
        (None, Some(lo), Some(hi)) => format!("{lo} to {hi}"),
        (None, Some(lo), None) => format!("at least {lo}"),
        (None, None, Some(hi)) => format!("at most {hi}"),
        (None, None, None) if goal.set_baseline => "setting a baseline".to_owned(),
        (None, None, None) if goal.parts.is_empty() => "one without a figure".to_owned(),
        (None, None, None) => {
            let parts: Vec<String> = goal.parts.iter().map(|it| format!("{} {}", it.part, it.value)).collect();
            parts.join(", ")
        }
    };
    format!("{what} by {}", goal.period)
}

/// `“Name” (id)`.
fn name_and_id(thing: &ChangeSubject) -> String {
    format!("“{}” ({})", thing.name, thing.id)
}

/// `measure “Name” (id)`, inside a sentence.
fn lowercase_thing(thing: &ChangeSubject) -> String {
    let text = thing.to_string();
    let (first, rest) = text.split_at(1);
    format!("{}{rest}", first.to_lowercase())
}

fn list_things(things: &[ChangeSubject]) -> String {
    let names: Vec<String> = things.iter().map(name_and_id).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    }
}

fn count_days(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
