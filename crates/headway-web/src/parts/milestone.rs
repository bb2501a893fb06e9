//! The state of a milestone, with what it rests on.

use headway_delivery::model::plan::{Milestone, MilestoneState};
use headway_delivery::view::MilestoneLine;
use jiff::civil::Date;
use maud::{Markup, html};

/// Where a milestone stands on a day: its state, by how many days, the newest report, and what contradicts.
pub(crate) fn milestone_state(milestone: &Milestone, today: Date) -> Markup {
    let standing = milestone.standing_on(today);
    let reports = milestone.reports_until(today);
    let newest =
        reports.last().map(|last| NewestReport { date: last.date, status: &last.status, note: last.note.as_deref() });
    state_markup(standing.state, standing.days_late, newest, standing.doubt.as_deref())
}

/// The same of one in a list of many programs'.
pub(crate) fn milestone_of(line: &MilestoneLine) -> Markup {
    let newest = line.reported.zip(line.status.as_deref());
    let newest = newest.map(|(date, status)| NewestReport { date, status, note: line.note.as_deref() });
    state_markup(line.state, line.days_late, newest, line.doubt.as_deref())
}

/// The newest report of a milestone.
struct NewestReport<'a> {
    date: Date,
    status: &'a str,
    note: Option<&'a str>,
}

fn state_markup(
    state: MilestoneState,
    days_late: Option<i32>,
    newest: Option<NewestReport<'_>>,
    doubt: Option<&str>,
) -> Markup {
    let words = state_text(state, days_late);
    html! {
        @if state.is_trouble() { span.status.s-bad.wraps { (words) } } @else { (words) }
        @if let Some(NewestReport { date, status, note }) = newest {
            " " span.note { "(reported " (date) ": " (status) @if let Some(note) = note { " – " (note) } ")" }
        }
        @if let Some(doubt) = doubt { " " span.note { "In doubt: " (doubt) "." } }
    }
}

/// `late by 12 days`.
fn state_text(state: MilestoneState, days_late: Option<i32>) -> String {
    let name = state.name();
    let count = |days: i32| headway_render::format::number_text(f64::from(days), 0);
    match (days_late, state) {
        (None, _) => name.to_owned(),
        (Some(1), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by 1 day"),
        (Some(days), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by {} days", count(days)),
        (Some(1), _) => format!("{name}, 1 day after the planned date"),
        (Some(days), _) => format!("{name}, {} days after the planned date", count(days)),
    }
}
