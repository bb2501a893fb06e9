//! `calc` against answers of other programs to inputs of our own making (`tests/data`).

use serde_json::Value;

use crate::pipe;

/// Every field of `want` is in `got`, under the same name; numbers to `relative` and `absolute`.
fn check(at: &str, got: &Value, want: &Value, relative: f64, absolute: f64) {
    match (got, want) {
        (Value::Number(got), Value::Number(want)) => {
            let (got, want) = (got.as_f64().expect("a number"), want.as_f64().expect("a number"));
            let room = relative * want.abs().max(1e-3) + absolute;
            assert!((got - want).abs() <= room, "{at}: {got} is not {want}");
        }
        (Value::Array(got), Value::Array(want)) => {
            assert_eq!(got.len(), want.len(), "{at}");
            for (i, (got, want)) in got.iter().zip(want).enumerate() {
                check(&format!("{at}[{i}]"), got, want, relative, absolute);
            }
        }
        (Value::Object(got), Value::Object(want)) => {
            for (key, want) in want {
                let got = got.get(key).unwrap_or_else(|| panic!("{at}: {key} is left out"));
                check(&format!("{at}.{key}"), got, want, relative, absolute);
            }
        }
        _ => assert_eq!(got, want, "{at}"),
    }
}

fn check_file(name: &str, least: usize) {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let file: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the file can be read")).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    assert!(cases.len() >= least, "{name}: {} cases", cases.len());
    for case in cases {
        let text = |field: &str| case[field].as_str().expect("a text");
        let got = pipe(text("method"), &case["input"]);
        let absolute = case["absolute"].as_f64().unwrap_or(0.0);
        check(text("id"), &got, &case["want"], case["tolerance"].as_f64().expect("a tolerance"), absolute);
    }
}

#[test]
fn committed_charts() {
    check_file("charts", 15);
    check_file("funnels", 7);
}

#[test]
fn committed_rates() {
    check_file("change", 10);
    check_file("counts", 40);
}

#[test]
fn committed_forecasts() {
    check_file("forecast", 150);
}

#[test]
fn committed_models() {
    check_file("models", 14);
}
