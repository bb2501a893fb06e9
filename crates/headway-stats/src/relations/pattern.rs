//! Sets of columns that enough rows know all of: relations can only be seen in whole rows.

use super::rows::{DistinctRows, each_column};
use std::collections::BTreeMap;

/// So many rows that differ are enough to look for relations in.
const ENOUGH: u64 = 8;

/// For each pair of columns the widest set around it that enough rows know all of, the least known column left out first;
/// those that are not within another, the widest first. With no gaps that is all columns.
pub(super) fn widest_sets(rows: &DistinctRows, live: u32) -> Vec<u32> {
    let mut patterns: BTreeMap<u32, u64> = BTreeMap::new();
    for row in &rows.rows {
        *patterns.entry(row.known & live).or_default() += 1;
    }
    let mut sets: Vec<u32> = Vec::new();
    for first in each_column(live) {
        for second in each_column(live).filter(|&second| second > first) {
            sets.push(widest_set(&patterns, live, 1 << first | 1 << second));
        }
    }
    sets.sort_unstable_by_key(|set| (std::cmp::Reverse(set.count_ones()), *set));
    sets.dedup();
    let mut chosen: Vec<u32> = Vec::new();
    for set in sets {
        if chosen.iter().all(|wider| set & !wider != 0) {
            chosen.push(set);
        }
    }
    chosen
}

/// The columns left when enough rows know all of them; the `core` stays.
fn widest_set(patterns: &BTreeMap<u32, u64>, live: u32, core: u32) -> u32 {
    let around: Vec<(u32, u64)> = patterns.iter().filter(|(p, _)| *p & core == core).map(|(&p, &n)| (p, n)).collect();
    let count = |columns: u32| around.iter().filter(|(p, _)| p & columns == columns).map(|(_, n)| n).sum::<u64>();
    let mut set = live;
    while count(set) < ENOUGH && set != core {
        let least =
            each_column(set & !core).min_by_key(|column| count(1 << column)).expect("a column outside the core");
        set &= !(1 << least);
    }
    set
}
