//! What is said in words: sentences, notes, figures, statuses.

use headway_model::plan::{Break, Measure, SeriesBreak};
use headway_model::status::{NoteKind, SeriesPoint, Status};
use headway_model::{Direction, Period, PeriodKind, Value, ValueFlags};

use crate::status_support::{ask, goal, label, measure, points, target};

#[test]
fn bands_and_maintenance() {
    let mut m = measure("ratio", "students", Direction::Maintain, PeriodKind::SchoolYear);
    let results = points(PeriodKind::SchoolYear, &[(2020, 14.0), (2023, 14.4)]);
    let t = target(Some(("2020", Some(14.0))), goal("2030", Some(14.0)));
    assert_eq!(ask(&m, &[&t], &results, "2023-09-01").status, Status::MovingAway, "no tolerance is stated");
    m.tolerance = Some(0.5);
    let s = ask(&m, &[&t], &results, "2023-09-01");
    assert_eq!((s.status, s.target.lo, s.target.hi), (Status::OnTrack, 13.5, 14.5));
    assert_eq!(
        s.to_sentence(),
        "14.4 students in 2022-23, 0.1 students inside the corridor to 13.5–14.5 students (band) by 2029-30."
    );

    let mut band = goal("2030", None);
    (band.lo, band.hi) = (Some(15.0), Some(16.0));
    m.tolerance = None;
    let t = target(Some(("2020", Some(14.0))), band);
    let s = ask(&m, &[&t], &results, "2023-09-01");
    assert_eq!((s.status, s.expected.lo, s.expected.hi), (Status::Ahead, 14.3, 16.0));
}

#[test]
fn what_must_be_said() {
    let m = measure("attendance", "percent", Direction::Increase, PeriodKind::SchoolYear);
    let t = target(Some(("2020", Some(60.0))), goal("2030", Some(70.0)));
    let check = |m: &Measure, results: &[SeriesPoint], as_of: &str, kind: NoteKind, said: &str, sentence: &str| {
        let s = ask(m, &[&t], results, as_of);
        assert_eq!(s.first_note(kind), Some(said), "{s:#?}");
        assert_eq!(s.to_sentence(), sentence);
    };
    let year = |p, v| points(PeriodKind::SchoolYear, &[(p, v)]);
    check(
        &m,
        &year(2024, 71.0),
        "2024-09-01",
        NoteKind::AlreadyPast,
        "The value is already past the final target, before its date.",
        "71.0% in 2023-24, already past the target of 70% by 2029-30; keep at or above 70%.",
    );
    check(
        &m,
        &points(PeriodKind::SchoolYear, &[(2030, 70.0), (2031, 69.5)]),
        "2031-09-01",
        NoteKind::OwnPeriod,
        "The latest result does not keep it: 69.5% in 2030-31.",
        "70.0% in 2029-30: the target of 70% in 2029-30 is met.",
    );
    check(
        &m,
        &points(PeriodKind::SchoolYear, &[(2020, 56.0), (2024, 59.0)]),
        "2024-09-01",
        NoteKind::OtherBaseline,
        "The plan starts from 60.0% in 2019-20, and the results have 56.0% there: path and pace start from the plan’s figure.",
        "59.0% in 2023-24, 5.0 points below the path to 70% by 2029-30, and worse than the baseline of 60%; needs 1.8 points a year.",
    );
    let agrees = ask(&m, &[&t], &points(PeriodKind::SchoolYear, &[(2020, 60.4), (2024, 59.0)]), "2024-09-01");
    assert_eq!(agrees.first_note(NoteKind::OtherBaseline), None);
    let mut broken = m.clone();
    let mark = |at: &str, kind| SeriesBreak { period: label(at), kind, note: Some("no test was given".to_owned()) };
    broken.breaks = vec![mark("2022-23", Break::Break)];
    check(
        &broken,
        &year(2024, 63.0),
        "2024-09-01",
        NoteKind::Break,
        "The series breaks between the baseline and the latest result, and the plan carries no bridged baseline.",
        "63.0% in 2023-24: cannot tell. The series breaks between the baseline and the latest result, and the plan carries no bridged baseline.",
    );
    broken.breaks = vec![mark("2020-21", Break::Missing)];
    check(
        &broken,
        &year(2024, 61.4),
        "2024-09-01",
        NoteKind::Gap,
        "2020-21 has no usable value: no test was given.",
        "61.4% in 2023-24, 2.6 points below the path to 70% by 2029-30; needs 1.4 points a year.",
    );
    let mut soft = year(2024, 59.0);
    soft[0].flags = ValueFlags::PROVISIONAL;
    check(
        &m,
        &soft,
        "2024-09-01",
        NoteKind::Quality,
        "The latest result is preliminary.",
        "59.0% in 2023-24, 5.0 points below the path to 70% by 2029-30, and worse than the baseline of 60%; needs 1.8 points a year.",
    );
    let range =
        [SeriesPoint::new(Period { kind: PeriodKind::SchoolYear, ordinal: 2024 }, Value::Range { lo: 60.0, hi: 69.0 })];
    check(
        &m,
        &range,
        "2024-09-01",
        NoteKind::Range,
        "The published value is a range or bound, and its ends give different statuses.",
        "60–69% in 2023-24: cannot tell. The published value is a range or bound, and its ends give different statuses.",
    );
}

#[test]
fn figures_in_words() {
    let check = |unit: &str, direction, from: f64, to: f64, value: f64, said: &str| {
        let m = measure("m", unit, direction, PeriodKind::FiscalYear);
        let t = target(Some(("2020", Some(from))), goal("2030", Some(to)));
        let s = ask(&m, &[&t], &points(PeriodKind::FiscalYear, &[(2024, value)]), "2024-09-01");
        assert_eq!(s.to_sentence(), said);
    };
    use Direction::{Decrease, Increase};
    let said = "$12,346 in FY2024, $1,654 below the path to $20,000 by FY2030; needs $1,276 a year.";
    check("currency", Increase, 10000.0, 20000.0, 12345.6, said);
    let said = "0.0111 in FY2024, 0.0007 above the path to 0.008 by FY2030; must still fall by 0.00052 a year.";
    check("rate", Decrease, 0.012, 0.008, 0.0111, said);
    let said = "19.7% in FY2024, 8.0 points above the path to 9.5% by FY2030, and worse than the baseline of 13.25%; must still fall by 1.7 points a year.";
    check("percent", Decrease, 13.25, 9.5, 19.7, said);
    let said = "1 day in FY2024, exactly on the path to −5 days by FY2030; must still fall by 1 day a year.";
    check("days", Decrease, 5.0, -5.0, 1.0, said);
}

#[test]
fn every_status_has_its_words() {
    let all: Vec<Status> = Status::all_statuses().collect();
    for pair in all.windows(2) {
        assert!(pair[0].severity() > pair[1].severity(), "{pair:?}");
    }
    for status in all {
        assert_eq!(Status::of_id(status.id()), Some(status));
        let json = serde_json::to_string(&status).expect("JSON");
        assert_eq!(serde_json::from_str::<Status>(&json).expect("a status"), status);
        assert!(!status.label_text().is_empty());
    }
}
