//! The way in for people: Massachusetts as published, revised and compound targets, what is said and when it is due.

use headway_model::plan::{Break, Goal, Measure, Part, PartGoal, SeriesBreak, Target};
use headway_model::status::{
    History, Horizon, Lag, NoteKind, PaceRecord, Point, Question, Status, applicable, in_force, stand,
};
use headway_model::{Direction, Flags, Level, Period, PeriodKind, Value};

use crate::status_support::{ask, day, goal, label, measure, points, shared, target};

/// Five-year graduation, statewide, all students: from the published series where it is here, else the published figures.
fn five_year_rates() -> Vec<Point> {
    let Some(text) = shared("cases/massachusetts_series.csv") else {
        return points(PeriodKind::Cohort, &[(2010, 84.7), (2011, 86.3), (2012, 87.5), (2013, 87.7), (2014, 88.5)]);
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|r| r.expect("a row"));
    let wanted = rows.filter(|r| &r[0] == "grad_5yr" && &r[1] == "all");
    let parsed = wanted.filter_map(|r| {
        let period = Period::parse(PeriodKind::Cohort, &r[2]).ok()?;
        Some(Point::new(period, Value::Exact { value: r[3].parse().ok()? }))
    });
    parsed.collect()
}

fn graduation() -> Measure {
    let mut m = measure("grad-5yr", "percent", Direction::Increase, PeriodKind::Cohort);
    m.result_lag = Some("P13M".to_owned());
    m
}

#[test]
fn massachusetts_as_published() {
    let (m, rates) = (graduation(), five_year_rates());
    let t = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));

    // In the school year 2014-15 the newest rate is cohort 2013: not met, and not the cohort that the target speaks of.
    let until_2013: Vec<Point> = rates.iter().copied().filter(|p| p.period.ordinal <= 2013).collect();
    let s = ask(&m, &[&t], &until_2013, "2015-03-01");
    assert_eq!((s.status.id(), s.value.exact()), ("on track", Some(87.7)));
    assert_eq!(s.target_due, Some(day("2015-10-01")));
    assert_eq!(
        s.note(NoteKind::TargetPeriod),
        Some(
            "The target speaks of cohort 2014; its result is due from 2015-10-01 on. The latest result is cohort 2013 (87.7%)."
        )
    );
    assert_eq!(
        s.sentence(),
        "87.7% for cohort 2013, 0.3 points above the path to 88.3% by cohort 2014; needs 0.6 points a year."
    );
    assert_eq!((s.next_period.map(|p| p.ordinal), s.next_due), (Some(2014), Some(day("2015-10-01"))));

    // The day before it is due nothing is late; from that day on it is.
    assert_eq!(ask(&m, &[&t], &until_2013, "2015-09-30").status, Status::OnTrack);
    let s = ask(&m, &[&t], &until_2013, "2015-10-01");
    assert_eq!(s.status, Status::NotReporting);
    assert_eq!(s.sentence(), "The result for cohort 2014 was due and is not in.");

    let until_2014: Vec<Point> = rates.iter().copied().filter(|p| p.period.ordinal <= 2014).collect();
    let s = ask(&m, &[&t], &until_2014, "2016-01-31");
    assert_eq!(s.status, Status::TargetMet);
    assert_eq!(s.sentence(), "88.5% for cohort 2014: the target of 88.3% for cohort 2014 is met.");
    assert_eq!(s.note(NoteKind::TargetPeriod), Some("The target speaks of cohort 2014; its result is in."));

    // Read the other way, as the newest rate in 2014: cohort 2013 does not meet it.
    let other = target(Some(("2010", Some(84.7))), goal("2013", Some(88.3)));
    let s = ask(&m, &[&other], &until_2013, "2015-03-01");
    assert_eq!(s.status, Status::TargetMissed);
    assert_eq!(s.sentence(), "87.7% for cohort 2013, 0.6 points below the target of 88.3% for cohort 2013.");
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
    ] {
        assert!(json.get(field).is_some(), "{field} is left out");
    }
    assert_eq!((&json["status"], &json["method"]), (&"target met".into(), &"trajectory".into()));
    assert_eq!(json["target_period"], "cohort 2014");
    assert_eq!(json["value"], 88.5);
}

#[test]
fn a_target_is_picked_by_date() {
    let m = graduation();
    let rates = five_year_rates();
    let mut first = target(Some(("2010", Some(84.7))), goal("2014", Some(90.0)));
    first.valid_to = Some(day("2012-12-01"));
    let mut revised = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));
    revised.valid_from = Some(day("2012-12-01"));
    let later = target(Some(("2014", None)), goal("2020", Some(92.0)));
    let all = [&first, &revised, &later];
    let figure = |as_of: &str| {
        let s = ask(&m, &all, &rates, as_of);
        assert_eq!(s.other_targets.len(), 2, "the others are kept");
        s.target.exact()
    };
    assert_eq!(figure("2012-11-30"), Some(90.0));
    assert_eq!(figure("2012-12-01"), Some(88.3), "on the day of the change the new one holds");
    assert_eq!(figure("2015-08-31"), Some(88.3));
    assert_eq!(figure("2016-09-01"), Some(92.0), "once cohort 2015 is the latest");
    assert_eq!(ask(&m, &[&first], &rates, "2013-01-01").status, Status::NoTarget);
    assert_eq!(ask(&m, &[], &rates, "2015-03-01").sentence(), "88.5% for cohort 2014; no target is in force.");
}

#[test]
fn what_is_promised_for_later_changes_nothing_today() {
    let (m, rates) = (graduation(), points(PeriodKind::Cohort, &[(2010, 84.7), (2013, 87.7)]));
    let now = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));
    let before = ask(&m, &[&now], &rates, "2015-03-01");
    let mut not_yet = target(Some(("2010", Some(84.7))), goal("2014", Some(99.0)));
    not_yet.valid_from = Some(day("2015-03-02"));
    let further = target(Some(("2010", Some(84.7))), goal("2015", Some(99.0)));
    for other in [&not_yet, &further] {
        for order in [[&now, other], [other, &now]] {
            let after = ask(&m, &order, &rates, "2015-03-01");
            assert_eq!((after.status, after.target, after.distance), (before.status, before.target, before.distance));
        }
    }
}

/// A target that names no figure judges nothing: one that does comes first, though it is farther away.
#[test]
fn a_target_without_a_figure_gives_way() {
    let (m, rates) = (graduation(), five_year_rates());
    let set = Goal { set_baseline: true, ..goal("2014", None) };
    let nearer = target(None, set);
    let further = target(Some(("2010", Some(84.7))), goal("2020", Some(92.0)));
    let s = ask(&m, &[&nearer, &further], &rates, "2015-03-01");
    assert_eq!((s.status, s.target.exact()), (Status::Ahead, Some(92.0)));
    let s = ask(&m, &[&nearer], &rates, "2015-03-01");
    assert_eq!((s.status, s.note(NoteKind::Method)), (Status::NoTarget, Some("The target is to set a baseline.")));
}

/// What stands at a period marked as having no usable value does not say which target is the nearest either.
#[test]
fn a_marked_period_picks_no_target() {
    let mut m = graduation();
    m.breaks = vec![SeriesBreak { period: label("2012"), kind: Break::Missing, note: None }];
    let yearly = ["2011", "2012"].map(|by| target(Some(("2010", Some(84.7))), goal(by, Some(86.0))));
    let rates = points(PeriodKind::Cohort, &[(2011, 86.3), (2012, 80.0)]);
    let s = ask(&m, &[&yearly[0], &yearly[1]], &rates, "2013-12-01");
    assert_eq!((s.status, s.target_period.map(|p| p.ordinal)), (Status::TargetMet, Some(2011)));
}

#[test]
fn a_target_is_picked_by_place() {
    let mut m = graduation();
    for (unit, group, value) in
        [("state", "all", 1.0), ("district", "all", 2.0), ("0035", "all", 3.0), ("district", "lep", 4.0)]
    {
        let mut t = target(None, goal("2020", Some(value)));
        (t.unit, t.group) = (unit.to_owned(), group.to_owned());
        m.targets.push(t);
    }
    let mut own = target(None, goal("2020", Some(5.0)));
    (own.unit, own.valid_from, own.valid_to) = ("0044".to_owned(), Some(day("2012-01-01")), Some(day("2014-12-31")));
    m.targets.push(own);
    let on = |as_of: &str, place, level, group| {
        let found = applicable(&m, place, level, group, "all", day(as_of));
        let figure = |t: &&Target| t.target.as_ref().and_then(|g| g.value);
        found.iter().filter(|t| in_force(t, day(as_of))).filter_map(figure).collect::<Vec<_>>()
    };
    // A place's own target stands in the level's stead as long as it is in force, no day longer or earlier.
    for (as_of, expected) in [("2011-12-31", 2.0), ("2012-01-01", 5.0), ("2014-12-31", 5.0), ("2015-01-01", 2.0)] {
        assert_eq!(on(as_of, "0044", Level::District, "all"), [expected], "{as_of}");
    }
    let value = |place, level, group| on("2015-03-01", place, level, group).first().copied();
    assert_eq!(value("0001", Level::District, "all"), Some(2.0));
    assert_eq!(value("0035", Level::District, "all"), Some(3.0));
    assert_eq!(value("0035", Level::District, "lep"), Some(4.0));
    assert_eq!(value("0035", Level::School, "all"), Some(3.0));
    assert_eq!(value("0001", Level::School, "all"), None);
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
        let question = Question {
            measure: &m,
            targets: &[&t],
            points: &[],
            parts: &by_part,
            as_of: day("2017-08-01"),
            method: None,
        };
        let s = stand(&question).expect("the plan can be read");
        assert_eq!((s.status.id(), s.parts.len()), (expected, 3), "{results:?}");
        s
    };
    check([Some(80.0), Some(100.0), Some(100.0)], "target met");
    let s = check([Some(80.0), Some(74.0), Some(100.0)], "target missed");
    assert_eq!(
        s.sentence(),
        "2 of 3 parts kept (within 24 hours: target met; within 48 hours: target missed; within 72 hours: target met)."
    );
    check([Some(80.0), Some(100.0), None], "not reporting");
    check([Some(50.0), Some(100.0), None], "target missed");
}

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
        s.sentence(),
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
    let check = |m: &Measure, results: &[Point], as_of: &str, kind: NoteKind, said: &str, sentence: &str| {
        let s = ask(m, &[&t], results, as_of);
        assert_eq!(s.note(kind), Some(said), "{s:#?}");
        assert_eq!(s.sentence(), sentence);
    };
    let year = |p, v| points(PeriodKind::SchoolYear, &[(p, v)]);
    check(
        &m,
        &year(2024, 71.0),
        "2024-09-01",
        NoteKind::AlreadyPast,
        "The value is already past the final target, before its date.",
        "71.0% in 2023-24, already past the target of 70% by 2029-30.",
    );
    check(
        &m,
        &points(PeriodKind::SchoolYear, &[(2030, 70.0), (2031, 69.5)]),
        "2031-09-01",
        NoteKind::OwnPeriod,
        "At its own period (2029-30) it was 70.0%: target met.",
        "69.5% in 2030-31, 0.5 points below the target of 70% in 2029-30.",
    );
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
    soft[0].flags = Flags::PROVISIONAL;
    check(
        &m,
        &soft,
        "2024-09-01",
        NoteKind::Quality,
        "The latest result is preliminary.",
        "59.0% in 2023-24, 5.0 points below the path to 70% by 2029-30, and worse than the baseline of 60%; needs 1.8 points a year.",
    );
    let range =
        [Point::new(Period { kind: PeriodKind::SchoolYear, ordinal: 2024 }, Value::Range { lo: 60.0, hi: 69.0 })];
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
        assert_eq!(s.sentence(), said);
    };
    use Direction::{Decrease, Increase};
    let said = "$12,346 in FY2024, $1,654 below the path to $20,000 by FY2030; needs $1,276 a year.";
    check("currency", Increase, 10000.0, 20000.0, 12345.6, said);
    let said = "0.0111 in FY2024, 0.0007 above the path to 0.008 by FY2030; needs 0.00052 less a year.";
    check("rate", Decrease, 0.012, 0.008, 0.0111, said);
    let said = "19.7% in FY2024, 7.9 points above the path to 9.5% by FY2030, and worse than the baseline of 13.25%; needs 1.7 points less a year.";
    check("percent", Decrease, 13.25, 9.5, 19.7, said);
    let said = "1 day in FY2024, exactly on the path to −5 days by FY2030; needs 1 day less a year.";
    check("days", Decrease, 5.0, -5.0, 1.0, said);
}

#[test]
fn result_lags() {
    let check = |kind, period: &str, lag: &str, due: &str| {
        let period = Period::parse(kind, period).expect("a period");
        assert_eq!(Lag::parse(lag).expect("a lag").due(period), day(due), "{period} {lag}");
    };
    check(PeriodKind::Cohort, "2014", "P13M", "2015-10-01");
    check(PeriodKind::SchoolYear, "2023-24", "P3M", "2024-10-01");
    check(PeriodKind::CalendarYear, "2023", "P1Y", "2025-01-01");
    check(PeriodKind::Month, "2024-01", "P10D", "2024-02-11");
    check(PeriodKind::Day, "2024-02-28", "P1W", "2024-03-07");
    for text in ["", "13M", "P", "PT3H", "-P1M", "13 months", "P1M2"] {
        assert!(Lag::parse(text).is_err(), "{text}");
    }
}

#[test]
fn horizons() {
    let check = |kind, lag: &str, as_of: &str, completed: &str, due: &str| {
        let found = Horizon::on(kind, Lag::parse(lag).expect("a lag"), day(as_of));
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
                let horizon = Horizon::on(kind, Lag::parse(lag).expect("a lag"), day(as_of));
                assert!(horizon.due <= horizon.completed, "{kind:?} {as_of} {lag}");
            }
        }
    }
}

#[test]
fn every_status_has_its_words() {
    let all: Vec<Status> = Status::all().collect();
    for pair in all.windows(2) {
        assert!(pair[0].severity() > pair[1].severity(), "{pair:?}");
    }
    for status in all {
        assert_eq!(Status::of_id(status.id()), Some(status));
        let json = serde_json::to_string(&status).expect("JSON");
        assert_eq!(serde_json::from_str::<Status>(&json).expect("a status"), status);
        assert!(!status.words().is_empty());
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
    let each = || histories.iter().map(|value| History { period: &years, value });
    let record =
        |steps, direction, breaks: &[i32]| PaceRecord::new(each(), steps, 1.0, direction, breaks).expect("a pace");
    let check = |record: &PaceRecord, pace: f64, kept: u64, of: u64| {
        let found = record.precedent(pace);
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
    assert_eq!(record(9, Direction::Increase, &[]).precedent(1.0).share, None);
    assert!(PaceRecord::new(each(), 0, 1.0, Direction::Increase, &[]).is_none());
    assert!(PaceRecord::new(each(), 2, 1.0, Direction::Maintain, &[]).is_none());
}
