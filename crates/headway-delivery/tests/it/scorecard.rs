//! A scorecard says of each series what `track` and the pages say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use headway_delivery::track::{SeriesSelection, TrackRow};
use headway_delivery::{Error, Snapshot, picture};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::judgement_odds::{Asked, STATE, TODAY, state};
use crate::support::{Home, seen, sqlite};

/// What a scorecard says of a series.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) status: String,
    /// Chance, naive chance, method.
    pub(crate) odds: Option<(f64, Option<f64>, String)>,
    pub(crate) signal: String,
    /// Mean and limits.
    pub(crate) limits: Option<[f64; 3]>,
    pub(crate) gap: Option<f64>,
    pub(crate) latest: f64,
}

/// By group and place; and what the file says of itself.
pub(crate) fn read(path: &Path) -> (BTreeMap<(String, String), Line>, BTreeMap<String, String>) {
    let file = std::fs::File::open(path).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    let about = reader.metadata().file_metadata().key_value_metadata().expect("it says what it is").iter();
    let about = about.map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect();
    let mut lines = BTreeMap::new();
    for batch in reader.build().expect("a Parquet file") {
        let batch = batch.expect("a Parquet file");
        for row in 0..batch.num_rows() {
            let place = column(&batch, "unit").as_string::<i32>().value(row).to_owned();
            lines.insert((label(&batch, "group", row), place), line(&batch, row));
        }
    }
    (lines, about)
}

fn line(batch: &RecordBatch, row: usize) -> Line {
    let number = |name: &str| {
        let column = column(batch, name).as_primitive::<Float64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    let limits = ["mean", "lpl", "upl"].map(number);
    Line {
        status: label(batch, "status", row),
        odds: number("odds").map(|odds| (odds, number("odds_naive"), label(batch, "odds_method", row))),
        signal: label(batch, "signal", row),
        limits: limits[1].map(|_| limits.map(|limit| limit.expect("they come together"))),
        gap: number("gap"),
        latest: number("latest").expect("a series without an exact value is not there"),
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a dyn Array {
    batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}")).as_ref()
}

fn label(batch: &RecordBatch, name: &str, row: usize) -> String {
    let column = column(batch, name).as_any_dictionary();
    column.values().as_string::<i32>().value(column.normalized_keys()[row]).to_owned()
}

/// Mean, limits and signal of the latest point in the process chart of a measure page.
async fn in_chart(snapshot: &Snapshot, place: &str) -> (Option<[f64; 3]>, String) {
    let series = snapshot.find_series("met", Some(place), "all", "all").await.expect("it has results");
    let (_, planned) = snapshot.measure("met").expect("the plan names it");
    let chart = picture::process_chart("x", &planned.measure, &series).expect("ten results");
    let last = chart.points.last().expect("ten results");
    let limits = last.limits.map(|l| [l.average, l.lower, l.upper]);
    (limits, last.signal.as_ref().map_or_else(|| "none".to_owned(), |signal| signal.words.clone()))
}

/// As the process chart says it.
fn words(signal: &str) -> &str {
    match signal {
        "above-limit" => "above the upper limit",
        "below-limit" => "below the lower limit",
        "rising" => "trend: rising 6 times or more in a row",
        "falling" => "trend: falling 6 times or more in a row",
        "two-of-three-above" => "2 of 3 near the upper limit",
        "two-of-three-below" => "2 of 3 near the lower limit",
        "run-above" => "run: 7 or more in a row above average",
        "run-below" => "run: 7 or more in a row below average",
        other => other,
    }
}

/// Every line of the scorecard held against `track`; gives the methods of the odds that came up.
async fn check(home: &Home, name: &str, asked: &Asked, districts: u32, mirrored: bool) -> BTreeSet<String> {
    let headway = state(home, name, asked, districts, mirrored).await;
    let snapshot = seen(&headway, TODAY).await;
    let out = home.path(&format!("{name}.parquet"));
    let totals = snapshot.write_scorecard("met", &out).await.expect("it can be scored");
    let (lines, about) = read(&out);
    assert_eq!(totals.series, lines.len() as u64);
    assert_eq!((about["headway.measure"].as_str(), about["headway.as_of"].as_str()), ("met", TODAY));
    assert!(about["headway.odds"].starts_with("panel-damped-trend 4"), "{about:?}");

    let rows = snapshot.track_selection(&SeriesSelection::default()).await.expect("the measure is known");
    let of = |row: &TrackRow| (row.group.to_string(), row.place.id.to_string());
    let mut methods = BTreeSet::new();
    for row in &rows {
        let Some(line) = lines.get(&of(row)) else {
            assert!(row.odds.is_err(), "{name}: a series without an exact value has no odds");
            continue;
        };
        let odds = row.odds.ok().map(|odds| (odds.chance, odds.naive, odds.method.to_owned()));
        methods.extend(odds.iter().map(|odds| odds.2.clone()));
        let said = (&line.status, &line.odds);
        assert_eq!(said, (&row.standing.status.id().to_owned(), &odds), "{name}: {} {}", row.group, row.place.id);
        let all = lines.get(&("all".to_owned(), row.place.id.to_string()));
        if let (Some(gap), Some(all)) = (line.gap, all) {
            assert_eq!(gap, all.latest - line.latest, "{name}: {} {}", row.group, row.place.id);
        }
        if row.group == "all" {
            let signal = words(&line.signal).to_owned();
            assert_eq!((line.limits, signal), in_chart(&snapshot, &row.place.id).await, "{name}: {}", row.place.id);
        }
    }
    let known = rows.iter().filter(|row| row.odds.is_ok()).count() as u64;
    assert_eq!(totals.chances, known);
    assert!(lines.contains_key(&("all".to_owned(), STATE.to_owned())));
    methods
}

#[tokio::test]
async fn a_scorecard_says_what_track_says() {
    let home = sqlite();
    let plain = || Asked::to_reach(70.0);
    let marked = "breaks: [{ period: 2018, kind: missing }, { period: 2021, kind: break }]";
    let few = Asked { targets: vec![(60.0, 2025), (75.0, 2031)], ..plain() };
    let band = Asked { goal: Some("lo: 55, hi: 70"), direction: "maintain", ..plain() };
    let held = Asked { direction: "maintain", ..plain() };
    let below = Asked { direction: "decrease", ..Asked::to_reach(30.0) };
    let cases: [(&str, Asked, u32, bool, &[&str]); 6] = [
        ("panel", plain(), 40, false, &["panel-damped-trend", "panel-whole"]),
        ("few", few, 12, false, &["theta-t"]),
        ("marked", Asked { more: marked, ..plain() }, 40, false, &["panel-damped-trend", "panel-whole"]),
        ("band", band, 40, false, &["panel-damped-trend", "panel-whole"]),
        ("held", held, 12, false, &[]),
        ("below", below, 40, true, &["panel-damped-trend", "panel-whole"]),
    ];
    for (name, asked, districts, mirrored, expected) in cases {
        let methods = check(&home, name, &asked, districts, mirrored).await;
        assert_eq!(methods.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{name}");
    }
}

#[tokio::test]
async fn a_measure_with_parts_has_no_scorecard_and_the_reason_is_said() {
    let home = sqlite();
    let more = "parts: [{ id: soon, name: Soon }, { id: late, name: Late }]";
    let goal = Some("parts: [{ part: soon, value: 58 }, { part: late, value: 66 }]");
    let headway = state(&home, "parts", &Asked { goal, more, ..Asked::to_reach(0.0) }, 12, false).await;
    let out = home.path("parts.parquet");
    let refused = seen(&headway, TODAY).await.write_scorecard("met", &out).await;
    assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("have no parts")), "{refused:?}");
    assert!(!out.exists());
}
