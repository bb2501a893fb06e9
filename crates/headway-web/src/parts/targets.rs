//! How the targets of a place, a strategy or several measures stand: how many of each status, and what may come of them.

use std::collections::BTreeMap;

use headway_delivery::model::status::{StatusTally, TargetReach};
use headway_delivery::view::{MeasureSummary, OutlookState, PlaceOutlook};
use headway_parts::{target_count, target_list};
use headway_render::format;
use maud::{Markup, html};

use super::{GridColumn, GridColumnKind, headline_of, tally_list};

/// The columns of a table whose rows stand for several targets each.
pub(crate) const TARGETS: [GridColumn<'static>; 2] =
    [("How its targets stand", GridColumnKind::Plain), ("Chances", GridColumnKind::Words)];

/// Their cells, of a place.
pub(crate) fn place_targets(stand: &StatusTally, outlook: OutlookState) -> [Markup; 2] {
    let judged = if stand.total() == 0 {
        html! { span.note { "nothing to judge" } }
    } else {
        tally_list(stand)
    };
    let chances = match outlook {
        OutlookState::NotAsked => html! {},
        OutlookState::Computing => html! { span.note { "being computed" } },
        OutlookState::Known(outlook) => what_may_come(outlook),
    };
    [judged, chances]
}

/// Their cells, of several measures: the agency's own targets by status, the others counted together.
pub(crate) fn measure_targets(measures: &[&MeasureSummary]) -> [Markup; 2] {
    let own = own_targets(measures);
    let has_own = own.total() > 0;
    let others = others_together(measures);
    let judged = html! {
        @if has_own { (tally_list(&own)) }
        @if let Some(others) = others { p.note { "for student groups and places: " (target_count(&others)) } }
    };
    [judged, html! { @if has_own { (what_may_come(own_outlook(measures))) } }]
}

/// How the targets of measures stand, in one sentence.
pub(crate) fn target_headline(measures: &[&MeasureSummary]) -> String {
    headline_of(&own_targets(measures), others_together(measures).as_ref())
}

/// How the targets stand that are not the agency's own; none where there are none.
pub(super) fn others_together(measures: &[&MeasureSummary]) -> Option<StatusTally> {
    let has_others = measures.iter().any(|m| !m.other_targets().is_empty());
    let all = measures.iter().flat_map(|m| m.other_targets()).flat_map(|line| line.stand.0.clone());
    has_others.then(|| all.collect())
}

/// What may come of the agency's own targets, below the sentence that counts them; then its other targets.
pub(crate) fn target_outlook(measures: &[&MeasureSummary]) -> Markup {
    let own = measures.iter().any(|m| m.own_status().is_some());
    html! {
        @if own { (outlook_line(own_outlook(measures))) }
        @if measures.iter().any(|m| !m.other_targets().is_empty()) {
            p.sure { strong { "Targets for student groups and places:" } }
            (other_targets(measures))
        }
    }
}

/// The targets of measures that are not the agency's own, a line for each kind of places and students.
fn other_targets(measures: &[&MeasureSummary]) -> Markup {
    let mut kinds: BTreeMap<TargetReach, (StatusTally, OutlookState)> = BTreeMap::new();
    for line in measures.iter().flat_map(|m| m.other_targets()) {
        let (stand, outlook) = kinds.entry(line.reach).or_default();
        *stand = stand.0.iter().chain(&line.stand.0).copied().collect();
        *outlook = outlook.combine_with(line.outlook);
    }
    html! { @if !kinds.is_empty() { (target_list(kinds.into_iter().map(|(reach, (stand, outlook))| {
        (html! { (reach.label_text()) }, stand, level_outlook(outlook))
    }))) } }
}

/// What may come at the places of a level, behind their count.
fn level_outlook(outlook: OutlookState) -> Markup {
    html! { @match outlook {
        OutlookState::NotAsked => {}
        OutlookState::Computing => { "; " span.note { "chances are being computed" } }
        OutlookState::Known(o) if o.said == 0 => { "; " span.note { "chances can’t be said" } }
        OutlookState::Known(o) => { "; " (format::count_text(o.likely)) " of " (format::count_text(o.said)) " likely to be met" }
    } }
}

fn own_targets(measures: &[&MeasureSummary]) -> StatusTally {
    measures.iter().filter_map(|m| m.own_status()).collect()
}

fn own_outlook(measures: &[&MeasureSummary]) -> PlaceOutlook {
    measures.iter().filter(|m| m.own_status().is_some()).map(|m| &m.row).collect()
}

/// The outlook in a line below a sentence that counts statuses.
pub(crate) fn outlook_line(outlook: PlaceOutlook) -> Markup {
    html! { p.sure { @if outlook.said == 0 && outlook.better + outlook.worse == 0 { "No chance can be said for any target." } @else { strong { "Chances: " } (what_may_come(outlook)) "." } } }
}

/// How many will rather be met than not, and which latest results are more than noise; nothing is said of those within it.
fn what_may_come(o: PlaceOutlook) -> Markup {
    html! {
        @if o.said == 0 { span.note { "chances can’t be said" } } @else { (o.likely) " of " (o.said) " likely to be met" }
        @if o.better > 0 { "; " (results_text(o.better)) " clearly better than before" }
        @if o.worse > 0 { "; " (results_text(o.worse)) " clearly worse than before" }
    }
}

fn results_text(n: usize) -> String {
    format::count_with_noun(n, "latest result", "latest results")
}
