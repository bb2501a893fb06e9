//! Chances at many places take a while: a page shows those that are known and waits for none.

use headway_delivery::view::{HomeView, OutlookState, PlaceOutlook};
use headway_model::Level;
use headway_model::status::{ReachPlaces, ReachStudents, TargetReach};

use crate::support::{import, load, on_both, request, seen};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2019" }
measures:
  - id: read
    name: Reading
    unit: percent
    direction: increase
    period: school-year
    targets: [{ unit: school, baseline: { period: "2020" }, target: { period: "2030", value: 80 } }]
"#;

const PROFILE: &str = r#"
name = "Results"
source = "State agency"
unit = "{code}"
period = { kind = "school-year", from = "{year}" }
[[level]]
is = "school"
id = "^S"
name = "School {code}"
parent = "ST"
[[values]]
measure = "read"
column = "rate"
scale = "percent"
"#;

const SCHOOLS: TargetReach = TargetReach { places: ReachPlaces::Level(Level::School), students: ReachStudents::All };

fn of_schools(home: &HomeView) -> (usize, OutlookState) {
    let line = home.measures[0].targets.iter().find(|line| line.reach == SCHOOLS).expect("schools have a target");
    (line.stand.total(), line.outlook)
}

#[tokio::test]
async fn a_page_waits_for_no_chance() {
    on_both(async |home| {
        let headway = home.workspace("ws").await;
        load(&headway, PLAN).await;
        let mut rows = String::from("code,year,rate\n");
        for (school, start) in [("S1", 50), ("S2", 60), ("S3", 70)] {
            rows.extend((0..7).map(|i| format!("{school},{},{}\n", 2015 + i, start + i)));
        }
        let file = home.file("rows.csv", &rows);
        import(&headway, &request(&file, PROFILE, "2022-10-01")).await.expect("the file can be read");
        let snapshot = seen(&headway, "2022-11-01").await;
        let first = snapshot.home_view("st").await.expect("it answers");
        assert_eq!(of_schools(&first), (3, OutlookState::Computing));
        let before = snapshot.outlooks_learned();
        snapshot.place_outlooks("st", Level::School).await.expect("they can be learned");
        assert!(snapshot.outlooks_learned() > before || before > 0, "pages are told that there is more to say");
        let then = snapshot.home_view("st").await.expect("it answers");
        let (total, outlook) = of_schools(&then);
        let OutlookState::Known(PlaceOutlook { said, .. }) = outlook else { panic!("{outlook:?}") };
        assert_eq!((total, said), (3, 3));
    })
    .await;
}
