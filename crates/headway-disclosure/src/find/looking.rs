//! Sums looked for in a table: rows of counts by columns.

use std::collections::BTreeMap;

use headway_stats::relations;

use super::super::formulas::{SumFormula, SumOrigin, add_formula};
use super::{PlaceRank, ROWS};

/// An assumed sum is looked for among so many columns at most.
const ASSUMED_AMONG: usize = 12;
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

/// Adds the sums that are rare enough to be believed.
pub(super) fn add_found_sums<R>(rows: &Rows<R>, columns: &[u32], to: &mut Vec<SumFormula>) {
    let cells: Vec<Option<i64>> = rows.values().flatten().copied().collect();
    for found in relations::find_relations(columns.len(), &cells).relations {
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
