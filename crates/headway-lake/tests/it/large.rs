//! Enough rows for several runs, key ranges, row groups and blocks.

use headway_lake::{Lake, LakeScan, SeriesFilter, compact_segments};
use headway_model::{ObservationBatch, PeriodKind, Value, ValueFlags};

const UNITS: u32 = 6_000;
const GROUPS: [&str; 4] = ["all", "am", "ecd", "zz"];

/// Every place, group and year of `years` in an order that is none; `only` picks years.
fn batches(seed: u64, years: std::ops::Range<i32>) -> Vec<ObservationBatch> {
    let span = u64::try_from(years.end - years.start).expect("years rise");
    let count = u64::from(UNITS) * GROUPS.len() as u64 * span;
    let (mut batches, mut batch) = (Vec::new(), ObservationBatch::new("m", PeriodKind::SchoolYear));
    for i in 0..count {
        // 1,000,003 is a prime that does not divide the count: every place comes once.
        let place = (i * 1_000_003 + seed) % count;
        let (number, rest) = (place % u64::from(UNITS), place / u64::from(UNITS));
        let (group, year) = ((rest % 4) as usize, (rest / 4) as i32 + years.start);
        let key = [
            batch.places.intern_text(&place_id(number as u32)),
            batch.groups.intern_text(GROUPS[group]),
            batch.grades.intern_text("all"),
        ];
        batch.push(
            key,
            year,
            Value::Exact { value: figure(number as u32, group, year) },
            (None, None),
            ValueFlags::default(),
        );
        if batch.len() == 10_000 {
            batches.push(std::mem::replace(&mut batch, ObservationBatch::new("m", PeriodKind::SchoolYear)));
        }
    }
    batches.push(batch);
    batches
}

fn place_id(place: u32) -> String {
    format!("{:04}", place * 7 % UNITS)
}

fn figure(place: u32, group: usize, year: i32) -> f64 {
    f64::from(place * 7 % UNITS) + group as f64 / 8.0 + f64::from(year) * 1e4
}

#[test]
fn many_rows_in_any_order_give_one_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let import = |name: &str, vintage, memory, held, seed, years| {
        let lake = Lake::in_folder(folder.path().join(name));
        let mut import = lake.begin_import(vintage).rows_in_memory(memory).bytes_held(held);
        for batch in batches(seed, years) {
            import.push(&batch).expect("the folder can be written");
        }
        let segments =
            import.write_segments().expect("the rows agree").publish_segments().expect("the folder can be written");
        (lake, segments)
    };
    let (lake, whole) = import("a", 1, 50_000, 0, 1, 2010..2035);
    let (other, again) = import("b", 1, 90_001, 5_000_000, 77, 2010..2035);
    assert_eq!(whole, again);
    let bytes =
        |lake: &Lake| std::fs::read(lake.segment_path(&whole[0]).expect("in the lake")).expect("it was published");
    assert!(bytes(&lake) == bytes(&other), "the bytes differ");
    let scan = LakeScan::new(&lake, &whole).expect("it is there");
    assert!(scan.split_into_parts().len() > 3, "{} parts", scan.split_into_parts().len());
    let mut series_seen = 0;
    scan.for_each(|series| {
        let place: f64 = series.place.parse().expect("units are numbers here");
        let group = GROUPS.iter().position(|g| *g == series.group).expect("a group that was put in");
        assert_eq!((series.len(), series.period[0], series.grade), (25, 2010, "all"));
        for (&year, &value) in series.period.iter().zip(series.lo) {
            assert_eq!(value, place + group as f64 / 8.0 + f64::from(year) * 1e4);
        }
        series_seen += 1;
    })
    .expect("the file is whole");
    assert_eq!(series_seen, UNITS as usize * GROUPS.len());

    // The same figures in one file a span of years, merged while reading, and merged for good.
    let mut parts = Vec::new();
    for (vintage, from) in (1..).zip((2010..2035).step_by(5)) {
        parts.extend(import("c", vintage, 40_000, usize::MAX, 5, from..from + 5).1);
    }
    let split = Lake::in_folder(folder.path().join("c"));
    let merged = compact_segments(&split, &parts, &|_| true).expect("the files are whole").expect("there are rows");
    let answer = |lake: &Lake, segments: &[headway_model::LakeSegment], filter: &SeriesFilter| {
        let panel = LakeScan::new(lake, segments)
            .expect("they are there")
            .with_filter(filter.clone())
            .read_panel()
            .expect("whole");
        let names: Vec<_> = panel.iter().map(|s| (s.group.to_owned(), s.place.to_owned(), s.len())).collect();
        (names, panel.period, panel.lo)
    };
    let some = SeriesFilter::default().places(["0007", "5999", "0000", "none"]);
    let filters = [
        SeriesFilter::default(),
        some.clone(),
        some.clone().with_groups(["zz"]).with_periods(2030..=2031),
        SeriesFilter::default().with_groups(["am"]).with_periods(2012..=2012),
    ];
    for filter in &filters {
        let expected = answer(&lake, &whole, filter);
        assert!(expected == answer(&split, &parts, filter), "several files: {filter:?}");
        assert!(expected == answer(&split, std::slice::from_ref(&merged), filter), "compacted: {filter:?}");
    }
    // A few places are found without reading the rest.
    let few = LakeScan::new(&lake, &whole).expect("it is there").with_filter(some);
    let read: usize = few.split_into_parts().iter().map(headway_lake::ScanPart::row_count).sum();
    assert!(read < 150_000, "{read} rows read for 12 series of 600,000 rows");
}
