//! Gaps of which the newest period is told within bounds, or hidden, or with rates and numbers of students alone; and results that
//! were known before the plan that names them.

use headway_analytics::gaps::{Ends, GapCourse, GapLine};
use headway_delivery::Workspace;
use headway_delivery::track::SeriesSelection;

use crate::support::{Home, import, load, request, seen, sqlite};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2021-01" }
measures: [{ id: met, name: Met, unit: percent, direction: increase, period: school-year }]
"#;

const TODAY: &str = "2025-01-01";

fn profile(columns: &str) -> String {
    format!(
        "name = 'R'\nsource = 'x'\nunit = 'ST'\ngroup = '{{group}}'\nbands = true\ntokens = {{ '*' = 'suppressed' }}\n\
         period = {{ kind = 'school-year', from = '{{year}}' }}\n[[level]]\nis = 'state'\n[[values]]\nmeasure = 'met'\n\
         scale = 'percent'\n{columns}"
    )
}

async fn brought(home: &Home, name: &str, columns: &str, table: &str) -> Workspace {
    let headway = home.workspace(name).await;
    load(&headway, PLAN).await;
    let file = home.file(&format!("{name}.csv"), table);
    import(&headway, &request(&file, &profile(columns), "2024-10-01")).await.expect("the file can be read");
    headway
}

const COUNTS: &str = "numerator = 'k'\ndenominator = 'n'";

/// The gap of English learners, whose last result is `last` of 200.
async fn gap_with(home: &Home, name: &str, last: &str) -> GapLine {
    let table = format!(
        "year,group,k,n\n2022,All Students,500,1000\n2023,All Students,510,1000\n2024,All Students,700,1000\n\
         2022,English Learner,60,200\n2023,English Learner,61,200\n2024,English Learner,{last},200\n"
    );
    let headway = brought(home, name, COUNTS, &table).await;
    let view = seen(&headway, TODAY).await.gaps_view("met", None, None).await.expect("a measure");
    view.lines.into_iter().next().expect("a gap")
}

#[tokio::test]
async fn a_newer_bound_speaks_of_the_gap() {
    let home = sqlite();
    let line = gap_with(&home, "bound", "<20").await;
    let newer = line.newer.as_ref().expect("a newer period");
    assert_eq!((line.period.to_string(), newer.period.to_string()), ("2022-23".to_owned(), "2023-24".to_owned()));
    assert_eq!(newer.behind, Some(Ends { lo: Some(60.0), hi: Some(70.0) }));
    assert_eq!(line.trend, Some(GapCourse::Widening), "from 20 points to 60 at least");
    assert_eq!(line.full_course_text(), "widening; +60.0 to +70.0 points in 2023-24");
    let line = gap_with(&home, "hidden", "*").await;
    assert_eq!(line.newer.as_ref().and_then(|newer| newer.behind), None);
    assert_eq!(line.full_course_text(), "no clear change until 2022-23; too few students in 2023-24");
    let line = gap_with(&home, "exact", "100").await;
    assert_eq!((line.period.to_string(), line.newer), ("2023-24".to_owned(), None));
}

#[tokio::test]
async fn the_groups_page_tells_the_newer_period() {
    let home = sqlite();
    let table = "year,group,k,n\n2023,All Students,510,1000\n2024,All Students,700,1000\n2023,English Learner,61,200\n\
                 2024,English Learner,<20,200\n";
    let headway = brought(&home, "ws", COUNTS, table).await;
    let view = seen(&headway, TODAY).await.groups_view("st", None).await.expect("an agency");
    let told: Vec<&str> = view.rows[0].2.iter().filter_map(|cell| cell.newer.as_deref()).collect();
    assert_eq!(told, ["+60.0 to +70.0 points in 2023-24"]);
}

#[tokio::test]
async fn rates_and_numbers_of_students_are_enough_for_a_gap() {
    let home = sqlite();
    let table = (2019..=2024).fold("year,group,v,n\n".to_owned(), |text, year| {
        let after = year - 2019;
        text + &format!("{year},All Students,{},100000\n{year},English Learner,{},20000\n", 40 + after, 30 - 2 * after)
    });
    let headway = brought(&home, "ws", "column = 'v'\ndenominator = 'n'", &table).await;
    let view = seen(&headway, TODAY).await.gaps_view("met", None, None).await.expect("a measure");
    let line = &view.lines[0];
    assert_eq!((line.behind, line.behind_first, line.full_course_text().as_str()), (25.0, 10.0, "widening"));
    let (lo, hi) = line.interval.expect("both numbers of students are known");
    // 1.96 times the root of 0.45 × 0.55 / 100,000 + 0.2 × 0.8 / 20,000.
    assert!((lo - 24.366).abs() < 0.001 && (hi - 25.634).abs() < 0.001, "{lo} to {hi}");
}

#[tokio::test]
async fn results_known_before_their_plan_stay_known() {
    let home = sqlite();
    let headway = home.workspace("ws").await;
    let file = home.file("a.csv", "year,group,k,n\n2018,All Students,50,100\n2019,All Students,51,100\n");
    import(&headway, &request(&file, &profile(COUNTS), "2020-10-01")).await.expect("the file can be read");
    load(&headway, PLAN).await;
    let selection = SeriesSelection { measure: Some("met".to_owned()), ..SeriesSelection::default() };
    for (day, planned) in [("2020-12-01", false), ("2021-02-01", true)] {
        let snapshot = seen(&headway, day).await;
        assert_eq!(snapshot.measure("met").is_ok(), planned, "{day}");
        let rows = snapshot.track_selection(&selection).await.expect("its results are known");
        let figure = rows[0].observed.as_ref().and_then(|o| o.value.exact_number());
        assert_eq!((rows.len(), figure), (1, Some(51.0)), "{day}");
    }
    let told =
        seen(&headway, "2020-12-01").await.gaps_view("met", None, None).await.expect_err("nobody says what is better");
    assert!(told.to_string().contains("the first that does is the edition 2021-01"), "{told}");
}
