//! A target is met or missed by its own period, whatever came later; and a baseline past its target has no path.

use headway_model::plan::Method;
use headway_model::status::{NoteKind, PathStart, ResultHorizon, TargetAssessment, TargetCondition, TargetTrajectory};
use headway_model::{Direction, PeriodKind, Value, ValueFlags};

use crate::status_support::{Rows, ask, goal, measure, points, target};

/// Until 2023 everything is over and due: the target of 2021 was 6, from 3.8 in 2005.
fn check(rows: Rows, expected: &str, period: i32) {
    let start = |value| PathStart::Given { period: 2005, value };
    let rising = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(6.0), 2021, start(3.8));
    let score = rows.score(&rising, ResultHorizon::through_period(2023));
    assert_eq!((score.status.id(), score.period), (expected, Some(period)), "{rows:?}");
    // The same in a mirror.
    let falling = TargetTrajectory::on_straight_path(TargetCondition::AtMost(-6.0), 2021, start(-3.8));
    let mirrored = Rows(rows.0.iter().map(|&(p, v, f)| (p, mirror(v), f)).collect());
    let score = mirrored.score(&falling, ResultHorizon::through_period(2023));
    assert_eq!((score.status.id(), score.period), (expected, Some(period)), "{mirrored:?}");
}

fn mirror(value: Value) -> Value {
    match value {
        Value::Exact { value } => Value::Exact { value: -value },
        other => other,
    }
}

#[test]
fn the_own_period_decides() {
    check(Rows::exact(&[(2021, 5.8), (2023, 6.0)]), "target missed", 2021);
    check(Rows::exact(&[(2023, 6.0), (2021, 5.8)]), "target missed", 2021);
    check(Rows::exact(&[(2021, 6.1), (2023, 5.2)]), "target met", 2021);
    check(Rows::exact(&[(2020, 6.1), (2021, 5.9), (2022, 6.3)]), "target missed", 2021);
    // Hidden in its own period: nobody can say, whatever is known of other years.
    check(Rows::exact(&[(2020, 5.0), (2022, 6.3)]).with(2021, Value::Suppressed), "too few students", 2021);
    check(Rows::exact(&[(2021, 5.8)]).with(2023, Value::Suppressed), "target missed", 2021);
    // Nothing in its own period: the next result stands in, not the latest.
    check(Rows::exact(&[(2022, 5.9), (2023, 6.2)]), "target missed", 2022);
    check(Rows::exact(&[(2022, 6.1), (2023, 5.2)]).with(2021, Value::NotReported), "target met", 2022);
    // What came for it and holds no number decides too: no other year stands in.
    check(Rows::exact(&[(2020, 6.1), (2022, 6.1)]).with(2021, Value::NotTested), "not tested", 2021);
    check(Rows::exact(&[(2020, 5.0)]).with(2021, Value::NotTested), "not tested", 2021);
    check(Rows::exact(&[(2020, 5.0), (2022, 6.3)]).with(2021, Value::NotApplicable), "not applicable", 2021);
    check(Rows::exact(&[(2023, 6.0)]).with(2021, Value::Missing), "target met", 2023);
    // A new series after the target says nothing of it.
    check(Rows::exact(&[(2021, 5.8), (2023, 9.0)]).flagged(2023, ValueFlags::BREAK), "target missed", 2021);
}

fn stood(method: Option<Method>, results: &[(i32, f64)]) -> TargetAssessment {
    let mut m = measure("share", "number", Direction::Increase, PeriodKind::CalendarYear);
    m.method = method;
    let t = target(Some(("2005", Some(3.8))), goal("2021", Some(6.0)));
    ask(&m, &[&t], &points(PeriodKind::CalendarYear, results), "2024-02-01")
}

#[test]
fn what_came_later_stands_beside_it() {
    let s = stood(None, &[(2021, 5.8), (2022, 5.9), (2023, 6.0)]);
    assert_eq!(s.to_sentence(), "5.8 in 2021, 0.2 below the target of 6 in 2021; reached later, in 2023.");
    assert_eq!(s.first_note(NoteKind::OwnPeriod), Some("The target was reached later: 6 in 2023."));
    let year = |p: Option<headway_model::Period>| p.map(|p| p.ordinal);
    assert_eq!(
        (year(s.reached_period), year(s.latest_period), s.latest_value.exact_number()),
        (Some(2023), Some(2023), Some(6.0))
    );

    let s = stood(None, &[(2021, 6.0), (2022, 5.0), (2023, 6.2)]);
    assert_eq!((s.status.id(), s.first_note(NoteKind::OwnPeriod)), ("target met", None), "the latest keeps it");
    let s = stood(None, &[(2022, 5.9), (2023, 5.9)]);
    let said = "The target’s own period (2021) has no result: the next one (2022) stands in for it.";
    assert_eq!((s.first_note(NoteKind::OwnPeriod), s.reached_period), (Some(said), None));
}

#[test]
fn every_method_judges_the_own_period() {
    let results = [(2005, 3.8), (2019, 5.9), (2020, 5.9), (2021, 5.8), (2023, 6.0)];
    let s = stood(Some(Method::Cagr), &results);
    assert_eq!((s.status.id(), s.period.map(|p| p.ordinal)), ("moderate_progress", Some(2021)), "{}", s.to_sentence());
    let s = stood(Some(Method::Trend), &results);
    assert_eq!((s.status.id(), s.period.map(|p| p.ordinal)), ("thunderstorm", Some(2021)), "{}", s.to_sentence());
}

/// A district at 93.1 whose target, its state's, is 72.
#[test]
fn a_baseline_past_the_target_has_no_path() {
    let start = PathStart::Given { period: 2020, value: 93.1 };
    let promise = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(72.0), 2030, start);
    let own = |tolerance| TargetTrajectory { tolerance: Some(tolerance), ..promise.clone() };
    for (p, value, expected) in [
        (&promise, 93.0, "ahead"),
        (&promise, 80.0, "ahead"),
        (&promise, 72.0, "on track"),
        (&promise, 71.9, "moving away"),
        (&own(0.5), 71.9, "near"),
    ] {
        let score = Rows::exact(&[(2024, value)]).score(p, ResultHorizon::through_period(2024));
        assert_eq!(score.status.id(), expected, "{value}");
        assert_eq!(score.expected.exact_number(), Some(72.0), "{value}: it is held against the target");
        let needed = if value < 72.0 { (72.0 - value) / 6.0 } else { 0.0 };
        assert_eq!(score.pace_needed.exact_number(), Some(needed), "{value}");
    }
    // An agreed path is followed, wherever it leads.
    let agreed = TargetTrajectory { path: vec![(2025, 80.0)], ..promise };
    let score = Rows::exact(&[(2025, 79.0)]).score(&agreed, ResultHorizon::through_period(2025));
    assert_eq!(score.expected.exact_number(), Some(80.0));

    let m = measure("grad", "percent", Direction::Increase, PeriodKind::SchoolYear);
    let t = target(Some(("2020", Some(93.1))), goal("2030", Some(72.0)));
    let said = |value| ask(&m, &[&t], &points(PeriodKind::SchoolYear, &[(2024, value)]), "2024-09-01");
    assert_eq!(
        said(93.4).to_sentence(),
        "93.4% in 2023-24, already past the target of 72% by 2029-30; keep at or above 72%."
    );
    let s = said(70.0);
    assert_eq!(
        s.to_sentence(),
        "70.0% in 2023-24, 2.0 points below the target of 72% by 2029-30, which the baseline (93.1%) had passed already."
    );
    assert_eq!(
        s.first_note(NoteKind::AlreadyPast),
        Some(
            "The baseline (93.1%) was past the target already: there is no path, and the promise is to keep at or above 72%."
        )
    );
}

/// The newest result holds no number: it says why, and the last figure stands beside it.
#[test]
fn what_was_not_tested_is_not_passed_over() {
    let m = measure("share", "percent", Direction::Increase, PeriodKind::CalendarYear);
    let t = target(Some(("2015", Some(40.0))), goal("2025", Some(60.0)));
    let mut results = points(PeriodKind::CalendarYear, &[(2018, 50.0), (2019, 51.0)]);
    results[1].value = Value::NotTested;
    let s = ask(&m, &[&t], &results, "2020-02-01");
    assert_eq!(s.status.id(), "not tested");
    assert_eq!(
        s.to_sentence(),
        "There is no result in 2019: students were not tested; the last figure is 50.0% in 2018."
    );
    let s = ask(&m, &[], &results, "2020-02-01");
    assert_eq!(s.status.id(), "no target");
    assert!(s.to_sentence().starts_with("There is no result in 2019"), "{}", s.to_sentence());

    // In the federal words too: nothing is pending where it was said that there is nothing.
    let mut federal = m.clone();
    federal.method = Some(Method::Gpra);
    let t = target(None, goal("2019", Some(60.0)));
    assert_eq!(ask(&federal, &[&t], &results, "2020-02-01").status.id(), "not tested");
    // A result that is there is not "not in".
    let s = ask(&m, &[&t], &results, "2020-02-01");
    let said = s.first_note(NoteKind::TargetPeriod).expect("it names the period");
    assert!(said.contains("its result is in, without a figure (not tested)"), "{said}");
}
