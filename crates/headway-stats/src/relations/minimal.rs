//! Of all relations that hold those that say something of their own.

use super::MOST_COLUMNS;
use super::hold::{HeldRelation, nine_of_ten};
use super::rows::{ColumnSigns, DistinctRows, each_column};
use crate::suppress::field::{from_int, inverse_mod, mul_mod, neg_mod, sub_mod};
use std::cmp::Reverse;

/// The relations of the fewest columns of which all others are sums. One that fails where another with more columns holds
/// (a group was forgotten that is zero nearly everywhere) is left out in favor of that one.
pub(super) fn choose_minimal(mut held: Vec<HeldRelation>, rows: &DistinctRows) -> Vec<HeldRelation> {
    held.sort_by_key(|h| (h.signs.support().count_ones(), Reverse(h.held * 1_000_000 / h.of), h.signs));
    let outdone = |h: &HeldRelation| !h.bad.is_empty() && held.iter().any(|other| is_completion(other, h));
    let outdone: Vec<bool> = held.iter().map(outdone).collect();
    let mut span = RelationSpan::default();
    let keep = |(h, outdone): (HeldRelation, bool)| (!outdone && span.grow_if_new(&h, rows)).then_some(h);
    held.into_iter().zip(outdone).filter_map(keep).collect()
}

/// Whether `wide` has all columns of `narrow` and more, and holds in nine of ten of the rows in which that one fails.
fn is_completion(wide: &HeldRelation, narrow: &HeldRelation) -> bool {
    let (within, all) = (narrow.signs.support(), wide.signs.support());
    if within & !all != 0 || within == all {
        return false;
    }
    let holds = narrow.bad.iter().filter(|at| wide.good.binary_search(at).is_ok()).count();
    let fails = narrow.bad.iter().filter(|at| wide.bad.binary_search(at).is_ok()).count();
    holds > 0 && holds >= 9 * fails
}

/// All sums of the relations that were chosen: vectors with 1 in a pivot column, where all others have 0, modulo a prime.
#[derive(Default)]
struct RelationSpan {
    vectors: Vec<(usize, Vec<u64>)>,
}

impl RelationSpan {
    /// Takes the relation in, unless it is there already or what it adds to the others is not so.
    fn grow_if_new(&mut self, held: &HeldRelation, rows: &DistinctRows) -> bool {
        let columns = MOST_COLUMNS as u32;
        let mut x: Vec<u64> = (0..columns).map(|c| from_int(i32::from(held.signs.coefficient(c)))).collect();
        for (pivot, vector) in &self.vectors {
            subtract_multiple(&mut x, vector, *pivot);
        }
        let Some(pivot) = x.iter().position(|&x| x != 0) else { return false };
        let scale = inverse_mod(x[pivot]);
        x.iter_mut().for_each(|x| *x = mul_mod(*x, scale));
        if to_signs(&x).is_some_and(|rest| is_contradicted(rest, rows)) {
            return false;
        }
        for (_, vector) in &mut self.vectors {
            subtract_multiple(vector, &x, pivot);
        }
        self.vectors.push((pivot, x));
        true
    }
}

/// Takes as often the vector away as makes x zero in the pivot column.
fn subtract_multiple(x: &mut [u64], vector: &[u64], pivot: usize) {
    let factor = x[pivot];
    if factor != 0 {
        x.iter_mut().zip(vector).for_each(|(x, v)| *x = sub_mod(*x, mul_mod(factor, *v)));
    }
}

/// The vector as a relation, if its entries are 1, 0 and -1.
fn to_signs(x: &[u64]) -> Option<ColumnSigns> {
    let mut signs = ColumnSigns { plus: 0, minus: 0 };
    for (column, &x) in x.iter().enumerate() {
        match x {
            0 => {}
            1 => signs.plus |= 1 << column,
            x if x == neg_mod(1) => signs.minus |= 1 << column,
            _ => return None,
        }
    }
    Some(signs)
}

/// Whether the relation fails in more than one of ten rows in which one of its columns is not zero: a sum of known relations
/// that left out a small column says that this column is zero.
fn is_contradicted(rest: ColumnSigns, rows: &DistinctRows) -> bool {
    each_column(rest.support()).any(|column| {
        let there = || rows.telling_rows(rest.support()).filter(|row| row.x[column as usize] != 0);
        let held = there().filter(|row| row.signed_sum(rest) == 0).count();
        !nine_of_ten(held as u64, there().count() as u64)
    })
}
