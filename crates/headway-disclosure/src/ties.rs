//! Sums between counts that stand under different codes or in different periods: the numerator of one measure is the number
//! of students of a group of another, a rate of three years is made of three single years, an outcome comes a year later.

mod column;
mod kept;

use std::collections::{BTreeMap, BTreeSet};

use headway_model::{MeasureId, Period, PeriodKind};
use serde::{Deserialize, Serialize};

use super::atlas::{CellKey, CodeNumbers, PlaceHierarchy};
use super::formulas::{SumOrigin, measure_of};
pub(super) use column::{Column, Up};
pub(super) use kept::{ties_from_json, ties_to_json};

/// Where cells are, and their tables and trees of places.
pub(super) struct Cells<'a> {
    pub(super) at: &'a BTreeMap<CellKey, u32>,
    /// The table of a term.
    pub(super) table: &'a dyn Fn(u32) -> u32,
    /// The tree of a table in a period.
    pub(super) tree: &'a dyn Fn(u32, i32) -> Option<&'a PlaceHierarchy>,
}

/// Terms with coefficients that add up to nothing; where they are parts of a total, it stands last with -1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CountTie {
    pub(super) terms: Vec<(Column, i32)>,
    pub(super) origin: SumOrigin,
    /// How many periods of the other terms one of the last term makes up: 1, or 4 for quarters in a year, 12 for months. They are
    /// counted back from the first of that many then, by the numbers of their periods.
    pub(super) per: i32,
    /// The periods of its rows, where it does not hold in all of them.
    pub(super) within: Option<PeriodSpan>,
}

/// Periods from one to another; without an end the least or the greatest number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PeriodSpan {
    pub(super) kind: PeriodKind,
    pub(super) first: i32,
    pub(super) last: i32,
}

impl PeriodSpan {
    fn has(self, period: i32) -> bool {
        (self.first..=self.last).contains(&period)
    }

    /// ` (from 2023-24 on)`.
    fn text(self) -> String {
        let name = |ordinal: i32| Period { kind: self.kind, ordinal };
        match (self.first, self.last) {
            (i32::MIN, last) => format!(" (up to {})", name(last)),
            (first, i32::MAX) => format!(" (from {} on)", name(first)),
            (first, last) => format!(" ({} to {})", name(first), name(last)),
        }
    }
}

impl CountTie {
    /// Parts of a year, or of a quarter: the total first, then the shorter periods that it is made of.
    pub(super) fn of_parts(total: Column, parts: impl Iterator<Item = Column>, per: i32, origin: SumOrigin) -> Self {
        Self { terms: parts.map(|column| (column, 1)).chain([(total, -1)]).collect(), origin, per, within: None }
    }

    /// Terms in any order and sign; the latest period becomes the row's own.
    pub(super) fn from_terms(mut terms: Vec<(Column, i32)>, origin: SumOrigin) -> Self {
        let latest = terms.iter().map(|(column, _)| column.back).min().unwrap_or(0);
        let negative = terms.iter().filter(|(_, k)| *k < 0).count();
        let turn = if terms.len() - negative == 1 && negative > 1 || negative == 0 { -1 } else { 1 };
        for (column, k) in &mut terms {
            column.back -= latest;
            *k *= turn;
        }
        terms.sort_by_key(|&(column, k)| (k < 0, column));
        Self { terms, origin, per: 1, within: None }
    }

    /// Whether it goes over more than one period.
    pub(super) fn over_periods(&self) -> bool {
        self.per > 1 || self.terms.iter().any(|(column, _)| column.back != self.terms[0].0.back)
    }

    /// Whether it goes over several places.
    pub(super) fn goes_up(&self) -> bool {
        self.terms.iter().any(|(column, _)| column.up != Up::Own)
    }

    /// The term from whose cell the others are found: the last one of the row's own place.
    pub(super) fn anchor_column(&self) -> Option<Column> {
        self.terms.iter().map(|(column, _)| *column).rfind(|column| column.up == Up::Own)
    }

    /// The cells of its terms where [`Self::anchor`] is the cell of `spot`, with their coefficients; those that are not there are
    /// left out.
    pub(super) fn cells_at(&self, spot: &CellKey, cells: &Cells<'_>) -> Option<Vec<(u32, i32)>> {
        let anchor = self.anchor_column()?;
        let fits = (cells.table)(anchor.term) == spot.table
            && spot.rest_of == 0
            && self.within.is_none_or(|span| span.has(spot.period + anchor.back))
            && anchor.group.is_none_or(|group| group == spot.group)
            && anchor.grade.is_none_or(|grade| grade == spot.grade);
        let cell = |(at_term, &(column, k)): (usize, &(Column, i32))| {
            let per = if at_term + 1 == self.terms.len() { 1 } else { self.per };
            let (table, period) = ((cells.table)(column.term), (spot.period + anchor.back) * per - column.back);
            let place = column.up.place_from(spot.place, (cells.tree)(table, period))?;
            let group = column.group.unwrap_or(spot.group);
            let grade = column.grade.unwrap_or(spot.grade);
            Some((*cells.at.get(&CellKey { table, period, place, group, grade, ..*spot })?, k))
        };
        fits.then(|| self.terms.iter().enumerate().filter_map(cell).collect())
    }

    /// `share-el = students of enrolled (el)`.
    pub(super) fn equation_text(&self, atlas: &CodeNumbers, measures: &[MeasureId]) -> String {
        if self.per > 1 {
            return self.words_of_parts(atlas, measures);
        }
        let name = |column: &Column| column.term_text(atlas, measures);
        let side = |sign: i32| {
            let terms: Vec<String> =
                self.terms.iter().filter(|(_, k)| k.signum() == sign).map(|(column, _)| name(column)).collect();
            terms.join(" + ")
        };
        let within = self.within.map(PeriodSpan::text).unwrap_or_default();
        format!("{} = {}{within}", side(1), side(-1))
    }

    /// `cases = 4 periods of cases-by-quarter`.
    fn words_of_parts(&self, atlas: &CodeNumbers, measures: &[MeasureId]) -> String {
        let words = |column: Column| Column { back: 0, ..column }.term_text(atlas, measures);
        let (Some((total, _)), Some((part, _))) = (self.terms.last(), self.terms.first()) else { return String::new() };
        format!("{} = {} shorter periods of {}", words(*total), self.terms.len() - 1, words(*part))
    }

    /// Whether all its terms are an agency's own, with so many measures, groups and grades.
    pub(super) fn is_own(&self, measures: usize, groups: usize, grades: usize) -> bool {
        self.terms.iter().all(|(column, _)| {
            measure_of(column.term).0 < measures
                && column.group.is_none_or(|group| (group as usize) < groups)
                && column.grade.is_none_or(|grade| (grade as usize) < grades)
        })
    }
}

/// Adds a tie that is not there yet, if it names each of its terms once.
pub(super) fn add_tie(to: &mut Vec<CountTie>, new: CountTie) {
    let once: BTreeSet<Column> = new.terms.iter().map(|(column, _)| *column).collect();
    let turned = |tie: &CountTie| {
        let mut terms: Vec<(Column, i32)> = tie.terms.iter().map(|&(column, k)| (column, -k)).collect();
        terms.sort_by_key(|&(column, k)| (k < 0, column));
        terms
    };
    let known = |tie: &CountTie| {
        tie.per == new.per
            && (tie.within.is_none() || tie.within == new.within)
            && (tie.terms == new.terms || turned(tie) == new.terms)
    };
    if new.terms.len() > 1 && once.len() == new.terms.len() && !to.iter().any(known) {
        to.push(new);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::super::formulas::{amount_of, students_of};
    use super::*;

    #[test]
    fn ties_are_told_in_words_kept_and_read_back() {
        let mut atlas = CodeNumbers::default();
        let el = atlas.groups.intern_text("el");
        let ids = ["share", "enrolled"].map(MeasureId::from);
        let column = |term, group, back| Column { group, back, ..Column::own_count(term) };
        let share = CountTie::from_terms(
            vec![(column(students_of(1), Some(el), 2), -1), (column(amount_of(0), Some(el), 2), 1)],
            SumOrigin::Assumed,
        );
        let years = (0..3).map(|back| (column(students_of(1), None, back), 1));
        let pooled =
            CountTie::from_terms(years.chain([(column(students_of(0), None, 0), -1)]).collect(), SumOrigin::Assumed);
        let words: Vec<String> = [&share, &pooled].map(|tie| tie.equation_text(&atlas, &ids)).into();
        assert_eq!(
            words,
            [
                "share (el) = students of enrolled (el)",
                "students of enrolled + students of enrolled (a period before) + students of enrolled (2 periods before) \
                 = students of share"
            ]
        );
        let quarters = (0..4).map(|quarter| column(students_of(1), None, 2 - quarter));
        let year = CountTie::of_parts(column(students_of(0), None, 0), quarters, 4, SumOrigin::Assumed);
        assert_eq!(year.equation_text(&atlas, &ids), "students of share = 4 shorter periods of students of enrolled");
        assert_eq!((share.over_periods(), pooled.over_periods(), year.over_periods()), (false, true, true));
        let mut ties = Vec::new();
        for tie in [&share, &pooled, &share, &year] {
            add_tie(&mut ties, tie.clone());
        }
        assert_eq!(ties.len(), 3);
        let json = ties_to_json(&ties, &atlas, &ids);
        let find = |id: &str| ids.iter().position(|known| known == id);
        assert_eq!(ties_from_json(&json, &mut atlas, &find), Ok(ties));
        assert_eq!(ties_from_json(&json, &mut atlas, &|_| None), Ok(Vec::new()), "measures that are gone");
        assert_eq!(ties_from_json(&Json::Null, &mut atlas, &find), Ok(Vec::new()), "an older program's release");
    }
}
