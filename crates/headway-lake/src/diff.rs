//! What a new import changes.

use std::{collections::BTreeSet, sync::Arc};

use headway_model::{LakeSegment, SeriesKey, SeriesRows, Value, VintageId, VintageRank};

use crate::{
    Lake, LakeScan, Result, ScanColumns, VintageRanking, WrittenSegment, column::ColumnCell, file::SegmentFile,
};

/// How the figures of an import stand to those seen before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FigureDiff {
    /// Figures of which nothing was known.
    pub added: u64,
    /// Figures that say something else than before: revisions.
    pub changed: u64,
    /// Figures that say the same.
    pub same: u64,
    /// Figures known before that the import no longer has, of the periods that it has. They stay visible.
    pub gone: u64,
}

/// One figure, before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureChange<'a> {
    /// Student group.
    pub group: &'a str,
    /// Grade.
    pub grade: &'a str,
    /// Place.
    pub place: &'a str,
    /// Ordinal of the period.
    pub period: i32,
    /// The import that brought the older figure.
    pub vintage: VintageId,
    /// The older figure.
    pub before: Value,
    /// The new one; `None` when it is no longer there.
    pub after: Option<Value>,
}

/// A [`FigureChange`] that can be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedFigureChange {
    /// Group, grade and place.
    pub series: SeriesKey,
    /// Ordinal of the period.
    pub period: i32,
    /// The older figure.
    pub before: Value,
    /// The new one; `None` when it is no longer there.
    pub after: Option<Value>,
}

impl FigureChange<'_> {
    /// A copy of its own.
    pub fn to_owned(self) -> OwnedFigureChange {
        let Self { group, grade, place, period, before, after, .. } = self;
        let series = SeriesKey { group: group.into(), grade: grade.into(), place: place.into() };
        OwnedFigureChange { series, period, before, after }
    }
}

/// Compares one measure of an import that is written, and not yet published, with what is visible of the measure's
/// segments: `rank` says which imports were known before it, and which of them holds. `f` is called with every figure that changed or is gone, in order; figures with other counts or flags and the
/// same value count as changed too. Memory does not grow with the import.
pub fn diff_import(
    lake: &Lake,
    new: &WrittenSegment,
    segments: &[LakeSegment],
    rank: &VintageRanking<'_>,
    mut f: impl FnMut(FigureChange<'_>),
) -> Result<FigureDiff> {
    let [vintage] = new.segment.vintages[..] else { unreachable!("an import writes its own vintage alone") };
    let before: Vec<&LakeSegment> = segments.iter().filter(|segment| segment.vintages != [vintage]).collect();
    if before.is_empty() {
        return Ok(FigureDiff { added: new.segment.rows, ..FigureDiff::default() });
    }
    let file = Arc::new(SegmentFile::open(new.file.path(), new.segment.seal.as_deref())?);
    let mut periods = BTreeSet::new();
    LakeScan::of_files(vec![Arc::clone(&file)])?
        .with_columns(ScanColumns::LO)
        .for_each(|series| periods.extend(series.period))?;
    let mut files = vec![file];
    for segment in before {
        files.push(lake.open_segment(segment)?);
    }
    let own_last = |v: VintageId| if v == vintage { Some(VintageRank::MAX) } else { rank(v) };
    let scan = LakeScan::of_files(files)?.with_ranking(&own_last).every_vintage();
    let mut diff = FigureDiff::default();
    scan.for_each(|series| compare_series(&series, vintage, &periods, &mut diff, &mut f))?;
    Ok(diff)
}

fn compare_series(
    series: &SeriesRows<'_>,
    vintage: VintageId,
    periods: &BTreeSet<i32>,
    diff: &mut FigureDiff,
    f: &mut dyn FnMut(FigureChange<'_>),
) {
    let mut start = 0;
    while start < series.len() {
        let period = series.period[start];
        let end = start + series.period[start..].partition_point(|&p| p == period);
        // By rank, so the last one that is not the import's own is what was seen before.
        let old = (start..end).rev().find(|&row| series.vintage[row] != vintage);
        let new = (start..end).find(|&row| series.vintage[row] == vintage);
        start = end;
        let change = |row: usize, after: Option<Value>| FigureChange {
            group: series.group,
            grade: series.grade,
            place: series.place,
            period,
            vintage: series.vintage[row],
            before: series.value_at(row),
            after,
        };
        match (old, new) {
            (Some(old), Some(new)) if is_same_figure(series, old, new) => diff.same += 1,
            (Some(old), Some(new)) => {
                diff.changed += 1;
                f(change(old, Some(series.value_at(new))));
            }
            (None, Some(_)) => diff.added += 1,
            (Some(old), None) if periods.contains(&period) => {
                diff.gone += 1;
                f(change(old, None));
            }
            _ => {}
        }
    }
}

fn is_same_figure(series: &SeriesRows<'_>, a: usize, b: usize) -> bool {
    let equal = |column: &[f64]| column[a].is_same(column[b]);
    series.state[a] == series.state[b]
        && series.flags[a] == series.flags[b]
        && equal(series.lo)
        && equal(series.hi)
        && equal(series.numerator)
        && equal(series.denominator)
}
