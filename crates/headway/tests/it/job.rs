//! The main job: a plan and files in, where every promise stands.

use crate::tool::{PLAN, PROFILE, RESULTS, Tool, root, shared};

fn with_results() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    tool
}

fn status(tool: &Tool, day: &str, place: &str) -> String {
    let rows = tool.json(&["--as-of", day, "track", "--measure", "attendance", "--unit", place]);
    rows[0]["status"].as_str().unwrap_or_else(|| panic!("a status: {rows}")).to_owned()
}

#[test]
fn every_place_has_its_status() {
    let tool = with_results();
    assert_eq!(status(&tool, "2022-12-01", "ST"), "ahead");
    assert_eq!(status(&tool, "2022-12-01", "0001"), "moving away");
}

#[test]
fn what_was_not_known_then_does_not_count() {
    let tool = with_results();
    let rows = tool.json(&["--as-of", "2022-08-01", "track", "--unit", "ST"]);
    assert_eq!(rows[0]["value"], serde_json::Value::Null, "the report came out in September: {rows}");
}

#[test]
fn the_row_keeps_its_contract() {
    let tool = with_results();
    let rows = tool.json(&["--as-of", "2022-12-01", "track", "--unit", "0001"]);
    let row = rows[0].as_object().expect("an object");
    let names = "measure unit group grade period value numerator denominator state baseline target target_period expected \
                 distance status method method_version pace_needed precedent signal odds vintage";
    for name in names.split_whitespace() {
        assert!(row.contains_key(name), "{name} is never left out: {row:?}");
    }
    // Whatever else it holds is documented under its name, and what there is none of says why.
    let documented = std::fs::read_to_string(root().join("docs/json.md")).expect("the contract");
    let undocumented: Vec<_> = row.keys().filter(|name| !documented.contains(&format!("`{name}`"))).collect();
    assert!(undocumented.is_empty(), "{undocumented:?}");
    assert!(row["signal"].is_null() && row["odds"].is_null(), "two results say little: {row:?}");
    for why in ["no_signal", "no_odds"] {
        assert!(row[why].as_str().is_some_and(|words| words.contains("results")), "{why}: {row:?}");
    }
    assert_eq!((&row["value"], &row["denominator"]), (&74.0.into(), &100.0.into()));
    assert_eq!((&row["baseline"], &row["vintage"]), (&75.0.into(), &1.into()));
}

#[test]
fn loading_twice_changes_nothing_and_a_changed_figure_is_a_revision() {
    let tool = with_results();
    let again = tool.ok(&["import", "results.csv", "--profile", "profile.toml"]);
    assert!(again.contains("loaded already as import 1"), "{again}");
    tool.write("restated.csv", &RESULTS.replace("ST,The state,2022,84.5", "ST,The state,2022,80.5"));
    let outcome = tool.json(&["import", "restated.csv", "--profile", "profile.toml", "--known-from", "2023-01-15"]);
    let measure = &outcome["measures"][0];
    assert_eq!(
        (&measure["added"], &measure["changed"], &measure["same"]),
        (&0.into(), &1.into(), &5.into()),
        "{outcome}"
    );
    assert_eq!(status(&tool, "2023-02-01", "ST"), "off track");
    assert_eq!(status(&tool, "2022-12-01", "ST"), "ahead", "the older vintage stays readable");
    tool.ok(&["compact"]);
    assert_eq!(status(&tool, "2022-12-01", "ST"), "ahead", "also after compaction");
    tool.ok(&["imports", "undo", "2"]);
    assert_eq!(status(&tool, "2023-02-01", "ST"), "ahead", "what it superseded holds again");
    assert_eq!(tool.run(&["imports", "undo", "2"]).code, 3, "twice is refused");
}

#[test]
fn the_report_adds_up_and_refusals_have_their_place() {
    let tool = with_results();
    tool.write(
        "odd.csv",
        "code,name,year,rate,students\nST,The state,2023,82.0,900\n0001,Alder,2023,eighty,90\n0001,Alder,2o24,80,90\n",
    );
    let args = ["import", "odd.csv", "--profile", "profile.toml", "--format", "json"];
    let dry = tool.run(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 1, "something was refused: {}{}", dry.out, dry.err);
    assert_eq!(tool.json(&["imports"]).as_array().map(Vec::len), Some(1), "a dry run writes nothing");
    let outcome: serde_json::Value = serde_json::from_str(&dry.out).expect("JSON");
    let rows = &outcome["report"]["rows"];
    let n = |name: &str| rows[name].as_u64().unwrap_or_else(|| panic!("{name} in {rows}"));
    assert_eq!((n("read"), n("accepted") + n("refused")), (3, 3));
    let refusals = outcome["report"]["refusals"].to_string();
    assert!(refusals.contains("eighty") && refusals.contains("2o24") && refusals.contains("odd.csv"), "{refusals}");
}

#[test]
fn charts_are_written_by_their_ending() {
    let tool = with_results();
    tool.ok(&["show", "attendance", "--chart", "a.svg"]);
    tool.ok(&["show", "attendance", "--unit", "0001", "--chart", "a.png"]);
    let svg = std::fs::read_to_string(tool.path("a.svg")).expect("the chart");
    assert!(svg.starts_with("<svg") && svg.contains("Attendance rate"));
    assert_eq!(&std::fs::read(tool.path("a.png")).expect("the chart")[..8], b"\x89PNG\r\n\x1a\n");
    // What can't be written is said before anything else is.
    for (args, word) in [
        (&["show", "attendance", "--chart", "a.gif"][..], ".svg or .png"),
        (&["show", "attendance", "--chart", "no/such/a.svg"], "no such folder"),
        (&["scorecard", "attendance", "no/such/a.parquet"], "no such folder"),
        (&["simulate", "-o", "a.txt"], ".csv or .parquet"),
        (&["plan", "export", "a.txt"], ".yaml or .yml or .json or .xlsx"),
    ] {
        let said = tool.run(args);
        assert!(said.code == 2 && said.out.is_empty() && said.err.contains(word), "{args:?}: {}{}", said.out, said.err);
    }
}

/// A measure that no plan names is shown: its values, and that nothing is promised.
#[test]
fn what_no_plan_names_is_shown_too() {
    let tool = with_results();
    tool.write("other.toml", &PROFILE.replace("measure = \"attendance\"", "measure = \"other\""));
    tool.ok(&["import", "results.csv", "--profile", "other.toml", "--known-from", "2022-09-01"]);
    let shown = tool.ok(&["show", "other", "--unit", "0001"]);
    assert!(shown.contains("no target") && shown.contains("74"), "{shown}");
    let json = tool.json(&["show", "other"]);
    assert_eq!((&json["standing"]["status"], &json["standing"]["unit"]), (&"no target".into(), &"ST".into()));
    assert_eq!(json["observations"].as_array().map(Vec::len), Some(3), "{json}");
    tool.ok(&["show", "other", "--chart", "other.svg"]);
    assert_eq!(tool.run(&["show", "others"]).code, 3);
}

/// Parquet files are guessed too, and the guess reads the file once a person has filled it in.
#[test]
fn a_guess_for_a_parquet_file_is_finished_in_a_minute() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.ok(&["simulate", "--units", "20", "--groups", "3", "--years", "4", "-o", "raw.parquet"]);
    let guess = tool.ok(&["import", "raw.parquet", "--guess"]);
    tool.write("open.toml", &guess);
    assert_eq!(
        tool.run(&["import", "raw.parquet", "--profile", "open.toml"]).code,
        3,
        "an open guess is refused:\n{guess}"
    );
    let finished =
        guess.replace("kind = \"?\"", "kind = \"school-year\"").replace("scale = \"?\"", "scale = \"percent\"");
    let finished = finished.replace("is = \"?\"", "is = \"school\"");
    assert!(!finished.contains("\"?\""), "{finished}");
    tool.write("done.toml", &finished);
    let outcome = tool.json(&["import", "raw.parquet", "--profile", "done.toml"]);
    assert_eq!(outcome["report"]["rows"]["refused"], 0, "{finished}\n{outcome}");
    assert!(outcome["report"]["rows"]["accepted"].as_u64() > Some(100), "{outcome}");
}

/// A register brings places and no figures; a file without a row brings nothing, and a dry run says so too.
#[test]
fn registers_and_empty_files() {
    let tool = with_results();
    let profile =
        "name = \"r\"\nsource = \"made up\"\n[[place]]\nis = \"school\"\nid = \"{code}\"\nname = \"{name}\"\n";
    tool.write("register.toml", profile);
    tool.write("register.csv", "code,name\n0001,First School\n0077,Harbor School\n");
    let said = tool.ok(&["import", "register.csv", "--profile", "register.toml"]);
    assert!(said.contains("places: 1 new, 1 changed, 0 as they were") && said.contains("is in place"), "{said}");
    assert!(tool.run(&["track", "--unit", "harbor school"]).err.contains("did you mean “0077” (Harbor School)"));
    tool.write("nothing.csv", RESULTS.lines().next().expect("a header"));
    for dry in [&["--dry-run"][..], &[]] {
        let said = tool.run(&[&["import", "nothing.csv", "--profile", "profile.toml"], dry].concat());
        assert!(said.code == 1 && said.out.contains("othing could be accepted"), "{dry:?}: {}", said.out);
    }
}

#[test]
fn questions_about_nothing_are_answered_clearly() {
    let tool = with_results();
    for (args, code, word) in [
        (&["track", "--measure", "nope"][..], 3, "nope"),
        (&["track", "--measure", "atendance"], 3, "did you mean “attendance”"),
        (&["show", "Attendance rates"], 3, "did you mean “attendance”"),
        (&["track", "--unit", "9999"], 3, "9999"),
        (&["track", "--unit", "1"], 3, "did you mean “0001” (Alder)?"),
        (&["track", "--group", "femal"], 3, "did you mean “female”"),
        (&["track", "--level", "town"], 2, "district"),
        (&["track", "--method", "magic"], 2, "trajectory"),
        (&["show", "attendance", "--group", "nope"], 3, "has the groups"),
        (&["import", "results.csv"], 2, "--guess"),
        (&["import", "absent.csv", "--profile", "profile.toml"], 3, "absent.csv"),
        (&["imports", "show", "99"], 3, "99"),
        (&["calc", "magic"], 2, "xmr"),
        (&["frobnicate"], 2, "frobnicate"),
    ] {
        let said = tool.run(args);
        assert_eq!(said.code, code, "{args:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(word), "{args:?}: {}", said.err);
        assert!(said.err.lines().count() < 20, "in one screen: {}", said.err);
    }
    let elsewhere = Tool::new();
    let said = elsewhere.run(&["track"]);
    assert!(said.code == 3 && said.err.contains("headway init"), "{}", said.err);
}

#[test]
fn a_backup_brings_everything_back() {
    let tool = with_results();
    tool.ok(&["backup", "copy"]);
    assert_eq!(tool.run(&["backup", "copy"]).code, 3, "never over another backup");
    // What a killed one left is no backup, and is in nobody's way.
    std::fs::create_dir_all(tool.path(".again.part/lake")).expect("a folder");
    tool.ok(&["backup", "again"]);
    assert!(!tool.path(".again.part").exists() && tool.path("again/headway.db").exists());
    std::fs::rename(tool.path("ws"), tool.path("old")).expect("moving the workspace away");
    let said = tool.run(&["restore", "nothing"]);
    assert!(said.code == 3 && !tool.path("ws").exists(), "{}", said.err);
    tool.ok(&["restore", "copy"]);
    assert_eq!(status(&tool, "2022-12-01", "0001"), "moving away");
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
    let file = tool.path("ws/lake/attendance/00000001.parquet");
    let whole = std::fs::read(&file).expect("the measure's file");
    let mut damaged = whole.clone();
    damaged[4..80].fill(0xff);
    std::fs::write(&file, damaged).expect("the file can be written over");
    let said = tool.run(&["doctor"]);
    assert!(said.code == 1 && said.out.contains("Copy the file from a backup"), "as long as it was: {}", said.out);
    std::fs::write(&file, whole).expect("the file can be written over");
    std::fs::remove_dir_all(tool.path("ws/lake/attendance")).expect("the measure's folder");
    let said = tool.run(&["doctor"]);
    assert!(said.code == 1 && said.out.contains("Copy the file from a backup"), "{}", said.out);
}

#[test]
fn the_federal_graduation_file_comes_in_whole() {
    let Some(file) = shared("data/us_edfacts_acgr_lea_2012_2015/Edfacts 2012.csv") else { return };
    let tool = Tool::new();
    tool.ok(&["init"]);
    let profile = root().join("profiles/edfacts-graduation.toml");
    let [file, profile] = [file, profile].map(|p| p.to_string_lossy().into_owned());
    let outcome = tool.json(&["import", &file, "--profile", &profile]);
    assert_eq!(outcome["report"]["rows"]["read"], 21_244);
    let shown = tool.json(&["imports", "show", "1"]);
    assert_eq!(shown["report"]["measures"][0]["added"], 212_440, "{}", shown["report"]["measures"]);
}

#[test]
fn a_simulation_is_the_same_for_the_same_seed() {
    let tool = Tool::new();
    let size = ["simulate", "--units", "20", "--groups", "3", "--years", "4"];
    for (seed, file) in [("1", "a.csv"), ("1", "b.csv"), ("2", "c.csv")] {
        tool.ok(&[&size[..], &["--seed", seed, "-o", file]].concat());
    }
    let read = |name: &str| std::fs::read(tool.path(name)).expect("the file");
    assert_eq!(read("a.csv"), read("b.csv"));
    assert_ne!(read("a.csv"), read("c.csv"));
}
