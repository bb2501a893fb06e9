//! Relations of a few columns among many: more columns than can be tried in every combination.
//!
//! Two and three columns (four where there are few) are tried one combination after the other. Longer ones are met in the middle as
//! in [`super::meet`], but from sums of a few columns each.

mod span;
mod sums;

use std::collections::BTreeSet;

use super::hold::HeldRelation;
use super::rows::{ColumnSigns, DistinctRows};
use super::{ColumnRelation, FoundRelations, MOST_COLUMNS};
use span::SignedSpan;
use sums::{meet_sums, sums_within};

/// The most columns that can be given.
pub const MANY_COLUMNS: usize = 200;
/// Up to so many columns four of them are tried together.
const FOUR_AMONG: usize = 30;
/// At most so many sums over all probes.
const WORK: usize = 6_000_000;
/// The most probes.
const PROBES: usize = 12;
/// Rows of a probe.
const PROBE: usize = 8;
/// Rows that a relation is first held against.
const LOOK: usize = 24;
/// At most so many relations that may hold are judged.
const MOST: usize = 20_000;

/// Columns with 1 or -1, in their order; the first is 1.
type SignedColumns = Vec<(u32, i8)>;

/// The table: rows that differ, in an order that depends on their counts alone.
struct ManyRows {
    columns: usize,
    rows: Vec<Vec<Option<i64>>>,
    /// Columns that are not zero everywhere.
    live: Vec<u32>,
}

/// Finds relations of a few columns among up to [`MANY_COLUMNS`]: of two or three columns, of four among up to 30, and of as many more
/// as can be met in the middle (four to eight). Cells as in [`super::find_relations`].
///
/// # Panics
/// If there are more columns, or a row is not complete.
pub fn find_among_many(columns: usize, cells: &[Option<i64>]) -> FoundRelations {
    let rows = ManyRows::from_cells(columns, cells);
    let mut may_hold = rows.short_relations();
    may_hold.extend(rows.met_relations());
    rows.judged(may_hold, columns, &[])
}

/// The same for relations of two or three columns alone, four among up to 30, that `known` ones do not say already.
///
/// # Panics
/// As [`find_among_many`].
pub fn find_short(columns: usize, cells: &[Option<i64>], known: &[ColumnRelation]) -> FoundRelations {
    let rows = ManyRows::from_cells(columns, cells);
    rows.judged(rows.short_relations(), if columns <= FOUR_AMONG { 4 } else { 3 }, known)
}

impl ManyRows {
    fn from_cells(columns: usize, cells: &[Option<i64>]) -> Self {
        assert!(columns <= MANY_COLUMNS, "{columns} columns are more than can be tried at once");
        assert!(columns > 0 || cells.is_empty(), "rows have columns");
        assert!(columns == 0 || cells.len().is_multiple_of(columns), "a row has a cell for each column");
        let says = |row: &&[Option<i64>]| row.iter().flatten().any(|n| *n != 0);
        let mut rows: Vec<Vec<Option<i64>>> = cells.chunks(columns.max(1)).filter(says).map(<[_]>::to_vec).collect();
        rows.sort_by_cached_key(|row| (mixed(row), row.clone()));
        let is_live = |column: &u32| rows.iter().any(|row| row[*column as usize].is_some_and(|n| n != 0));
        let live = (0..columns as u32).filter(is_live).collect();
        Self { columns, rows, live }
    }

    /// What the columns add up to in a row; nothing where one is not known or all are zero.
    fn sum_in(row: &[Option<i64>], terms: &[(u32, i8)]) -> Option<i64> {
        let (mut sum, mut says) = (0, false);
        for &(column, k) in terms {
            let count = row[column as usize]?;
            says |= count != 0;
            sum += i64::from(k) * count;
        }
        says.then_some(sum)
    }

    /// Whether a relation could hold in nine of ten rows, by the first of `rows` that tell of it.
    fn may_hold(&self, rows: &[u32], terms: &[(u32, i8)]) -> bool {
        let (mut seen, mut missed) = (0, 0);
        for sum in rows.iter().filter_map(|&at| Self::sum_in(&self.rows[at as usize], terms)).take(LOOK) {
            seen += 1;
            missed += usize::from(sum != 0);
            if missed > LOOK / 2 {
                return false;
            }
        }
        seen > 0 && 2 * missed <= seen
    }

    /// Relations of two, three or four columns that may hold.
    fn short_relations(&self) -> Vec<SignedColumns> {
        // For each column the rows that know it.
        let known: Vec<Vec<u32>> = (0..self.columns)
            .map(|column| (0..self.rows.len() as u32).filter(|&at| self.rows[at as usize][column].is_some()).collect())
            .collect();
        let mut found = Vec::new();
        let most = if self.live.len() <= FOUR_AMONG { 4 } else { 3 };
        let mut terms = SignedColumns::new();
        for (at, &first) in self.live.iter().enumerate() {
            terms.push((first, 1));
            self.with_more(&known[first as usize], at + 1, most, &mut terms, &mut found);
            terms.pop();
        }
        found
    }

    /// Adds one more column after the other, with either sign. `rows`: those that know the columns so far.
    fn with_more(
        &self,
        rows: &[u32],
        from: usize,
        most: usize,
        terms: &mut SignedColumns,
        found: &mut Vec<SignedColumns>,
    ) {
        for (at, &column) in self.live.iter().enumerate().skip(from) {
            let both = rows.iter().filter(|&&at| self.rows[at as usize][column as usize].is_some());
            let both: Vec<u32> = both.copied().take(self.rows_kept(terms.len())).collect();
            if both.is_empty() {
                continue;
            }
            for sign in [1, -1] {
                terms.push((column, sign));
                if found.len() < MOST && self.may_hold(&both, terms) {
                    found.push(terms.clone());
                }
                if terms.len() < most {
                    self.with_more(&both, at + 1, most, terms, found);
                }
                terms.pop();
            }
        }
    }

    /// So many rows are looked at once so many columns are chosen: gaps of those to come take some away.
    fn rows_kept(&self, chosen: usize) -> usize {
        if chosen >= 2 { 4 * LOOK } else { self.rows.len() }
    }

    /// Longer relations that may hold.
    fn met_relations(&self) -> Vec<SignedColumns> {
        let (mut found, mut work): (BTreeSet<SignedColumns>, usize) = (BTreeSet::new(), 0);
        for (columns, rows) in self.whole_sets() {
            let most = sums_within(columns.len());
            let probes = (rows.len() / PROBE).clamp(1, PROBES);
            for probe in 0..probes {
                let rows = rows.iter().skip(probe * PROBE).take(if probes == 1 { usize::MAX } else { PROBE });
                let rows: Vec<&Vec<Option<i64>>> = rows.map(|&at| &self.rows[at as usize]).collect();
                let met = meet_sums(&rows, &columns, most, &mut work);
                found.extend(met.into_iter().take(MOST));
                if work > WORK {
                    break;
                }
            }
        }
        let all: Vec<u32> = (0..self.rows.len() as u32).collect();
        found.into_iter().filter(|terms| self.may_hold(&all, terms)).collect()
    }

    /// Sets of columns that enough rows know all of, with those rows: the least known are left out first, and looked at among
    /// themselves then.
    fn whole_sets(&self) -> Vec<(Vec<u32>, Vec<u32>)> {
        let knows = |at: u32, column: u32| self.rows[at as usize][column as usize].is_some();
        let mut left = self.live.clone();
        let mut sets = Vec::new();
        while left.len() > 1 {
            let mut set = left.clone();
            let whole = |set: &[u32]| -> Vec<u32> {
                (0..self.rows.len() as u32).filter(|&at| set.iter().all(|&column| knows(at, column))).collect()
            };
            let mut rows = whole(&set);
            while rows.len() < PROBE && set.len() > 2 {
                let known = |column: u32| (0..self.rows.len() as u32).filter(|&at| knows(at, column)).count();
                let Some(least) = set.iter().copied().min_by_key(|&column| (known(column), column)) else { break };
                set.retain(|column| *column != least);
                rows = whole(&set);
            }
            left.retain(|column| !set.contains(column));
            if !rows.is_empty() {
                sets.push((set, rows));
            }
        }
        sets
    }

    /// Those that hold, and not by chance among all relations of so many columns, the shortest first; none is a sum of others.
    fn judged(&self, mut may_hold: Vec<SignedColumns>, most: usize, known: &[ColumnRelation]) -> FoundRelations {
        may_hold.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
        may_hold.dedup();
        let mut span = SignedSpan::default();
        known.iter().for_each(|relation| span.add(&relation.terms, self.columns));
        let mut found =
            FoundRelations { whole: false, tried: tried_up_to(self.live.len(), most), ..FoundRelations::default() };
        for terms in may_hold {
            if terms.len() > MOST_COLUMNS || span.has(&terms, self.columns) {
                continue;
            }
            let columns = terms.iter().map(|&(column, _)| column as usize);
            let cells: Vec<Option<i64>> =
                self.rows.iter().flat_map(|row| columns.clone().map(|column| row[column])).collect();
            let rows = DistinctRows::new(terms.len(), &cells);
            let of_sign =
                |sign: i8| (0..).zip(&terms).filter(|(_, (_, k))| *k == sign).fold(0, |set, (at, _)| set | 1u32 << at);
            let signs = ColumnSigns { plus: of_sign(1), minus: of_sign(-1) };
            // Each length has its share of the chance: 1/2, 1/6, 1/12 and so on.
            let share = (terms.len() * (terms.len() - 1)) as f64;
            let tried = share * tried_up_to(self.live.len(), terms.len());
            if let Some(held) = HeldRelation::judge_signs(signs, &rows, rows.live_columns(), tried) {
                span.add(&terms, self.columns);
                found.relations.push(ColumnRelation { terms, ..held.into_relation() });
            }
        }
        found
    }
}

/// A number that depends on the counts of a row alone (FNV-1a).
fn mixed(row: &[Option<i64>]) -> u64 {
    let step = |hash: u64, x: &Option<i64>| {
        (hash ^ x.map_or(u64::MAX, |x| x as u64)).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    };
    row.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// How many relations of two to so many columns there are.
fn tried_up_to(columns: usize, most: usize) -> f64 {
    let (mut choices, mut tried) = (columns as f64, 0.0);
    for many in 2..=most.min(columns) {
        choices *= (columns + 1 - many) as f64 / many as f64;
        tried += choices * 2f64.powi(many as i32 - 1);
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers below `below`, the same every time.
    fn draws() -> impl FnMut(u64) -> i64 {
        let mut state = 11u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as i64
        }
    }

    /// Rows of so many columns, of which the last is the sum of `parts` others; every `odd`th row is off.
    fn table(columns: usize, rows: usize, parts: &[usize], odd: usize) -> Vec<Option<i64>> {
        let mut draw = draws();
        let row = |at: usize| {
            let mut row: Vec<i64> = (0..columns).map(|_| 2 + draw(90)).collect();
            row[columns - 1] =
                parts.iter().map(|&part| row[part]).sum::<i64>() + i64::from(odd > 0 && at.is_multiple_of(odd));
            row.into_iter().map(Some).collect::<Vec<Option<i64>>>()
        };
        (0..rows).flat_map(row).collect()
    }

    #[test]
    fn sums_of_a_few_columns_are_found_among_many() {
        for (columns, parts, odd) in [
            (25, &[3, 20][..], 0),
            (63, &[1, 40], 12),
            (63, &[0, 7, 30, 50, 61], 0),
            (37, &[0, 5, 11, 20, 28, 33], 13),
            (120, &[2, 60, 110], 0),
        ] {
            let found = find_among_many(columns, &table(columns, 40, parts, odd)).relations;
            let of: Vec<Vec<u32>> =
                found.iter().map(|relation| relation.terms.iter().map(|(column, _)| *column).collect()).collect();
            let wanted: Vec<u32> = parts.iter().map(|&part| part as u32).chain([columns as u32 - 1]).collect();
            assert_eq!(of, [wanted], "{columns} columns, {parts:?}");
            assert!(found[0].chance < super::super::RARE);
        }
    }

    #[test]
    fn gaps_hide_no_short_sum() {
        let mut draw = draws();
        let mut cells = table(40, 200, &[3, 20], 0);
        cells.iter_mut().filter(|_| draw(4) == 0).for_each(|cell| *cell = None);
        let found = find_among_many(40, &cells).relations;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].terms, [(3, 1), (20, 1), (39, -1)]);
    }

    #[test]
    fn nothing_is_found_where_nothing_adds_up() {
        for columns in [21, 60, 150] {
            let mut cells = table(columns, 60, &[0, 1], 1);
            cells.iter_mut().for_each(|cell| *cell = cell.map(|n| n * 7 % 101));
            assert_eq!(find_among_many(columns, &cells).relations, [], "{columns} columns");
            assert_eq!(find_short(columns, &cells, &[]).relations, [], "{columns} columns");
        }
    }
}
