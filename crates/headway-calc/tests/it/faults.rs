//! Wrong input to `calc`: refused with its path; what can't be computed is null and says why.

use headway_calc::{method_examples, method_help, method_names, run_method};
use serde_json::Value;

pub(super) fn fault(method: &str, input: &str) -> String {
    match run_method(method, input.as_bytes(), &mut Vec::new()) {
        Err(error) => error.to_string(),
        Ok(tally) => tally.first.unwrap_or_else(|| panic!("{method} takes {input}")),
    }
}

fn check(method: &str, input: &str, expected: &str) {
    assert_eq!(fault(method, input), expected, "{method} {input}");
}

#[test]
fn faults_have_their_path() {
    check("xmr", r#"{"y": [1, "2"]}"#, "$.y[1]: expected a number or null, found a text");
    check("xmr", r#"{"y": [1, 1e200]}"#, "$.y[1]: 1e200 is too large a number to compute with");
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
    check("change", r#"{"k1": 1, "n1": 0, "k2": 1, "n2": 2}"#, "$.k1: more hits than the 0 counted");
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
        "$.units[0]: a proportion has a numerator from 0 to the denominator, which is above 0",
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
    let rows = r#""rows": [{"u": 1, "a": 1, "b": 2}, {"u": 1, "a": 3, "b": 1}, {"u": 2, "a": 2, "b": 4}]"#;
    let bright = |more: &str| format!(r#"{{"unit": "u", {more}, {rows}}}"#);
    check("bright-spots", &bright(r#""y": "c""#), "$.y: no row has the field “c”");
    check("bright-spots", &bright(r#""y": "a", "x": ["c"]"#), "$.x[0]: no row has the field “c”");
    check(
        "bright-spots",
        &bright(r#""y": "a", "x": ["b"], "slope": "a""#),
        "$.slope: “a” is not among the covariates of numbers: b",
    );
    check(
        "bright-spots",
        &bright(r#""y": "a", "model": "logistic""#),
        "$.rows[1]: 3 is neither yes (1) nor no (0), nor the share of hits among as many as its weight says",
    );
    assert!(fault("xmr", "{").starts_with("the input is no JSON: EOF"), "{}", fault("xmr", "{"));
    assert!(fault("xmr", "{\"y\": [1]} nonsense").starts_with("line 1: this line is no JSON"));
    assert!(fault("xmr", "{\n\"y\": [1,\n}").starts_with("the input is no JSON"), "broken as one text");
    assert!(fault("xmr", "{\"y\": [NaN]}").contains("a missing number is null"));
    assert!(fault("nonsense", "{}").starts_with("there is no method “nonsense”; there are: xmr, change, "));
}

/// Right input that can't be computed, or not in whole: null, and a note that says why.
#[test]
fn what_cannot_be_computed_is_null_and_says_why() {
    let noted = |method: &str, input: &str, nulls: &[&str], note: &str| {
        let mut out = Vec::new();
        run_method(method, input.as_bytes(), &mut out).expect(input);
        let answer: Value = serde_json::from_slice(&out).expect("JSON");
        assert!(answer["note"].as_str().is_some_and(|said| said.contains(note)), "{input}: {answer}");
        nulls.iter().for_each(|null| assert!(answer.pointer(null).is_some_and(Value::is_null), "{null} of {answer}"));
        answer
    };
    let none = r#"{"k1": 0, "n1": 0, "k2": 1, "n2": 2}"#;
    let change = noted("change", none, &["/p1", "/wilson1", "/diff", "/newcombe", "/fisher_p"], "nothing is counted");
    assert_eq!(change["p2"], 0.5);
    let units = r#"[{"unit": "a", "k": 3, "n": 9}, {"unit": "b", "k": 0, "n": 0}, {"unit": "c", "k": 8, "n": 9}]"#;
    let counts = format!(r#"{{"scale": "logit", "units": {units}}}"#);
    let counts = noted("bright-spots", &counts, &["/units/1/blup", "/units/1/q"], "without students");
    assert!(counts["units"][2]["blup"].is_number() && counts["tau2"].is_number());
    let lone = r#"{"scale": "arcsine", "units": [{"unit": "a", "k": 3, "n": 9}]}"#;
    noted("bright-spots", lone, &["/mu", "/tau2", "/units/0/blup"], "too few");
    let funnel = units.replace("unit", "group").replace("\"k\"", "\"numerator\"").replace("\"n\"", "\"denominator\"");
    let funnel = noted("funnel", &format!(r#"{{"units": {funnel}}}"#), &["/units/1/rr", "/units/1/OD95LCL"], "nothing");
    assert!(funnel["units"][2]["OD95LCL"].is_number());
    let rows = |y: &str| {
        let row =
            |(i, y): (usize, &str)| format!(r#"{{"u": {}, "y": {y}, "x": {i}, "twice": {}, "one": 1}}"#, i / 3, 2 * i);
        let rows: Vec<String> = y.split(' ').enumerate().map(row).collect();
        format!("[{}]", rows.join(","))
    };
    let model = |x: &str, y: &str| format!(r#"{{"unit": "u", "y": "y", "x": [{x}], "rows": {}}}"#, rows(y));
    let alike =
        noted("bright-spots", &model("", "0.1 0.1 0.1 0.1 0.1 0.1"), &["/criterion"], "no variance between units");
    assert_eq!((&alike["tau2"], &alike["units"][0]["u"]), (&serde_json::json!(0.0), &serde_json::json!(0.0)));
    noted("bright-spots", &model("", "1 2 4"), &["/tau2", "/fixef", "/units/0/u"], "too few");
    // As R's models: what follows from the columns before it gets no coefficient, and the rest is fitted.
    let said = r#""one", "x", "twice""#;
    let dropped =
        noted("bright-spots", &model(said, "1 2 4 3 7 5 9 9 8"), &["/fixef/one", "/fixef/twice"], "one, twice");
    let plain = model(r#""x""#, "1 2 4 3 7 5 9 9 8");
    let mut out = Vec::new();
    run_method("bright-spots", plain.as_bytes(), &mut out).expect("a model");
    let plain: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!((&plain["units"], &plain["fixef"]["x"]), (&dropped["units"], &dropped["fixef"]["x"]));
    let forecast = |y: &str, method: &str| format!(r#"{{"y": {y}, "h": 2, "method": "{method}"}}"#);
    for (y, method, mean) in
        [("[5]", "naive", 5.0), ("[5]", "meanf", 5.0), ("[5, 6]", "drift", 7.0), ("[5, 6]", "ols", 7.0)]
    {
        let one = noted("forecast", &forecast(y, method), &["/lo80/0", "/hi95/1"], "too few points for an interval");
        assert!((one["mean"][0].as_f64().expect("a mean") - mean).abs() < 1e-12, "{method}: {one}");
    }
}

#[test]
fn nothing_in_is_nothing_out() {
    for method in method_names() {
        let mut out = Vec::new();
        run_method(method, "".as_bytes(), &mut out).expect("nothing is no fault");
        assert!(out.is_empty());
        run_method(method, "[]".as_bytes(), &mut out).expect("an empty batch is no fault");
        assert_eq!(out, b"[]\n");
        for wrong in ["null", "1", "\"text\"", "{}", "true"] {
            fault(method, wrong);
        }
        for wrong in ["[[]]", "[null]"] {
            let mut out = Vec::new();
            let tally = run_method(method, wrong.as_bytes(), &mut out).expect("a batch");
            assert_eq!((tally.asked, tally.refused), (1, 1), "{method} {wrong}");
        }
    }
}

/// Each example runs and leaves nothing out; what comes out is told in the help and in the page of documentation.
#[test]
fn help_tells_of_every_method() {
    let all = method_help(None).expect("an overview");
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/calc.md")).expect("the page");
    assert_eq!(method_examples().count(), method_names().count());
    for (method, example) in method_examples() {
        assert!(all.contains(&format!("\n  {method} ")), "{method}");
        let own = method_help(Some(method)).expect(method);
        assert!(own.contains(example), "{method}");
        assert!(own.lines().all(|line| line.chars().count() <= 100 || line.starts_with("echo")), "{own}");
        assert!(method_names().any(|name| name == method), "{method}");
        let mut out = Vec::new();
        run_method(method, example.as_bytes(), &mut out).expect(method);
        let answer: Value = serde_json::from_slice(&out).expect("JSON");
        let section = page.split("\n## ").find(|s| s.starts_with(&format!("`{method}`"))).expect(method);
        for field in fields(&answer, method == "backtest") {
            assert!(section.contains(&format!("`{field}`")), "docs/calc.md tells nothing of {field} of {method}");
        }
    }
    assert!(method_help(Some("nonsense")).is_err());
}

/// The fields of an answer but those that all have; per method in a backtest.
fn fields(answer: &Value, by_method: bool) -> Vec<String> {
    let inner = if by_method { answer.as_object().and_then(|o| o.values().next()) } else { Some(answer) };
    let object = inner.and_then(Value::as_object).expect("an object");
    object.keys().filter(|k| !["method", "method_version", "note"].contains(&k.as_str())).cloned().collect()
}

/// Which of two values is meant can't be known.
#[test]
fn a_key_that_comes_twice() {
    let twice = "this key is given twice: keep one";
    let change = r#"{"k1": 30, "k1": 10, "n1": 40, "k2": 36, "n2": 42}"#;
    check("change", change, &format!("$.k1: {twice}"));
    check("change", &format!("[{change}]"), &format!("$[0].k1: {twice}"));
    let points = r#""points": [{"period": 2020, "value": 50}, {"period": 2021, "value": 55, "value": 60}]"#;
    check("status", &format!(r#"{{"direction": "increase", {points}}}"#), &format!("$.points[1].value: {twice}"));
    check("xmr", r#"{"y": [1, 2], "y": [3]}"#, &format!("$.y: {twice}"));
    check("xmr", r#"{"y": 1, "y": [3]}"#, &format!("$.y: {twice}"));
    check("xmr", r#"{"y": [1], "options": {"a": 1, "a": 2}}"#, &format!("$.options.a: {twice}"));
}
