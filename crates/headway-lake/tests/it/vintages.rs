//! Several imports of one measure: as-of, undo, history, compaction.

use headway_lake::{Columns, Filter, Lake, Scan, compact};
use headway_model::{Segment, VintageId};
use proptest::prelude::*;

use crate::support::{Row, expected, import, read, row, some_filter, some_rows, wanted};

fn lake_of(folder: &std::path::Path, imports: &[(VintageId, Vec<Row>)]) -> (Lake, Vec<Segment>) {
    let lake = Lake::folder(folder);
    let segments = imports.iter().flat_map(|(vintage, rows)| import(&lake, *vintage, rows)).collect();
    (lake, segments)
}

fn some_imports() -> impl Strategy<Value = Vec<(VintageId, Vec<Row>)>> {
    prop::collection::btree_map(1..9_i64, some_rows(), 1..6).prop_map(|imports| imports.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_newest_visible_vintage_wins(
        imports in some_imports(),
        filter in some_filter(),
        seen in prop::collection::btree_set(1..9_i64, 0..9),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (lake, mut segments) = lake_of(folder.path(), &imports);
        // The order of the files says nothing.
        segments.reverse();
        let visible = |vintage| seen.contains(&vintage);
        let scan = || Scan::new(&lake, &segments).expect("the files are there").filter(filter.clone()).visible(&visible);
        prop_assert_eq!(read(&scan()), expected(&imports, &filter, &visible));
        // History: everything visible, by key and vintage.
        let mut all: Vec<_> = imports.iter().filter(|(vintage, _)| visible(*vintage)).flat_map(|(vintage, rows)| {
            rows.iter().filter(|row| wanted(&filter, &row.key)).map(|row| (row.clone(), *vintage))
        }).collect();
        all.sort_by(|a, b| (&a.0.key, a.1).cmp(&(&b.0.key, b.1)));
        prop_assert_eq!(read(&scan().every_vintage()), all);
    }

    #[test]
    fn compaction_changes_no_answer(
        imports in some_imports(),
        filter in some_filter(),
        seen in prop::collection::btree_set(1..9_i64, 0..9),
        split in 0..6_usize,
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (lake, segments) = lake_of(folder.path(), &imports);
        let (some, rest) = segments.split_at(split.min(segments.len()));
        let mut merged: Vec<Segment> = rest.to_vec();
        merged.extend(compact(&lake, some, &|_| true).expect("the files are whole"));
        let whole = compact(&lake, &merged, &|_| true).expect("the files are whole").expect("there are rows");
        prop_assert_eq!(whole.rows, imports.iter().map(|(_, rows)| rows.len() as u64).sum::<u64>());
        let visible = |vintage| seen.contains(&vintage);
        for segments in [&merged[..], &[whole][..]] {
            let scan = Scan::new(&lake, segments).expect("they are there").filter(filter.clone()).visible(&visible);
            prop_assert_eq!(read(&scan), expected(&imports, &filter, &visible));
        }
        // Dropping vintages is as if they had never come.
        let kept = compact(&lake, &segments, &visible).expect("the files are whole");
        let left = Scan::new(&lake, kept.as_slice()).expect("it is there").filter(filter.clone());
        prop_assert_eq!(read(&left), expected(&imports, &filter, &visible));
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
        let panel = Scan::new(&lake, segments).expect("it is there").columns(Columns::LO).panel().expect("it is whole");
        let series = panel.get(0);
        assert_eq!((series.period, series.lo), (&[2019, 2020][..], &[1.0, last][..]));
        assert!(series.hi.is_empty() && series.numerator.is_empty() && series.flags.is_empty());
    }
}

#[test]
fn nothing_is_an_answer_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::folder(folder.path());
    let panel = Scan::new(&lake, &[]).expect("no file is needed").panel().expect("no file is read");
    assert!(panel.is_empty() && panel.find("all", "all", "1").is_none());
    assert_eq!(compact(&lake, &[], &|_| true).expect("no file is read"), None);
    let segments = import(&lake, 1, &[row("all", "1", 2020, 1.0)]);
    let filter = Filter::default().units(["2"]);
    assert!(read(&Scan::new(&lake, &segments).expect("it is there").filter(filter)).is_empty());
    assert_eq!(compact(&lake, &segments, &|_| false).expect("it is whole"), None);
}
