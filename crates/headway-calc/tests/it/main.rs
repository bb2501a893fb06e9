//! `calc` against the reference outputs: their input is piped in and what comes out is compared, field by field.

mod batches;
mod bright;
mod charts;
mod committed;
mod disclosure;
mod faults;
mod forecasts;
mod odd;
mod rates;
mod status;

use std::path::PathBuf;

use headway_calc::run_method;
use serde_json::Value;

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
    run_method(method, input.to_string().as_bytes(), &mut out).unwrap_or_else(|e| panic!("{method}: {e}"));
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
