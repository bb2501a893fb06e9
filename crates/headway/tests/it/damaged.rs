//! A damaged file of the lake: what it holds is missed loudly, everything else goes on.

use crate::tool::{PLAN, PROFILE, RESULTS, Tool};

/// A second measure, so that one can be damaged and the other not.
const SECOND: &str = "
  - { id: grades, name: Grades, unit: percent, direction: increase, period: school-year, serves: [s] }
";

/// Two measures with results: import 1 brought attendance, 2 grades.
fn filled() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", &format!("{}{SECOND}", PLAN.trim_end()));
    tool.write("one.toml", PROFILE);
    tool.write("two.toml", &PROFILE.replace("attendance", "grades"));
    tool.write("results.csv", RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "one.toml"]);
    tool.ok(&["import", "results.csv", "--profile", "two.toml"]);
    tool
}

fn damage(tool: &Tool, file: &str) {
    let path = tool.path("ws/lake").join(file);
    let mut bytes = std::fs::read(&path).expect("the lake has it");
    bytes[40] ^= 1;
    std::fs::write(path, bytes).expect("the folder can be written");
}

const ATTENDANCE: &str = "attendance/00000001.parquet";

#[test]
fn no_release_lacks_a_measure_by_accident() {
    let tool = filled();
    tool.ok(&["publish", "-o", "site"]);
    let before = std::fs::read_to_string(tool.path("site/index.html")).expect("a release");
    damage(&tool, ATTENDANCE);
    for more in [&[][..], &["--dry-run"], &["--format", "json"]] {
        let said = tool.run(&[&["publish", "-o", "site"], more].concat());
        assert_eq!(said.code, 3, "{}{}", said.out, said.err);
        assert!(said.err.contains(ATTENDANCE) && said.err.contains("--without attendance"), "{}", said.err);
        assert!(said.err.contains("headway doctor"), "{}", said.err);
    }
    assert_eq!(std::fs::read_to_string(tool.path("site/index.html")).expect("still there"), before);

    let said = tool.ok(&["publish", "-o", "site", "--without", "attendance"]);
    assert!(said.contains("attendance is left out on purpose"), "{said}");
    assert!(tool.path("site/data/grades.csv").exists() && !tool.path("site/data/attendance.csv").exists());
    let said = tool.run(&["publish", "-o", "site", "--without", "attendence"]);
    assert!(said.code == 3 && said.err.contains("did you mean"), "{}{}", said.out, said.err);
}

#[test]
fn a_part_of_an_answer_is_not_taken_for_the_whole() {
    let tool = filled();
    tool.write("more.csv", "code,name,year,rate,students\nST,The state,2023,85.0,1000\n");
    tool.ok(&["import", "more.csv", "--profile", "two.toml"]);
    tool.ok(&["import", "more.csv", "--profile", "one.toml"]);
    damage(&tool, ATTENDANCE);
    for command in ["track", "measures"] {
        for format in ["table", "json", "csv"] {
            let said = tool.run(&[command, "--format", format]);
            assert_eq!(said.code, 1, "{command} {format}: {}{}", said.out, said.err);
            assert!(said.out.contains("rades"), "{command} {format} tells of the others: {}", said.out);
            assert!(said.err.contains(ATTENDANCE), "{command} {format}: {}", said.err);
        }
    }
    let said = tool.run(&["compact"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("1 measures merged") && said.out.contains(ATTENDANCE), "{}", said.out);
}

#[test]
fn a_damaged_import_that_was_taken_back_is_in_nobodys_way() {
    let tool = filled();
    damage(&tool, ATTENDANCE);
    tool.ok(&["imports", "undo", "1"]);
    let said = tool.run(&["doctor"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains(ATTENDANCE) && said.out.contains("`headway compact` removes it"), "{}", said.out);
    let said = tool.run(&["backup", "copy"]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(
        said.err.contains(&format!("ws/lake/{ATTENDANCE}")) && said.err.contains("headway compact"),
        "{}",
        said.err
    );
    assert!(!said.err.contains(".part"), "the file is named by its own name: {}", said.err);

    let said = tool.ok(&["compact"]);
    assert!(said.contains("1 files of imports that were taken back were removed"), "{said}");
    assert!(!tool.path("ws/lake").join(ATTENDANCE).exists());
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
    tool.ok(&["backup", "copy"]);
    tool.ok(&["import", "results.csv", "--profile", "one.toml"]);
    tool.ok(&["track"]);
}

#[test]
fn what_only_earlier_days_read_is_looked_at_too() {
    let tool = filled();
    tool.ok(&["import", "results.csv", "--profile", "one.toml", "--replaces", "1", "--known-from", "2026-01-02"]);
    damage(&tool, ATTENDANCE);
    let said = tool.run(&["doctor"]);
    assert!(said.code == 1 && said.out.contains(ATTENDANCE), "{}{}", said.out, said.err);
}

#[test]
fn the_advice_about_a_cut_database_leads_out() {
    let follow = |bring_back: &[&str]| {
        let tool = filled();
        tool.ok(&["backup", "copy"]);
        let (database, away) = (tool.path("ws/headway.db"), tool.path("headway.db.damaged"));
        let whole = std::fs::read(&database).expect("it is there");
        std::fs::write(&database, &whole[..whole.len() / 2]).expect("cut");
        for args in [&["track"][..], &["restore", "copy"], &["doctor", "--rebuild-catalog"], &["init"]] {
            let said = tool.run(args);
            assert!(said.code == 3 && said.err.contains("move it out of its folder"), "{args:?}: {}", said.err);
            let named = bring_back.iter().all(|word| *word == "copy" || said.err.contains(word));
            assert!(named, "{args:?}: {}", said.err);
        }
        std::fs::rename(&database, away).expect("moved");
        let said = tool.run(bring_back);
        assert_eq!(said.code, 0, "{bring_back:?}: {}{}", said.out, said.err);
        assert!(tool.ok(&["doctor"]).contains("All is sound"));
        assert_eq!(tool.json(&["imports"]).as_array().map(Vec::len), Some(2));
    };
    follow(&["restore", "copy"]);
    follow(&["doctor", "--rebuild-catalog"]);
}
