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

/// So many promises for several places are told one by one.
const TOLD: usize = 3;

/// How the promises of a strategy stand: those with one status together, then each that is for several places with its tally.
pub(crate) fn promises_of(measures: &[&MeasureSummary]) -> [Markup; 2] {
    let (many, one) = in_two(measures);
    let stand: StatusTally = one.iter().flat_map(|m| m.stands().0).collect();
    let line = |(words, stand): &(String, StatusTally)| {
        html! { p.note { (words) ":" } @if stand.total() == 0 { span.note { "no result yet" } } @else { (tally(stand)) } }
    };
    let below: Vec<(String, StatusTally)> = if many.len() > TOLD {
        vec![(
            format!("{} promises for several places each", many.len()),
            many.iter().flat_map(|m| m.stands().0).collect(),
        )]
    } else {
        many.iter().map(|m| (m.for_whom().unwrap_or_default().to_owned(), m.stands())).collect()
    };
    let judged = html! { @if !one.is_empty() { (tally(&stand)) } @for each in &below { (line(each)) } };
    [judged, outlook_words(measures)]
}

/// The outlook of promises below the sentence that counts them.
pub(crate) fn outlook(measures: &[&MeasureSummary]) -> Markup {
    html! { @if !measures.is_empty() { p.sure { strong { "Outlook: " } (outlook_words(measures)) "." } } }
}

/// What may come of the promises with one status, then at the places of each that is for several; of student groups' places it is
/// not said.
fn outlook_words(measures: &[&MeasureSummary]) -> Markup {
    let (many, one) = in_two(measures);
    let own: PlaceOutlook = one.iter().filter_map(|m| m.judged_row()).collect();
    let places: Vec<(&str, PlaceOutlook)> =
        many.iter().filter_map(|m| Some((m.for_whom()?, m.outlook.filter(|outlook| outlook.said > 0)?))).collect();
    let (likely, said) = places.iter().fold((0, 0), |(likely, said), (_, o)| (likely + o.likely, said + o.said));
    html! {
        @if !one.is_empty() || places.is_empty() { (what_may_come(own)) }
        @if places.len() > TOLD {
            @if !one.is_empty() { "; " }
            "at the places of " (places.len()) " promises for several places, " (likely) " of " (said) " likely met"
        } @else { @for (i, (words, outlook)) in places.iter().enumerate() {
            @if i > 0 || !one.is_empty() { "; " }
            (words) ", " (outlook.likely) " of " (outlook.said) " likely met"
        } }
    }
}

/// Those for several places, and those with one status.
fn in_two<'a>(measures: &[&'a MeasureSummary]) -> (Vec<&'a MeasureSummary>, Vec<&'a MeasureSummary>) {
    measures.iter().copied().partition(|m| m.many().is_some())
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
