//! Values in words: what was published, never more.

use headway_delivery::judgement::Signal;
use headway_delivery::model::status::Standing;
use headway_delivery::model::{Group, Period};
use headway_delivery::scored::Observed;
use headway_delivery::track::TrackRow;
use headway_render::{Unit, format};
use maud::{Markup, html};

/// What was published, with its marks (preliminary, break).
pub(crate) fn observed(unit: &Unit, observed: Option<&Observed>) -> Markup {
    use headway_delivery::model::Flags;
    let Some(o) = observed else { return html! { span.note { "no result" } } };
    html! {
        @if o.value.exact().is_some() { (unit.published(o.value)) } @else { span.words { (unit.published(o.value)) } }
        @if o.flags.has(Flags::PROVISIONAL) { " " span.note { "(preliminary)" } }
        @if o.flags.has(Flags::STAND_IN) { " " span.note { "(stand-in)" } }
    }
}

/// A period in words.
pub(crate) fn period(period: Option<Period>) -> String {
    period.map_or_else(String::new, format::period)
}

/// The distance to the path in the measure's unit, and which side that is.
pub(crate) fn distance(unit: &Unit, standing: &Standing) -> Markup {
    let Some(distance) = standing.distance.exact() else { return html! {} };
    html! { (unit.difference(distance)) }
}

/// The chance that the target is met, in words; nothing where none can be said.
pub(crate) fn odds(row: &TrackRow) -> Markup {
    html! { @if let Ok(odds) = row.odds { (odds.words()) @if !odds.calibrated { " " span.note { "(not calibrated)" } } } }
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn between(unit: &Unit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference(lo).replace(" points", ""), unit.difference(hi))
}

/// The signal in words.
pub(crate) fn signal(signal: Option<Signal>) -> &'static str {
    signal.map_or("too few results to tell", |s| s.word.words())
}

/// A student group inside a sentence: "all students", else by its name.
pub(crate) fn group_words(code: &str) -> String {
    if code == headway_delivery::model::ALL { "all students".to_owned() } else { Group::name_of(code).into_owned() }
}
