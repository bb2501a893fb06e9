//! What comes in: any order, repetitions, contradictions, interruptions.

use headway_lake::{Lake, LakeError, LakeScan, SeriesFilter};
use headway_model::{LakeSegment, ObservationBatch, PeriodKind, Value, ValueFlags};
use proptest::prelude::*;

use crate::support::{batches, expected, import, only, read, row, some_rows, write};

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path.display().to_string()) }
        }
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_and_repetition_leave_the_same_bytes(
        (rows, shuffled) in some_rows().prop_flat_map(|rows| {
            let twice: Vec<_> = rows.iter().chain(rows.iter().step_by(3)).cloned().collect();
            (Just(rows), Just(twice).prop_shuffle())
        })
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (one, other) = (Lake::in_folder(folder.path().join("a")), Lake::in_folder(folder.path().join("b")));
        let first = import(&one, 3, &rows);
        let written = write(&other, 3, &shuffled).expect("equal rows are no conflict");
        prop_assert_eq!(only(&written).pushed, shuffled.len() as u64);
        prop_assert_eq!(only(&written).repeated, (shuffled.len() - rows.len()) as u64);
        let second = written.publish_segments().expect("the folder can be written");
        prop_assert_eq!(&first, &second);
        let bytes = |lake: &Lake| std::fs::read(lake.segment_path(&first[0]).expect("in the lake")).expect("it was published");
        prop_assert!(bytes(&one) == bytes(&other), "the bytes differ");
        let scan = LakeScan::new(&one, &first).expect("it was published");
        prop_assert_eq!(read(&scan), expected(&[(3, rows)], &SeriesFilter::default(), &|v| Some(v)));
    }
}

#[test]
fn contradictions_are_refused_with_their_places() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let mut rows: Vec<_> = (0..50).map(|i| row("all", &format!("{i:03}"), 2020, f64::from(i))).collect();
    rows.extend((10..40).map(|i| row("all", &format!("{i:03}"), 2020, 99.0)));
    rows.push(row("all", "001", 2020, 1.0));
    let mut flagged = row("all", "002", 2020, 2.0);
    flagged.flags = ValueFlags::PROVISIONAL;
    rows.push(flagged);
    let Err(LakeError::Conflicts(conflicts)) = write(&lake, 1, &rows) else { panic!("they contradict each other") };
    assert_eq!((conflicts.count, conflicts.examples.len()), (31, 20));
    assert!(conflicts.examples[0].only_counts_or_flags && conflicts.examples[0].series.place == "002");
    assert_eq!(conflicts.examples[1].first, Value::Exact { value: 10.0 });
    assert_eq!(conflicts.examples[1].second, Value::Exact { value: 99.0 });
    assert!(conflicts.to_string().contains("place 002, group all, grade all, period 2020"), "{conflicts}");
    assert_eq!(files(folder.path()), Vec::<String>::new(), "nothing is left behind");
}

#[test]
fn an_interrupted_import_leaves_nothing_visible() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let rows: Vec<_> = (0..50).map(|i| row("all", &format!("{i:03}"), 2020, f64::from(i))).collect();
    // Dropped: as when an error ends the program.
    drop(write(&lake, 1, &rows).expect("the rows agree"));
    let mut import = lake.begin_import(1).rows_in_memory(7);
    import.push(&batches(&rows, 50)[0]).expect("the folder can be written");
    drop(import);
    assert_eq!(files(folder.path()), Vec::<String>::new());
    // Written and not published yet: it lies in the folder for temporary files alone, and nobody clears it away.
    let working = write(&lake, 1, &rows).expect("the rows agree");
    let left = files(folder.path());
    assert!(!left.is_empty() && left.iter().all(|path| path.ends_with(".tmp")), "{left:?}");
    assert_eq!(lake.remove_leftovers().expect("the folder can be read"), 0);
    // What a killed program leaves has no owner.
    std::fs::write(folder.path().join("tmp/1-9.tmp"), "left").expect("the folder can be written");
    assert_eq!(lake.remove_leftovers().expect("the folder can be read"), 1);
    assert_eq!(files(folder.path()), left);
    drop(working);
    assert_eq!(files(folder.path()), Vec::<String>::new());
    assert_eq!(lake.remove_leftovers().expect("the folder can be read"), 0);
}

#[test]
fn several_measures_in_one_import() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let mut import = lake.begin_import(4).rows_in_memory(10);
    for round in 0..9 {
        for measure in ["b/../c", "a", ".hidden"] {
            let mut batch = ObservationBatch::new(measure, PeriodKind::Cohort);
            let key = [batch.places.intern_text("u"), batch.groups.intern_text("all"), batch.grades.intern_text("all")];
            batch.push(key, 2010 + round, Value::Exact { value: 1.0 }, (None, None), ValueFlags::default());
            import.push(&batch).expect("the folder can be written");
        }
    }
    let segments =
        import.write_segments().expect("the rows agree").publish_segments().expect("the folder can be written");
    let seen: Vec<_> = segments.iter().map(|s| (s.measure.as_str(), s.rows, s.first_period, s.last_period)).collect();
    assert_eq!(seen, [(".hidden", 9, 2010, 2018), ("a", 9, 2010, 2018), ("b/../c", 9, 2010, 2018)]);
    assert_eq!(segments[2].path, "b%2F..%2Fc/00000004.parquet");
    let other = LakeSegment { measure: "b".into(), ..segments[1].clone() };
    assert!(matches!(LakeScan::new(&lake, &[other]), Err(LakeError::Damaged { .. })), "the file says whose it is");
    let mut import = lake.begin_import(5);
    let mut years = ObservationBatch::new("d", PeriodKind::SchoolYear);
    let key = [years.places.intern_text("u"), years.groups.intern_text("all"), years.grades.intern_text("all")];
    years.push(key, 2010, Value::Exact { value: 1.0 }, (None, None), ValueFlags::default());
    import.push(&years).expect("the folder can be written");
    let years = import.write_segments().expect("one row").publish_segments().expect("the folder can be written");
    let mixed = LakeScan::new(&lake, &[segments[1].clone(), years[0].clone()]).map(|_| ()).expect_err("two kinds");
    assert_eq!(mixed.to_string(), "a and d: its periods are cohort and school year; one measure has one kind");
    lake.remove_file(&segments[0].path).expect("it is there");
    lake.remove_file(&segments[0].path).expect("it is no longer there, which is what was wanted");
    assert!(matches!(LakeScan::new(&lake, &segments[..1]), Err(LakeError::Io { .. })));
}

#[test]
fn what_cannot_be_stored_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    for place in ["", "a\tb", "a\nb"] {
        let Err(error) = write(&lake, 1, &[row("all", place, 2020, 1.0)]) else { panic!("{place:?} was stored") };
        assert!(matches!(error, LakeError::BadId { what: "unit", .. }), "{error}");
    }
    let mut import = lake.begin_import(1);
    let rows = [row("all", "1", 2020, 1.0)];
    import.push(&batches(&rows, 1)[0]).expect("the row is good");
    let mut other = batches(&rows, 1).remove(0);
    other.period_kind = PeriodKind::Cohort;
    let Err(error) = import.push(&other) else { panic!("two kinds of periods were stored") };
    assert_eq!(error.to_string(), "graduation: its periods are school year and cohort; one measure has one kind");
}
