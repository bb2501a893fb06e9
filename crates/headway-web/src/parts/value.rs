//! Values in words: what was published, never more.

use headway_analytics::{NoOdds, SeriesObservation, TargetOdds};
use headway_delivery::chart;
use headway_delivery::model::StudentGroup;
use headway_delivery::track::TrackRow;
use headway_parts::{parts_text, period_text};
use headway_render::MeasureUnit;
use maud::{Markup, html};

/// What was published, with its marks (preliminary, break), beside figures that it is held against.
pub(crate) fn observed_beside(unit: &MeasureUnit, observed: Option<&SeriesObservation>, marks: &[f64]) -> Markup {
    use headway_delivery::model::ValueFlags;
    let Some(o) = observed else { return html! { span.note { "no result" } } };
    html! {
        @let said = chart::said_beside(unit, o, marks);
        @if o.value.exact_number().is_some() { (said) } @else { span.words { (said) } }
        @if o.flags.has_all(ValueFlags::PROVISIONAL) { " " span.note { "(preliminary)" } }
        @if o.flags.has_all(ValueFlags::STAND_IN) { " " span.note { "(stand-in)" } }
    }
}

/// The latest result of a series and its period; behind it the one that the status speaks of, where that is an earlier one.
pub(crate) fn result_cells(unit: &MeasureUnit, row: &TrackRow, observed: &[SeriesObservation]) -> [Markup; 2] {
    if observed.is_empty() && !row.parts.is_empty() {
        return [html! { span.note { (parts_text(row.parts.len())) } }, html! { (period_text(row.standing.period)) }];
    }
    let (marks, latest) =
        (row.standing.rounding_marks(), SeriesObservation::latest_result(observed).or(observed.last()));
    let figure =
        html! { (observed_beside(unit, latest, &marks)) (judged_note(unit, row.judged_before(observed), &marks)) };
    [figure, html! { (period_text(latest.map(|o| o.period))) }]
}

/// The result that a status speaks of, behind a later one.
pub(crate) fn judged_note(unit: &MeasureUnit, judged: Option<&SeriesObservation>, marks: &[f64]) -> Markup {
    html! { @if let Some(o) = judged { " " span.note { "(judged: " (chart::said_beside(unit, o, marks)) ", " (period_text(Some(o.period))) ")" } } }
}

/// What “from its districts” beside a chance means; nothing where no row says so.
pub(crate) fn read_from(rows: impl IntoIterator<Item = Result<TargetOdds, NoOdds>>) -> Markup {
    let mut found = rows.into_iter().filter_map(|odds| odds.ok()?.read_from.filter(|from| from.calibrated));
    html! { @if let Some(from) = found.next() {
        @let many = from.level.place_nouns().1;
        p.note { "A chance “from its " (many) "”: one series can’t be calibrated, so the chance is read from how its " (many) " move. In a backtest the odds of its " (many) " held what they said." }
    } }
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn interval_text(unit: &MeasureUnit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference_text(lo).replace(" points", ""), unit.difference_text(hi))
}

/// A student group inside a sentence: "all students", else by its name.
pub(crate) fn group_words(code: &str) -> String {
    if code == headway_delivery::model::ALL {
        "all students".to_owned()
    } else {
        StudentGroup::name_of(code).into_owned()
    }
}
