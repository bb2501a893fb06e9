//! Where a milestone stands on a day: by its dates, and by what was reported of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Milestone, MilestoneStatus, WorkPhase};

/// The state of a milestone on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MilestoneState {
    /// Its planned end has passed, and it is not done.
    Late,
    /// It was started, and the newest report says that it is not.
    BackToNotStarted,
    /// Its planned start has passed, and the newest report says that it was not started.
    NotStarted,
    /// Its planned start has passed, and nothing was reported.
    NoStart,
    /// It was reported of, in words that are not understood.
    Unread,
    /// It was started, and the newest report says that it does not go as planned.
    InTrouble,
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
    pub const ALL: [Self; 12] = [
        Self::Late,
        Self::BackToNotStarted,
        Self::NotStarted,
        Self::NoStart,
        Self::Unread,
        Self::InTrouble,
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
            Self::NotStarted => "not started",
            Self::NoStart => "no start reported",
            Self::Unread => "report not understood",
            Self::InTrouble => "in trouble",
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
            Self::NotStarted => "not-started",
            Self::NoStart => "no-start",
            Self::Unread => "unread",
            Self::InTrouble => "in-trouble",
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
        matches!(
            self,
            Self::Late | Self::BackToNotStarted | Self::NotStarted | Self::NoStart | Self::Unread | Self::InTrouble
        )
    }
}

/// Where a milestone stands on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MilestoneStanding {
    /// Its state.
    pub state: MilestoneState,
    /// Days by which it is late: after its planned end, or after its planned start where it was not started. None where it
    /// is not late.
    pub days_late: Option<i32>,
    /// The planned date that comes next, of those that are not past: its start, or its end.
    pub next: Option<Date>,
    /// What the dates and the reports say against each other, as a sentence.
    pub doubt: Option<String>,
}

impl Milestone {
    /// The reports up to a day, oldest first.
    pub fn reports_until(&self, as_of: Date) -> Vec<&MilestoneStatus> {
        let mut reports: Vec<&MilestoneStatus> = self.history.iter().filter(|it| it.date <= as_of).collect();
        reports.sort_by_key(|it| it.date);
        reports
    }

    /// Where it stands on a day.
    pub fn standing_on(&self, as_of: Date) -> MilestoneStanding {
        let reports = self.reports_until(as_of);
        let known = |date: Option<Date>| date.filter(|date| *date <= as_of);
        let (start, end) = (known(self.actual_start), known(self.actual_end));
        let phases: Vec<(Date, WorkPhase)> =
            reports.iter().filter_map(|it| Some((it.date, WorkPhase::of_word(&it.status)?))).collect();
        // An end holds until a later report, also one that is not understood: "Reopened", "Not all of it".
        let newest = reports.last().and_then(|it| WorkPhase::of_word(&it.status));
        let started = start.is_some() || phases.iter().any(|(_, phase)| phase.has_started());
        let taken_back = newest.is_none() && phases.last().is_some_and(|(_, phase)| phase.is_final());
        let done = end.or_else(|| reports.last().filter(|_| newest == Some(WorkPhase::Done)).map(|it| it.date));
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
        } else if taken_back {
            (MilestoneState::Unread, None)
        } else if newest == Some(WorkPhase::InTrouble) {
            (MilestoneState::InTrouble, None)
        } else if started {
            (MilestoneState::UnderWay, None)
        } else if newest.is_none() && !reports.is_empty() {
            (MilestoneState::Unread, None)
        } else if let Some(days) = after(self.planned_start, as_of) {
            let state = if newest.is_some() { MilestoneState::NotStarted } else { MilestoneState::NoStart };
            (state, Some(days))
        } else if self.planned_start.or(self.planned_end).is_some() {
            (MilestoneState::ToCome, None)
        } else {
            (MilestoneState::Undated, None)
        };
        let start_ahead = self.planned_start.filter(|_| !started);
        let ahead = [start_ahead, self.planned_end].into_iter().flatten().filter(|date| *date >= as_of).min();
        let next = ahead.filter(|_| state.is_open());
        MilestoneStanding { state, days_late, next, doubt: self.doubts_on(as_of) }
    }

    /// What its dates and reports say against each other on a day, as sentences without their ends; none where nothing does.
    fn doubts_on(&self, as_of: Date) -> Option<String> {
        let reports = self.reports_until(as_of);
        let known = |date: Option<Date>| date.filter(|date| *date <= as_of);
        let dates = (known(self.actual_start), known(self.actual_end));
        let mut said: Vec<String> = unknown_word(dates, &reports).into_iter().collect();
        said.extend(self.contradicting_report(dates, &reports).map(|(.., words)| words));
        said.extend(reversed_dates((self.planned_start, self.planned_end), "is planned to end"));
        said.extend(reversed_dates(dates, "ended"));
        said.extend(self.early_start(&reports).map(|(_, words)| words));
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// The newest report where it says otherwise than the actual dates (start, end) up to its day; with the field that it is
    /// against, and these words.
    pub(in crate::plan) fn contradicting_report<'r>(
        &self,
        (start, end): (Option<Date>, Option<Date>),
        reports: &[&'r MilestoneStatus],
    ) -> Option<(&'r MilestoneStatus, &'static str, String)> {
        let last = *reports.iter().max_by_key(|it| it.date)?;
        let (what, field, date) = match (WorkPhase::of_word(&last.status)?, start, end) {
            (WorkPhase::Done, ..) => return None,
            (_, _, Some(end)) if last.date >= end => ("end", "actual_end", end),
            (WorkPhase::NotStarted, Some(start), None) if last.date >= start => ("start", "actual_start", start),
            _ => return None,
        };
        let words = format!("the actual {what} is {date}, but the newest report is “{}” on {}", last.status, last.date);
        Some((last, field, words))
    }

    /// The report that says that work began before its planned start, where no actual start is given; with these words.
    pub(in crate::plan) fn early_start<'r>(
        &self,
        reports: &[&'r MilestoneStatus],
    ) -> Option<(&'r MilestoneStatus, String)> {
        let planned = self.planned_start.filter(|_| self.actual_start.is_none())?;
        let starts = |it: &MilestoneStatus| WorkPhase::of_word(&it.status).is_some_and(WorkPhase::has_started);
        let early = *reports.iter().find(|it| it.date < planned && starts(it))?;
        let words = format!(
            "was reported “{}” on {}, but its planned start is {planned} and no actual start is given",
            early.status, early.date
        );
        Some((early, words))
    }
}

/// What is wrong where an end lies before its start.
pub(in crate::plan) fn reversed_dates((start, end): (Option<Date>, Option<Date>), what: &str) -> Option<String> {
    let (start, end) = start.zip(end).filter(|(start, end)| end < start)?;
    Some(format!("{what} on {end}, before its start on {start}"))
}

/// That the newest report can't be read, where no actual end says more.
fn unknown_word((_, end): (Option<Date>, Option<Date>), reports: &[&MilestoneStatus]) -> Option<String> {
    let last = reports.last().filter(|last| end.is_none() && WorkPhase::of_word(&last.status).is_none())?;
    Some(format!("the newest report is “{}” on {}, which is not understood", last.status, last.date))
}
