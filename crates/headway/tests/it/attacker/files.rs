//! Reading the data files of a release: CSV and JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::knowledge::{ALL, Cell, GROUP, Knowledge, MEASURE, PLACE, Says};

/// Everything that the data files of the folder say.
pub(crate) fn read(folder: &Path, known: &mut Knowledge) {
    let package: Value = json(&folder.join("datapackage.json"));
    let mut csv_files = 0;
    for entry in std::fs::read_dir(folder.join("data")).expect("there is a folder of data") {
        let path = entry.expect("it can be read").path();
        match path.extension().and_then(|e| e.to_str()) {
            Some("csv") => {
                read_csv(&path, known);
                csv_files += 1;
            }
            Some("json") => read_json(&json(&path), known),
            other => panic!("a file of data that the attacker can't read: {other:?}"),
        }
    }
    assert!(csv_files > 0, "a release has data");
    let tops = known.places().into_iter().filter(|place| !known.parent.contains_key(*place)).map(str::to_owned);
    known.home = tops.collect::<Vec<_>>().pop().expect("there is a place above all others");
    rules(&package, known);
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The n-size of each measure, wherever the description names it.
fn rules(package: &Value, known: &mut Knowledge) {
    let mut open = vec![package];
    while let Some(value) = open.pop() {
        if let (Some(id), Some(n)) = (value["measure"].as_str(), value["rule"]["n_size"].as_f64()) {
            known.n_size.insert(id.to_owned(), n);
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    assert!(!known.n_size.is_empty(), "the rules are public");
    let few: Vec<Cell> = known.why.iter().filter(|(_, why)| *why == "few-students").map(|(c, _)| c.clone()).collect();
    let others: Vec<Cell> = known.why.iter().filter(|(_, why)| *why == "complement").map(|(c, _)| c.clone()).collect();
    for cell in few {
        known.told(&cell, Says::Students(1.0, known.n_size[&cell.measure] - 1.0));
    }
    for cell in others {
        known.told(&cell, Says::Others(0.0, known.n_size[&cell.measure] - 1.0));
    }
}

fn read_csv(path: &Path, known: &mut Knowledge) {
    let mut reader = csv::Reader::from_path(path).expect("it can be read");
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("it is CSV")).collect();
    let decimals = rows.iter().map(|row| decimals(&row["value"])).max().unwrap_or_default();
    for row in rows {
        let field = |name: &str| row[name].clone();
        let cell = Cell {
            measure: field("measure"),
            place: field("place"),
            group: field("group"),
            grade: field("grade"),
            period: field("period"),
        };
        known.names[PLACE].insert(field("place_name"), field("place"));
        known.names[GROUP].insert(field("group_name"), field("group"));
        if !row["parent"].is_empty() {
            known.parent.insert(field("place"), field("parent"));
        }
        if let Ok(vintage) = row["vintage"].parse() {
            known.vintage.insert(cell.clone(), vintage);
        }
        if !row["why"].is_empty() {
            known.why.insert(cell.clone(), field("why"));
        }
        let number = |name: &str| row[name].parse::<f64>().ok();
        let whole = |name: &str| number(name).map(|n| (n, n));
        if row["shown"] == "exact" {
            known.exact.insert(cell.clone());
        }
        if whole("denominator").is_some() {
            known.counted.insert(cell.clone());
        }
        let share = match row["shown"].as_str() {
            "exact" => number("value").map(|value| rounded(value, decimals)),
            "range" => Some((number("lo").unwrap_or(0.0), number("hi").unwrap_or(100.0))),
            _ => None,
        };
        claim(known, &cell, share, whole("numerator"), whole("denominator"), &row["why"]);
    }
}

fn read_json(file: &Value, known: &mut Knowledge) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let measure = text(&file["measure"]);
    known.names[MEASURE].insert(text(&file["name"]), measure.clone());
    let results = || file["series"].as_array().into_iter().flatten();
    let exact = |result: &Value| result["value"]["value"].as_f64().map(|v| decimals(&v.to_string()));
    let all = results().flat_map(|series| series["results"].as_array().into_iter().flatten());
    let decimals = all.filter_map(exact).max().unwrap_or_default();
    for series in results() {
        for result in series["results"].as_array().into_iter().flatten() {
            let [place, group, grade] = ["place", "group", "grade"].map(|name| text(&series[name]));
            let cell = Cell { measure: measure.clone(), place, group, grade, period: text(&result["period"]) };
            let bounds = |figure: &Value, decimals: usize, open: (f64, f64)| match figure["shown"].as_str() {
                Some("exact") => figure["value"].as_f64().map(|v| rounded(v, decimals)),
                Some("range") => {
                    Some((figure["lo"].as_f64().unwrap_or(open.0), figure["hi"].as_f64().unwrap_or(open.1)))
                }
                _ => None,
            };
            let share = bounds(&result["value"], decimals, (0.0, 100.0));
            let count = |name: &str| {
                let counted = bounds(&result[name], 0, (0.0, f64::INFINITY))?;
                Some(if counted.1 - counted.0 <= 1.0 {
                    ((counted.0 + counted.1) / 2.0, (counted.0 + counted.1) / 2.0)
                } else {
                    counted
                })
            };
            claim(known, &cell, share, count("numerator"), count("denominator"), &text(&result["value"]["why"]));
        }
    }
}

fn claim(
    known: &mut Knowledge,
    cell: &Cell,
    share: Option<(f64, f64)>,
    reached: Option<(f64, f64)>,
    students: Option<(f64, f64)>,
    why: &str,
) {
    known.cells.entry(cell.clone()).or_default();
    if let Some((lo, hi)) = share {
        known.told(cell, Says::Share(lo.max(0.0), hi.min(100.0)));
    }
    if let Some((lo, hi)) = reached {
        known.told(cell, Says::Reached(lo, hi));
    }
    if let Some((lo, hi)) = students {
        known.told(cell, Says::Students(lo, hi));
    }
    // What does not apply has no students.
    if why == "not-applicable" {
        known.told(cell, Says::Students(0.0, 0.0));
    }
}

/// How many decimals a number is written with.
fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, part)| part.len())
}

/// Where a number lies that was rounded to so many decimals.
pub(crate) fn rounded(value: f64, decimals: usize) -> (f64, f64) {
    let half = 0.5 * 10f64.powi(-(decimals as i32));
    (value - half, value + half)
}

/// A cell of all grades, which is what pages show.
pub(crate) fn shown_cell(measure: &str, place: &str, group: &str, period: &str) -> Cell {
    let [measure, place, group, period] = [measure, place, group, period].map(str::to_owned);
    Cell { measure, place, group, grade: ALL.to_owned(), period }
}
