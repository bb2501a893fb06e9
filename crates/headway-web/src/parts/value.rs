//! Values in words: what was published, never more.

use headway_delivery::judgement::{NoOdds, Odds, Signal, SignalWord};
use headway_delivery::model::status::Standing;
use headway_delivery::model::{Group, Period};
use headway_delivery::scored::Observed;
use headway_delivery::view::PlaceOutlook;
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

/// The chance that the target is met, in words, or why none can be said.
pub(crate) fn odds(odds: Result<Odds, NoOdds>) -> Markup {
    html! { @match odds {
        Ok(odds) => { (odds.words()) @if !odds.calibrated { " " span.note { "(not calibrated)" } } },
        Err(why) => span.note { (why.short()) },
    } }
}

/// An interval of differences: the unit is said once, at its end.
pub(crate) fn between(unit: &Unit, lo: f64, hi: f64) -> String {
    format!("{} to {}", unit.difference(lo).replace(" points", ""), unit.difference(hi))
}

/// Whether the latest result is more than noise, in a few words.
pub(crate) fn signal(signal: Option<Signal>) -> Markup {
    html! { @match signal.map(|s| s.word) {
        None => span.note { "too few results" },
        Some(SignalWord::None) => span.note { "within noise" },
        Some(SignalWord::High) => "higher than before",
        Some(SignalWord::Low) => "lower than before",
    } }
}

/// What may come of a place's promises: how many will rather be met.
pub(crate) fn place_odds(outlook: Option<PlaceOutlook>) -> Markup {
    html! { @match outlook {
        None => {}
        Some(PlaceOutlook { said: 0, .. }) => span.note { "none can be said" },
        Some(o) => { (o.likely) " of " (o.said) " likely met" }
    } }
}

/// What moved at a place beyond noise.
pub(crate) fn place_signals(outlook: Option<PlaceOutlook>) -> Markup {
    html! { @match outlook {
        None => {}
        Some(PlaceOutlook { better: 0, worse: 0, .. }) => span.note { "none" },
        Some(o) => { @if o.better > 0 { (o.better) " better" } @if o.better > 0 && o.worse > 0 { ", " } @if o.worse > 0 { (o.worse) " worse" } }
    } }
}

/// A student group inside a sentence: "all students", else by its name.
pub(crate) fn group_words(code: &str) -> String {
    if code == headway_delivery::model::ALL { "all students".to_owned() } else { Group::name_of(code).into_owned() }
}

/// Results that were due and are not in: those between the latest and the next that is not yet due.
pub(crate) fn overdue(latest: Period, next: Period) -> Option<String> {
    let missing = next.ordinal - latest.ordinal - 1;
    let (first, last) = (format::period(latest.plus(1)), format::period(next.plus(-1)));
    match missing {
        ..=0 => None,
        1 => Some(format!("{first}: the result was due and is not in")),
        _ => Some(format!("{first} to {last}: the results were due and are not in")),
    }
}

#[cfg(test)]
mod tests {
    use headway_delivery::model::PeriodKind;

    use super::*;

    #[test]
    fn what_lies_between_the_latest_and_the_next_is_overdue() {
        let cohort = |year| Period { kind: PeriodKind::Cohort, ordinal: year };
        assert_eq!(overdue(cohort(2013), cohort(2014)), None);
        assert_eq!(overdue(cohort(2015), cohort(2014)), None);
        assert_eq!(
            overdue(cohort(2013), cohort(2015)).as_deref(),
            Some("cohort 2014: the result was due and is not in")
        );
        let words = "cohort 2014 to cohort 2016: the results were due and are not in";
        assert_eq!(overdue(cohort(2013), cohort(2017)).as_deref(), Some(words));
    }
}
