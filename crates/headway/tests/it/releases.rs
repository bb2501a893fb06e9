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

/// Numbers of students as they are, by place, period and group.
type Held = BTreeMap<(String, String), BTreeMap<String, u64>>;

/// Adds what a file of one cohort holds: columns such as `MAS_COHORT_1112`.
fn hold(held: &mut Held, text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("it is CSV");
        for (column, count) in &row {
            let Some((group, years)) = column.split_once("_COHORT_") else { continue };
            let period = format!("cohort 20{}", &years[2..]);
            let of_place = held.entry((row["NCESSCH"].clone(), period)).or_default();
            match count.parse() {
                Ok(count) => of_place.insert(group.to_lowercase(), count),
                Err(_) => of_place.remove(&group.to_lowercase()),
            };
        }
    }
}

/// Places where one of all students and the races is hidden alone, and is what the others leave. Most schools of these files
/// have students in no race that is told, so that the others leave more than it is: what comes out wrong was not found.
fn alone(told: &Told, held: &Held) -> BTreeSet<(String, String)> {
    let follows = |(key, groups): &(&(String, String), &BTreeMap<String, Option<u64>>)| {
        let races: Vec<(&str, Option<u64>)> =
            RACES.iter().filter_map(|race| groups.get(*race).map(|n| (*race, *n))).collect();
        let Some(all) = groups.get("all") else { return false };
        let of_races: u64 = races.iter().filter_map(|(_, n)| *n).sum();
        let mut hidden =
            races.iter().filter(|(_, n)| n.is_none()).map(|(race, _)| *race).chain(all.is_none().then_some("all"));
        let (Some(one), None) = (hidden.next(), hidden.next()) else { return false };
        let found = all.map_or(of_races, |all| all.saturating_sub(of_races));
        races.len() > 1
            && held.get(*key).and_then(|groups| groups.get(one)) == Some(&found)
            && (found < 10 || one == "all")
    };
    told.iter().filter(follows).map(|(key, _)| key.clone()).collect()
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
    let mut held = Held::new();
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
        hold(&mut held, text);
        assert_eq!(alone(&told, &held), BTreeSet::new(), "release {}", release + 1);
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
    let tool = publishable();
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

/// A measure that a later edition no longer names stays public, and says so.
#[test]
fn a_dropped_measure_is_marked_in_public() {
    use crate::tool::{PLAN, PROFILE, RESULTS};
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    tool.write("plan.yaml", PLAN);
    let later =
        PLAN.replace("2020-01", "2022-10").replace("id: attendance", "id: other").replace("Attendance", "Other");
    tool.write("later.yaml", &later);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    tool.ok(&["plan", "load", "later.yaml"]);
    tool.ok(&["--as-of", "2022-12-01", "publish", "--output", "public"]);
    let read = |name: &str| std::fs::read_to_string(tool.path("public").join(name)).expect("it is there");
    assert!(read("index.html").contains("(dropped in edition 2022-10)"));
    assert!(read("measure/attendance.html").contains("No longer in the plan: edition 2022-10 dropped it."));
    let file: serde_json::Value = serde_json::from_str(&read("data/attendance.json")).expect("JSON");
    assert_eq!(file["dropped_in"], "2022-10");
}

/// A workspace from which something can be published.
fn publishable() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", crate::tool::PLAN);
    tool.write("profile.toml", crate::tool::PROFILE);
    tool.write("results.csv", crate::tool::RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml"]);
    tool
}

#[test]
fn what_headway_did_not_write_stays_in_a_published_folder() {
    let tool = publishable();
    tool.ok(&["publish", "-o", "site"]);
    tool.write("site/CNAME", "www.example.gov");
    std::fs::create_dir_all(tool.path("site/.git/refs")).expect("a folder can be made");
    tool.write("site/.git/HEAD", "ref: refs/heads/main");
    let said = tool.ok(&["publish", "-o", "site"]);
    assert!(said.contains("Kept in site, which Headway did not write: .git, CNAME."), "{said}");
    let package = std::fs::read_to_string(tool.path("site/datapackage.json")).expect("it is there");
    assert!(package.contains("\"release\": 2"), "{package:.300}");
    assert!(tool.path("site/CNAME").exists() && tool.path("site/.git/HEAD").exists());
    assert!(tool.path("site/.git/refs").is_dir());
    let answer = tool.json(&["publish", "-o", "site"]);
    assert_eq!(answer[0]["kept"], serde_json::json!([".git", "CNAME"]));
}

#[test]
fn nothing_is_published_over_a_workspace_or_into_the_lake() {
    let tool = publishable();
    tool.ok(&["publish", "-o", "site"]);
    let releases = || std::fs::read_dir(tool.path("ws/releases")).expect("it can be read").count();
    assert_eq!(tool.run_in("site/ws", &["init"]).code, 0);
    for (folder, words) in [
        ("site", "a workspace lies inside"),
        ("ws", "holds the lake"),
        ("ws/lake/site", "lies inside the lake"),
        ("ws/releases/site", "own files"),
    ] {
        let said = tool.run(&["publish", "-o", folder]);
        assert!(said.code == 3 && said.err.contains(words), "{folder}: {}{}", said.out, said.err);
    }
    assert_eq!(releases(), 1, "nothing is recorded of what never came out");
    assert!(tool.path("site/ws/headway.db").exists());
    tool.ok(&["backup", "copy"]);
    let said = tool.run_in("site", &["restore", "copy"]);
    assert!(said.code == 3 && said.err.contains("holds other files"), "{}{}", said.out, said.err);
    for args in
        [["show", "attendance", "--chart", "ws/lake/c.svg"], ["scorecard", "attendance", "ws/lake/s.parquet", "-v"]]
    {
        let said = tool.run(&args);
        assert!(said.code == 3 && said.err.contains("lies inside the lake"), "{args:?}: {}{}", said.out, said.err);
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_published_through_and_a_dangling_one_refused() {
    let tool = publishable();
    std::fs::create_dir(tool.path("www")).expect("a folder can be made");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, tool.path(name)).expect("a link can be made");
    link("www", "site");
    link("nowhere", "dangling");
    for release in ["\"release\": 1", "\"release\": 2"] {
        tool.ok(&["publish", "-o", "site"]);
        assert!(tool.path("site").is_symlink());
        assert!(
            std::fs::read_to_string(tool.path("www/datapackage.json")).expect("it is there").contains(release),
            "{release}"
        );
    }
    let said = tool.run(&["publish", "-o", "dangling"]);
    assert!(said.code == 3 && said.err.contains("a link to a place that is not there"), "{}{}", said.out, said.err);
    let names: Vec<_> = std::fs::read_dir(tool.folder.path())
        .expect("it can be read")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains(".new-") || name.contains(".old-") || name == "nowhere")
        .collect();
    assert!(names.is_empty(), "{names:?}");
    assert_eq!(std::fs::read_dir(tool.path("ws/releases")).expect("it can be read").count(), 2);
}

#[test]
fn a_workspace_in_use_is_not_restored_over() {
    let tool = publishable();
    tool.ok(&["backup", "copy"]);
    assert_eq!(tool.run_in("new", &["restore", "copy"]).code, 0);
    tool.write("more.csv", &crate::tool::RESULTS.replace("2022", "2023"));
    let import = ["import", "more.csv", "--profile", "profile.toml"];
    assert_eq!(tool.run_in("new", &import).code, 0);
    assert_eq!(tool.run_in("new", &["compact"]).code, 0);
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(tool.path("new/lake/attendance"))
            .expect("a folder of the lake")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let before = files();
    let said = tool.run_in("new", &["restore", "copy"]);
    assert!(said.code == 3 && said.err.contains("in use"), "{}{}", said.out, said.err);
    assert_eq!(files(), before, "not a file is put beside those of the workspace");
    assert!(tool.run_in("new", &["doctor"]).out.contains("All is sound"));
}

#[test]
fn another_agency_moves_no_release_to_another_place() {
    let tool = publishable();
    tool.ok(&["publish", "-o", "pub"]);
    let before = std::fs::read_to_string(tool.path("pub/datapackage.json")).expect("it is there");
    let second = crate::tool::PLAN.replacen("id: st,", "id: second,", 1);
    tool.write("second.yaml", &second.replace("attendance", "presence"));
    tool.ok(&["plan", "load", "second.yaml"]);
    tool.write("second.toml", &crate::tool::PROFILE.replace("attendance", "presence"));
    tool.ok(&["import", "results.csv", "--profile", "second.toml"]);
    let said = tool.run(&["publish", "-o", "pub"]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("holds the release of") && said.err.contains("--agency second"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(tool.path("pub/datapackage.json")).expect("still there"), before);
    assert!(!tool.path("pub/second").exists());
    tool.ok(&["publish", "--agency", "st", "-o", "pub"]);
    tool.ok(&["publish", "-o", "other"]);
    assert!(tool.path("other/second/index.html").exists() && tool.path("other/st").exists());
}

#[test]
fn an_agency_that_is_no_name_is_not_loaded() {
    let tool = publishable();
    for id in ["../elsewhere", "/abs", ".git", "a/b"] {
        tool.write("odd.yaml", &crate::tool::PLAN.replacen("id: st,", &format!("id: \"{id}\","), 1));
        for command in ["check", "load"] {
            let said = tool.run(&["plan", command, "odd.yaml"]);
            let told = format!("{}{}", said.out, said.err);
            assert!(said.code != 0 && told.contains("can't be a file name"), "{command} {id}: {told}");
        }
    }
}
