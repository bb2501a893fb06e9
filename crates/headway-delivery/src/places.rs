//! Every place of the workspace, in memory: names for pages, the tree for levels, and search.

use std::collections::HashMap;

use headway_model::{Level, Place};

/// All places, with the tree between them. Some 10,000 to 150,000 places: a few megabytes.
#[derive(Debug, Default)]
pub struct Places {
    places: Vec<Place>,
    by_id: HashMap<String, u32>,
    children: HashMap<String, Vec<u32>>,
    /// (lower-case name and id, place), in the order of names: what search runs over.
    names: Vec<(String, u32)>,
}

impl Places {
    /// Builds the index.
    pub fn new(places: Vec<Place>) -> Self {
        let mut index = Self { places, ..Self::default() };
        for (i, place) in index.places.iter().enumerate() {
            let i = u32::try_from(i).expect("fewer than 2^32 places");
            index.by_id.insert(place.id.clone(), i);
            if let Some(parent) = &place.parent {
                index.children.entry(parent.clone()).or_default().push(i);
            }
            index.names.push((format!("{} {}", place.name, place.id).to_lowercase(), i));
        }
        index.names.sort_by_cached_key(|(name, i)| (name_order(name), *i));
        index
    }

    /// How many places.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The place of this id.
    pub fn get(&self, id: &str) -> Option<&Place> {
        self.by_id.get(id).map(|&i| &self.places[i as usize])
    }

    /// The name to show for an id: the place's own, or the id where nothing more is known.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.get(id).map_or(id, |place| &place.name)
    }

    /// The level of a place, where it is known.
    pub fn level(&self, id: &str) -> Option<Level> {
        self.get(id).map(|place| place.level)
    }

    /// The places directly below this one, by name.
    pub fn children(&self, id: &str) -> Vec<&Place> {
        let mut found: Vec<&Place> =
            self.children.get(id).into_iter().flatten().map(|&i| &self.places[i as usize]).collect();
        found.sort_by_cached_key(|place| (name_order(&place.name), place.id.clone()));
        found
    }

    /// From the top down to the place itself. A circle of parents (bad data) ends where it closes.
    pub fn path(&self, id: &str) -> Vec<&Place> {
        let mut path: Vec<&Place> = Vec::new();
        let mut next = self.get(id);
        while let Some(place) = next {
            if path.iter().any(|seen| seen.id == place.id) {
                break;
            }
            path.push(place);
            next = place.parent.as_deref().and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }

    /// Whether `id` is `top` or lies below it.
    pub fn is_within(&self, id: &str, top: &str) -> bool {
        id == top || self.path(id).iter().any(|place| place.id == top)
    }

    /// Places whose name or id has every word of `text`, names that start with it first; at most `limit`.
    pub fn search(&self, text: &str, limit: usize) -> Vec<&Place> {
        let wanted = text.trim().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(u8, &Place)> = self
            .names
            .iter()
            .filter(|(name, _)| words.iter().all(|word| name.contains(word)))
            .map(|(name, i)| {
                let place = &self.places[*i as usize];
                let rank = if place.id.to_lowercase() == wanted {
                    0
                } else if name.starts_with(&wanted) {
                    1
                } else {
                    2
                };
                (rank, place)
            })
            .collect();
        hits.sort_by_key(|(rank, place)| (*rank, place.level));
        hits.into_iter().take(limit).map(|(_, place)| place).collect()
    }

    /// Every place, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.places.iter()
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

    fn places() -> Places {
        let place = |id: &str, name: &str, level, parent: Option<&str>| Place {
            id: id.into(),
            name: name.into(),
            level,
            parent: parent.map(Into::into),
        };
        Places::new(vec![
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
        let ids = |text| places.search(text, 9).iter().map(|p| p.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids("boston"), ["0035", "00350001"]);
        assert_eq!(ids("latin bos"), ["00350001"]);
        assert_eq!(ids("0035"), ["0035", "00350001"]);
        assert!(ids("  ").is_empty());
    }

    #[test]
    fn the_tree_is_walked_and_a_circle_ends() {
        let places = places();
        assert_eq!(places.path("00350001").len(), 3);
        assert!(places.is_within("00350001", "ma") && !places.is_within("ma", "0035"));
        assert_eq!(places.path("x").len(), 2);
    }
}
