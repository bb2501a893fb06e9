//! `plan::diff`: one change to a plan, and the sentences that tell it.

use headway_model::plan::{Plan, PlanChange, diff_plans};
use serde_json::{Value, json};

fn base() -> Value {
    json!({
        "agency": { "id": "dept", "name": "Department" },
        "plan": { "id": "plan", "edition": "2012-12" },
        "owners": [{ "id": "ada", "name": "Goal lead" }, { "id": "bo", "name": "Data lead" }],
        "strategies": [{ "id": "success", "name": "Success", "owner": "ada" }, { "id": "tech", "name": "Technology" }],
        "programs": [{ "id": "ewis", "name": "Early warning", "serves": ["success"], "milestones": [
            { "id": "launch", "name": "Launch", "planned_start": "2012-01-01", "planned_end": "2012-06-30", "actual_end": "2012-07-02" }] }],
        "measures": [
            { "id": "grad", "name": "Graduation", "unit": "percent", "direction": "increase", "period": "cohort", "owner": "ada", "targets": [
                { "unit": "state", "baseline": { "period": 2010, "value": 84.7 }, "target": { "period": 2014, "value": 88.3 }, "source": "S1" },
                { "unit": "state", "group": "lep", "target": { "period": 2014, "lo": 70, "hi": 75 } }] },
            { "id": "mass", "name": "MassCore", "period": "cohort" }
        ]
    })
}

/// `changes` are (pointer, new value); null takes the key away, `-` adds to a list. Each sentence must be told, and no other.
#[track_caller]
fn check(changes: &[(&str, Value)], expected: &[&str]) {
    let mut value = base();
    for (pointer, new) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        match value.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
            Value::Object(map) if new.is_null() => drop(map.remove(key)),
            Value::Object(map) => drop(map.insert(key.to_owned(), new.clone())),
            Value::Array(items) if key == "-" => items.push(new.clone()),
            Value::Array(items) if new.is_null() => drop(items.remove(key.parse().expect("an index"))),
            Value::Array(items) => items[key.parse::<usize>().expect("an index")] = new.clone(),
            other => panic!("{pointer} leads into {other}"),
        }
    }
    let plan = |value: Value| -> Plan { serde_json::from_value(value).expect("a plan") };
    let found = diff_plans(&plan(base()), &plan(value));
    let sentences: Vec<String> = found.iter().map(PlanChange::to_string).collect();
    assert_eq!(sentences, expected);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Vec<PlanChange>>(&json).unwrap(), found, "changes are JSON too");
}

#[test]
fn the_same_plan_has_no_changes() {
    check(&[], &[]);
    // The order of a list of names is no change, and that there are two editions is none.
    check(&[("/plan/edition", json!("2014"))], &[]);
    check(
        &[("/measures/0/targets/0/source", json!("S9"))],
        &["Measure “Graduation” (grad): target for state by 2014, source changed from “S1” to “S9”."],
    );
}

#[test]
fn things_come_go_and_are_renamed() {
    check(
        &[("/measures/-", json!({ "id": "ap", "name": "AP", "period": "school-year" }))],
        &["Measure “AP” (ap) is new."],
    );
    check(&[("/measures/1", Value::Null)], &["Measure “MassCore” (mass) was dropped."]);
    check(
        &[("/measures/1/name", json!("MassCore completion"))],
        &["Measure “MassCore” (mass) is now called “MassCore completion” (mass)."],
    );
    check(&[("/programs/0", Value::Null)], &["Program “Early warning” (ewis) was dropped."]);
    check(&[("/programs/0/priority", json!(true))], &["Program “Early warning” (ewis): priority is now “yes”."]);
    check(
        &[("/strategies/1", json!({ "id": "data", "name": "Data", "replaces": ["tech"] }))],
        &["Strategy “Data” (data) took the place of “Technology” (tech)."],
    );
    check(&[("/strategies/1", Value::Null)], &["Strategy “Technology” (tech) was dropped."]);
    check(
        &[
            ("/strategies/1", json!({ "id": "data", "name": "Data", "replaces": ["tech"] })),
            ("/strategies/-", json!({ "id": "it", "name": "IT", "replaces": ["tech"] })),
        ],
        &["Strategy “Technology” (tech) was split into “Data” (data) and “IT” (it)."],
    );
}

#[test]
fn measures_go_on_under_other_names() {
    let continues = |id: &str, how: &str| json!([{ "measure": id, "how": how }]);
    check(
        &[("/measures/1/id", json!("core")), ("/measures/1/replaces", continues("mass", "renamed"))],
        &["Measure “MassCore” (mass) is now called “MassCore” (core)."],
    );
    check(
        &[("/measures/1/id", json!("core")), ("/measures/1/replaces", continues("mass", "replaced"))],
        &["Measure “MassCore” (core) took the place of “MassCore” (mass)."],
    );
    let part = |id: &str| json!({ "id": id, "name": id, "period": "cohort", "replaces": continues("mass", "split") });
    check(
        &[("/measures/1", part("math")), ("/measures/-", part("ela"))],
        &["Measure “MassCore” (mass) was split into “math” (math) and “ela” (ela)."],
    );
    let merged = json!({ "id": "ready", "name": "Ready", "period": "cohort", "replaces": [
        { "measure": "grad", "how": "merged" }, { "measure": "mass", "how": "merged" }] });
    check(
        &[("/measures/0", Value::Null), ("/measures/0", merged)],
        &["Measure “Ready” (ready) continues “Graduation” (grad) and “MassCore” (mass)."],
    );
    // A measure that is renamed and retargeted says both.
    check(
        &[
            ("/measures/0/id", json!("grad-5yr")),
            ("/measures/0/replaces", continues("grad", "renamed")),
            ("/measures/0/targets/0/target/value", json!(90.0)),
        ],
        &[
            "Measure “Graduation” (grad) is now called “Graduation” (grad-5yr).",
            "Measure “Graduation” (grad-5yr), state: the target changed from 88.3 by 2014 (from 84.7 in 2010) to 90 by 2014 (from 84.7 in 2010).",
        ],
    );
}

#[test]
fn promises_are_followed_by_place_and_group() {
    check(
        &[("/measures/0/targets/1/target/hi", json!(80))],
        &[
            "Measure “Graduation” (grad), state, English learners: the target changed from 70 to 75 by 2014 to 70 to 80 by 2014.",
        ],
    );
    check(
        &[("/measures/0/targets/1", Value::Null)],
        &[
            "Measure “Graduation” (grad), state, English learners: there is no target any more; it was 70 to 75 by 2014.",
        ],
    );
    check(
        &[(
            "/measures/0/targets/-",
            json!({ "unit": "state", "grade": "9", "target": { "period": 2014, "value": 99 } }),
        )],
        &["Measure “Graduation” (grad), state, grade 9: there is a target now, 99 by 2014."],
    );
    // A revised target that is kept, with an end to its validity.
    check(
        &[
            ("/measures/0/targets/0/valid_to", json!("2013-12-31")),
            (
                "/measures/0/targets/-",
                json!({ "unit": "state", "target": { "period": 2016, "value": 90 }, "valid_from": "2014-01-01" }),
            ),
        ],
        &[
            "Measure “Graduation” (grad), state: the target changed from 88.3 by 2014 (from 84.7 in 2010) to 90 by 2016.",
            "Measure “Graduation” (grad): target for state by 2014, in force until is now “2013-12-31”.",
        ],
    );
    check(
        &[("/measures/0/targets/0/trajectory", json!([{ "period": 2012, "value": 86.0 }]))],
        &[
            "Measure “Graduation” (grad), state: the target changed from 88.3 by 2014 (from 84.7 in 2010) to 88.3 by 2014 (from 84.7 in 2010) with another path.",
        ],
    );
    check(
        &[("/measures/0/direction", json!("decrease"))],
        &["Measure “Graduation” (grad): direction changed from “increase” to “decrease”."],
    );
}

#[test]
fn owners_and_dates_move() {
    check(
        &[("/measures/0/owner", json!("bo"))],
        &["Data lead answers for measure “Graduation” (grad), no longer Goal lead."],
    );
    check(
        &[("/strategies/0/owner", Value::Null)],
        &["Nobody answers for strategy “Success” (success) any more; Goal lead did."],
    );
    check(
        &[("/programs/0/owner", json!("bo"))],
        &["Data lead answers for program “Early warning” (ewis); nobody did before."],
    );
    check(
        &[("/programs/0/milestones/0/planned_end", json!("2012-07-30"))],
        &["Milestone “Launch” (ewis/launch): planned end moved from 2012-06-30 to 2012-07-30, 30 days later."],
    );
    check(
        &[("/programs/0/milestones/0/planned_start", Value::Null)],
        &["Milestone “Launch” (ewis/launch): planned start is no longer given (it was 2012-01-01)."],
    );
    check(
        &[("/programs/0/milestones/0/actual_end", Value::Null)],
        &["Milestone “Launch” (ewis/launch): actual end is no longer given (it was 2012-07-02)."],
    );
    let reported = |statuses: &[(&str, &str)]| {
        json!(statuses.iter().map(|(date, status)| json!({ "date": date, "status": status })).collect::<Vec<_>>())
    };
    // Every new report is told, oldest first, whatever their order in the file.
    check(
        &[(
            "/programs/0/milestones/0/history",
            reported(&[("2012-03-01", "Not Started"), ("2012-02-01", "In Progress")]),
        )],
        &[
            "Milestone “Launch” (ewis/launch) was reported “In Progress” on 2012-02-01.",
            "Milestone “Launch” (ewis/launch) was reported “Not Started” on 2012-03-01, back from “In Progress” on 2012-02-01.",
        ],
    );
    check(
        &[("/programs/0/milestones/-", json!({ "id": "review", "name": "Review" }))],
        &["Milestone “Review” (ewis/review) is new."],
    );
}
