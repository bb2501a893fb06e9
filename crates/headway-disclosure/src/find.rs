//! Sums found in the data, before anything is hidden: what a reader could find in the same way.
//!
//! Sums of groups and grades are looked for in the agency's own figures alone: another agency's rows, of other places and
//! students, neither prove nor disprove them. Sums with another agency's measures are looked for too, as several agencies
//! may report on the same students.

mod above;
mod across;
mod lagged;
pub(super) mod lengths;
mod looking;
mod partly;
mod pooled;
mod series;
mod shared;

use std::collections::{BTreeMap, BTreeSet};

use headway_stats::relations;

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, MeasureFigures};
use super::formulas::{KnownSums, SumFormula, add_formula, amount_of, measure_of, students_of};
use super::step::PriorEdition;
use super::ties::{self, CountTie};
use looking::{add_assumed_sums, add_found_sums, find_nested_groups, rows_by_rank};

/// At most so many rows are looked at, in order: a sum shows in a few of them.
const ROWS: usize = 20_000;
/// An assumed sum has so many parts at most.
const ASSUMED_PARTS: u32 = 8;

/// Finds sums of groups, grades and measures.
pub(super) struct SumFinder<'a> {
    pub(super) measures: &'a [MeasureFigures],
    /// How many of them are the agency's own; they come first.
    pub(super) own: usize,
    /// Each measure's population, named by its first measure.
    pub(super) populations: &'a [usize],
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
    /// What earlier releases told: codes and measures that are gone are held against those of now.
    pub(super) earlier: &'a [PriorEdition],
}

impl SumFinder<'_> {
    pub(super) fn find_sums(&self, formulas: &mut KnownSums) {
        for population in self.populations[..self.own].iter().copied().collect::<BTreeSet<usize>>() {
            self.find_group_sums(population, formulas);
            self.find_grade_sums(population, formulas);
        }
        self.find_measure_sums(formulas);
        self.find_partial_sums(formulas);
        self.find_ties(formulas);
    }

    /// Sums under other codes and over periods. Those with another agency's measures are looked for too.
    fn find_ties(&self, formulas: &mut KnownSums) {
        let look = |many: usize| {
            let mut found = Vec::new();
            self.find_sums_across(many, &mut found);
            self.find_lagged_sums(many, &mut found);
            self.find_sums_above(many, &mut found);
            self.find_pooled_sums(many, &mut found);
            self.find_longer_periods(many, &mut found);
            found
        };
        look(self.own).into_iter().for_each(|tie| ties::add_tie(&mut formulas.ties, tie));
        if self.own < self.measures.len() {
            let others = |tie: &CountTie| tie.terms.iter().any(|(column, _)| measure_of(column.term).0 >= self.own);
            look(self.measures.len()).into_iter().filter(others).for_each(|tie| ties::add_tie(&mut formulas.ties, tie));
        }
    }

    /// The agency's own figures of the students of a population, each with the level that it is looked at on: the finest places,
    /// and those above, each on their own, as a sum over schools is no news when it is known of the schools.
    fn student_counts(&self, population: usize) -> impl Iterator<Item = (PlaceRank, CountKey, Option<i64>)> + '_ {
        let same = move |m: &usize| self.populations[*m] == population;
        (0..self.own).filter(same).flat_map(move |m| {
            let ranks = self.place_ranks(m);
            self.measure_counts(m).map(move |(key, n, _)| (ranks(key.period, key.place), key, n))
        })
    }

    /// Students and result of each figure of a measure: those of now, then what earlier releases told, the newest first. Of several of
    /// one place and period the first is taken.
    fn measure_counts(&self, m: usize) -> impl Iterator<Item = (CountKey, Option<i64>, Option<i64>)> + '_ {
        let now = self.measures[m].rows.iter().map(|f| {
            let key = CountKey { period: f.period, place: f.place, group: f.group, grade: f.grade };
            (key, f.n, f.amount)
        });
        let before = self.earlier.iter().rev().flat_map(move |release| &release.told[m]).map(|told| {
            let key = CountKey { period: told.period, place: told.place, group: told.group, grade: told.grade };
            (key, told.n, told.amount)
        });
        now.chain(before).map(|(key, n, amount)| (key, n.map(|n| n as i64), amount))
    }

    /// On which level a place is looked at.
    fn place_ranks(&self, measure: usize) -> impl Fn(i32, u32) -> PlaceRank + use<'_> {
        let (kind, forest) = (self.measures[measure].kind, self.forest);
        move |period, place| match forest.tree_in(kind, period).filter(|tree| tree.wholes_has(place)) {
            Some(tree) => 1 + tree.places_above(place).len(),
            None => 0,
        }
    }

    fn find_group_sums(&self, population: usize, formulas: &mut KnownSums) {
        let simple: Vec<u32> =
            (0..).zip(self.atlas.groups.all_texts()).filter(|(_, code)| !code.contains('+')).map(|(g, _)| g).collect();
        let (columns, of_column) = self.commonest_codes(population, &simple, &|key| key.group);
        let by_rank = rows_by_rank(self.student_counts(population), &of_column, columns.len(), |key| {
            (CountKey { group: 0, ..key }, key.group)
        });
        for rows in by_rank.values() {
            add_found_sums(rows, &columns, &mut formulas.groups);
            find_nested_groups(rows, &columns, &mut formulas.within);
            let all = self.atlas.groups.find_number(headway_model::ALL);
            add_assumed_sums(rows, &columns, all.into_iter().collect::<Vec<_>>().as_slice(), 3, &mut formulas.groups);
        }
    }

    fn find_grade_sums(&self, population: usize, formulas: &mut KnownSums) {
        let all: Vec<u32> = (0..self.atlas.grades.len() as u32).collect();
        let (columns, of_column) = self.commonest_codes(population, &all, &|key| key.grade);
        let by_rank = rows_by_rank(self.student_counts(population), &of_column, columns.len(), |key| {
            (CountKey { grade: 0, ..key }, key.grade)
        });
        for rows in by_rank.values() {
            add_found_sums(rows, &columns, &mut formulas.grades);
            add_assumed_sums(rows, &columns, &columns, 3, &mut formulas.grades);
        }
    }

    /// The codes that occur most, as many as can be looked at, in their order.
    fn commonest_codes(
        &self,
        population: usize,
        among: &[u32],
        code: &dyn Fn(CountKey) -> u32,
    ) -> (Vec<u32>, BTreeMap<u32, usize>) {
        let mut count: BTreeMap<u32, usize> = among.iter().map(|code| (*code, 0)).collect();
        for (_, key, n) in self.student_counts(population) {
            if let (Some(count), true) = (count.get_mut(&code(key)), n.is_some()) {
                *count += 1;
            }
        }
        let mut most: Vec<(usize, u32)> =
            count.into_iter().filter(|(_, n)| *n > 0).map(|(code, n)| (n, code)).collect();
        most.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut columns: Vec<u32> = most.into_iter().take(relations::MANY_COLUMNS).map(|(_, code)| code).collect();
        columns.sort_unstable();
        let of_column = columns.iter().enumerate().map(|(at, code)| (*code, at)).collect();
        (columns, of_column)
    }

    /// Sums between measures: their students and their results. Those between the agency's own are looked for in its own rows
    /// alone.
    fn find_measure_sums(&self, formulas: &mut KnownSums) {
        self.sums_of_first(self.own, &mut formulas.measures);
        if self.own < self.measures.len() {
            let mut across = Vec::new();
            self.sums_of_first(self.measures.len(), &mut across);
            across.retain(|formula| formula.terms.iter().any(|&(term, _)| measure_of(term).0 >= self.own));
            across.into_iter().for_each(|formula| add_formula(&mut formulas.measures, formula));
        }
    }

    /// Sums between the first so many measures.
    fn sums_of_first(&self, many: usize, to: &mut Vec<SumFormula>) {
        for columns in self.measures_together(many) {
            let of_column: BTreeMap<u32, usize> = columns.iter().enumerate().map(|(at, term)| (*term, at)).collect();
            let by_rank = rows_by_rank(self.term_counts(many), &of_column, columns.len(), |(key, term)| (key, term));
            for rows in by_rank.values() {
                add_found_sums(rows, &columns, to);
                add_assumed_sums(rows, &columns, &columns, ASSUMED_PARTS, to);
            }
        }
    }

    /// The terms that are looked at together: those of measures with periods of one kind, all of them if they are few; else
    /// those of each population, and the numbers of students of all.
    fn measures_together(&self, many: usize) -> Vec<Vec<u32>> {
        let kinds: BTreeSet<_> = self.measures[..many].iter().map(|m| m.kind).collect();
        let mut sets = Vec::new();
        for kind in kinds {
            let of_kind: Vec<usize> = (0..many).filter(|&m| self.measures[m].kind == kind).collect();
            let students: Vec<u32> = of_kind
                .iter()
                .filter(|&&m| self.populations[m] == m && self.has_counts(m))
                .map(|&m| students_of(m))
                .collect();
            let results = |population: Option<usize>| -> Vec<u32> {
                let of = of_kind.iter().filter(|&&m| population.is_none_or(|p| self.populations[m] == p));
                of.filter(|&&m| self.measures[m].shape == CountKind::Share).map(|&m| amount_of(m)).collect()
            };
            let all = [students.clone(), results(None)].concat();
            if all.len() <= relations::MOST_COLUMNS {
                sets.push(all);
                continue;
            }
            sets.extend(all.chunks(relations::MANY_COLUMNS).map(<[u32]>::to_vec));
            for &term in &students {
                for part in results(Some(term as usize / 2)).chunks(relations::MOST_COLUMNS - 1) {
                    sets.push([&[term], part].concat());
                }
            }
        }
        sets.retain(|set| set.len() > 1);
        sets
    }

    /// Whether any figure of a measure, now or in an earlier release, has a number of students.
    fn has_counts(&self, m: usize) -> bool {
        let before = || self.earlier.iter().flat_map(|release| &release.told[m]);
        self.measures[m].has_counts() || before().any(|told| told.n.is_some())
    }

    fn term_counts(&self, many: usize) -> impl Iterator<Item = (PlaceRank, (CountKey, u32), Option<i64>)> + '_ {
        (0..many).flat_map(move |m| {
            let ranks = self.place_ranks(m);
            let students = students_of(self.populations[m]);
            self.measure_counts(m).flat_map(move |(key, n, amount)| {
                let rank = ranks(key.period, key.place);
                [(rank, (key, students), n), (rank, (key, amount_of(m)), amount)]
            })
        })
    }
}

/// 0 for the finest places, else by how far up they are.
type PlaceRank = usize;

/// Where a count stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CountKey {
    period: i32,
    place: u32,
    group: u32,
    grade: u32,
}
