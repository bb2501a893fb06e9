//! Wrong input to `calc`: refused with its path; what can't be computed is null and says why.

use headway_delivery::calc::{examples, help, names, run};
use serde_json::Value;

fn fault(method: &str, input: &str) -> String {
    match run(method, input.as_bytes(), &mut Vec::new()) {
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
        run(method, input.as_bytes(), &mut out).expect(input);
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
    run("bright-spots", plain.as_bytes(), &mut out).expect("a model");
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
    for method in names() {
        let mut out = Vec::new();
        run(method, "".as_bytes(), &mut out).expect("nothing is no fault");
        assert!(out.is_empty());
        run(method, "[]".as_bytes(), &mut out).expect("an empty batch is no fault");
        assert_eq!(out, b"[]\n");
        for wrong in ["null", "1", "\"text\"", "{}", "true"] {
            fault(method, wrong);
        }
        for wrong in ["[[]]", "[null]"] {
            let mut out = Vec::new();
            let tally = run(method, wrong.as_bytes(), &mut out).expect("a batch");
            assert_eq!((tally.asked, tally.refused), (1, 1), "{method} {wrong}");
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

/// Of a batch every entry is answered; the answer of one that can't be taken says where and why.
#[test]
fn one_bad_entry_stops_no_batch() {
    let good = r#"{"n": 40, "k": 4}"#;
    let bad = r#"{"n": 40}"#;
    let check = |method: &str, input: &str, refused: &[usize], first: &str| {
        let mut out = Vec::new();
        let tally = run(method, input.as_bytes(), &mut out).expect("a batch");
        let text = String::from_utf8(out).expect("text");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let answers: Vec<Value> = lines.flat_map(|a| a.as_array().cloned().unwrap_or_else(|| vec![a])).collect();
        assert_eq!((answers.len(), tally.refused, tally.first.as_deref()), (tally.asked, refused.len(), Some(first)));
        for (i, answer) in answers.iter().enumerate() {
            assert_eq!(answer.get("error").is_some(), refused.contains(&i), "{answer}");
            assert!(!refused.contains(&i) || answer["note"].is_string(), "{answer}");
        }
    };
    let why = "give the rate (percent) or k, the hits";
    let array = format!("[{good}, {good}, {bad}, {good}]");
    check("bands", &array, &[2], &format!("$[2]: {why}"));
    check("bands", &format!("[{good}, 7, {bad}]"), &[1, 2], "$[1]: expected an object, found a number");
    check("bands", "[null]", &[0], "$[0]: expected an object, found null");
    check("bands", &format!("{good}\n{bad}\n{good}"), &[1], &format!("value 2: $: {why}"));
    check("bands", &format!("{bad}\n{good}"), &[0], &format!("value 1: $: {why}"));
    check("bands", &format!("{good} [{good}, {bad}]"), &[2], &format!("$[1]: {why}"));
    let series = r#"{"y": [1, 2, 3]}"#;
    let faulty = r#"{"y": [1, null, "x", "z"]}"#;
    let found = "$[1].y[2]: expected a number or null, found a text";
    check("xmr", &format!("[{series}, {faulty}, {series}]"), &[1], found);
    check(
        "xmr",
        &format!(r#"[{series}, {{"y": 5}}, {{"x": 1}}]"#),
        &[1, 2],
        "$[1].y: expected an array, found a number",
    );
    let points = |points: &str| {
        format!(r#"{{"direction": "increase", "target": {{"period": 2030, "value": 9}}, "points": {points}}}"#)
    };
    let two = format!("[{}, {}]", points("[]"), points(r#"[{"period": 2024, "value": 8}]"#));
    check("status", &two, &[0], "$[0]: no points: say as of which period (as_of_period)");

    let mut out = Vec::new();
    let broken = format!("[{good}, {{\"n\"");
    assert!(run("bands", broken.as_bytes(), &mut out).expect_err("cut off").to_string().contains("EOF"));
    assert_eq!(serde_json::from_slice::<Value>(&out).expect("a whole array").as_array().map(Vec::len), Some(1));
    assert_eq!(fault("bands", bad), format!("$: {why}"), "a value alone is refused");
}

/// A series without points is answered as of its baseline.
#[test]
fn a_series_without_points_is_not_yet_due() {
    let input = r#"{"direction": "increase", "baseline": {"period": 2020, "value": 5}, "target": {"period": 2030, "value": 9}, "points": []}"#;
    let mut out = Vec::new();
    run("status", input.as_bytes(), &mut out).expect("an answer");
    let answer: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(answer["status"], "not yet due");
    assert!(answer["note"].as_str().is_some_and(|note| note.starts_with("There are no points.")), "{answer}");
}

/// Makes a batch as it is read, and notes how far the answers lag behind: a batch that is held whole lags by all of it.
struct Endless {
    left: usize,
    held: Vec<u8>,
}

impl std::io::Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = std::io::BufRead::fill_buf(self)?.len().min(into.len());
        into[..n].copy_from_slice(&self.held[..n]);
        std::io::BufRead::consume(self, n);
        Ok(n)
    }
}

impl std::io::BufRead for Endless {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.held.is_empty() && self.left > 0 {
            self.left -= 1;
            let end = if self.left == 0 { "]" } else { "," };
            self.held = format!("{{\"n\": 40, \"k\": 4}}{end}").into_bytes();
        }
        Ok(&self.held)
    }

    fn consume(&mut self, n: usize) {
        self.held.drain(..n);
    }
}

#[test]
fn a_large_batch_is_answered_as_it_is_read() {
    const MANY: usize = 20_000;
    /// Counts answers, and stops the run after a few: had the batch been read whole first, none would be left to read.
    struct Few(usize);
    impl std::io::Write for Few {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.iter().filter(|b| **b == b'{').count();
            if self.0 > 10 { Err(std::io::Error::other("enough")) } else { Ok(bytes.len()) }
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut batch = Endless { left: MANY, held: b"[".to_vec() };
    let mut out = Vec::new();
    run("bands", &mut batch, &mut out).expect("a batch");
    let answers: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(answers.as_array().map(Vec::len), Some(MANY));
    let mut batch = Endless { left: MANY, held: b"[".to_vec() };
    assert_eq!(run("bands", &mut batch, Few(0)).expect_err("enough").to_string(), "enough");
    assert!(batch.left > MANY - 20, "{} of {MANY} were left", batch.left);
}

/// Each example runs and leaves nothing out; what comes out is told in the help and in the page of documentation.
#[test]
fn help_tells_of_every_method() {
    let all = help(None).expect("an overview");
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/calc.md")).expect("the page");
    assert_eq!(examples().count(), names().count());
    for (method, example) in examples() {
        assert!(all.contains(&format!("\n  {method} ")), "{method}");
        let own = help(Some(method)).expect(method);
        assert!(own.contains(example), "{method}");
        assert!(own.lines().all(|line| line.chars().count() <= 100 || line.starts_with("echo")), "{own}");
        assert!(names().any(|name| name == method), "{method}");
        let mut out = Vec::new();
        run(method, example.as_bytes(), &mut out).expect(method);
        let answer: Value = serde_json::from_slice(&out).expect("JSON");
        let section = page.split("\n## ").find(|s| s.starts_with(&format!("`{method}`"))).expect(method);
        for field in fields(&answer, method == "backtest") {
            assert!(section.contains(&format!("`{field}`")), "docs/calc.md tells nothing of {field} of {method}");
        }
    }
    assert!(help(Some("nonsense")).is_err());
}

/// The fields of an answer but those that all have; per method in a backtest.
fn fields(answer: &Value, by_method: bool) -> Vec<String> {
    let inner = if by_method { answer.as_object().and_then(|o| o.values().next()) } else { Some(answer) };
    let object = inner.and_then(Value::as_object).expect("an object");
    object.keys().filter(|k| !["method", "method_version", "note"].contains(&k.as_str())).cloned().collect()
}

#[test]
fn a_byte_order_mark_is_looked_past() {
    let mut out = Vec::new();
    run("bands", "\u{feff} [{\"n\": 40, \"k\": 4}]".as_bytes(), &mut out).expect("one rate");
    assert!(serde_json::from_slice::<Value>(&out).expect("JSON").is_array());
}

/// A long series is answered point by point: nothing of the answer is held, whatever its length.
#[test]
fn a_long_series_is_written_as_it_is_made() {
    const POINTS: usize = 50_000;
    /// Counts points, and the most that was ever handed over at once.
    #[derive(Default)]
    struct Counting {
        points: usize,
        most: usize,
    }
    impl std::io::Write for Counting {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.points += bytes.iter().filter(|b| **b == b'{').count();
            self.most = self.most.max(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let y: Vec<String> = (0..POINTS).map(|i| (i * i % 97).to_string()).collect();
    let mut out = Counting::default();
    run("xmr", format!("{{\"y\": [{}]}}", y.join(",")).as_bytes(), &mut out).expect("a chart");
    assert_eq!(out.points, POINTS + 1, "and the chart itself");
    assert!(out.most < 1000, "{} bytes at once", out.most);
}

/// One broken line is its own answer, with its number; all others are answered.
#[test]
fn a_broken_line_stops_nothing() {
    let good = r#"{"y": [1, 2, 3]}"#;
    for broken in
        [r#"{"y": [1, 2"#, "nonsense", r#"{"y": [1, 2,]}"#, r#"{"y": [NaN]}"#, r#"{"y": [1]"#, "{\"y\": \"a", "]"]
    {
        let input = format!("{good}\n\n{broken}\n{good}\n{good}\n");
        let mut out = Vec::new();
        let tally = run("xmr", input.as_bytes(), &mut out).unwrap_or_else(|error| panic!("{broken}: {error}"));
        let text = String::from_utf8(out).expect("text");
        let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((answers.len(), tally.asked, tally.refused), (4, 4, 1), "{broken}: {text}");
        assert_eq!(answers[1]["error"], "line 3", "{broken}");
        assert!(answers[1]["note"].as_str().is_some_and(|note| note.contains("no JSON")), "{broken}");
        assert!([0, 2, 3].into_iter().all(|i| answers[i]["points"].is_array()), "{broken}: {text}");
    }
    // The last line, and the first of several.
    let tally = run("xmr", format!("{good}\n{{\"y\": [1").as_bytes(), &mut Vec::new()).expect("it is answered");
    assert_eq!(tally.first.as_deref().map(|first| first.starts_with("line 2: ")), Some(true), "{tally:?}");
    let tally = run("xmr", format!("{{\"y\": [1\n{good}\n").as_bytes(), &mut Vec::new()).expect("it is answered");
    assert_eq!((tally.asked, tally.refused), (2, 1), "{tally:?}");
}
