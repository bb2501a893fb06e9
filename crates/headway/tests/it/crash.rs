//! What is left when a process is killed, and when two want to write at once.

use std::process::Stdio;
use std::time::Duration;

use crate::tool::{PLAN, PROFILE, Tool};

/// Enough rows to be killed among them.
fn many_rows() -> String {
    let mut text = String::from("code,name,year,rate,students\n");
    for place in 0..40_000 {
        for year in 2018..2024 {
            text.push_str(&format!("{place:05},Place {place},{year},{}.5,100\n", 50 + (place + year) % 40));
        }
    }
    text
}

#[test]
fn a_killed_import_leaves_nothing_visible() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("many.csv", &many_rows());
    tool.ok(&["plan", "load", "plan.yaml"]);
    let mut killed = 0;
    for wait in [20, 60, 120, 200, 300] {
        let mut import = tool
            .command(&["import", "many.csv", "--profile", "profile.toml"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(Duration::from_millis(wait));
        import.kill().expect("it is our own process");
        killed += usize::from(!import.wait().expect("it ends").success());
        let published = |tool: &Tool| {
            let imports = tool.json(&["imports"]);
            imports.as_array().expect("a list").iter().filter(|i| i["state"] == "published").count()
        };
        if published(&tool) > 0 {
            break; // it was faster than the knife: then it is whole
        }
        let rows = tool.json(&["track", "--measure", "attendance", "--level", "district"]);
        assert_eq!(rows, serde_json::json!([]), "nothing of an interrupted import is seen");
    }
    assert!(killed > 0, "at least one import was killed");
    let said = tool.run(&["import", "many.csv", "--profile", "profile.toml"]);
    assert!(said.code == 0, "a later import goes through: {}{}", said.out, said.err);
    let problems = tool.run(&["doctor"]).out;
    assert!(!problems.contains("bytes where the catalog"), "{problems}");
}

#[test]
fn two_writers_take_turns() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.ok(&["plan", "load", "plan.yaml"]);
    let files: Vec<String> = (0..4)
        .map(|i| {
            let text = format!("code,name,year,rate,students\nST,The state,{},8{i}.0,1000\n", 2020 + i);
            tool.write(&format!("year-{i}.csv"), &text)
        })
        .collect();
    let start = |file: &String| {
        let mut command = tool.command(&["import", file, "--profile", "profile.toml"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    };
    let running: Vec<_> = files.iter().map(start).collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let series = tool.json(&["--as-of", "2026-12-01", "show", "attendance"]);
    assert_eq!(series["observations"].as_array().map(Vec::len), Some(4), "no writer lost: {series}");
}

#[test]
fn one_program_at_a_time_publishes() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", crate::tool::RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml"]);
    tool.ok(&["publish", "-o", "site"]);
    let other = std::fs::File::open(tool.path("ws/releases")).expect("a folder");
    other.lock().expect("nobody publishes");
    let said = tool.run(&["publish", "-o", "elsewhere"]);
    assert!(said.code == 3 && said.err.contains("another program is publishing"), "{}{}", said.out, said.err);
    assert!(!said.err.contains("backup") && !tool.path("elsewhere").exists(), "{}", said.err);
    tool.ok(&["publish", "-o", "elsewhere", "--dry-run"]);
    drop(other);
    tool.ok(&["publish", "-o", "elsewhere"]);
}
