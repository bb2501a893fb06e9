//! The places that an import and those before it tell of, as they are in each period.

use std::collections::{HashMap, HashSet};

use headway_model::{Place, PlaceTimeline};
use jiff::civil::Date;

/// Places by id: as they are in the end, and those that were otherwise before.
#[derive(Default)]
pub(super) struct KnownPlaces {
    /// By id.
    places: Vec<Place>,
    /// What a place was from each day on, of those that were not always the same.
    steps: HashMap<String, Vec<(Date, Place)>>,
}

impl KnownPlaces {
    /// Adds a place. [`Self::sorted`] puts them in order.
    pub(super) fn add(&mut self, timeline: &PlaceTimeline) {
        let place = timeline.on(Date::MAX).clone();
        if timeline.steps().len() > 1 {
            self.steps.insert(place.id.clone(), timeline.steps().to_vec());
        }
        self.places.push(place);
    }

    /// The ids of all.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|place| place.id.as_str())
    }

    /// In the order of their ids, in which they are found.
    pub(super) fn sorted(mut self) -> Self {
        self.places.sort_by(|a, b| a.id.cmp(&b.id));
        self
    }

    /// Places that belong to each other in a circle, in order; empty where there are none.
    pub(super) fn circle(&self) -> Vec<&str> {
        // Nobody is in a circle who was found to end somewhere.
        let mut safe: HashSet<&str> = HashSet::new();
        let mut last = None;
        for place in &self.places {
            // Most places are right below one that was looked at, and many below the same as the place before.
            let parent = place.parent.as_deref();
            let known = parent == last || parent.is_none_or(|parent| safe.contains(parent));
            last = parent;
            if known {
                continue;
            }
            let id = place.id.as_str();
            let mut path: Vec<&str> = Vec::new();
            let mut next = Some(id);
            while let Some(id) = next.filter(|id| !safe.contains(id)) {
                if let Some(at) = path.iter().position(|before| *before == id) {
                    return path.split_off(at);
                }
                path.push(id);
                next = self.get(id).and_then(|place| place.parent.as_deref());
            }
            safe.extend(path);
        }
        Vec::new()
    }

    /// The place as it is in the end.
    pub(super) fn get(&self, id: &str) -> Option<&Place> {
        let at = self.places.binary_search_by(|place| place.id.as_str().cmp(id)).ok()?;
        Some(&self.places[at])
    }

    /// The place as it was on a day, which is asked for only where that makes a difference.
    pub(super) fn on(&self, id: &str, day: impl FnOnce() -> Date) -> Option<&Place> {
        match self.steps.get(id) {
            Some(steps) => {
                let day = day();
                Some(&steps[steps.partition_point(|(from, _)| *from <= day).saturating_sub(1)].1)
            }
            None => self.get(id),
        }
    }
}
