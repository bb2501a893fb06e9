//! `calc` against the reference outputs: their input is piped in and what comes out is compared, field by field.

use std::path::PathBuf;

use headway_delivery::calc::run;
use serde_json::{Map, Value, json};

/// The folder `../shared` beside the workspace, or `None` with a line saying that the test is left out.
pub(crate) fn shared(below: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(below);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a test that is left out says so")]
    {
        eprintln!("left out: ../shared/{below} is not here");
    }
    None
}

/// The reference outputs whose name starts so; none if the folder is not there.
fn references(prefix: &str) -> Vec<(String, Value)> {
    let Some(folder) = shared("oracle") else { return Vec::new() };
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            let text = || std::fs::read_to_string(&path).expect("the file can be read");
            name.starts_with(prefix).then(|| (name, serde_json::from_str(&text()).expect("JSON")))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!found.is_empty(), "no reference starts with {prefix}");
    found
}

/// What the program prints for this input, read back.
pub(crate) fn pipe(method: &str, input: &Value) -> Value {
    let mut out = Vec::new();
    run(method, input.to_string().as_bytes(), &mut out).unwrap_or_else(|e| panic!("{method}: {e}"));
    serde_json::from_slice(&out).expect("what is printed is JSON")
}

/// Every field of `want` that `got` has under the same name; numbers to `tolerance`, relative.
fn agree(at: &str, got: &Value, want: &Value, tolerance: f64) {
    match (got, want) {
        (Value::Number(got), Value::Number(want)) => {
            let (got, want) = (got.as_f64().expect("a number"), want.as_f64().expect("a number"));
            assert!((got - want).abs() <= tolerance * want.abs().max(1e-3), "{at}: {got} is not {want}");
        }
        (Value::Array(got), Value::Array(want)) => {
            assert_eq!(got.len(), want.len(), "{at}");
            for (i, (got, want)) in got.iter().zip(want).enumerate() {
                agree(&format!("{at}[{i}]"), got, want, tolerance);
            }
        }
        (Value::Object(got), Value::Object(want)) => {
            for (key, want) in want.iter().filter(|(key, _)| got.contains_key(*key)) {
                agree(&format!("{at}.{key}"), &got[key], want, tolerance);
            }
        }
        _ => assert_eq!(got, want, "{at}"),
    }
}

/// As [`agree`], and each of these fields must be there on both sides.
fn agree_on(at: &str, got: &Value, want: &Value, fields: &[&str], tolerance: f64) {
    for field in fields {
        assert!(got.get(field).is_some(), "{at}: {field} is left out");
        assert!(want.get(field).is_some(), "{at}: the reference has no {field}");
        agree(&format!("{at}.{field}"), &got[field], &want[field], tolerance);
    }
}

#[test]
fn charts() {
    for (name, d) in references("spc_") {
        // The two faults of the reference that the methods page names; both have their tests with the method.
        if d.get("error").is_some() || name == "spc_constant_one_jump" {
            continue;
        }
        let mut want = d["output"].clone();
        let got = pipe("xmr", &d["input"]);
        // Without limits the reference says "inconsistent"; we say nothing.
        if got["points"].as_array().and_then(|p| p.last()).is_some_and(|p| p["lpl"].is_null()) {
            want["assurance_type"] = Value::Null;
            assert!(got["note"].is_string(), "{name}");
        }
        agree_on(&name, &got, &want, &["variation_icon", "assurance_type", "points"], 1e-9);
        let point = got["points"][0].as_object().expect("a point");
        assert!(point.len() >= 12, "{name}: {point:?}");
    }
}

#[test]
fn changes() {
    for (name, d) in references("change_two_proportions") {
        let cases = &d["cases"];
        let got = pipe("change", cases);
        agree(&name, &got, cases, 1e-9);
        assert_eq!(got.as_array().map(Vec::len), cases.as_array().map(Vec::len));
        let fields = got[0].as_object().expect("an answer");
        let missing: Vec<&String> =
            cases[0].as_object().expect("a case").keys().filter(|k| !fields.contains_key(*k)).collect();
        assert_eq!(missing, ["k1", "n1", "k2", "n2"], "only the input is not repeated");
    }
}

#[test]
fn gaps() {
    let Some(path) = shared("oracle/inputs/texas_grad4yr_region.json") else { return };
    let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let find = |unit: &Value, group: &Value| {
        let one = all.iter().find(|s| &s["unit"] == unit && &s["group"] == group).expect("the series is there");
        json!({ "k": one["num"], "n": one["den"] })
    };
    for (name, d) in references("gap_texas") {
        let gaps = d["gaps"].as_array().expect("gaps");
        let input: Vec<Value> = gaps
            .iter()
            .map(|g| {
                let (reference, group) = (find(&g["unit"], &g["reference"]), find(&g["unit"], &g["group"]));
                json!({ "reference": reference, "group": group, "year": g["year"] })
            })
            .collect();
        let got = pipe("gap", &Value::Array(input));
        let fields = ["gap", "se", "change", "change_se", "z", "closing", "ratio_log", "log_odds_gap", "wls_slope"];
        for (i, want) in gaps.iter().enumerate() {
            agree_on(&format!("{name} {i}"), &got[i], want, &fields, 1e-9);
        }
    }
}

#[test]
fn funnels() {
    for (name, d) in references("funnel_") {
        let mut want = d.clone();
        let got = pipe("funnel", &d);
        let cqc = d["options"]["data_type"] == "SR" && d["options"]["sr_method"] == "CQC";
        for (got, want) in
            got["units"].as_array().expect("units").iter().zip(want["units"].as_array_mut().expect("units"))
        {
            let want = want.as_object_mut().expect("a unit");
            if cqc {
                // Not followed: the reference leaves these limits on the square-root scale, and judges by them.
                want.retain(|key, _| !key.starts_with("OD") && key != "outlier");
            }
            if d["options"]["data_type"] == "SR" {
                // The reference divides by the expected number and then prints it rounded to two decimals.
                want.remove("rr");
            }
            // The log of a unit without a hit is null on both sides.
            assert_eq!(got["Y"].is_null(), want["Y"].is_null());
            if name == "funnel_ca_RC_99" {
                assert!(got["s"].is_number());
            }
        }
        let fields: &[&str] =
            if cqc { &["target", "phi", "tau2", "units"] } else { &["target", "phi", "tau2", "outliers", "units"] };
        agree_on(&name, &got, &want, fields, 1e-8);
    }
}

#[test]
fn federal_bands() {
    for (name, d) in references("sdc_edfacts_vocab") {
        let cells = d["sample"].as_array().expect("cells");
        let rate = |text: &str| -> f64 {
            match text.split_at_checked(2) {
                _ if text == "PS" => 50.0,
                Some(("GE" | "LE", x)) => x.parse().expect("a number"),
                Some(("LT", x)) => x.parse::<f64>().expect("a number") - 1.0,
                _ => text.split('-').next().expect("a number").parse().expect("a number"),
            }
        };
        let input: Vec<Value> = cells
            .iter()
            .map(|c| json!({ "n": c[1], "rate": rate(c[2].as_str().expect("a band")), "all_students": c[0] == "ALL" }))
            .collect();
        let got = pipe("bands", &Value::Array(input));
        let other: Vec<usize> = (0..cells.len()).filter(|&i| got[i]["band"] != cells[i][2]).collect();
        // One of the 48 all-student cells that the methods page tells of.
        assert_eq!(other.len(), 1, "{name}: {other:?}");
        assert_eq!(cells[other[0]], json!(["ALL", 295, "80-84"]));
    }
    assert_eq!(pipe("bands", &json!({ "n": 40, "k": 4 }))["band"], "LE10");
}

#[test]
fn forecasts_of_one_series() {
    for (name, d) in references("fc_") {
        for (method, tolerance) in
            [("naive", 1e-9), ("drift", 1e-9), ("meanf", 1e-9), ("ses", 0.02), ("holt", 0.02), ("theta", 0.02)]
        {
            let got = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": method }));
            let y: Vec<f64> = d["y"].as_array().expect("a series").iter().filter_map(Value::as_f64).collect();
            let step = y.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / (y.len() - 1) as f64;
            for side in ["mean", "lo80", "hi80", "lo95", "hi95"] {
                for (g, w) in
                    got[side].as_array().expect("h steps").iter().zip(d[method][side].as_array().expect("h steps"))
                {
                    let (g, w) = (g.as_f64().expect("a number"), w.as_f64().expect("a number"));
                    let room = if tolerance < 1e-6 { tolerance * w.abs().max(1.0) } else { tolerance * step + 1e-9 };
                    assert!((g - w).abs() <= room, "{name} {method} {side}: {g} is not {w}");
                }
            }
        }
        let ols = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": "ols" }));
        let want = json!({ "mean": d["ols"]["pred"]["fit"], "lo95": d["ols"]["pred"]["lwr"], "hi95": d["ols"]["pred"]["upr"] });
        for side in ["mean", "lo95", "hi95"] {
            agree(&format!("{name} ols {side}"), &ols[side], &want[side], 1e-8);
        }
        let line = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": "theil_sen" }));
        agree(&name, &line["parameters"]["slope"], &d["theil_sen"]["slope"], 1e-9);
        agree(&name, &line["parameters"]["mann_kendall"]["z"], &d["theil_sen"]["mk_z"], 1e-9);
    }
}

/// Rows of an input table; numbers where a cell is one.
fn table(name: &str) -> Option<Vec<Map<String, Value>>> {
    let path = shared(&format!("oracle/inputs/{name}"))?;
    let mut reader = csv::Reader::from_path(path).expect("the table can be read");
    let head = reader.headers().expect("a head").clone();
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(number) => json!(number),
        Err(_) if text.is_empty() || text == "NA" => Value::Null,
        Err(_) => json!(text),
    };
    let row = |row: csv::StringRecord| head.iter().zip(row.iter()).map(|(h, t)| (h.to_owned(), cell(t))).collect();
    Some(reader.records().map(|r| row(r.expect("a row"))).collect())
}

#[test]
fn random_intercepts() {
    let exam = |x: &[&str]| ("exam.csv", "normexam", "school", x.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    for (id, (file, y, unit, x)) in [
        ("lme_exam_null", exam(&[])),
        ("lme_exam_va", exam(&["standLRT"])),
        ("lme_exam_va_ctx", exam(&["standLRT", "sex", "schgend", "schavg"])),
        ("lme_gcsemv", ("gcsemv.csv", "course", "school", vec!["written".to_owned(), "gender".to_owned()])),
    ] {
        let Some(mut rows) = table(file) else { return };
        for (_, d) in references(id).into_iter().filter(|(name, _)| name == id) {
            // The reference takes a mixed school of girls and boys as the one to compare with, which is first in no alphabet.
            for row in rows.iter_mut().filter(|r| r.get("schgend").is_some_and(|g| g == "mixed")) {
                row.insert("schgend".to_owned(), json!(""));
            }
            let got = pipe("bright-spots", &json!({ "y": y, "unit": unit, "x": x, "rows": rows }));
            let reml = &d["REML"];
            agree(&format!("{id}.fixef"), &got["fixef"], &reml["fixef"], 1e-5);
            agree(&format!("{id}.se"), &got["se"], &reml["se"], 1e-5);
            assert_eq!(
                got["fixef"].as_object().map(Map::len),
                reml["fixef"].as_object().map(Map::len),
                "{id}: {}",
                got["fixef"]
            );
            agree(&format!("{id}.tau2"), &got["tau2"], &reml["var"][0]["vcov"], 1e-6);
            agree_on(id, &got, reml, &["sigma"], 1e-6);
            agree_on(id, &got, reml, &["criterion"], 1e-9);
            let wanted = d["units"].as_array().expect("units");
            for want in wanted {
                let of_unit = |u: &&Value| {
                    u["unit"].to_string().trim_matches('"').trim_end_matches(".0")
                        == want["unit"].as_str().expect("text")
                };
                let got = got["units"].as_array().expect("units").iter().find(of_unit).expect("the unit is there");
                agree(&format!("{id} {}", want["unit"]), &got["u"], &want["u"], 1e-4);
                assert_eq!(got["flag"], want["flag"], "{id} {}", want["unit"]);
            }
        }
    }
}

#[test]
fn shrunken_counts() {
    for (name, d) in references("eb_") {
        for (scale, code) in [("logit", "PLO"), ("arcsine", "PAS")] {
            for method in ["DL", "PM", "REML"] {
                let got = pipe("bright-spots", &json!({ "scale": scale, "method": method, "units": d["units"] }));
                let want = &d[format!("{code}_{method}")];
                let at = format!("{name} {scale} {method}");
                agree_on(&at, &got, want, &["mu", "mu_se", "tau2", "QE"], 1e-5);
                for side in ["blup", "blup_se"] {
                    for (got, want) in
                        got["units"].as_array().expect("units").iter().zip(want[side].as_array().expect("units"))
                    {
                        agree(&format!("{at} {side}"), &got[side], want, 1e-5);
                    }
                }
            }
        }
    }
}

#[test]
fn one_result_a_unit() {
    let Some(mut rows) = table("caschools.csv") else { return };
    for row in &mut rows {
        let number = |key: &str| row.get(key).and_then(Value::as_f64).expect("a number");
        let (score, income) = ((number("read") + number("math")) / 2.0, number("income").ln());
        row.insert("score".to_owned(), json!(score));
        row.insert("log(income)".to_owned(), json!(income));
    }
    let x = ["lunch", "english", "calworks", "log(income)"];
    for (id, weights) in [("lme_ca_ols", Value::Null), ("lme_ca_wls", json!("students"))] {
        for (_, d) in references(id) {
            let input = json!({ "y": "score", "unit": "district", "x": x, "rows": rows, "weights": weights });
            let got = pipe("bright-spots", &input);
            agree_on(id, &got, &d, &["coef", "se", "sigma", "r2"], 1e-6);
            let fields = ["fitted", "resid", "leverage", "rstandard", "rstudent"];
            for (got, want) in got["units"].as_array().expect("units").iter().zip(d["units"].as_array().expect("units"))
            {
                let want: Value =
                    fields.iter().map(|f| ((*f).to_owned(), want[*f].clone())).collect::<Map<_, _>>().into();
                agree_on(id, got, &want, &fields, 1e-5);
            }
        }
    }
}

#[test]
fn panels() {
    let Some(path) = shared("oracle/inputs/texas_grad4yr_region.json") else { return };
    let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let series: Vec<Value> = all
        .iter()
        .map(|s| json!({ "id": [s["unit"], s["group"]], "y": s["rate"], "n": s["den"], "target": 90 }))
        .collect();
    let given = json!({ "method": "panel-damped-trend", "h": 2, "bounds": [0, 100], "direction": "increase", "series": series });
    let got = pipe("forecast", &given);
    let answers = got["series"].as_array().expect("series");
    assert_eq!(answers.len(), all.len());
    for answer in answers.iter().filter(|a| a.get("note").is_none()) {
        let number = |v: &Value| v.as_f64().expect("a number");
        assert!((0.0..=1.0).contains(&number(&answer["chance"])), "{answer}");
        assert!(number(&answer["lo95"][1]) <= number(&answer["lo80"][1]), "{answer}");
        assert!(number(&answer["hi80"][1]) <= number(&answer["hi95"][1]), "{answer}");
    }
    let moderated = pipe("moderated", &json!({ "series": series }));
    assert!(moderated["d0"].as_f64().is_some_and(|d| d > 0.0), "{}", moderated["d0"]);
    assert_eq!(moderated["series"].as_array().map(Vec::len), Some(all.len()));

    let mut judged = given;
    judged["h"] = json!(1);
    judged["train_min"] = json!(6);
    judged["methods"] = json!(["naive", "panel-damped-trend"]);
    let scores = pipe("backtest", &judged);
    for method in ["naive", "panel-damped-trend"] {
        assert!(scores[method]["n"].as_u64().is_some_and(|n| n > 500), "{scores}");
        assert_eq!(scores[method]["reliability"].as_array().map(Vec::len), Some(10));
    }
}

/// The columns of a reference's rows.
fn columns(row: &Value, but: &[&str]) -> Vec<String> {
    row.as_object().expect("a row").keys().filter(|k| !but.contains(&k.as_str())).cloned().collect()
}

#[test]
fn suppression() {
    for (name, d) in references("sdc_gauss_") {
        let dims = columns(&d["input"][0], &["n"]);
        let options = json!({ "max_n": d["options"]["maxN"], "protect_zeros": d["options"]["protectZeros"] });
        let got = pipe("suppress", &json!({ "dims": dims, "options": options, "input": d["input"] }));
        agree_on(&name, &got, &d, &["n_cells", "n_primary"], 0.0);
        let hidden = |d: &Value| d["n_suppressed"].as_u64().expect("a count");
        assert!(hidden(&got) <= hidden(&d), "{name}: {} hidden, {} by the reference", hidden(&got), hidden(&d));
        assert_eq!(got["exposed"], json!([]), "{name}");
        let key = |row: &Value| {
            columns(row, &["n", "primary", "suppressed"]).iter().map(|c| row[c].to_string()).collect::<Vec<_>>()
        };
        let ours: std::collections::HashMap<Vec<String>, &Value> =
            got["output"].as_array().expect("cells").iter().map(|row| (key(row), row)).collect();
        for want in d["output"].as_array().expect("cells") {
            agree_on(&name, ours[&key(want)], want, &["n", "primary"], 0.0);
        }
    }
}

#[test]
fn audits() {
    for (name, d) in references("sdc_audit_") {
        for rule in ["cells_opt", "cells_gauss", "cells_primary_only", "cells_naive_row"] {
            let cells = d[rule].as_array().expect("cells");
            let dims = columns(&cells[0], &["n", "suppressed", "primary", "status", "lo", "hi"]);
            let got = pipe("audit", &json!({ "dims": dims, "cells": cells }));
            let hidden: Vec<&Value> = cells.iter().filter(|c| c["suppressed"] == true).collect();
            let intervals = got["intervals"].as_array().expect("intervals");
            assert_eq!(intervals.len(), hidden.len(), "{name} {rule}");
            for want in &hidden {
                let own = |i: &&Value| dims.iter().all(|d| i["cell"][d] == want[d]);
                let got = intervals.iter().find(own).expect("the cell is there");
                for end in ["lo", "hi"] {
                    let (g, w) = (got[end].as_f64().expect("an end"), want[end].as_f64().expect("an end"));
                    assert!((g - w).abs() < 1e-6, "{name} {rule} {}: {end} {g} is not {w}", got["cell"]);
                }
            }
            let exact = hidden.iter().filter(|c| c["lo"] == c["hi"]).count();
            assert_eq!(got["exact"].as_array().map(Vec::len), Some(exact), "{name} {rule}");
        }
    }
    // Districts among the schools: their counts give the hidden ones away.
    let cells = json!([
        { "school": "Total", "n": 30, "suppressed": false }, { "school": "D", "n": 12, "suppressed": false },
        { "school": "D1", "n": 3, "suppressed": true }, { "school": "D2", "n": 9, "suppressed": false },
        { "school": "E", "n": 18, "suppressed": false },
    ]);
    let parents = json!({ "school": { "D1": "D", "D2": "D" } });
    let got = pipe("audit", &json!({ "dims": ["school"], "cells": cells, "parents": parents }));
    assert_eq!(got["exact"], json!([{ "school": "D1" }]));
}
