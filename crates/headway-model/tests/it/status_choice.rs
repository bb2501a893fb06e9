//! The way in for people: Massachusetts as published, compound targets, when a result is due, what was ever kept.

use headway_model::plan::{Part, PartGoal};
use headway_model::status::{
    AssessmentRequest, NoteKind, PaceRecord, ResultHorizon, ResultLag, SeriesPoint, Status, ValueHistory,
    judge_standing,
};
use headway_model::{Direction, Period, PeriodKind};

use crate::status_support::{ask, day, five_year_rates, goal, graduation, measure, points, target};

#[test]
fn massachusetts_as_published() {
    let (m, rates) = (graduation(), five_year_rates());
    let t = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));

    // In the school year 2014-15 the newest rate is cohort 2013: not met, and not the cohort that the target speaks of.
    let until_2013: Vec<SeriesPoint> = rates.iter().copied().filter(|p| p.period.ordinal <= 2013).collect();
    let s = ask(&m, &[&t], &until_2013, "2015-03-01");
    assert_eq!((s.status.id(), s.value.exact_number()), ("on track", Some(87.7)));
    assert_eq!(s.target_due, Some(day("2015-10-01")));
    assert_eq!(
        s.first_note(NoteKind::TargetPeriod),
        Some(
            "The target speaks of cohort 2014; its result is due from 2015-10-01 on. The latest result is cohort 2013 (87.7%)."
        )
    );
    assert_eq!(
        s.to_sentence(),
        "87.7% for cohort 2013, 0.3 points above the path to 88.3% by cohort 2014; needs 0.6 points a year."
    );
    assert_eq!((s.next_period.map(|p| p.ordinal), s.next_due), (Some(2014), Some(day("2015-10-01"))));

    // The day before it is due nothing is late; from that day on it is.
    assert_eq!(ask(&m, &[&t], &until_2013, "2015-09-30").status, Status::OnTrack);
    let s = ask(&m, &[&t], &until_2013, "2015-10-01");
    assert_eq!(s.status, Status::NotReporting);
    assert_eq!(
        s.to_sentence(),
        "The result for cohort 2014 was due and is not in; the last figure is 87.7% for cohort 2013."
    );

    let until_2014: Vec<SeriesPoint> = rates.iter().copied().filter(|p| p.period.ordinal <= 2014).collect();
    let s = ask(&m, &[&t], &until_2014, "2016-01-31");
    assert_eq!(s.status, Status::TargetMet);
    assert_eq!(s.to_sentence(), "88.5% for cohort 2014: the target of 88.3% for cohort 2014 is met.");
    assert_eq!(s.first_note(NoteKind::TargetPeriod), Some("The target speaks of cohort 2014; its result is in."));

    // Read the other way, as the newest rate in 2014: cohort 2013 does not meet it.
    let other = target(Some(("2010", Some(84.7))), goal("2013", Some(88.3)));
    let s = ask(&m, &[&other], &until_2013, "2015-03-01");
    assert_eq!(s.status, Status::TargetMissed);
    assert_eq!(s.to_sentence(), "87.7% for cohort 2013, 0.6 points below the target of 88.3% for cohort 2013.");
}

#[test]
fn json_has_every_field() {
    let t = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));
    let rates = points(PeriodKind::Cohort, &[(2010, 84.7), (2014, 88.5)]);
    let s = ask(&graduation(), &[&t], &rates, "2015-03-01");
    let json = serde_json::to_value(&s).expect("JSON");
    for field in [
        "period",
        "value",
        "state",
        "baseline",
        "target",
        "target_period",
        "expected",
        "distance",
        "status",
        "method",
        "method_version",
        "pace_needed",
        "tolerance",
        "target_due",
        "next_period",
        "next_due",
        "progress",
        "score",
        "projected",
        "released",
        "years",
        "parts",
        "source",
        "other_targets",
        "notes",
        "baseline_period",
        "measured_in",
        "latest_period",
        "latest_value",
        "missing_period",
        "reached_period",
    ] {
        assert!(json.get(field).is_some(), "{field} is left out");
    }
    assert_eq!((&json["status"], &json["method"]), (&"target met".into(), &"trajectory".into()));
    assert_eq!(json["target_period"], "cohort 2014");
    assert_eq!(json["value"], 88.5);
}

#[test]
fn a_compound_target_is_as_bad_as_its_worst_part() {
    let mut m = measure("aid-inquiries", "percent", Direction::Increase, PeriodKind::FiscalYear);
    let part = |id: &str, name: &str| Part { id: id.to_owned(), name: name.to_owned(), unit: None, direction: None };
    m.parts = vec![part("24h", "within 24 hours"), part("48h", "within 48 hours"), part("72h", "within 72 hours")];
    let mut t = target(None, goal("2017", None));
    let promised = [("24h", 60.0), ("48h", 75.0), ("72h", 100.0)];
    let parts = promised.map(|(part, value)| PartGoal { part: part.to_owned(), value });
    t.target.as_mut().expect("a goal").parts = parts.to_vec();

    let check = |results: [Option<f64>; 3], expected: &str| {
        let results = results.map(|v| v.map_or(Vec::new(), |v| points(PeriodKind::FiscalYear, &[(2017, v)])));
        let by_part = [("24h", &results[0][..]), ("48h", &results[1][..]), ("72h", &results[2][..])];
        let question = AssessmentRequest {
            measure: &m,
            targets: &[&t],
            points: &[],
            parts: &by_part,
            as_of: day("2017-08-01"),
            method: None,
        };
        let s = judge_standing(&question).expect("the plan can be read");
        assert_eq!((s.status.id(), s.parts.len()), (expected, 3), "{results:?}");
        s
    };
    check([Some(80.0), Some(100.0), Some(100.0)], "target met");
    let s = check([Some(80.0), Some(74.0), Some(100.0)], "target missed");
    assert_eq!(
        s.to_sentence(),
        "2 of 3 parts kept (within 24 hours: target met; within 48 hours: target missed; within 72 hours: target met)."
    );
    check([Some(80.0), Some(100.0), None], "not reporting");
    check([Some(50.0), Some(100.0), None], "target missed");
}

#[test]
fn result_lags() {
    let check = |kind, period: &str, lag: &str, due: &str| {
        let period = Period::parse(kind, period).expect("a period");
        assert_eq!(ResultLag::parse(lag).expect("a lag").due_date(period), day(due), "{period} {lag}");
    };
    check(PeriodKind::Cohort, "2014", "P13M", "2015-10-01");
    check(PeriodKind::SchoolYear, "2023-24", "P3M", "2024-10-01");
    check(PeriodKind::CalendarYear, "2023", "P1Y", "2025-01-01");
    check(PeriodKind::Month, "2024-01", "P10D", "2024-02-11");
    check(PeriodKind::Day, "2024-02-28", "P1W", "2024-03-07");
    for text in ["", "13M", "P", "PT3H", "-P1M", "13 months", "P1M2"] {
        assert!(ResultLag::parse(text).is_err(), "{text}");
    }
}

#[test]
fn horizons() {
    let check = |kind, lag: &str, as_of: &str, completed: &str, due: &str| {
        let found = ResultHorizon::on_day(kind, ResultLag::parse(lag).expect("a lag"), day(as_of));
        let ordinal = |text: &str| Period::parse(kind, text).expect("a period").ordinal;
        assert_eq!((found.completed, found.due), (ordinal(completed), ordinal(due)), "{as_of} {lag}");
    };
    check(PeriodKind::SchoolYear, "P3M", "2024-06-30", "2022-23", "2022-23");
    check(PeriodKind::SchoolYear, "P3M", "2024-07-01", "2023-24", "2022-23");
    check(PeriodKind::SchoolYear, "P3M", "2024-10-01", "2023-24", "2023-24");
    check(PeriodKind::Cohort, "P13M", "2015-09-30", "2015", "2013");
    check(PeriodKind::Quarter, "P45D", "2024-05-15", "2024-Q1", "2023-Q4");
    check(PeriodKind::Month, "P1M", "2024-03-01", "2024-02", "2024-01");
    check(PeriodKind::Day, "P13M", "2024-03-01", "2024-02-29", "2023-01-31");
    // Dates and lags at the ends of the calendar have a horizon too, and take no time.
    for kind in PeriodKind::ALL {
        for as_of in ["0001-01-01", "9999-12-31", "-009999-01-01"] {
            for lag in ["P0D", "P9999Y"] {
                let horizon = ResultHorizon::on_day(kind, ResultLag::parse(lag).expect("a lag"), day(as_of));
                assert!(horizon.due <= horizon.completed, "{kind:?} {as_of} {lag}");
            }
        }
    }
}

#[test]
fn precedent_counts_histories() {
    let years = [2015, 2016, 2017, 2018, 2019, 2020];
    let histories = [
        [60.0, 61.0, 62.0, 63.0, 64.0, 65.0],
        [60.0, 60.0, 60.0, 66.0, 66.0, 60.0],
        [60.0, f64::NAN, 62.0, f64::NAN, 61.0, f64::NAN],
        [60.0, f64::NAN, f64::NAN, f64::NAN, f64::NAN, f64::NAN],
    ];
    let each = || histories.iter().map(|value| ValueHistory { period: &years, value });
    let record =
        |steps, direction, breaks: &[i32]| PaceRecord::new(each(), steps, 1.0, direction, breaks).expect("a pace");
    let check = |record: &PaceRecord, pace: f64, kept: u64, of: u64| {
        let found = record.precedent_for(pace);
        assert_eq!((found.kept, found.of), (kept, of), "{pace}");
    };
    let two = record(2, Direction::Increase, &[]);
    check(&two, 1.0, 3, 3);
    check(&two, 1.1, 1, 3);
    check(&two, 3.0, 1, 3);
    check(&two, 3.1, 0, 3);
    check(&record(2, Direction::Increase, &[2018]), 3.0, 0, 3);
    check(&record(2, Direction::Decrease, &[]), -0.5, 2, 3);
    check(&record(9, Direction::Increase, &[]), 1.0, 0, 0);
    assert_eq!(record(9, Direction::Increase, &[]).precedent_for(1.0).share, None);
    assert!(PaceRecord::new(each(), 0, 1.0, Direction::Increase, &[]).is_none());
    assert!(PaceRecord::new(each(), 2, 1.0, Direction::Maintain, &[]).is_none());
}

/// The note tells the latest result with the digits of the sentence: on its side of target, path and baseline.
#[test]
fn the_latest_result_keeps_to_its_side_in_the_note_as_in_the_sentence() {
    for (baseline, latest, shown) in [(66.2, 65.97, "65.97%"), (50.0, 49.96, "49.96%"), (50.0, 65.9, "65.9%")] {
        let t = target(Some(("2010", Some(baseline))), goal("2014", Some(66.0)));
        let rates = points(PeriodKind::Cohort, &[(2010, baseline), (2013, latest)]);
        let s = ask(&graduation(), &[&t], &rates, "2015-03-01");
        let note = s.first_note(NoteKind::TargetPeriod).expect("it is said");
        assert!(note.ends_with(&format!("The latest result is cohort 2013 ({shown}).")), "{note}");
        assert!(s.to_sentence().contains(shown), "{}", s.to_sentence());
        assert_eq!(s.notes[0].kind, NoteKind::TargetPeriod, "it comes first");
    }
}
