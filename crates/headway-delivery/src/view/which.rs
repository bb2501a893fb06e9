//! Which place does somebody mean: a name or an id, as people write it.

use headway_analytics::PlaceRef;
use headway_model::{Level, Place};

use crate::{Result, Snapshot};

/// What a text can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceMatch {
    /// One place: its id.
    One(String),
    /// Several places: the first of them, and how many there are.
    Several(Vec<PlaceRef>, usize),
    /// No place that is known.
    None,
}

/// How many places an answer lists when a text fits several.
const LISTED: usize = 25;

impl Snapshot {
    /// Which of an agency's places `text` means: an id, a whole name, or words that are in one name only. Case does not
    /// count.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an agency that is not there.
    pub fn which_place(&self, agency: &str, text: &str) -> Result<PlaceMatch> {
        let text = text.trim();
        let home = self.agency(agency)?.agency.place.as_deref();
        if home == Some(text) || self.places.get(text).is_some() {
            return Ok(PlaceMatch::One(text.to_owned()));
        }
        let hits = self.places_with(agency, text)?;
        let named: Vec<&Place> =
            hits.iter().filter(|p| p.name.to_lowercase() == text.to_lowercase()).copied().collect();
        let fits = if named.is_empty() { &hits } else { &named };
        Ok(match fits.as_slice() {
            [] => PlaceMatch::None,
            [one] => PlaceMatch::One(one.id.to_string()),
            many => PlaceMatch::Several(many.iter().take(LISTED).map(|p| place_ref(p)).collect(), many.len()),
        })
    }

    /// An agency's places that have every word of `text` in their name or id, at most `limit`.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an agency that is not there.
    pub fn suggest_places(&self, agency: &str, text: &str, limit: usize) -> Result<Vec<PlaceRef>> {
        Ok(self.places_with(agency, text)?.into_iter().take(limit).map(place_ref).collect())
    }

    fn places_with(&self, agency: &str, text: &str) -> Result<Vec<&Place>> {
        self.agency(agency)?;
        let own = |place: &&Place| self.is_place_of(agency, &place.id).is_ok_and(|own| own);
        Ok(self.places.search_places(text, usize::MAX).into_iter().filter(own).collect())
    }

    /// What a place is called where a reader needs more than the name: `Lincoln, Boston` for a school.
    pub fn full_name(&self, id: &str) -> String {
        let name = self.places.display_name(id);
        let above = self.places.path_to(id);
        match above.iter().rev().nth(1).filter(|p| p.level >= Level::District) {
            Some(parent) => format!("{name}, {}", parent.name),
            None => name.to_owned(),
        }
    }
}

fn place_ref(place: &Place) -> PlaceRef {
    PlaceRef { id: place.id.clone(), name: place.name.clone(), level: Some(place.level) }
}
