//! Every rule of `plan::check`: one change to a sound plan, and exactly what must be found then.

use headway_model::plan::{Finding, Plan, check, check_after};
use serde_json::{Value, json};

/// A plan without a contradiction, in which every kind of thing occurs.
fn sound() -> Value {
    json!({
        "agency": { "id": "dept", "name": "Department" },
        "plan": { "id": "plan", "edition": "2012-12", "source": "sheet" },
        "sources": [{ "id": "sheet", "title": "Goals, projects and targets" }],
        "owners": [{ "id": "lead", "name": "Goal lead" }],
        "stakeholders": [{ "id": "board", "name": "Board" }],
        "strategies": [
            { "id": "success", "name": "Success after high school", "owner": "lead" },
            { "id": "ready", "name": "College ready", "parent": "success", "source": "sheet" }
        ],
        "programs": [{
            "id": "ewis", "name": "Early warning", "serves": ["ready"], "measures": ["grad"], "stakeholders": ["board"],
            "milestones": [
                { "id": "launch", "name": "Launch", "planned_start": "2012-01-01", "planned_end": "2012-06-30",
                  "actual_start": "2012-01-09", "actual_end": "2012-07-15",
                  "history": [{ "date": "2012-02-01", "status": "in progress" }] },
                { "id": "review", "name": "Review", "planned_start": "2013-01-01",
                  "history": [{ "date": "2012-02-01", "status": "not started" }] }
            ]
        }],
        "measures": [
            { "id": "grad", "name": "Five-year graduation", "unit": "percent", "direction": "increase", "period": "cohort",
              "result_lag": "P14M", "serves": ["success"], "source": ["sheet"],
              "goal_text": "Increase the five-year graduation rate from 84.7% to 88.3% by 2014.",
              "targets": [
                { "unit": "state", "baseline": { "period": 2010, "value": 84.7 }, "target": { "period": 2014, "value": 88.3 },
                  "trajectory": [{ "period": 2011, "value": 85.6 }, { "period": 2012, "value": 86.5 }, { "period": 2013, "value": 87.4 }],
                  "source": "sheet" },
                { "unit": "state", "group": "lep", "target": { "period": 2014, "lo": 70.0, "hi": 75.0 } }
              ] },
            { "id": "answer", "name": "Inquiries answered", "unit": "percent", "direction": "increase", "period": "fiscal-year",
              "serves": ["success"], "parts": [{ "id": "24h", "name": "in 24 hours" }, { "id": "72h", "name": "in 72 hours" }],
              "targets": [{ "unit": "state", "target": { "period": "FY2017",
                "parts": [{ "part": "24h", "value": 60.0 }, { "part": "72h", "value": 100.0 }] } }] },
            { "id": "steady", "name": "Class size", "unit": "students", "direction": "maintain", "period": "school-year",
              "kind": "perverse", "serves": ["success"] }
        ]
    })
}

fn plan(value: Value) -> Plan {
    serde_json::from_value(value).expect("a plan")
}

/// `changes` are (path, new value); a null value takes the key away. Each expected finding is "code place".
#[track_caller]
fn check_case(changes: &[(&str, Value)], expected: &[&str]) -> Vec<Finding> {
    let mut value = sound();
    for (pointer, new) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match value.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
            Value::Object(map) if new.is_null() => drop(map.remove(key)),
            Value::Object(map) => drop(map.insert(key.to_owned(), new.clone())),
            Value::Array(items) if key == "-" => items.push(new.clone()),
            Value::Array(items) => items[key.parse::<usize>().expect("an index")] = new.clone(),
            other => panic!("{pointer} leads into {other}"),
        }
    }
    let findings = check(&plan(value));
    let found: Vec<String> = findings.iter().map(|it| format!("{} {}", it.code.id(), it.place)).collect();
    assert_eq!(found, expected, "{changes:?}\n{findings:#?}");
    for finding in &findings {
        assert!(finding.message.len() > 30, "a message says what, where and what to do: {finding:?}");
    }
    findings
}

#[test]
fn a_sound_plan_has_no_finding() {
    check_case(&[], &[]);
}

#[test]
fn ids_are_given_once_in_their_scope() {
    check_case(&[("/sources/-", json!({ "id": "sheet", "title": "Other" }))], &["duplicate-id sources[1].id"]);
    check_case(&[("/owners/-", json!({ "id": "lead", "name": "Other" }))], &["duplicate-id owners[1].id"]);
    check_case(&[("/programs/0/milestones/1/id", json!("launch"))], &["duplicate-id programs[0].milestones[1].id"]);
    check_case(
        &[("/measures/1/parts/1/id", json!("24h"))],
        &["duplicate-id measures[1].parts[1].id", "unknown-reference measures[1].targets[0].target.parts[1].part"],
    );
    check_case(&[("/measures/2/id", json!("grad"))], &["duplicate-id measures[2].id"]);
    check_case(&[("/plan/id", json!(" "))], &["empty-id plan.id"]);
    check_case(&[("/measures/2/id", json!(""))], &["empty-id measures[2].id"]);
}

#[test]
fn references_lead_somewhere() {
    check_case(&[("/plan/source", json!("memo"))], &["unknown-reference plan.source"]);
    check_case(
        &[("/strategies/0/owner", json!("leed"))],
        &["unknown-reference strategies[0].owner", "never-named owners[0]"],
    );
    check_case(
        &[("/programs/0/serves/0", json!("x"))],
        &["unknown-reference programs[0].serves[0]", "never-named strategies[1]"],
    );
    check_case(&[("/programs/0/measures/0", json!("x"))], &["unknown-reference programs[0].measures[0]"]);
    check_case(
        &[("/programs/0/stakeholders/0", json!("x"))],
        &["unknown-reference programs[0].stakeholders[0]", "never-named stakeholders[0]"],
    );
    check_case(&[("/measures/0/source/0", json!("x"))], &["unknown-reference measures[0].source[0]"]);
    check_case(&[("/measures/0/targets/0/source", json!("x"))], &["unknown-reference measures[0].targets[0].source"]);
    check_case(
        &[("/strategies/0/parent", json!("ready"))],
        &["parent-cycle strategies[0].parent", "parent-cycle strategies[1].parent"],
    );
}

#[test]
fn nothing_is_left_alone() {
    check_case(&[("/owners/-", json!({ "id": "x", "name": "Other" }))], &["never-named owners[1]"]);
    check_case(&[("/strategies/-", json!({ "id": "x", "name": "Other" }))], &["never-named strategies[2]"]);
    check_case(&[("/measures/1/serves", Value::Null)], &["never-named measures[1]"]);
    check_case(&[("/measures/2/kind", Value::Null)], &["no-target measures[2].targets"]);
}

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
fn dates_and_periods_are_in_order() {
    check_case(&[("/plan/edition", json!("Dec 2012"))], &["bad-edition plan.edition"]);
    check_case(&[("/plan/edition", json!("2012-13"))], &["bad-edition plan.edition"]);
    check_case(&[("/plan/edition", json!("2014-01-13"))], &[]);
    for lag in ["13 months", "P", "-P1M", "", "13M"] {
        check_case(&[("/measures/0/result_lag", json!(lag))], &["bad-result-lag measures[0].result_lag"]);
    }
    let milestone = "/programs/0/milestones/0";
    check_case(
        &[(&format!("{milestone}/planned_end"), json!("2011-12-31"))],
        &["milestone-reversed programs[0].milestones[0].planned_end"],
    );
    check_case(
        &[(&format!("{milestone}/actual_end"), json!("2012-01-08"))],
        &["milestone-reversed programs[0].milestones[0].actual_end"],
    );
    check_case(
        &[("/programs/0/milestones/1/history/0/status", json!("In Progress"))],
        &["started-before-planned programs[0].milestones[1].history[0].status"],
    );
    check_case(
        &[
            ("/measures/0/targets/1/valid_from", json!("2013-01-02")),
            ("/measures/0/targets/1/valid_to", json!("2013-01-01")),
        ],
        &["validity-reversed measures[0].targets[1].valid_to"],
    );
    check_case(
        &[("/measures/1/targets/0/target/period", json!("2017-Q1"))],
        &["bad-period measures[1].targets[0].target.period"],
    );
    check_case(
        &[("/measures/0/targets/1/target/period", json!("2013-14"))],
        &["bad-period measures[0].targets[1].target.period"],
    );
    check_case(
        &[("/measures/0/breaks", json!([{ "period": "soon", "kind": "break" }]))],
        &["bad-period measures[0].breaks[0].period"],
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
fn succession_is_from_what_was() {
    let place = "bad-succession measures[1].replaces[0].measure";
    let continues = |id: &str, how: &str| [("/measures/1/replaces", json!([{ "measure": id, "how": how }]))];
    check_case(&continues("answer", "renamed"), &[place]);
    check_case(&continues("grad", "renamed"), &[place]);
    check_case(&continues("grad", "split"), &[]);
    check_case(&continues("gone", "renamed"), &[]);
    check_case(&[("/strategies/0/replaces", json!(["ready"]))], &["bad-succession strategies[0].replaces[0]"]);

    let mut later = sound();
    later["measures"][1]["replaces"] = json!([{ "measure": "gone", "how": "renamed" }]);
    later["strategies"][0]["replaces"] = json!(["nothing"]);
    let found: Vec<String> = check_after(&plan(sound()), &plan(later)).into_iter().map(|it| it.place).collect();
    assert_eq!(found, ["strategies[0].replaces[0]", "measures[1].replaces[0].measure"]);
}

/// Findings come with errors first, then in the order of the plan, however many measures there are.
#[test]
fn findings_are_in_order() {
    let mut value = sound();
    for i in 0..12 {
        let measure = json!({ "id": format!("m{i}"), "name": "m", "period": "school-year", "serves": ["success"] });
        value["measures"].as_array_mut().unwrap().push(measure);
    }
    let findings = check(&plan(value));
    let places: Vec<&str> = findings.iter().map(|it| it.place.as_str()).collect();
    assert_eq!(places.len(), 24);
    assert_eq!(
        (places[0], places[11], places[12]),
        ("measures[3].direction", "measures[14].direction", "measures[3].targets")
    );
}

#[test]
fn rules_for_small_numbers_can_be_meant() {
    let agency = |rules: Value| [("/agency/publishing", rules)];
    let measure = |rules: Value| [("/measures/0/publishing", rules)];
    let (shared, own) = ("bad-publishing agency.publishing", "bad-publishing measures[0].publishing");
    check_case(&agency(json!({ "n_size": 20, "extremes": true, "extreme_share": 5.0, "bands": "federal" })), &[]);
    for (rules, field) in [
        (json!({ "n_size": 0 }), "n_size"),
        (json!({ "n_size": 1 }), "n_size"),
        (json!({ "n_size": 3 }), "n_size"),
        (json!({ "n_size": 500 }), "n_size"),
        (json!({ "extreme_share": 50.0 }), "extreme_share"),
        (json!({ "extreme_share": 0.0 }), "extreme_share"),
        (json!({ "extremes": false, "extreme_share": 5.0 }), "extreme_share"),
    ] {
        check_case(&agency(rules.clone()), &[&format!("{shared}.{field}")]);
        check_case(&measure(rules), &[&format!("{own}.{field}")]);
    }
    check_case(&agency(json!({ "sums": { "measure": "grad", "periods": 3 } })), &[&format!("{shared}.sums")]);
    check_case(&measure(json!({ "sums": { "measure": "steady", "periods": 3 } })), &[]);
    check_case(&measure(json!({ "sums": { "measure": "steady", "periods": 1 } })), &[&format!("{own}.sums.periods")]);
    for id in ["grad", "gone"] {
        check_case(&measure(json!({ "sums": { "measure": id, "periods": 3 } })), &[&format!("{own}.sums.measure")]);
    }
    check_case(
        &[("/measures/0/min_n", json!(10)), ("/measures/0/publishing", json!({ "n_size": 20 }))],
        &[&format!("{own}.n_size")],
    );
    check_case(
        &[("/measures/2/publishing", json!({ "bands": "federal" }))],
        &["bad-publishing measures[2].publishing.bands"],
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
    assert_eq!(late[0].severity, headway_model::plan::Severity::Error);
}

#[test]
fn targets_are_for_grades_and_levels_that_there_are() {
    let of = |field: &str| format!("/measures/0/targets/1/{field}");
    for grade in ["grade twenty", "12-Sep", "junior"] {
        check_case(&[(&of("grade"), json!(grade))], &["unknown-grade measures[0].targets[1].grade"]);
    }
    for unit in ["districts", "District", "LEA", "counties", "statewide"] {
        check_case(&[(&of("unit"), json!(unit))], &["unknown-level measures[0].targets[1].unit"]);
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
}

#[test]
fn reports_are_in_order_and_once() {
    let history = |days: [&str; 2]| {
        let reports = days.map(|day| json!({ "date": day, "status": "in progress" }));
        [("/programs/0/milestones/0/history", json!(reports))]
    };
    let at = "programs[0].milestones[0].history[1].date";
    check_case(&history(["2012-03-01", "2012-02-01"]), &[&format!("history-out-of-order {at}")]);
    check_case(&history(["2012-03-01", "2012-03-01"]), &[&format!("said-twice {at}")]);
    let marks = json!([{ "period": 2012, "kind": "missing" }, { "period": 2012, "kind": "missing" }]);
    check_case(&[("/measures/0/breaks", marks)], &["said-twice measures[0].breaks[1].period"]);
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
        check(&plan(value)).into_iter().filter(|f| f.message.contains("add up to 100")).count()
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
