//! One series read by itself says what it says among all others.

use std::fmt::Write as _;

use headway_delivery::Workspace;
use headway_delivery::track::SeriesSelection;
use headway_delivery::view::SeriesView;

use crate::support::{Home, day, import, load, on_both, request, seen};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2019" }
measures:
  - id: attendance
    name: Attendance rate
    unit: percent
    direction: increase
    period: school-year
    targets:
      - { unit: state, baseline: { period: 2020, value: 80 }, target: { period: 2030, value: 90 } }
      - { unit: district, baseline: { period: 2020 }, target: { period: 2030, value: 90 } }
"#;

const PROFILE: &str = include_str!("attendance.toml");

async fn workspace(home: &Home, name: &str, plan: bool, years: i32) -> Workspace {
    let headway = home.workspace(name).await;
    if plan {
        load(&headway, PLAN).await;
    }
    for year in 2020..2020 + years {
        let mut text = "code,name,year,rate,students\n".to_owned();
        let _ = writeln!(text, "ST,The state,{year},{},9000", 80 + year % 5);
        for i in 1..=15 {
            let _ = writeln!(text, "{i:04},Place {i} of {year},{year},{},100", 70 + (i * 7 + year) % 20);
        }
        let file = home.file(&format!("{name}-{year}.csv"), &text);
        import(&headway, &request(&file, PROFILE, &format!("{year}-10-01"))).await.expect("the file can be read");
    }
    headway
}

const REGISTER: &str = r#"
name = "Register"
source = "State agency, register"
[[place]]
is = "district"
id = "{id}"
name = "{name}"
closed = "{closed}"
into = "{into}"
"#;

/// Few places with a history among many with one result, some of them in a year of their own; the third took in another.
async fn sparse(home: &Home, name: &str, own_year: bool) -> Workspace {
    let headway = home.workspace(name).await;
    load(&headway, PLAN).await;
    for year in 2020..2026 {
        let mut text = "code,name,year,rate,students\n".to_owned();
        if !own_year || year < 2025 {
            let _ = writeln!(text, "ST,The state,{year},{},9000", 80 + year % 5);
            for i in 1..=12 {
                let _ = writeln!(text, "{i:04},Place {i} of {year},{year},{},100", 70 + (i * 7 + year) % 20);
            }
        }
        if year == 2022 {
            let _ = writeln!(text, "0500,The small one,{year},77,40");
        }
        if year == 2024 || own_year && year == 2025 {
            for i in 100..140 {
                let _ = writeln!(text, "{:04},Place {i},{year},{},100", i + year, 60 + i % 30);
            }
        }
        let file = home.file(&format!("{name}-{year}.csv"), &text);
        import(&headway, &request(&file, PROFILE, &format!("{year}-10-01"))).await.expect("the file can be read");
    }
    let register =
        home.file(&format!("{name}-register.csv"), "id,name,closed,into\n0500,The small one,2022-06-30,0003\n");
    import(&headway, &request(&register, REGISTER, "2023-01-01")).await.expect("the register can be read");
    headway
}

/// All that is shown of a series.
fn shown(series: &SeriesView) -> String {
    let row = serde_json::to_string_pretty(&series.row).expect("a row is JSON");
    let SeriesView { measure, observed, targets, imports, outlook, .. } = series;
    format!("{row}\n{}\n{observed:#?}\n{targets:#?}\n{imports:#?}\n{outlook:#?}", measure.id)
}

#[tokio::test]
async fn one_series_alone_is_as_among_all() {
    on_both(async |home| {
        for (name, plan, years) in
            [("bare", false, 1), ("two", false, 2), ("once", true, 1), ("planned", true, 2), ("long", true, 6)]
        {
            let headway = workspace(home, name, plan, years).await;
            for as_of in ["2021-01-01", "2026-12-01"] {
                for place in ["0003", "ST"] {
                    let all = seen(&headway, as_of).await.find_series("attendance", Some(place), "all", "all").await;
                    let (_, one) = headway
                        .find_series(day(as_of), "attendance", Some(place), "all", "all")
                        .await
                        .expect("the series is there");
                    assert_eq!(shown(&one), shown(&all.expect("the series is there")), "{name} {place} {as_of}");
                }
            }
            // Who asks for what is not there is told what there is.
            for (place, group) in [("0099", "all"), ("0003", "mwh")] {
                let all = seen(&headway, "2026-12-01").await.find_series("attendance", Some(place), group, "all").await;
                let one = headway.find_series(day("2026-12-01"), "attendance", Some(place), group, "all").await;
                let [all, one] = [all.err(), one.err()].map(|e| e.expect("there is no such series").to_string());
                assert_eq!(one, all, "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn one_place_is_the_same_without_those_of_one_result() {
    on_both(async |home| {
        for (name, own_year) in [("sparse", false), ("newest", true)] {
            let headway = sparse(home, name, own_year).await;
            let all = seen(&headway, "2026-12-01").await;
            for place in ["0003", "0007", "ST", "0500", "2130"] {
                let (by, one) = headway
                    .find_series(day("2026-12-01"), "attendance", Some(place), "all", "all")
                    .await
                    .expect("it is there");
                let among_all = all.find_series("attendance", Some(place), "all", "all").await.expect("it is there");
                assert_eq!(shown(&one), shown(&among_all), "{name} {place}");
                let selection = SeriesSelection { place: Some(place.to_owned()), ..SeriesSelection::default() };
                let (_, rows) = headway.track_selection(day("2026-12-01"), &selection).await.expect("it is there");
                let among_all = all.track_selection(&selection).await.expect("it is there");
                let [rows, among_all] =
                    [rows, among_all].map(|rows| serde_json::to_string_pretty(&rows).expect("JSON"));
                assert_eq!(rows, among_all, "{name} {place}");
                // A place of few results was read with few others.
                if place == "0500" {
                    assert!(by.places.len() < 20, "{} of {} places were read", by.places.len(), all.places.len());
                }
            }
            let (_, one) =
                headway.find_series(day("2026-12-01"), "attendance", Some("0003"), "all", "all").await.expect("it is");
            let notes: Vec<&str> = one.row.standing.notes.iter().map(|note| note.text.as_str()).collect();
            assert!(notes.iter().any(|note| note.contains("took in The small one")), "{notes:?}");
        }
    })
    .await;
}
