//! Sums looked for in a table: rows of counts by columns.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use headway_stats::relations::{self, FoundRelations};

use super::super::formulas::{SumFormula, SumOrigin, add_formula};
use super::{PlaceRank, ROWS};

/// An assumed sum is looked for among so many columns at most.
const ASSUMED_AMONG: usize = 12;
/// Among more columns one is assumed if chance makes any such one less often than this.
const ASSUMED_BELOW: f64 = 0.05;
/// A group is taken for a part of another if it never is larger in so many rows, and makes up so much of it.
const NESTED_ROWS: u64 = 20;
const NESTED_SHARE: f64 = 0.5;

/// Rows of counts by columns; what is not known is `None`.
pub(super) type Rows<K> = BTreeMap<K, Vec<Option<i64>>>;

/// The counts by level, row and column.
pub(super) fn rows_by_rank<K, R: Ord>(
    counts: impl Iterator<Item = (PlaceRank, K, Option<i64>)>,
    of_column: &BTreeMap<u32, usize>,
    columns: usize,
    place: impl Fn(K) -> (R, u32),
) -> BTreeMap<PlaceRank, Rows<R>> {
    let mut by_rank: BTreeMap<PlaceRank, Rows<R>> = BTreeMap::new();
    if columns < 2 {
        return by_rank;
    }
    for (rank, key, count) in counts {
        let (row, code) = place(key);
        let (Some(&column), Some(count)) = (of_column.get(&code), count) else { continue };
        let rows = by_rank.entry(rank).or_default();
        if rows.len() >= ROWS && !rows.contains_key(&row) {
            continue;
        }
        rows.entry(row).or_insert_with(|| vec![None; columns])[column].get_or_insert(count);
    }
    by_rank
}

/// Adds the sums that are rare enough to be believed: of any length among the columns that most rows know, and short ones among all.
pub(super) fn add_found_sums<R>(rows: &Rows<R>, columns: &[u32], to: &mut Vec<SumFormula>) {
    let mut most: Vec<usize> = (0..columns.len()).collect();
    let known = |at: &usize| rows.values().filter(|row| row[*at].is_some()).count();
    most.sort_by_cached_key(|at| (Reverse(known(at)), *at));
    most.truncate(relations::MOST_COLUMNS);
    most.sort_unstable();
    let cells: Vec<Option<i64>> = rows.values().flat_map(|row| most.iter().map(|&at| row[at])).collect();
    let of_most: Vec<u32> = most.iter().map(|&at| columns[at]).collect();
    add_relations(relations::find_relations(most.len(), &cells), &of_most, to);
    if most.len() < columns.len() {
        let cells: Vec<Option<i64>> = rows.values().flatten().copied().collect();
        add_relations(relations::find_among_many(columns.len(), &cells), columns, to);
    }
}

fn add_relations(found: FoundRelations, columns: &[u32], to: &mut Vec<SumFormula>) {
    for found in found.relations {
        let terms = found.terms.iter().map(|&(column, k)| (columns[column as usize], i32::from(k))).collect();
        let origin = SumOrigin::Found { held: found.held, of: found.of, chance: found.chance };
        add_formula(to, SumFormula::from_terms(terms, origin));
    }
}

/// Adds sums of up to `most` parts to one of `totals` that hold in all rows that can be looked at. In a few rows nobody can tell
/// them from chance, and no reader can; but protecting them costs little where there is little.
pub(super) fn add_assumed_sums<R>(
    rows: &Rows<R>,
    columns: &[u32],
    totals: &[u32],
    most: u32,
    to: &mut Vec<SumFormula>,
) {
    if columns.len() > ASSUMED_AMONG {
        add_rare_pairs(rows, columns, totals, to);
        return;
    }
    let mut masks: Vec<u32> = (1..1u32 << columns.len()).filter(|m| (2..=most).contains(&m.count_ones())).collect();
    masks.sort_by_key(|mask| mask.count_ones());
    for (total, _) in columns.iter().enumerate().filter(|(_, code)| totals.contains(code)) {
        let mut taken: Vec<u32> = Vec::new();
        for &mask in masks.iter().filter(|mask| **mask & (1 << total) == 0) {
            // What a smaller sum says already needs no more parts.
            if taken.iter().any(|known| known & mask == *known) {
                continue;
            }
            let parts = || (0..columns.len()).filter(|at| mask & (1 << at) != 0);
            let holds = |row: &Vec<Option<i64>>| {
                let sum = parts().map(|at| row[at]).sum::<Option<i64>>()?;
                Some((sum == row[total]?, row[total]? != 0 && parts().all(|at| row[at] != row[total])))
            };
            let mut says_something = false;
            let adds = rows.values().filter_map(holds).all(|(adds, says)| {
                says_something |= says;
                adds
            });
            if adds && says_something {
                taken.push(mask);
                add_formula(
                    to,
                    SumFormula::from_parts(parts().map(|at| columns[at]), columns[total], SumOrigin::Assumed),
                );
            }
        }
    }
}

/// The same of two parts among more columns, where chance would hardly make one of all of them.
fn add_rare_pairs<R>(rows: &Rows<R>, columns: &[u32], totals: &[u32], to: &mut Vec<SumFormula>) {
    let of_totals: Vec<usize> = (0..columns.len()).filter(|&at| totals.contains(&columns[at])).collect();
    let tried = (columns.len() * (columns.len() - 1) / 2 * of_totals.len()) as f64;
    for &total in &of_totals {
        for one in (0..columns.len()).filter(|one| *one != total) {
            for other in (one + 1..columns.len()).filter(|other| *other != total) {
                let known = || rows.values().filter_map(|row| Some([row[one]?, row[other]?, row[total]?]));
                if known().any(|[one, other, total]| one + other != total) {
                    continue;
                }
                let distinct: BTreeSet<[i64; 3]> = known().filter(|row| row.iter().any(|n| *n != 0)).collect();
                let says_something = distinct.iter().any(|[one, other, _]| *one != 0 && *other != 0);
                let sizes = distinct.iter().map(|row| row.iter().map(|n| n.unsigned_abs()).sum::<u64>());
                if says_something && tried * relations::by_chance(sizes) < ASSUMED_BELOW {
                    let parts = [columns[one], columns[other]];
                    add_formula(to, SumFormula::from_parts(parts, columns[total], SumOrigin::Assumed));
                }
            }
        }
    }
}

/// Groups that seem to be parts of others, whatever their codes say.
pub(super) fn find_nested_groups<R>(rows: &Rows<R>, columns: &[u32], within: &mut Vec<(u32, u32)>) {
    for part in 0..columns.len() {
        for whole in (0..columns.len()).filter(|&whole| whole != part) {
            let pair = (columns[part], columns[whole]);
            if within.contains(&pair) || within.contains(&(pair.1, pair.0)) {
                continue;
            }
            let (mut seen, mut of_part, mut of_whole, mut never_larger) = (0, 0, 0, true);
            for row in rows.values() {
                if let (Some(a), Some(b)) = (row[part], row[whole]) {
                    seen += u64::from(a > 0);
                    (of_part, of_whole) = (of_part + a, of_whole + b);
                    never_larger &= a <= b;
                }
            }
            let much = of_part < of_whole && of_part as f64 >= NESTED_SHARE * of_whole as f64;
            if never_larger && seen >= NESTED_ROWS && much {
                within.push(pair);
            }
        }
    }
}
