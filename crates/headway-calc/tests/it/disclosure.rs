//! `calc suppress` and `audit` against the reference outputs.

use serde_json::{Value, json};

use crate::{agree_on, pipe, references};

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
