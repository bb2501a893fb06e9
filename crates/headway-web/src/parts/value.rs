//! Values in words: what was published, never more.

use headway_delivery::chart;
use headway_delivery::judgement::{NoOdds, NoSignal, Odds, Signal, SignalWord};
use headway_delivery::model::status::{Standing, Status, Tone};
use headway_delivery::model::{Group, Period};
use headway_delivery::scored::Observed;
use headway_render::{Unit, format};
use maud::{Markup, html};

use crate::link::Link;

/// What was published, with its marks (preliminary, break).
pub(crate) fn observed(unit: &Unit, observed: Option<&Observed>) -> Markup {
    use headway_delivery::model::Flags;
    let Some(o) = observed else { return html! { span.note { "no result" } } };
    html! {
        @if o.value.exact().is_some() { (chart::said(unit, o)) } @else { span.words { (chart::said(unit, o)) } }
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

/// The chance that the target is met, in words, with what must be said of it, or why none can be said. Where it is read from places
/// below whose odds are calibrated, it leads to their backtest; `measure` is the page of the measure.
pub(crate) fn odds(status: Status, odds: Result<Odds, NoOdds>, measure: impl FnOnce() -> Link) -> Markup {
    html! { @match odds {
        Ok(odds) => {
            (beside(status, &odds)) (odds.words())
            @match odds.read_from {
                Some(from) if from.calibrated => { " " span.note { "(" a href=(measure().extend("backtest").with("level", from.level.id())) { (odds.short_caution()) } ")" } }
                _ if odds.calibrated => {}
                _ => { " " span.note { "(" (odds.short_caution()) ")" } }
            }
        }
        Err(why) => span.note { (why.short()) },
    } }
}

/// A status says where a series stands now, a chance where it will end: where the two point to different sides, the word between
/// them says so.
fn beside(status: Status, odds: &Odds) -> &'static str {
    match status.tone() {
        Tone::Good if odds.chance < 0.5 => "though now on its path, only ",
        Tone::Bad if odds.chance >= 0.5 => "though now behind, still ",
        _ => "",
    }
}

/// What "from its districts" in a table of odds means; nothing where no row says so.
pub(crate) fn read_from(rows: impl IntoIterator<Item = Result<Odds, NoOdds>>) -> Markup {
    let mut found = rows.into_iter().filter_map(|odds| odds.ok()?.read_from.filter(|from| from.calibrated));
    html! { @if let Some(from) = found.next() {
        @let many = from.level.nouns().1;
        p.note { "Odds “from its " (many) "”: one series can’t be calibrated, so the chance is read from how its " (many) " move. In a backtest the odds of its " (many) " held what they said." }
    } }
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn between(unit: &Unit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference(lo).replace(" points", ""), unit.difference(hi))
}

/// Whether the latest result is more than noise, in a few words, or why that can't be said.
pub(crate) fn signal(signal: Result<Signal, NoSignal>) -> Markup {
    html! { @match signal.map(|s| s.word) {
        Err(why) => span.note { (why.short()) },
        Ok(SignalWord::None) => span.note { "within noise" },
        Ok(SignalWord::High) => "higher than before",
        Ok(SignalWord::Low) => "lower than before",
    } }
}

/// A student group inside a sentence: "all students", else by its name.
pub(crate) fn group_words(code: &str) -> String {
    if code == headway_delivery::model::ALL { "all students".to_owned() } else { Group::name_of(code).into_owned() }
}
