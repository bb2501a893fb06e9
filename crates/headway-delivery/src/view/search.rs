//! Search over measures and places.

use crate::Snapshot;
use crate::track::{MeasureRef, PlaceRef};

/// How many places an answer lists.
pub const PLACES_FOUND: usize = 40;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct SearchView {
    /// Measures, with the agency whose plan they are in.
    pub measures: Vec<Found<MeasureRef>>,
    /// Places, with the agency that they belong to.
    pub places: Vec<Found<PlaceRef>>,
}

/// Something found, and whose it is.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The agency's id.
    pub agency: String,
    /// The agency's name.
    pub agency_name: String,
    /// What was found.
    pub item: T,
}

impl Snapshot {
    /// Measures and places that have every word of `text` in their name or id.
    pub fn search(&self, text: &str) -> SearchView {
        let wanted = text.to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        if words.is_empty() {
            return SearchView::default();
        }
        let hit = |name: &str, id: &str| {
            let all = format!("{name} {id}").to_lowercase();
            words.iter().all(|word| all.contains(word))
        };
        let measures = self.book.measures().filter(|(_, m)| hit(&m.measure.name, &m.measure.id));
        let measures = measures.map(|(a, m)| Found {
            agency: a.agency.id.clone(),
            agency_name: a.agency.name.clone(),
            item: MeasureRef::of(&m.measure),
        });
        let owner = |id: &str| {
            let own = self
                .book
                .agencies
                .iter()
                .find(|a| a.agency.unit.as_deref().is_some_and(|home| self.places.is_within(id, home)));
            own.or_else(|| self.book.agencies.iter().find(|a| a.agency.unit.is_none()))
        };
        let places = self.places.search(text, PLACES_FOUND).into_iter().filter_map(|place| {
            let agency = &owner(&place.id)?.agency;
            let item = PlaceRef { id: place.id.clone(), name: place.name.clone(), level: Some(place.level) };
            Some(Found { agency: agency.id.clone(), agency_name: agency.name.clone(), item })
        });
        SearchView { measures: measures.collect(), places: places.collect() }
    }
}
