//! Places, student groups and grades as numbers, and the trees of places, period by period.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use headway_model::{Level, Names, Period, PeriodKind, PlaceDirectory};
use serde::{Deserialize, Serialize};

/// Where a figure stands: the table of a measure (or of the students of several), the period, and place, group and grade as
/// numbers of the [`CodeNumbers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct CellKey {
    pub(super) table: u32,
    pub(super) period: i32,
    pub(super) place: u32,
    pub(super) group: u32,
    pub(super) grade: u32,
    /// Of a larger group those who are not in this one: that group's number and 1. Else 0.
    pub(super) rest_of: u32,
}

/// Places, groups and grades as numbers.
#[derive(Default)]
pub(super) struct CodeNumbers {
    pub(super) places: Names,
    pub(super) groups: Names,
    pub(super) grades: Names,
}

impl CodeNumbers {
    /// Gives a number to the groups that crossed ones lie in: girls and white students, where only white girls have figures.
    pub(super) fn add_wholes(&mut self) {
        let codes: Vec<String> = self.groups.all_texts().filter(|code| code.contains('+')).map(str::to_owned).collect();
        for code in codes {
            let words: Vec<&str> = code.split('+').collect();
            for left_out in 0..words.len() {
                let rest: Vec<&str> =
                    words.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, word)| *word).collect();
                self.groups.intern_text(&rest.join("+"));
            }
        }
    }
}

/// How places lie below each other, in each period: a school that moved counts in each year where it was in that year.
#[derive(Clone, Default)]
pub(super) struct PeriodHierarchies {
    trees: Vec<PlaceHierarchy>,
    of: BTreeMap<(PeriodKind, i32), usize>,
}

/// One tree of places, by number. Places that got their number later have nothing above them.
#[derive(Clone, Default)]
pub(super) struct PlaceHierarchy {
    levels: Vec<Option<Level>>,
    /// The places above each, the nearest first.
    above: Vec<Vec<u32>>,
    /// The places directly below each.
    below: Vec<Vec<u32>>,
}

/// A tree as a release keeps it: the periods that it holds for, and the nearest place above each.
#[derive(Serialize, Deserialize)]
struct SavedHierarchy {
    periods: Vec<(PeriodKind, i32)>,
    places: BTreeMap<String, (Option<String>, Option<Level>)>,
}

impl PeriodHierarchies {
    /// The trees of these periods, for the places that have a number by now.
    pub(super) fn for_periods(
        atlas: &CodeNumbers,
        periods: &BTreeSet<(PeriodKind, i32)>,
        places_in: impl Fn(Period) -> Arc<PlaceDirectory>,
    ) -> Self {
        let mut forest = Self::default();
        let mut seen: Vec<Arc<PlaceDirectory>> = Vec::new();
        for &(kind, ordinal) in periods {
            let places = places_in(Period { kind, ordinal });
            let at = seen.iter().position(|known| Arc::ptr_eq(known, &places)).unwrap_or_else(|| {
                forest.trees.push(PlaceHierarchy::from_places(atlas, &places));
                seen.push(places);
                seen.len() - 1
            });
            forest.of.insert((kind, ordinal), at);
        }
        forest
    }

    /// One tree for all periods.
    #[cfg(test)]
    pub(super) fn for_all_periods(atlas: &CodeNumbers, places: &PlaceDirectory) -> Self {
        Self { trees: vec![PlaceHierarchy::from_places(atlas, places)], of: BTreeMap::new() }
    }

    /// The tree of a period; the last one where nobody said how it was.
    pub(super) fn tree_in(&self, kind: PeriodKind, period: i32) -> Option<&PlaceHierarchy> {
        self.of.get(&(kind, period)).map_or(self.trees.last(), |&at| self.trees.get(at))
    }

    /// For each place itself and those that it lies below in any period, but for those above all others: they know everything.
    pub(super) fn observers_by_place(&self, places: usize) -> Vec<Vec<u32>> {
        let mut all: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); places];
        for tree in &self.trees {
            for place in 0..places as u32 {
                let line = [place].into_iter().chain(tree.places_above(place).iter().copied());
                let know_all = |place: &u32| tree.places_above(*place).is_empty() && tree.wholes_has(*place);
                all[place as usize].extend(line.filter(|place| !know_all(place)));
            }
        }
        all.into_iter().map(|set| set.into_iter().collect()).collect()
    }

    /// As a release keeps it.
    pub(super) fn to_json(&self, atlas: &CodeNumbers) -> serde_json::Value {
        let name = |place: u32| atlas.places.text_by_number(place).to_owned();
        let tree = |(at, tree): (usize, &PlaceHierarchy)| SavedHierarchy {
            periods: self.of.iter().filter(|(_, of)| **of == at).map(|(period, _)| *period).collect(),
            places: (0..tree.above.len() as u32)
                .map(|place| (name(place), (tree.places_above(place).first().map(|&up| name(up)), tree.level(place))))
                .collect(),
        };
        serde_json::json!(self.trees.iter().enumerate().map(tree).collect::<Vec<SavedHierarchy>>())
    }

    /// Reads what [`Self::keep`] wrote; places get their numbers in `atlas`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn from_json(value: &serde_json::Value, atlas: &mut CodeNumbers) -> Result<Self, String> {
        let kept: Vec<SavedHierarchy> = Vec::deserialize(value).map_err(|e| e.to_string())?;
        let mut forest = Self::default();
        for (at, SavedHierarchy { periods, places }) in kept.into_iter().enumerate() {
            let mut up: BTreeMap<u32, (Option<u32>, Option<Level>)> = BTreeMap::new();
            for (place, (above, level)) in &places {
                let above = above.as_ref().map(|above| atlas.places.intern_text(above));
                up.insert(atlas.places.intern_text(place), (above, *level));
            }
            let mut tree = PlaceHierarchy::default();
            for place in 0..atlas.places.len() as u32 {
                tree.levels.push(up.get(&place).and_then(|(_, level)| *level));
                let mut above: Vec<u32> = Vec::new();
                let mut next = up.get(&place).and_then(|(above, _)| *above);
                while let Some(place) = next.filter(|place| !above.contains(place)) {
                    above.push(place);
                    next = up.get(&place).and_then(|(above, _)| *above);
                }
                tree.above.push(above);
            }
            forest.trees.push(tree.with_places_below());
            forest.of.extend(periods.into_iter().map(|period| (period, at)));
        }
        Ok(forest)
    }
}

impl PlaceHierarchy {
    fn from_places(atlas: &CodeNumbers, places: &PlaceDirectory) -> Self {
        let mut tree = Self::default();
        for id in atlas.places.all_texts() {
            tree.levels.push(places.level_of(id));
            let path = places.path_to(id);
            tree.above
                .push(path.iter().rev().skip(1).filter_map(|place| atlas.places.find_number(&place.id)).collect());
        }
        tree.with_places_below()
    }

    /// Notes which places lie below others.
    fn with_places_below(mut self) -> Self {
        self.below = vec![Vec::new(); self.above.iter().flatten().map(|&p| p as usize + 1).max().unwrap_or(0)];
        for (place, above) in (0..).zip(&self.above) {
            if let Some(&above) = above.first() {
                self.below[above as usize].push(place);
            }
        }
        self
    }

    /// The places above one, the nearest first.
    pub(super) fn places_above(&self, place: u32) -> &[u32] {
        self.above.get(place as usize).map_or(&[], Vec::as_slice)
    }

    /// The level of a place, where it is known.
    pub(super) fn level(&self, place: u32) -> Option<Level> {
        self.levels.get(place as usize).copied().flatten()
    }

    /// The places directly below one.
    pub(super) fn places_below(&self, place: u32) -> &[u32] {
        self.below.get(place as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether others lie below a place.
    pub(super) fn wholes_has(&self, place: u32) -> bool {
        !self.places_below(place).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headway_model::Place;

    #[test]
    fn trees_of_two_years_are_kept_and_read_back() {
        let mut atlas = CodeNumbers::default();
        let [st, d1, d2, s] = ["st", "d1", "d2", "s"].map(|id| atlas.places.intern_text(id));
        let places = |home: &str| {
            let place = |id: &str, level, parent: Option<&str>| Place {
                id: id.into(),
                name: id.into(),
                level,
                parent: parent.map(Into::into),
            };
            Arc::new(PlaceDirectory::new(vec![
                place("st", Level::State, None),
                place("d1", Level::District, Some("st")),
                place("d2", Level::District, Some("st")),
                place("s", Level::School, Some(home)),
            ]))
        };
        let (before, after) = (places("d1"), places("d2"));
        let kind = PeriodKind::SchoolYear;
        let periods = [2020, 2021, 2022].map(|year| (kind, year)).into();
        let in_year = |period: Period| Arc::clone(if period.ordinal < 2022 { &before } else { &after });
        let forest = PeriodHierarchies::for_periods(&atlas, &periods, in_year);
        assert_eq!(forest.trees.len(), 2, "one for each of the trees, not for each year");
        // Read by a program in which places have other numbers.
        let mut other = CodeNumbers::default();
        let [s2, d2b] = ["s", "d2"].map(|id| other.places.intern_text(id));
        let again = PeriodHierarchies::from_json(&forest.to_json(&atlas), &mut other).expect("it was written by us");
        for year in [2020, 2021, 2022] {
            let home = if year < 2022 { d1 } else { d2 };
            assert_eq!(forest.tree_in(kind, year).expect("a tree").places_above(s), [home, st]);
            let above = again.tree_in(kind, year).expect("a tree").places_above(s2);
            assert_eq!(
                above.iter().map(|&p| other.places.text_by_number(p)).collect::<Vec<_>>(),
                [atlas.places.text_by_number(home), "st"]
            );
        }
        assert_eq!(again.tree_in(kind, 2021).expect("a tree").level(d2b), Some(Level::District));
        assert!(PeriodHierarchies::from_json(&serde_json::json!([{ "periods": 1 }]), &mut other).is_err());
    }
}
