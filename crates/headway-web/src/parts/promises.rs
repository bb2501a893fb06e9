//! How the promises of a place, a strategy or a measure stand: how many of each status, and what may come of them.

use headway_delivery::model::status::StatusTally;
use headway_delivery::view::{MeasureSummary, PlaceOutlook};
use headway_parts::Stands;
use maud::{Markup, html};

use super::{Column, Kind, tally};

/// The columns of a table whose rows stand for several promises each.
pub(crate) const PROMISES: [Column<'static>; 2] = [("How its promises stand", Kind::Plain), ("Outlook", Kind::Words)];

/// Their cells.
pub(crate) fn promises(stand: &StatusTally, outlook: Option<PlaceOutlook>) -> [Markup; 2] {
    let judged = if stand.total() == 0 {
        html! { span.note { "nothing to judge" } }
    } else {
        tally(stand)
    };
    [judged, html! { @if let Some(outlook) = outlook { (what_may_come(outlook)) } }]
}

/// The outlook in a line below a sentence that counts statuses.
pub(crate) fn sure(outlook: PlaceOutlook) -> Markup {
    html! { p.sure { strong { "Outlook: " } (what_may_come(outlook)) "." } }
}

/// How many will rather be met than not, and which latest results are more than noise; nothing is said of those within it.
fn what_may_come(o: PlaceOutlook) -> Markup {
    html! {
        @if o.said == 0 { span.note { "chances can’t be said" } } @else { (o.likely) " of " (o.said) " likely met" }
        @if o.better > 0 { "; " (results(o.better)) " clearly better than before" }
        @if o.worse > 0 { "; " (results(o.worse)) " clearly worse than before" }
    }
}

fn results(n: usize) -> String {
    headway_render::format::counted(n, "latest result", "latest results")
}

/// A promise as a headline takes it.
pub(crate) fn stands_of(summary: &MeasureSummary) -> Stands<'_> {
    match summary.many() {
        Some(places) => Stands::Many(&places.words, &places.stand),
        None => Stands::One(summary.row.standing.status),
    }
}
