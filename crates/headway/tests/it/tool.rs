//! Running the binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) struct Tool {
    pub(crate) folder: TempDir,
}

/// What a run answered.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tool {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("the temporary folder can be written");
        name.to_owned()
    }

    /// The command, run in the folder with the workspace `ws`.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_in("ws", args)
    }

    /// The same with another workspace.
    pub(crate) fn command_in(&self, workspace: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headway"));
        command.args(["-w", workspace]).args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env_remove("HEADWAY_WORKSPACE");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_in("ws", args)
    }

    pub(crate) fn run_in(&self, workspace: &str, args: &[&str]) -> Said {
        Said::of(self.command_in(workspace, args).output().expect("the binary starts"))
    }

    /// A run that must answer 0.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
        said.out
    }

    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        let text = self.ok(&args);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{args:?}: {e}: {text}"))
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("answers are UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The material shared beside the project; `None`, said clearly, where it is not there.
#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !file.exists() {
        eprintln!("left out: ../shared/{path} is not here");
    }
    file.exists().then_some(file)
}

/// The project's own root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A small plan: one measure with a target for the state and one for every district.
pub(crate) const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2020-01" }
owners: [ { id: lead, name: Delivery lead } ]
strategies: [ { id: s, name: Strategy, owner: lead } ]
measures:
  - id: attendance
    name: Attendance rate
    unit: percent
    direction: increase
    period: school-year
    serves: [s]
    targets:
      - { unit: state, baseline: { period: 2020, value: 80 }, target: { period: 2030, value: 90 } }
      - { unit: district, baseline: { period: 2020 }, target: { period: 2030, value: 90 } }
"#;

/// Results for it.
pub(crate) const RESULTS: &str = "\
code,name,year,rate,students
ST,The state,2020,80.0,1000
ST,The state,2021,81.0,1000
ST,The state,2022,84.5,1000
0001,Alder,2020,75.0,100
0001,Alder,2021,*,4
0001,Alder,2022,74.0,100
";

/// How to read them.
pub(crate) const PROFILE: &str = include_str!("../../../headway-delivery/tests/it/attendance.toml");
