//! What a plan states of a result that a release hides: it is not in the release, in no form.

use headway_model::plan::Target;

use crate::support::{ann, at, day, import, load, on_both, request};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST, publishing: { n_size: 10 } }
plan: { id: p, edition: "2019-01" }
measures:
  - id: passed
    name: Passed
    unit: percent
    direction: increase
    period: school-year
    targets:
      - { unit: D1, baseline: { period: 2020, value: 42.9 }, target: { period: 2028, value: 60 } }
      - { unit: D3, baseline: { period: 2020, value: 50 }, target: { period: 2028, value: 60 } }
      - unit: D1
        group: low
        baseline: { period: 2019, value: 31 }
        trajectory: [ { period: 2020, value: 33 }, { period: 2024, value: 45 } ]
        target: { period: 2028, value: 60 }
      - { unit: state, baseline: { period: 2020, value: 48.5 }, target: { period: 2028, value: 60 } }
      - { unit: district, group: low, baseline: { period: 2020, value: 44 }, target: { period: 2028, value: 60 } }
  - id: late
    name: Never reported
    unit: percent
    direction: increase
    period: school-year
    targets: [ { unit: state, baseline: { period: 2018, value: 50 }, target: { period: 2020, value: 60 } } ]
"#;

const PROFILE: &str = r#"
name = "Results"
source = "State agency, results"
unit = "{code}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }
[columns]
code = "code"
year = "year"
group = "group"
students = "students"
passed = "passed"
[[level]]
is = "state"
id = "^ST$"
name = "The state"
[[level]]
is = "district"
name = "District {code}"
parent = "ST"
[[values]]
measure = "passed"
scale = "percent"
numerator = "passed"
denominator = "students"
"#;

/// D1 has 7 students; what the state less the others would tell of it is hidden with it.
const RESULTS: &str = "code,year,group,students,passed\n\
    ST,2020,all,1007,488\nD1,2020,all,7,3\nD2,2020,all,500,235\nD3,2020,all,500,250\nD1,2020,low,4,1\nD3,2020,low,200,90\n";

#[tokio::test]
async fn no_stated_figure_of_a_hidden_result_is_told() {
    on_both(async |home| {
        let headway = home.workspace("stated").await;
        load(&headway, PLAN).await;
        let asked = request(&home.file("results.csv", RESULTS), PROFILE, "2020-12-01");
        import(&headway, &asked).await.expect("it can be imported");
        let mut prepared =
            headway.make_release("st", day("2021-03-01"), day("2021-03-01")).await.expect("there are results");
        headway.record_release(&mut prepared, &ann(), at(9)).await.expect("nothing follows");
        let awaited: Vec<&str> = prepared.release.awaited.iter().map(|measure| measure.id.as_str()).collect();
        assert_eq!(awaited, ["late"], "a target without any result is a target of the plan");
        let passed = prepared.release.measure("passed").expect("it is published");
        let target = |place_id: &str, group: &str| -> &Target {
            passed.plan.targets.iter().find(|t| t.place == place_id && t.group == group).expect("it stays")
        };
        let baseline = |place_id: &str, group: &str| target(place_id, group).baseline.as_ref().and_then(|b| b.value);
        for (place, group, stated) in [("D1", "all", 42.9), ("D3", "all", 50.0), ("ST", "all", 48.5)] {
            let told = passed.series(group, "all", place).iter().all(|row| row.is_told());
            let place_id = if place == "ST" { "state" } else { place };
            assert_eq!(baseline(place_id, group), told.then_some(stated), "{place} {group}");
        }
        assert_eq!(baseline("D1", "all"), None, "of 7 students");
        assert!(target("D1", "all").baseline.is_some(), "its period is told");
        // The path begins after what is hidden.
        let low = target("D1", "low");
        assert_eq!(low.baseline, None);
        assert_eq!(low.trajectory.iter().map(|point| point.value).collect::<Vec<f64>>(), [45.0]);
        assert_eq!(baseline("district", "low"), Some(44.0), "a start for all districts is the result of none");
        assert!(
            prepared
                .notes
                .iter()
                .any(|note| note.starts_with("passed: ") && note.contains("of the plan (baseline or path)"))
        );
    })
    .await;
}
