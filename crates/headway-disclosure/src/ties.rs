//! Sums between counts that stand under different codes or in different periods: the numerator of one measure is the number
//! of students of a group of another, a rate of three years is made of three single years, an outcome comes a year later.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::{Group, MeasureId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::atlas::{Atlas, Spot};
use super::formulas::{Origin, amount_of, measure_of, students_of};

/// Where a term of a tie stands, seen from the row that it is looked at in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Column {
    /// A measure's students or its result.
    pub(super) term: u32,
    /// Its group; nothing for the group of the row.
    pub(super) group: Option<u32>,
    /// Its grade; nothing for the grade of the row.
    pub(super) grade: Option<u32>,
    /// So many periods before the row's.
    pub(super) back: i32,
}

/// Terms with coefficients that add up to nothing; where they are parts of a total, it stands last with -1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tie {
    pub(super) terms: Vec<(Column, i32)>,
    pub(super) origin: Origin,
    /// How many periods of the other terms one of the last term makes up: 1, or 4 for quarters in a year, 12 for months. They are
    /// counted back from the first of that many then, by the numbers of their periods.
    pub(super) per: i32,
}

impl Tie {
    /// Parts of a year, or of a quarter: the total first, then the shorter periods that it is made of.
    pub(super) fn of_parts(total: Column, parts: impl Iterator<Item = Column>, per: i32, origin: Origin) -> Self {
        Self { terms: parts.map(|column| (column, 1)).chain([(total, -1)]).collect(), origin, per }
    }

    /// Terms in any order and sign; the latest period becomes the row's own.
    pub(super) fn of(mut terms: Vec<(Column, i32)>, origin: Origin) -> Self {
        let latest = terms.iter().map(|(column, _)| column.back).min().unwrap_or(0);
        let negative = terms.iter().filter(|(_, k)| *k < 0).count();
        let turn = if terms.len() - negative == 1 && negative > 1 || negative == 0 { -1 } else { 1 };
        for (column, k) in &mut terms {
            column.back -= latest;
            *k *= turn;
        }
        terms.sort_by_key(|&(column, k)| (k < 0, column));
        Self { terms, origin, per: 1 }
    }

    /// Whether it goes over more than one period.
    pub(super) fn over_periods(&self) -> bool {
        self.per > 1 || self.terms.iter().any(|(column, _)| column.back != self.terms[0].0.back)
    }

    /// The cells of its terms where its last one is the cell of `spot`, with their coefficients; those that are not there are
    /// left out. `table` is the table of a term.
    pub(super) fn over(
        &self,
        spot: &Spot,
        at: &BTreeMap<Spot, u32>,
        table: &dyn Fn(u32) -> u32,
    ) -> Option<Vec<(u32, i32)>> {
        let (last, _) = *self.terms.last()?;
        let fits = table(last.term) == spot.table
            && spot.rest_of == 0
            && last.group.is_none_or(|group| group == spot.group)
            && last.grade.is_none_or(|grade| grade == spot.grade);
        let cell = |(at_term, &(column, k)): (usize, &(Column, i32))| {
            let per = if at_term + 1 == self.terms.len() { 1 } else { self.per };
            let spot = Spot {
                table: table(column.term),
                period: (spot.period + last.back) * per - column.back,
                group: column.group.unwrap_or(spot.group),
                grade: column.grade.unwrap_or(spot.grade),
                ..*spot
            };
            Some((*at.get(&spot)?, k))
        };
        fits.then(|| self.terms.iter().enumerate().filter_map(cell).collect())
    }

    /// `share-el = students of enrolled (el)`.
    pub(super) fn words(&self, atlas: &Atlas, measures: &[MeasureId]) -> String {
        if self.per > 1 {
            return self.words_of_parts(atlas, measures);
        }
        let name = |column: &Column| column.words(atlas, measures);
        let side = |sign: i32| {
            let terms: Vec<String> =
                self.terms.iter().filter(|(_, k)| k.signum() == sign).map(|(column, _)| name(column)).collect();
            terms.join(" + ")
        };
        format!("{} = {}", side(1), side(-1))
    }

    /// `cases = 4 periods of cases-by-quarter`.
    fn words_of_parts(&self, atlas: &Atlas, measures: &[MeasureId]) -> String {
        let words = |column: Column| Column { back: 0, ..column }.words(atlas, measures);
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

impl Column {
    /// `students of enrolled (el, a period before)`.
    fn words(&self, atlas: &Atlas, measures: &[MeasureId]) -> String {
        let (measure, amount) = measure_of(self.term);
        let id = &measures[measure];
        let mut more = Vec::new();
        more.extend(self.group.map(|group| atlas.groups.text(group).to_owned()));
        more.extend(self.grade.map(|grade| headway_model::Grade::in_words(atlas.grades.text(grade))));
        more.extend(match self.back {
            0 => None,
            1 => Some("a period before".to_owned()),
            back => Some(format!("{back} periods before")),
        });
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        if amount { format!("{id}{more}") } else { format!("students of {id}{more}") }
    }
}

/// Adds a tie that is not there yet, if it names each of its terms once.
pub(super) fn add(to: &mut Vec<Tie>, new: Tie) {
    let once: BTreeSet<Column> = new.terms.iter().map(|(column, _)| *column).collect();
    let turned = |tie: &Tie| {
        let mut terms: Vec<(Column, i32)> = tie.terms.iter().map(|&(column, k)| (column, -k)).collect();
        terms.sort_by_key(|&(column, k)| (k < 0, column));
        terms
    };
    let known = |tie: &Tie| tie.per == new.per && (tie.terms == new.terms || turned(tie) == new.terms);
    if new.terms.len() > 1 && once.len() == new.terms.len() && !to.iter().any(known) {
        to.push(new);
    }
}

/// Whether it counts results, measure, group, grade, periods back and coefficient.
type KeptTerm = (bool, String, Option<String>, Option<String>, i32, i32);

/// A tie as a release keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    terms: Vec<KeptTerm>,
    origin: Origin,
    /// Older programs knew no other.
    #[serde(default = "one")]
    per: i32,
}

fn one() -> i32 {
    1
}

/// As a release keeps them.
pub(super) fn keep(ties: &[Tie], atlas: &Atlas, measures: &[MeasureId]) -> Json {
    let term = |&(column, k): &(Column, i32)| {
        let (measure, amount) = measure_of(column.term);
        let group = column.group.map(|group| atlas.groups.text(group).to_owned());
        let grade = column.grade.map(|grade| atlas.grades.text(grade).to_owned());
        (amount, measures[measure].to_string(), group, grade, column.back, k)
    };
    let kept = |tie: &Tie| Kept { terms: tie.terms.iter().map(term).collect(), origin: tie.origin, per: tie.per };
    serde_json::json!(ties.iter().map(kept).collect::<Vec<Kept>>())
}

/// Reads what [`keep`] wrote; nothing where an older program kept none. Ties of measures that nobody knows any more are left
/// out.
///
/// # Errors
/// What is wrong with it.
pub(super) fn kept(
    value: &Json,
    atlas: &mut Atlas,
    measure: &dyn Fn(&str) -> Option<usize>,
) -> Result<Vec<Tie>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let kept: Vec<Kept> = Vec::deserialize(value).map_err(|e| format!("ties: {e}"))?;
    let mut ties = Vec::new();
    for Kept { terms, origin, per } in kept {
        let term = |(amount, id, group, grade, back, k): (bool, String, Option<String>, Option<String>, i32, i32)| {
            let at = measure(&id)?;
            let term = if amount { amount_of(at) } else { students_of(at) };
            let group = group.map(|code| atlas.groups.intern(&Group::crossed(&code)));
            let grade = grade.map(|code| atlas.grades.intern(&code));
            Some((Column { term, group, grade, back }, k))
        };
        let terms: Option<Vec<(Column, i32)>> = terms.into_iter().map(term).collect();
        ties.extend(terms.map(|terms| Tie { terms, origin, per }));
    }
    Ok(ties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_told_in_words_kept_and_read_back() {
        let mut atlas = Atlas::default();
        let el = atlas.groups.intern("el");
        let ids = ["share", "enrolled"].map(MeasureId::from);
        let column = |term, group, back| Column { term, group, grade: None, back };
        let share = Tie::of(
            vec![(column(students_of(1), Some(el), 2), -1), (column(amount_of(0), Some(el), 2), 1)],
            Origin::Assumed,
        );
        let years = (0..3).map(|back| (column(students_of(1), None, back), 1));
        let pooled = Tie::of(years.chain([(column(students_of(0), None, 0), -1)]).collect(), Origin::Assumed);
        let words: Vec<String> = [&share, &pooled].map(|tie| tie.words(&atlas, &ids)).into();
        assert_eq!(
            words,
            [
                "share (el) = students of enrolled (el)",
                "students of enrolled + students of enrolled (a period before) + students of enrolled (2 periods before) \
                 = students of share"
            ]
        );
        let quarters = (0..4).map(|quarter| column(students_of(1), None, 2 - quarter));
        let year = Tie::of_parts(column(students_of(0), None, 0), quarters, 4, Origin::Assumed);
        assert_eq!(year.words(&atlas, &ids), "students of share = 4 shorter periods of students of enrolled");
        assert_eq!((share.over_periods(), pooled.over_periods(), year.over_periods()), (false, true, true));
        let mut ties = Vec::new();
        for tie in [&share, &pooled, &share, &year] {
            add(&mut ties, tie.clone());
        }
        assert_eq!(ties.len(), 3);
        let json = keep(&ties, &atlas, &ids);
        let find = |id: &str| ids.iter().position(|known| known == id);
        assert_eq!(kept(&json, &mut atlas, &find), Ok(ties));
        assert_eq!(kept(&json, &mut atlas, &|_| None), Ok(Vec::new()), "measures that are gone");
        assert_eq!(kept(&Json::Null, &mut atlas, &find), Ok(Vec::new()), "an older program's release");
    }
}
