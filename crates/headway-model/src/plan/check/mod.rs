//! Contradictions in a plan: every one, with its place, what it is and what to do about it.
//!
//! One file a family of rules. A rule never stops at its first finding, and never repeats what another rule says.

mod dates;
mod figures;
mod goal_text;
mod history;
mod ids;
mod meant;
mod path;
mod publishing;
mod references;
mod reports;
mod rhythm;
mod scope;
mod succession;
mod to_come;
mod wholes;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Plan;
pub use succession::check_after;
pub use to_come::check_on;

/// One contradiction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFinding {
    /// Where, as a path into the plan: `measures[3].targets[0].target.value`. Where the fault is that something is not
    /// there, the path names what should be there.
    pub place: String,
    /// The other side of the contradiction, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Whether the plan can be loaded with it.
    pub severity: FindingSeverity,
    /// Which rule.
    pub code: FindingCode,
    /// What it is, in which measure or program, and what to do.
    pub message: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingSeverity {
    /// The plan can't be loaded.
    Error,
    /// The plan can be loaded; somebody has to resolve it.
    Warning,
}

/// The rule behind a finding: a stable name for scripts and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// An id is empty.
    EmptyId,
    /// An id that can't be a file name or an address.
    BadId,
    /// An id is given twice.
    DuplicateId,
    /// An id is named that nothing has.
    UnknownReference,
    /// A strategy is part of itself.
    ParentCycle,
    /// An owner, stakeholder, strategy or measure that nothing names.
    NeverNamed,
    /// A goal measure that promises nothing.
    NoTarget,
    /// A target without a figure.
    NoFigure,
    /// Which way is better is not said.
    DirectionMissing,
    /// The figures or the goal's words go the other way.
    DirectionOpposed,
    /// The target is already reached at the baseline.
    PassedAtBaseline,
    /// The goal's words name another figure or year than the targets.
    GoalTextDiffers,
    /// A yearly series leaves years out.
    YearsWithoutTarget,
    /// A text that is no period of the measure's kind.
    BadPeriod,
    /// The baseline is not before the target.
    BaselineNotBeforeTarget,
    /// Points of the path are not in order.
    PathOutOfOrder,
    /// A point of the path lies outside baseline and target.
    PathOutside,
    /// A value that the measure can't have.
    OutOfBounds,
    /// A band whose lowest value is above its highest.
    BandReversed,
    /// A band with one edge.
    BandOpen,
    /// An address that pages can't link to.
    BadAddress,
    /// A unit that looks like percent and is not read as it.
    BadUnit,
    /// A tolerance below zero.
    BadTolerance,
    /// A tolerance that takes in the whole way from baseline to target.
    ToleranceTooWide,
    /// One figure of a target on another scale than its others.
    OtherScale,
    /// A code of two years that is read as a year of another century.
    AnotherCentury,
    /// Percents that are all written as fractions.
    FractionsOfPercent,
    /// A single figure to maintain, without a tolerance.
    KeptByNothing,
    /// Natural bounds whose lowest is not below their highest.
    BoundsReversed,
    /// A goal that is more than one of: a value, a band, parts, setting a baseline.
    GoalAmbiguous,
    /// A compound target names a part twice, or leaves one out.
    PartsIncomplete,
    /// A student group that is not a standing one.
    UnknownGroup,
    /// A grade that no file is read with.
    UnknownGrade,
    /// A word for a level that is the id of none.
    UnknownLevel,
    /// A promise to maintain whose baseline lies far from what is to be maintained.
    BaselineOffTarget,
    /// A baseline is called recomputed for a break that the plan does not have.
    BridgeWithoutBreak,
    /// Results that would come once in so many years that it can hardly be meant.
    TooSeldom,
    /// What is said of how often results come does not agree.
    RhythmContradicts,
    /// A figure for a period that the plan marks as one without a usable value.
    MarkedMissing,
    /// Reports are not oldest first.
    HistoryOutOfOrder,
    /// Two reports, ratings or marks for one day or period.
    SaidTwice,
    /// Two targets for one place, group and grade are in force at once.
    TwoInForce,
    /// A target's validity ends before it starts.
    ValidityReversed,
    /// A target comes into force when its own period is over.
    ValidTooLate,
    /// A milestone ends before it starts.
    MilestoneReversed,
    /// What is told as done or reported is dated after the day on which the plan is looked at.
    StillToCome,
    /// A milestone is reported as started before its planned start, without an actual start.
    StartedBeforePlanned,
    /// Actual dates of a milestone, and a later report that says otherwise.
    ReportContradicts,
    /// The newest report of a milestone is not understood.
    StatusNotUnderstood,
    /// The result lag is no ISO 8601 duration, or so long that it can hardly be meant.
    BadResultLag,
    /// A last day of the year for periods that end on the same day everywhere.
    YearEndUnused,
    /// The edition is no date.
    BadEdition,
    /// A rule for small numbers that can't be meant.
    BadPublishing,
    /// A measure or strategy continues one that is not in the earlier edition, or is still in this one.
    BadSuccession,
}

impl FindingCode {
    /// The code as JSON writes it.
    pub fn id(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(id)) => id,
            other => unreachable!("a unit variant serializes to its name, not {other:?}"),
        }
    }
}

impl fmt::Display for PlanFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            FindingSeverity::Error => "error",
            FindingSeverity::Warning => "warning",
        };
        write!(f, "{severity} {} at {}: {}", self.code.id(), self.place, self.message)
    }
}

/// Every contradiction that `plan` holds by itself, errors first, then in the order of the plan.
///
/// What it says about an earlier edition is checked by [`check_after`], what it tells of days still to come by [`check_on`].
pub fn check_plan(plan: &Plan) -> Vec<PlanFinding> {
    let mut found = FindingList::default();
    ids::check_ids(plan, &mut found);
    references::check_references(plan, &mut found);
    succession::check_succession(plan, &mut found);
    dates::check_dates(plan, &mut found);
    history::check_history(plan, &mut found);
    reports::check_reports(plan, &mut found);
    publishing::check_publishing(plan, &mut found);
    wholes::check_wholes(plan, &mut found);
    for (i, measure) in plan.measures.iter().enumerate() {
        let place = format!("measures[{i}]");
        figures::check_figures(measure, &place, &mut found);
        meant::check_meaning(measure, &place, &mut found);
        scope::check_scope(measure, &place, &mut found);
        rhythm::check_rhythm(measure, &place, &mut found);
        path::check_path(measure, &place, &mut found);
        goal_text::check(measure, &place, &mut found);
    }
    found.into_sorted()
}

/// What the rules have found so far.
#[derive(Default)]
struct FindingList(Vec<PlanFinding>);

impl FindingList {
    fn add_error(&mut self, code: FindingCode, place: impl Into<String>, message: impl Into<String>) {
        self.add_finding(FindingSeverity::Error, code, place, None, message);
    }

    fn add_warning(&mut self, code: FindingCode, place: impl Into<String>, message: impl Into<String>) {
        self.add_finding(FindingSeverity::Warning, code, place, None, message);
    }

    fn add_finding(
        &mut self,
        severity: FindingSeverity,
        code: FindingCode,
        place: impl Into<String>,
        against: Option<String>,
        message: impl Into<String>,
    ) {
        self.0.push(PlanFinding { place: place.into(), against, severity, code, message: message.into() });
    }

    fn into_sorted(mut self) -> Vec<PlanFinding> {
        self.0.sort_by_key(|finding| (finding.severity, order_of(&finding.place)));
        self.0
    }
}

/// A path as a key that sorts in the order of the plan: `measures[10]` after `measures[9]`.
fn order_of(place: &str) -> Vec<(u8, u32, String)> {
    const SECTIONS: [&str; 8] =
        ["agency", "plan", "sources", "owners", "stakeholders", "strategies", "programs", "measures"];
    place
        .split(['.', '['])
        .map(|step| match step.trim_end_matches(']').parse::<u32>() {
            Ok(number) => (0, number, String::new()),
            Err(_) => {
                let section = SECTIONS.iter().position(|s| *s == step).unwrap_or(SECTIONS.len());
                (1, u32::try_from(section).expect("a handful of sections"), step.to_owned())
            }
        })
        .collect()
}

/// Ids as a message lists them: `“a”, “b”`, and how many more there are.
fn list_ids<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 6;
    let ids: Vec<String> = ids.map(|id| format!("“{id}”")).collect();
    match ids.len() {
        0 => "none".to_owned(),
        n if n > SHOWN => format!("{} and {} more", ids[..SHOWN].join(", "), n - SHOWN),
        _ => ids.join(", "),
    }
}
