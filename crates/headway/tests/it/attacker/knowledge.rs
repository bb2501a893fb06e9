//! What a reader knows of the counts behind a release: claims of many texts about the same cells, taken together.

use std::collections::{BTreeMap, BTreeSet};

use super::attack::{Count, Figure};

/// A cell that has students, and some of them who reached what is measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) measure: String,
    pub(crate) place: String,
    pub(crate) group: String,
    pub(crate) grade: String,
    pub(crate) period: String,
}

/// What some text says of a cell: between which two numbers something lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Says {
    /// How many students.
    Students(f64, f64),
    /// How many of them reached what is measured.
    Reached(f64, f64),
    /// What share of them, in percent.
    Share(f64, f64),
    /// All students of the place less these.
    Others(f64, f64),
}

/// Everything that one release says, in whatever file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    pub(crate) cells: BTreeMap<Cell, Vec<Says>>,
    /// The number of the import that each figure came with: a figure of the same import is the same figure.
    pub(crate) vintage: BTreeMap<Cell, i64>,
    /// Why a cell is hidden, where its file says it.
    pub(crate) why: BTreeMap<Cell, String>,
    /// Cells whose number of students is told, and cells whose share is.
    pub(crate) counted: BTreeSet<Cell>,
    pub(crate) exact: BTreeSet<Cell>,
    /// The place that each place belongs to.
    pub(crate) parent: BTreeMap<String, String>,
    /// Names, and what they are names of: measures, places, groups.
    pub(crate) names: [BTreeMap<String, String>; 3],
    /// The n-size of each measure.
    pub(crate) n_size: BTreeMap<String, f64>,
    /// The agency's own place.
    pub(crate) home: String,
    /// How many texts spoke.
    pub(crate) claims: usize,
}

pub(crate) const MEASURE: usize = 0;
pub(crate) const PLACE: usize = 1;
pub(crate) const GROUP: usize = 2;

impl Knowledge {
    pub(crate) fn told(&mut self, cell: &Cell, says: Says) {
        self.claims += 1;
        let known = self.cells.entry(cell.clone()).or_default();
        if !known.contains(&says) {
            known.push(says);
        }
    }

    /// The figure that this release has of a cell.
    pub(crate) fn figure(&self, cell: &Cell) -> Figure {
        (cell.clone(), self.vintage.get(cell).copied().unwrap_or_default())
    }

    /// The id behind a name.
    pub(crate) fn id(&self, kind: usize, name: &str) -> Option<String> {
        self.names[kind].get(name.trim()).cloned()
    }

    /// Every sum that a reader believes in: the whole, and its parts.
    pub(crate) fn sums(&self) -> Vec<(Cell, Vec<Cell>)> {
        let mut wholes: BTreeMap<Cell, Vec<Cell>> = BTreeMap::new();
        for cell in self.cells.keys() {
            let mut part_of = |kind: &str, whole: Cell| {
                // The kinds of sums of one cell are kept apart by the mark in the place.
                let mark = Cell { place: format!("{kind}{}", whole.place), ..whole };
                wholes.entry(mark).or_default().push(cell.clone());
            };
            if let Some(parent) = self.parent.get(&cell.place) {
                part_of("p", Cell { place: parent.clone(), ..cell.clone() });
            }
            for (mark, groups) in [("g", RACES.as_slice()), ("s", SEXES.as_slice())] {
                if groups.contains(&cell.group.as_str()) {
                    part_of(mark, Cell { group: ALL.to_owned(), ..cell.clone() });
                }
            }
            if cell.grade != ALL {
                part_of("y", Cell { grade: ALL.to_owned(), ..cell.clone() });
            }
        }
        let plain = |whole: Cell| Cell { place: whole.place[1..].to_owned(), ..whole };
        let sums = wholes.into_iter().map(|(whole, parts)| (plain(whole), parts));
        sums.filter(|(whole, _)| self.cells.contains_key(whole)).collect()
    }

    /// The cells that hold a part of another's students: a group of all students, where groups may overlap.
    pub(crate) fn subsets(&self) -> Vec<(Cell, Cell)> {
        let whole = |cell: &Cell| Cell { group: ALL.to_owned(), ..cell.clone() };
        let summed = |cell: &&Cell| RACES.iter().chain(&SEXES).any(|group| *group == cell.group);
        let own = self.cells.keys().filter(|cell| cell.group != ALL && !summed(cell));
        own.map(|cell| (cell.clone(), whole(cell))).filter(|(_, whole)| self.cells.contains_key(whole)).collect()
    }

    /// Whether anything of a cell is not told.
    pub(crate) fn hidden(&self, cell: &Cell) -> bool {
        [Count::Students, Count::Reached]
            .iter()
            .any(|count| self.vintage.get(cell).is_some_and(|&vintage| self.secret(cell, vintage, *count).is_some()))
    }

    /// Why a count of a figure is not told, where its cell says so in the data files; `None` where it is told, or where this
    /// release has the figure of another import. A range is a count that is not told.
    pub(crate) fn secret(&self, cell: &Cell, vintage: i64, count: Count) -> Option<&str> {
        if self.vintage.get(cell) != Some(&vintage) {
            return None;
        }
        let why = self.why.get(cell).map(String::as_str);
        if why.is_some_and(|why| ABSENT.contains(&why)) {
            return None;
        }
        match count {
            _ if self.tells(cell, vintage, count) => None,
            Count::Students => Some(why.unwrap_or("secondary")),
            Count::Reached | Count::Not => Some(why.unwrap_or("range")),
        }
    }

    /// Whether the data files tell a count of a figure: an exact share of a number that is told is the count.
    pub(crate) fn tells(&self, cell: &Cell, vintage: i64, count: Count) -> bool {
        self.vintage.get(cell) == Some(&vintage)
            && self.counted.contains(cell)
            && (count == Count::Students || self.exact.contains(cell))
    }

    /// The places that stand in any cell.
    pub(crate) fn places(&self) -> BTreeSet<&str> {
        self.cells.keys().map(|cell| cell.place.as_str()).collect()
    }
}

/// Words for figures that do not exist.
const ABSENT: [&str; 4] = ["not-tested", "not-applicable", "not-reported", "missing"];
pub(crate) const ALL: &str = "all";
/// Groups of which every student is in exactly one.
const RACES: [&str; 6] = ["mam", "mas", "mbl", "mhi", "mtr", "mwh"];
const SEXES: [&str; 2] = ["female", "male"];
