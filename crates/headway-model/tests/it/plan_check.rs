//! Rules of `plan::check` on a plan as a whole: ids, references, dates, reports, succession. One change to a sound plan, and
//! exactly what must be found then. `plan_check_targets` has those on what its measures promise.

use headway_model::plan::{FindingSeverity, Plan, PlanFinding, check_after, check_on, check_plan};
use serde_json::{Value, json};

/// A plan without a contradiction, in which every kind of thing occurs.
pub(crate) fn sound() -> Value {
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

pub(crate) fn plan(value: Value) -> Plan {
    serde_json::from_value(value).expect("a plan")
}

/// `changes` are (path, new value); a null value takes the key away. Each expected finding is "code place".
#[track_caller]
pub(crate) fn check_case(changes: &[(&str, Value)], expected: &[&str]) -> Vec<PlanFinding> {
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
    let findings = check_plan(&plan(value));
    let found: Vec<String> = findings.iter().map(|it| format!("{} {}", it.code.id(), it.place)).collect();
    assert_eq!(found, expected, "{changes:?}\n{findings:#?}");
    for finding in &findings {
        assert!(finding.message.len() > 30, "a message says what, where and what to do: {finding:?}");
    }
    findings
}

#[test]
fn the_newest_report_of_a_milestone_agrees_with_its_end_and_is_understood() {
    let launch = "/programs/0/milestones/0/history/-";
    let report = |status: &str| json!({ "date": "2012-07-15", "status": status });
    let place = "programs[0].milestones[0].history[1].status";
    for status in ["Cancelled", "In progress", "50%"] {
        check_case(&[(launch, report(status))], &[&format!("report-contradicts {place}")]);
    }
    // An actual end stands by itself beside what is not understood; a report of an earlier day is no contradiction.
    check_case(&[(launch, report("Done"))], &[]);
    check_case(&[(launch, report("Ribbon cut"))], &[]);
    let review = "/programs/0/milestones/1/history/-";
    let place = "programs[0].milestones[1].history[1].status";
    check_case(&[(review, report("Completed 3 of 5"))], &[&format!("status-not-understood {place}")]);
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
    for id in ["../elsewhere", "/abs", ".", "..", "a/b", ".git", "a\\b", "a b", "nul", "COM1.x", "a\u{202e}b", "a."] {
        check_case(&[("/agency/id", json!(id))], &["bad-id agency.id"]);
        check_case(&[("/plan/id", json!(id))], &["bad-id plan.id"]);
        check_case(&[("/programs/0/milestones/1/id", json!(id))], &["bad-id programs[0].milestones[1].id"]);
    }
    check_case(&[("/plan/id", json!("x".repeat(65)))], &["bad-id plan.id"]);
    for id in ["2026.1", "A_b-c", "año", "com", "console"] {
        check_case(&[("/plan/id", json!(id))], &[]);
    }
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
    let findings = check_plan(&plan(value));
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
        (json!({ "made_of": ["no-such"] }), "made_of[0]"),
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
    let both = json!([{ "period": 2012, "kind": "break" }, { "period": 2012, "kind": "missing" }]);
    let found = check_case(&[("/measures/0/breaks", both)], &["said-twice measures[0].breaks[1].period"]);
    assert!(found[0].message.contains("put the break at the first period that has a value"), "{found:?}");
}

#[test]
fn what_is_done_is_not_in_the_future() {
    let mut value = sound();
    value["programs"][0]["milestones"][0]["actual_end"] = json!("2027-02-01");
    value["programs"][0]["milestones"][1]["history"][0]["date"] = json!("2013-02-01");
    let found = |day: jiff::civil::Date| -> Vec<String> {
        check_on(&plan(value.clone()), day).iter().map(|it| format!("{} {}", it.code.id(), it.place)).collect()
    };
    let (ended, reported) = (
        "still-to-come programs[0].milestones[0].actual_end".to_owned(),
        "still-to-come programs[0].milestones[1].history[0].date".to_owned(),
    );
    assert_eq!(found(jiff::civil::date(2012, 12, 1)), [ended.clone(), reported]);
    assert_eq!(found(jiff::civil::date(2013, 2, 1)), [ended]);
    assert_eq!(found(jiff::civil::date(2027, 2, 1)), Vec::<String>::new());
    assert!(check_on(&plan(sound()), jiff::civil::date(2012, 12, 1)).is_empty());
}

/// `Grad.html` would take the place of `grad.html` on some disks.
#[test]
fn ids_that_differ_in_capitals_alone() {
    let measure = json!({ "id": "Grad", "name": "Graduation", "unit": "percent", "direction": "increase",
        "period": "cohort", "serves": ["success"] });
    let found =
        check_case(&[("/measures/-", measure)], &["duplicate-id measures[3].id", "no-target measures[3].targets"]);
    assert!(
        found[0].message.starts_with("measure “Grad” differs from “grad” at measures[0] in capitals alone"),
        "{found:?}"
    );
    let twice = check_case(&[("/owners/-", json!({ "id": "lead", "name": "Other" }))], &["duplicate-id owners[1].id"]);
    assert!(twice[0].message.starts_with("owner “lead” is there already"), "{twice:?}");
}

/// Sums and products of figures that a plan says must be numbers too, so that it can't be loaded with larger ones.
#[test]
fn a_figure_has_a_largest_size() {
    let dollars = ("/measures/0/unit", json!("dollars"));
    let target = "/measures/0/targets/0";
    for (below, place) in [("baseline/value", "baseline.value"), ("target/value", "target.value")] {
        let huge = (format!("{target}/{below}"), json!(1e101));
        let mut value = sound();
        *value.pointer_mut(dollars.0).expect("a unit") = dollars.1.clone();
        *value.pointer_mut(&huge.0).expect("a figure") = huge.1.clone();
        let place = format!("measures[0].targets[0].{place}");
        let found = check_plan(&plan(value));
        let told = found.iter().find(|it| it.place == place && it.severity == FindingSeverity::Error);
        assert!(told.is_some_and(|it| it.message.starts_with("1e101 is no figure to compute with")), "{found:#?}");
    }
    check_case(
        &[("/measures/0/tolerance", json!(1e101))],
        &["bad-tolerance measures[0].tolerance", "tolerance-too-wide measures[0].targets[0].baseline.value"],
    );
    check_case(&[("/measures/2/bounds", json!([0.0, 1e308]))], &["out-of-bounds measures[2].bounds"]);
}

#[test]
fn an_address_that_becomes_no_link() {
    for url in ["javascript:alert(1)", "data:text/html,x", "www.doe.mass.edu", " https://doe.mass.edu"] {
        check_case(&[("/sources/0/url", json!(url))], &["bad-address sources[0].url"]);
    }
    for url in ["https://doe.mass.edu/a", "HTTP://doe.mass.edu", "mailto:data@doe.mass.edu"] {
        check_case(&[("/sources/0/url", json!(url))], &[]);
    }
}
