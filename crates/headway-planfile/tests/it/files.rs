//! Plan files: what is written is what is read, in every format; and what is wrong is told with its place.

use std::fs;
use std::path::{Path, PathBuf};

use headway_model::plan::{Plan, check_plan, diff_plans};
use headway_planfile::{self as plan, Error, FilePosition};
use proptest::prelude::*;

use crate::any::any_plan;

const FORMATS: [&str; 4] = ["yaml", "yml", "json", "xlsx"];

fn round_trip(plan: &Plan, folder: &Path, format: &str) -> Result<Plan, Error> {
    let path = folder.join(format!("plan.{format}"));
    plan::write_plan(plan, &path)?;
    Ok(plan::read_plan(&path)?.value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// From each format into the next, and at the end the same plan.
    #[test]
    fn nothing_is_lost_between_formats(seed in any::<u64>()) {
        let folder = tempfile::tempdir().unwrap();
        let plan = any_plan(seed);
        let mut last = plan.clone();
        for format in FORMATS {
            last = round_trip(&last, folder.path(), format).unwrap_or_else(|error| panic!("{format}: {error}"));
            prop_assert_eq!(&last, &plan, "{}", format);
        }
    }

    /// Whatever a file holds, `check` and `diff` have an answer, and a plan does not differ from itself.
    #[test]
    fn any_plan_can_be_checked_and_compared(seed in any::<u64>()) {
        let (one, other) = (any_plan(seed), any_plan(seed.wrapping_add(1)));
        for finding in check_plan(&one) {
            prop_assert!(!finding.place.is_empty() && !finding.message.is_empty());
        }
        for change in diff_plans(&one, &other) {
            prop_assert!(change.to_string().ends_with('.'), "{}", change);
        }
        prop_assert_eq!(diff_plans(&one, &one), Vec::new());
    }
}

#[test]
fn the_same_plan_makes_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let plan = any_plan(7);
    for format in FORMATS {
        let path = folder.path().join(format!("a.{format}"));
        let bytes = [0, 1].map(|_| {
            plan::write_plan(&plan, &path).unwrap();
            fs::read(&path).unwrap()
        });
        assert!(bytes[0] == bytes[1], "{format}");
    }
}

/// A file with this text, read: every problem as "line:column place: message".
pub(crate) fn problems(name: &str, text: impl AsRef<[u8]>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    match plan::read_plan(&path) {
        Ok(_) => Vec::new(),
        Err(Error::Problems { problems, .. }) => problems
            .into_iter()
            .map(|it| {
                let at = it.position.map_or_else(|| "-".to_owned(), |position| position.to_string());
                format!("{at} {}: {}", it.place, it.message)
            })
            .collect(),
        Err(other) => panic!("{other}"),
    }
}

#[track_caller]
pub(crate) fn check_problems(name: &str, text: impl AsRef<[u8]>, expected: &[&str]) {
    let found = problems(name, text);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\nis not\n{expected}");
    }
}

const HEAD: &str = "agency: { id: dept, name: Department }\nplan: { id: p, edition: 2012-12 }\n";

#[test]
fn unknown_keys_are_refused() {
    let body = format!("{HEAD}measures:\n  - id: grad\n    nmae: Graduation\n    period: cohort\n    zzz: 1\n");
    check_problems(
        "p.yaml",
        body,
        &[
            "5:5 measures[0].nmae: there is no `nmae` here: did you mean `name`?",
            "7:5 measures[0].zzz: there is no `zzz` here; there may be: id, name,",
            "4:5 measures[0]: `name` is missing here",
        ],
    );
    check_problems(
        "p.json",
        "{\n \"agency\": {\"id\": \"a\", \"name\": \"A\"},\n \"paln\": {}\n}",
        &["3:2 paln: there is no `paln` here: did you mean `plan`?", "1:1 : `plan` is missing here"],
    );
}

#[test]
fn values_are_of_their_kind() {
    let measure =
        |fields: &str| format!("{HEAD}measures:\n  - {{ id: grad, name: Graduation, period: cohort, {fields} }}\n");
    let at = |column: usize| format!("4:{column} measures[0]");
    for (fields, expected) in [
        ("direction: up", format!("{}.direction: “up” is none of: increase, decrease, maintain", at(62))),
        ("tolerance: lots", format!("{}.tolerance: “lots” is no number", at(62))),
        ("tolerance: \"1\"", format!("{}.tolerance: “1” is no number", at(62))),
        ("tolerance: .inf", format!("{}.tolerance: “.inf” is no number", at(62))),
        ("tolerance: 1e999", format!("{}.tolerance: “1e999” is no number", at(62))),
        ("bounds: [1]", format!("{}.bounds: 2 values are wanted, 1 are here", at(59))),
        ("min_n: -1", format!("{}.min_n: “-1” is not a whole number", at(58))),
        ("min_n: 4294967296", format!("{}.min_n: “4294967296” is not a whole number", at(58))),
        ("serves: success", format!("{}.serves: a list", at(59))),
        ("note: [a]", format!("{}.note: a single value is wanted here, not a list", at(57))),
        ("note: a, note: b", format!("{}.note: this key is given twice", at(60))),
        (
            "targets: [{ unit: state, valid_from: 2012-13-01 }]",
            format!("{}.targets[0].valid_from: “2012-13-01” is no day", at(88)),
        ),
        (
            "targets: [{ unit: state, baseline: 3 }]",
            format!("{}.targets[0].baseline: a map of keys is wanted here", at(86)),
        ),
    ] {
        check_problems("p.yaml", measure(fields), &[&expected]);
    }
    check_problems("p.yaml", measure("note: ~, direction: null, serves:"), &[]);
    check_problems("p.yaml", HEAD.replace("id: dept", "id:"), &["1:11 agency.id: this must have a value"]);
}

#[test]
fn what_is_no_such_file_says_so() {
    check_problems("p.yaml", "", &["- : the file is empty"]);
    check_problems("p.yaml", "- a\n", &["1:1 : a map of keys is wanted here, not a list"]);
    check_problems("p.yaml", "agency: [\n", &["1:9 : this is not YAML"]);
    check_problems("p.yaml", "a: &x 1\nb: *x\n", &["2:4 : plan files have no aliases"]);
    check_problems("p.yaml", "a: 1\n---\na: 2\n", &["3:1 : a plan file holds one document"]);
    check_problems("p.yaml", b"agency:\n  name: caf\xe9\n", &["2:12 : this is not UTF-8"]);
    check_problems("p.json", "", &["1:1 : this is not JSON"]);
    check_problems("p.json", "{\n  \"agency\": 1,,\n}", &["2:15 : this is not JSON"]);
    check_problems("p.json", "[".repeat(100_000), &["1:128 : this is not JSON: recursion limit exceeded"]);
    check_problems("p.yaml", "[".repeat(100_000), &["1:"]);
    check_problems("p.xlsx", "no workbook", &["- : this is no workbook"]);
    assert!(matches!(plan::read_plan("plan.toml"), Err(Error::UnknownFormat { .. })));
    assert!(matches!(plan::read_plan("no such file.yaml"), Err(Error::Io { .. })));
}

/// Ids stay what they are, whatever a reader of YAML could take them for.
#[test]
fn ids_are_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.yaml");
    fs::write(&path, "\u{feff}agency: { id: 010, name: no }\nplan: { id: 1e3, edition: 2012 }\n").unwrap();
    let plan = plan::read_plan(&path).unwrap().value;
    assert_eq!(
        (&*plan.agency.id, &*plan.agency.name, &*plan.plan.id, &*plan.plan.edition),
        ("010", "no", "1e3", "2012")
    );
}

const FAULTY: &str = "\
agency: { id: dept, name: Department }
plan: { id: p, edition: 2012-12 }
measures:
  - id: grad
    name: Graduation
    period: cohort
    targets:
      - unit: state
        baseline: { period: 2010, value: 84.7 }
        target: { period: 2014, value: 188.3 }
";

/// The findings of `check` are told where they stand in the file, in every format.
#[test]
fn findings_have_a_position() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = folder.path().join("p.yaml");
    fs::write(&yaml, FAULTY.replace("period: cohort", "period: cohort\n    unit: percent")).unwrap();
    let located = plan::read_plan(&yaml).unwrap();
    let places = |located: &plan::LocatedValue<Plan>| -> Vec<String> {
        check_plan(&located.value)
            .iter()
            .map(|it| located.position(&it.place).expect("a position").to_string())
            .collect()
    };
    // The missing direction is told where its measure begins, the impossible figure where it stands.
    assert_eq!(places(&located), ["4:5", "11:40"]);
    assert!(
        located
            .describe_finding(&check_plan(&located.value)[1])
            .starts_with(&format!("{}:11:40: warning out-of-bounds", yaml.display()))
    );

    let xlsx = folder.path().join("p.xlsx");
    plan::write_plan(&located.value, &xlsx).unwrap();
    let located = plan::read_plan(&xlsx).unwrap();
    assert_eq!(places(&located), ["measures!A2", "targets!J2"]);
}

fn workspace_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// `docs/plan.schema.json` is the schema of the program. To renew it: `HEADWAY_RENEW=1 cargo test -p headway-delivery schema`.
#[test]
fn the_published_schema_is_up_to_date() {
    let path = workspace_file("docs/plan.schema.json");
    let mut text = serde_json::to_string_pretty(&plan::plan_schema()).unwrap();
    text.push('\n');
    if std::env::var_os("HEADWAY_RENEW").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|published| published == text),
        "docs/plan.schema.json is not the schema of the program"
    );
}

#[test]
fn positions_are_of_the_nearest_thing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.json");
    fs::write(&path, "{ \"agency\": { \"id\": \"a\", \"name\": \"\\ud83c\\udf93\" },\n  \"plan\": { \"id\": \"p\", \"edition\": \"2012\" } }").unwrap();
    let located = plan::read_plan(&path).unwrap();
    assert_eq!(located.value.agency.name, "🎓");
    let at = |place: &str| located.position(place).cloned();
    assert_eq!(at("plan.edition"), Some(FilePosition::Text { line: 2, column: 35 }));
    assert_eq!(at("plan.source"), Some(FilePosition::Text { line: 2, column: 11 }));
    assert_eq!(at("measures[3].unit"), None);
}
