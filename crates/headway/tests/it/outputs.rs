//! Where outputs go: pipes, devices and links stay what they are, and what was there stays until the new file is whole.

use crate::tool::{PLAN, PROFILE, RESULTS, Tool};

fn filled() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml"]);
    tool
}

/// Every command that writes a file, and the ending of that file.
const WRITERS: [(&[&str], &str); 6] = [
    (&["simulate", "--schools", "5", "--years", "2", "-o"], "csv"),
    (&["simulate", "--schools", "5", "--years", "2", "-o"], "parquet"),
    (&["scorecard", "attendance"], "parquet"),
    (&["show", "attendance", "--chart"], "svg"),
    (&["show", "attendance", "--chart"], "png"),
    (&["plan", "export"], "yaml"),
];

#[cfg(unix)]
#[test]
fn pipes_and_links_stay_what_they_are() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};

    let tool = filled();
    let kind = |name: &str| std::fs::symlink_metadata(tool.path(name)).expect("it is there").file_type();
    for (number, (args, ending)) in WRITERS.iter().enumerate() {
        let name = |what: &str| format!("{what}{number}.{ending}");
        let (pipe, link, real, lost) = (name("pipe"), name("link"), name("real"), name("lost"));
        let made = std::process::Command::new("mkfifo").arg(tool.path(&pipe)).status().expect("mkfifo runs");
        assert!(made.success());
        let reader = std::thread::spawn({
            let path = tool.path(&pipe);
            move || std::fs::read(path).expect("it is read")
        });
        tool.ok(&[*args, &[&pipe]].concat());
        assert!(!reader.join().expect("no panic").is_empty(), "{args:?}: nothing came through the pipe");
        assert!(kind(&pipe).is_fifo(), "{args:?}: the pipe was replaced");

        symlink(tool.path(&real), tool.path(&link)).expect("linked");
        symlink(tool.path("nowhere"), tool.path(&lost)).expect("linked");
        std::fs::write(tool.path(&real), "old").expect("written");
        let force: &[&str] = if matches!(args[0], "simulate" | "plan") { &["--force"] } else { &[] };
        tool.ok(&[*args, &[&link], force].concat());
        assert!(kind(&link).is_symlink() && std::fs::read(tool.path(&real)).expect("read") != b"old", "{args:?}");
        let said = tool.run(&[*args, &[&lost]].concat());
        assert!(said.code == 3 && said.err.contains("a link to a place that is not there"), "{args:?}: {}", said.err);
        assert!(kind(&lost).is_symlink() && !tool.path("nowhere").exists(), "{args:?}");
        let litter = std::fs::read_dir(tool.folder.path()).expect("a folder").flatten();
        let litter = litter.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part")).count();
        assert_eq!(litter, 0, "{args:?}");
    }
}

#[test]
fn what_may_hold_somebodys_work_is_replaced_with_force_alone() {
    let tool = filled();
    for (args, ending) in WRITERS.iter().filter(|(args, _)| matches!(args[0], "simulate" | "plan")) {
        let file = tool.write(&format!("work.{ending}"), "mine");
        let said = tool.run(&[*args, &[&file]].concat());
        assert!(said.code == 2 && said.err.contains("--force"), "{args:?}: {}", said.err);
        assert_eq!(std::fs::read_to_string(tool.path(&file)).expect("read"), "mine");
    }
}
