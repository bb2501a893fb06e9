//! Files of before, which have a crossed group under both orders of its words: read as one.
//!
//! `orders/00000001.parquet` has, of D1 in 2023-24 and 2024-25, `female+mhi` 40 and 42 of 80, and `mhi+female` 43 of 80 in 2024-25, and
//! of D2 `mhi+female` alone; `orders/00000002.parquet` has of D1 `mhi+female` 44 of 80 in 2024-25 and 45 in 2025-26.

use headway_lake::{Lake, LakeScan, SeriesFilter, VintageRanking, compact_segments};
use headway_model::{LakeSegment, PeriodKind, VintageId};

use crate::support::{import, read, row};

fn lake(folder: &std::path::Path) -> (Lake, Vec<LakeSegment>) {
    let files = [&include_bytes!("orders/00000001.parquet")[..], &include_bytes!("orders/00000002.parquet")[..]];
    std::fs::create_dir(folder.join("r")).expect("a folder can be made");
    let segment = |(vintage, bytes): (VintageId, &&[u8])| {
        let path = format!("r/{vintage:08}.parquet");
        std::fs::write(folder.join(&path), bytes).expect("a file can be written");
        let (measure, period_kind, bytes) = ("r".to_owned(), PeriodKind::SchoolYear, bytes.len() as u64);
        let (rows, first_period, last_period, seal) = (2, 2023, 2026, None);
        LakeSegment {
            path,
            measure: measure.into(),
            period_kind,
            vintages: vec![vintage],
            rows,
            bytes,
            first_period,
            last_period,
            seal,
        }
    };
    let segments = (1..).zip(&files).map(segment).collect();
    (Lake::in_folder(folder), segments)
}

/// Group, place, period, numerator and import of all that is seen.
fn seen(
    lake: &Lake,
    segments: &[LakeSegment],
    rank: &VintageRanking<'_>,
    filter: SeriesFilter,
    all: bool,
) -> Vec<(String, String, i32, f64, VintageId)> {
    let scan = LakeScan::new(lake, segments).expect("the files are whole").with_ranking(rank).with_filter(filter);
    let scan = if all { scan.every_vintage() } else { scan };
    let one = |(row, vintage): (crate::support::Row, VintageId)| {
        let (group, _, place, period) = row.key;
        (group, place, period, row.counts.0.expect("all have counts"), vintage)
    };
    read(&scan).into_iter().map(one).collect()
}

fn rows(rows: &[(&str, &str, i32, f64, VintageId)]) -> Vec<(String, String, i32, f64, VintageId)> {
    let one = |&(group, place, period, k, vintage): &(&str, &str, i32, f64, VintageId)| {
        (group.to_owned(), place.to_owned(), period, k, vintage)
    };
    rows.iter().map(one).collect()
}

const CROSSED: &str = "female+mhi";

#[test]
fn both_orders_are_one_group() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (lake, segments) = lake(folder.path());
    let both = |vintage| Some(vintage);
    let all = rows(&[
        ("all", "D1", 2024, 50.0, 1),
        ("all", "D1", 2025, 52.0, 1),
        (CROSSED, "D1", 2024, 40.0, 1),
        (CROSSED, "D1", 2025, 44.0, 2),
        (CROSSED, "D1", 2026, 45.0, 2),
        (CROSSED, "D2", 2025, 11.0, 1),
        ("mwh", "D1", 2025, 10.0, 1),
    ]);
    assert_eq!(seen(&lake, &segments, &both, SeriesFilter::default(), false), all);
    let crossed = SeriesFilter::default().with_groups([CROSSED]);
    assert_eq!(seen(&lake, &segments, &both, crossed.clone(), false), all[2..6]);
    assert_eq!(seen(&lake, &segments, &both, SeriesFilter::default().with_groups(["all", "mwh"]), false).len(), 3);
    assert_eq!(seen(&lake, &segments, &both, crossed.clone().places(["D2"]), false), all[5..6]);
    // One import that has both, with two figures: that of the right order holds.
    let first = |vintage| (vintage == 1).then_some(vintage);
    let known = seen(&lake, &segments, &first, crossed.clone(), false);
    assert_eq!(known[1], all_of(CROSSED, 2025, 42.0, 1));
    let history = seen(&lake, &segments, &both, crossed, true);
    assert_eq!(history[1..3], [all_of(CROSSED, 2025, 42.0, 1), all_of(CROSSED, 2025, 44.0, 2)]);
    // Made anew, the files have one order.
    let merged = compact_segments(&lake, &segments, &|_| true).expect("they can be merged").expect("something is kept");
    assert_eq!(merged.rows, 8);
    assert_eq!(seen(&lake, &[merged], &both, SeriesFilter::default(), false), all);
}

fn all_of(group: &str, period: i32, k: f64, vintage: VintageId) -> (String, String, i32, f64, VintageId) {
    (group.to_owned(), "D1".to_owned(), period, k, vintage)
}

#[test]
fn what_comes_in_is_written_in_one_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let written = import(&lake, 1, &[row("mhi+female", "D1", 2024, 50.0), row("female+mhi", "D2", 2024, 60.0)]);
    let scan = LakeScan::new(&lake, &written).expect("the file is whole");
    let groups: Vec<String> = read(&scan).into_iter().map(|(row, _)| row.key.0).collect();
    assert_eq!(groups, [CROSSED, CROSSED]);
}
