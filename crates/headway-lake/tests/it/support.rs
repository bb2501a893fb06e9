//! Rows to import, and what a lake must answer for them, worked out the plain way.

use std::collections::BTreeMap;

use headway_lake::{Lake, LakeScan, SeriesFilter, VintageRanking, WrittenSegment};
use headway_model::{LakeSegment, ObservationBatch, PeriodKind, SeriesRows, Value, ValueFlags, VintageId};
use proptest::prelude::*;

/// Group, grade, place, period.
pub(crate) type Key = (String, String, String, i32);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: Key,
    pub(crate) value: Value,
    pub(crate) counts: (Option<f64>, Option<f64>),
    pub(crate) flags: ValueFlags,
}

pub(crate) fn row(group: &str, place: &str, period: i32, value: f64) -> Row {
    let key = (group.to_owned(), "all".to_owned(), place.to_owned(), period);
    Row { key, value: Value::Exact { value }, counts: (None, None), flags: ValueFlags::default() }
}

/// The rows in batches of `size`.
pub(crate) fn batches(rows: &[Row], size: usize) -> Vec<ObservationBatch> {
    rows.chunks(size)
        .map(|rows| {
            let mut batch = ObservationBatch::new("graduation", PeriodKind::SchoolYear);
            for Row { key: (group, grade, place, period), value, counts, flags } in rows {
                let key =
                    [batch.places.intern_text(place), batch.groups.intern_text(group), batch.grades.intern_text(grade)];
                batch.push(key, *period, *value, *counts, *flags);
            }
            batch
        })
        .collect()
}

pub(crate) fn write(
    lake: &Lake,
    vintage: VintageId,
    rows: &[Row],
) -> headway_lake::Result<headway_lake::WrittenImport> {
    let mut import = lake.begin_import(vintage).rows_in_memory(7).bytes_held(1_000);
    for batch in batches(rows, 3) {
        import.push(&batch)?;
    }
    import.write_segments()
}

pub(crate) fn import(lake: &Lake, vintage: VintageId, rows: &[Row]) -> Vec<LakeSegment> {
    write(lake, vintage, rows)
        .expect("the rows agree with each other")
        .publish_segments()
        .expect("the folder can be written")
}

pub(crate) fn only(written: &headway_lake::WrittenImport) -> &WrittenSegment {
    let [segment] = written.segments() else { panic!("one measure came in") };
    segment
}

/// All rows of series, with their vintages.
pub(crate) fn rows_of(series: &SeriesRows<'_>) -> Vec<(Row, VintageId)> {
    let known = |x: f64| (!x.is_nan()).then_some(x);
    let one = |i: usize| {
        let key = (series.group.to_owned(), series.grade.to_owned(), series.place.to_owned(), series.period[i]);
        let counts = (known(series.numerator[i]), known(series.denominator[i]));
        (Row { key, value: series.value_at(i), counts, flags: series.flags_at(i) }, series.vintage[i])
    };
    (0..series.len()).map(one).collect()
}

/// What a scan answers, checked on the way: in order, no series twice, panel and parts agree.
pub(crate) fn read(scan: &LakeScan<'_>) -> Vec<(Row, VintageId)> {
    let mut rows = Vec::new();
    let mut last = None;
    scan.for_each(|series| {
        let key = (series.group.to_owned(), series.grade.to_owned(), series.place.to_owned());
        assert!(!series.is_empty() && last.as_ref() < Some(&key), "{key:?} after {last:?}");
        last = Some(key);
        rows.extend(rows_of(&series));
    })
    .expect("the files are whole");
    let panel = scan.read_panel().expect("the files are whole");
    assert_eq!(panel.iter().flat_map(|series| rows_of(&series)).collect::<Vec<_>>(), rows);
    for series in panel.iter() {
        let found = panel.find_series(series.group, series.grade, series.place).expect("it is there");
        assert_eq!(rows_of(&found), rows_of(&series));
    }
    rows
}

/// The same, worked out plainly: of each key the visible vintage of the highest rank.
pub(crate) fn expected(
    imports: &[(VintageId, Vec<Row>)],
    filter: &SeriesFilter,
    rank: &VintageRanking<'_>,
) -> Vec<(Row, VintageId)> {
    let mut newest: BTreeMap<Key, (Row, VintageId)> = BTreeMap::new();
    for (vintage, rows) in imports.iter().filter(|(vintage, _)| rank(*vintage).is_some()) {
        for row in rows.iter().filter(|row| wanted(filter, &row.key)) {
            let entry = newest.entry(row.key.clone()).or_insert_with(|| (row.clone(), *vintage));
            if rank(entry.1) <= rank(*vintage) {
                *entry = (row.clone(), *vintage);
            }
        }
    }
    newest.into_values().collect()
}

pub(crate) fn wanted(filter: &SeriesFilter, (group, grade, place, period): &Key) -> bool {
    filter.groups.as_ref().is_none_or(|set| set.contains(group))
        && filter.grades.as_ref().is_none_or(|set| set.contains(grade))
        && filter.places.as_ref().is_none_or(|set| set.contains(place))
        && filter.periods.as_ref().is_none_or(|periods| periods.contains(period))
}

/// Rows of one import: few keys, so that imports meet; each key once.
pub(crate) fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    let key = (
        prop::sample::select(vec!["all", "ecd", "al", "zz"]),
        prop::sample::select(vec!["all", "03", "10"]),
        prop::sample::select(vec!["01", "010", "é", "9", "X y"]),
        prop_oneof![2010..2014_i32, Just(i32::MIN), Just(i32::MAX)],
    );
    let number = || prop_oneof![Just(0.0), Just(-0.0), -5.0..105.0_f64];
    let value = prop_oneof![
        number().prop_map(|value| Value::Exact { value }),
        (number(), number()).prop_map(|(lo, hi)| Value::Range { lo, hi }),
        number().prop_map(|lo| Value::AtLeast { lo }),
        number().prop_map(|hi| Value::AtMost { hi }),
        Just(Value::Suppressed),
        Just(Value::Missing),
    ];
    let counts = (prop::option::of(0.0..9.0_f64), prop::option::of(Just(9.0)));
    let row = (value, counts, (0..32_u8).prop_map(ValueFlags));
    prop::collection::btree_map(key, row, 1..40).prop_map(|rows| {
        let row = |((group, grade, place, period), (value, counts, flags)): ((&str, &str, &str, i32), _)| Row {
            key: (group.to_owned(), grade.to_owned(), place.to_owned(), period),
            value,
            counts,
            flags,
        };
        rows.into_iter().map(row).collect()
    })
}

pub(crate) fn some_filter() -> impl Strategy<Value = SeriesFilter> {
    let set = |texts: Vec<&'static str>| {
        let few = prop::sample::subsequence(texts.clone(), 0..=texts.len());
        prop::option::of(few.prop_map(|few| few.into_iter().map(str::to_owned).collect()))
    };
    let periods = prop::option::of((2009..2014_i32, 0..4_i32).prop_map(|(first, more)| first..=first + more));
    let sets = (set(vec!["all", "ecd", "none"]), set(vec!["all", "10"]), set(vec!["01", "é", "9", "0"]));
    (sets, periods).prop_map(|((groups, grades, places), periods)| SeriesFilter { groups, grades, places, periods })
}
