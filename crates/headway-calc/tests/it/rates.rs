//! `calc change`, `gap` and `bands` against the reference outputs.

use serde_json::{Value, json};

use crate::{agree, agree_on, pipe, references, shared};

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
