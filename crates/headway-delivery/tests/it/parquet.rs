//! Raw Parquet files come in by the simple parts of a profile.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use headway_delivery::Workspace;
use headway_delivery::intake::ImportOutcome;
use headway_model::ValueState;
use headway_simulate::{SimulationSize, write_simulation};
use parquet::arrow::ArrowWriter;

use crate::support::{Home, day, import, on_both, request, row_of, seen, sqlite};

const PLAN: &str = r#"
agency: { id: sim, name: Simulated agency, unit: "00000000" }
plan: { id: p, edition: "2019" }
measures:
  - { id: reading, name: Reading, unit: percent, direction: increase, period: school-year }
"#;

const PROFILE: &str = r#"
name = "Simulated reading"
source = "Simulated data"
unit = "{unit}"
group = { from = "{group}", map = { mam = "mam", cwd = "cwd" } }
period = { kind = "school-year", from = "{year}" }

[[level]]
is = "state"
id = "^0{8}$"
name = "Simulated state"

[[level]]
is = "district"
id = '^\d{5}000$'
parent = "00000000"

[[level]]
is = "school"
id = '^(\d{5})\d{3}$'
parent = "{1}000"

[[values]]
measure = "reading"
column = "value"
scale = "percent"
denominator = "n"

[tokens]
"" = "suppressed"
"#;

/// 20 schools in 4 districts, three groups, five years to 2025-26.
fn simulated(home: &Home, name: &str, grades: u32) -> std::path::PathBuf {
    let path = home.path(name);
    let size = SimulationSize { places: 20, groups: 3, grades, years: 5, seed: 7 };
    let rows = write_simulation(&size, day("2026-11-01"), &path).expect("the temporary folder can be written");
    assert_eq!(rows, 25 * 3 * 5 * u64::from(if grades > 1 { grades } else { 1 }));
    path
}

async fn outcome(home: &Home, headway: &Workspace, profile: &str) -> ImportOutcome {
    import(headway, &request(&home.path("raw.parquet"), profile, "2026-11-01")).await.expect("the report says why")
}

/// The CSV and the Parquet file of one simulation give the same report and the same answers.
#[tokio::test]
async fn a_parquet_file_says_what_its_csv_says() {
    on_both(async |home| {
        for (grades, profile) in [(1, PROFILE.to_owned()), (4, format!("grade = \"{{grade}}\"\n{PROFILE}"))] {
            let mut found = Vec::new();
            for kind in ["csv", "parquet"] {
                let file = simulated(home, &format!("{grades}.{kind}"), grades);
                let headway = home.with_plans(&format!("{kind}-{grades}"), &[PLAN]).await;
                let outcome = import(&headway, &request(&file, &profile, "2026-11-01")).await.expect("it can be read");
                let report = outcome.report.expect("it was read");
                assert!(report.rows.adds_up() && report.cells.adds_up() && report.rows.refused == 0, "{report}");
                let row = row_of(&*seen(&headway, "2026-11-01").await, "reading", "00000000").await;
                let places = outcome.places;
                found.push((
                    (report.rows, report.cells, report.slices),
                    (places, outcome.measures[0].added, serde_json::to_string(&row).expect("a row is JSON")),
                ));
                let snapshot = seen(&headway, "2026-11-01").await;
                let school = snapshot.places.get("00001001").expect("the first school");
                assert_eq!(school.parent.as_deref(), Some("00001000"));
            }
            assert_eq!(found[0], found[1], "{grades} grades");
            assert_eq!((found[0].1.0, found[0].0.0.accepted), ((25, 0, 0), 25 * 3 * 5 * u64::from(grades)));
        }
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_told() {
    let home = sqlite();
    simulated(&home, "raw.parquet", 1);
    let headway = home.with_plans("ws", &[PLAN]).await;
    // Nothing of empty cells; no state; nothing above 60.
    let profile = PROFILE
        .replace("[tokens]\n\"\" = \"suppressed\"\n", "")
        .replace("is = \"state\"\n", "is = \"state\"\nwanted = false\n")
        .replace("scale = \"percent\"", "scale = \"percent\"\nrange = [0, 60]");
    let report = outcome(&home, &headway, &profile).await.report.expect("it was read");
    assert_eq!(report.rows.read, 375);
    assert!(report.rows.adds_up() && report.cells.adds_up());
    assert_eq!(report.rows.ignored.keys().collect::<Vec<_>>(), ["no value in the row", "total that is not wanted"]);
    assert!(report.rows.refused > 0 && report.rows.accepted > 0, "{report}");
    let refusal = &report.refusals[0];
    assert_eq!(
        (refusal.column.as_deref(), refusal.reason.as_str()),
        (Some("value"), "outside the range that is believed (wrong scale?)")
    );
    assert_eq!(report.reasons.values().sum::<u64>(), report.rows.refused);
    assert_eq!(report.cells.accepted.keys().collect::<Vec<_>>(), [&"exact"]);
}

#[tokio::test]
async fn what_is_for_tables_of_texts_is_refused() {
    let home = sqlite();
    simulated(&home, "raw.parquet", 1);
    let headway = home.with_plans("ws", &[PLAN]).await;
    let check = async |change: &dyn Fn(&str) -> String, reason: &str| {
        let changed = change(PROFILE);
        assert_ne!(changed, PROFILE, "{reason}");
        let outcome = outcome(&home, &headway, &changed).await;
        assert_eq!(outcome.import, None, "{reason}");
        let report = outcome.report.expect("a report");
        let [refused] = report.files_refused.as_slice() else { panic!("{reason}: {report}") };
        assert!(refused.message.contains(reason), "{reason}: {refused}");
        assert_eq!(report.rows.read, 0);
    };
    let more = |text: &'static str| move |profile: &str| format!("{text}\n{profile}");
    check(&more("file = 'raw'"), "a file, sheet or title pattern").await;
    check(&more("bands = true"), "bands").await;
    check(&more("table = { delimiter = \";\" }"), "a [table]").await;
    check(&|p| p.replace("\"\" = ", "\"*\" = "), "tokens besides \"\"").await;
    check(&|p| p.replace("\"percent\"", "\"mixed\""), "a scale that looks at percent signs").await;
    check(&|p| p.replace("\"school-year\", from", "\"school-year\", prefix = \"20\", from"), "no plain number").await;
    check(&|p| p.replace("\"school-year\"", "\"month\""), "periods that are no years").await;
    check(&|p| p.replace("unit = \"{unit}\"", "unit = \"{unit}{group}\""), "more than one column").await;
    check(&|p| p.replace("unit = \"{unit}\"", "unit = \"00000000\""), "unit must come from a column").await;
    check(&|p| p.replace("\"Simulated state\"", "\"{group}\""), "more than the id").await;
    check(&|p| p.replace("\"reading\"", "\"{group}\""), "not the same in all rows").await;
    check(&|p| p.replace("denominator = \"n\"", ""), "says nothing of the columns “n”").await;
    check(&|p| p.replace("column = \"value\"", "column = \"rate\""), "no column is called “rate”").await;
    check(
        &|p| {
            format!("{p}\n[[values]]\nmeasure = \"b\"\ncolumn = \"n\"\nscale = \"count\"\n")
                .replace("[tokens]\n\"\" = \"suppressed\"\n", "")
        },
        "2 [[values]]",
    )
    .await;
}

#[tokio::test]
async fn damaged_and_mixed_files() {
    let home = sqlite();
    let headway = home.with_plans("ws", &[PLAN]).await;
    home.file("text.parquet", "unit,year,value\n");
    let outcome = import(&headway, &request(&home.path("text.parquet"), PROFILE, "2026-11-01")).await.expect("told");
    assert!(outcome.import.is_none() && outcome.report.expect("a report").files_refused.len() == 1);
    let raw = simulated(&home, "raw.parquet", 1);
    let mut both = request(&raw, PROFILE, "2026-11-01");
    both.files.push(home.file("a.csv", "unit,year\n"));
    let error = import(&headway, &both).await.expect_err("one kind at a time");
    assert!(error.to_string().contains("not at once"), "{error}");
    // The same rows in two files.
    let mut twice = request(&raw, PROFILE, "2026-11-01");
    twice.files.push(simulated(&home, "again.parquet", 1));
    let error = import(&headway, &twice).await.expect_err("rows come twice");
    assert!(error.to_string().contains("375 rows say again"), "{error}");
    // A damaged tail.
    let bytes = std::fs::read(&raw).expect("it is there");
    std::fs::write(home.path("cut.parquet"), &bytes[..bytes.len() - 20]).expect("the temporary folder can be written");
    let cut = import(&headway, &request(&home.path("cut.parquet"), PROFILE, "2026-11-01")).await.expect("told");
    assert!(cut.import.is_none());
    assert!(seen(&headway, "2026-11-01").await.visible_imports().next().is_none());
}

/// Rows of place, year, value and number of students, all of one group.
fn raw_rows(home: &Home, rows: &[(&str, i32, f64, f64)]) -> PathBuf {
    let path = home.path("rows.parquet");
    let numbers = |of: fn(&(&str, i32, f64, f64)) -> f64| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<Float64Array>())
    };
    let columns: [(&str, ArrayRef); 5] = [
        ("unit", Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringArray>())),
        ("group", Arc::new(rows.iter().map(|_| Some("all")).collect::<StringArray>())),
        ("year", Arc::new(rows.iter().map(|row| row.1).collect::<Int32Array>())),
        ("value", numbers(|row| row.2)),
        ("n", numbers(|row| row.3)),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("five columns of one length");
    let file = File::create(&path).expect("the temporary folder can be written");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a plain schema");
    writer.write(&batch).and_then(|()| writer.close()).expect("the temporary folder can be written");
    path
}

/// Of nobody there is no rate, years are years of results, and an id is no sentence: as in files of text.
#[tokio::test]
async fn figures_years_and_ids_are_held_to_what_texts_are_held_to() {
    on_both(async |home| {
        let long = |letters: usize| format!("{}001", "1".repeat(letters - 3));
        let (fits, too_long) = (long(200), long(201));
        let rows = [
            ("00001001", 2022, 0.0, 0.0),
            ("00001002", 2022, 0.0, 12.0),
            (&*fits, 2022, 60.0, 20.0),
            (&*too_long, 2022, 60.0, 20.0),
            ("00001003", 1799, 60.0, 20.0),
            ("00001003", 1800, 60.0, 20.0),
            ("00001003", 2199, 60.0, 20.0),
            ("00001003", 2200, 60.0, 20.0),
            ("00001003", 20_212_022, 60.0, 20.0),
            ("00001003", -5, 60.0, 20.0),
        ];
        let headway = home.with_plans("ws", &[PLAN]).await;
        let profile = PROFILE.replace(r"'^(\d{5})\d{3}$'", r"'^(\d{5})\d*$'");
        assert_ne!(profile, PROFILE);
        let file = raw_rows(home, &rows);
        let report = import(&headway, &request(&file, &profile, "2026-11-01")).await.expect("told").report;
        let report = report.expect("it was read");
        assert_eq!((report.rows.accepted, report.rows.refused), (5, 5), "{report}");
        assert_eq!(report.reasons.get("not a year of results"), Some(&4), "{report}");
        assert_eq!(report.reasons.get("an id of more than 200 letters"), Some(&1), "{report}");
        let slices = report.slices.iter().filter(|slice| slice.period == "2021-22");
        let missing: u64 = slices.filter_map(|slice| slice.cells.get(ValueState::Missing.id())).sum();
        assert_eq!(missing, 1, "the rate of nobody alone: {report}");
    })
    .await;
}
