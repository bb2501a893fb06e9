//! Wrong input to `calc`: refused with its path; what can't be computed is null and says why.

use headway_delivery::calc::{names, run};
use serde_json::Value;

fn fault(method: &str, input: &str) -> String {
    run(method, input.as_bytes(), &mut Vec::new()).expect_err(input).to_string()
}

fn check(method: &str, input: &str, expected: &str) {
    assert_eq!(fault(method, input), expected, "{method} {input}");
}

#[test]
fn faults_have_their_path() {
    check("xmr", r#"{"y": [1, "2"]}"#, "$.y[1]: expected a number or null, found a text");
    check("xmr", r#"[{"y": [1]}, {"z": [1]}]"#, "$[1]: the field “y” is missing");
    check("xmr", "{\"y\": [1]}\n{\"y\": 1}", "value 2: $.y: expected an array, found a number");
    check(
        "xmr",
        r#"{"y": [1], "options": {"improvement_direction": "up"}}"#,
        "$.options.improvement_direction: “up” is not one of increase, decrease, neutral",
    );
    check(
        "xmr",
        r#"{"y": [1], "options": {"rebase_at_index_1based": [0]}}"#,
        "$.options.rebase_at_index_1based[0]: places are counted from 1",
    );
    check(
        "xmr",
        r#"{"y": [1], "options": {"fix_after_n_points": 3}}"#,
        "$.options: limits can't be fixed on 3 points: at least 12 are needed",
    );
    check("change", r#"{"k1": 5, "n1": 4, "k2": 1, "n2": 2}"#, "$.k1: more hits than the 4 counted");
    check("change", r#"{"k1": 0, "n1": 0, "k2": 1, "n2": 2}"#, "$.n1: nothing is counted: n must be 1 or more");
    check("change", r#"{"k1": -1, "n1": 4, "k2": 1, "n2": 2}"#, "$.k1: expected a whole number from 0 on, found -1");
    check("change", "7", "$: expected an object, found a number");
    check(
        "gap",
        r#"{"year": [1, 2], "reference": {"k": [1], "n": [2]}, "group": {}}"#,
        "$.reference.k: 1 entries for 2 years",
    );
    check("bands", r#"[{"n": 7, "rate": 12}, {"n": 7}]"#, "$[1]: give the rate (percent) or k, the hits");
    check(
        "funnel",
        r#"{"units": [{"numerator": 3, "denominator": 2}]}"#,
        "$.units[0]: numerator and denominator can't be those of this kind of figure",
    );
    check("forecast", r#"{"method": "naive", "y": [1], "h": 0}"#, "$.h: nothing to forecast: h must be 1 or more");
    check(
        "bright-spots",
        r#"{"y": "a", "unit": "u", "rows": [{"u": 1, "a": "b"}]}"#,
        "$.rows[0].a: expected a number, found a text",
    );
    check(
        "backtest",
        r#"{"h": 1, "train_min": 2, "series": []}"#,
        "$.train_min: a probability needs 5 points: train_min must be 5 or more",
    );
    check("suppress", r#"{"dims": [], "input": []}"#, "$.dims: a table needs a dimension");
    check(
        "suppress",
        r#"{"dims": ["a"], "input": [{"a": "Total", "n": 1}]}"#,
        "$.input[0].a: the input holds inner cells only: totals are made from them",
    );
    check(
        "suppress",
        r#"{"dims": ["a"], "input": [{"a": "x", "n": -1}]}"#,
        "$.input[0].n: expected a whole number from 0 on, found -1",
    );
    check(
        "audit",
        r#"{"dims": ["a"], "cells": [{"a": "x", "n": 1, "suppressed": 1}]}"#,
        "$.cells[0].suppressed: expected true or false, found a number",
    );
    check(
        "audit",
        r#"{"dims": ["a"], "cells": [{"a": "x", "n": 1, "suppressed": true}], "parents": {"a": {"x": "x"}}}"#,
        "$.cells[0].a: “x” is its own ancestor",
    );
    let status = |points: &str| {
        format!(r#"{{"direction": "increase", "target": {{"period": 2030, "value": 1}}, "points": {points}}}"#)
    };
    check("status", r#"{"points": []}"#, "$: the field “direction” is missing");
    check("status", &status("[]"), "$: no points: say as of which period (as_of_period)");
    check(
        "status",
        &status(r#"[{"period": 20, "value": 1}]"#),
        "$.points[0].period: “20” is no calendar year: write it like 2018",
    );
    check(
        "status",
        &status(r#"[{"period": 2020, "value": 1}, {"period": 2020, "value": 1}]"#),
        "$.points[1]: 2020 is there twice",
    );
    check("status", &status(r#"[{"period": 2020, "lo": 2, "hi": 1}]"#), "$.points[0]: lo is above hi");
    check(
        "status",
        &status(r#"[{"period": 2020, "value": 2, "hi": 1}]"#),
        "$.points[0]: give value, or lo and hi, not both",
    );
    check(
        "status",
        &status(r#"[{"period": 2020, "state": "gone"}]"#),
        "$.points[0].state: “gone” is not one of suppressed, not-tested, not-applicable, not-reported, missing",
    );
    assert!(fault("xmr", "{").starts_with("the input is no JSON: EOF"), "{}", fault("xmr", "{"));
    assert!(fault("xmr", "{\"y\": [1]} nonsense").starts_with("the input is no JSON"));
    assert!(fault("nonsense", "{}").starts_with("there is no method “nonsense”; there are: xmr, change, "));
}

#[test]
fn nothing_in_is_nothing_out() {
    for method in names() {
        let mut out = Vec::new();
        run(method, "".as_bytes(), &mut out).expect("nothing is no fault");
        assert!(out.is_empty());
        run(method, "[]".as_bytes(), &mut out).expect("an empty batch is no fault");
        assert_eq!(out, b"[]\n");
        for wrong in ["null", "1", "\"text\"", "{}", "[[]]", "[null]", "true"] {
            fault(method, wrong);
        }
    }
}

#[test]
fn lines_give_lines() {
    let mut out = Vec::new();
    let lines = "{\"k1\": 1, \"n1\": 2, \"k2\": 1, \"n2\": 2}\n{\"k1\": 0, \"n1\": 2, \"k2\": 0, \"n2\": 2}\n";
    run("change", lines.as_bytes(), &mut out).expect("two changes");
    let answers: Vec<Value> =
        String::from_utf8(out).expect("text").lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!((answers.len(), &answers[0]["diff"]), (2, &serde_json::json!(0.0)));
    assert!(answers[1]["z_pooled"].is_null() && answers[1]["note"].is_string(), "{}", answers[1]);
}
