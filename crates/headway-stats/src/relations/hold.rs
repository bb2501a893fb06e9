//! In which rows a relation holds, and whether that is enough.

use super::rows::{ColumnSigns, CountRow, DistinctRows, each_column};
use super::{ColumnRelation, RARE, chance};
use std::collections::BTreeSet;

/// A relation that holds, with the rows that tell of it.
#[derive(Clone, Debug)]
pub(super) struct HeldRelation {
    pub(super) signs: ColumnSigns,
    /// In how many rows it holds, and how many tell of it.
    pub(super) held: u64,
    pub(super) of: u64,
    /// Places of the rows (of those that differ) where it holds, and where it does not.
    pub(super) good: Vec<u32>,
    pub(super) bad: Vec<u32>,
    chance: f64,
}

impl HeldRelation {
    /// The relation, if it holds in nine of ten rows and not by chance, and if each of its columns is needed: it also holds
    /// in nine of ten of the rows in which that column is not zero, and not by chance.
    pub(super) fn judge_signs(signs: ColumnSigns, rows: &DistinctRows, live: u32, tried: f64) -> Option<Self> {
        let support = signs.support();
        let (mut held, mut of) = (0, 0);
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (at, row) in (0..).zip(&rows.rows).filter(|(_, row)| row.is_telling(support)) {
            let holds = row.signed_sum(signs) == 0;
            of += row.times;
            held += if holds { row.times } else { 0 };
            if holds { good.push(at) } else { bad.push(at) }
        }
        if of == 0 || !nine_of_ten(held, of) {
            return None;
        }
        let chance = tried * accident_chance(signs, support, rows, &good, &bad)?;
        let places = f64::from(2 * live.count_ones());
        let needed = |column: u32| {
            let there = |at: &&u32| rows.rows[**at as usize].x[column as usize] != 0;
            let (good, bad): (Vec<u32>, Vec<u32>) =
                (good.iter().filter(there).copied().collect(), bad.iter().filter(there).copied().collect());
            let count = |at: &[u32]| at.iter().map(|&at| rows.rows[at as usize].times).sum::<u64>();
            nine_of_ten(count(&good), count(&good) + count(&bad))
                && accident_chance(signs, 1 << column, rows, &good, &bad).is_some_and(|chance| places * chance < RARE)
        };
        let sure = chance < RARE && each_column(support).all(needed);
        sure.then_some(Self { signs, held, of, good, bad, chance })
    }

    pub(super) fn into_relation(self) -> ColumnRelation {
        let terms = each_column(self.signs.support()).map(|column| (column, self.signs.coefficient(column))).collect();
        ColumnRelation { terms, held: self.held, of: self.of, chance: self.chance }
    }
}

/// Whether it is nine of ten.
pub(super) fn nine_of_ten(held: u64, of: u64) -> bool {
    10 * held >= 9 * of
}

/// The chance that a relation holds so often by accident, as far as the size of `columns` goes. Rows in which all columns of
/// the relation have the same counts are one.
fn accident_chance(signs: ColumnSigns, columns: u32, rows: &DistinctRows, good: &[u32], bad: &[u32]) -> Option<f64> {
    let distinct = |at: &[u32]| -> BTreeSet<_> {
        at.iter().map(|&at| rows.rows[at as usize].only_columns(signs.support())).collect()
    };
    let size = |x: &[i64]| each_column(columns).map(|column| x[column as usize].unsigned_abs() as f64).sum::<f64>();
    let (good, bad) = (distinct(good), distinct(bad));
    let p: Vec<f64> = good.iter().chain(&bad).map(|x| chance::of_row(size(x), rows.unit as f64)).collect();
    (!good.is_empty()).then(|| chance::few_misses(&p, bad.len()))
}

/// Whether a relation could hold, judged by the first rows that tell of it: a quick look that lets all pass that hold in
/// nine of ten rows.
pub(super) fn may_hold<'a>(signs: ColumnSigns, rows: impl Iterator<Item = &'a CountRow>) -> bool {
    /// Of 24 rows one that holds in nine of ten misses more than 12 once in 10^7 times.
    const LOOK: usize = 24;
    let (mut seen, mut missed) = (0, 0);
    for row in rows.take(LOOK) {
        seen += 1;
        missed += usize::from(row.signed_sum(signs) != 0);
        if missed > LOOK / 2 {
            return false;
        }
    }
    seen > 0 && (seen == LOOK || 2 * missed <= seen)
}
