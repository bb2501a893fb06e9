//! Releases by the command: real files published again and again, and folders that the workspace does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::tool::{Tool, root, shared};

const PLAN: &str = r#"
agency: { id: us, name: Federal agency }
plan: { id: p, edition: "2010-01" }
strategies: [ { id: s, name: Strategy } ]
measures:
  - { id: grad-4yr, name: Graduation, unit: percent, direction: increase, period: cohort, serves: [s], kind: progress }
"#;
const RACES: [&str; 7] = ["mam", "mas", "mbl", "mhi", "mtr", "mwh", "mnp"];

/// The rows of one state of a federal file, with `change` made in each line.
fn of_state(file: &Path, state: &str, change: impl Fn(usize, &str) -> String) -> String {
    let text = std::fs::read_to_string(file).expect("the file can be read");
    let mut lines = text.lines();
    let head = lines.next().expect("a header");
    let rows = lines.filter(|line| line.starts_with(state)).enumerate().map(|(at, line)| change(at, line));
    [head.to_owned()].into_iter().chain(rows).collect::<Vec<String>>().join("\n")
}

/// Adds three students to the cohort of all and of white students, as a restated file does.
fn restated(at: usize, line: &str) -> String {
    let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
    for column in [6, 18] {
        if let (0, Ok(n)) = (at % 3, cells[column].parse::<u32>()) {
            cells[column] = (n + 3).to_string();
        }
    }
    cells.join(",")
}

/// Told numbers of students by place, period and group; `None` where they are hidden.
type Told = BTreeMap<(String, String), BTreeMap<String, Option<u64>>>;

fn read(folder: &Path) -> Told {
    let mut told = Told::new();
    let mut reader = csv::Reader::from_path(folder.join("data/grad-4yr.csv")).expect("it can be read");
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("it is CSV");
        if row["shown"] == "hidden" && row["why"] == "few-students" {
            assert!(row["denominator"].is_empty() && row["value"].is_empty(), "{row:?}");
        }
        if row["shown"] != "missing" {
            let of_place = told.entry((row["place"].clone(), row["period"].clone())).or_default();
            of_place.insert(row["group"].clone(), row["denominator"].parse().ok());
        }
    }
    told
}

/// Places where one of all students and the races is hidden alone, and could be what the others leave. One race with a figure is
/// no sum, as nobody knows what is missing; and what leaves more than a few is none.
fn alone(told: &Told) -> BTreeSet<(String, String)> {
    let follows = |groups: &BTreeMap<String, Option<u64>>| {
        let races: Vec<Option<u64>> = RACES.iter().filter_map(|race| groups.get(*race)).copied().collect();
        let Some(all) = groups.get("all") else { return false };
        let hidden = races.iter().chain([all]).filter(|n| n.is_none()).count();
        let of_races: u64 = races.iter().flatten().sum();
        let few = all.is_none_or(|all| all.saturating_sub(of_races) < 10);
        races.len() > 1 && hidden == 1 && few
    };
    told.iter().filter(|(_, groups)| follows(groups)).map(|(key, _)| key.clone()).collect()
}

/// One state; every state with `HEADWAY_TEST_LONG`.
#[test]
fn federal_files_are_published_year_after_year() {
    let state = if std::env::var_os("HEADWAY_TEST_LONG").is_some() { "" } else { "MASSACHUSETTS" };
    let folder = "data/us_edfacts_acgr_lea_2012_2015";
    let (Some(one), Some(two)) =
        (shared(&format!("{folder}/Edfacts 2012.csv")), shared(&format!("{folder}/EdFacts 2013.csv")))
    else {
        return;
    };
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.ok(&["plan", "load", "plan.yaml"]);
    let profile = root().join("profiles/edfacts-graduation.toml").to_string_lossy().into_owned();
    let as_it_is = |_: usize, line: &str| line.to_owned();
    let files = [
        ("2012.csv", "2013-09-01", of_state(&one, state, as_it_is)),
        ("2013.csv", "2014-09-01", of_state(&two, state, as_it_is)),
        ("2012-restated.csv", "2014-12-01", of_state(&one, state, restated)),
    ];
    for (release, (name, day, text)) in files.iter().enumerate() {
        tool.write(name, text);
        let import = ["import", name, "--profile", &profile, "--known-from", day, "--revises"];
        tool.ok(if release == 2 { &import } else { &import[..6] });
        let answer = tool.json(&["--as-of", day, "publish", "-o", "public"]);
        let audit = &answer[0]["audit"];
        assert_eq!(answer[0]["release"].as_u64(), Some(release as u64 + 1), "{audit}");
        assert_eq!(audit["exposed"], 0, "{audit}");
        let told = read(&tool.path("public"));
        let exact = told.values().flat_map(BTreeMap::values).filter(|n| n.is_some()).count();
        assert!(exact > 500, "{exact} numbers of students are told");
        assert_eq!(alone(&told), BTreeSet::new(), "release {}", release + 1);
        let package = std::fs::read_to_string(tool.path("public/datapackage.json")).expect("it is there");
        assert!(!package.contains("sha256") && !package.contains(name), "names of files are the agency's own");
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target)
        } else {
            std::fs::copy(&path, &target).expect("it can be copied");
        }
    }
}

#[test]
fn a_release_that_the_workspace_does_not_know_is_not_published_over() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", crate::tool::PLAN);
    tool.write("profile.toml", crate::tool::PROFILE);
    tool.write("results.csv", crate::tool::RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml"]);
    copy(&tool.path("ws"), &tool.path("before"));
    tool.ok(&["publish", "-o", "public"]);
    tool.ok(&["publish", "-o", "public"]);
    // What a stopped attempt leaves goes away; what is somebody else's stays.
    for left in ["public.new-7", "public.old-3", "public.new-mine"] {
        std::fs::create_dir(tool.path(left)).expect("a folder can be made");
    }
    tool.ok(&["publish", "-o", "public"]);
    let there = ["public.new-7", "public.old-3", "public.new-mine"].map(|left| tool.path(left).exists());
    assert_eq!(there, [false, false, true]);
    // The workspace as it was before anything was published.
    std::fs::remove_dir_all(tool.path("ws")).expect("it can be removed");
    std::fs::rename(tool.path("before"), tool.path("ws")).expect("it can be renamed");
    let said = tool.run(&["publish", "-o", "public"]);
    assert!(
        said.code != 0 && said.err.contains("does not know it") && said.err.contains("older backup"),
        "{}",
        said.err
    );
    assert!(
        std::fs::read_to_string(tool.path("public/datapackage.json")).expect("it is there").contains("\"release\": 3")
    );
}
