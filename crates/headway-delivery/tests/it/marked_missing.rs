//! A period that the plan marks as one without a usable value, and a figure that came for it: one answer everywhere.

use headway_analytics::{SeriesObservation, odds::TargetOutlook};
use headway_delivery::chart;
use headway_delivery::model::status::NoteKind;
use headway_render::Chart as _;

use crate::support::{ann, at, day, import, request, row_of, seen, sqlite};

const PLAN: &str = r#"
agency: { id: st, name: Agency, unit: st }
plan: { id: p, name: P, edition: "2020-01" }
measures:
  - id: r
    name: Rate
    direction: increase
    period: school-year
    unit: percent
    breaks: [{ period: 2024, kind: missing, note: "half the schools were closed" }]
    targets: [{ unit: st, baseline: { period: 2019, value: 70 }, target: { period: 2027, value: 81 } }]
"#;

const PROFILE: &str = r#"
name = "R"
source = "A"
unit = "{unit}"
period = { kind = "school-year", from = "{period}" }
[[level]]
is = "state"
id = '^st$'
[[values]]
measure = "r"
numerator = "k"
denominator = "n"
scale = "percent"
"#;

/// Ten years of so many of 300, and of other numbers in the marked one.
fn results(usual: u32, marked: u32) -> String {
    let line = |year: i32| format!("st,{year},{},300\n", if year == 2024 { marked } else { usual });
    (2015..=2024).map(line).fold("unit,period,k,n\n".to_owned(), |text, line| text + &line)
}

#[tokio::test]
async fn what_came_for_a_marked_period_is_told_and_judged_by_nobody() {
    let home = sqlite();
    let headway = home.with_plans("ws", &[PLAN]).await;
    let file = home.file("r.csv", &results(240, 280));
    import(&headway, &request(&file, PROFILE, "2024-10-01")).await.expect("the file can be read");
    let snapshot = seen(&headway, "2024-12-01").await;

    let row = row_of(&snapshot, "r", "st").await;
    assert_eq!(row.standing.period.map(|p| p.to_string()).as_deref(), Some("2022-23"));
    let note = row.standing.first_note(NoteKind::Gap).expect("the mark is said");
    let both = "2023-24 has no usable value: half the schools were closed. The figure that came for it is not judged.";
    assert_eq!(note, both);

    let series = snapshot.find_series("r", Some("st"), "all", "all").await.expect("there are results");
    let latest = SeriesObservation::latest_result(&series.observed).expect("nine count");
    assert_eq!(latest.period.to_string(), "2022-23");
    assert_eq!(
        series.observed.last().map(SeriesObservation::remark_text).as_deref(),
        Some("not judged: the plan marks no usable value")
    );
    assert_eq!(series.recent_speed().map(|speed| speed.a_year), Some(0.0), "what came then tells no speed");
    let drawn = chart::trajectory_chart("t", &series.measure, &series);
    assert!(drawn.points.iter().all(|point| point.period <= latest.period), "{:?}", drawn.points);
    assert!(drawn.data_table().to_csv().contains("half the schools were closed"));

    let mut prepared =
        headway.make_release("st", day("2024-12-01"), day("2024-12-01")).await.expect("there are results");
    headway.record_release(&mut prepared, &ann(), at(9)).await.expect("no other release comes in between");
    let marked: Vec<String> =
        prepared.release.measures[0].rows.iter().filter(|row| row.no_value).map(|row| row.period.to_string()).collect();
    assert_eq!(marked, ["2023-24"]);
    let folder = home.path("pub");
    headway_delivery::publish::write_release(&prepared.release, &folder, |_, _| Ok(()))
        .expect("the folder can be written");
    let csv = std::fs::read_to_string(folder.join("data/r.csv")).expect("the measure has a file");
    let said: Vec<&str> = csv.lines().filter(|line| line.contains("not judged")).collect();
    assert!(said.len() == 1 && said[0].contains("2023-24"), "{csv}");
}

/// 240 of 300 is 80 %; 24 of 30 too, and there 81 % takes one student more.
#[tokio::test]
async fn a_count_that_never_attains_the_target_has_hardly_a_chance() {
    let home = sqlite();
    for (name, of) in [("many", 300), ("few", 30)] {
        let headway = home.with_plans(name, &[PLAN]).await;
        let file = home.file("r.csv", &results(of * 8 / 10, of * 8 / 10).replace(",300", &format!(",{of}")));
        import(&headway, &request(&file, PROFILE, "2024-10-01")).await.expect("the file can be read");
        let series =
            seen(&headway, "2024-12-01").await.find_series("r", Some("st"), "all", "all").await.expect("results");
        let TargetOutlook { odds, .. } = series.outlook.expect("nine results");
        assert!(odds.chance < 0.05 && odds.naive.is_some_and(|chance| chance < 0.05), "{name}: {odds:?}");
    }
}
