//! Odd input to `calc`: never a panic, never a number that is none; what can't be computed is null and says why.

use headway_calc::run_method;
use serde_json::{Value, json};

use crate::pipe;

/// Every null of `value` stands beside or below a note.
fn explained(value: &Value, noted: bool) -> bool {
    match value {
        Value::Null => noted,
        Value::Object(fields) => {
            let noted = noted || fields.contains_key("note");
            fields.values().all(|field| explained(field, noted))
        }
        Value::Array(entries) => entries.iter().all(|entry| explained(entry, noted)),
        _ => true,
    }
}

/// Refused with this message.
fn refused(method: &str, input: Value, message: &str) {
    let error = run_method(method, input.to_string().as_bytes(), &mut Vec::new()).expect_err(message).to_string();
    assert_eq!(error, message, "{method} {input}");
}

/// Answered, every null explained; the note at `place` (a JSON pointer) holds `note`.
fn noted(method: &str, input: Value, place: &str, note: &str) -> Value {
    let answer = pipe(method, &input);
    assert!(explained(&answer, false), "{method} {input}: {answer}");
    let said = answer.pointer(place).and_then(|at| at["note"].as_str());
    assert!(said.is_some_and(|said| said.contains(note)), "{method} {input}: {said:?}");
    answer
}

/// A panel of made-up series that move up and down.
fn panel(series: usize, periods: usize, more: Value) -> Value {
    let value =
        |i: usize, t: usize| 50.0 + (i * 7 % 11) as f64 + t as f64 / 2.0 + ((i * 31 + t * 17) % 13) as f64 / 4.0;
    let one = |i: usize| json!({ "id": i, "y": (0..periods).map(|t| value(i, t)).collect::<Vec<f64>>(), "target": 60 });
    let mut input = json!({ "h": 2, "series": (0..series).map(one).collect::<Vec<Value>>() });
    let fields = more.as_object().expect("fields");
    fields.iter().for_each(|(name, field)| input[name] = field.clone());
    input
}

#[test]
fn panels() {
    let of = |series, periods, more: Value| {
        let mut input = panel(series, periods, more);
        input["method"] = json!("panel-damped-trend");
        input
    };
    refused(
        "forecast",
        of(40, 8, json!({ "bounds": [100, 0] })),
        "$.bounds: the lowest value (100) must lie below the highest (0)",
    );
    refused(
        "forecast",
        of(40, 8, json!({ "bounds": [5, 5] })),
        "$.bounds: the lowest value (5) must lie below the highest (5)",
    );
    refused("forecast", of(40, 8, json!({ "bounds": [0, 51] })), "$.series[0].y[1]: 51.5 lies beyond the bounds");
    // A count that is not above 0 is not known.
    let (mut masked, mut unknown) = (of(40, 8, json!({})), of(40, 8, json!({})));
    for series in 0..40 {
        masked["series"][series]["n"] = json!([90, -1, 90, 0, 90, 90, 90, 90]);
        unknown["series"][series]["n"] = json!([90, null, 90, null, 90, 90, 90, 90]);
    }
    assert_eq!(pipe("forecast", &masked), pipe("forecast", &unknown));

    // A panel too small to learn from is read series by series.
    let few = noted("forecast", of(3, 8, json!({ "bounds": [0, 100] })), "", "3 series");
    assert_eq!((&few["method"], few["series"][0]["mean"].as_array().map(Vec::len)), (&json!("theta-t"), Some(2)));
    assert!(few["series"][0]["chance"].as_f64().is_some_and(|c| (0.0..=1.0).contains(&c)), "{few}");
    noted("forecast", of(1, 2, json!({})), "/series/0", "needs 5 points, has 2");
    noted("forecast", of(0, 0, json!({})), "", "0 periods; a panel needs 5");
    let mut untargeted = of(40, 8, json!({}));
    untargeted["series"][5]["target"] = Value::Null;
    noted("forecast", untargeted, "/series/5", "no target");
    let mut broken = of(40, 8, json!({}));
    broken["series"][0]["break"] = json!([false, false, false, false, false, false, false, true]);
    noted("forecast", broken, "/series/0", "needs 2 points, has 1 since the last break");
    let still: Vec<Value> = (0..40).map(|i| json!({ "id": i, "y": [5, 5, 5, 5, 5, 5, 5, 5], "target": 5 })).collect();
    let still = json!({ "method": "panel-damped-trend", "h": 1, "series": still });
    assert!(explained(&pipe("forecast", &still), false));

    noted("backtest", panel(40, 4, json!({})), "/naive", "no forecast could be held");
    noted("backtest", panel(0, 0, json!({})), "/naive", "no forecast could be held");
    noted("backtest", panel(40, 9, json!({ "train_min": 60 })), "/panel-damped-trend", "no forecast could be held");
    noted("backtest", panel(2, 9, json!({ "methods": ["panel-damped-trend"] })), "/panel-damped-trend", "30 of them");
    noted("backtest", still, "/naive", "never move");
    refused(
        "backtest",
        panel(40, 9, json!({ "methods": [] })),
        "$.methods: no method is named: leave the field out for all of them",
    );
    let unknown =
        "$.methods[0]: “x” is not one of naive, drift, meanf, ses, holt, theta, ols, theil_sen, panel-damped-trend";
    refused("backtest", panel(40, 9, json!({ "methods": ["x"] })), unknown);
}

#[test]
fn single_series() {
    for method in ["naive", "drift", "meanf", "ses", "holt", "theta", "ols", "theil_sen"] {
        for y in [
            json!([]),
            json!([5]),
            json!([5, 6]),
            json!([5, 5, 5]),
            json!([null, null, null]),
            json!([1e99, -1e99, 1e99]),
        ] {
            let answer = pipe("forecast", &json!({ "method": method, "y": y, "h": 3 }));
            assert!(explained(&answer, false), "{method} {y}: {answer}");
        }
        noted(
            "forecast",
            json!({ "method": method, "y": [5, null, 7, 6, 8, 5, 7], "h": 1 }),
            "",
            "1 missing of 7 values",
        );
    }
}

#[test]
fn units_and_counts() {
    let funnel = |options: Value, units: &[[f64; 2]]| {
        let units: Vec<Value> =
            units.iter().map(|[k, n]| json!({ "group": "u", "numerator": k, "denominator": n })).collect();
        let named = units.into_iter().enumerate().map(|(i, mut unit)| {
            unit["group"] = json!(i);
            unit
        });
        json!({ "options": options, "units": named.collect::<Vec<Value>>() })
    };
    noted("funnel", funnel(json!({}), &[]), "", "there is no unit");
    let none = noted("funnel", funnel(json!({}), &[[0.0, 9.0], [0.0, 20.0]]), "", "no limits around it");
    assert_eq!((&none["units"][0]["rr"], &none["units"][0]["LCL95"]), (&json!(0.0), &Value::Null));
    let ratio = json!({ "data_type": "SR" });
    noted("funnel", funnel(ratio.clone(), &[[0.0, 9.0], [4.0, 5.0], [9.0, 8.0]]), "", "without a hit");
    let alone = pipe("funnel", &funnel(json!({ "data_type": "RC" }), &[[3.0, 10.0]]));
    assert_eq!(alone["tau2"], 0.0);
    refused("funnel", funnel(ratio, &[[1e50, 1e51]]), "$.units[0].numerator: 1e50 is too large a count");
    let trim = "$: options.trim_by: the share to trim must be from 0 to .5";
    refused("funnel", funnel(json!({ "trim_by": 0.6 }), &[[1.0, 2.0]]), trim);

    let gap = |years: Value| json!({ "year": years, "reference": { "k": [5, 6], "n": [10, 10] }, "group": { "k": [3, 1], "n": [10, 10] } });
    refused("gap", gap(json!([2001, 2001])), "$.year[1]: 2001 is there twice");
    refused("gap", gap(json!([2001, null])), "$.year[1]: expected a number, found null");
    let (forward, back) = (pipe("gap", &gap(json!([2001, 2002]))), pipe("gap", &gap(json!([2002, 2001]))));
    assert_eq!((&forward["gap"], forward["change"].as_f64().map(|c| -c)), (&back["gap"], back["change"].as_f64()));

    let masked = json!({ "year": [1, 2], "reference": { "k": [-1, 6], "n": [-1, 10] }, "group": { "k": [3, 1], "n": [10, 10] } });
    assert_eq!(noted("gap", masked, "", "fewer than two years")["gap"][0], Value::Null);

    noted("bands", json!({ "n": 4, "k": 1 }), "", "too few students");
    refused(
        "change",
        json!({ "k1": 1, "n1": 2, "k2": 1, "n2": 9e14 }),
        "$.n2: 900000000000000 is too large a count: Fisher's test would take minutes",
    );
    let long = "$.y: 5001 values: the slopes of all pairs are taken of 5000 at most";
    refused("forecast", json!({ "method": "theil_sen", "h": 1, "y": vec![1; 5001] }), long);

    let still: Vec<Value> = (0..4).map(|i| json!({ "id": i, "y": [7, 7, 7, 9] })).collect();
    noted("moderated", json!({ "series": still }), "/series/0", "no variance to judge by");
    noted("xmr", json!({ "y": [5, 5, 5, 5] }), "", "no two neighboring values differ");
    noted("xmr", json!({ "y": [5] }), "", "too few points");
}

#[test]
fn rows() {
    let rows = |row: &dyn Fn(usize) -> Value| json!({ "y": "y", "unit": "u", "rows": (0..40).map(row).collect::<Vec<Value>>() });
    noted("bright-spots", rows(&|i| json!({ "u": i % 4, "y": i % 4 })), "", "no noise within units");
    // Far-off results keep their digits.
    let near = pipe("bright-spots", &rows(&|i| json!({ "u": i % 4, "y": (i % 4 * 3 + i * 7 % 5) as f64 / 8.0 })));
    let far = pipe("bright-spots", &rows(&|i| json!({ "u": i % 4, "y": 1e9 + (i % 4 * 3 + i * 7 % 5) as f64 / 8.0 })));
    for field in ["tau2", "sigma", "criterion"] {
        let (near, far) = (near[field].as_f64().expect("a number"), far[field].as_f64().expect("a number"));
        assert!((near - far).abs() < 1e-9 * near.abs(), "{field}: {far} is not {near}");
    }
    let mut line = rows(&|i| json!({ "u": i, "x": i, "y": 5 }));
    line["x"] = json!(["x"]);
    noted("bright-spots", line.clone(), "", "say every result exactly");
    line["rows"] = (0..40).map(|i| json!({ "u": i, "x": u8::from(i == 7), "y": i * 7 % 5 })).collect();
    noted("bright-spots", line, "", "leverage 1");
}

#[test]
fn tables() {
    let cell = |s: Value, g: &str, n: u64| json!({ "s": s, "g": g, "n": n });
    let table = |dims: Value, input: Vec<Value>| json!({ "dims": dims, "input": input });
    let twice = vec![cell(json!("a"), "x", 3)];
    refused("suppress", table(json!(["s", "s"]), twice.clone()), "$.dims[1]: “s” is there twice");
    refused(
        "suppress",
        table(json!(["n"]), twice.clone()),
        "$.dims[0]: “n” is what a cell says, no dimension: rename the column",
    );
    refused("suppress", table(json!(["q"]), twice), "$.input[0]: the field “q” is missing");
    // Numbers are codes too, and come out as texts beside "Total".
    let numbered =
        pipe("suppress", &table(json!(["s", "g"]), vec![cell(json!(2014), "x", 3), cell(json!(2015.0), "x", 30)]));
    let codes: Vec<&str> =
        numbered["output"].as_array().expect("cells").iter().filter_map(|c| c["s"].as_str()).collect();
    assert!(codes.contains(&"2014") && codes.contains(&"2015") && codes.contains(&"Total"), "{codes:?}");

    let audited =
        |s: &str, g: &str, n: u64, suppressed: bool| json!({ "s": s, "g": g, "n": n, "suppressed": suppressed });
    let cells = |total: u64| {
        let inner = [
            audited("A", "x", 3, true),
            audited("A", "y", 12, true),
            audited("B", "x", 20, true),
            audited("B", "y", 7, true),
        ];
        let rows = [audited("A", "Total", 15, false), audited("B", "Total", 27, false)];
        let columns = [
            audited("Total", "x", 23, false),
            audited("Total", "y", 19, false),
            audited("Total", "Total", total, false),
        ];
        json!({ "dims": ["s", "g"], "cells": inner.into_iter().chain(rows).chain(columns).collect::<Vec<Value>>() })
    };
    assert!(pipe("audit", &cells(42)).get("note").is_none());
    noted("audit", cells(99), "", "1 of the cells are not the sum of their parts");
    let mut hidden = cells(42);
    hidden["cells"][0]["n"] = Value::Null;
    refused(
        "audit",
        hidden,
        "$.cells[0]: the field “n” is missing: the audit needs the true counts of hidden cells too",
    );
    noted("audit", json!({ "dims": ["s", "g"], "cells": [audited("A", "x", 3, true)] }), "", "no published sum");
    let wide: Vec<String> = (0..20).map(|d| format!("d{d}")).collect();
    let row = |i: usize| {
        let mut row = json!({ "n": 5, "suppressed": true });
        wide.iter().for_each(|d| row[d] = json!(format!("{d}-{i}")));
        row
    };
    let message = "$.dims: the table is too wide: its dimensions make more than 10^19 possible cells";
    refused("audit", json!({ "dims": wide, "cells": (0..12).map(row).collect::<Vec<Value>>() }), message);
}

#[test]
fn promises() {
    let ask = |more: Value| {
        let mut input = json!({
            "direction": "increase", "baseline": { "period": 2010, "value": 50 }, "target": { "period": 2020, "value": 70 },
            "points": [{ "period": 2014, "value": 60 }, { "period": 2012, "value": 55 }], "as_of_period": 2014,
        });
        let fields = more.as_object().expect("fields");
        fields.iter().for_each(|(name, field)| input[name] = field.clone());
        input
    };
    refused(
        "status",
        ask(json!({ "tolerance": -1 })),
        "$.tolerance: a tolerance can't be negative: it is how far off the path is still near",
    );
    let twice = json!([{ "period": 2014, "value": 52 }, { "period": 2014, "value": 58 }]);
    refused("status", ask(json!({ "trajectory": twice })), "$.trajectory[1]: 2014 is there twice");
    let elsewhere = json!([{ "period": 2020, "value": 99 }]);
    refused(
        "status",
        ask(json!({ "trajectory": elsewhere })),
        "$.trajectory[0].value: the path ends at 99, and the target is 70",
    );
    let whole =
        json!([{ "period": 2010, "value": 50 }, { "period": 2014, "value": 59 }, { "period": 2020, "value": 70 }]);
    assert_eq!(pipe("status", &ask(json!({ "trajectory": whole })))["expected"], 59.0);
    noted("status", ask(json!({ "target": { "period": 2008, "value": 70 } })), "", "not after the baseline's");
    noted("status", ask(json!({ "target": null })), "", "no target is in force");
    noted(
        "status",
        ask(json!({ "points": [{ "period": 2014, "state": "suppressed" }] })),
        "",
        "too few students are behind it",
    );
    for method in ["trajectory", "gpra", "cagr", "trend"] {
        for more in [
            json!({ "points": [] }),
            json!({ "baseline": null }),
            json!({ "baseline": null, "target": null }),
            json!({ "baseline": { "period": 2010, "value": 0 }, "target": { "period": 2020, "value": 0 } }),
            json!({ "target": { "period": 2020, "value": 50 } }),
            json!({ "target": { "period": 2010, "value": 70 } }),
            json!({ "as_of_period": 1900 }),
            json!({ "as_of_period": 2050 }),
            json!({ "points": [{ "period": 2014, "lo": 55 }] }),
            json!({ "points": [{ "period": 2014, "value": 1e99 }], "baseline": { "period": 2010, "value": -1e99 } }),
            json!({ "direction": "maintain", "tolerance": 0 }),
        ] {
            let mut input = ask(more);
            input["method"] = json!(method);
            let got = pipe("status", &input);
            assert!(got["status"].is_string() && got["method"] == method, "{input}");
        }
    }
}

/// A federal report as it is printed, asked of each year: later targets are not known then.
#[test]
fn a_year_without_its_own_target() {
    let report = |year: i32| {
        json!({ "method": "gpra", "direction": "increase", "as_of_period": year, "points": [
            { "period": 2001, "value": 36, "target": null }, { "period": 2002, "value": 37, "target": "SET_BASELINE" },
            { "period": 2003, "value": 36, "target": null }, { "period": 2004, "value": 38, "target": 45 },
            { "period": 2005, "value": null, "target": 46 },
        ] })
    };
    let statuses =
        ["Measure not in place", "Target Met", "Measure not in place", "Made Progress From Prior Year", "Pending"];
    for (year, status) in (2001..).zip(statuses) {
        assert_eq!(pipe("status", &report(year))["status"], status, "{year}");
    }
    let alone = json!({ "method": "gpra", "direction": "increase", "target": { "period": 2002, "value": "SET_BASELINE" }, "points": [{ "period": 2002, "value": 37 }] });
    assert_eq!(pipe("status", &alone)["status"], "Target Met");
}
