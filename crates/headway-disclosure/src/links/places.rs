//! What lies directly below a place and makes it up: one grouping of places, or several side by side.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::Level;
use headway_stats::relations;

use super::super::atlas::CellKey;
use super::{CandidateSum, EditionStructure};

/// A level is split by the form of its ids into so many groupings at most.
const FORMS: usize = 4;

/// The cells below a place, with their places.
type CellsBelow = Vec<(u32, u32)>;
/// The tables of one place: for each total what lies below.
type PlaceTables = BTreeMap<CellKey, CellsBelow>;

/// Places that are taken together: those of one level, or of one grouping where a level has several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct PlaceClass {
    level: Option<Level>,
    grouping: usize,
}

/// Sets of classes that make up a place, and whether nothing but where they lie says so.
type ClassSets = Vec<(BTreeSet<PlaceClass>, bool)>;

impl EditionStructure<'_> {
    /// What lies directly below a place makes it up: each level by itself, several levels together (a charter school right
    /// under the state, beside the districts), or groupings of one level each by itself (regions and districts), whichever
    /// adds up in nearly all of the tables that are complete.
    pub(super) fn sums_of_places(
        &self,
        at: &BTreeMap<CellKey, u32>,
        count: &dyn Fn(u32) -> Option<i64>,
        sums: &mut Vec<CandidateSum>,
    ) -> BTreeSet<(String, bool)> {
        let mut told = BTreeSet::new();
        let mut below: BTreeMap<(u32, i32, u32), PlaceTables> = BTreeMap::new();
        for (spot, &cell) in at {
            let Some(tree) = self.forest.tree_in((self.kind)(spot.table), spot.period) else { continue };
            let total = tree.places_above(spot.place).iter().map(|&place| CellKey { place, ..*spot });
            let Some(total) = total.into_iter().find(|spot| at.contains_key(spot)) else { continue };
            let tables = below.entry((spot.table, spot.period, total.place)).or_default();
            tables.entry(total).or_default().push((spot.place, cell));
        }
        for ((table, period, _), tables) in &below {
            let tree = self.forest.tree_in((self.kind)(*table), *period);
            let level = |place: u32| tree.and_then(|tree| tree.level(place));
            let looked = PlaceLookup { tables, at, count };
            let classes = self.place_classes(&looked, &level);
            let several = classes.values().any(|class| class.grouping > 0);
            for (set, guess) in looked.sets_that_add_up(&classes) {
                let total = tables.keys().next().and_then(|total| level(total.place));
                told.insert((equation_text(&set, total, several), guess));
                for (total, parts) in tables {
                    let parts = parts.iter().filter(|(place, _)| set.contains(&classes[place]));
                    let mut terms: Vec<(u32, i32)> = parts.map(|&(_, cell)| (cell, 1)).collect();
                    if !terms.is_empty() {
                        terms.push((at[total], -1));
                        sums.push(CandidateSum { terms, total: *total, of: "places", guess, partial: false });
                    }
                }
            }
        }
        told
    }

    /// The class of each place below: its level; and its grouping, where a level is more than its whole.
    fn place_classes(
        &self,
        looked: &PlaceLookup<'_>,
        level: &dyn Fn(u32) -> Option<Level>,
    ) -> BTreeMap<u32, PlaceClass> {
        let places: BTreeSet<u32> = looked.tables.values().flatten().map(|(place, _)| *place).collect();
        let mut classes: BTreeMap<u32, PlaceClass> =
            places.iter().map(|&place| (place, PlaceClass { level: level(place), grouping: 0 })).collect();
        let whole: BTreeSet<PlaceClass> = classes.values().cloned().collect();
        for class in whole {
            let of_class: Vec<u32> = places.iter().copied().filter(|place| classes[place] == class).collect();
            let within = |place: u32| classes[&place] == class;
            if !self.groupings || !looked.is_more(&within) {
                continue;
            }
            let groupings = looked.by_relations(&of_class).unwrap_or_else(|| self.by_form(&of_class));
            for (place, grouping) in groupings {
                classes.insert(place, PlaceClass { level: class.level, grouping });
            }
        }
        classes
    }

    /// Places by the form of their ids: `R01` and `0101` are two groupings.
    fn by_form(&self, places: &[u32]) -> BTreeMap<u32, usize> {
        let form = |place: u32| -> String {
            let sign = |c: char| match c {
                c if c.is_ascii_digit() => '9',
                c if c.is_alphabetic() => 'A',
                c => c,
            };
            self.atlas.places.text_by_number(place).chars().map(sign).collect()
        };
        let forms: BTreeSet<String> = places.iter().map(|&place| form(place)).collect();
        if forms.len() > FORMS {
            return BTreeMap::new();
        }
        let number = |place: u32| forms.iter().position(|known| *known == form(place)).unwrap_or_default();
        places.iter().map(|&place| (place, number(place))).collect()
    }
}

/// `district + school = state`: places of these levels right below one of that level.
fn equation_text(set: &BTreeSet<PlaceClass>, total: Option<Level>, several: bool) -> String {
    let name = |level: Option<Level>| level.map_or_else(|| "place".to_owned(), |level| level.id().to_owned());
    let of = |class: &PlaceClass| match several {
        true => format!("{} (grouping {})", name(class.level), class.grouping + 1),
        false => name(class.level),
    };
    format!("{} = {}", set.iter().map(of).collect::<Vec<String>>().join(" + "), name(total))
}

/// The tables of a place and what is known of them.
struct PlaceLookup<'a> {
    tables: &'a PlaceTables,
    at: &'a BTreeMap<CellKey, u32>,
    count: &'a dyn Fn(u32) -> Option<i64>,
}

impl PlaceLookup<'_> {
    fn total_count(&self, total: &CellKey) -> Option<i64> {
        (self.count)(self.at[total]).filter(|said| *said != 0)
    }

    /// Whether these places together are more than their whole in most tables: then they are no one grouping of it.
    fn is_more(&self, within: &dyn Fn(u32) -> bool) -> bool {
        let (mut more, mut of) = (0usize, 0usize);
        for (total, parts) in self.tables {
            let Some(said) = self.total_count(total) else { continue };
            let known = parts.iter().filter(|(place, _)| within(*place)).filter_map(|&(_, cell)| (self.count)(cell));
            of += 1;
            more += usize::from(known.sum::<i64>() > said);
        }
        of > 0 && 2 * more > of
    }

    /// The groupings of a few places that the tables show to add up.
    fn by_relations(&self, places: &[u32]) -> Option<BTreeMap<u32, usize>> {
        if places.len() >= relations::MOST_COLUMNS {
            return None;
        }
        let row = |(total, parts): (&CellKey, &CellsBelow)| {
            let of = |place: &u32| {
                let cell = parts.iter().find(|(known, _)| known == place);
                cell.and_then(|&(_, cell)| (self.count)(cell))
            };
            places.iter().map(of).chain([(self.count)(self.at[total])]).collect::<Vec<Option<i64>>>()
        };
        let cells: Vec<Option<i64>> = self.tables.iter().flat_map(row).collect();
        let last = places.len() as u32;
        let mut groupings: BTreeMap<u32, usize> = BTreeMap::new();
        for relation in relations::find_relations(places.len() + 1, &cells).relations {
            let total = relation.terms.iter().find(|(column, _)| *column == last).map(|(_, k)| *k);
            let parts = relation.terms.iter().filter(|(column, _)| *column != last);
            if total.is_some_and(|sign| parts.clone().all(|(_, k)| *k == -sign)) {
                let grouping = groupings.values().max().map_or(1, |most| most + 1);
                for (column, _) in parts {
                    groupings.entry(places[*column as usize]).or_insert(grouping);
                }
            }
        }
        (!groupings.is_empty()).then_some(groupings)
    }

    /// Which classes together make up a place: those sets that add up in nine of ten of its complete tables. What can't be
    /// looked at is a guess: each class by itself, all that is left together, and all.
    fn sets_that_add_up(&self, class_of: &BTreeMap<u32, PlaceClass>) -> ClassSets {
        let classes: Vec<PlaceClass> = class_of.values().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        if classes.len() == 1 {
            return vec![(classes.into_iter().collect(), false)];
        }
        let mut by_class: Vec<BTreeMap<&CellKey, Vec<u32>>> = vec![BTreeMap::new(); classes.len()];
        for (total, parts) in self.tables {
            for (place, cell) in parts {
                let class = classes.binary_search(&class_of[place]).unwrap_or_default();
                by_class[class].entry(total).or_default().push(*cell);
            }
        }
        let set = |mask: u32| (0..classes.len()).filter(move |class| mask & (1 << class) != 0);
        let named = |mask: u32| set(mask).map(|class| classes[class].clone()).collect::<BTreeSet<PlaceClass>>();
        // Held, of how many complete ones, and in how many of how many the known parts alone are more.
        let judge = |mask: u32| {
            let (mut held, mut of, mut more, mut seen) = (0usize, 0usize, 0usize, 0usize);
            for total in self.tables.keys() {
                let Some(said) = self.total_count(total) else { continue };
                let parts: Vec<Option<i64>> = set(mask)
                    .filter_map(|class| by_class[class].get(total))
                    .flatten()
                    .map(|&cell| (self.count)(cell))
                    .collect();
                seen += 1;
                more += usize::from(parts.iter().flatten().sum::<i64>() > said);
                if let Some(sum) = parts.into_iter().sum::<Option<i64>>() {
                    of += 1;
                    held += usize::from(sum == said);
                }
            }
            (held, of, 10 * more <= seen)
        };
        let all = (1u32 << classes.len()) - 1;
        let (mut sets, mut covered, mut complete) = (ClassSets::new(), 0u32, false);
        let mut possible = Vec::new();
        for mask in 1..=all {
            let (held, of, could) = judge(mask);
            complete |= of > 0 && mask == all;
            if of > 0 && held * 10 >= of * 9 {
                covered |= mask;
                sets.push((named(mask), false));
            } else if could && of == 0 {
                possible.push(mask);
            }
        }
        let nothing = sets.is_empty();
        for mask in possible {
            // What can't be looked at may still be believed in.
            let alone = mask.count_ones() == 1 || mask == all & !covered;
            if (mask & covered == 0 && alone) || (mask == all && (nothing || !complete)) {
                sets.push((named(mask), true));
            }
        }
        if sets.is_empty() {
            sets.extend((0..classes.len()).map(|class| (named(1 << class), true)).chain([(named(all), true)]));
        }
        sets
    }
}
