//! The `trajectory` method: every status and boundary of the design's methods page.

use headway_model::status::{
    PathStart, ResultHorizon, Status, StatusReason, TargetCondition, TargetTrajectory, ValueInterval,
};
use headway_model::{Value, ValueFlags};

use crate::status_support::Rows;

/// 80 in 2020 to 90 in 2030: a point a year, tolerance half a point.
fn rising() -> TargetTrajectory {
    TargetTrajectory::on_straight_path(
        TargetCondition::AtLeast(90.0),
        2030,
        PathStart::Given { period: 2020, value: 80.0 },
    )
}

fn falling() -> TargetTrajectory {
    TargetTrajectory::on_straight_path(
        TargetCondition::AtMost(10.0),
        2030,
        PathStart::Given { period: 2020, value: 20.0 },
    )
}

/// 50 in 2020 into the band 60 to 65 by 2030.
fn into_band() -> TargetTrajectory {
    TargetTrajectory::on_straight_path(
        TargetCondition::Within { lo: 60.0, hi: 65.0 },
        2030,
        PathStart::Given { period: 2020, value: 50.0 },
    )
}

/// The status of one value in 2025.
fn check(promise: &TargetTrajectory, value: f64, expected: &str, distance: f64) {
    let score = Rows::exact(&[(2025, value)]).score(promise, ResultHorizon::through_period(2025));
    assert_eq!(score.status.id(), expected, "{value}: {score:?}");
    let found = score.distance.exact_number().expect("one distance");
    assert!((found - distance).abs() < 1e-9, "{value}: {score:?}");
}

#[test]
fn boundaries_of_the_path() {
    for (value, expected, distance) in [
        (90.1, "ahead", 5.1),
        (85.6, "ahead", 0.6),
        (85.5, "on track", 0.5),
        (85.0, "on track", 0.0),
        (84.9, "near", -0.1),
        (84.5, "near", -0.5),
        (84.4, "off track", -0.6),
        (80.0, "off track", -5.0),
        (79.9, "moving away", -5.1),
    ] {
        check(&rising(), value, expected, distance);
        check(&falling(), 100.0 - value, expected, distance);
    }
}

#[test]
fn boundaries_of_a_band() {
    for (value, expected, distance) in [
        (50.0, "off track", -5.0),
        (49.0, "moving away", -6.0),
        (54.5, "near", -0.5),
        (55.0, "on track", 0.0),
        (55.5, "on track", 0.5),
        (56.0, "ahead", 1.0),
        (64.0, "ahead", 1.0),
        (65.0, "ahead", 0.0),
        (65.5, "near", -0.5),
        (66.0, "off track", -1.0),
        (76.0, "moving away", -11.0),
    ] {
        check(&into_band(), value, expected, distance);
    }
    // A baseline inside the band has nothing to be ahead of.
    let held = TargetTrajectory::on_straight_path(
        TargetCondition::Within { lo: 60.0, hi: 65.0 },
        2030,
        PathStart::Given { period: 2020, value: 62.0 },
    );
    check(&held, 60.0, "on track", 0.0);
    check(&held, 63.0, "on track", 2.0);
    check(&held, 59.9, "moving away", -0.1);
    check(&TargetTrajectory { tolerance: Some(0.5), ..held }, 59.9, "near", -0.1);
    for (value, expected) in
        [(59.9, "target missed"), (60.0, "target met"), (65.0, "target met"), (65.1, "target missed")]
    {
        let score = Rows::exact(&[(2030, value)]).score(&into_band(), ResultHorizon::through_period(2030));
        assert_eq!(score.status.id(), expected, "{value}");
    }
}

#[test]
fn rounding_of_binary_fractions_is_no_distance() {
    // 84.7 + 3.6 * 3 / 4 = 87.4; half a year's progress is .45.
    let p = TargetTrajectory::on_straight_path(
        TargetCondition::AtLeast(88.3),
        2014,
        PathStart::Given { period: 2010, value: 84.7 },
    );
    for (value, expected) in
        [(87.4, "on track"), (87.85, "on track"), (87.86, "ahead"), (86.95, "near"), (86.94, "off track")]
    {
        let score = Rows::exact(&[(2013, value)]).score(&p, ResultHorizon::through_period(2013));
        assert_eq!(score.status.id(), expected, "{value}: {score:?}");
    }
}

#[test]
fn nothing_is_divided_by_nothing() {
    let start = |value| PathStart::Given { period: 2020, value };
    for (promise, value, expected) in [
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2030, start(80.0)), 80.0, "on track"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2030, start(80.0)), 79.0, "moving away"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2030, start(80.0)), 81.0, "ahead"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtMost(0.0), 2030, start(10.0)), 5.0, "on track"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(10.0), 2030, start(0.0)), 5.0, "on track"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtMost(0.0), 2030, start(0.0)), 0.0, "on track"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2020, start(80.0)), 80.0, "target met"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2020, start(70.0)), 79.0, "target missed"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2015, start(70.0)), 79.0, "target missed"),
        (TargetTrajectory::on_straight_path(TargetCondition::AtLeast(70.0), 2030, start(80.0)), 74.0, "ahead"),
    ] {
        let score = Rows::exact(&[(2025, value)]).score(&promise, ResultHorizon::through_period(2025));
        assert_eq!(score.status.id(), expected, "{promise:?} {value}");
        for x in [score.distance, score.expected, score.value, score.baseline] {
            assert!(x.lo.is_finite() && x.hi.is_finite(), "{score:?}");
        }
        assert!(score.tolerance.is_finite(), "{score:?}");
    }
    let score = Rows::exact(&[(2020, 80.0)]).score(
        &TargetTrajectory::on_straight_path(TargetCondition::AtLeast(80.0), 2020, start(80.0)),
        ResultHorizon::through_period(2020),
    );
    assert_eq!(score.status, Status::TargetMet, "the target's own period is the baseline's");
}

/// What is in by the horizon (completed, due), and the status with its period.
fn check_due(rows: Rows, promise: &TargetTrajectory, horizon: (i32, i32), expected: &str, period: Option<i32>) {
    let score = rows.score(promise, ResultHorizon { completed: horizon.0, due: horizon.1 });
    assert_eq!((score.status.id(), score.period), (expected, period), "{rows:?}");
}

#[test]
fn due_hidden_and_not_yet() {
    let r = rising();
    let some = || Rows::exact(&[(2020, 80.0), (2021, 81.0), (2022, 82.0)]);
    check_due(some(), &r, (2022, 2022), "on track", Some(2022));
    check_due(some(), &r, (2023, 2022), "on track", Some(2022));
    check_due(some(), &r, (2023, 2023), "not reporting", Some(2023));
    check_due(some().with(2023, Value::Missing), &r, (2023, 2023), "not reporting", Some(2023));
    check_due(some().with(2023, Value::NotReported), &r, (2023, 2022), "on track", Some(2022));
    check_due(some().with(2023, Value::Suppressed), &r, (2023, 2022), "too few students", Some(2023));
    check_due(some().with(2023, Value::NotTested), &r, (2023, 2023), "not tested", Some(2023));
    // A result that came early counts: its period is over.
    check_due(some(), &r, (2022, 2020), "on track", Some(2022));
    // A running period does not.
    check_due(some(), &r, (2021, 2021), "on track", Some(2021));
    check_due(some(), &r, (2020, 2020), "not yet due", None);
    check_due(Rows::default(), &r, (2021, 2020), "not yet due", None);
    check_due(Rows::default(), &r, (2021, 2021), "not reporting", Some(2021));
    check_due(Rows::default().with(2021, Value::NotTested), &r, (2021, 2021), "not tested", Some(2021));
    // Once the target's own result is in, nothing more is due for it.
    check_due(Rows::exact(&[(2030, 91.0)]), &r, (2034, 2033), "target met", Some(2030));
    check_due(Rows::exact(&[(2029, 91.0)]), &r, (2034, 2033), "not reporting", Some(2030));
    check_due(Rows::exact(&[(2030, 91.0), (2031, 89.0)]), &r, (2034, 2033), "target met", Some(2030));
    // A period marked as without a usable value: ignored, and not missed.
    let gap = TargetTrajectory { gaps: vec![2022], ..rising() };
    check_due(some(), &gap, (2022, 2022), "on track", Some(2021));
    check_due(Rows::exact(&[(2021, 81.0)]), &gap, (2022, 2022), "on track", Some(2021));
    check_due(Rows::exact(&[(2021, 81.0)]), &gap, (2023, 2023), "not reporting", Some(2023));
}

/// A promise that does not say where it starts: nothing is due before the first period that it has a figure for, and after
/// the first result every period is.
#[test]
fn due_without_a_baseline() {
    let open = |start| TargetTrajectory::on_straight_path(TargetCondition::AtLeast(90.0), 2017, start);
    let first = open(PathStart::First);
    let none = Rows::default;
    let early = || Rows::exact(&[(2012, 70.0)]);
    for (rows, promise, horizon, expected, period) in [
        // The first promised period is not over; is over and its result is not due; is due.
        (none(), &first, (2016, 2016), "not yet due", None),
        (none(), &first, (2017, 2016), "not yet due", None),
        (none(), &first, (2017, 2017), "not reporting", Some(2017)),
        (none(), &first, (2019, 2018), "not reporting", Some(2017)),
        // Agreed points of the path are promises too.
        (none(), &TargetTrajectory { path: vec![(2015, 80.0)], ..first.clone() }, (2014, 2014), "not yet due", None),
        (
            none(),
            &TargetTrajectory { path: vec![(2015, 80.0)], ..first.clone() },
            (2016, 2015),
            "not reporting",
            Some(2015),
        ),
        (
            none(),
            &TargetTrajectory { path: vec![(2015, 80.0)], gaps: vec![2015], ..first.clone() },
            (2015, 2015),
            "not yet due",
            None,
        ),
        // What is said of a result that does not exist yet is no result.
        (none().with(2016, Value::NotReported), &first, (2016, 2016), "not yet due", None),
        (none().with(2016, Value::Missing), &first, (2016, 2016), "not yet due", None),
        // A first result long before: it is the baseline, and the years after it are due.
        (early(), &first, (2012, 2012), "not yet due", None),
        (early(), &first, (2013, 2012), "not yet due", None),
        (early(), &first, (2013, 2013), "not reporting", Some(2013)),
        // Something was published before the first promised period, and nothing since.
        (none().with(2013, Value::Suppressed), &first, (2013, 2013), "too few students", Some(2013)),
        (none().with(2013, Value::Suppressed), &first, (2014, 2014), "not reporting", Some(2014)),
        (none().with(2013, Value::NotTested), &first, (2013, 2013), "not tested", Some(2013)),
        // The first result is that of the target's own period, or later.
        (Rows::exact(&[(2017, 91.0)]), &first, (2017, 2017), "target met", Some(2017)),
        (Rows::exact(&[(2018, 89.0)]), &first, (2018, 2018), "target missed", Some(2018)),
        // A baseline that lies ahead, with and without its value: nothing is due before it.
        (none(), &open(PathStart::Given { period: 2015, value: 80.0 }), (2014, 2014), "not yet due", None),
        (none(), &open(PathStart::Given { period: 2015, value: 80.0 }), (2015, 2015), "not yet due", None),
        (early(), &open(PathStart::Given { period: 2015, value: 80.0 }), (2014, 2014), "not yet due", None),
        (none(), &open(PathStart::At(2015)), (2015, 2015), "not yet due", None),
        (none(), &open(PathStart::At(2015)), (2016, 2016), "not reporting", Some(2016)),
    ] {
        check_due(rows, promise, horizon, expected, period);
    }
}

#[test]
fn ranges_and_bounds() {
    let check = |promise: &TargetTrajectory, value: Value, flags: ValueFlags, expected: &str, distance: (f64, f64)| {
        let rows = Rows::default().with(2025, value).flagged(2025, flags);
        let score = rows.score(promise, ResultHorizon::through_period(2025));
        assert_eq!(score.status.id(), expected, "{value:?}: {score:?}");
        assert_eq!(score.distance, ValueInterval { lo: distance.0, hi: distance.1 }, "{value:?}");
    };
    let none = ValueFlags::default();
    let open = f64::INFINITY;
    let percent = TargetTrajectory { bounds: (0.0, 100.0), ..rising() };
    check(&rising(), Value::Range { lo: 86.0, hi: 89.0 }, none, "ahead", (1.0, 4.0));
    check(&rising(), Value::Range { lo: 84.0, hi: 86.0 }, none, "cannot tell", (-1.0, 1.0));
    check(&rising(), Value::Range { lo: 85.0, hi: 85.0 }, none, "on track", (0.0, 0.0));
    check(&rising(), Value::AtLeast { lo: 86.0 }, none, "ahead", (1.0, open));
    check(&percent, Value::AtLeast { lo: 86.0 }, none, "ahead", (1.0, 15.0));
    check(&percent, Value::AtMost { hi: 50.0 }, none, "moving away", (-85.0, -35.0));
    check(&falling(), Value::AtMost { hi: 5.0 }, none, "ahead", (10.0, open));
    // "Less than 85.5": never 85.5 and a bit, so never ahead; but it may be anything below.
    check(&rising(), Value::AtMost { hi: 85.5 }, none, "cannot tell", (f64::NEG_INFINITY, 0.5));
    let met = TargetTrajectory { period: 2025, ..rising() };
    check(&met, Value::AtMost { hi: 90.0 }, none, "cannot tell", (f64::NEG_INFINITY, 0.0));
    check(&met, Value::AtMost { hi: 90.0 }, ValueFlags::STRICT, "target missed", (f64::NEG_INFINITY, 0.0));
    // Both ends outside a band on different sides, or the same status at the ends and another between.
    check(&into_band(), Value::Range { lo: 54.0, hi: 66.0 }, none, "cannot tell", (-1.0, 5.0));
    check(&into_band(), Value::Range { lo: 57.0, hi: 60.0 }, none, "ahead", (2.0, 5.0));
    check(&met, Value::Range { lo: 91.0, hi: 95.0 }, none, "target met", (1.0, 5.0));
}

#[test]
fn baselines() {
    let from_data = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(90.0), 2030, PathStart::At(2020));
    let first = TargetTrajectory::on_straight_path(TargetCondition::AtLeast(90.0), 2030, PathStart::First);
    let rows = Rows::exact(&[(2019, 70.0), (2020, 80.0), (2025, 85.0)]);
    let score = rows.score(&from_data, ResultHorizon::through_period(2025));
    assert_eq!((score.status.id(), score.baseline), ("on track", ValueInterval::from_number(80.0)));
    let score = rows.score(&first, ResultHorizon::through_period(2025));
    assert_eq!((score.status.id(), score.baseline_period), ("ahead", Some(2019)));

    // Not known: only what needs no baseline is said.
    let rows = Rows::exact(&[(2025, 85.0)]).with(2020, Value::Suppressed);
    let score = rows.score(&from_data, ResultHorizon::through_period(2025));
    assert_eq!((score.status.id(), score.reason), ("cannot tell", StatusReason::Baseline));
    assert_eq!(
        rows.clone()
            .with(2026, Value::Exact { value: 91.0 })
            .score(&from_data, ResultHorizon::through_period(2026))
            .status,
        Status::Ahead
    );
    let due = TargetTrajectory { period: 2025, ..from_data.clone() };
    assert_eq!(rows.score(&due, ResultHorizon::through_period(2025)).status, Status::TargetMissed);
    // The agreed path is enough where it has begun.
    let path = TargetTrajectory { path: vec![(2024, 84.0), (2026, 86.0)], tolerance: Some(0.5), ..from_data.clone() };
    assert_eq!(rows.score(&path, ResultHorizon::through_period(2025)).status, Status::OnTrack);
    // A published range.
    let rows = Rows::exact(&[(2025, 85.0)]).with(2020, Value::Range { lo: 78.0, hi: 82.0 });
    let score = rows.score(&from_data, ResultHorizon::through_period(2025));
    assert_eq!((score.status, score.expected), (Status::CannotTell, ValueInterval { lo: 84.0, hi: 86.0 }));
    let rows = Rows::exact(&[(2025, 88.0)]).with(2020, Value::Range { lo: 78.0, hi: 82.0 });
    assert_eq!(rows.score(&from_data, ResultHorizon::through_period(2025)).status, Status::Ahead);
}

#[test]
fn an_agreed_path() {
    let p = TargetTrajectory { path: vec![(2022, 81.0), (2026, 82.0)], ..rising() };
    for (period, expected) in
        [(2021, 80.5), (2022, 81.0), (2024, 81.5), (2026, 82.0), (2028, 86.0), (2030, 90.0), (2031, 90.0)]
    {
        let score = Rows::exact(&[(period, 85.0)]).score(&p, ResultHorizon::through_period(period));
        assert_eq!(score.expected, ValueInterval::from_number(expected), "{period}");
    }
    // Points outside the span of the promise are not part of its path.
    let odd = TargetTrajectory { path: vec![(2019, 1.0), (2020, 2.0), (2030, 3.0), (2035, 4.0)], ..rising() };
    assert_eq!(
        Rows::exact(&[(2025, 85.0)]).score(&odd, ResultHorizon::through_period(2025)).expected,
        ValueInterval::from_number(85.0)
    );
}

#[test]
fn breaks_in_series() {
    let values = Rows::exact(&[(2020, 80.0), (2024, 84.0), (2025, 85.0)]);
    let marked = |at| TargetTrajectory { breaks: vec![at], ..rising() };
    for (promise, rows, expected) in [
        (marked(2023), values.clone(), "cannot tell"),
        (marked(2025), values.clone(), "cannot tell"),
        (marked(2020), values.clone(), "on track"),
        (marked(2026), values.clone(), "on track"),
        (rising(), values.clone().flagged(2024, ValueFlags::BREAK), "cannot tell"),
        (rising(), values.clone().flagged(2020, ValueFlags::BREAK), "on track"),
        (TargetTrajectory { bridged: true, ..marked(2023) }, values.clone(), "on track"),
        // After a break beyond the target's period the later values say nothing; its own result stands.
        (
            TargetTrajectory { period: 2024, aim: TargetCondition::AtLeast(84.0), ..marked(2025) },
            values.clone(),
            "target met",
        ),
    ] {
        assert_eq!(
            rows.score(&promise, ResultHorizon::through_period(2025)).status.id(),
            expected,
            "{promise:?} {rows:?}"
        );
    }
}

#[test]
fn pace_needed() {
    let pace = |promise: &TargetTrajectory, value: f64| {
        Rows::exact(&[(2025, value)]).score(promise, ResultHorizon::through_period(2025)).pace_needed
    };
    assert_eq!(pace(&rising(), 82.0), ValueInterval::from_number(1.6));
    assert_eq!(pace(&falling(), 18.0), ValueInterval::from_number(-1.6));
    assert_eq!(pace(&into_band(), 55.0), ValueInterval::from_number(1.0));
    assert_eq!(pace(&into_band(), 62.0), ValueInterval::from_number(0.0));
    assert!(pace(&TargetTrajectory { period: 2025, ..rising() }, 82.0).is_none());
    // Quarters: 4 a year.
    let quarters = TargetTrajectory { per_year: 4.0, period: 2027, ..rising() };
    assert_eq!(pace(&quarters, 82.0), ValueInterval::from_number(16.0));
}
