//! Plans at the command line.

use crate::tool::{PLAN, Tool, root};

#[test]
fn a_plan_goes_through_all_three_formats_without_loss() {
    let tool = Tool::new();
    tool.write("plan.yaml", PLAN);
    tool.ok(&["init"]);
    assert!(tool.ok(&["plan", "load", "plan.yaml"]).contains("Loaded p edition 2020-01"));
    for file in ["out.json", "out.xlsx", "out.yaml"] {
        tool.ok(&["plan", "export", file]);
        assert_eq!(tool.json(&["plan", "diff", "plan.yaml", file]), serde_json::json!([]), "{file}");
        let again = tool.ok(&["plan", "load", file]);
        assert!(again.contains("nothing was changed"), "{file}: {again}");
    }
}

#[test]
fn check_says_what_is_wrong_where_and_answers_no() {
    let tool = Tool::new();
    let wrong = PLAN.replace("direction: increase", "direction: decrease").replace("serves: [s]", "serves: [t]");
    tool.write("plan.yaml", &wrong);
    let said = tool.run(&["plan", "check", "plan.yaml"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("plan.yaml:"), "each finding has its line: {}", said.out);
    let findings = tool.run(&["plan", "check", "plan.yaml", "--format", "json"]).out;
    let findings: serde_json::Value = serde_json::from_str(&findings).expect("JSON");
    let codes: Vec<&str> = findings.as_array().expect("a list").iter().filter_map(|f| f["code"].as_str()).collect();
    for code in ["passed-at-baseline", "unknown-reference"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}

#[test]
fn a_file_that_is_no_plan_is_refused_with_its_line() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("bad.yaml", "agency: { id: a, name: A }\nplan: { id: p, editon: 2020 }\n");
    let said = tool.run(&["plan", "load", "bad.yaml"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("bad.yaml:2"), "{}", said.err);
    assert!(said.err.contains("edition"), "it says what was meant: {}", said.err);
    let checked = tool.run(&["plan", "check", "bad.yaml", "--format", "json"]);
    assert_eq!(checked.code, 1, "the check answers no: {}", checked.err);
    let found: serde_json::Value = serde_json::from_str(&checked.out).expect("JSON");
    assert_eq!((&found[0]["code"], &found[0]["at"]), (&"no-plan".into(), &"bad.yaml:2:16".into()), "{found}");
    for (name, text) in [("empty.yaml", ""), ("plan.txt", "x"), ("bad.json", "{")] {
        tool.write(name, text);
        let said = tool.run(&["plan", "load", name]);
        assert_eq!(said.code, 3, "{name}: {}", said.out);
        assert!(said.err.contains(name), "{name}: {}", said.err);
    }
    assert_eq!(tool.json(&["plan", "list"]), serde_json::json!([]), "nothing is half-loaded");
}

/// The README's commands run as they are written there.
#[test]
fn the_readme_is_true() {
    let tool = Tool::new();
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let samples = root().join("samples").to_string_lossy().into_owned();
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("headway ")).collect();
    assert!(commands.len() > 8, "{commands:?}");
    for line in commands.into_iter().filter(|line| *line != "serve") {
        let words = line.split(" #").next().unwrap_or_default().split(" >").next().unwrap_or_default();
        let words: Vec<String> = words.split_whitespace().map(|word| word.replace("samples", &samples)).collect();
        let said = tool.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        // The plan has contradictions: `check` says so.
        let expected = i32::from(line.starts_with("plan check"));
        assert_eq!(said.code, expected, "headway {line}: {}{}", said.out, said.err);
    }
    let rows = tool.json(&["track", "--measure", "grad-5yr", "--group", "all"]);
    assert_eq!(rows[0]["status"], "target met", "{rows}");
}

#[test]
fn the_sample_plans_load_and_their_editions_differ() {
    let tool = Tool::new();
    let sample = |name: &str| root().join("samples/massachusetts").join(name).to_string_lossy().into_owned();
    tool.ok(&["init"]);
    let editions = ["delivery-2012-12.yaml", "delivery-2014-01-13.yaml", "delivery-2022-05-17.yaml"];
    for edition in editions {
        tool.ok(&["plan", "load", &sample(edition)]);
    }
    let listed = tool.json(&["plan", "list"]);
    assert_eq!(listed.as_array().expect("a list").len(), editions.len());
    let changes = tool.ok(&["plan", "diff", "2012-12", "2014-01-13", "--agency", "ma-dese", "--plan", "delivery"]);
    assert!(changes.lines().count() > 5, "{changes}");
}

#[test]
fn an_edition_is_replaced_only_when_asked() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("other.yaml", &PLAN.replace("value: 90 }", "value: 91 }"));
    tool.ok(&["plan", "load", "plan.yaml"]);
    let said = tool.run(&["plan", "load", "other.yaml"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    for word in ["Not loaded", "2020-01", "91", "--revises"] {
        assert!(said.out.contains(word), "{word}: {}", said.out);
    }
    tool.ok(&["plan", "export", "still.yaml"]);
    assert_eq!(tool.json(&["plan", "diff", "plan.yaml", "still.yaml"]), serde_json::json!([]), "nothing was written");
    assert!(tool.ok(&["plan", "load", "other.yaml", "--revises"]).contains("Replaced p edition 2020-01"));
    tool.ok(&["plan", "export", "new.yaml"]);
    assert_eq!(tool.json(&["plan", "diff", "other.yaml", "new.yaml"]), serde_json::json!([]));
    assert!(tool.ok(&["plan", "load", "other.yaml"]).contains("nothing was changed"), "the same again is no question");
}

/// A plain copy of `headway.db` holds what programs that ended have written, in every run.
#[test]
fn a_program_that_ended_leaves_no_log() {
    let tool = Tool::new();
    tool.write("plan.yaml", PLAN);
    for round in 0..5 {
        let folder = format!("ws{round}");
        for args in [&["init"][..], &["plan", "load", "plan.yaml"], &["track"], &["show", "nothing"]] {
            tool.run_in(&folder, args);
            assert!(!tool.path(&folder).join("headway.db-wal").exists(), "{round}: {args:?}");
        }
        std::fs::create_dir(tool.path("copy")).expect("a folder");
        std::fs::copy(tool.path(&folder).join("headway.db"), tool.path("copy/headway.db")).expect("a copy");
        let said = tool.run_in("copy", &["plan", "list"]);
        assert!(said.code == 0 && said.out.contains("2020-01"), "{}{}", said.out, said.err);
        std::fs::remove_dir_all(tool.path("copy")).expect("removed");
    }
}

/// A plan that a person corrects, or a file of results, is not replaced unasked.
#[test]
fn a_file_that_is_there_is_replaced_on_a_word_alone() {
    let tool = Tool::new();
    tool.write("plan.yaml", PLAN);
    tool.ok(&["init"]);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.write("results.csv", "code,rate\n1,80\n");
    for args in [&["plan", "export", "plan.yaml"][..], &["simulate", "--schools", "3", "-o", "results.csv"]] {
        let file = args[args.len() - 1];
        let before = std::fs::read(tool.path(file)).expect("it is there");
        let said = tool.run(args);
        assert!(said.code == 2 && said.err.contains("is there already"), "{args:?}: {}{}", said.out, said.err);
        assert_eq!(std::fs::read(tool.path(file)).expect("it is there"), before);
        tool.ok(&[args, &["--force"]].concat());
        assert_ne!(std::fs::read(tool.path(file)).expect("it is there"), before, "{args:?}");
    }
}

/// What is in place is told as such where nobody could be told: a script that takes it for failed would do it again.
#[cfg(target_os = "linux")]
#[test]
fn what_is_done_and_could_not_be_told() {
    let tool = Tool::new();
    tool.write("plan.yaml", PLAN);
    let full = |args: &[&str]| {
        let device = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
        crate::tool::Said::of(tool.command(args).stdout(device).output().expect("the binary starts"))
    };
    for (args, done) in [
        (&["init"][..], "an empty workspace is in ws"),
        (&["plan", "load", "plan.yaml"], "p edition 2020-01 is loaded"),
        (&["plan", "export", "out.yaml"], "out.yaml is written"),
        (&["backup", "copy"], "the backup is in copy"),
    ] {
        let said = full(args);
        let told = said.err.contains(&format!("headway: {done}. The answer could not be written"));
        assert!(said.code == 4 && told, "{args:?}: {} {}", said.code, said.err);
    }
    assert!(tool.path("copy").exists() && tool.ok(&["plan", "list"]).contains("2020-01"));
    assert_eq!(full(&["plan", "list"]).code, 3, "a question that is not answered failed");
}
