//! The places that an import and those before it tell of, as they are in each period.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use headway_model::{DEEPEST_PATH, Place, PlaceId, PlaceLife, PlaceTimeline};
use jiff::civil::Date;

/// Places by id: as they are in the end, and those that were otherwise before.
#[derive(Default)]
pub(super) struct KnownPlaces {
    /// By id.
    places: Vec<Place>,
    /// What a place was from each day on, of those that were not always the same.
    steps: HashMap<PlaceId, Vec<(Date, Place)>>,
    /// When they opened and closed, of those of which it is known.
    lives: HashMap<PlaceId, PlaceLife>,
    /// Where a place was found last: series follow each other in the order of their places.
    near: AtomicUsize,
}

impl KnownPlaces {
    /// Adds a place. [`Self::sorted`] puts them in order.
    pub(super) fn add_place(&mut self, timeline: &PlaceTimeline) {
        let place = timeline.place_on(Date::MAX).clone();
        if timeline.steps().len() > 1 {
            self.steps.insert(place.id.clone(), timeline.steps().to_vec());
        }
        if !timeline.life().is_unknown() {
            self.lives.insert(place.id.clone(), timeline.life().clone());
        }
        self.places.push(place);
    }

    /// The ids of all.
    pub(super) fn place_ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.places.iter().map(|place| place.id.as_str())
    }

    /// In the order of their ids, in which they are found.
    pub(super) fn sorted_by_id(mut self) -> Self {
        self.places.sort_by(|a, b| a.id.cmp(&b.id));
        self
    }

    /// Places that belong to each other in a circle on some day, in order, one of which `is_told`; empty where there are none.
    pub(super) fn find_circle(&self, is_told: impl Fn(&str) -> bool) -> Vec<&str> {
        let in_the_end = |id: &str| self.get(id).and_then(|place| place.parent.as_deref());
        let mut met = HashSet::new();
        // From parents alone, which are fewer: where their parents end, nothing else can be in a circle.
        let mut parents = self.places.iter().filter_map(|place| place.parent.as_deref());
        if parents.any(|id| circle_above(id, &mut met, in_the_end).is_some()) {
            met.clear();
            let ids = self.places.iter().filter(|place| place.parent.is_some()).map(|place| place.id.as_str());
            let found = ids
                .filter_map(|id| circle_above(id, &mut met, in_the_end))
                .find(|circle| circle.iter().any(|id| is_told(id)));
            if let Some(circle) = found {
                return circle;
            }
        }
        // A circle of earlier days began when one of its places changed.
        let mut changes: BTreeMap<Date, Vec<&str>> = BTreeMap::new();
        for (id, steps) in &self.steps {
            steps.iter().for_each(|(day, _)| changes.entry(*day).or_default().push(id));
        }
        for (day, ids) in changes {
            let then = |id: &str| self.place_on_day(id, || day).and_then(|place| place.parent.as_deref());
            let mut met = HashSet::new();
            let mut circles = ids.into_iter().filter_map(|id| circle_above(id, &mut met, then));
            if let Some(circle) = circles.find(|circle| circle.iter().any(|id| is_told(id))) {
                return circle;
            }
        }
        Vec::new()
    }

    /// Places that belong to each other in a chain longer than [`DEEPEST_PATH`] on some day, from the lowest up, one of which
    /// `is_told`; empty where there are none. Asked where there is no circle.
    pub(super) fn find_chain(&self, is_told: impl Fn(&str) -> bool) -> Vec<&str> {
        let in_the_end = |id: &str| self.get(id).and_then(|place| place.parent.as_deref());
        // From parents alone, which are fewer: what lies below none of the deep ones is not deep.
        let parents: HashSet<&str> = self.places.iter().filter_map(|place| place.parent.as_deref()).collect();
        if parents.into_iter().any(|id| chain_above(id, in_the_end).len() >= DEEPEST_PATH) {
            let ids = self.places.iter().map(|place| place.id.as_str());
            let mut long = ids.map(|id| chain_above(id, in_the_end)).filter(|chain| chain.len() > DEEPEST_PATH);
            if let Some(chain) = long.find(|chain| chain.iter().any(|id| is_told(id))) {
                return chain;
            }
        }
        // On earlier days, above each place that was not always the same.
        let days: BTreeSet<Date> = self.steps.values().flatten().map(|(day, _)| *day).collect();
        for day in days {
            let then = |id: &str| self.place_on_day(id, || day).and_then(|place| place.parent.as_deref());
            let changed = self.steps.keys().map(|id| chain_above(id, then));
            let mut long = changed.filter(|chain| chain.len() > DEEPEST_PATH);
            if let Some(chain) = long.find(|chain| chain.iter().any(|id| is_told(id))) {
                return chain;
            }
        }
        Vec::new()
    }

    /// When a place opened and closed; `None` where nothing is known of it.
    pub(super) fn place_life(&self, id: &str) -> Option<&PlaceLife> {
        // Most lakes know of none.
        if self.lives.is_empty() { None } else { self.lives.get(id) }
    }

    /// The place as it is in the end.
    pub(super) fn get(&self, id: &str) -> Option<&Place> {
        let near = self.near.load(Ordering::Relaxed);
        let next = (near..near + 2).find(|&at| self.places.get(at).is_some_and(|place| place.id == id));
        let at = match next {
            Some(at) => at,
            None => self.places.binary_search_by(|place| place.id.as_str().cmp(id)).ok()?,
        };
        self.near.store(at, Ordering::Relaxed);
        Some(&self.places[at])
    }

    /// The place as it was on a day, which is asked for only where that makes a difference.
    pub(super) fn place_on_day(&self, id: &str, day: impl FnOnce() -> Date) -> Option<&Place> {
        match self.steps.get(id) {
            Some(steps) => {
                let day = day();
                Some(&steps[steps.partition_point(|(from, _)| *from <= day).saturating_sub(1)].1)
            }
            None => self.get(id),
        }
    }
}

/// A place and those above it, the nearest first, as far as shows that they are too many.
fn chain_above<'p>(id: &'p str, parent: impl Fn(&'p str) -> Option<&'p str>) -> Vec<&'p str> {
    std::iter::successors(Some(id), |id| parent(id)).take(DEEPEST_PATH + 1).collect()
}

/// The circle that the places above `id` run into, unless one of them was met before.
fn circle_above<'p>(
    id: &'p str,
    met: &mut HashSet<&'p str>,
    parent: impl Fn(&'p str) -> Option<&'p str>,
) -> Option<Vec<&'p str>> {
    let mut path: Vec<&str> = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next {
        if !met.insert(id) {
            // Met on this way, or on one before, which was looked at whole.
            let at = path.iter().rposition(|before| *before == id)?;
            return Some(path.split_off(at));
        }
        path.push(id);
        next = parent(id);
    }
    None
}

#[cfg(test)]
mod tests {
    use headway_model::Level;

    use super::*;

    fn bare(id: &str) -> Place {
        Place { id: id.into(), name: id.to_owned(), level: Level::School, parent: None }
    }

    /// Places as `id > parent` from a day on, the first of all time.
    fn places(told: &[(&str, &[(&str, &str)])]) -> KnownPlaces {
        let mut known = KnownPlaces::default();
        for (id, steps) in told {
            let place = |parent: &str| Place {
                parent: Some(parent.to_owned()).filter(|parent| !parent.is_empty()).map(Into::into),
                ..bare(id)
            };
            let steps: Vec<(Date, Place)> =
                steps.iter().map(|(day, parent)| (day.parse().expect("a day"), place(parent))).collect();
            known.places.push(steps.last().expect("a step").1.clone());
            if steps.len() > 1 {
                known.steps.insert((*id).into(), steps);
            }
        }
        known.sorted_by_id()
    }

    #[test]
    fn circles_are_found_on_any_day() {
        let first = "2000-01-01";
        let check = |told: &[(&str, &[(&str, &str)])], touched: &str, mut circle: Vec<&str>| {
            let known = places(told);
            let mut found = known.find_circle(|id| id == touched);
            found.sort_unstable();
            circle.sort_unstable();
            assert_eq!(found, circle, "{told:?}");
        };
        check(&[("a", &[(first, "b")]), ("b", &[(first, "c")]), ("c", &[(first, "")])], "a", vec![]);
        check(&[("a", &[(first, "b")]), ("b", &[(first, "a")])], "a", vec!["a", "b"]);
        // One that others brought hides no new one.
        check(&[("a", &[(first, "b")]), ("b", &[(first, "a")]), ("x", &[(first, "x")])], "x", vec!["x"]);
        // One year alone.
        let once: [(&str, &str); 3] = [(first, "c"), ("2018-07-01", "b"), ("2019-07-01", "c")];
        check(&[("a", &once), ("b", &[(first, "a")]), ("c", &[(first, "")])], "b", vec!["a", "b"]);
    }

    #[test]
    fn a_long_chain_is_walked_once() {
        let mut known = KnownPlaces::default();
        for n in 0..200_000 {
            known.places.push(Place { parent: Some(format!("{:07}", n + 1).into()), ..bare(&format!("{n:07}")) });
        }
        assert!(known.find_circle(|_| true).is_empty());
        assert_eq!(known.find_chain(|id| id == "0000040").len(), DEEPEST_PATH + 1);
    }

    #[test]
    fn chains_that_are_too_long_are_found_on_any_day() {
        let first = "2000-01-01";
        let ids: Vec<String> = (0..=DEEPEST_PATH).map(|n| format!("{n:02}")).collect();
        let check = |length: usize, cut: Option<&str>, touched: &str, found: bool| {
            let told: Vec<(&str, Vec<(&str, &str)>)> = (0..length)
                .map(|n| {
                    let above = if n + 1 < length { ids[n + 1].as_str() } else { "" };
                    let until = if n == 0 { cut } else { None };
                    (ids[n].as_str(), [(first, above)].into_iter().chain(until.map(|day| (day, ""))).collect())
                })
                .collect();
            let told: Vec<(&str, &[(&str, &str)])> = told.iter().map(|(id, steps)| (*id, steps.as_slice())).collect();
            let known = places(&told);
            assert_eq!(!known.find_chain(|id| id == touched).is_empty(), found, "{length} {cut:?} {touched}");
        };
        check(DEEPEST_PATH, None, "00", false);
        check(DEEPEST_PATH + 1, None, "00", true);
        check(DEEPEST_PATH + 1, None, "elsewhere", false);
        check(DEEPEST_PATH + 1, Some("2020-07-01"), "03", true); // no longer
        check(DEEPEST_PATH, Some("2020-07-01"), "03", false);
    }
}
