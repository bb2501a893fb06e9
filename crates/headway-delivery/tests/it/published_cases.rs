//! Published statuses through the whole chain: a plan with their targets, their results imported, the words of `track --method`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use headway_delivery::model::plan::Method;
use headway_delivery::track::{SeriesSelection, TrackRow};
use headway_delivery::{Snapshot, Workspace};
use serde_json::Value as Json;

use crate::support::{Home, ann, at, import, on_both, plan, request, seen, shared};

/// One file with every result: a measure's id, its year, its figure.
const PROFILE: &str = r#"
name = "Published results"
unit = "US"
period = { kind = "calendar-year", from = "{year}" }
level = [ { is = "nation", name = "Nation" } ]
values = [ { measure = "{measure}", column = "value", scale = "number" } ]

[columns]
measure = "measure"
year = "year"
"#;

/// A workspace with these measures (as a plan file has them) and results.
async fn workspace(home: &Home, measures: &str, results: &str, kind: &str) -> Workspace {
    let text = format!(
        "agency: {{ id: a, name: Agency, unit: US }}\nplan: {{ id: p, edition: \"2000\" }}\nmeasures:\n{measures}"
    );
    let headway = home.workspace(&format!("ws-{kind}")).await;
    headway.load_plan(&plan(&text), &ann(), at(1)).await.expect("the plan can be loaded");
    let file = home.file(&format!("{kind}.csv"), &format!("measure,year,value\n{results}"));
    let profile = PROFILE.replace("calendar-year", kind);
    let outcome = import(&headway, &request(&file, &profile, "2001-01-01")).await.expect("the file can be read");
    let report = outcome.report.expect("it was read");
    assert_eq!(report.rows.read as usize, results.lines().count());
    assert_eq!((report.rows.refused, report.cells.refused), (0, 0), "{report}");
    headway
}

async fn by(snapshot: &Snapshot, measure: &str, method: Method) -> TrackRow {
    let selection =
        SeriesSelection { measure: Some(measure.to_owned()), method: Some(method), ..SeriesSelection::default() };
    let mut rows = snapshot.track_selection(&selection).await.expect("the measure is planned");
    assert_eq!(rows.len(), 1, "{measure}");
    rows.remove(0)
}

#[tokio::test]
async fn federal_reports() {
    let Some(text) = shared("cases/gpra_status.json") else { return };
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    let id = |case: &Json| case["id"].as_str().expect("an id").replace('.', "-");
    let (mut measures, mut results) = (String::new(), String::new());
    for case in &cases {
        let direction = case["inputs"]["desired_direction"].as_str().expect("a direction");
        write!(measures, "  - id: {}\n    name: {}\n    direction: {direction}\n", id(case), case["id"]).expect("text");
        measures += "    unit: number\n    period: fiscal-year\n    targets:\n";
        for row in case["inputs"]["series"].as_array().expect("a series") {
            let year = &row["year"];
            match &row["target"] {
                Json::Null => {}
                Json::String(_) => {
                    writeln!(measures, "      - {{ unit: US, target: {{ period: {year}, set_baseline: true }} }}")
                        .expect("text");
                }
                figure => {
                    writeln!(measures, "      - {{ unit: US, target: {{ period: {year}, value: {figure} }} }}")
                        .expect("text");
                }
            }
            if !row["actual"].is_null() {
                writeln!(results, "{},{year},{}", id(case), row["actual"]).expect("text");
            }
        }
    }
    on_both(async |home| {
        let headway = workspace(home, &measures, &results, "fiscal-year").await;
        let snapshot = seen(&headway, "2012-01-01").await;
        let mut checked = 0;
        for case in &cases {
            let standing = by(&snapshot, &id(case), Method::Gpra).await.standing;
            let expected = case["expected"]["status"].as_array().expect("statuses");
            for wanted in expected {
                let year = standing.years.iter().find(|y| y.period.ordinal == wanted["year"]);
                let year = year.unwrap_or_else(|| panic!("{} {}", case["id"], wanted["year"]));
                assert_eq!(year.status.id(), wanted["status"], "{} {}", case["id"], wanted["year"]);
                checked += 1;
            }
            assert_eq!(standing.years.len(), expected.len(), "{}", case["id"]);
            let last = expected.last().expect("a year");
            assert_eq!(standing.status.id(), last["status"], "{}: the latest year is what `track` says", case["id"]);
        }
        assert!(checked > 40, "the file holds ten reports, {checked} years were checked");
    })
    .await;
}

/// One row of `progress_cagr.csv`.
struct Growth {
    id: String,
    current_year: i32,
    status: String,
    progress: Option<f64>,
    score: Option<f64>,
}

#[tokio::test]
async fn growth_of_indicators() {
    let Some(text) = shared("cases/progress_cagr.csv") else { return };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let (mut measures, mut results, mut cases) = (String::new(), String::new(), Vec::new());
    for row in reader.records().map(|r| r.expect("a row")) {
        let get = |name: &str| {
            let at = head.iter().position(|h| h == name).expect("the column is there");
            row.get(at).filter(|t| !t.is_empty()).map(str::to_owned)
        };
        let must = |name: &str| get(name).unwrap_or_else(|| panic!("{name}"));
        let number = |name: &str| get(name).map(|t| t.parse::<f64>().expect("a number"));
        let (id, down) = (must("case_id"), must("direction") == "negative");
        let direction = if down { "decrease" } else { "increase" };
        write!(measures, "  - id: {id}\n    name: {id}\n    direction: {direction}\n    unit: index\n").expect("text");
        measures += "    period: calendar-year\n";
        if let Some(limit) = number("limit") {
            let bounds = if down { [limit, 1e12] } else { [-1e12, limit] };
            writeln!(measures, "    bounds: [{:?}, {:?}]", bounds[0], bounds[1]).expect("text");
        }
        let base = must("base_year");
        let goal = get("target").map_or_else(String::new, |target| {
            format!(", target: {{ period: {}, value: {target} }}", must("target_year"))
        });
        writeln!(measures, "    targets: [ {{ unit: US, baseline: {{ period: {base} }}{goal} }} ]").expect("text");
        let points: BTreeSet<_> =
            [(base.clone(), must("base_value")), (must("current_year"), must("current_value"))].into();
        for (year, value) in points {
            writeln!(results, "{id},{year},{value}").expect("text");
        }
        cases.push(Growth {
            id,
            current_year: must("current_year").parse().expect("a year"),
            status: must("expected_status"),
            progress: number("expected_progress_value"),
            score: number("expected_score"),
        });
    }
    assert!(cases.len() > 90, "the file holds about a hundred cases, {} were read", cases.len());
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
        (a, b) => a == b,
    };
    on_both(async |home| {
        let headway = workspace(home, &measures, &results, "calendar-year").await;
        for case in &cases {
            // Just after the year of the latest result, so that no later one is overdue.
            let snapshot = seen(&headway, &format!("{}-01-15", case.current_year + 1)).await;
            let standing = by(&snapshot, &case.id, Method::Cagr).await.standing;
            assert_eq!(standing.status.id(), case.status, "{}", case.id);
            assert!(
                close(standing.progress, case.progress),
                "{}: {:?} {:?}",
                case.id,
                standing.progress,
                case.progress
            );
            assert!(close(standing.score, case.score), "{}: {:?} {:?}", case.id, standing.score, case.score);
        }
    })
    .await;
}
