//! Where a milestone stands on a day: by its dates, and by what was reported of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Milestone, MilestoneStatus};

/// What a status in a reporter's own word says of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkPhase {
    /// It has not begun.
    NotStarted,
    /// It is going on.
    UnderWay,
    /// It is finished.
    Done,
    /// It will not be done.
    Dropped,
}

/// Words that reporters use, with what they say; a word may stand at the beginning of a longer text.
const WORDS: [(WorkPhase, &[&str]); 4] = [
    (
        WorkPhase::NotStarted,
        &["not started", "not yet started", "not begun", "planned", "pending", "scheduled", "to do", "upcoming"],
    ),
    (
        WorkPhase::UnderWay,
        &[
            "in progress",
            "in process",
            "started",
            "launched",
            "underway",
            "under way",
            "ongoing",
            "on going",
            "active",
            "begun",
            "on track",
            "delayed",
            "at risk",
            "behind",
            "partially complete",
            "partially completed",
            "partly complete",
            "partly done",
        ],
    ),
    (WorkPhase::Done, &["completed", "complete", "done", "finished", "achieved", "met", "closed"]),
    (WorkPhase::Dropped, &["cancelled", "canceled", "dropped", "discontinued", "abandoned", "withdrawn"]),
];

impl WorkPhase {
    /// What a reporter's word says; none for a word that is not known. Case and the signs between words are no matter.
    pub fn of_word(status: &str) -> Option<Self> {
        let words: Vec<String> = status
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let text = words.join(" ");
        let says = |word: &&str| text == **word || text.strip_prefix(*word).is_some_and(|rest| rest.starts_with(' '));
        WORDS.iter().find(|(_, words)| words.iter().any(&says)).map(|(phase, _)| *phase)
    }

    /// Whether work has begun.
    pub fn has_started(self) -> bool {
        matches!(self, Self::UnderWay | Self::Done)
    }
}

/// The state of a milestone on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MilestoneState {
    /// Its planned end has passed, and it is not done.
    Late,
    /// It was started, and the newest report says that it is not.
    BackToNotStarted,
    /// Its planned start has passed, and nothing says that it was started.
    NoStart,
    /// It was started.
    UnderWay,
    /// It is to start on a later day.
    ToCome,
    /// The plan gives no date that says where it should be.
    Undated,
    /// It is done, after its planned end.
    DoneLate,
    /// It is done.
    Done,
    /// It will not be done.
    Dropped,
}

impl MilestoneState {
    /// Every state, what needs a look first.
    pub const ALL: [Self; 9] = [
        Self::Late,
        Self::BackToNotStarted,
        Self::NoStart,
        Self::UnderWay,
        Self::ToCome,
        Self::Undated,
        Self::DoneLate,
        Self::Done,
        Self::Dropped,
    ];

    /// The state in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::BackToNotStarted => "back to not started",
            Self::NoStart => "no start reported",
            Self::UnderWay => "under way",
            Self::ToCome => "to come",
            Self::Undated => "no dates",
            Self::DoneLate => "done, late",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The state as files and addresses have it: `back-to-not-started`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::BackToNotStarted => "back-to-not-started",
            Self::NoStart => "no-start",
            Self::UnderWay => "under-way",
            Self::ToCome => "to-come",
            Self::Undated => "undated",
            Self::DoneLate => "done-late",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The state of this id, or in these words; case, commas and what stands between words are no matter.
    pub fn of_text(text: &str) -> Option<Self> {
        let plain = |text: &str| text.replace([' ', ',', '-'], "").to_lowercase();
        let asked = plain(text);
        Self::ALL.into_iter().find(|state| plain(state.id()) == asked || plain(state.name()) == asked)
    }

    /// Whether work is still to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::DoneLate | Self::Done | Self::Dropped)
    }

    /// Whether somebody should look at it.
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Late | Self::BackToNotStarted | Self::NoStart)
    }
}

/// Where a milestone stands on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MilestoneStanding {
    /// Its state.
    pub state: MilestoneState,
    /// Days by which it is late: after its planned end, or after its planned start where no start was reported. None where it
    /// is not late.
    pub days_late: Option<i32>,
    /// The planned date that comes next, of those that are not past: its start, or its end.
    pub next: Option<Date>,
    /// What the dates and the reports say against each other, as a sentence.
    pub doubt: Option<String>,
}

impl Milestone {
    /// The reports up to a day, oldest first.
    pub fn reports(&self, as_of: Date) -> Vec<&MilestoneStatus> {
        let mut reports: Vec<&MilestoneStatus> = self.history.iter().filter(|it| it.date <= as_of).collect();
        reports.sort_by_key(|it| it.date);
        reports
    }

    /// Where it stands on a day.
    pub fn standing(&self, as_of: Date) -> MilestoneStanding {
        let reports = self.reports(as_of);
        let known = |date: Option<Date>| date.filter(|date| *date <= as_of);
        let (start, end) = (known(self.actual_start), known(self.actual_end));
        let phases: Vec<(Date, WorkPhase)> =
            reports.iter().filter_map(|it| Some((it.date, WorkPhase::of_word(&it.status)?))).collect();
        let newest = phases.last().map(|(_, phase)| *phase);
        let started = start.is_some() || phases.iter().any(|(_, phase)| phase.has_started());
        let done = end.or_else(|| phases.last().filter(|(_, phase)| *phase == WorkPhase::Done).map(|(date, _)| *date));
        let after = |planned: Option<Date>, day: Date| {
            planned.filter(|planned| *planned < day).map(|planned| (day - planned).get_days())
        };
        let late = after(self.planned_end, as_of);
        let (state, days_late) = if let Some(done) = done {
            let days = after(self.planned_end, done);
            (if days.is_some() { MilestoneState::DoneLate } else { MilestoneState::Done }, days)
        } else if newest == Some(WorkPhase::Dropped) {
            (MilestoneState::Dropped, None)
        } else if started && newest == Some(WorkPhase::NotStarted) {
            (MilestoneState::BackToNotStarted, late)
        } else if late.is_some() {
            (MilestoneState::Late, late)
        } else if started {
            (MilestoneState::UnderWay, None)
        } else if let Some(days) = after(self.planned_start, as_of) {
            (MilestoneState::NoStart, Some(days))
        } else if self.planned_start.or(self.planned_end).is_some() {
            (MilestoneState::ToCome, None)
        } else {
            (MilestoneState::Undated, None)
        };
        let start_ahead = self.planned_start.filter(|_| !started);
        let ahead = [start_ahead, self.planned_end].into_iter().flatten().filter(|date| *date >= as_of).min();
        let next = ahead.filter(|_| state.is_open());
        MilestoneStanding { state, days_late, next, doubt: doubt((start, end), &reports) }
    }
}

/// What the actual dates and the newest report say against each other.
fn doubt((start, end): (Option<Date>, Option<Date>), reports: &[&MilestoneStatus]) -> Option<String> {
    let last = reports.last()?;
    let said = format!("the newest report is “{}” on {}", last.status, last.date);
    match (WorkPhase::of_word(&last.status)?, start, end) {
        (WorkPhase::Done, ..) => None,
        (_, _, Some(end)) if last.date >= end => Some(format!("the actual end is {end}, but {said}")),
        (WorkPhase::NotStarted, Some(start), None) if last.date >= start => {
            Some(format!("the actual start is {start}, but {said}"))
        }
        _ => None,
    }
}
