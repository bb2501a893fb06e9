//! One series read by itself says what it says among all others.

use std::fmt::Write as _;

use headway_delivery::Headway;
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

async fn workspace(home: &Home, name: &str, plan: bool, years: i32) -> Headway {
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
                for unit in ["0003", "ST"] {
                    let all = seen(&headway, as_of).await.series("attendance", Some(unit), "all", "all").await;
                    let (_, one) = headway
                        .series(day(as_of), "attendance", Some(unit), "all", "all")
                        .await
                        .expect("the series is there");
                    assert_eq!(shown(&one), shown(&all.expect("the series is there")), "{name} {unit} {as_of}");
                }
            }
            // Who asks for what is not there is told what there is.
            for (unit, group) in [("0099", "all"), ("0003", "mwh")] {
                let all = seen(&headway, "2026-12-01").await.series("attendance", Some(unit), group, "all").await;
                let one = headway.series(day("2026-12-01"), "attendance", Some(unit), group, "all").await;
                let [all, one] = [all.err(), one.err()].map(|e| e.expect("there is no such series").to_string());
                assert_eq!(one, all, "{name}");
            }
        }
    })
    .await;
}
