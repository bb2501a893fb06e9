//! The state of a milestone, with what it rests on.

use headway_delivery::model::plan::{Milestone, MilestoneStanding, MilestoneState};
use jiff::civil::Date;
use maud::{Markup, html};

/// Where a milestone stands on a day: its state, by how many days, the newest report, and what contradicts.
pub(crate) fn milestone_state(milestone: &Milestone, today: Date) -> Markup {
    let standing = milestone.standing(today);
    let reports = milestone.reports(today);
    html! {
        @if standing.state.is_trouble() { span.status.s-bad { (words(&standing)) } } @else { (words(&standing)) }
        @if let Some(last) = reports.last() { " " span.note { "(reported " (last.date) ": " (last.status) ")" } }
        @if let Some(doubt) = &standing.doubt { " " span.note { (doubt) "." } }
    }
}

/// `late by 12 days`.
fn words(standing: &MilestoneStanding) -> String {
    let name = standing.state.name();
    match (standing.days_late, standing.state) {
        (None, _) => name.to_owned(),
        (Some(1), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by 1 day"),
        (Some(days), MilestoneState::Late | MilestoneState::DoneLate) => format!("{name} by {days} days"),
        (Some(1), _) => format!("{name}, 1 day after the planned date"),
        (Some(days), _) => format!("{name}, {days} days after the planned date"),
    }
}
