//! What changed between two editions of a plan: things added, dropped and renamed, promises revised, owners and dates moved, and
//! every other field of the format that differs.
//!
//! Things are the same when their ids are the same, or when the later edition says what a thing continues (`replaces`).

mod fields;
mod lists;
mod measures;
mod programs;
mod strategies;
mod targets;
mod words;

use crate::{PersonId, StrategyId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Measure, MilestoneStatus, Plan, Target};

/// One change, in the order of the later edition: agency, plan, people, strategies, programs, measures; what documents are named
/// and noted comes last. It displays as a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub enum PlanChange {
    /// It is new.
    Added {
        /// What.
        thing: ChangeSubject,
    },
    /// It is no longer there, and nothing continues it.
    Dropped {
        /// What.
        thing: ChangeSubject,
    },
    /// The same thing under another name or id; its history stays.
    Renamed {
        /// As it was.
        from: ChangeSubject,
        /// As it is.
        to: ChangeSubject,
    },
    /// One became several.
    Split {
        /// As it was.
        from: ChangeSubject,
        /// What it became.
        into: Vec<ChangeSubject>,
    },
    /// Several became one.
    Merged {
        /// As they were.
        from: Vec<ChangeSubject>,
        /// What they became.
        into: ChangeSubject,
    },
    /// Something else took its place; histories are not joined.
    Replaced {
        /// As it was.
        from: ChangeSubject,
        /// What took its place.
        by: ChangeSubject,
    },
    /// Another promise for a place, group and grade. No `from`: there was none; no `to`: there is none any more.
    Retargeted {
        /// The measure.
        measure: ChangeSubject,
        /// The promise as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Box<Target>>,
        /// The promise as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Box<Target>>,
    },
    /// Somebody else answers for it.
    Reowned {
        /// What.
        thing: ChangeSubject,
        /// The name of who answered for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The name of who answers for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// A date of a milestone moved.
    Moved {
        /// The milestone.
        thing: ChangeSubject,
        /// Which date: `planned start`, `planned end`, `actual start`, `actual end`.
        date: String,
        /// As it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
        /// As it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Date>,
    },
    /// Another status was reported for a milestone, or a report was taken back (no `to`).
    Reported {
        /// The milestone.
        thing: ChangeSubject,
        /// The status that was reported before it; the report that was taken back where there is no `to`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<MilestoneStatus>,
        /// The new report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<MilestoneStatus>,
    },
    /// Another field changed.
    Changed {
        /// What.
        thing: ChangeSubject,
        /// Which field.
        field: String,
        /// As it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// As it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
}

impl PlanChange {
    /// Whether only documents, or notes on them, differ.
    fn is_citation(&self) -> bool {
        match self {
            Self::Added { thing } | Self::Dropped { thing } => thing.kind == SubjectKind::Source,
            Self::Changed { thing, field, .. } => {
                let last = field.rsplit(", ").next().unwrap_or(field);
                thing.kind == SubjectKind::Source || matches!(last, "source" | "note")
            }
            _ => false,
        }
    }
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSubject {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// Its id; a milestone's with its program's: `ewis/launch`.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl ChangeSubject {
    /// A measure.
    fn of_measure(measure: &Measure) -> Self {
        Self { kind: SubjectKind::Measure, id: measure.id.to_string(), name: measure.name.clone() }
    }
}

/// The kinds of things that are followed from edition to edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// The agency.
    Agency,
    /// The plan itself.
    Plan,
    /// A document.
    Source,
    /// Somebody who answers for something.
    Owner,
    /// Somebody who is involved.
    Stakeholder,
    /// A strategy.
    Strategy,
    /// A program.
    Program,
    /// A milestone.
    Milestone,
    /// A measure.
    Measure,
}

/// What changed from `earlier` to `later`, two editions of one plan.
pub fn diff_plans(earlier: &Plan, later: &Plan) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    lists::diff_lists(earlier, later, &mut changes);
    strategies::diff_strategies(earlier, later, &mut changes);
    programs::diff_programs(earlier, later, &mut changes);
    measures::diff_measures(earlier, later, &mut changes);
    // A new document is cited everywhere: what it changed is read first.
    changes.sort_by_key(PlanChange::is_citation);
    changes
}

/// The owner's name, or the id where the plan has no such owner.
fn owner_name(plan: &Plan, id: Option<&PersonId>) -> Option<String> {
    let id = id?;
    Some(plan.owners.iter().find(|it| it.id == *id).map_or_else(|| id.to_string(), |it| it.name.clone()))
}

/// Notes that somebody else answers for `thing`; a new id of the same name is no change.
fn note_new_owner(
    plans: (&Plan, &Plan),
    thing: &ChangeSubject,
    owners: (Option<&PersonId>, Option<&PersonId>),
    changes: &mut Vec<PlanChange>,
) {
    let (from, to) = (owner_name(plans.0, owners.0), owner_name(plans.1, owners.1));
    if from != to {
        changes.push(PlanChange::Reowned { thing: thing.clone(), from, to });
    }
}

/// Notes a field that differs.
fn note_change(
    thing: &ChangeSubject,
    field: &str,
    from: Option<String>,
    to: Option<String>,
    changes: &mut Vec<PlanChange>,
) {
    if from != to {
        changes.push(PlanChange::Changed { thing: thing.clone(), field: field.to_owned(), from, to });
    }
}

/// Ids as one text, none for no ids; their order is no change.
/// An id as the field of a change.
fn id_text(id: Option<&StrategyId>) -> Option<String> {
    id.map(ToString::to_string)
}

fn join_ids(ids: &[impl AsRef<str>]) -> Option<String> {
    let mut ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    ids.sort_unstable();
    (!ids.is_empty()).then(|| ids.join(", "))
}
