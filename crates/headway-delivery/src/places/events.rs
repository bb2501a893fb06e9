//! Places that merge, split and close: what a reader must know who compares figures over the change.

use std::collections::HashMap;

use headway_model::status::{Horizon, Lag, Note, NoteKind};
use headway_model::{Period, PeriodKind};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{PlaceHistory, Places};
use crate::Snapshot;
use crate::scored::Observed;

/// What happened to a place, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlaceEvent {
    day: Date,
    what: What,
    /// Ids of the others that it happened with.
    others: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// It took in another that closed.
    TookIn,
    /// It closed; the others took it in.
    BecamePart,
    /// It closed, and nothing says what became of it.
    Closed,
    /// It was made of others.
    MadeOf,
    /// Another was made out of it.
    GaveUp,
}

/// The events of each place, by day.
pub(super) fn events(places: &Places) -> HashMap<String, Vec<PlaceEvent>> {
    let mut events: HashMap<String, Vec<PlaceEvent>> = HashMap::new();
    let mut add = |place: &str, day: Date, what: What, others: &[String]| {
        events.entry(place.to_owned()).or_default().push(PlaceEvent { day, what, others: others.to_vec() });
    };
    for place in places.iter() {
        let Some(life) = places.life(&place.id) else { continue };
        let id = std::slice::from_ref(&place.id);
        if let Some(day) = life.closed.map(|last| last.saturating_add(1.day())) {
            add(&place.id, day, if life.into.is_empty() { What::Closed } else { What::BecamePart }, &life.into);
            life.into.iter().for_each(|other| add(other, day, What::TookIn, id));
        }
        if let Some(day) = life.opened.filter(|_| !life.out_of.is_empty()) {
            add(&place.id, day, What::MadeOf, &life.out_of);
            life.out_of.iter().for_each(|other| add(other, day, What::GaveUp, id));
        }
    }
    events.values_mut().for_each(|list| list.sort_by_key(|event| event.day));
    events
}

/// The period of a kind in which a day lies.
fn period_of(kind: PeriodKind, day: Date) -> Period {
    Period { kind, ordinal: Horizon::on(kind, Lag::default(), day).completed + 1 }
}

impl PlaceEvent {
    /// The event in a sentence, with what it means for figures before and after.
    fn sentence(&self, history: &PlaceHistory, place: &str, period: Period) -> String {
        let (before, after) = (history.on(self.day.saturating_sub(1.day())), history.on(self.day));
        let named = |id: &String| before.get(id).or(after.get(id)).map_or(id, |other| &other.name).clone();
        let others = self.others.iter().map(named).collect::<Vec<_>>().join(" and ");
        let own = match self.what {
            What::MadeOf => after.name(place),
            _ => before.name(place),
        };
        match self.what {
            What::TookIn => format!("{own} took in {others} in {period}: figures before are of {own} alone."),
            What::BecamePart => format!("{own} became part of {others} in {period}: later figures are there."),
            What::Closed => format!("{own} closed: {period} is the first period without it."),
            What::MadeOf => format!("{own} was made of {others} in {period}: earlier figures are theirs."),
            What::GaveUp => format!("{others} was made out of {own} in {period}: figures before include it."),
        }
    }
}

impl Snapshot {
    /// What a reader must know of a place who compares these observations.
    pub(crate) fn place_notes(&self, place: &str, kind: PeriodKind, observed: &[Observed]) -> Vec<Note> {
        let (Some(first), Some(last)) = (observed.first(), observed.last()) else { return Vec::new() };
        let events = self.history().events(place).iter().filter_map(|event| {
            let period = period_of(kind, event.day);
            let (before, after) = (first.period < period, last.period >= period);
            let told = match event.what {
                What::TookIn | What::GaveUp => before && after,
                What::BecamePart | What::Closed => before && event.day <= self.as_of,
                What::MadeOf => after,
            };
            told.then(|| Note::new(NoteKind::Places, event.sentence(self.history(), place, period)))
        });
        events.collect()
    }
}
