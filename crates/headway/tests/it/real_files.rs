//! Real files of states, published again after a revision: a release comes out, nothing follows, and what was given up is listed.

use std::fs::read_to_string;
use std::path::PathBuf;

use serde_json::Value;

use crate::tool::{Tool, root, shared};

/// A file of one edition, as somebody would import it.
struct Edition {
    files: Vec<PathBuf>,
    known_from: &'static str,
}

/// Loads a plan with these measures, imports one edition after the other and publishes after each.
fn check(what: &str, measures: &str, profile: &str, editions: &[Edition], at_least: u64) {
    let tool = Tool::new();
    tool.ok(&["init"]);
    let agency = "agency: { id: a, name: Agency }\nplan: { id: p, edition: \"2010-01\" }\nstrategies: [ { id: s, name: Strategy } ]";
    tool.write("plan.yaml", &format!("{agency}\nmeasures:\n{measures}"));
    tool.ok(&["plan", "load", "plan.yaml"]);
    for (number, Edition { files, known_from }) in editions.iter().enumerate() {
        let files = files.iter().map(|file| file.to_string_lossy().into_owned()).collect::<Vec<_>>();
        let mut import = vec!["import", "--profile", profile, "--known-from", known_from];
        import.extend((number > 0).then_some("--revises"));
        import.extend(files.iter().map(String::as_str));
        tool.ok(&import);
        let answer = tool.json(&["--as-of", known_from, "publish", "-o", "public"]);
        let audit = &answer[0]["audit"];
        assert_eq!(answer[0]["release"], number + 1, "{what}");
        assert_eq!(audit["exposed"], 0, "{what}, release {}: {audit}", number + 1);
        let shown = answer[0]["measures"].as_array().expect("there are measures");
        let exact: u64 = shown.iter().filter_map(|m| m["shown"]["exact"].as_u64()).sum();
        assert!(exact >= at_least, "{what}, release {}: {exact} figures are told exactly", number + 1);
        let package = read_to_string(tool.path("public/datapackage.json")).expect("it is there");
        let package: Value = serde_json::from_str(&package).expect("JSON");
        assert_eq!(&package["audit"], audit, "{what}: what was given up is listed in public too");
    }
}

#[test]
fn regions_and_districts_of_texas() {
    let path = |name: &str| shared(&format!("data/tx_tapr_2012_2022_scuole/{name}"));
    let names = ["state/longitudinal-rate", "region/longitudinal-rate", "state/attendance", "region/attendance"];
    let of_year = |year: &str| -> Option<Vec<PathBuf>> {
        names.iter().chain(&["district/attendance"]).map(|name| path(&format!("{year}/{name}.csv"))).collect()
    };
    let (Some(one), Some(two)) = (of_year("2017-2018"), of_year("2018-2019")) else { return };
    let measures = "  - { id: grad-4yr, name: Graduation, unit: percent, direction: increase, period: cohort, serves: [s] }
  - { id: attendance-rate, name: Attendance, unit: percent, direction: increase, period: school-year, serves: [s], publishing: { n_size: 1800 } }\n";
    let profile = root().join("profiles/tapr.toml").to_string_lossy().into_owned();
    let editions = [Edition { files: one, known_from: "2018-12-01" }, Edition { files: two, known_from: "2019-12-01" }];
    check("Texas", measures, &profile, &editions, 1_000);
}

/// The outcomes of one cohort in every school, as they are reported in Massachusetts.
const OUTCOMES: &str = r##"
name = "Four-year outcomes"
source = "Massachusetts DESE"
unit = "{code}"
period = { kind = "school-year", from = "{year}" }
ignore = ["Raw likert calculation", "Likert Score", "Admin Data Item"]

[columns]
code = "DESE ID"
name = "School Name"
year = "Academic Year"
cohort = "# in Cohort"

[[level]]
is = "school"
id = '^(\d{4})\d{4}$'
parent = "{1}0000"
name = "{name}"

[[values]]
measure = { from = "{what}", map = { "Graduated" = "graduated", "Still in School" = "still", "Non-Grad Completers" = "completers", "H.S. Equiv." = "equivalency", "Dropped Out" = "dropped-out", "Permanently Excluded" = "excluded" } }
pattern = '% (?<what>Graduated|Still in School|Non-Grad Completers|H\.S\. Equiv\.|Dropped Out|Permanently Excluded)'
scale = "percent"
denominator = "cohort"
"##;

#[test]
fn outcomes_of_massachusetts_schools() {
    let Some(file) = shared("data/ma_dese_sqm_2016_2026/4B_2_four_year_grad.csv") else { return };
    let text = read_to_string(file).expect("it can be read");
    // Three years of every fourth school; then with three or twelve more students in some cohorts.
    let of_years = |line: &&str| ["2016-17", "2017-18", "2018-19"].iter().any(|year| line.contains(year));
    let mut lines = text.lines();
    let head = lines.next().expect("a header");
    let rows: Vec<&str> = lines.filter(of_years).step_by(4).collect();
    let restated = |(at, line): (usize, &&str)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let cohort = cells.len() - 7;
        if let (0, Ok(n)) = (at % 5, cells[cohort].trim().parse::<u32>()) {
            cells[cohort] = (n + if at % 10 == 0 { 3 } else { 12 }).to_string();
        }
        cells.join(",")
    };
    let tool = Tool::new();
    tool.write("profile.toml", OUTCOMES);
    tool.write("one.csv", &format!("{head}\n{}\n", rows.join("\n")));
    tool.write(
        "two.csv",
        &format!("{head}\n{}\n", rows.iter().enumerate().map(restated).collect::<Vec<_>>().join("\n")),
    );
    let measure = |id| {
        format!(
            "  - {{ id: {id}, name: {id}, unit: percent, direction: increase, period: school-year, serves: [s], publishing: {{ whole: outcomes }} }}\n"
        )
    };
    let measures: String =
        ["graduated", "still", "completers", "equivalency", "dropped-out", "excluded"].map(measure).concat();
    let editions = [("one.csv", "2019-12-01"), ("two.csv", "2020-12-01")]
        .map(|(name, known_from)| Edition { files: vec![tool.path(name)], known_from });
    check("Massachusetts", &measures, &tool.path("profile.toml").to_string_lossy(), &editions, 100);
}
