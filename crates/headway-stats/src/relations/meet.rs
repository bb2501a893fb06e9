//! Relations of any number of columns: all sums of one half of the columns against all sums of the other half.
//!
//! A few rows at a time (a probe) are looked at as one number for each column, a sum of its counts with fixed odd factors
//! modulo 2^64: what adds up to nothing in every row of the probe does so here, and next to nothing else does. A relation
//! with exceptions is found in a probe that has none of them.

use super::hold::may_hold;
use super::pattern;
use super::rows::{ColumnSigns, CountRow, DistinctRows, each_column};

/// The most probes of one set of columns. A relation that holds in nine of ten rows fails in a row of each of 24 probes of 8
/// rows once in 700,000 times.
const PROBES: usize = 24;
/// Rows of a probe, before those for columns that are zero in all of them.
const PROBE: usize = 8;
/// The most relations taken from one probe.
const MOST: usize = 200_000;
/// The most sums made in one search: about a second's work.
const WORK: usize = 12_000_000;

/// Relations that may hold, over all sets of columns that enough rows know; and whether all could be looked at. `small` ones
/// that hold are given: of columns that are equal only the first is looked at.
pub(super) fn search_wide(rows: &DistinctRows, live: u32, small: &[ColumnSigns]) -> (Vec<ColumnSigns>, bool) {
    let (mut found, mut whole, mut work) = (Vec::new(), true, 0);
    for set in pattern::widest_sets(rows, live) {
        let same = |signs: &&ColumnSigns| signs.support() & !set == 0 && signs.support().count_ones() == 2;
        let doubles = small.iter().filter(same).fold(0, |drop, signs| drop | last_column(signs.support()));
        let mut columns = set & !doubles;
        let telling: Vec<&CountRow> = rows.telling_rows(set).collect();
        for probe in choose_probes(&telling, columns) {
            work += 2 * 3usize.pow(columns.count_ones().div_ceil(2));
            if work > WORK {
                return (found, false);
            }
            let mut met = meet_halves(&probe, columns);
            while met.is_none() {
                // A column that others make up can be done without.
                let within = |signs: &&ColumnSigns| signs.support() & !columns == 0;
                let Some(made_up) = small.iter().find(within) else { break };
                columns &= !last_column(made_up.support());
                met = meet_halves(&probe, columns);
            }
            whole &= met.is_some();
            let met = met.unwrap_or_default();
            found.extend(met.into_iter().filter(|signs| may_hold(*signs, rows.telling_rows(signs.support()))));
        }
        found.sort_unstable();
        found.dedup();
    }
    (found, whole)
}

/// The last column of a set.
fn last_column(columns: u32) -> u32 {
    1 << (31 - columns.leading_zeros())
}

/// Rows to be looked at together: apart from each other, so many that one of them has no exception, each with a row in which a
/// column is not zero.
fn choose_probes<'a>(telling: &[&'a CountRow], columns: u32) -> Vec<Vec<&'a CountRow>> {
    let count = (telling.len() / 10 + 1).min(PROBES);
    let size = if count == 1 { telling.len() } else { (telling.len() / count).min(PROBE) };
    let probe = |at: usize| {
        let mut probe: Vec<&CountRow> = telling.iter().skip(at * size).take(size).copied().collect();
        for column in each_column(columns) {
            let there = |row: &&CountRow| row.x[column as usize] != 0;
            if !probe.iter().any(there) {
                let all: Vec<&CountRow> = telling.iter().copied().filter(|row| there(row)).collect();
                probe.extend(all.get(at % all.len().max(1)));
            }
        }
        probe
    };
    (0..count).map(probe).filter(|probe| !probe.is_empty()).collect()
}

/// The relations between `columns` that hold in all rows of the probe; `None` if they are too many.
fn meet_halves(probe: &[&CountRow], columns: u32) -> Option<Vec<ColumnSigns>> {
    let weight = |column: u32| {
        let of = |(at, row): (usize, &&CountRow)| (row.x[column as usize] as u64).wrapping_mul(row_factor(at as u64));
        probe.iter().enumerate().map(of).fold(0u64, u64::wrapping_add)
    };
    let weights: Vec<(u32, u64)> = each_column(columns).map(|column| (column, weight(column))).collect();
    let (one, other) = weights.split_at(weights.len() / 2);
    let (one, mut other) = (signed_sums(one), signed_sums(other));
    other.iter_mut().for_each(|sum| sum.0 = sum.0.wrapping_neg());
    other.sort_unstable_by_key(|sum| sum.0);
    let mut met = Vec::new();
    let mut at = 0;
    for group in one.chunk_by(|a, b| a.0 == b.0) {
        at += other[at..].partition_point(|sum| sum.0 < group[0].0);
        let partners = other[at..].iter().take_while(|sum| sum.0 == group[0].0).count();
        if met.len() + group.len() * partners > MOST {
            return None;
        }
        for &(_, a) in group {
            for &(_, b) in &other[at..at + partners] {
                let signs = ColumnSigns { plus: a.plus | b.plus, minus: a.minus | b.minus };
                if signs.support() != 0 {
                    met.push(signs.canonical());
                }
            }
        }
    }
    met.sort_unstable();
    met.dedup();
    Some(met)
}

/// Every sum of these columns with 1, 0 and -1, in order.
fn signed_sums(weights: &[(u32, u64)]) -> Vec<(u64, ColumnSigns)> {
    let mut sums = vec![(0u64, ColumnSigns { plus: 0, minus: 0 })];
    for &(column, weight) in weights {
        for at in 0..sums.len() {
            let (sum, signs) = sums[at];
            sums.push((sum.wrapping_add(weight), ColumnSigns { plus: signs.plus | 1 << column, ..signs }));
            sums.push((sum.wrapping_sub(weight), ColumnSigns { minus: signs.minus | 1 << column, ..signs }));
        }
    }
    sums.sort_unstable_by_key(|sum| sum.0);
    sums
}

/// The odd factor of a row (SplitMix64).
pub(super) fn row_factor(at: u64) -> u64 {
    let mut z = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) | 1
}
