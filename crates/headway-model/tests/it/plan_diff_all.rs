//! `plan::diff` sees every field of the format: one that is added to it and forgotten here fails.

use headway_model::plan::{Plan, PlanChange, diff_plans};
use serde_json::{Value, json};

/// A plan with every field that there is.
fn full() -> Value {
    let publishing = json!({
        "n_size": 10, "extremes": true, "extreme_share": 5.0, "bands": "federal", "people": true,
        "sums": { "measure": "other", "periods": 3 }, "students": "other", "uncounted": "tell", "whole": "cohort",
        "least_width": 4, "insiders": true, "late_below": 1000, "hold_back": true, "made_of": ["other"]
    });
    let target = json!({
        "place": "D1", "group": "lep", "grade": "3", "baseline": { "period": 2010, "value": 40.0, "bridged": true },
        "target": { "period": 2014, "value": 50.0, "lo": 1.0, "hi": 2.0, "parts": [{ "part": "a", "value": 3.0 }], "set_baseline": true },
        "trajectory": [{ "period": 2012, "value": 45.0 }], "valid_from": "2012-01-01", "valid_to": "2020-01-01",
        "source": "s", "note": "n"
    });
    json!({
        "agency": { "id": "dept", "name": "Department", "place": "st", "fiscal_year_ends": "09-30", "school_year_ends": "08-31",
            "simulated": true, "publishing": publishing },
        "plan": { "id": "plan", "name": "Plan", "edition": "2012", "source": "s", "note": "n" },
        "sources": [{ "id": "s", "title": "Report", "url": "https://example.org" }],
        "owners": [{ "id": "ada", "name": "Lead", "role": "Chief" }],
        "stakeholders": [{ "id": "board", "name": "Board", "interest": "i", "influence": "i", "engagement": "e" }],
        "strategies": [{ "id": "one", "name": "One", "order": 1, "parent": "top", "description": "d", "owner": "ada",
            "replaces": ["old"], "source": "s" }],
        "programs": [{ "id": "p", "name": "P", "description": "d", "serves": ["one"], "measures": ["m"], "priority": true,
            "owner": "ada", "stakeholders": ["board"], "assistance_listing": "84.010", "statute": "Law", "budget": 10.0,
            "milestones": [{ "id": "a", "name": "A", "planned_start": "2012-01-01", "planned_end": "2012-02-01",
                "actual_start": "2012-01-02", "actual_end": "2012-02-02",
                "history": [{ "date": "2012-01-03", "status": "started", "note": "n" }] }],
            "delivery_chain": [{ "actor": "state", "level": "state", "count": 1, "strength": 2, "reach": 3, "feedback": 4 }],
            "ratings": [{ "date": "2012-01-01", "element": "overall", "color": "green", "rationale": "r", "by": "b" }],
            "source": "s" }],
        "measures": [{ "id": "m", "name": "M", "definition": "d", "audience": "a", "unit": "percent", "direction": "increase",
            "period": "school-year", "year_ends": "06-30", "result_lag": "P3M", "cadence": "when it comes", "every": 2,
            "kind": "goal", "serves": ["one"], "owner": "ada", "goal_text": "g", "tolerance": 1.0, "bounds": [0.0, 90.0],
            "min_n": 5, "publishing": publishing, "method": "trajectory",
            "breaks": [{ "period": 2011, "kind": "break", "note": "n" }],
            "parts": [{ "id": "a", "name": "A", "unit": "days", "direction": "decrease" }],
            "replaces": [{ "measure": "before", "how": "renamed" }], "targets": [target], "source": ["s"], "note": "n" }]
    })
}

fn plan(value: &Value) -> Option<Plan> {
    serde_json::from_value(value.clone()).ok()
}

/// Every place of a value, things and lists too, as JSON pointers.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| places(item, &format!("{at}/{i}"), out)),
        _ => {}
    }
}

/// Other values that the place might have; the first that makes a plan is taken.
fn others(value: &Value) -> Vec<Value> {
    const WORDS: [&str; 14] = [
        "2031-01-31",
        "01-31",
        "decrease",
        "increase",
        "calendar-year",
        "perverse",
        "gpra",
        "missing",
        "merged",
        "red",
        "school",
        "none",
        "hide",
        "P9M",
    ];
    match value {
        Value::Bool(is) => vec![json!(!is)],
        Value::Number(_) => {
            vec![json!(value.as_f64().unwrap_or_default() + 1.5), json!(value.as_u64().unwrap_or_default() + 1)]
        }
        Value::String(text) => {
            let own = json!(format!("{text}x"));
            std::iter::once(own).chain(WORDS.iter().filter(|word| *word != text).map(|word| json!(word))).collect()
        }
        Value::Array(_) => vec![json!([])],
        other => panic!("{other} is no leaf"),
    }
}

#[test]
fn every_field_that_differs_is_told() {
    let base = full();
    let before = plan(&base).expect("every field has a value that can be read");
    let mut all = Vec::new();
    places(&base, "", &mut all);
    let mut tried = 0;
    for at in all.iter().filter(|at| *at != "/plan/edition") {
        let old = base.pointer(at).expect("it is a place");
        if old.is_object() {
            continue;
        }
        let read = others(old).into_iter().find_map(|new| {
            let mut changed = base.clone();
            *changed.pointer_mut(at).expect("it is a place") = new;
            plan(&changed).filter(|after| *after != before)
        });
        // A pair of bounds can't be empty.
        let Some(after) = read else {
            assert_eq!(at, "/measures/0/bounds", "no other value was found for {at}");
            continue;
        };
        let told = diff_plans(&before, &after);
        assert!(!told.is_empty(), "{at} is not seen");
        assert!(told.iter().all(|change| !change.to_string().is_empty()));
        let json = serde_json::to_string(&told).expect("changes are JSON");
        assert_eq!(serde_json::from_str::<Vec<PlanChange>>(&json).expect("and back"), told);
        tried += 1;
    }
    assert!(tried > 120, "{tried} fields were changed");
}

/// The plan above has every field of the schema: a new one has to be put there, and is then changed by the test above.
#[test]
fn no_field_of_the_schema_is_left_out() {
    let schema = schemars::schema_for!(Plan).to_value();
    let mut missing = Vec::new();
    complete(&schema, &schema, &full(), "", &mut missing);
    assert!(missing.is_empty(), "{missing:?}");
}

fn complete(root: &Value, schema: &Value, value: &Value, at: &str, missing: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let defined = root.pointer(name.trim_start_matches('#')).expect("the schema defines what it names");
        return complete(root, defined, value, at, missing);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        return choices.iter().filter(|it| it["type"] != "null").for_each(|it| complete(root, it, value, at, missing));
    }
    if let Some(fields) = schema["properties"].as_object() {
        for (key, schema) in fields {
            match value.get(key) {
                Some(value) => complete(root, schema, value, &format!("{at}/{key}"), missing),
                None => missing.push(format!("{at}/{key}")),
            }
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        match values.first() {
            Some(first) => complete(root, items, first, &format!("{at}/0"), missing),
            None => missing.push(format!("{at}/0")),
        }
    }
}
