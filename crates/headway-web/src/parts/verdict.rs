//! Where a series stands, in one sentence: status, pace against the pace that is needed, chance, and a latest result that is more
//! than noise. What is not known is left out; a status is never contradicted by the words behind it.

use headway_analytics::{NoOdds, NoSignal, ResultSignal, TargetOdds};
use headway_delivery::model::status::TargetAssessment;
use headway_delivery::track::TrackRow;
use headway_delivery::verdict::{chance_words, no_chance_words, pace_so_far_words, pace_words, signal_words};
use maud::{Markup, html};

use super::status_label;
use crate::link::PageLink;

/// The verdict on a row; `measure` is the page of its measure.
pub(crate) fn row_verdict(row: &TrackRow, measure: impl FnOnce() -> PageLink) -> Markup {
    verdict_of(&row.standing, row.signal, row.odds, measure)
}

/// The same of a series that is no row of its own: a part of a compound target.
pub(crate) fn verdict_of(
    standing: &TargetAssessment,
    signal: Result<ResultSignal, NoSignal>,
    odds: Result<TargetOdds, NoOdds>,
    measure: impl FnOnce() -> PageLink,
) -> Markup {
    let said = verdict_clauses(standing, pace_words(standing), signal, odds, measure);
    html! { (status_label(standing.status)) @for (i, words) in said.iter().enumerate() { (if i == 0 { ": " } else { "; " }) (words) } }
}

/// The verdict below a sentence that has said the status and the pace that is needed.
pub(crate) fn verdict_below(row: &TrackRow, measure: impl FnOnce() -> PageLink) -> Markup {
    let said = verdict_clauses(&row.standing, pace_so_far_words(&row.standing), row.signal, row.odds, measure);
    html! { @if !said.is_empty() {
        p.sure { strong { "So far: " } @for (i, words) in said.iter().enumerate() { @if i > 0 { "; " } (words) } "." }
    } }
}

/// What is said behind the status.
fn verdict_clauses(
    standing: &TargetAssessment,
    pace: Option<String>,
    signal: Result<ResultSignal, NoSignal>,
    odds: Result<TargetOdds, NoOdds>,
    measure: impl FnOnce() -> PageLink,
) -> Vec<Markup> {
    let chance = match odds {
        Ok(said) => Some(html! { (chance_words(standing.status, said)) (caution_note(said, measure)) }),
        Err(why) => no_chance_words(why).map(|words| html! { span.note { (words) } }),
    };
    let pace = pace.map(|words| html! { (words) });
    let moved = signal_words(signal).map(|words| html! { (words) });
    [pace, chance, moved].into_iter().flatten().collect()
}

/// What must be said beside a chance, in brackets: where it is read from places below whose odds are calibrated it leads to their
/// backtest.
fn caution_note(odds: TargetOdds, measure: impl FnOnce() -> PageLink) -> Markup {
    html! { @match odds.read_from {
        Some(from) if from.calibrated => { " " span.note { "(" a href=(measure().with_word("backtest").with_choice("level", from.level.id())) { (odds.short_caution()) } ")" } }
        _ if odds.calibrated => {}
        _ => { " " span.note { "(" (odds.short_caution()) ")" } }
    } }
}
