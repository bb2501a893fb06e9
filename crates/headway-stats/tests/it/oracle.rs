//! Reading the reference outputs beside the workspace (`../shared/oracle`).

use serde_json::Value;
use std::path::PathBuf;

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

/// The reference files whose name starts with `prefix`, with their names; empty if the folder is not there.
pub(crate) fn files(prefix: &str) -> Vec<(String, Value)> {
    let Some(folder) = shared("oracle") else { return Vec::new() };
    let mut found: Vec<(String, Value)> = std::fs::read_dir(folder)
        .expect("the oracle folder can be listed")
        .map(|entry| entry.expect("the oracle folder can be listed").path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_string();
            (name.starts_with(prefix) && name.ends_with(".json")).then(|| {
                let text = std::fs::read_to_string(&path).expect("the file can be read");
                (name, serde_json::from_str(&text).expect("the file is JSON"))
            })
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(!found.is_empty(), "no reference file starts with {prefix}");
    found
}

/// The numbers of a JSON array, null as NaN.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}
