//! Several segments of a measure become one that holds the same vintages.

use std::collections::BTreeSet;

use headway_model::{LakeSegment, SeriesRows, VintageId};

use crate::{
    Lake, LakeScan, Result,
    encode::{SegmentDescription, SegmentWriter},
    lake::measure_folder,
    ranks::MeasureDictionaries,
    rows::{LakeRows, upper_bounds},
};

/// Rows handed on at a time.
const CHUNK_ROWS: usize = 1 << 16;

/// Merges segments into one, keeping each row with its vintage, so that every as-of question has the same answer; rows of
/// vintages for which `keep` says no (taken back for good) are left out. The new file is in its place when this returns;
/// the catalog swaps the entries in one transaction, and [`Lake::remove`] takes the old files away when no reader is left.
/// `None` when nothing is kept.
pub fn compact_segments(
    lake: &Lake,
    segments: &[LakeSegment],
    keep: &(dyn Fn(VintageId) -> bool + Sync),
) -> Result<Option<LakeSegment>> {
    let kept: BTreeSet<VintageId> = segments.iter().flat_map(|s| &s.vintages).copied().filter(|&v| keep(v)).collect();
    let by_number = |vintage: VintageId| keep(vintage).then_some(vintage); // the order of rows in a file
    let scan = LakeScan::new(lake, segments)?.with_ranking(&by_number).every_vintage();
    let (Some((measure, period_kind)), Some(oldest), Some(newest)) =
        (scan.measure_and_kind(), kept.first(), kept.last())
    else {
        return Ok(None);
    };
    let path = free_path(lake, measure, *oldest, *newest)?;
    let about = SegmentDescription { measure: measure.into(), period_kind, vintages: kept.iter().copied().collect() };
    let mut writer = SegmentWriter::new(&lake.temp_folder(), about)?;
    let mut names = MeasureDictionaries::default();
    let mut rows = LakeRows::default();
    for part in scan.split_into_parts() {
        scan.visit_part(&part, &mut |series| push_series(&mut rows, &mut names, &series))?;
        if rows.len() >= CHUNK_ROWS {
            writer.push(std::mem::take(&mut rows), &names)?;
        }
    }
    writer.push(rows, &names)?;
    let (file, segment) = writer.finish_segment(&names, path)?;
    lake.publish_file(file, &segment)?;
    Ok(Some(segment))
}

/// A path where no file lies: the same vintages may have been merged before, and a reader may still have that file.
fn free_path(lake: &Lake, measure: &str, oldest: VintageId, newest: VintageId) -> Result<String> {
    let mut number = 1;
    loop {
        let path = format!("{}/{oldest:08}-{newest:08}.{number}.parquet", measure_folder(measure));
        if !lake.has_file(&path)? {
            return Ok(path);
        }
        number += 1;
    }
}

fn push_series(rows: &mut LakeRows, names: &mut MeasureDictionaries, series: &SeriesRows<'_>) {
    let fits = "a segment holds at most 65,536 groups and grades";
    let group = u16::try_from(names.groups.intern_text(series.group)).expect(fits);
    let grade = u16::try_from(names.grades.intern_text(series.grade)).expect(fits);
    let place = names.places.intern_text(series.place);
    let count = series.len();
    rows.group.push_repeated(group, count);
    rows.grade.push_repeated(grade, count);
    rows.place.push_repeated(place, count);
    rows.period.extend(series.period);
    rows.state.extend(series.state);
    rows.flags.extend(series.flags);
    rows.lo.extend(series.lo);
    rows.hi.extend(&upper_bounds(series.state, series.hi));
    rows.numerator.extend(series.numerator);
    rows.denominator.extend(series.denominator);
    rows.vintage.extend(series.vintage);
}
