//! How the promises of a place, a strategy or a measure stand: off track or not, each status, signals, odds.

use headway_delivery::view::{PlaceOutlook, Tally};
use maud::{Markup, html};

use super::{Column, Kind, off, tally};

/// The four columns of a table whose rows stand for several promises each.
pub(crate) const PROMISES: [Column<'static>; 4] =
    [("Promises", Kind::Plain), ("How they stand", Kind::Plain), ("Signals", Kind::Words), ("Odds", Kind::Words)];

/// Their cells.
pub(crate) fn promises(stand: &Tally, outlook: Option<PlaceOutlook>) -> [Markup; 4] {
    [off(stand), tally(stand), signals(outlook), chances(outlook)]
}

/// Signals and odds in one line, below a sentence that counts statuses.
pub(crate) fn sure(outlook: PlaceOutlook) -> Markup {
    html! { p.sure { strong { "Odds: " } (chances(Some(outlook))) ". " strong { "Signals: " } (signals(Some(outlook))) "." } }
}

/// What may come of them: how many will rather be met.
fn chances(outlook: Option<PlaceOutlook>) -> Markup {
    html! { @match outlook {
        None => {}
        Some(PlaceOutlook { said: 0, .. }) => span.note { "can’t be said yet" },
        Some(o) => { (o.likely) " of " (o.said) " likely met" }
    } }
}

/// What moved beyond noise.
fn signals(outlook: Option<PlaceOutlook>) -> Markup {
    html! { @match outlook {
        None => {}
        Some(PlaceOutlook { tested: 0, .. }) => span.note { "too few results" },
        Some(PlaceOutlook { better: 0, worse: 0, .. }) => span.note { "latest results within noise" },
        Some(o) => { @if o.better > 0 { (o.better) " better" } @if o.better > 0 && o.worse > 0 { ", " } @if o.worse > 0 { (o.worse) " worse" } }
    } }
}
