//! A real plan: North Carolina's 2025-30, with exactly the contradictions that it has.

mod convert;

use std::path::{Path, PathBuf};

use headway_model::plan::check_plan;
use headway_planfile as plan;

#[expect(clippy::print_stdout, reason = "a test that is left out says so")]
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/plan_ncdpi");
    if folder.exists() {
        return Some(folder);
    }
    println!("left out: ../shared is not here");
    None
}

/// (code, place, what the message must say). Each was looked up in the files:
/// - the goals of AP and CTE participation name 29 % and 41 % by 2030; their series end at 30 and 42, and hold 29 and 41 for 2029;
/// - seven series give a baseline for 2024 and targets from 2026 on, yearly: 2025 has a row with neither value nor target.
///   (Graduation and enrollment have an actual value for 2025; the four NAEP series come every other year.)
/// - Schools of Character is in the menu without any figure;
/// - instructional coaching is "In Progress" on 2026-04-09, and "Starts in July, 2026".
const CONTRADICTIONS: &[(&str, &str, &[&str])] = &[
    ("started-before-planned", "P2.F2.A2", &["In Progress", "2026-04-09", "2026-07-01"]),
    ("years-without-target", "P1.M2", &["2024-25"]),
    (
        "goal-text-differs",
        "P1.M3",
        &["says 29 by 2029-30", "the target for 2029-30 is 30", "29 is the target for 2028-29"],
    ),
    ("years-without-target", "P1.M3", &["2024-25"]),
    ("years-without-target", "P1.M4", &["2024-25"]),
    ("years-without-target", "P1.M6", &["2024-25"]),
    ("years-without-target", "P1.M7", &["2024-25"]),
    (
        "goal-text-differs",
        "P1.M8",
        &["says 41 by 2029-30", "the target for 2029-30 is 42", "41 is the target for 2028-29"],
    ),
    ("years-without-target", "P1.M8", &["2024-25"]),
    ("years-without-target", "P1.M9", &["2024-25"]),
    ("no-target", "P1.M15", &["without a target"]),
];

#[test]
fn check_finds_exactly_its_contradictions() {
    let Some(folder) = folder() else { return };
    let plan = convert::plan(&folder);
    let findings = check_plan(&plan);
    let found: Vec<(String, bool)> = (findings.iter().zip(CONTRADICTIONS))
        .map(|(finding, (code, id, words))| {
            let says = |word: &&str| finding.message.contains(word);
            (finding.message.clone(), finding.code.id() == *code && says(id) && words.iter().all(says))
        })
        .collect();
    assert!(found.iter().all(|(_, right)| *right), "{found:#?}");
    assert_eq!(findings.len(), CONTRADICTIONS.len(), "{findings:#?}");
}

/// What the files hold: 8 pillars, 26 focus areas, 109 actions (the file has 110 lines, its header among them), 14 measures, 13 of
/// them with targets.
#[test]
fn everything_is_loaded() {
    let Some(folder) = folder() else { return };
    let plan = convert::plan(&folder);
    let (areas, pillars): (Vec<_>, Vec<_>) = plan.strategies.iter().partition(|it| it.parent.is_some());
    assert_eq!((pillars.len(), areas.len(), plan.programs.len(), plan.measures.len()), (8, 26, 109, 14));
    assert_eq!(plan.measures.iter().filter(|it| !it.targets.is_empty()).count(), 13);
    assert!(plan.programs.iter().all(|it| it.milestones[0].planned_start.is_some()));
    let started = |it: &&headway_model::plan::Program| it.milestones[0].history[0].status == "In Progress";
    assert_eq!(plan.programs.iter().filter(started).count(), 35);

    let points: Vec<f64> = plan.measures[2].targets[0].trajectory.iter().map(|it| it.value).collect();
    assert_eq!((plan.measures[2].id.as_str(), points.as_slice()), ("P1.M3", &[23.0, 25.0, 27.0, 29.0][..]));
}

#[test]
fn every_format_holds_it() {
    let Some(source) = folder() else { return };
    let plan = convert::plan(&source);
    let folder = tempfile::tempdir().unwrap();
    for format in ["yaml", "json", "xlsx"] {
        let path = folder.path().join(format!("plan.{format}"));
        plan::write_plan(&plan, &path).unwrap();
        let located = plan::read_plan(&path).unwrap();
        assert!(located.value == plan, "{format}");
        // Every contradiction is told where it stands.
        for finding in check_plan(&located.value) {
            assert!(located.locate_in_file(&finding.place).len() > path.display().to_string().len(), "{finding}");
        }
    }
}
