//! Disks that are full, or mounted read-only.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tool::{PLAN, PROFILE, RESULTS, Tool};

/// A small disk of its own; taken away when dropped.
struct Disk(PathBuf);

impl Disk {
    /// `None`, said clearly, where disks can't be mounted.
    #[expect(clippy::print_stderr, reason = "a test that is left out says so")]
    fn mount(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).expect("a folder");
        let options = format!("size={size}");
        if run("mount", &["-t", "tmpfs", "-o", &options, "headway-test"], at) {
            return Some(Self(at.to_owned()));
        }
        eprintln!("left out: no disk can be mounted here");
        None
    }

    fn read_only(&self) {
        assert!(run("mount", &["-o", "remount,ro"], &self.0), "a disk of its own can be mounted anew");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.0);
    }
}

fn run(program: &str, args: &[&str], at: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(args).arg(at).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A workspace with a plan and results, on a disk of its own.
fn workspace(size: &str) -> Option<(Tool, Disk)> {
    let tool = Tool::new();
    let disk = Disk::mount(&tool.path("ws"), size)?;
    tool.write("plan.yaml", PLAN);
    tool.write("later.yaml", &PLAN.replace("2020-01", "2021-01").replace("value: 90", "value: 95"));
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    tool.write("more.csv", "code,name,year,rate,students\nST,The state,2023,85.0,1000\n");
    tool.ok(&["init"]);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    Some((tool, disk))
}

/// Commands that change a workspace, and what they would need.
const CHANGES: [&[&str]; 5] = [
    &["import", "more.csv", "--profile", "profile.toml", "--known-from", "2023-09-01"],
    &["imports", "undo", "1"],
    &["plan", "load", "later.yaml"],
    &["publish", "-o", "site"],
    &["compact"],
];

fn answers(tool: &Tool) -> Vec<serde_json::Value> {
    vec![tool.json(&["--as-of", "2022-12-01", "track"]), tool.json(&["imports"]), tool.json(&["places"])]
}

#[test]
fn what_is_on_a_disk_mounted_read_only_can_be_asked() {
    let Some((tool, disk)) = workspace("8m") else { return };
    let before = answers(&tool);
    disk.read_only();
    assert_eq!(answers(&tool), before);
    tool.ok(&["--as-of", "2022-12-01", "show", "attendance"]);
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
    tool.ok(&["backup", "copy"]);
    let tried = ["import", "more.csv", "--profile", "profile.toml", "--known-from", "2023-09-01", "--dry-run"];
    tool.ok(&tried);
    for args in &CHANGES[..4] {
        let said = tool.run(args);
        assert!(said.code == 3 && said.err.to_lowercase().contains("read-only"), "{args:?}: {}{}", said.out, said.err);
    }
    assert_eq!(answers(&tool), before);
    drop(disk);
    std::fs::remove_dir(tool.path("ws")).expect("it is empty now");
    tool.ok(&["restore", "copy"]);
    assert_eq!(answers(&tool), before);
}

/// Fills the disk to its last byte. Gives the file that does.
fn fill(disk: &Disk) -> PathBuf {
    let path = disk.0.join("filler");
    let mut file = std::fs::File::create(&path).expect("the disk can be written");
    let block = vec![0_u8; 4096];
    while std::io::Write::write_all(&mut file, &block).is_ok() {}
    path
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let Some((tool, disk)) = workspace("4m") else { return };
    let before = answers(&tool);
    let filler = fill(&disk);
    assert_eq!(answers(&tool), before, "reading needs no room");
    for args in &CHANGES[..4] {
        let said = tool.run(args);
        let err = said.err.to_lowercase();
        assert!(said.code == 3 && err.contains("no space left"), "{args:?}: {}{}", said.out, said.err);
        assert!(!err.contains("rollback"), "{args:?}: {err}");
    }
    let said = tool.run(&["backup", "ws/copy"]);
    assert!(said.code == 3 && said.err.to_lowercase().contains("no space left"), "{}{}", said.out, said.err);
    std::fs::remove_file(filler).expect("it is there");
    assert_eq!(answers(&tool), before);
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
    for args in CHANGES.iter().rev() {
        tool.ok(args);
    }
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
}

#[test]
fn a_disk_that_fills_up_while_something_is_written_loses_nothing() {
    let Some((tool, disk)) = workspace("2m") else { return };
    let before = answers(&tool);
    let mut many = String::from("code,name,year,rate,students\n");
    for place in 0..60_000 {
        many.push_str(&format!("{place:05},Place {place},2021,{}.{:03},{}\n", place % 90, place % 997, place % 501));
    }
    tool.write("many.csv", &many);
    let said = tool.run(&["import", "many.csv", "--profile", "profile.toml", "--known-from", "2022-10-01"]);
    assert!(said.code == 3 && said.err.to_lowercase().contains("no space left"), "{}{}", said.out, said.err);
    assert_eq!(tool.json(&["--as-of", "2022-12-01", "track"]), before[0]);
    tool.ok(&["compact"]);
    assert!(tool.ok(&["doctor"]).contains("All is sound"));
    drop(disk);
}

/// The names of all that lies in the top of a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("it can be read");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("it can be read").file_name();
    let mut names: Vec<String> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn outputs_on_a_full_disk_leave_nothing_and_say_why() {
    let Some((tool, _held)) = workspace("8m") else { return };
    let Some(disk) = Disk::mount(&tool.path("out"), "400k") else { return };
    tool.ok(&["show", "attendance", "--chart", "out/c.svg"]);
    tool.ok(&["simulate", "--schools", "5", "--years", "2", "-o", "out/old.csv"]);
    tool.ok(&["simulate", "--schools", "5", "--years", "2", "-o", "out/old.parquet"]);
    let there = ["c.svg", "old.csv", "old.parquet"];
    let contents = || there.map(|name| std::fs::read(tool.path("out").join(name)).expect("it is there"));
    let before = contents();
    fill(&disk);
    for args in [
        &["show", "attendance", "--chart", "out/new.png"][..],
        &["show", "attendance", "--unit", "0001", "--chart", "out/c.svg"],
        &["plan", "export", "out/p.yaml"],
        &["scorecard", "attendance", "out/s.parquet"],
        &["simulate", "--units", "10", "-o", "out/sim.csv"],
        &["simulate", "--units", "10", "-o", "out/sim.parquet"],
        &["simulate", "--schools", "500", "-o", "out/old.csv", "--force"],
        &["simulate", "--schools", "500", "-o", "out/old.parquet", "--force"],
        &["backup", "out/bk"],
        &["publish", "-o", "out/site"],
    ] {
        let said = tool.run(args);
        let err = said.err.to_lowercase();
        assert!(said.code == 3 && err.contains("no space left"), "{args:?}: {}{}", said.out, said.err);
        assert_eq!(names(&tool.path("out")), ["c.svg", "filler", "old.csv", "old.parquet"], "{args:?}");
        assert!(contents() == before, "{args:?}: what was there stays");
    }
    assert!(!tool.path("ws/releases").exists() || names(&tool.path("ws/releases")).is_empty());
}
