//! `calc bright-spots` against the reference outputs.

use serde_json::{Map, Value, json};

use crate::{agree, agree_on, pipe, references, shared};

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
        ("lme_gcsemv", ("gcsemv.csv", "course", "school", ["written", "gender"].map(str::to_owned).to_vec())),
        (
            "lme_mathpnl_district",
            ("mathpnl.csv", "math4", "distid", ["yr", "lunch", "lrexpp"].map(str::to_owned).to_vec()),
        ),
    ] {
        let Some(mut rows) = table(file) else { return };
        for (_, d) in references(id).into_iter().filter(|(name, _)| name == id) {
            // A year is a name here, and a school mixed of girls and boys the one to compare with, first in no alphabet.
            for row in rows.iter_mut().filter(|r| r.contains_key("yr")) {
                let year = row["yr"].to_string().trim_end_matches(".0").to_owned();
                row.insert("yr".to_owned(), json!(year));
            }
            let given = json!({ "y": y, "unit": unit, "x": x, "rows": rows, "compared_with": { "schgend": "mixed" } });
            let got = pipe("bright-spots", &given);
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

/// Every field of the reference's units that we have too, by unit.
fn agree_by_unit(at: &str, got: &Value, want: &Value, tolerance: f64) {
    let got = got["units"].as_array().expect("units");
    for want in want["units"].as_array().expect("units") {
        let own =
            got.iter().find(|u| u["unit"].to_string().trim_matches('"') == want["unit"]).expect("the unit is there");
        agree(&format!("{at} {}", want["unit"]), own, want, tolerance);
    }
}

fn exam() -> Option<Vec<Map<String, Value>>> {
    let mut rows = table("exam.csv")?;
    for row in &mut rows {
        let school = row["school"].as_f64().expect("a number").to_string();
        row.insert("school".to_owned(), json!(school));
        let pass = row["normexam"].as_f64().is_some_and(|y| y > 0.0);
        row.insert("pass".to_owned(), json!(pass));
    }
    Some(rows)
}

#[test]
fn random_slopes() {
    let Some(rows) = exam() else { return };
    for (name, d) in references("lme_exam_va_slope") {
        let given = json!({ "y": "normexam", "unit": "school", "x": ["standLRT"], "slope": "standLRT", "rows": rows });
        let (got, reml) = (pipe("bright-spots", &given), &d["REML"]);
        agree_on(&name, &got, reml, &["fixef", "se"], 1e-5);
        agree_on(&name, &got, reml, &["sigma", "criterion"], 1e-6);
        // lme4 stops its search 1.4e-9 above the least deviance, a few millionths away (METHODS.md).
        for (i, field) in ["tau2", "tau2_slope", "covariance"].into_iter().enumerate() {
            agree(&format!("{name} {field}"), &got[field], &reml["var"][i]["vcov"], 2e-5);
        }
        agree_on(&name, &got, &d, &["n", "n_units", "icc", "n_above", "n_below"], 1e-5);
        for field in ["slope", "slope_se", "z", "lo95", "hi95", "shrinkage"] {
            assert!(got["units"][0][field].is_number(), "{field}");
        }
        agree_by_unit(&name, &got, &d, 1e-4);
    }
}

#[test]
fn yes_and_no() {
    let Some(rows) = exam() else { return };
    for (name, d) in references("lme_exam_glmm_pass") {
        let given = json!({ "y": "pass", "unit": "school", "x": ["standLRT"], "model": "logistic", "rows": rows });
        let (got, want) = (pipe("bright-spots", &given), &d["laplace"]);
        // glmer stops short of the maximum by 7e-5 in the log likelihood (METHODS.md).
        agree_on(&name, &got, want, &["fixef", "se", "tau2"], 1e-3);
        agree_on(&name, &got, want, &["logLik"], 1e-7);
        assert!(got["units"][0]["u"].is_number() && got["units"][0]["se"].is_number());
        agree_by_unit(&name, &got, &d, 1e-3);
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
