//! The `gpra` method against published federal program performance reports.

use headway_model::plan::{Method, PathPoint};
use headway_model::status::{GpraTarget, GpraYear, Status, TargetCondition, gpra_statuses};
use headway_model::{Direction, PeriodKind, Value};
use serde_json::Value as Json;

use crate::status_support::{ask, goal, label, measure, points, shared, target};

fn year(direction: &str, row: &Json) -> GpraYear {
    let target = match &row["target"] {
        Json::Null => None,
        Json::String(text) if text == "SET_BASELINE" => Some(GpraTarget::SetBaseline),
        figure => {
            let t = figure.as_f64().expect("a figure");
            Some(GpraTarget::Aim(if direction == "decrease" {
                TargetCondition::AtMost(t)
            } else {
                TargetCondition::AtLeast(t)
            }))
        }
    };
    let period = row["year"].as_i64().expect("a year") as i32;
    GpraYear { period, target, actual: row["actual"].as_f64(), released: true }
}

#[test]
fn published_reports_come_out() {
    let Some(text) = shared("cases/gpra_status.json") else { return };
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    let mut checked = 0;
    for case in &cases {
        let direction = case["inputs"]["desired_direction"].as_str().expect("a direction");
        let series = case["inputs"]["series"].as_array().expect("a series");
        let years: Vec<GpraYear> = series.iter().map(|row| year(direction, row)).collect();
        for (year, (status, expected)) in
            years.iter().zip(gpra_statuses(&years).iter().zip(case["expected"]["status"].as_array().expect("statuses")))
        {
            assert_eq!(expected["year"], year.period, "{}", case["id"]);
            assert_eq!(Status::Gpra(*status).id(), expected["status"], "{} {}", case["id"], year.period);
            checked += 1;
        }
    }
    assert!(checked > 40, "the file holds ten reports, {checked} years were checked");
}

/// (direction, years as (target, actual, released), expected status of the last year)
fn check(direction: Direction, years: &[(Option<f64>, Option<f64>, bool)], expected: &str) {
    let aim = |t| {
        GpraTarget::Aim(if direction == Direction::Decrease {
            TargetCondition::AtMost(t)
        } else {
            TargetCondition::AtLeast(t)
        })
    };
    let years: Vec<GpraYear> = (2001..)
        .zip(years)
        .map(|(period, &(t, actual, released))| GpraYear { period, target: t.map(aim), actual, released })
        .collect();
    assert_eq!(Status::Gpra(*gpra_statuses(&years).last().expect("a year")).id(), expected, "{years:?}");
}

#[test]
fn boundaries() {
    use Direction::{Decrease, Increase};
    check(Increase, &[(Some(45.0), Some(45.0), true)], "Target Met");
    check(Increase, &[(Some(0.1 + 0.2), Some(0.3), true)], "Target Met");
    check(Increase, &[(Some(0.0), Some(0.0), true)], "Target Met");
    check(Decrease, &[(Some(10.0), Some(9.9), true)], "Did Better Than Target");
    check(Increase, &[(Some(45.0), Some(44.0), true)], "Did Not Meet Target");
    // A tie with the prior year is no progress.
    check(Increase, &[(Some(45.0), Some(38.0), true), (Some(45.0), Some(38.0), true)], "Did Not Meet Target");
    check(Increase, &[(None, Some(37.0), true), (Some(45.0), Some(38.0), true)], "Made Progress From Prior Year");
    // Known and not released is pending, and is no prior year for others.
    check(Increase, &[(Some(45.0), Some(46.0), false)], "Pending");
    let hidden = [(Some(45.0), Some(36.0), true), (Some(45.0), Some(39.0), false), (Some(45.0), Some(38.0), true)];
    check(Increase, &hidden, "Made Progress From Prior Year");
}

#[test]
fn a_measure_of_a_plan_reports_by_year() {
    let mut m = measure("subgrants", "days", Direction::Decrease, PeriodKind::FiscalYear);
    m.method = Some(Method::Gpra);
    let mut t = target(None, goal("2010", Some(45.0)));
    for (period, value) in [("2007", 52.0), ("2008", 46.0), ("2009", 46.0)] {
        t.trajectory.push(PathPoint { period: label(period), value });
    }
    let mut results = points(PeriodKind::FiscalYear, &[(2006, 55.0), (2007, 67.0), (2008, 62.0), (2009, 60.0)]);

    let s = ask(&m, &[&t], &results, "2010-01-15");
    assert_eq!(s.status.id(), "Made Progress From Prior Year");
    assert_eq!(
        s.to_sentence(),
        "Made Progress From Prior Year: 60 days in FY2009, 14 days above the target of 46 days in FY2009."
    );
    assert_eq!(s.years.iter().map(|y| y.status.id()).collect::<Vec<_>>()[0], "Measure not in place");

    let s = ask(&m, &[&t], &results, "2010-08-01");
    assert_eq!((s.status.id(), s.period.map(|p| p.ordinal)), ("Pending", Some(2010)));

    // A range is judged at both its ends.
    results[3].value = Value::Range { lo: 44.0, hi: 70.0 };
    assert_eq!(ask(&m, &[&t], &results, "2010-01-15").status, Status::CannotTell);
    results[3].value = Value::AtMost { hi: 61.0 };
    assert_eq!(ask(&m, &[&t], &results, "2010-01-15").status, Status::CannotTell);
    results[3].value = Value::Range { lo: 63.0, hi: 70.0 };
    assert_eq!(ask(&m, &[&t], &results, "2010-01-15").status.id(), "Did Not Meet Target");
}
