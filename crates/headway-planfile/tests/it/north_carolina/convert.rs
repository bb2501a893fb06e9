//! The files of North Carolina's strategic plan 2025-30 as a plan.
//!
//! Traps: formulas left as text (the focus area of an action is read from the action's id), a header given twice, rows of commas
//! only, rows of several lengths, launch dates with a time of day, years as `2024.0`.

use std::path::Path;

use headway_model::plan::Plan;
use serde_json::{Map, Value, json};

/// Rows of a CSV file by column number, without the header and without rows that are empty.
fn rows(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader.records().map(|row| row.expect("a row")).filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// The plan in `folder` (`plan_ncdpi`).
pub(crate) fn plan(folder: &Path) -> Plan {
    let history = folder.join("history/2026-04-13_0f234cc");
    let plan = json!({
        "agency": { "id": "ncdpi", "name": "North Carolina Department of Public Instruction" },
        "plan": { "id": "strategic-plan", "edition": "2026-04-13" },
        "strategies": strategies(folder),
        "programs": programs(folder, &history),
        "measures": measures(folder, &history),
    });
    serde_json::from_value(plan).expect("a plan")
}

/// Pillars, then focus areas as parts of them.
fn strategies(folder: &Path) -> Vec<Value> {
    let pillars = rows(&folder.join("DIM_Pillars.csv")).into_iter().map(|row| {
        let order: f64 = row[1].parse().expect("a number");
        json!({ "id": &row[0], "name": &row[2], "order": order as u32, "description": &row[6] })
    });
    let areas = rows(&folder.join("DIM_FocusAreas.csv"))
        .into_iter()
        .map(|row| json!({ "id": &row[1], "name": &row[3], "parent": &row[0] }));
    pillars.chain(areas).collect()
}

/// Actions, each with its launch as a milestone and the status reported for it.
fn programs(folder: &Path, history: &Path) -> Vec<Value> {
    let statuses = json_of(&history.join("pillar-data.json"));
    let reported = &statuses["lastUpdated"];
    let status_of = |id: &str| {
        let areas =
            statuses["pillars"].as_array().into_iter().flatten().flat_map(|it| it["focusAreas"].as_array()).flatten();
        let mut actions = areas.flat_map(|it| it["actions"].as_array()).flatten();
        actions.find(|it| it["actionId"] == id).map(|it| it["status"].clone()).expect("a status of every action")
    };
    let menu = json_of(&history.join("measures.json"));
    let moved_by = |id: &str| -> Vec<Value> {
        let refers =
            |measure: &&Value| measure["whatsInMotion"].as_array().into_iter().flatten().any(|it| it["planRef"] == id);
        menu.as_array().into_iter().flatten().filter(refers).map(|it| it["measureId"].clone()).collect()
    };
    let program = |row: csv::StringRecord| {
        let id = &row[3];
        let (area, _) = id.rsplit_once('.').expect("pillar.area.action");
        let (day, _) = row[7].split_once(' ').expect("a day and a time");
        json!({
            "id": id, "name": &row[4], "description": &row[5], "serves": [area], "measures": moved_by(id),
            "milestones": [{ "id": "launch", "name": "Launch", "planned_start": day,
                             "history": [{ "date": reported, "status": status_of(id) }] }],
        })
    };
    rows(&folder.join("DIM_Actions.csv")).into_iter().map(program).collect()
}

/// The measures of the public menu, with goal, baseline and yearly targets.
fn measures(folder: &Path, history: &Path) -> Vec<Value> {
    let menu = rows(&folder.join("LandingPage_MeasureMenu.csv"));
    let goals = rows(&history.join("DIM_Measures.csv"));
    let results = rows(&history.join("LandingPage_MeasureResults.csv"));
    let measure = |entry: csv::StringRecord| {
        let id = &entry[3];
        let goal = goals.iter().find(|row| row[1] == *id).expect("a goal of every measure");
        let series: Vec<&csv::StringRecord> = results.iter().filter(|row| row[1] == *id).collect();
        let mut measure = Map::new();
        let mut put = |key: &str, value: Value| measure.insert(key.to_owned(), value);
        put("id", json!(id));
        put("name", json!(&goal[3]));
        put("goal_text", json!(&goal[5]));
        // Every goal of the menu begins with "Increase".
        put("direction", json!(goal[5].split(' ').next().expect("a word").to_lowercase()));
        put("unit", json!(unit(&series[0][8], &goal[3])));
        put("period", json!("school-year"));
        put("serves", json!([&goal[0]]));
        put("targets", json!(target(&series).into_iter().collect::<Vec<Value>>()));
        Value::Object(measure)
    };
    menu.into_iter().map(measure).collect()
}

fn unit(format: &str, name: &str) -> &'static str {
    match format {
        "#.#%" => "percent",
        "#,###" => "count",
        _ if name == "Schools of Character" => "count",
        _ => "score",
    }
}

/// The last actual value is the baseline, the last target the goal, those between are the path.
fn target(series: &[&csv::StringRecord]) -> Option<Value> {
    let point = |row: &csv::StringRecord, column: usize| -> Option<Value> {
        let value: f64 = row[column].parse().ok()?;
        Some(json!({ "period": row[3].trim_end_matches(".0"), "value": value }))
    };
    let baseline = series.iter().filter_map(|row| point(row, 4)).next_back();
    let mut path: Vec<Value> = series.iter().filter_map(|row| point(row, 5)).collect();
    let goal = path.pop()?;
    Some(json!({ "unit": "state", "baseline": baseline, "target": goal, "trajectory": path }))
}
