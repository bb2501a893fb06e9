//! `calc status`: where one promise stands, by any of the four methods.
//!
//! The input is turned into a measure with its targets and asked like any other, so that what is said here and what is said
//! on a page can't differ.

use headway_model::plan::{Baseline, Break, Goal, Measure, Method, PathPoint, PeriodLabel, SeriesBreak, Target};
use headway_model::status::{Lag, Point, Question, stand};
use headway_model::{ALL, Direction, Flags, Period, PeriodKind, State, Value};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::{CalcError, Input};

const METHODS: [(&str, Method); 4] =
    [("trajectory", Method::Trajectory), ("gpra", Method::Gpra), ("cagr", Method::Cagr), ("trend", Method::Trend)];
const DIRECTIONS: [(&str, Direction); 3] =
    [("increase", Direction::Increase), ("decrease", Direction::Decrease), ("maintain", Direction::Maintain)];
const KINDS: [(&str, PeriodKind); 7] = [
    ("school-year", PeriodKind::SchoolYear),
    ("fiscal-year", PeriodKind::FiscalYear),
    ("cohort", PeriodKind::Cohort),
    ("calendar-year", PeriodKind::CalendarYear),
    ("quarter", PeriodKind::Quarter),
    ("month", PeriodKind::Month),
    ("day", PeriodKind::Day),
];

pub(super) fn status(input: &Input<'_>) -> Result<Json, CalcError> {
    let method = input.maybe("method")?.map_or(Ok(Method::Trajectory), |m| m.word(&METHODS))?;
    let kind = input.maybe("period_kind")?.map_or(Ok(PeriodKind::CalendarYear), |k| k.word(&KINDS))?;
    let measure = measure(input, method, kind)?;
    let rows = input.field("points")?.items()?;
    let points = rows.iter().map(|row| point(row, kind)).collect::<Result<Vec<Point>, CalcError>>()?;
    if let Some(i) = (1..points.len()).find(|&i| points[..i].iter().any(|p| p.period == points[i].period)) {
        return Err(rows[i].fault(format!("{} is there twice", points[i].period)));
    }
    let mut targets = own_target(input, kind)?;
    for row in &rows {
        targets.extend(yearly_target(row, kind)?);
    }
    let targets: Vec<&Target> = targets.iter().collect();
    let as_of = as_of(input, kind, &measure, &points)?;
    let question = Question { measure: &measure, targets: &targets, points: &points, parts: &[], as_of, method: None };
    let standing = stand(&question).map_err(|error| input.fault(error.to_string()))?;
    let mut answer = serde_json::to_value(&standing)?;
    answer["sentence"] = json!(standing.sentence());
    Ok(match standing.notes.first() {
        Some(_) if standing.expected.is_none() || standing.pace_needed.is_none() => {
            let why: Vec<&str> = standing.notes.iter().map(|n| n.text.as_str()).collect();
            super::noted(answer, &why.join(" "))
        }
        _ => answer,
    })
}

/// The day as of which is asked: `as_of` itself, or the first day on which `as_of_period` is over and its result due; the
/// latest point's period when neither is given.
fn as_of(input: &Input<'_>, kind: PeriodKind, measure: &Measure, points: &[Point]) -> Result<Date, CalcError> {
    if let Some(day) = input.maybe("as_of")? {
        return day.text()?.parse().map_err(|_| day.fault("expected a date like 2015-10-01"));
    }
    let lag = measure.result_lag.as_deref().and_then(|l| Lag::parse(l).ok()).unwrap_or_default();
    match input.maybe("as_of_period")? {
        Some(given) => Ok(lag.due(period(&given, kind)?)),
        None => {
            let latest = points.iter().map(|p| p.period).max();
            latest.map(|p| lag.due(p)).ok_or_else(|| input.fault("no points: say as of which period (as_of_period)"))
        }
    }
}

fn measure(input: &Input<'_>, method: Method, kind: PeriodKind) -> Result<Measure, CalcError> {
    let direction = input.field("direction")?.word(&DIRECTIONS)?;
    let number = |name: &str| input.maybe(name)?.map(|n| n.number()).transpose();
    let result_lag = match input.maybe("result_lag")? {
        Some(lag) => {
            Lag::parse(lag.text()?).map_err(|e| lag.fault(e.to_string()))?;
            Some(lag.text()?.to_owned())
        }
        None => None,
    };
    let bounds = match (number("limit")?, direction) {
        (Some(limit), Direction::Decrease) => Some([limit, f64::INFINITY]),
        (Some(limit), _) => Some([f64::NEG_INFINITY, limit]),
        (None, _) => input.maybe("bounds")?.map(|b| ends(&b)).transpose()?,
    };
    let mut breaks = Vec::new();
    for (field, what) in [("breaks", Break::Break), ("gaps", Break::Missing)] {
        for mark in input.maybe(field)?.map_or(Ok(Vec::new()), |b| b.items())? {
            let at = period(&mark, kind)?;
            breaks.push(SeriesBreak { period: label(at), kind: what, note: None });
        }
    }
    Ok(Measure {
        id: "measure".to_owned(),
        name: "measure".to_owned(),
        definition: None,
        audience: None,
        unit: input.maybe("unit")?.map(|u| u.text().map(str::to_owned)).transpose()?,
        direction: Some(direction),
        period: kind,
        result_lag,
        cadence: None,
        kind: None,
        serves: Vec::new(),
        owner: None,
        goal_text: None,
        tolerance: number("tolerance")?,
        bounds,
        min_n: None,
        publishing: headway_model::plan::Publishing::default(),
        method: Some(method),
        breaks,
        parts: Vec::new(),
        replaces: Vec::new(),
        targets: Vec::new(),
        source: Vec::new(),
        note: None,
    })
}

fn ends(bounds: &Input<'_>) -> Result<[f64; 2], CalcError> {
    match bounds.numbers()?[..] {
        [lo, hi] if lo <= hi => Ok([lo, hi]),
        _ => Err(bounds.fault("expected [lowest, highest]")),
    }
}

/// The target and its baseline; one without the other where only one is given.
fn own_target(input: &Input<'_>, kind: PeriodKind) -> Result<Vec<Target>, CalcError> {
    let goal = input.maybe("target")?.map(|t| goal(&t, kind)).transpose()?;
    let baseline = match input.maybe("baseline")? {
        Some(given) => Some(Baseline {
            period: label(period(&given.field("period")?, kind)?),
            value: given.maybe("value")?.map(|v| v.number()).transpose()?,
            bridged: given.maybe("bridged")?.map_or(Ok(false), |b| b.truth())?,
        }),
        None => None,
    };
    let mut trajectory = Vec::new();
    for point in input.maybe("trajectory")?.map_or(Ok(Vec::new()), |t| t.items())? {
        let at = period(&point.field("period")?, kind)?;
        trajectory.push(PathPoint { period: label(at), value: point.field("value")?.number()? });
    }
    let given = goal.is_some() || baseline.is_some() || !trajectory.is_empty();
    Ok(if given { vec![target(baseline, goal, trajectory)] } else { Vec::new() })
}

fn target(baseline: Option<Baseline>, goal: Option<Goal>, trajectory: Vec<PathPoint>) -> Target {
    Target {
        unit: ALL.to_owned(),
        group: ALL.to_owned(),
        grade: ALL.to_owned(),
        baseline,
        target: goal,
        trajectory,
        valid_from: None,
        valid_to: None,
        source: None,
        note: None,
    }
}

fn goal(given: &Input<'_>, kind: PeriodKind) -> Result<Goal, CalcError> {
    let number = |name: &str| given.maybe(name)?.map(|n| n.number()).transpose();
    let goal = Goal {
        period: label(period(&given.field("period")?, kind)?),
        value: number("value")?,
        lo: number("lo")?,
        hi: number("hi")?,
        parts: Vec::new(),
        set_baseline: given.maybe("set_baseline")?.map_or(Ok(false), |s| s.truth())?,
    };
    if goal.value.is_none() && goal.lo.is_none() && goal.hi.is_none() && !goal.set_baseline {
        return Err(given.fault("a target needs a value, lo or hi, or set_baseline: true"));
    }
    Ok(goal)
}

/// A point may carry the target of its own year, as federal reports print them: a figure, or `SET_BASELINE`.
fn yearly_target(row: &Input<'_>, kind: PeriodKind) -> Result<Option<Target>, CalcError> {
    let Some(given) = row.maybe("target")? else { return Ok(None) };
    let set_baseline = given.value().is_string();
    if set_baseline && given.text()? != "SET_BASELINE" {
        return Err(given.fault("expected a number, or “SET_BASELINE”"));
    }
    let value = if set_baseline { None } else { Some(given.number()?) };
    let period = label(period(&row.field("period")?, kind)?);
    let goal = Goal { period, value, lo: None, hi: None, parts: Vec::new(), set_baseline };
    Ok(Some(target(None, Some(goal), Vec::new())))
}

/// `{period, value}`, `{period, lo and/or hi}` or `{period, state}`; without any of them the value is missing.
fn point(row: &Input<'_>, kind: PeriodKind) -> Result<Point, CalcError> {
    let number = |name: &str| row.maybe(name)?.map(|n| n.number()).transpose();
    let value = match (number("value")?, number("lo")?, number("hi")?) {
        (Some(value), None, None) => Value::Exact { value },
        (None, Some(lo), Some(hi)) if lo <= hi => Value::Range { lo, hi },
        (None, Some(_), Some(_)) => return Err(row.fault("lo is above hi")),
        (None, Some(lo), None) => Value::AtLeast { lo },
        (None, None, Some(hi)) => Value::AtMost { hi },
        (None, None, None) => without_number(row)?,
        _ => return Err(row.fault("give value, or lo and hi, not both")),
    };
    let truth = |name: &str, otherwise| row.maybe(name)?.map_or(Ok(otherwise), |t| t.truth());
    let mut flags = Flags::default();
    for (name, flag) in [("break", Flags::BREAK), ("strict", Flags::STRICT), ("provisional", Flags::PROVISIONAL)] {
        if truth(name, false)? {
            flags = flags.with(flag);
        }
    }
    let period = period(&row.field("period")?, kind)?;
    Ok(Point { period, value, flags, released: truth("released", true)? })
}

fn without_number(row: &Input<'_>) -> Result<Value, CalcError> {
    let states = [
        (State::Suppressed.id(), Value::Suppressed),
        (State::NotTested.id(), Value::NotTested),
        (State::NotApplicable.id(), Value::NotApplicable),
        (State::NotReported.id(), Value::NotReported),
        (State::Missing.id(), Value::Missing),
    ];
    row.maybe("state")?.map_or(Ok(Value::Missing), |s| s.word(&states))
}

/// A period as a number (a year) or as a text of its kind.
fn period(given: &Input<'_>, kind: PeriodKind) -> Result<Period, CalcError> {
    let text = match given.value() {
        Json::String(text) => text.clone(),
        _ => given.count()?.to_string(),
    };
    Period::parse(kind, &text).map_err(|error| given.fault(error.to_string()))
}

fn label(period: Period) -> PeriodLabel {
    PeriodLabel(period.to_string())
}
