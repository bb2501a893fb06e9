//! Counts as series over rows, to be held against each other under other codes and in other periods.

use std::collections::{BTreeMap, BTreeSet};

use headway_stats::relations;

use super::super::formulas::SumOrigin;
use super::super::ties::Column;
use super::shared::{SharedRows, cells_by_row};
use super::{PlaceRank, SumFinder};

/// At most so many places of a level are looked at, in order: a sum shows in a few of them.
const PLACES: usize = 400;
/// A first look at so many rows: one that holds in nine of ten of them misses half once in 10^7 times.
const LOOK: usize = 24;

/// Which code a column holds fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeAxis {
    /// Its group; rows are of any grade.
    Group,
    /// Its grade; rows are of any group.
    Grade,
    /// Both.
    Both,
    /// None; only periods differ.
    None,
}

/// Period, place, and the codes that are not held fast.
pub(super) type SeriesRowKey = (i32, u32, u32, u32);

/// One series: where it stands, and its counts by row.
pub(super) struct CountSeries {
    pub(super) column: Column,
    /// Group and grade, or 0 where they are not held fast.
    pub(super) codes: (u32, u32),
    /// Its rows in order, each once.
    pub(super) rows: Vec<SeriesRowKey>,
    /// The count of each row.
    pub(super) counts: Vec<i64>,
    /// The codes of its rows, a bit each, where several codes may have the same bit.
    pub(super) bits: u64,
}

/// A level, a term, and the codes of group and grade.
type SeriesCodes = (PlaceRank, u32, (u32, u32));

impl SumFinder<'_> {
    /// The series of these terms by level, those with the most counts first.
    pub(super) fn series_by_rank(
        &self,
        many: usize,
        axis: CodeAxis,
        wanted: &dyn Fn(u32) -> bool,
    ) -> BTreeMap<PlaceRank, Vec<CountSeries>> {
        let mut places: BTreeMap<PlaceRank, BTreeSet<u32>> = BTreeMap::new();
        let mut found: BTreeMap<SeriesCodes, Vec<(SeriesRowKey, i64)>> = BTreeMap::new();
        for (rank, (key, term), count) in self.term_counts(many) {
            let Some(count) = count.filter(|_| wanted(term)) else { continue };
            let of_rank = places.entry(rank).or_default();
            if of_rank.len() >= PLACES && !of_rank.contains(&key.place) {
                continue;
            }
            of_rank.insert(key.place);
            let (codes, rest) = match axis {
                CodeAxis::Group => ((key.group, 0), (0, key.grade)),
                CodeAxis::Grade => ((0, key.grade), (key.group, 0)),
                CodeAxis::Both => ((key.group, key.grade), (0, 0)),
                CodeAxis::None => ((0, 0), (key.group, key.grade)),
            };
            let row = (key.period, key.place, rest.0, rest.1);
            found.entry((rank, term, codes)).or_default().push((row, count));
        }
        let mut by_rank: BTreeMap<PlaceRank, Vec<CountSeries>> = BTreeMap::new();
        for ((rank, term, codes), counted) in found {
            let group = matches!(axis, CodeAxis::Group | CodeAxis::Both).then_some(codes.0);
            let grade = matches!(axis, CodeAxis::Grade | CodeAxis::Both).then_some(codes.1);
            let column = Column { group, grade, ..Column::own_count(term) };
            by_rank.entry(rank).or_default().push(CountSeries::from_counts(column, codes, counted));
        }
        for series in by_rank.values_mut() {
            series.sort_by(|a, b| b.rows.len().cmp(&a.rows.len()).then(a.column.cmp(&b.column)));
        }
        by_rank
    }
}

impl CountSeries {
    /// Counts by row, in any order; of several counts of a row (its students, said by several measures) the first is taken.
    pub(super) fn from_counts(column: Column, codes: (u32, u32), mut counted: Vec<(SeriesRowKey, i64)>) -> Self {
        counted.sort_by_key(|&(row, _)| row);
        counted.dedup_by_key(|&mut (row, _)| row);
        let (rows, counts): (Vec<SeriesRowKey>, Vec<i64>) = counted.into_iter().unzip();
        let bit = |row: &SeriesRowKey| 1 << (row.2.wrapping_mul(31).wrapping_add(row.3) % u64::BITS);
        let bits = rows.iter().map(bit).fold(0, |bits: u64, bit: u64| bits | bit);
        Self { column, codes, rows, counts, bits }
    }

    pub(super) fn column_back(&self, back: i32) -> Column {
        Column { back, ..self.column }
    }
}

/// Terms of a sum that is tried: series, periods back, coefficient.
pub(super) type TrialTerms<'a> = [(&'a CountSeries, i32, i32)];

/// How a sum is known that holds in nine of ten rows and so often that it would not be found by chance among `tried` of its
/// like; nothing where it does not.
pub(super) fn found_origin(terms: &TrialTerms<'_>, tried: f64) -> Option<SumOrigin> {
    let (mut seen, mut missed) = (0, 0);
    for (own, rest) in SharedRows::for_terms(terms) {
        if own == 0 && rest == 0 {
            continue;
        }
        seen += 1;
        missed += usize::from(own + rest != 0);
        if 2 * missed > LOOK || (seen == LOOK && 2 * missed > seen) {
            return None;
        }
        if seen == LOOK {
            break;
        }
    }
    if seen == 0 || 2 * missed > seen {
        return None;
    }
    let cells = cells_by_row(&terms.iter().map(|(series, back, _)| (*series, *back)).collect::<Vec<_>>());
    let wanted: BTreeSet<(u32, i32)> = (0..).zip(terms).map(|(at, (_, _, k))| (at, *k)).collect();
    let turned: BTreeSet<(u32, i32)> = wanted.iter().map(|&(at, k)| (at, -k)).collect();
    let found = relations::find_relations(terms.len(), &cells);
    // The search counted what it tried among these few columns; here many more sums of the same form are tried.
    let more = (tried / found.tried.max(1.0)).max(1.0);
    found.relations.into_iter().find_map(|relation| {
        let terms: BTreeSet<(u32, i32)> = relation.terms.iter().map(|&(at, k)| (at, i32::from(k))).collect();
        let chance = relation.chance * more;
        let rare = chance < relations::RARE && (terms == wanted || terms == turned);
        rare.then_some(SumOrigin::Found { held: relation.held, of: relation.of, chance })
    })
}
