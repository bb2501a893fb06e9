//! What is said of a series' other targets, and of compound targets.

use headway_model::plan::{Measure, Part, PartGoal, Target};
use headway_model::status::{AssessmentRequest, NoteKind, judge_standing};
use headway_model::{Direction, PeriodKind};

use crate::status_support::{ask, day, goal, measure, points, target};

/// Of these targets the first is judged; what is said of the others.
fn check(m: &Measure, others: &[Target], expected: Option<&str>) {
    let judged = target(Some(("2019-20", Some(60.0))), goal("2024-25", Some(70.0)));
    let all: Vec<&Target> = std::iter::once(&judged).chain(others).collect();
    let s = ask(m, &all, &points(PeriodKind::SchoolYear, &[(2020, 60.0), (2023, 66.0)]), "2023-09-01");
    assert_eq!(s.target.exact_number(), Some(70.0));
    assert_eq!(s.first_note(NoteKind::OtherTargets), expected);
}

#[test]
fn other_targets_are_named() {
    let m = measure("m", "percent", Direction::Increase, PeriodKind::SchoolYear);
    let later = target(None, goal("2029-30", Some(82.5)));
    let mut revised = target(None, goal("2024-25", Some(75.0)));
    revised.valid_to = Some(day("2022-06-30"));
    let mut next = target(None, goal("2024-25", Some(68.0)));
    next.valid_from = Some(day("2024-01-01"));
    let mut band = target(None, goal("2029-30", None));
    let of_band = band.target.as_mut().expect("a goal");
    (of_band.lo, of_band.hi) = (Some(80.0), Some(90.0));
    let mut nameless = target(None, goal("2029-30", None));
    nameless.target = None;
    let mut sets = target(None, goal("2025-26", None));
    sets.target.as_mut().expect("a goal").set_baseline = true;

    check(&m, &[], None);
    check(&m, std::slice::from_ref(&later), Some("Also promised for this series: 82.5% by 2029-30."));
    let said = "Also promised for this series: 75% by 2024-25 (until 2022-06-30), 68% by 2024-25 (from 2024-01-01 on).";
    check(&m, &[revised.clone(), next.clone()], Some(said));
    let said = "Also promised for this series: 80–90% (band) by 2029-30, a target that the plan names without a figure, a baseline to be set in 2025-26.";
    check(&m, &[band, nameless, sets], Some(said));
    let many = [later.clone(), revised, next, later.clone(), later.clone(), later];
    let said = "Also promised for this series: 82.5% by 2029-30, 75% by 2024-25 (until 2022-06-30), 68% by 2024-25 (from 2024-01-01 on), 82.5% by 2029-30, and 2 more.";
    check(&m, &many, Some(said));
}

/// The results of a compound target are its parts': the whole never says that its own result is overdue.
#[test]
fn a_compound_target_does_not_miss_its_own_result() {
    let mut m = measure("aid", "percent", Direction::Increase, PeriodKind::FiscalYear);
    let part = |id: &str, name: &str| Part { id: id.to_owned(), name: name.to_owned(), unit: None, direction: None };
    m.parts = vec![part("24h", "within 24 hours"), part("48h", "within 48 hours")];
    let compound = |period: &str| {
        let mut t = target(None, goal(period, None));
        let of_part = |(part, value): (&str, f64)| PartGoal { part: part.to_owned(), value };
        t.target.as_mut().expect("a goal").parts = [("24h", 60.0), ("48h", 75.0)].map(of_part).to_vec();
        t
    };
    let (now, next) = (compound("2017"), compound("2018"));
    let results = points(PeriodKind::FiscalYear, &[(2017, 80.0)]);
    let parts = [("24h", results.as_slice()), ("48h", results.as_slice())];
    let targets = [&now, &next];
    let as_of = day("2017-08-01");
    let question =
        AssessmentRequest { measure: &m, targets: &targets, points: &[], parts: &parts, as_of, method: None };
    let s = judge_standing(&question).expect("the plan can be read");
    assert_eq!((s.status.id(), s.first_note(NoteKind::TargetPeriod)), ("target met", None));
    let said = "Also promised for this series: within 24 hours 60% and within 48 hours 75% by FY2018.";
    assert_eq!(s.first_note(NoteKind::OtherTargets), Some(said));
    for part in &s.parts {
        let said = "The target speaks of FY2017; its result is in.";
        assert_eq!(part.standing.first_note(NoteKind::TargetPeriod), Some(said), "{}", part.part);
    }
}
