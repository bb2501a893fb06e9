//! What is open to whom: addresses that are listened on, and files that hold true counts.

use crate::tool::{PLAN, PROFILE, RESULTS, Tool};

#[test]
fn a_network_is_not_served_without_somebody_who_signs_people_in() {
    let check = |args: &[&str], words: &[&str]| {
        let tool = Tool::new();
        tool.ok(&["init"]);
        let args: Vec<&str> = ["serve", "--port", "0"].iter().chain(args).copied().collect();
        let said = tool.run(&args);
        assert_eq!(said.code, 2, "{args:?}: {}{}", said.out, said.err);
        words.iter().for_each(|words| assert!(said.err.contains(words), "{args:?}: {}", said.err));
    };
    check(&["--host", "0.0.0.0"], &["nobody has to sign in", "--behind-proxy", "--allow-host"]);
    check(&["--host", "::"], &["nobody has to sign in"]);
    check(&["--host", "192.0.2.7"], &["192.0.2.7", "Leave --host out"]);
    check(&["--host", "192.0.2.7", "--allow-host", "a.gov"], &["nobody has to sign in"]);
    check(&["--host", "0.0.0.0", "--behind-proxy"], &["--allow-host NAME"]);
}

#[cfg(unix)]
#[test]
fn files_with_true_counts_are_their_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;

    let tool = Tool::new();
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    let run = |workspace: &str, args: &[&str]| {
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_headway"), "-w", workspace])
            .args(args);
        let said = command.current_dir(tool.folder.path()).output().expect("a shell is there");
        assert!(said.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said.stderr));
    };
    std::fs::create_dir(tool.path("ws")).expect("a folder can be made");
    tool.write("ws/headway.toml", "lake = \"../results\"\n");
    run("ws", &["init"]);
    run("ws", &["plan", "load", "plan.yaml"]);
    run("ws", &["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    run("ws", &["publish", "-o", "out"]);
    run("ws", &["backup", "copy"]);
    run("again", &["restore", "copy"]);
    let mut folders: Vec<_> = ["ws/releases", "results", "copy", "again"].map(|name| tool.path(name)).to_vec();
    let mut seen = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                let mode = path.metadata().expect("it is there").permissions().mode() & 0o777;
                assert_eq!(mode, 0o700, "{}: {mode:o}", path.display());
                folders.push(path);
                continue;
            }
            let mode = path.metadata().expect("it is there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}: {mode:o}", path.display());
            seen.push(path.display().to_string());
        }
    }
    for part in ["results", "ws/releases", "copy/headway.db", "copy/lake", "again/headway.db", "again/lake"] {
        assert!(seen.iter().any(|path| path.contains(part)), "{part}: {seen:?}");
    }
    let public = tool.path("out").join("index.html").metadata().expect("the public site is there").permissions().mode();
    assert_eq!(public & 0o444, 0o444, "what is released can be read by everybody");
}
