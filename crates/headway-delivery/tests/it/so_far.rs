//! A figure that became known before its period ended tells of a part of it, and decides nothing, however much time passes.

use headway_delivery::model::Flags;

use crate::support::{Home, import, on_both, only_row, request, seen};

const PLAN: &str = "
agency: { id: ag, name: Agency, unit: ST, fiscal_year_ends: 09-30 }
plan: { id: pl, name: Plan, edition: '2020', source: A }
sources: [ { id: A, title: Plan } ]
measures:
  - id: fy
    name: Permits
    unit: percent
    direction: increase
    period: fiscal-year
    targets:
      - { unit: state, baseline: { period: FY2023, value: 60 }, target: { period: FY2026, value: 66 }, source: A }
";

const PROFILE: &str = r#"
name = "fy"
source = "A state"
unit = "{id}"
period = { kind = "fiscal-year", from = "{year}" }

[[level]]
is = "state"
id = '^ST$'
name = "State"

[[values]]
measure = "fy"
column = "v"
scale = "percent"
"#;

const FIGURES: &str = "year,id,v\nFY2023,ST,60\nFY2024,ST,62\nFY2025,ST,64\nFY2026,ST,30\n";

async fn loaded(home: &Home, known_from: &str) -> headway_delivery::Headway {
    let headway = home.with_plans("ws", &[PLAN]).await;
    let outcome = import(&headway, &request(&home.file("fy.csv", FIGURES), PROFILE, known_from)).await;
    assert_eq!(outcome.expect("it can be read").import, Some(1));
    headway
}

#[tokio::test]
async fn a_figure_so_far_is_no_result_when_the_calendar_passes() {
    on_both(async |home| {
        let headway = loaded(home, "2026-07-15").await;
        let check = async |as_of: &str, value: Option<f64>, status: &str, over: bool| {
            let snapshot = seen(&headway, as_of).await;
            let row = only_row(&snapshot, "fy").await;
            let standing = &row.standing;
            let so_far = standing.value.exact() == Some(30.0) || standing.latest_value.exact() == Some(30.0);
            assert_eq!((standing.status.id(), so_far), (status, false), "{as_of}");
            let series = snapshot.series("fy", Some("ST"), "all", "all").await.expect("there");
            let last = series.observed.last().expect("four figures");
            assert_eq!((last.value.exact(), last.over), (value.filter(|_| over).or(Some(30.0)), over), "{as_of}");
            assert_eq!(last.flags.has(Flags::SO_FAR), !over, "{as_of}");
            let chart = headway_delivery::chart::points(&series.observed);
            assert_eq!(chart.len(), if over { 4 } else { 3 }, "{as_of}: no point of the line");
            let scorecard = home.path("card.parquet");
            snapshot.scorecard("fy", &scorecard).await.expect("it is judged by trajectory");
            let (lines, _) = crate::scorecard::read(&scorecard);
            let line = &lines[&("all".to_owned(), "ST".to_owned())];
            let latest = value.unwrap_or(64.0);
            assert_eq!(
                (line.status.as_str(), line.latest),
                (status, latest),
                "{as_of}: the streaming pass says the same"
            );
        };
        check("2026-09-30", Some(64.0), "on track", false).await;
        check("2026-10-01", None, "not reporting", false).await;
        // What is known after the end is the result.
        let whole = home.file("whole.csv", "year,id,v\nFY2026,ST,67\n");
        import(&headway, &request(&whole, PROFILE, "2026-11-01")).await.expect("it can be read");
        check("2026-10-15", None, "not reporting", false).await;
        check("2026-11-01", Some(67.0), "target met", true).await;
    })
    .await;
}
