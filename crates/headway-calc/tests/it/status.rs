//! `calc status`: the contract, and the published cases through it.

use serde_json::{Value, json};

use crate::{pipe, shared};

/// Status, expected, distance and pace of one question.
fn check(input: Value, status: &str, expected: Value, distance: Value, pace: Value) {
    let got = pipe("status", &input);
    assert_eq!(got["status"], status, "{input}");
    for (field, want) in [("expected", expected), ("distance", distance), ("pace_needed", pace)] {
        match (got[field].as_f64(), want.as_f64()) {
            (Some(g), Some(w)) => assert!((g - w).abs() < 1e-9, "{field}: {g} is not {w}"),
            _ => assert_eq!(got[field], want, "{field}"),
        }
    }
    assert!(got["method"].is_string() && got["method_version"].is_number() && got["sentence"].is_string());
}

fn graduation(points: Value, as_of_period: i32) -> Value {
    json!({
        "method": "trajectory", "direction": "increase", "baseline": { "period": 2010, "value": 84.7 },
        "target": { "period": 2014, "value": 88.3 }, "points": points, "as_of_period": as_of_period,
    })
}

#[test]
fn the_path() {
    let until = |last: i32, more: &[Value]| {
        let values = [(2011, 86.3), (2012, 87.5), (2013, 87.7), (2014, 88.5)];
        let known = values.into_iter().filter(|v| v.0 <= last).map(|(p, v)| json!({ "period": p, "value": v }));
        Value::Array(known.chain(more.iter().cloned()).collect())
    };
    let null = Value::Null;
    check(graduation(until(2014, &[]), 2014), "target met", json!(88.3), json!(0.2), null.clone());
    check(graduation(until(2013, &[]), 2013), "on track", json!(87.4), json!(0.3), json!(0.6));
    check(graduation(until(2013, &[]), 2014), "not reporting", null.clone(), null.clone(), null.clone());
    check(graduation(json!([]), 2010), "not yet due", null.clone(), null.clone(), null.clone());
    let hidden = json!({ "period": 2013, "state": "suppressed" });
    check(graduation(until(2012, &[hidden]), 2013), "too few students", null.clone(), null.clone(), null.clone());
    let range = json!({ "period": 2013, "lo": 80, "hi": 90 });
    let (distance, pace) = (json!({ "lo": 80.0 - (84.7 + 3.6 * 0.75), "hi": 2.6 }), json!({ "lo": -1.7, "hi": 8.3 }));
    let got = pipe("status", &graduation(until(2012, &[range]), 2013));
    assert_eq!(got["status"], "cannot tell");
    for (field, want) in [("distance", distance), ("pace_needed", pace)] {
        for end in ["lo", "hi"] {
            let (g, w) = (got[field][end].as_f64().expect("an end"), want[end].as_f64().expect("an end"));
            assert!((g - w).abs() < 1e-9, "{field} {end}: {g} is not {w}");
        }
    }
    let mut open = graduation(until(2013, &[]), 2013);
    open.as_object_mut().expect("an object").remove("target");
    check(open, "no target", null.clone(), null.clone(), null);
    // Without saying as of when: the latest result is the latest there is.
    let mut latest = graduation(until(2013, &[]), 2013);
    latest.as_object_mut().expect("an object").remove("as_of_period");
    check(latest, "on track", json!(87.4), json!(0.3), json!(0.6));
}

#[test]
fn a_lag_in_days() {
    let mut input = graduation(json!([{ "period": 2013, "value": 87.7 }]), 0);
    input["period_kind"] = json!("cohort");
    input["result_lag"] = json!("P13M");
    for (day, status) in [("2015-09-30", "on track"), ("2015-10-01", "not reporting")] {
        input["as_of"] = json!(day);
        let got = pipe("status", &input);
        assert_eq!((&got["status"], &got["target_due"]), (&json!(status), &json!("2015-10-01")));
    }
}

#[test]
fn published_federal_reports() {
    let Some(path) = shared("cases/gpra_status.json") else { return };
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    for case in &cases {
        let rows = case["inputs"]["series"].as_array().expect("years");
        let points = |upto: usize| -> Vec<Value> {
            rows[..=upto]
                .iter()
                .map(|r| json!({ "period": r["year"], "value": r["actual"], "target": r["target"] }))
                .collect()
        };
        for (i, want) in case["expected"]["status"].as_array().expect("statuses").iter().enumerate() {
            let input = json!({
                "method": "gpra", "direction": case["inputs"]["desired_direction"], "points": points(i),
                "as_of_period": want["year"],
            });
            let got = pipe("status", &input);
            let years = got["years"].as_array().expect("years");
            let year = years.iter().find(|y| y["period"].as_str() == Some(&want["year"].to_string()));
            let status = year.map_or(&got["status"], |y| &y["status"]);
            assert_eq!(status, &want["status"], "{} {}", case["id"], want["year"]);
        }
    }
}

#[test]
fn published_growth() {
    let Some(path) = shared("cases/progress_cagr.csv") else { return };
    let mut reader = csv::Reader::from_path(path).expect("readable");
    let head = reader.headers().expect("a head").clone();
    for row in reader.records().map(|r| r.expect("a row")) {
        let get = |name: &str| head.iter().position(|h| h == name).and_then(|i| row.get(i)).filter(|t| !t.is_empty());
        let number = |name: &str| get(name).map(|t| t.parse::<f64>().expect("a number"));
        let id = get("case_id").expect("an id");
        let (base, current) = (number("base_year"), number("current_year"));
        let mut points = vec![json!({ "period": current, "value": number("current_value") })];
        if base != current {
            points.push(json!({ "period": base, "value": number("base_value") }));
        }
        let target = number("target").map(|value| json!({ "period": number("target_year"), "value": value }));
        let direction = if get("direction") == Some("negative") { "decrease" } else { "increase" };
        let input = json!({
            "method": "cagr", "direction": direction, "baseline": { "period": base }, "target": target,
            "limit": number("limit"), "points": points, "as_of_period": current,
        });
        let got = pipe("status", &input);
        assert_eq!(Some(got["status"].as_str().expect("a status")), get("expected_status"), "{id}");
        for (field, want) in [("progress", number("expected_progress_value")), ("score", number("expected_score"))] {
            match (got[field].as_f64(), want) {
                (Some(g), Some(w)) => assert!((g - w).abs() <= 1e-9 * w.abs().max(1.0), "{id} {field}: {g} is not {w}"),
                (g, w) => assert_eq!(g, w, "{id} {field}"),
            }
        }
    }
}

#[test]
fn the_trend() {
    let points: Vec<Value> = (0..6).map(|i| json!({ "period": 2015 + i, "value": 55 + i })).collect();
    let input = json!({
        "method": "trend", "direction": "increase", "baseline": { "period": 2010, "value": 50 },
        "target": { "period": 2030, "value": 72.6 }, "points": points,
    });
    let got = pipe("status", &input);
    assert_eq!((&got["status"], &got["projected"]), (&json!("cloud"), &json!(70.0)));
}
