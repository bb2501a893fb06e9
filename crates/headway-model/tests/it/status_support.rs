//! What the tests of status share: the published cases beside the workspace, and short ways to write plans and series.

use std::path::PathBuf;

use headway_model::plan::{Baseline, Goal, Measure, PeriodLabel, Target};
use headway_model::status::{
    AssessmentRequest, ResultHorizon, SeriesPoint, StatusScore, StatusSeries, TargetAssessment, TargetTrajectory,
    judge_standing, score_series,
};
use headway_model::{Direction, Period, PeriodKind, Value, ValueFlags};
use jiff::civil::Date;

/// A file below `../shared`, or `None` with a line saying that the test is left out.
pub(crate) fn shared(below: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(below);
    if !path.exists() {
        #[expect(clippy::print_stderr, reason = "a test that is left out says so")]
        {
            eprintln!("left out: ../shared/{below} is not here");
        }
        return None;
    }
    Some(std::fs::read_to_string(path).expect("the file can be read"))
}

/// Columns of a series, owned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows(pub(crate) Vec<(i32, Value, ValueFlags)>);

impl Rows {
    pub(crate) fn exact(points: &[(i32, f64)]) -> Self {
        Self(points.iter().map(|&(p, value)| (p, Value::Exact { value }, ValueFlags::default())).collect())
    }

    pub(crate) fn with(mut self, period: i32, value: Value) -> Self {
        self.0.push((period, value, ValueFlags::default()));
        self
    }

    pub(crate) fn flagged(mut self, period: i32, flag: ValueFlags) -> Self {
        let row = self.0.iter_mut().find(|r| r.0 == period).expect("the row is there");
        row.2 = row.2.with_flags(flag);
        self
    }

    pub(crate) fn score(&self, promise: &TargetTrajectory, horizon: ResultHorizon) -> StatusScore {
        let bounds = |v: &Value| v.bounds().unwrap_or((f64::NAN, f64::NAN));
        let period: Vec<i32> = self.0.iter().map(|r| r.0).collect();
        let state: Vec<u8> = self.0.iter().map(|r| r.1.state() as u8).collect();
        let flags: Vec<u8> = self.0.iter().map(|r| r.2.0).collect();
        let lo: Vec<f64> = self.0.iter().map(|r| bounds(&r.1).0).collect();
        let hi: Vec<f64> = self.0.iter().map(|r| bounds(&r.1).1).collect();
        score_series(
            promise,
            horizon,
            &StatusSeries { period: &period, state: &state, flags: &flags, lo: &lo, hi: &hi },
        )
    }
}

pub(crate) fn measure(id: &str, unit: &str, direction: Direction, period: PeriodKind) -> Measure {
    Measure { unit: Some(unit.to_owned()), direction: Some(direction), ..Measure::without_plan(id, period) }
}

pub(crate) fn goal(period: &str, value: Option<f64>) -> Goal {
    Goal { period: label(period), value, lo: None, hi: None, parts: Vec::new(), set_baseline: false }
}

pub(crate) fn label(text: &str) -> PeriodLabel {
    PeriodLabel(text.to_owned())
}

/// A target of the state for all students, from a baseline (period, value) to a goal.
pub(crate) fn target(baseline: Option<(&str, Option<f64>)>, goal: Goal) -> Target {
    Target {
        place: "state".to_owned(),
        group: "all".into(),
        grade: "all".into(),
        baseline: baseline.map(|(period, value)| Baseline { period: label(period), value, bridged: false }),
        target: Some(goal),
        trajectory: Vec::new(),
        valid_from: None,
        valid_to: None,
        source: None,
        note: None,
    }
}

pub(crate) fn points(kind: PeriodKind, values: &[(i32, f64)]) -> Vec<SeriesPoint> {
    let point = |&(ordinal, value)| SeriesPoint::new(Period { kind, ordinal }, Value::Exact { value });
    values.iter().map(point).collect()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

pub(crate) fn ask(measure: &Measure, targets: &[&Target], points: &[SeriesPoint], as_of: &str) -> TargetAssessment {
    let question = AssessmentRequest { measure, targets, points, parts: &[], as_of: day(as_of), method: None };
    judge_standing(&question).expect("the plan can be read")
}

/// Five-year graduation, statewide, all students: from the published series where it is here, else the published figures.
pub(crate) fn five_year_rates() -> Vec<SeriesPoint> {
    let Some(text) = shared("cases/massachusetts_series.csv") else {
        return points(
            PeriodKind::Cohort,
            &[(2010, 84.7), (2011, 86.3), (2012, 87.5), (2013, 87.7), (2014, 88.5), (2015, 89.4)],
        );
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|r| r.expect("a row"));
    let wanted = rows.filter(|r| &r[0] == "grad_5yr" && &r[1] == "all");
    let parsed = wanted.filter_map(|r| {
        let period = Period::parse(PeriodKind::Cohort, &r[2]).ok()?;
        Some(SeriesPoint::new(period, Value::Exact { value: r[3].parse().ok()? }))
    });
    parsed.collect()
}

pub(crate) fn graduation() -> Measure {
    let mut m = measure("grad-5yr", "percent", Direction::Increase, PeriodKind::Cohort);
    m.result_lag = Some("P13M".to_owned());
    m
}
