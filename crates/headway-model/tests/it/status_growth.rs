//! The `cagr` and `trend` methods.

use headway_model::plan::Method;
use headway_model::status::{GrowthTarget, Status, TargetCondition, cagr_progress, extend_trend};
use headway_model::{Direction, PeriodKind};

use crate::status_support::{ask, goal, measure, points, shared, target};

/// Published cases that contradict the design's methods page, with the reason; methods.md holds there. None is known.
const CONTRADICTIONS: &[(&str, &str)] = &[];

#[test]
fn published_progress_comes_out() {
    let Some(text) = shared("cases/progress_cagr.csv") else { return };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let column = |name: &str| head.iter().position(|h| h == name).expect("the column is there");
    let mut checked = 0;
    for row in reader.records().map(|r| r.expect("a row")) {
        let get = |name: &str| row.get(column(name)).filter(|t| !t.is_empty());
        let number = |name: &str| get(name).map(|t| t.parse::<f64>().expect("a number"));
        let year = |name: &str| number(name).map(|y| y as i32);
        let id = get("case_id").expect("an id");
        let direction = match get("direction") {
            Some("negative") => Direction::Decrease,
            _ => Direction::Increase,
        };
        let base = (year("base_year").expect("base"), number("base_value").expect("base"));
        let current = (year("current_year").expect("current"), number("current_value").expect("current"));
        let aspiration = match (number("target"), number("limit")) {
            (Some(value), _) => GrowthTarget::Target { period: year("target_year").expect("target year"), value },
            (None, Some(limit)) => GrowthTarget::Limit(limit),
            _ => GrowthTarget::Open,
        };
        let found = cagr_progress(direction, base, current, aspiration, 1.0);
        if let Some((_, why)) = CONTRADICTIONS.iter().find(|c| c.0 == id) {
            assert_ne!(Some(Status::Cagr(found.status).id()), get("expected_status"), "{id} agrees after all: {why}");
            continue;
        }
        assert_eq!(Some(Status::Cagr(found.status).id()), get("expected_status"), "{id}");
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
            (a, b) => a == b,
        };
        let value = number("expected_progress_value");
        assert!(close(found.progress, value), "{id}: {:?} {value:?}", found.progress);
        assert!(close(found.score, number("expected_score")), "{id}: {:?} {:?}", found.score, get("expected_score"));
        checked += 1;
    }
    assert!(checked > 90, "the file holds about a hundred cases, {checked} were checked");
}

#[test]
fn growth_divides_by_nothing() {
    let check = |base, current, aspiration, expected: &str| {
        let found = cagr_progress(Direction::Increase, base, current, aspiration, 1.0);
        assert_eq!(Status::Cagr(found.status).id(), expected, "{base:?} {current:?} {aspiration:?}");
        assert!(found.progress.is_none_or(f64::is_finite), "{found:?}");
        assert!(found.score.is_none_or(f64::is_finite), "{found:?}");
    };
    let target = |period, value| GrowthTarget::Target { period, value };
    check((2015, 50.0), (2020, 50.0), target(2030, 50.0), "target_achieved");
    check((2015, 50.0), (2020, 49.0), target(2030, 50.0), "deterioration");
    check((2015, 0.0), (2020, 0.0), target(2030, 0.0), "target_achieved");
    check((2015, 0.0), (2020, -1.0), target(2030, 0.0), "not_available");
    check((2015, 50.0), (2020, 55.0), target(2015, 60.0), "not_available");
    check((2020, 50.0), (2015, 55.0), target(2030, 60.0), "not_available");
    check((2015, 50.0), (2020, 55.0), target(2030, -60.0), "target_achieved");
    check((2015, 50.0), (2020, 0.0), target(2030, 60.0), "deterioration");
}

/// Points a year apart from 2015 on, the target for 2030; expected status and projection.
fn check_trend(values: &[f64], aim: TargetCondition, expected: &str, projected: f64) {
    let points: Vec<(i32, f64)> = (2015..).zip(values.iter().copied()).filter(|p| !p.1.is_nan()).collect();
    let outlook = extend_trend(aim, 2030, 1.0, &points).expect("two points");
    assert_eq!(Status::Trend(outlook.status).id(), expected, "{outlook:?}");
    assert!((outlook.projected - projected).abs() < 1e-9, "{outlook:?}");
}

#[test]
fn trend_boundaries() {
    // From 2020 on ten years are left; the last five changes are 1 a year: 60 + 10.
    let rise = [55.0, 56.0, 57.0, 58.0, 59.0, 60.0];
    check_trend(&rise, TargetCondition::AtLeast(70.0), "sun", 70.0);
    // Missing 10 r / (10 + 10 r): just under 5 %, exactly 5 %, exactly 20 %, more.
    check_trend(&rise, TargetCondition::AtLeast(70.5), "sun", 70.0);
    check_trend(&rise, TargetCondition::AtLeast(60.0 + 10.0 / 0.95), "slightly cloudy", 70.0);
    check_trend(&rise, TargetCondition::AtLeast(72.5), "slightly cloudy", 70.0);
    check_trend(&rise, TargetCondition::AtLeast(72.6), "cloud", 70.0);
    check_trend(&rise, TargetCondition::AtMost(50.0), "thunderstorm", 70.0);
    // The target is met and the trend leaves it.
    check_trend(&rise, TargetCondition::AtMost(65.0), "thunderstorm", 70.0);
    check_trend(&rise, TargetCondition::AtMost(75.0), "sun", 70.0);
    check_trend(&[60.0; 6], TargetCondition::AtLeast(70.0), "cloud", 60.0);
    // Only the last five changes count, gaps allowed, fewer used when there are no more.
    check_trend(&[0.0, 55.0, f64::NAN, 57.0, 58.0, f64::NAN, 60.0], TargetCondition::AtLeast(69.0), "sun", 69.0);
    check_trend(&[59.0, 60.0], TargetCondition::Within { lo: 70.0, hi: 80.0 }, "sun", 74.0);
    assert_eq!(extend_trend(TargetCondition::AtLeast(1.0), 2030, 1.0, &[(2020, 5.0)]), None);
}

/// In the target's own period nothing is extended: the way the values went is what is left to say.
#[test]
fn trend_in_the_own_period() {
    let check = |values: [f64; 6], aim: TargetCondition, due: i32, expected: &str| {
        let points: Vec<(i32, f64)> = (2015..).zip(values).collect();
        let outlook = extend_trend(aim, due, 1.0, &points).expect("two points");
        assert_eq!(Status::Trend(outlook.status).id(), expected, "{outlook:?}");
    };
    // As published: 9.8 to 10.2 with 10 or less promised for 2020.
    let published = [9.8, 10.3, 10.1, 10.3, 10.3, 10.2];
    for due in [2020, 2021] {
        check(published, TargetCondition::AtMost(10.0), due, "thunderstorm");
        check(published.map(|v| 20.0 - v), TargetCondition::AtLeast(10.0), due, "thunderstorm");
    }
    check([11.0, 10.9, 10.8, 10.7, 10.5, 10.3], TargetCondition::AtMost(10.0), 2020, "cloud");
    check([11.0, 10.9, 10.8, 10.7, 10.5, 10.0], TargetCondition::AtMost(10.0), 2020, "sun");
    check([9.0, 9.1, 9.2, 9.3, 9.4, 9.5], TargetCondition::AtMost(10.0), 2020, "sun");
    check([10.2; 6], TargetCondition::AtMost(10.0), 2020, "cloud");
    check([9.8, 9.9, 10.1, 10.3, 10.3, 10.4], TargetCondition::Within { lo: 9.0, hi: 10.0 }, 2020, "thunderstorm");
}

#[test]
fn plan_measures_by_growth_and_trend() {
    let mut m = measure("grad", "percent", Direction::Increase, PeriodKind::SchoolYear);
    let t = target(Some(("2015", None)), goal("2030", Some(90.0)));
    let results = points(PeriodKind::SchoolYear, &[(2016, 85.0), (2020, 86.0), (2022, 87.0), (2024, 88.0)]);

    m.method = Some(Method::Cagr);
    let s = ask(&m, &[&t], &results, "2024-07-15");
    assert_eq!(s.baseline_period.map(|p| p.ordinal), Some(2016), "the next later year with data");
    let by_hand = cagr_progress(
        Direction::Increase,
        (2016, 85.0),
        (2024, 88.0),
        GrowthTarget::Target { period: 2030, value: 90.0 },
        1.0,
    );
    assert_eq!((s.status, s.progress, s.score), (Status::Cagr(by_hand.status), by_hand.progress, by_hand.score));
    assert_eq!(
        s.to_sentence(),
        "88.0% in 2023-24: substantial progress, 106% of the growth rate that 90% by 2029-30 requires."
    );

    let one = points(PeriodKind::SchoolYear, &[(2024, 91.0)]);
    assert_eq!(
        ask(&m, &[&t], &one, "2024-07-15").status.id(),
        "target_achieved",
        "one result is enough to meet a target"
    );
    assert_eq!(ask(&m, &[&t], &one[..0], "2015-07-15").status.id(), "not_available");

    let s = ask(&m, &[], &results, "2024-07-15");
    assert!(s.progress.is_some() && s.target.is_none(), "growth needs no target: {}", s.to_sentence());

    m.method = Some(Method::Trend);
    let s = ask(&m, &[&t], &results, "2024-07-15");
    assert_eq!(s.projected, Some(91.0));
    assert_eq!(
        s.to_sentence(),
        "88.0% in 2023-24; the last years' trend leads to 91% by 2029-30, against a target of 90%: sun."
    );
}
