//! Programs that are killed at any moment: what they leave is whole before or after, is named, and is cleared.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tool::{PLAN, PROFILE, Said, Tool};

/// What is killed, and in which workspace it works.
const ACTIONS: [(&str, &[&str]); 7] = [
    ("ws", &["import", "many.csv", "--profile", "profile.toml", "--known-from", "2022-10-01"]),
    ("ws", &["imports", "undo", "2"]),
    ("ws", &["publish", "-o", "site"]),
    ("ws", &["compact"]),
    ("ws", &["plan", "load", "later.yaml"]),
    ("ws", &["backup", "copy"]),
    ("new", &["restore", "kept"]),
];

/// How many programs are killed before they end. `HEADWAY_KILLS` asks for more.
fn rounds() -> usize {
    std::env::var("HEADWAY_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(ACTIONS.len())
}

/// A workspace with a plan and two imports, and a backup of it, in `kept`.
fn template() -> Tool {
    let tool = Tool::new();
    let rows = |name: &str, from: usize, to: usize, years: std::ops::Range<usize>| {
        let mut text = String::from("code,name,year,rate,students\nST,The state,2022,84.5,1000\n");
        for place in from..to {
            for year in years.clone() {
                text.push_str(&format!("{place:05},Place {place},{year},{}.5,100\n", 50 + (place + year) % 40));
            }
        }
        tool.write(name, &text);
    };
    rows("first.csv", 0, 60, 2019..2023);
    rows("second.csv", 60, 120, 2019..2023);
    rows("many.csv", 0, 1_500, 2017..2019);
    tool.write("plan.yaml", PLAN);
    tool.write("later.yaml", &PLAN.replace("2020-01", "2021-01").replace("value: 90", "value: 95"));
    tool.write("profile.toml", PROFILE);
    tool.ok(&["init"]);
    tool.ok(&["plan", "load", "plan.yaml"]);
    for (file, day) in [("first.csv", "2022-08-01"), ("second.csv", "2022-09-01")] {
        tool.ok(&["import", file, "--profile", "profile.toml", "--known-from", day]);
    }
    tool.ok(&["backup", "kept"]);
    tool
}

/// The same files in a folder of their own.
fn copy_of(template: &Tool) -> Tool {
    let tool = Tool::new();
    copy(template.folder.path(), tool.folder.path());
    std::fs::create_dir(tool.path("tmp")).expect("a folder");
    tool
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("a file is copied");
        }
    }
}

/// What a reader is told, but for numbers of imports (one that was killed keeps its number, so the next has another):
/// nothing where there is no workspace.
fn told(tool: &Tool, workspace: &str) -> Value {
    let ask = |args: &[&str]| tool.run_in(workspace, &[args, &["--format", "json"]].concat());
    let answer = |said: Said| match said.code {
        0 => serde_json::from_str(&said.out).expect("JSON"),
        code => {
            assert!(
                code == 3 && !said.err.contains("panicked"),
                "a question ends with an answer or an error: {}",
                said.err
            );
            Value::from(said.err)
        }
    };
    let track = ask(&["--as-of", "2022-12-01", "track"]);
    let imports = ask(&["imports"]);
    let published = match answer(imports) {
        Value::Array(all) => all.iter().filter(|import| import["state"] == "published").count().into(),
        other => other,
    };
    let mut track = answer(track);
    for row in track.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        row.remove("vintage");
    }
    Value::Array(vec![track, published])
}

/// Names of everything that lies about, for a person to clear: half-made folders and temporary files.
fn litter(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let odd = name.ends_with(".part") || name.ends_with(".tmp") || name.ends_with("-journal");
        if odd || (name.starts_with('.') && name.contains("site")) {
            found.push(path.display().to_string());
        }
        if path.is_dir() {
            found.extend(litter(&path));
        }
    }
    found
}

/// Does what the doctor says, and only that; then all must be sound.
fn heal(tool: &Tool, workspace: &str) {
    let run = |args: &[&str]| tool.run_in(workspace, args);
    let said = run(&["doctor"]);
    let wrong: Vec<&str> = said.out.lines().filter(|line| line.starts_with("wrong")).collect();
    for line in &wrong {
        if let Some(number) = line.strip_prefix("wrong   import ").and_then(|rest| rest.split(' ').next()) {
            assert!(line.contains("was begun and never finished"), "{line}");
            assert_eq!(run(&["imports", "undo", number]).code, 0, "{line}");
        } else {
            assert!(line.contains("headway compact"), "{line}");
        }
    }
    assert_eq!(run(&["compact"]).code, 0);
    let said = run(&["doctor"]);
    assert!(said.out.contains("All is sound"), "{}{}", said.out, said.err);
}

/// Kills `action` after `wait`. Gives whether it was killed before it ended.
fn kill(tool: &Tool, workspace: &str, action: &[&str], wait: Duration) -> bool {
    let mut command = tool.command_in(workspace, action);
    command.env("TMPDIR", tool.path("tmp")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    std::thread::sleep(wait);
    child.kill().expect("it is our own process");
    !child.wait().expect("it ends").success()
}

#[test]
#[expect(clippy::print_stderr, reason = "a long test says how far it is")]
fn killed_at_any_moment() {
    let template = template();
    // What each says before and after, and how long it takes.
    let mut runs: Vec<(Value, Value, Duration)> = ACTIONS
        .iter()
        .map(|(workspace, action)| {
            let tool = copy_of(&template);
            let before = told(&tool, workspace);
            let start = Instant::now();
            assert_eq!(tool.run_in(workspace, action).code, 0, "{action:?}");
            (before, told(&tool, workspace), start.elapsed().min(Duration::from_secs(20)))
        })
        .collect();
    let (mut killed, mut round) = (0, 0);
    while killed < rounds() {
        assert!(round < 5 * rounds() + 50, "of {round} programs only {killed} were killed before they ended");
        let number = round % ACTIONS.len();
        let ((workspace, action), (before, after, takes)) = (ACTIONS[number], &mut runs[number]);
        // Evenly spread moments that never repeat.
        let moment = takes.mul_f64((0.35 + 0.618_033_988_75 * round as f64).fract());
        let tool = copy_of(&template);
        if kill(&tool, workspace, action, moment) {
            killed += 1;
        } else {
            // On a busy machine the first run took longer than this one.
            *takes = moment;
        }
        round += 1;
        let found = told(&tool, workspace);
        let case = format!("{action:?} killed after {moment:?}");
        assert!(found == *before || found == *after, "{case}: {found}");
        if tool.path(workspace).exists() {
            heal(&tool, workspace);
            assert_eq!(told(&tool, workspace), found, "{case}: healing changes no answer");
        }
        let temporary: Vec<_> = std::fs::read_dir(tool.path("tmp")).expect("a folder").flatten().collect();
        assert!(temporary.is_empty(), "{case}: {temporary:?}");
        // The same once more goes through, or was done; then nothing lies about.
        let again = tool.run_in(workspace, action);
        let done = found == *after && (again.code == 3 || again.code == 1);
        assert!(again.code == 0 || done || tool.path("copy").exists(), "{case}: {}{}", again.out, again.err);
        assert_eq!(told(&tool, workspace), *after, "{case}");
        heal(&tool, workspace);
        assert_eq!(litter(tool.folder.path()), Vec::<String>::new(), "{case}");
        if round % 50 == 0 {
            eprintln!("{round} rounds, {killed} killed before they ended");
        }
    }
}
