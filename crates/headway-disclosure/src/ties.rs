//! Sums between counts that stand under different codes or in different periods: the numerator of one measure is the number
//! of students of a group of another, a rate of three years is made of three single years, an outcome comes a year later.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::Group;
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
}

impl Tie {
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
        Self { terms, origin }
    }

    /// Whether it goes over more than one period.
    pub(super) fn over_periods(&self) -> bool {
        self.terms.iter().any(|(column, _)| column.back != self.terms[0].0.back)
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
        let cell = |&(column, k): &(Column, i32)| {
            let spot = Spot {
                table: table(column.term),
                period: spot.period + last.back - column.back,
                group: column.group.unwrap_or(spot.group),
                grade: column.grade.unwrap_or(spot.grade),
                ..*spot
            };
            Some((*at.get(&spot)?, k))
        };
        fits.then(|| self.terms.iter().filter_map(cell).collect())
    }

    /// `share-el = students of enrolled (el)`.
    pub(super) fn words(&self, atlas: &Atlas, measures: &[String]) -> String {
        let name = |column: &Column| {
            let (measure, amount) = measure_of(column.term);
            let id = &measures[measure];
            let mut more = Vec::new();
            more.extend(column.group.map(|group| atlas.groups.text(group).to_owned()));
            more.extend(column.grade.map(|grade| headway_model::Grade::in_words(atlas.grades.text(grade))));
            more.extend(match column.back {
                0 => None,
                1 => Some("a period before".to_owned()),
                back => Some(format!("{back} periods before")),
            });
            let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
            if amount { format!("{id}{more}") } else { format!("students of {id}{more}") }
        };
        let side = |sign: i32| {
            let terms: Vec<String> =
                self.terms.iter().filter(|(_, k)| k.signum() == sign).map(|(column, _)| name(column)).collect();
            terms.join(" + ")
        };
        format!("{} = {}", side(1), side(-1))
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
pub(super) fn add(to: &mut Vec<Tie>, new: Tie) {
    let once: BTreeSet<Column> = new.terms.iter().map(|(column, _)| *column).collect();
    let turned = |tie: &Tie| {
        let mut terms: Vec<(Column, i32)> = tie.terms.iter().map(|&(column, k)| (column, -k)).collect();
        terms.sort_by_key(|&(column, k)| (k < 0, column));
        terms
    };
    let known = |tie: &Tie| tie.terms == new.terms || turned(tie) == new.terms;
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
}

/// As a release keeps them.
pub(super) fn keep(ties: &[Tie], atlas: &Atlas, measures: &[String]) -> Json {
    let term = |&(column, k): &(Column, i32)| {
        let (measure, amount) = measure_of(column.term);
        let group = column.group.map(|group| atlas.groups.text(group).to_owned());
        let grade = column.grade.map(|grade| atlas.grades.text(grade).to_owned());
        (amount, measures[measure].clone(), group, grade, column.back, k)
    };
    let kept = |tie: &Tie| Kept { terms: tie.terms.iter().map(term).collect(), origin: tie.origin };
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
    for Kept { terms, origin } in kept {
        let term = |(amount, id, group, grade, back, k): (bool, String, Option<String>, Option<String>, i32, i32)| {
            let at = measure(&id)?;
            let term = if amount { amount_of(at) } else { students_of(at) };
            let group = group.map(|code| atlas.groups.intern(&Group::crossed(&code)));
            let grade = grade.map(|code| atlas.grades.intern(&code));
            Some((Column { term, group, grade, back }, k))
        };
        let terms: Option<Vec<(Column, i32)>> = terms.into_iter().map(term).collect();
        ties.extend(terms.map(|terms| Tie { terms, origin }));
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
        let ids = ["share", "enrolled"].map(str::to_owned);
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
        assert_eq!((share.over_periods(), pooled.over_periods()), (false, true));
        let mut ties = Vec::new();
        for tie in [&share, &pooled, &share] {
            add(&mut ties, tie.clone());
        }
        assert_eq!(ties.len(), 2);
        let json = keep(&ties, &atlas, &ids);
        let find = |id: &str| ids.iter().position(|known| known == id);
        assert_eq!(kept(&json, &mut atlas, &find), Ok(ties));
        assert_eq!(kept(&json, &mut atlas, &|_| None), Ok(Vec::new()), "measures that are gone");
        assert_eq!(kept(&Json::Null, &mut atlas, &find), Ok(Vec::new()), "an older program's release");
    }
}
