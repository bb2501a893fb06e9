//! What is not measured every year, and what is not over: nothing is due in between, and the last value stays in view.

use std::num::NonZeroU8;

use headway_model::plan::{Measure, Method, PathPoint, Target};
use headway_model::status::{NoteKind, SeriesPoint, TargetAssessment};
use headway_model::{Direction, Period, PeriodKind, Value, YearEnd};

use crate::status_support::{ask, goal, label, measure, points, target};

/// 213 in 2024, to 225 in 2030, with figures for these years between.
fn promise(path: &[(i32, f64)]) -> Target {
    let mut t = target(Some(("2024", Some(213.0))), goal("2030", Some(225.0)));
    t.trajectory = path.iter().map(|(p, value)| PathPoint { period: label(&p.to_string()), value: *value }).collect();
    t
}

fn score() -> Measure {
    measure("score", "score", Direction::Increase, PeriodKind::SchoolYear)
}

fn check(m: &Measure, t: &Target, results: &[(i32, f64)], as_of: &str, expected: &str) -> TargetAssessment {
    let s = ask(m, &[t], &points(PeriodKind::SchoolYear, results), as_of);
    assert_eq!(s.status.id(), expected, "{as_of} {results:?}");
    let last = results.iter().filter(|r| format!("{}-07-01", r.0).as_str() <= as_of).max_by_key(|r| r.0);
    assert_eq!(s.value.exact_number(), last.map(|r| r.1), "the last value stays in view");
    s
}

#[test]
fn off_years_owe_nothing() {
    let every_second = promise(&[(2026, 217.0), (2028, 221.0)]);
    let plain = promise(&[]);
    let stated = Measure { every: NonZeroU8::new(2), ..score() };
    let worded = Measure { cadence: Some("every two years".to_owned()), ..score() };
    let yearly = Measure { every: NonZeroU8::new(1), ..score() };
    let first = [(2024, 213.0)];
    for (m, t) in [(&score(), &every_second), (&stated, &plain), (&worded, &plain), (&stated, &every_second)] {
        let s = check(m, t, &first, "2025-12-01", "not yet due");
        assert_eq!(s.next_period.map(|p| p.ordinal), Some(2026));
        check(m, t, &first, "2026-12-01", "not reporting");
        let s = check(m, t, &[(2024, 213.0), (2026, 216.0)], "2027-12-01", "near");
        assert_eq!(s.next_period.map(|p| p.ordinal), Some(2028));
        let s = check(m, t, &[(2024, 213.0), (2026, 216.0)], "2028-12-01", "not reporting");
        assert_eq!(s.missing_period.map(|p| p.ordinal), Some(2028));
    }
    // Said where it was read, not where it was stated.
    let s = check(&score(), &every_second, &first, "2025-12-01", "not yet due");
    assert!(s.first_note(NoteKind::Rhythm).is_some_and(|text| text.contains("2025-26")), "{:?}", s.notes);
    assert_eq!(check(&stated, &every_second, &first, "2025-12-01", "not yet due").first_note(NoteKind::Rhythm), None);
    // Yearly stays yearly: one point of a path is no rhythm, and results that come each year, or a word, say more than a path.
    check(&score(), &plain, &first, "2025-12-01", "not reporting");
    check(&score(), &promise(&[(2027, 219.0)]), &first, "2025-12-01", "not reporting");
    check(&yearly, &every_second, &first, "2025-12-01", "not reporting");
    let years = [(2022, 210.0), (2023, 211.0), (2024, 213.0)];
    check(&score(), &every_second, &years, "2025-12-01", "not reporting");
}

#[test]
fn three_results_show_a_rhythm() {
    let t = promise(&[]);
    let seconds = [(2020, 205.0), (2022, 209.0), (2024, 213.0)];
    check(&score(), &t, &seconds, "2025-12-01", "not yet due");
    check(&score(), &t, &seconds, "2026-12-01", "not reporting");
    check(&score(), &t, &seconds[1..], "2025-12-01", "not reporting");
    // A target between two results is decided by the next one, and nothing is missing before.
    let mut odd = promise(&[]);
    odd.target = Some(goal("2029", Some(223.0)));
    let known = [(2020, 205.0), (2022, 209.0), (2024, 213.0), (2026, 217.0), (2028, 222.0)];
    check(&score(), &odd, &known, "2029-12-01", "on track");
    check(&score(), &odd, &known, "2030-12-01", "not reporting");
    let then: Vec<_> = known.into_iter().chain([(2030, 224.0)]).collect();
    check(&score(), &odd, &then, "2030-12-01", "target met");
}

#[test]
fn a_hidden_result_is_not_passed_over() {
    let m = measure("grad", "percent", Direction::Increase, PeriodKind::Cohort);
    let at = |ordinal, value| SeriesPoint::new(Period { kind: PeriodKind::Cohort, ordinal }, value);
    let results = [at(2009, Value::Exact { value: 40.0 }), at(2010, Value::Suppressed)];
    let s = ask(&m, &[], &results, "2012-01-01");
    assert_eq!((s.status.id(), s.period.map(|p| p.ordinal), s.value.exact_number()), ("no target", Some(2010), None));
    assert_eq!((s.latest_period.map(|p| p.ordinal), s.latest_value.exact_number()), (Some(2009), Some(40.0)));
    assert_eq!(
        s.to_sentence(),
        "The result for cohort 2010 is hidden: too few students are behind it; the last figure is 40.0% for cohort 2009. No target is in force."
    );
    // It picks the target too: that of 2009 is not the nearest any more.
    let (earlier, later) = (target(None, goal("2009", Some(30.0))), target(None, goal("2015", Some(60.0))));
    let s = ask(&m, &[&earlier, &later], &results, "2011-01-01");
    assert_eq!((s.status.id(), s.target.exact_number()), ("too few students", Some(60.0)));
}

#[test]
fn the_year_ends_where_the_plan_says() {
    let mut m = measure("g", "percent", Direction::Increase, PeriodKind::FiscalYear);
    m.method = Some(Method::Gpra);
    let targets = [target(None, goal("2023", Some(80.0))), target(None, goal("2024", Some(85.0)))];
    let results = points(PeriodKind::FiscalYear, &[(2022, 70.0), (2023, 78.0), (2024, 60.0)]);
    let check = |m: &Measure, day: &str, year: i32, expected: &str| {
        let s = ask(m, &targets.iter().collect::<Vec<_>>(), &results, day);
        assert_eq!((s.period.map(|p| p.ordinal), s.status.id()), (Some(year), expected), "{day}");
        s
    };
    check(&m, "2024-07-01", 2024, "Did Not Meet Target");
    m.year_ends = Some(YearEnd::parse("09-30").expect("a day of the year"));
    check(&m, "2024-07-01", 2023, "Made Progress From Prior Year");
    let s = check(&m, "2024-09-30", 2023, "Made Progress From Prior Year");
    assert_eq!(s.target_due.map(|day| day.to_string()).as_deref(), Some("2023-10-01"));
    check(&m, "2024-10-01", 2024, "Did Not Meet Target");
    m.method = None;
    let s = check(&m, "2024-09-30", 2023, "target missed");
    assert_eq!(s.next_due.map(|day| day.to_string()).as_deref(), Some("2024-10-01"));
}
