//! Places that merge, split and close.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::PlaceDirectory;
use crate::PlaceId;

/// What happened to a place, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceEvent {
    /// The first day on which it holds.
    pub day: Date,
    /// What.
    pub what: PlaceChange,
    /// Ids of the others that it happened with.
    pub others: Vec<PlaceId>,
}

/// What can happen to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceChange {
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
pub(super) fn events_by_place(places: &PlaceDirectory) -> HashMap<PlaceId, Vec<PlaceEvent>> {
    let mut events: HashMap<PlaceId, Vec<PlaceEvent>> = HashMap::new();
    let mut add = |place: &PlaceId, day: Date, what: PlaceChange, others: &[PlaceId]| {
        events.entry(place.to_owned()).or_default().push(PlaceEvent { day, what, others: others.to_vec() });
    };
    for place in places.iter() {
        let Some(life) = places.life_of(&place.id) else { continue };
        let id = std::slice::from_ref(&place.id);
        if let Some(day) = life.closed.map(|last| last.saturating_add(1.day())) {
            add(
                &place.id,
                day,
                if life.into.is_empty() { PlaceChange::Closed } else { PlaceChange::BecamePart },
                &life.into,
            );
            life.into.iter().for_each(|other| add(other, day, PlaceChange::TookIn, id));
        }
        if let Some(day) = life.opened.filter(|_| !life.out_of.is_empty()) {
            add(&place.id, day, PlaceChange::MadeOf, &life.out_of);
            life.out_of.iter().for_each(|other| add(other, day, PlaceChange::GaveUp, id));
        }
    }
    events.values_mut().for_each(|list| list.sort_by_key(|event| event.day));
    events
}
