//! Several imports of one measure: as-of, undo, history, compaction.

use headway_lake::{Lake, LakeScan, ScanColumns, SeriesFilter, compact_segments};
use headway_model::{LakeSegment, ObservationBatch, PeriodKind, Value, ValueFlags, VintageId, VintageRanks};
use proptest::prelude::*;

use crate::support::{Row, expected, import, read, row, some_filter, some_rows, wanted};

fn lake_of(folder: &std::path::Path, imports: &[(VintageId, Vec<Row>)]) -> (Lake, Vec<LakeSegment>) {
    let lake = Lake::in_folder(folder);
    let segments = imports.iter().flat_map(|(vintage, rows)| import(&lake, *vintage, rows)).collect();
    (lake, segments)
}

fn some_imports() -> impl Strategy<Value = Vec<(VintageId, Vec<Row>)>> {
    prop::collection::btree_map(1..9_i64, some_rows(), 1..6).prop_map(|imports| imports.into_iter().collect())
}

/// Imports 1 to 8 in an order of their own, and which of them are seen.
fn some_ranks() -> impl Strategy<Value = VintageRanks> {
    let order = Just((1..9).collect::<Vec<VintageId>>()).prop_shuffle();
    let seen = prop::collection::btree_set(1..9_i64, 0..9);
    (order, seen).prop_map(|(order, seen)| VintageRanks::in_order(order.into_iter().filter(|id| seen.contains(id))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_visible_vintage_of_the_highest_rank_holds(
        imports in some_imports(),
        filter in some_filter(),
        ranks in some_ranks(),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (lake, mut segments) = lake_of(folder.path(), &imports);
        // The order of the files says nothing.
        segments.reverse();
        let rank = |vintage| ranks.rank_of(vintage);
        let scan = || LakeScan::new(&lake, &segments).expect("the files are there").with_filter(filter.clone()).with_ranking(&rank);
        prop_assert_eq!(read(&scan()), expected(&imports, &filter, &rank));
        // History: everything visible, by key and rank.
        let mut all: Vec<_> = imports.iter().filter(|(vintage, _)| rank(*vintage).is_some()).flat_map(|(vintage, rows)| {
            rows.iter().filter(|row| wanted(&filter, &row.key)).map(|row| (row.clone(), *vintage))
        }).collect();
        all.sort_by(|a, b| (&a.0.key, rank(a.1)).cmp(&(&b.0.key, rank(b.1))));
        prop_assert_eq!(read(&scan().every_vintage()), all);
    }

    #[test]
    fn compaction_changes_no_answer(
        imports in some_imports(),
        filter in some_filter(),
        ranks in some_ranks(),
        split in 0..6_usize,
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (lake, segments) = lake_of(folder.path(), &imports);
        let (some, rest) = segments.split_at(split.min(segments.len()));
        let mut merged: Vec<LakeSegment> = rest.to_vec();
        merged.extend(compact_segments(&lake, some, &|_| true).expect("the files are whole"));
        let whole = compact_segments(&lake, &merged, &|_| true).expect("the files are whole").expect("there are rows");
        prop_assert_eq!(whole.rows, imports.iter().map(|(_, rows)| rows.len() as u64).sum::<u64>());
        let rank = |vintage| ranks.rank_of(vintage);
        for segments in [&merged[..], &[whole][..]] {
            let scan = LakeScan::new(&lake, segments).expect("they are there").with_filter(filter.clone()).with_ranking(&rank);
            prop_assert_eq!(read(&scan), expected(&imports, &filter, &rank));
        }
        // Dropping vintages is as if they had never come.
        let visible = |vintage| rank(vintage).is_some();
        let kept = compact_segments(&lake, &segments, &visible).expect("the files are whole");
        let left = LakeScan::new(&lake, kept.as_slice()).expect("it is there").with_filter(filter.clone()).with_ranking(&rank);
        prop_assert_eq!(read(&left), expected(&imports, &filter, &rank));
        if let Some(kept) = kept {
            let known: Vec<_> = imports.iter().map(|import| import.0).filter(|&v| visible(v)).collect();
            prop_assert_eq!(kept.vintages, known);
        }
    }
}

#[test]
fn columns_not_asked_for_are_empty() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows = vec![row("all", "1", 2019, 1.0), row("all", "1", 2020, 2.0)];
    let (lake, mut segments) = lake_of(folder.path(), &[(1, rows)]);
    segments.extend(import(&lake, 2, &[row("all", "1", 2020, 3.0)]));
    for (segments, last) in [(&segments[..1], 2.0), (&segments[..], 3.0)] {
        let panel = LakeScan::new(&lake, segments)
            .expect("it is there")
            .with_columns(ScanColumns::LO)
            .read_panel()
            .expect("it is whole");
        let series = panel.get(0);
        assert_eq!((series.period, series.lo), (&[2019, 2020][..], &[1.0, last][..]));
        assert!(series.hi.is_empty() && series.numerator.is_empty() && series.flags.is_empty());
    }
}

#[test]
fn nothing_is_an_answer_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let panel = LakeScan::new(&lake, &[]).expect("no file is needed").read_panel().expect("no file is read");
    assert!(panel.is_empty() && panel.find_series("all", "all", "1").is_none());
    assert_eq!(compact_segments(&lake, &[], &|_| true).expect("no file is read"), None);
    let segments = import(&lake, 1, &[row("all", "1", 2020, 1.0)]);
    let filter = SeriesFilter::default().places(["2"]);
    assert!(read(&LakeScan::new(&lake, &segments).expect("it is there").with_filter(filter)).is_empty());
    assert_eq!(compact_segments(&lake, &segments, &|_| false).expect("it is whole"), None);
}

/// A measure that was renamed is one series; where one import has a figure under both ids, that of the later segment holds.
#[test]
fn segments_of_two_measures_are_read_as_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let import = |vintage: VintageId, measure: &str, rows: &[(i32, f64)]| {
        let mut batch = ObservationBatch::new(measure.to_owned(), PeriodKind::SchoolYear);
        let key = [batch.places.intern_text("1"), batch.groups.intern_text("all"), batch.grades.intern_text("all")];
        for (period, value) in rows {
            batch.push(key, *period, Value::Exact { value: *value }, (None, None), ValueFlags::default());
        }
        let mut import = lake.begin_import(vintage);
        import.push(&batch).expect("it is taken");
        import.write_segments().expect("it is written").publish_segments().expect("it is published")
    };
    let mut segments = import(1, "old", &[(2022, 60.0), (2023, 61.0), (2024, 1.0)]);
    segments.extend(import(2, "new", &[(2023, 62.0), (2024, 63.0)]));
    let check = |ranks: [VintageId; 2], want: [f64; 3]| {
        let ranks = VintageRanks::in_order(ranks);
        let rank = |vintage| ranks.rank_of(vintage);
        let panel = LakeScan::new(&lake, &segments)
            .expect("one kind of period")
            .with_ranking(&rank)
            .read_panel()
            .expect("it is whole");
        assert_eq!((panel.measure.as_str(), panel.get(0).lo), ("new", &want[..]));
    };
    check([1, 2], [60.0, 62.0, 63.0]);
    check([2, 1], [60.0, 61.0, 1.0]);
}
