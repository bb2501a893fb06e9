//! Nothing leads over a break: no path, pace, slope or comparison from one scale to another.

use headway_model::plan::{Break, Measure, Method, SeriesBreak};
use headway_model::status::{NoteKind, TargetAssessment};
use headway_model::{Direction, PeriodKind};

use crate::status_support::{ask, goal, label, measure, points, target};

/// Measured on a new scale from `at` on.
fn broken(method: Option<Method>, at: &str) -> Measure {
    let mut m = measure("share", "percent", Direction::Increase, PeriodKind::CalendarYear);
    m.method = method;
    m.breaks = vec![SeriesBreak { period: label(at), kind: Break::Break, note: None }];
    m
}

/// From 40 in 2015 to 60 in 2025; 41, 42 until 2017, then 50 and 51.
fn stood(method: Option<Method>, at: &str, as_of: &str) -> TargetAssessment {
    let t = target(Some(("2015", Some(40.0))), goal("2025", Some(60.0)));
    let results = points(PeriodKind::CalendarYear, &[(2016, 41.0), (2017, 42.0), (2018, 50.0), (2019, 51.0)]);
    ask(&broken(method, at), &[&t], &results, as_of)
}

fn no_way(s: &TargetAssessment) {
    assert_eq!(s.status.id(), "cannot tell", "{}", s.to_sentence());
    assert!(s.expected.is_none() && s.distance.is_none() && s.pace_needed.is_none(), "{s:?}");
    assert_eq!((s.pace_to_go(), s.projected), (None, None));
    assert!(s.first_note(NoteKind::Break).is_some());
}

#[test]
fn no_path_or_pace_over_a_break_since_the_baseline() {
    for method in [None, Some(Method::Cagr)] {
        let s = stood(method, "2018", "2020-02-01");
        no_way(&s);
        assert_eq!(s.pace_so_far(), None, "50 in 2018 is not 8 more than 42 in 2017");
    }
}

#[test]
fn no_pace_or_trend_over_a_break_before_the_target() {
    let s = stood(None, "2020", "2020-02-01");
    assert!(s.pace_needed.is_none() && !s.to_sentence().contains("needs"), "{}", s.to_sentence());
    assert_eq!((s.status.id(), s.first_note(NoteKind::Break).is_some()), ("ahead", true));
    // What was before the break is told as it was.
    assert_eq!(s.pace_so_far(), Some(11.0 / 4.0));
    let s = stood(Some(Method::Trend), "2020", "2020-02-01");
    assert_eq!((s.status.id(), s.projected, s.value.exact_number()), ("cannot tell", None, Some(51.0)));
    let told = stood(None, "2030", "2020-02-01");
    assert_eq!(told.pace_needed.exact_number(), Some(1.5), "a break after the target's period is no obstacle");
}

#[test]
fn a_bridged_baseline_lends_no_slope_to_older_results() {
    let mut t = target(Some(("2015", Some(48.0))), goal("2025", Some(60.0)));
    t.baseline.as_mut().expect("it has one").bridged = true;
    let results = points(PeriodKind::CalendarYear, &[(2016, 41.0), (2017, 42.0), (2018, 50.0), (2019, 51.0)]);
    let s = ask(&broken(Some(Method::Trend), "2018"), &[&t], &results, "2020-02-01");
    assert_eq!(s.projected, Some(57.0), "one point a year since 2018: {}", s.to_sentence());
}

#[test]
fn a_federal_year_is_not_compared_over_a_break() {
    let t = target(None, goal("2018", Some(60.0)));
    let results = points(PeriodKind::CalendarYear, &[(2017, 42.0), (2018, 50.0)]);
    let mut m = broken(Some(Method::Gpra), "2018");
    let s = ask(&m, &[&t], &results, "2019-02-01");
    assert_eq!(s.status.id(), "Did Not Meet Target");
    assert!(s.first_note(NoteKind::Break).is_some());
    m.breaks.clear();
    assert_eq!(ask(&m, &[&t], &results, "2019-02-01").status.id(), "Made Progress From Prior Year");
}
