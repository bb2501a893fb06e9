//! Rules of `plan::check` on what measures promise: their directions, targets, paths and figures.

use headway_model::plan::check_plan;
use serde_json::{Value, json};

use crate::plan_check::{check_case, plan, sound};

#[test]
fn direction_is_said_and_agrees() {
    check_case(&[("/measures/1/direction", Value::Null)], &["direction-missing measures[1].direction"]);
    check_case(
        &[("/measures/0/direction", json!("decrease"))],
        &["direction-opposed measures[0].direction", "direction-opposed measures[0].direction"],
    );
    let reached =
        [("/measures/0/targets/0/trajectory", Value::Null), ("/measures/0/targets/0/baseline/value", json!(88.3))];
    check_case(&reached, &["passed-at-baseline measures[0].targets[0].target.value"]);
    check_case(
        &[("/measures/0/targets/0/trajectory", Value::Null), ("/measures/0/targets/0/baseline/value", json!(90.0))],
        &["passed-at-baseline measures[0].targets[0].target.value"],
    );
    check_case(
        &[("/measures/0/targets/0/trajectory/0/value", json!(84.0))],
        &["direction-opposed measures[0].targets[0].trajectory[0].value"],
    );
}

#[test]
fn goal_text_names_the_targets() {
    let text = |text: &str| [("/measures/0/goal_text", json!(text))];
    check_case(&text("Increase the rate to 89% by 2014."), &["goal-text-differs measures[0].goal_text"]);
    check_case(&text("Increase the rate to 88.3% by 2015."), &["goal-text-differs measures[0].goal_text"]);
    check_case(&text("Increase the rate to 87.4 percent by 2013 and to 88.3 percent by 2014."), &[]);
    check_case(&text("A rate of 75 percent by 2014"), &[]);
    check_case(&text("Reduce the rate to 88.3% by 2014."), &["direction-opposed measures[0].direction"]);
    check_case(&text("Do better."), &[]);
}

#[test]
fn the_path_lies_between_baseline_and_target() {
    let path = "/measures/0/targets/0/trajectory";
    let points = |points: &[(i32, f64)]| {
        let points: Vec<Value> =
            points.iter().map(|(period, value)| json!({ "period": period, "value": value })).collect();
        [(path, Value::Array(points))]
    };
    let gap = "years-without-target measures[0].targets[0].trajectory";
    check_case(&points(&[(2011, 85.6), (2013, 87.4)]), &[gap]);
    check_case(&points(&[(2012, 86.5), (2013, 87.4)]), &[gap]);
    check_case(&points(&[(2012, 86.5)]), &[]);
    check_case(
        &points(&[(2012, 86.5), (2011, 85.6), (2013, 87.4)]),
        &[
            "path-out-of-order measures[0].targets[0].trajectory[1].period",
            "path-out-of-order measures[0].targets[0].trajectory[1].value",
        ],
    );
    check_case(&points(&[(2010, 85.0)]), &["path-outside measures[0].targets[0].trajectory[0].period"]);
    check_case(&points(&[(2012, 89.0)]), &["path-outside measures[0].targets[0].trajectory[0].value"]);
    check_case(&points(&[(2014, 88.3)]), &[]);
    check_case(&points(&[(2014, 88.0)]), &["path-outside measures[0].targets[0].trajectory[0].period"]);
    check_case(
        &points(&[(2012, 87.0), (2013, 86.0)]),
        &[gap, "path-out-of-order measures[0].targets[0].trajectory[1].value"],
    );
    check_case(
        &[("/measures/0/targets/0/baseline/period", json!(2014)), (path, Value::Null)],
        &["baseline-not-before-target measures[0].targets[0].baseline.period"],
    );
}

#[test]
fn figures_are_possible() {
    let band = "/measures/0/targets/1/target";
    check_case(&[(&format!("{band}/lo"), json!(76.0))], &["band-reversed measures[0].targets[1].target.lo"]);
    check_case(&[(&format!("{band}/hi"), json!(101.0))], &["out-of-bounds measures[0].targets[1].target.hi"]);
    check_case(&[(&format!("{band}/value"), json!(72.0))], &["goal-ambiguous measures[0].targets[1].target"]);
    check_case(&[(band, json!({ "period": 2014 }))], &["no-figure measures[0].targets[1].target"]);
    check_case(&[(band, json!({ "period": 2014, "set_baseline": true }))], &[]);
    check_case(
        &[("/measures/0/bounds", json!([0.0, 86.0]))],
        &[
            "out-of-bounds measures[0].targets[0].target.value",
            "out-of-bounds measures[0].targets[0].trajectory[1].value",
            "out-of-bounds measures[0].targets[0].trajectory[2].value",
        ],
    );
    check_case(
        &[("/measures/0/unit", json!("days")), ("/measures/0/targets/0/baseline/value", json!(-1.0))],
        &["out-of-bounds measures[0].targets[0].baseline.value"],
    );
    check_case(&[("/measures/0/targets/1/group", json!("mhi+female"))], &[]);
    check_case(
        &[("/measures/0/targets/1/group", json!("own+female"))],
        &["unknown-group measures[0].targets[1].group"],
    );
    check_case(&[("/measures/0/targets/1/group", json!("ELL"))], &["unknown-group measures[0].targets[1].group"]);
}

#[test]
fn compound_targets_are_whole() {
    let parts = "/measures/1/targets/0/target/parts";
    let part = |id: &str, value: f64| json!({ "part": id, "value": value });
    check_case(&[(parts, json!([part("24h", 60.0)]))], &["parts-incomplete measures[1].targets[0].target.parts"]);
    check_case(
        &[(parts, json!([part("24h", 60.0), part("72h", 100.0), part("24h", 65.0)]))],
        &["parts-incomplete measures[1].targets[0].target.parts[2].part"],
    );
    check_case(
        &[(parts, json!([part("24h", 60.0), part("72h", 100.0), part("48h", 75.0)]))],
        &["unknown-reference measures[1].targets[0].target.parts[2].part"],
    );
    check_case(
        &[("/measures/1/targets/0/target", json!({ "period": "FY2017", "value": 60.0 }))],
        &["parts-incomplete measures[1].targets[0].target.parts"],
    );
    check_case(
        &[(parts, json!([part("24h", 160.0), part("72h", 100.0)]))],
        &["out-of-bounds measures[1].targets[0].target.parts[0].value"],
    );
}

#[test]
fn one_promise_at_a_time() {
    let second = |target: Value| [("/measures/0/targets/-", target)];
    let again = json!({ "unit": "state", "group": "lep", "target": { "period": 2014, "value": 80.0 } });
    check_case(&second(again.clone()), &["two-in-force measures[0].targets[2]"]);
    let mut later = again.clone();
    later["target"]["period"] = json!(2020);
    check_case(&second(later), &["two-in-force measures[0].targets[2]"]);
    // Yearly targets that were each written as a promise of its own are one finding, which names them all.
    let yearly = |year: i32| {
        let target = json!({ "unit": "state", "group": "lep", "target": { "period": year, "value": 80.0 } });
        ("/measures/0/targets/-", target)
    };
    let found = check_case(&[2020, 2021, 2022, 2023, 2024].map(yearly), &["two-in-force measures[0].targets[2]"]);
    let named = "targets[1] (2014), targets[2] (2020), targets[3] (2021), targets[4] (2022)";
    assert!(found[0].message.contains("6 targets") && found[0].message.contains(named), "{}", found[0].message);
    let mut other_grade = again.clone();
    other_grade["grade"] = json!("9");
    check_case(&second(other_grade), &[]);
    let mut revised = again;
    revised["valid_from"] = json!("2013-01-01");
    check_case(
        &[("/measures/0/targets/1/valid_to", json!("2012-12-31")), ("/measures/0/targets/-", revised.clone())],
        &[],
    );
    check_case(
        &[("/measures/0/targets/1/valid_to", json!("2013-01-01")), ("/measures/0/targets/-", revised)],
        &["two-in-force measures[0].targets[2]"],
    );
}

#[test]
fn what_can_not_be_kept_is_found() {
    let grad = "/measures/0";
    check_case(&[(&format!("{grad}/tolerance"), json!(-0.5))], &["bad-tolerance measures[0].tolerance"]);
    check_case(&[(&format!("{grad}/bounds"), json!([100.0, 0.0]))], &["bounds-reversed measures[0].bounds"]);
    check_case(
        &[(&format!("{grad}/bounds"), json!([0.0, 88.0]))],
        &["out-of-bounds measures[0].targets[0].target.value"],
    );
    let band = format!("{grad}/targets/1/target");
    check_case(&[(&format!("{band}/hi"), Value::Null)], &["band-open measures[0].targets[1].target.lo"]);
    check_case(&[(&format!("{band}/lo"), Value::Null)], &["band-open measures[0].targets[1].target.hi"]);
    let late = check_case(
        &[(&format!("{grad}/targets/1/baseline"), json!({ "period": 2015 }))],
        &["baseline-not-before-target measures[0].targets[1].baseline.period"],
    );
    assert_eq!(late[0].severity, headway_model::plan::FindingSeverity::Error);
}

#[test]
fn targets_are_for_grades_and_levels_that_there_are() {
    let of = |field: &str| format!("/measures/0/targets/1/{field}");
    for grade in ["grade twenty", "12-Sep", "junior"] {
        check_case(&[(&of("grade"), json!(grade))], &["unknown-grade measures[0].targets[1].grade"]);
    }
    for place in ["districts", "District", "LEA", "counties", "statewide"] {
        check_case(&[(&of("unit"), json!(place))], &["unknown-level measures[0].targets[1].place"]);
    }
    check_case(&[(&of("unit"), json!("D1")), (&of("grade"), json!("3-8"))], &[]);
}

#[test]
fn how_often_results_come_is_said_once() {
    let set = |every: u8, cadence: &str| {
        [
            ("/measures/0/every", json!(every)),
            ("/measures/0/cadence", json!(cadence)),
            ("/measures/0/targets/0/trajectory", json!([])),
        ]
    };
    check_case(&set(2, "annual"), &["rhythm-contradicts measures[0].every"]);
    check_case(&set(2, "every two years"), &[]);
    check_case(&[("/measures/0/cadence", json!("every quarter"))], &["rhythm-contradicts measures[0].cadence"]);
    check_case(&[("/measures/0/cadence", json!("when it comes"))], &[]);
    check_case(&[("/measures/0/every", json!(2))], &["rhythm-contradicts measures[0].targets[0].trajectory[0].period"]);
    let path = ("/measures/0/targets/0/trajectory", Value::Null);
    let text = ("/measures/0/goal_text", Value::Null);
    let off = [path, text, ("/measures/0/every", json!(2)), ("/measures/0/targets/0/baseline/period", json!(2011))];
    check_case(&off, &["rhythm-contradicts measures[0].targets[0].target.period"]);
}

#[test]
fn a_target_is_in_force_before_its_period_is_over() {
    let from = |day: &str| [("/measures/0/targets/1/valid_from", json!(day))];
    check_case(&from("2014-08-31"), &[]);
    check_case(&from("2014-09-01"), &["valid-too-late measures[0].targets[1].valid_from"]);
}

#[test]
fn a_tolerance_is_smaller_than_the_way() {
    let tolerance = |points: f64| [("/measures/0/tolerance", json!(points))];
    check_case(&tolerance(3.5), &[]);
    check_case(&tolerance(3.6), &["tolerance-too-wide measures[0].targets[0].baseline.value"]);
    check_case(&tolerance(50.0), &["tolerance-too-wide measures[0].targets[0].baseline.value"]);
}

#[test]
fn shares_that_add_up_to_100() {
    let measure = |id: &str, values: [(&str, f64); 2]| {
        let targets = values.map(|(place, value)| {
            json!({ "unit": place, "baseline": { "period": 2010, "value": value }, "target": { "period": 2014, "lo": 0.0 } })
        });
        json!({ "id": id, "name": id, "unit": "percent", "direction": "increase", "period": "cohort", "serves": ["success"],
                "targets": targets })
    };
    let asked = |measures: &[Value]| {
        let mut value = sound();
        value["measures"].as_array_mut().expect("a list").extend(measures.iter().cloned());
        check_plan(&plan(value)).into_iter().filter(|f| f.message.contains("add up to 100")).count()
    };
    let [a, b, c] = [("state", 80.0, 70.0), ("state", 15.0, 20.0), ("state", 5.0, 10.0)]
        .map(|(_, one, two)| move |id: &str| measure(id, [("0010", one), ("0020", two)]));
    assert_eq!(asked(&[a("graduated"), b("still"), c("dropout")]), 1, "three that make one whole");
    assert_eq!(asked(&[a("graduated"), b("still")]), 0);
    let [d, e] =
        [("d", 60.0, 30.0), ("e", 40.0, 70.0)].map(|(id, one, two)| measure(id, [("0010", one), ("0020", two)]));
    assert_eq!(asked(&[d.clone(), e.clone()]), 1, "two in two places");
    let mut once = e;
    once["targets"].as_array_mut().expect("a list").pop();
    assert_eq!(asked(&[d.clone(), once]), 0, "two in one place may do so by chance");
    let mut said = [a("graduated"), b("still"), c("dropout")];
    said.iter_mut().for_each(|m| m["publishing"] = json!({ "whole": "cohort" }));
    assert_eq!(asked(&said), 0, "it is said already");
}

#[test]
fn figures_that_can_hardly_be_meant_are_named() {
    let target = |from: f64, to: f64| json!([{ "unit": "state", "baseline": { "period": 2010, "value": from }, "target": { "period": 2014, "value": to } }]);
    let of_grad = |targets: Value| vec![("/measures/0/targets", targets), ("/measures/0/goal_text", Value::Null)];
    check_case(&of_grad(target(0.4, 0.6)), &["fractions-of-percent measures[0].targets"]);
    check_case(&of_grad(target(0.4, 1.6)), &[]);
    let small = [of_grad(target(0.4, 0.6)), vec![("/measures/0/bounds", json!([0, 5]))]].concat();
    check_case(&small, &[]);
    let odd = |path: &str| [format!("other-scale measures[0].targets[0].{path}")];
    let check = |changes: &[(&str, Value)], odd: &[String]| {
        check_case(changes, &odd.iter().map(String::as_str).collect::<Vec<_>>());
    };
    check(&of_grad(target(0.50, 70.0)), &odd("baseline.value"));
    check(&of_grad(target(5.0, 70.0)), &[]);
    check(&of_grad(target(0.5, 3.0)), &[]);
    let path = json!([{ "unit": "state", "target": { "period": 2014, "value": 70.0 },
        "trajectory": [{ "period": 2013, "value": 0.65 }] }]);
    check(&of_grad(path), &odd("trajectory[0].value"));
    let score = |value: f64| {
        let unit = vec![("/measures/0/unit", json!("score"))];
        [unit, of_grad(target(value, 245.0))].concat()
    };
    check(&score(2.4), &odd("baseline.value"));
    check(&score(24.0), &[]);
    check(&[score(2.4), vec![("/measures/0/unit", json!("count"))]].concat(), &[]);
    let kept = |unit: &str, value: f64, tolerance: Value| {
        let target = json!([{ "unit": "state", "target": { "period": "2013-14", "value": value } }]);
        vec![("/measures/2/unit", json!(unit)), ("/measures/2/targets", target), ("/measures/2/tolerance", tolerance)]
    };
    let place = "kept-by-nothing measures[2].targets[0].target.value";
    check_case(&kept("percent", 60.0, Value::Null), &[place]);
    check_case(&kept("percent", 60.0, json!(0)), &[place]);
    check_case(&kept("percent", 60.0, json!(1)), &[]);
    check_case(&kept("percent", 100.0, Value::Null), &[]);
    check_case(&kept("students", 0.0, Value::Null), &[]);
}

/// A code of two years is read as the year that it looks like.
#[test]
fn years_of_another_century_are_named() {
    let from = |period: Value| {
        let target = json!([{ "unit": "state", "baseline": { "period": period, "value": 80.0 },
            "target": { "period": 2030, "value": 90.0 } }]);
        vec![
            ("/measures/0/targets", target),
            ("/measures/0/goal_text", Value::Null),
            ("/measures/0/period", json!("school-year")),
        ]
    };
    let found = check_case(&from(json!(1920)), &["another-century measures[0].targets[0].baseline.period"]);
    assert!(found[0].message.contains("1920 is read as 1919-20; if 2019-20 is meant"), "{}", found[0].message);
    for period in [json!("1919-20"), json!(2020), json!(2021), json!("2019-20")] {
        check_case(&from(period), &[]);
    }
}
