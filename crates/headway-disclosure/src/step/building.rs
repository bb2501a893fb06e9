//! Counts and sums of several editions, put together for one layer.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::atlas::CellKey;
use super::super::layer::{CountTable, CountedCell};
use super::super::links::{AdditiveConstraint, EditionStructure, EditionSums, KnownCells, UnsoundSum};

/// A layer that is being built: versions of counts, and which of them each edition told.
#[derive(Default)]
pub(super) struct TableBuilder {
    pub(super) layer: CountTable,
    /// Cells whose others are too few.
    pub(super) few_others: BTreeSet<u32>,
    /// Cells in which an earlier figure stays: their sums need not add up.
    pub(super) kept: BTreeSet<u32>,
    /// The cells of earlier releases: of several of one spot that of the newest.
    pub(super) before: BTreeMap<CellKey, u32>,
    /// Sums of editions so far that lack a part, in the order of their cells.
    lacking: HashSet<Vec<(u32, i32)>>,
    versions: HashMap<(CellKey, Option<i64>, Option<u64>), u32>,
    pub(super) unsound: Vec<UnsoundSum>,
    /// Sums of places of now in words, and whether they are guesses.
    pub(super) of_places: BTreeSet<(String, bool)>,
}

/// All cells, those of a sum with their coefficients, and its total: what is in the total and in none of the parts.
type MissingAmong<'a> = dyn Fn(&[CountedCell], &[(u32, i32)], &CellKey) -> Option<CountedCell> + 'a;

impl TableBuilder {
    /// The cell of this version of a count: a figure that was revised is another count than before.
    pub(super) fn version_cell(
        &mut self,
        spot: CellKey,
        truth: Option<i64>,
        n: Option<u64>,
        new: impl FnOnce() -> CountedCell,
    ) -> u32 {
        let next = self.layer.cells.len() as u32;
        let cell = *self.versions.entry((spot, truth, n)).or_insert(next);
        if cell == next {
            let mut counted = new();
            counted.place = spot.place;
            self.layer.cells.push(counted);
        }
        cell
    }

    /// Adds the sums of one edition: those of places, groups and grades, and `more`. Sums of now that do not add up are noted.
    /// `missing` says what is in a total and in none of its parts.
    pub(super) fn add_sums(
        &mut self,
        edition: &EditionStructure<'_>,
        at: &BTreeMap<CellKey, u32>,
        more: EditionSums,
        now: bool,
        missing: &MissingAmong<'_>,
    ) {
        let (at, margins) = self.with_margins(edition, at);
        let cells = &self.layer.cells;
        let sums = edition.find_sums(
            &at,
            &KnownCells {
                count: &|c| cells[c as usize].truth,
                ends: &|c| cells[c as usize].possible_ends(),
                missing: &|terms, total| missing(cells, terms, total),
                lacking: edition.lacking,
                kept: &self.kept,
                margins: &margins,
            },
        );
        if now {
            self.unsound.extend(sums.unsound);
            self.of_places.extend(sums.of_places);
        }
        // A sum of the same figures that lacked a part before lacks it still, also where some of them stay.
        let as_before =
            |link: &AdditiveConstraint| !self.lacking.is_empty() && self.lacking.contains(&in_order(&link.terms));
        self.layer.links.extend(sums.links.into_iter().filter(|link| !as_before(link)));
        self.layer.links.extend(more.links);
        for (mut terms, cell) in sums.missing.into_iter().chain(more.missing) {
            self.lacking.insert(in_order(&terms));
            terms.push((self.layer.cells.len() as u32, 1));
            self.layer.cells.push(cell);
            // The total stands last.
            let last = terms.len() - 1;
            terms.swap(last, last - 1);
            self.layer.links.push(AdditiveConstraint { terms, sound: true });
        }
    }
}

fn in_order(terms: &[(u32, i32)]) -> Vec<(u32, i32)> {
    let mut terms = terms.to_vec();
    terms.sort_unstable();
    terms
}
