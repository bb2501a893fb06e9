//! The lake without Headway: its manifest for other programs, and a catalog made anew from it.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::tool::{PLAN, PROFILE, Tool, root};

const MEASURE: &str = "attendance";

/// Imports that are in force, revised, suppressed, taken back, replaced and of an older day, in several files.
fn filled() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.ok(&["plan", "load", "plan.yaml"]);
    let header = "code,name,year,rate,students\n";
    let import = |file: &str, rows: &str, more: &[&str]| {
        tool.write(file, &format!("{header}{rows}"));
        let args = ["import", file, "--profile", "profile.toml"];
        let said = tool.run(&args.iter().chain(more).copied().collect::<Vec<_>>());
        assert_eq!(said.code, 0, "{file}: {}{}", said.out, said.err);
    };
    let first =
        "ST,The state,2021,81.0,1000\nST,The state,2022,84.5,1000\n0001,Alder,2022,74.0,100\n0002,Birch,2022,60.0,50\n";
    import("first.csv", first, &["--known-from", "2023-02-01"]);
    import("revised.csv", "ST,The state,2022,84.9,1000\n0001,Alder,2022,*,4\n", &["--known-from", "2023-05-01"]);
    import("wrong.csv", "ST,The state,2022,1.0,1000\n", &["--known-from", "2023-06-01", "--revises"]);
    tool.ok(&["imports", "undo", "3"]);
    import("older.csv", "ST,The state,2022,70.0,900\n", &["--known-from", "2022-12-01", "--revises"]);
    let whole = "0002,Birch,2022,61.0,50\n";
    import("birch.csv", whole, &["--known-from", "2023-03-01"]);
    import("again.csv", "0001,Alder,2021,73.0,90\n", &["--known-from", "2023-08-01", "--replaces", "5"]);
    tool
}

/// Days as of which is asked: each on one side of a change.
const DAYS: [&str; 7] =
    ["2022-11-30", "2022-12-31", "2023-02-15", "2023-04-01", "2023-05-01", "2023-06-02", "2026-11-01"];

type Figures = BTreeMap<(String, i64), f64>;

/// The exact figures that Headway itself answers with, of all places.
fn answered(tool: &Tool, day: &str) -> Figures {
    let mut figures = Figures::new();
    for place in ["ST", "0001", "0002"] {
        let said = tool.run(&["--as-of", day, "show", MEASURE, "--unit", place, "--format", "json"]);
        let Ok(answer) = serde_json::from_str::<Value>(&said.out) else { continue }; // not known on the day
        for row in answer["observations"].as_array().into_iter().flatten() {
            let Some(value) = row["value"]["value"].as_f64().filter(|_| row["value"]["state"] == "exact") else {
                continue;
            };
            let period = row["period"].as_str().expect("a period has a name");
            let first: i64 = period[..4].parse().expect("a school year begins with a year");
            figures.insert((place.to_owned(), first + 1), value);
        }
    }
    figures
}

/// The recipe of `docs/lake.md`, as it stands there, for a measure and a day.
fn recipe(day: &str) -> String {
    let text = std::fs::read_to_string(root().join("docs/lake.md")).expect("the documentation is part of the project");
    let sql = text.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the recipe");
    assert!(sql.contains("'graduation-4yr'") && sql.contains("current_date"), "{sql}");
    sql.replace("'graduation-4yr'", &format!("'{MEASURE}'")).replace("current_date", &format!("DATE '{day}'"))
}

/// What the recipe finds with duckdb; `None`, said clearly, where Python has no duckdb.
#[expect(clippy::print_stderr, reason = "a part that is left out says so")]
fn by_duckdb(tool: &Tool, day: &str) -> Option<Figures> {
    let script = "import sys\ntry:\n    import duckdb\nexcept ImportError:\n    sys.exit(77)\nimport json\n\
                  run = duckdb.connect()\nfor part in sys.argv[1].split(';'):\n    if part.strip():\n        \
                  last = run.execute(part)\nprint(json.dumps([list(row) for row in last.fetchall()]))";
    let python = std::env::var("HEADWAY_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(python).args(["-c", script, &recipe(day)]).current_dir(tool.path("ws")).output();
    let output = match output {
        Ok(output) if output.status.code() != Some(77) => output,
        _ => {
            eprintln!("left out: Python has no duckdb here");
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<(String, i64, f64)> = serde_json::from_slice(&output.stdout).expect("rows of the recipe");
    Some(rows.into_iter().map(|(place, year, value)| ((place, year), value)).collect())
}

fn manifest(tool: &Tool) -> Value {
    let text = std::fs::read_to_string(tool.path("ws/lake/manifest.json")).expect("the lake has a manifest");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The imports that a program reads as of a day, as the manifest tells, in its order.
fn seen(manifest: &Value, day: &str) -> Vec<i64> {
    let on = |import: &&Value| import["seen_from"].as_str() <= Some(day) && Some(day) < import["seen_until"].as_str();
    let imports = manifest["imports"].as_array().expect("a list").iter().filter(on);
    imports.filter_map(|import| import["import"].as_i64()).collect()
}

#[test]
fn other_programs_find_the_figures_that_headway_answers_with() {
    let tool = filled();
    let check = |tool: &Tool| {
        for day in DAYS {
            let figures = answered(tool, day);
            assert_eq!(figures.is_empty(), day < "2022-12-01", "{day}: {figures:?}");
            if let Some(found) = by_duckdb(tool, day) {
                assert_eq!(found, figures, "{day}");
            }
        }
        let manifest = manifest(tool);
        let lists = DAYS.map(|day| seen(&manifest, day));
        let want: [&[i64]; 7] = [&[], &[4], &[4, 1], &[4, 1, 5], &[4, 1, 5, 2], &[4, 1, 5, 2], &[4, 1, 2, 6]];
        assert_eq!(lists, want, "in the order of becoming known; nothing undone or replaced");
    };
    check(&tool);
    tool.ok(&["compact"]);
    check(&tool);
    let files = manifest(&tool)["files"].as_array().expect("a list").clone();
    assert_eq!(files.len(), 2, "the merged one, and that of what another took the place of: {files:?}");
    tool.ok(&["imports", "undo", "6"]); // what it replaced holds again
    assert_eq!(seen(&manifest(&tool), "2026-11-01"), [4, 1, 5, 2]);
}

#[test]
fn a_manifest_that_fell_behind_is_told_and_written_anew() {
    let tool = filled();
    let file = tool.path("ws/lake/manifest.json");
    let right = std::fs::read_to_string(&file).expect("it is there");
    assert!(!tool.ok(&["doctor"]).contains("manifest"), "nothing to say of what is right");
    for wrong in [Some("{}"), Some(right.replacen("\"order\": 2", "\"order\": 9", 1).as_str()), None] {
        match wrong {
            Some(text) => std::fs::write(&file, text).expect("the folder can be written"),
            None => std::fs::remove_file(&file).expect("it is there"),
        }
        let said = tool.ok(&["doctor"]);
        assert!(said.contains("manifest.json in the lake was not what the catalog says"), "{said}");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there again"), right);
    }
}

/// Everything that is answered about the figures and places.
fn all_answers(tool: &Tool) -> Vec<Value> {
    let mut answers = vec![tool.json(&["imports"]), tool.json(&["places"])];
    answers.extend(DAYS.map(|day| tool.json(&["--as-of", day, "track"])));
    answers
}

#[test]
fn a_lost_catalog_is_made_anew_from_the_lake() {
    let tool = filled();
    let before = all_answers(&tool);
    let said = tool.run(&["doctor", "--rebuild-catalog"]);
    assert!(said.code == 3 && said.err.contains("has a catalog already"), "{}{}", said.out, said.err);

    std::fs::remove_file(tool.path("ws/headway.db")).expect("it is there");
    let said = tool.run(&["init"]);
    assert!(said.code == 3 && said.err.contains("doctor --rebuild-catalog"), "{}{}", said.out, said.err);
    let said = tool.ok(&["doctor", "--rebuild-catalog"]);
    assert!(said.contains("5 imports that are read, 1 taken back or given up"), "{said}");
    assert!(said.contains("headway plan load"), "{said}");
    tool.ok(&["plan", "load", "plan.yaml"]);
    assert_eq!(all_answers(&tool), before);
    let said = tool.ok(&["doctor"]);
    assert!(said.contains("All is sound"), "{said}");

    // Numbers go on, and the lake's files stay as they are.
    tool.write("next.csv", "code,name,year,rate,students\nST,The state,2023,85.0,1000\n");
    tool.ok(&["import", "next.csv", "--profile", "profile.toml"]);
    assert_eq!(tool.json(&["imports"]).as_array().map(Vec::len), Some(7));
}

#[test]
fn what_the_manifest_does_not_know_is_named_and_its_number_not_given_again() {
    let tool = filled();
    let lake = tool.path("ws/lake").join(MEASURE);
    std::fs::copy(lake.join("00000002.parquet"), lake.join("00000009.parquet")).expect("a file");
    let damaged = lake.join("00000001.parquet");
    let mut bytes = std::fs::read(&damaged).expect("a file");
    bytes[40] ^= 1;
    std::fs::write(&damaged, bytes).expect("the folder can be written");
    std::fs::remove_file(tool.path("ws/headway.db")).expect("it is there");
    let said = tool.run(&["doctor", "--rebuild-catalog"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("attendance/00000009.parquet is not in the manifest"), "{}", said.out);
    assert!(said.out.contains("00000001.parquet") && said.out.contains("checksum"), "{}", said.out);
    let next = tool.json(&["imports"]).as_array().and_then(|all| all.last()?["import"].as_i64());
    assert_eq!(next, Some(9), "given up, so that the next import has another number");

    std::fs::remove_file(tool.path("ws/headway.db")).expect("it is there");
    std::fs::remove_file(tool.path("ws/lake/manifest.json")).expect("it is there");
    let said = tool.run(&["doctor", "--rebuild-catalog"]);
    assert!(said.code == 3 && said.err.contains("manifest.json in the lake is not there"), "{}{}", said.out, said.err);
    assert!(!tool.path("ws/headway.db").exists(), "nothing was made");
}

#[test]
fn nothing_is_published_when_it_is_not_known_what_the_public_was_told() {
    let tool = filled();
    tool.ok(&["publish", "-o", "site"]);
    std::fs::remove_file(tool.path("ws/headway.db")).expect("it is there");
    tool.ok(&["doctor", "--rebuild-catalog"]);
    tool.ok(&["plan", "load", "plan.yaml"]);
    let said = tool.run(&["publish", "-o", "elsewhere"]);
    assert!(said.code == 3 && said.err.contains("the catalog does not know that release"), "{}{}", said.out, said.err);
}
