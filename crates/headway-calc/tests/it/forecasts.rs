//! `calc forecast`, `moderated` and `backtest` against the reference outputs and on the Texas panel.

use serde_json::{Value, json};

use crate::{agree, agree_on, pipe, references, shared};

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
        for method in ["ses", "holt"] {
            let got = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": method }));
            let want = &d[method];
            if let (Some(g), Some(w)) = (got["loglik"].as_f64(), want["loglik"].as_f64()) {
                assert!((g - w).abs() < 1e-3, "{name} {method}: loglik {g} is not {w}");
            }
            for field in ["par", "states_first", "states_last", "sse", "sigma2"] {
                assert!(!got[field].is_null(), "{name} {method}: {field}");
                assert_eq!(got[field].is_array(), want[field].is_array(), "{name} {method}: {field}");
            }
        }
        let ols = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": "ols" }));
        let want = json!({ "mean": d["ols"]["pred"]["fit"], "lo95": d["ols"]["pred"]["lwr"], "hi95": d["ols"]["pred"]["upr"] });
        for side in ["mean", "lo95", "hi95"] {
            agree(&format!("{name} ols {side}"), &ols[side], &want[side], 1e-8);
        }
        let line = pipe("forecast", &json!({ "y": d["y"], "h": d["h"], "method": "theil_sen" }));
        let fields = ["slope", "intercept_median", "mk_S", "mk_var", "mk_z", "kendall_tau"];
        agree_on(&name, &line, &d["theil_sen"], &fields, 1e-9);
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

/// Of 30 students 81 % takes 25: 24 year after year never reach it, nor do 6 ever stay at or below 19 %.
#[test]
fn small_counts_decide() {
    for (direction, reached, target) in [("increase", 80.0, 81.0), ("decrease", 20.0, 19.0)] {
        for rows in [1, 40] {
            let one = |id: usize| json!({ "id": id, "y": vec![reached; 10], "n": vec![30; 10], "target": target });
            let series: Vec<Value> = (0..rows).map(one).collect();
            let given = json!({ "method": "panel-damped-trend", "h": 2, "bounds": [0, 100], "direction": direction, "series": series });
            for answer in pipe("forecast", &given)["series"].as_array().expect("series") {
                assert!(answer["chance"].as_f64().is_some_and(|chance| chance < 0.05), "{rows} {direction}: {answer}");
            }
        }
    }
}
