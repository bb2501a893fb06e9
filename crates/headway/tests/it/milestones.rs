//! Milestones at the command line: by state, filtered, and with statuses from a file.

use serde_json::Value;

use crate::tool::{PLAN, Tool};

const PROGRAMS: &str = r#"
programs:
  - id: calls
    name: Calls home
    serves: [s]
    owner: lead
    milestones:
      - { id: hire, name: Callers hired, planned_start: 2020-01-01, planned_end: 2020-06-30 }
      - { id: all, name: All schools, planned_start: 2022-01-01, planned_end: 2024-06-30 }
  - id: buses
    name: More buses
    serves: [s]
    milestones:
      - { id: hire, name: Drivers hired, planned_start: 2021-01-01, planned_end: 2021-06-30, actual_start: 2021-01-10, actual_end: 2021-05-01 }
"#;

fn with_programs() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", &format!("{PLAN}{PROGRAMS}"));
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool
}

fn states(tool: &Tool, more: &[&str]) -> Vec<(String, String)> {
    let asked: Vec<&str> = ["--as-of", "2021-09-01", "milestones"].iter().chain(more).copied().collect();
    let lines = tool.json(&asked);
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_else(|| panic!("{name}: {line}")).to_owned();
    lines.as_array().expect("a list").iter().map(|line| (text(line, "milestone"), text(line, "state"))).collect()
}

fn told(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(id, state)| ((*id).to_owned(), (*state).to_owned())).collect()
}

#[test]
fn they_are_told_by_state_and_filtered() {
    let tool = with_programs();
    let all = [("calls/hire", "late"), ("calls/all", "to-come"), ("buses/hire", "done")];
    assert_eq!(states(&tool, &[]), told(&all));
    assert_eq!(states(&tool, &["--program", "buses"]), told(&all[2..]));
    assert_eq!(states(&tool, &["--owner", "lead"]), told(&all[..2]));
    assert_eq!(states(&tool, &["--strategy", "s", "--state", "to come"]), told(&all[1..2]));
    assert_eq!(states(&tool, &["--state", "to-come"]), told(&all[1..2]), "as JSON has it");
    let table = tool.ok(&["--as-of", "2021-09-01", "milestones"]);
    assert!(table.contains("3 milestones: 1 late, 1 to come, 1 done."), "{table}");
    let csv = tool.ok(&["--as-of", "2021-09-01", "--format", "csv", "milestones"]);
    assert!(csv.lines().count() == 4 && csv.contains("Delivery lead"), "{csv}");
    for (asked, word) in [(["--program", "nope"], "nope"), (["--state", "green"], "no state")] {
        let said = tool.run(&["milestones", asked[0], asked[1]]);
        assert!(said.code >= 2 && said.err.contains(word), "{asked:?}: {} {}", said.code, said.err);
    }
    let documented = std::fs::read_to_string(crate::tool::root().join("docs/json.md")).expect("the contract");
    let row = tool.json(&["milestones", "--program", "buses"]);
    for name in row[0].as_object().expect("an object").keys() {
        assert!(documented.contains(&format!("`{name}`")), "{name} is documented");
    }
}

#[test]
fn statuses_come_from_a_file_all_or_none() {
    let tool = with_programs();
    let report =
        |more: &[&str]| tool.run(&["milestones", "report", "s.csv"].iter().chain(more).copied().collect::<Vec<_>>());
    tool.write("s.csv", "id,status,date\ncalls/hire,Done,2021-02-01\nhire,Done,2021-02-01\nnope,Done,soon\n");
    let bad = report(&[]);
    assert_eq!(bad.code, 1, "{}{}", bad.out, bad.err);
    for word in ["s.csv:3", "several programs", "s.csv:4", "Nothing was taken"] {
        assert!(bad.out.contains(word), "{word}: {}", bad.out);
    }
    tool.write("s.csv", "id,status,date,note\ncalls/hire,Done,2021-02-01,all 12\n");
    let dry = report(&["--dry-run"]);
    assert!(
        dry.code == 0 && dry.out.contains("1 new report") && dry.out.contains("nothing was written"),
        "{}",
        dry.out
    );
    assert_eq!(states(&tool, &["--program", "calls"])[0].1, "late", "nothing is written yet");
    assert_eq!(report(&[]).code, 0);
    assert!(
        states(&tool, &[]).contains(&("calls/hire".to_owned(), "done-late".to_owned())),
        "{:?}",
        states(&tool, &[])
    );
    assert!(report(&[]).out.contains("0 new reports"), "the same file again changes nothing");
}

#[test]
fn a_date_that_moved_since_an_earlier_edition_is_told() {
    let tool = with_programs();
    let later = format!("{PLAN}{PROGRAMS}").replace("2020-01\"", "2021-01\"").replace("2020-06-30", "2020-07-30");
    tool.write("later.yaml", &later);
    tool.ok(&["plan", "load", "later.yaml"]);
    let lines = tool.json(&["--as-of", "2021-09-01", "milestones", "--program", "calls"]);
    assert_eq!((&lines[0]["slipped"], &lines[1]["slipped"]), (&30.into(), &Value::Null), "{lines}");
}

#[test]
fn two_plans_of_an_agency_share_no_program() {
    let tool = with_programs();
    let other = format!("{PLAN}{PROGRAMS}").replace("id: p,", "id: other,");
    assert!(other.contains("id: other,"), "{other}");
    let measures = other.replace("attendance", "attendance-too");
    tool.write("other.yaml", &measures);
    let said = tool.run(&["plan", "load", "other.yaml"]);
    assert!(said.code != 0 && said.err.contains("program calls is in plan p of this agency already"), "{}", said.err);
}

#[test]
fn words_that_are_not_known_and_days_to_come_are_named() {
    let tool = with_programs();
    tool.write("s.csv", "id,status,date,note\ncalls/hire,Green,2021-02-01,all 12\n");
    let said = tool.run(&["milestones", "report", "s.csv"]);
    assert!(said.code == 0 && said.out.contains("s.csv:2: “Green” is not understood"), "{}", said.out);
    let line = &tool.json(&["--as-of", "2020-05-01", "milestones", "--program", "calls"])[0];
    assert_eq!(line["note"], Value::Null, "{line}");
    let line = &tool.json(&["--as-of", "2021-09-01", "milestones", "--program", "calls"])[0];
    assert_eq!(line["note"], "all 12", "{line}");
    assert!(line["doubt"].as_str().is_some_and(|words| words.contains("“Green”")), "{line}");
    tool.write("s.csv", "id,status,date\ncalls/hire,Done,2999-01-01\n");
    let said = tool.run(&["milestones", "report", "s.csv"]);
    assert!(said.code == 1 && said.out.contains("is after today"), "{}", said.out);
}
