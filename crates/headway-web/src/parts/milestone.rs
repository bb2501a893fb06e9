//! The state of a milestone, with what it rests on.

use headway_delivery::model::plan::{Milestone, MilestoneState};
use headway_delivery::view::MilestoneLine;
use jiff::civil::Date;
use maud::{Markup, html};

/// Where a milestone stands on a day: its state, by how many days, the newest report, and what contradicts.
pub(crate) fn milestone_state(milestone: &Milestone, today: Date) -> Markup {
    let standing = milestone.standing(today);
    let reports = milestone.reports(today);
    let newest = reports.last().map(|last| (last.date, last.status.as_str()));
    said(standing.state, standing.days_late, newest, standing.doubt.as_deref())
}

/// The same of one in a list of many programs'.
pub(crate) fn milestone_of(line: &MilestoneLine) -> Markup {
    said(line.state, line.days_late, line.reported.zip(line.status.as_deref()), line.doubt.as_deref())
}

fn said(state: MilestoneState, days_late: Option<i32>, newest: Option<(Date, &str)>, doubt: Option<&str>) -> Markup {
    let words = words(state, days_late);
    html! {
        @if state.is_trouble() { span.status.s-bad { (words) } } @else { (words) }
        @if let Some((day, status)) = newest { " " span.note { "(reported " (day) ": " (status) ")" } }
        @if let Some(doubt) = doubt { " " span.note { (doubt) "." } }
    }
}

/// `late by 12 days`.
fn words(state: MilestoneState, days_late: Option<i32>) -> String {
    let name = state.name();
    match (days_late, state) {
        (None, _) => name.to_owned(),
        (Some(1), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by 1 day"),
        (Some(days), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by {days} days"),
        (Some(1), _) => format!("{name}, 1 day after the planned date"),
        (Some(days), _) => format!("{name}, {days} days after the planned date"),
    }
}
