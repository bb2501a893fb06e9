//! Pieces that several public pages are made of.

use headway_model::status::TargetAssessment;
use headway_parts::period_text;
use headway_release::PublishedRow;
use headway_render::MeasureUnit;
use maud::{Markup, html};

use super::promised::PublicTarget;
use super::words;

/// Where a target stands: its status, or how many of its places stand how.
pub(super) fn target_status(line: &PublicTarget<'_>) -> Markup {
    match &line.many {
        Some(places) if places.stand.total() == 0 => html! { span.note { "no result yet" } },
        Some(places) => headway_parts::told_tally(&places.stand),
        None => headway_parts::told_status(line.standing.status),
    }
}

/// The result that a status speaks of, behind a later one: a target is judged by its own period.
pub(super) fn judged_result(unit: &MeasureUnit, rows: &[PublishedRow], standing: &TargetAssessment) -> Markup {
    let latest = words::latest_row(rows).map(|row| row.period);
    let row = standing.period.filter(|judged| Some(*judged) < latest).and_then(|judged| words::of_period(rows, judged));
    html! { @if let Some(row) = row { " " span.note { "(judged: " (words::figure_cell(unit, Some(row), &standing.rounding_marks())) ", " (period_text(Some(row.period))) ")" } } }
}

/// What a status rests on: method, version, and what must be said beside it.
pub(super) fn rests_on(standing: &TargetAssessment) -> Markup {
    let method = serde_json::to_value(standing.method).unwrap_or_default();
    html! {
        p.meta { "Status by method " a href="../methods.html#status" { (method.as_str().unwrap_or_default()) } ", version " (standing.method_version) ", from the published figures." }
        // Whose few students a figure is hidden for is not known here.
        @for note in &standing.notes { p.note { (note.text.replace("hidden: too few students", "hidden")) } }
    }
}

/// The field that finds a place by name. It needs a script, so without one it is not there; the list of places is.
pub(super) fn search_field() -> Markup {
    html! {
        div.choose.find hidden { div {
            label for="place-search" { "Find a district or school" }
            input #place-search type="search" autocomplete="off" size="32";
            p #place-said.note role="status" {}
            ul #place-found {}
        } }
    }
}

/// Links to the pages of a long list, and which one this is.
pub(super) fn page_links(page: usize, pages: usize, address: impl Fn(usize) -> String) -> Markup {
    html! { @if pages > 1 {
        nav.pages aria-label="Pages of the list" {
            @if page > 0 { a href=(address(page - 1)) rel="prev" { "Previous" } }
            span { "Page " (page + 1) " of " (pages) }
            @if page + 1 < pages { a href=(address(page + 1)) rel="next" { "Next" } }
        }
    } }
}
