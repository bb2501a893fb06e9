//! The sample: the plans of Massachusetts read, hold what was published, and `check` finds what is true of their sources.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use headway_model::plan::{Measure, Plan, PlanChange, check_after, check_plan, diff_plans};
use headway_model::{Period, StudentGroup};
use headway_planfile as plan;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/massachusetts")
}

fn sample(name: &str) -> Plan {
    plan::read_plan(samples().join(format!("{name}.yaml"))).unwrap_or_else(|error| panic!("{error}")).value
}

fn names() -> Vec<String> {
    let files = fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect();
    names.sort();
    names
}

/// (code, the ids of the things)
type Found = &'static [(&'static str, &'static [&'static str])];

/// (edition, how many measures, findings as "code: id of the thing", the same code once)
const FOUND: &[(&str, usize, Found)] = &[
    ("chapter-6a-2017", 5, &[("no-figure", &["licensing-visits"])]),
    ("chapter-6a-2018", 4, &[]),
    ("chapter-6a-2020", 3, &[("no-figure", &["stem-week"])]),
    ("chapter-6a-2021", 3, &[]),
    ("chapter-6a-2022", 4, &[]),
    ("chapter-6a-2023", 5, &[]),
    ("delivery-2011-03", 8, &[]),
    (
        "delivery-2012-12",
        2,
        &[(
            "never-named",
            &["curriculum-instruction-assessment", "educator-effectiveness", "turnaround", "technology-and-data"],
        )],
    ),
    (
        "delivery-2014-01-13",
        16,
        &[
            ("never-named", &["technology-and-data", "adult-learning"]),
            (
                "no-figure",
                &[
                    "g3-reading",
                    "g8-math",
                    "ell-mcas",
                    "level4-sgp",
                    "career-development-k12",
                    "pd-differentiated",
                    "minority-educators",
                    "retention-effective",
                    "evaluation-movement",
                    "early-career-mcas",
                    "waivers",
                    "adult-learning",
                    "career-development-postsecondary",
                    "developmental",
                ],
            ),
        ],
    ),
    ("delivery-2019-03-26", 0, &[]),
    (
        "delivery-2022-05-17",
        12,
        &[(
            "no-figure",
            &[
                "grad-5yr",
                "masscore",
                "waivers",
                "grad-4-and-5",
                "rms-performance",
                "rms-groups",
                "level345-growth",
                "pathways",
                "diverse-educators",
                "effective-educators",
                "novice-results",
                "retention-highly-effective",
            ],
        )],
    ),
    ("results-2026", 28, &[]),
];

#[test]
fn findings_are_true_of_the_sources() {
    assert_eq!(names(), FOUND.iter().map(|it| it.0).collect::<Vec<_>>());
    for (name, measures, expected) in FOUND {
        let plan = sample(name);
        assert_eq!(plan.measures.len(), *measures, "{name}");
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for finding in check_plan(&plan) {
            let id = finding.message.split('“').nth(1).and_then(|rest| rest.split('”').next()).expect("an id is named");
            found.entry(finding.code.id()).or_default().push(id.to_owned());
        }
        let expected: HashMap<String, Vec<String>> = expected
            .iter()
            .map(|(code, ids)| ((*code).to_owned(), ids.iter().map(|id| (*id).to_owned()).collect()))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
    let editions =
        ["2011-03", "2012-12", "2014-01-13", "2019-03-26", "2022-05-17"].map(|it| sample(&format!("delivery-{it}")));
    assert!(check_after(&editions[2], &editions[3]).is_empty());
    assert!(editions.iter().all(|it| it.plan.id == "delivery"));
}

#[test]
fn every_format_holds_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    for name in names() {
        let plan = sample(&name);
        for format in ["yaml", "json", "xlsx"] {
            let path = folder.path().join(format!("{name}.{format}"));
            plan::write_plan(&plan, &path).unwrap();
            assert_eq!(plan::read_plan(&path).unwrap().value, plan, "{}", path.display());
        }
        // The files are as the program itself writes them.
        let written = fs::read_to_string(folder.path().join(format!("{name}.yaml"))).unwrap();
        assert!(written == fs::read_to_string(samples().join(format!("{name}.yaml"))).unwrap(), "{name}");
    }
}

fn measure<'a>(plan: &'a Plan, id: &str) -> &'a Measure {
    plan.measures.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// (edition, measure, baseline, target)
#[test]
fn figures_are_those_published() {
    for (name, id, baseline, target) in [
        ("delivery-2011-03", "grad-5yr", Some(("2009", 84.6)), ("2014", 88.3)),
        ("delivery-2011-03", "masscore", Some(("2010", 70.0)), ("2014", 82.5)),
        ("delivery-2012-12", "grad-5yr", Some(("2010", 84.7)), ("2014", 88.3)),
        ("delivery-2012-12", "masscore", Some(("2010", 68.9)), ("2014", 82.5)),
        ("chapter-6a-2020", "licensure-calls", None, ("FY2020", 95.0)),
        ("chapter-6a-2023", "early-college-low-income", Some(("FY2022", 59.0)), ("FY2023", 66.0)),
    ] {
        let plan = sample(name);
        let promised = &measure(&plan, id).targets[0];
        let started = promised.baseline.as_ref().map(|it| (it.period.0.as_str(), it.value.unwrap()));
        let goal = promised.target.as_ref().unwrap();
        assert_eq!((started, (goal.period.0.as_str(), goal.value.unwrap())), (baseline, target), "{name} {id}");
        assert!(promised.source.is_some(), "{name} {id}: every figure has a source");
    }
    for (name, id, parts) in [
        ("chapter-6a-2017", "aid-inquiries", &[("24h", 60.0), ("48h", 75.0), ("72h", 100.0)][..]),
        ("chapter-6a-2017", "licensure-cycle", &[("non-peak", 2.0), ("peak", 4.0)]),
        ("chapter-6a-2018", "noi-approval", &[("average", 10.0), ("longest", 30.0)]),
        ("chapter-6a-2021", "licensure-review-time", &[("non-peak", 2.0), ("peak", 5.0)]),
    ] {
        let plan = sample(name);
        let goal = measure(&plan, id).targets[0].target.clone().unwrap();
        let found: Vec<(&str, f64)> = goal.parts.iter().map(|it| (it.part.as_str(), it.value)).collect();
        assert_eq!(found, parts, "{name} {id}");
    }
}

/// The five-year result of cohort 2014 is due at the end of October 2015.
#[test]
fn the_graduation_target_says_when_it_is_due() {
    let plan = sample("delivery-2012-12");
    let measure = measure(&plan, "grad-5yr");
    let goal = measure.targets[0].target.as_ref().unwrap();
    let lag: jiff::Span = measure.result_lag.as_ref().unwrap().parse().unwrap();
    let cohort = goal.period.to_period(measure.period).unwrap();
    assert_eq!(cohort.to_string(), "cohort 2014");
    assert_eq!((cohort.last_day() + lag).to_string(), "2015-10-31");
}

/// (edition, next edition, how many changes, one of them)
#[test]
fn editions_differ_as_published() {
    for (from, to, count, one) in [
        (
            "delivery-2011-03",
            "delivery-2012-12",
            50,
            "Measure “MassCore completion” (masscore), state: the target changed from 82.5 by 2014 (from 70 in 2010) to \
             82.5 by 2014 (from 68.9 in 2010).",
        ),
        ("delivery-2012-12", "delivery-2014-01-13", 30, "Program “Academic Support” (academic-support) was dropped."),
        (
            "delivery-2014-01-13",
            "delivery-2019-03-26",
            29,
            "Strategy “Enhance resource allocation and data use” (resources-and-data) took the place of “Use technology and \
             data effectively to support student achievement” (technology-and-data).",
        ),
        (
            "chapter-6a-2021",
            "chapter-6a-2022",
            16,
            "Measure “Licensure reviews found accurate in spot checks” (licensure-accuracy), state: the target changed from 96 \
             by FY2021 to 97 by FY2022.",
        ),
    ] {
        let changes: Vec<String> = diff_plans(&sample(from), &sample(to)).iter().map(PlanChange::to_string).collect();
        assert_eq!(changes.len(), count, "{changes:#?}");
        assert!(changes.iter().any(|it| it == one), "{one}\n{changes:#?}");
    }
}

struct Row {
    cells: HashMap<String, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        &self.cells[column]
    }
}

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let cells = reader.deserialize().map(|row| Row { cells: row.unwrap() });
    cells.collect()
}

/// Every observation belongs to a measure of some edition, has a period of that measure's kind, a known group and a source.
#[test]
fn observations_belong_to_measures() {
    let measures: Vec<Measure> = names().iter().flat_map(|name| sample(name).measures).collect();
    let mut keys = Vec::new();
    let observations = rows(&samples().join("observations.csv"));
    assert_eq!(observations.len(), 425);
    for row in &observations {
        let (id, part) = match row.get("measure").split_once('.') {
            Some((id, part)) => (id, Some(part)),
            None => (row.get("measure"), None),
        };
        // `developmental` has its figures by kind of college.
        let of_id: Vec<&Measure> = measures.iter().filter(|it| it.id == id).collect();
        assert!(!of_id.is_empty(), "{id}");
        if let Some(part) = part {
            assert!(of_id.iter().any(|it| it.parts.iter().any(|known| known.id == part)), "{id}.{part}");
        }
        let kind = serde_json::to_value(of_id[0].period).unwrap();
        assert_eq!(kind, row.get("period_kind"), "{id}");
        assert!(Period::parse(of_id[0].period, row.get("period")).is_ok(), "{}", row.get("period"));
        let group = row.get("group");
        assert!(
            StudentGroup::of_code(group).is_some() || ["urban", "not-low", "lep-former"].contains(&group),
            "{group}"
        );
        let number = row.get("value").trim_start_matches(['<', '>', '=']);
        assert!(number.parse::<f64>().is_ok(), "{}", row.get("value"));
        assert!(row.get("source").starts_with("http"), "{id}");
        keys.push(["measure", "unit", "group", "grade", "period"].map(|column| row.get(column).to_owned()));
    }
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "one observation a key");
}

/// Every figure of the compiled series is in the table, as a value or as a count, save the three without a period.
#[test]
#[expect(clippy::print_stdout, reason = "a test that is left out says so")]
fn nothing_of_the_series_is_lost() {
    let series = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases/massachusetts_series.csv");
    if !series.exists() {
        println!("left out: ../shared is not here");
        return;
    }
    let table = rows(&samples().join("observations.csv"));
    let holds = |value: &str, source: &str| {
        let same = |cell: &str| cell.parse::<f64>().ok() == value.parse::<f64>().ok();
        let is_value = |row: &&Row| same(row.get("value")) && row.get("source") == source;
        let is_count = |row: &&Row| {
            (same(row.get("numerator")) || same(row.get("denominator")))
                && (row.get("source") == source || row.get("note").contains(source))
        };
        table.iter().any(|row| is_value(&row) || is_count(&row))
    };
    let lost: Vec<String> = (rows(&series).iter())
        .filter(|row| !holds(row.get("value"), row.get("source")))
        .map(|row| format!("{} {} {}", row.get("measure"), row.get("group"), row.get("value")))
        .collect();
    let without_period = [
        "hardship_waivers all 644",
        "college_enrollment_immediate low_income 43",
        "college_enrollment_immediate not_low_income 73",
    ];
    // 73 is in the table for another year, from the same source.
    assert_eq!(lost, without_period[..2]);
}
