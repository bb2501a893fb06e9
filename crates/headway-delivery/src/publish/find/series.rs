//! Counts as series over rows, to be held against each other under other codes and in other periods.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use headway_stats::relations;

use super::super::formulas::Origin;
use super::super::ties::Column;
use super::{Finder, Rank};

/// At most so many places of a level are looked at, in order: a sum shows in a few of them.
const PLACES: usize = 400;
/// A first look at so many rows: one that holds in nine of ten of them misses half once in 10^7 times.
const LOOK: usize = 24;

/// Which code a column holds fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
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
pub(super) type Row = (i32, u32, u32, u32);

/// One series: where it stands, and its counts by row.
pub(super) struct Series {
    pub(super) column: Column,
    /// Group and grade, or 0 where they are not held fast.
    pub(super) codes: (u32, u32),
    pub(super) counts: HashMap<Row, i64>,
    /// Its rows in order.
    pub(super) rows: Vec<Row>,
}

/// A level, a term, and the codes of group and grade.
type SeriesCodes = (Rank, u32, (u32, u32));

impl Finder<'_> {
    /// The series of these terms by level, those with the most counts first.
    pub(super) fn series(&self, many: usize, axis: Axis, wanted: &dyn Fn(u32) -> bool) -> BTreeMap<Rank, Vec<Series>> {
        let mut places: BTreeMap<Rank, BTreeSet<u32>> = BTreeMap::new();
        let mut found: BTreeMap<SeriesCodes, HashMap<Row, i64>> = BTreeMap::new();
        for (rank, (key, term), count) in self.terms(many) {
            let Some(count) = count.filter(|_| wanted(term)) else { continue };
            let of_rank = places.entry(rank).or_default();
            if of_rank.len() >= PLACES && !of_rank.contains(&key.place) {
                continue;
            }
            of_rank.insert(key.place);
            let (codes, rest) = match axis {
                Axis::Group => ((key.group, 0), (0, key.grade)),
                Axis::Grade => ((0, key.grade), (key.group, 0)),
                Axis::Both => ((key.group, key.grade), (0, 0)),
                Axis::None => ((0, 0), (key.group, key.grade)),
            };
            let row = (key.period, key.place, rest.0, rest.1);
            found.entry((rank, term, codes)).or_default().entry(row).or_insert(count);
        }
        let mut by_rank: BTreeMap<Rank, Vec<Series>> = BTreeMap::new();
        for ((rank, term, codes), counts) in found {
            let group = matches!(axis, Axis::Group | Axis::Both).then_some(codes.0);
            let grade = matches!(axis, Axis::Grade | Axis::Both).then_some(codes.1);
            let mut rows: Vec<Row> = counts.keys().copied().collect();
            rows.sort_unstable();
            let column = Column { term, group, grade, back: 0 };
            by_rank.entry(rank).or_default().push(Series { column, codes, counts, rows });
        }
        for series in by_rank.values_mut() {
            series.sort_by(|a, b| b.rows.len().cmp(&a.rows.len()).then(a.column.cmp(&b.column)));
        }
        by_rank
    }
}

impl Series {
    pub(super) fn back(&self, back: i32) -> Column {
        Column { back, ..self.column }
    }

    fn count(&self, row: Row, back: i32) -> Option<i64> {
        self.counts.get(&(row.0 - back, row.1, row.2, row.3)).copied()
    }
}

/// Terms of a sum that is tried: series, periods back, coefficient.
pub(super) type Tried<'a> = [(&'a Series, i32, i32)];

/// How a sum is known that holds in nine of ten rows and so often that it would not be found by chance among `tried` of its
/// like; nothing where it does not.
pub(super) fn holds(terms: &Tried<'_>, tried: f64) -> Option<Origin> {
    let (first, others) = terms.split_first()?;
    let (mut seen, mut missed) = (0, 0);
    for &row in &first.0.rows {
        let at = (row.0 + first.1, row.1, row.2, row.3);
        let own = i64::from(first.2) * first.0.count(at, first.1)?;
        let rest = others.iter().map(|(series, back, k)| Some(i64::from(*k) * series.count(at, *back)?));
        let Some(rest) = rest.sum::<Option<i64>>() else { continue };
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
    let cells = table(&terms.iter().map(|(series, back, _)| (*series, *back)).collect::<Vec<_>>());
    let wanted: BTreeSet<(u32, i32)> = (0..).zip(terms).map(|(at, (_, _, k))| (at, *k)).collect();
    let turned: BTreeSet<(u32, i32)> = wanted.iter().map(|&(at, k)| (at, -k)).collect();
    let found = relations::find(terms.len(), &cells);
    // The search counted what it tried among these few columns; here many more sums of the same form are tried.
    let more = (tried / found.tried.max(1.0)).max(1.0);
    found.relations.into_iter().find_map(|relation| {
        let terms: BTreeSet<(u32, i32)> = relation.terms.iter().map(|&(at, k)| (at, i32::from(k))).collect();
        let chance = relation.chance * more;
        let rare = chance < relations::RARE && (terms == wanted || terms == turned);
        rare.then_some(Origin::Found { held: relation.held, of: relation.of, chance })
    })
}

/// The cells of some series, each so many periods back, row by row.
pub(super) fn table(columns: &[(&Series, i32)]) -> Vec<Option<i64>> {
    let mut rows: BTreeSet<Row> = BTreeSet::new();
    for (series, back) in columns {
        rows.extend(series.rows.iter().map(|row| (row.0 + back, row.1, row.2, row.3)));
    }
    rows.into_iter()
        .take(super::ROWS)
        .flat_map(|row| columns.iter().map(move |(series, back)| series.count(row, *back)))
        .collect()
}
