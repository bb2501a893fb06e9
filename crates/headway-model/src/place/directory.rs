//! Every place, in memory: names, the tree for levels, and search. As of a day; `history` has them through time.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::{Level, Place, PlaceLife};
use crate::PlaceId;

/// So many places at most lie above each other, the topmost and the lowest among them: from nation to school there are five levels,
/// and a state may put a few more between. What is said to lie deeper is bad data (a column of parents that slid by a row), which an
/// import refuses.
pub const DEEPEST_PATH: usize = 16;

/// All places, with the tree between them, as they were on a day. Some 10,000 to 150,000 places: a few megabytes, which those of
/// several days share.
#[derive(Debug, Default)]
pub struct PlaceDirectory {
    pub(super) index: Arc<PlaceIndex>,
    /// The day; what has opened and closed is not looked at without one.
    pub(super) day: Option<Date>,
    /// Those that were something else on the day than the index says, by their number in it.
    pub(super) changed: HashMap<u32, Place>,
    /// Of these, by the place that they belonged to.
    pub(super) moved_in: HashMap<PlaceId, Vec<u32>>,
}

/// What places of several days have in common.
#[derive(Debug, Default)]
pub(super) struct PlaceIndex {
    pub(super) places: Vec<Place>,
    by_id: HashMap<PlaceId, u32>,
    children: HashMap<PlaceId, Vec<u32>>,
    /// (lower-case name and id, place), in the order of names: what search runs over, made at the first search.
    names: OnceLock<Vec<(String, u32)>>,
    /// When places opened and closed, where that is known.
    lives: HashMap<u32, PlaceLife>,
}

impl PlaceIndex {
    pub(super) fn new(places: Vec<Place>, lives: HashMap<u32, PlaceLife>) -> Self {
        let mut index = Self { places, lives, ..Self::default() };
        for (i, place) in index.places.iter().enumerate() {
            let i = u32::try_from(i).expect("fewer than 2^32 places");
            index.by_id.insert(place.id.clone(), i);
            if let Some(parent) = &place.parent {
                index.children.entry(parent.clone()).or_default().push(i);
            }
        }
        index
    }

    fn search_names(&self) -> &[(String, u32)] {
        self.names.get_or_init(|| {
            let mut names: Vec<(String, u32)> = self.places.iter().map(search_text).zip(0..).collect();
            names.sort_by_cached_key(|(name, i)| (name_order(name), *i));
            names
        })
    }
}

/// What search looks at.
fn search_text(place: &Place) -> String {
    format!("{} {}", place.name, place.id).to_lowercase()
}

impl PlaceDirectory {
    /// Builds the index.
    pub fn new(places: Vec<Place>) -> Self {
        Self { index: Arc::new(PlaceIndex::new(places, HashMap::new())), ..Self::default() }
    }

    /// How many places.
    pub fn len(&self) -> usize {
        self.index.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.index.places.is_empty()
    }

    fn place_at(&self, number: u32) -> &Place {
        self.changed.get(&number).unwrap_or(&self.index.places[number as usize])
    }

    /// The place of this id.
    pub fn get(&self, id: &str) -> Option<&Place> {
        self.index.by_id.get(id).map(|&number| self.place_at(number))
    }

    /// The name to show for an id: the place's own, or the id where nothing more is known.
    pub fn display_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.get(id).map_or(id, |place| &place.name)
    }

    /// The level of a place, where it is known.
    pub fn level_of(&self, id: &str) -> Option<Level> {
        self.get(id).map(|place| place.level)
    }

    /// When a place opened and closed, and what became of it, where that is known.
    pub fn life_of(&self, id: &str) -> Option<&PlaceLife> {
        self.index.lives.get(self.index.by_id.get(id)?)
    }

    /// Whether a place is there on the day, as far as is known: it has opened, and not closed.
    pub fn is_open(&self, id: &str) -> bool {
        self.day.is_none_or(|day| self.life_of(id).is_none_or(|life| life.is_open(day)))
    }

    /// The places directly below this one that are open, by name.
    pub fn open_children(&self, id: &str) -> Vec<&Place> {
        let stayed =
            self.index.children.get(id).into_iter().flatten().filter(|number| !self.changed.contains_key(*number));
        let moved_in = self.moved_in.get(id).into_iter().flatten();
        let all = stayed.chain(moved_in).map(|&number| self.place_at(number));
        let mut found: Vec<&Place> = all.filter(|place| self.is_open(&place.id)).collect();
        found.sort_by_cached_key(|place| (name_order(&place.name), place.id.clone()));
        found
    }

    /// From the top down to the place itself, at most [`DEEPEST_PATH`] places. Bad data that older programs let in ends there, and a
    /// circle of parents where it closes.
    pub fn path_to(&self, id: &str) -> Vec<&Place> {
        let mut path: Vec<&Place> = Vec::new();
        let mut next = self.get(id);
        while let Some(place) = next.filter(|_| path.len() < DEEPEST_PATH) {
            if path.iter().any(|seen| seen.id == place.id) {
                break;
            }
            path.push(place);
            next = place.parent.as_deref().and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }

    /// A place that lies deeper than [`DEEPEST_PATH`]; `None` in a tree as it should be.
    pub fn find_too_deep(&self) -> Option<&Place> {
        self.iter().find(|place| {
            let path = self.path_to(&place.id);
            let above = path.first().and_then(|top| top.parent.as_deref());
            path.len() == DEEPEST_PATH && above.is_some_and(|above| self.get(above).is_some())
        })
    }

    /// Whether `id` is `top` or lies below it.
    pub fn is_within(&self, id: &str, top: &str) -> bool {
        id == top || self.path_to(id).iter().any(|place| place.id == top)
    }

    /// Places whose name or id has every word of `text`, names that start with it first; at most `limit`.
    pub fn search_places<'p>(&'p self, text: &str, limit: usize) -> Vec<&'p Place> {
        let wanted = text.trim().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(u8, &'p Place)> = Vec::new();
        let mut look = |name: &str, place: &'p Place| {
            if words.iter().all(|word| name.contains(word)) {
                let by_name = if name.starts_with(&wanted) { 1 } else { 2 };
                hits.push((if place.id.to_lowercase() == wanted { 0 } else { by_name }, place));
            }
        };
        for (name, number) in self.index.search_names().iter().filter(|(_, number)| !self.changed.contains_key(number))
        {
            look(name, self.place_at(*number));
        }
        let mut changed: Vec<(String, &'p Place)> =
            self.changed.values().map(|place| (search_text(place), place)).collect();
        changed.sort_by_cached_key(|(name, place)| (name_order(name), place.id.clone()));
        changed.iter().for_each(|(name, place)| look(name, place));
        hits.sort_by_key(|(rank, place)| (*rank, place.level));
        hits.into_iter().take(limit).map(|(_, place)| place).collect()
    }

    /// Every place, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        (0..).zip(&self.index.places).map(|(number, _)| self.place_at(number))
    }
}

/// A name as people order names, as a key for sorting: "District 9" before "District 10", and case does not count.
pub fn name_order(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 8);
    let mut digits = String::new();
    for c in name.chars().chain([' ']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            key.push_str(&format!("{digits:0>9}"));
            digits.clear();
        }
        key.extend(c.to_lowercase());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_are_ordered_as_numbers() {
        let mut names =
            ["School 2 of district 10", "School 10 of district 2", "adams", "School 2 of district 9", "Zoo"];
        names.sort_by_key(|name| name_order(name));
        assert_eq!(
            names,
            ["adams", "School 2 of district 9", "School 2 of district 10", "School 10 of district 2", "Zoo"]
        );
    }

    fn places() -> PlaceDirectory {
        let place = |id: &str, name: &str, level, parent: Option<&str>| Place {
            id: id.into(),
            name: name.into(),
            level,
            parent: parent.map(Into::into),
        };
        PlaceDirectory::new(vec![
            place("ma", "Massachusetts", Level::State, None),
            place("0035", "Boston", Level::District, Some("ma")),
            place("00350001", "Boston Latin", Level::School, Some("0035")),
            place("x", "X", Level::School, Some("y")),
            place("y", "Y", Level::District, Some("x")),
        ])
    }

    #[test]
    fn search_finds_by_id_start_and_words() {
        let places = places();
        let ids = |text| places.search_places(text, 9).iter().map(|p| p.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids("boston"), ["0035", "00350001"]);
        assert_eq!(ids("latin bos"), ["00350001"]);
        assert_eq!(ids("0035"), ["0035", "00350001"]);
        assert!(ids("  ").is_empty());
    }

    #[test]
    fn the_tree_is_walked_and_a_circle_ends() {
        let places = places();
        assert_eq!(places.path_to("00350001").len(), 3);
        assert!(places.is_within("00350001", "ma") && !places.is_within("ma", "0035"));
        assert_eq!(places.path_to("x").len(), 2);
        assert_eq!(places.find_too_deep(), None);
    }

    #[test]
    fn a_chain_of_parents_ends() {
        let place = |n: usize| Place {
            id: format!("{n}").as_str().into(),
            name: format!("Place {n}"),
            level: Level::District,
            parent: Some(format!("{}", n + 1).as_str().into()),
        };
        let check = |places: usize, path: usize, too_deep: bool| {
            let places = PlaceDirectory::new((0..places).map(place).collect());
            assert_eq!((places.path_to("0").len(), places.find_too_deep().is_some()), (path, too_deep));
        };
        check(5, 5, false);
        check(DEEPEST_PATH, DEEPEST_PATH, false); // the topmost one names another, which is not known
        check(DEEPEST_PATH + 1, DEEPEST_PATH, true);
        check(30_000, DEEPEST_PATH, true);
    }
}
