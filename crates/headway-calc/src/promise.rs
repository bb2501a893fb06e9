//! What `calc status` is asked about: baseline, target, path, and the yearly targets of federal reports.

use headway_model::plan::{Baseline, Goal, PathPoint, PeriodLabel, Target};
use headway_model::{ALL, Period, PeriodKind};
use serde_json::Value as Json;

use super::{CalcError, JsonInput};

/// The target and its baseline; one without the other where only one is given.
pub(super) fn own_target(input: &JsonInput<'_>, kind: PeriodKind) -> Result<Vec<Target>, CalcError> {
    let goal = input.optional_field("target")?.map(|t| read_goal(&t, kind)).transpose()?;
    let baseline = match input.optional_field("baseline")? {
        Some(given) => Some(Baseline {
            period: period_label(read_period(&given.required_field("period")?, kind)?),
            value: given.optional_field("value")?.map(|v| v.to_number()).transpose()?,
            bridged: given.optional_field("bridged")?.map_or(Ok(false), |b| b.to_bool())?,
        }),
        None => None,
    };
    let mut trajectory: Vec<PathPoint> = Vec::new();
    for point in input.optional_field("trajectory")?.map_or(Ok(Vec::new()), |t| t.array_items())? {
        let (at, given) =
            (period_label(read_period(&point.required_field("period")?, kind)?), point.required_field("value")?);
        let value = given.to_number()?;
        if trajectory.iter().any(|p| p.period == at) {
            return Err(point.fault(format!("{} is there twice", at.0)));
        }
        let promised = goal.as_ref().filter(|goal| goal.period == at).and_then(|goal| goal.value);
        if let Some(promised) = promised.filter(|promised| *promised != value) {
            return Err(given.fault(format!("the path ends at {value}, and the target is {promised}")));
        }
        trajectory.push(PathPoint { period: at, value });
    }
    let given = goal.is_some() || baseline.is_some() || !trajectory.is_empty();
    Ok(if given { vec![target_for_all(baseline, goal, trajectory)] } else { Vec::new() })
}

fn target_for_all(baseline: Option<Baseline>, goal: Option<Goal>, trajectory: Vec<PathPoint>) -> Target {
    Target {
        place: ALL.to_owned(),
        group: ALL.into(),
        grade: ALL.into(),
        baseline,
        target: goal,
        trajectory,
        valid_from: None,
        valid_to: None,
        source: None,
        note: None,
    }
}

fn read_goal(given: &JsonInput<'_>, kind: PeriodKind) -> Result<Goal, CalcError> {
    let number = |name: &str| given.optional_field(name)?.map(|n| n.to_number()).transpose();
    let (value, worded) = given.optional_field("value")?.map_or(Ok((None, false)), |v| read_figure(&v))?;
    let goal = Goal {
        period: period_label(read_period(&given.required_field("period")?, kind)?),
        value,
        lo: number("lo")?,
        hi: number("hi")?,
        parts: Vec::new(),
        set_baseline: worded || given.optional_field("set_baseline")?.map_or(Ok(false), |s| s.to_bool())?,
    };
    if goal.value.is_none() && goal.lo.is_none() && goal.hi.is_none() && !goal.set_baseline {
        return Err(given.fault("a target needs a value, lo or hi, or set_baseline: true"));
    }
    Ok(goal)
}

/// A point may carry the target of its own year, as federal reports print them: a figure, or `SET_BASELINE`.
pub(super) fn yearly_target(row: &JsonInput<'_>, kind: PeriodKind) -> Result<Option<Target>, CalcError> {
    let Some(given) = row.optional_field("target")? else { return Ok(None) };
    let (value, set_baseline) = read_figure(&given)?;
    let period = period_label(read_period(&row.required_field("period")?, kind)?);
    let goal = Goal { period, value, lo: None, hi: None, parts: Vec::new(), set_baseline };
    Ok(Some(target_for_all(None, Some(goal), Vec::new())))
}

/// What is promised: a figure, or that a baseline will be set.
fn read_figure(given: &JsonInput<'_>) -> Result<(Option<f64>, bool), CalcError> {
    match given.value() {
        Json::String(text) if text == "SET_BASELINE" => Ok((None, true)),
        Json::String(_) => Err(given.fault("expected a number, or “SET_BASELINE”")),
        _ => Ok((Some(given.to_number()?), false)),
    }
}

/// A period as a number (a year) or as a text of its kind.
pub(super) fn read_period(given: &JsonInput<'_>, kind: PeriodKind) -> Result<Period, CalcError> {
    let text = match given.value() {
        Json::String(text) => text.clone(),
        _ => given.to_count()?.to_string(),
    };
    Period::parse(kind, &text).map_err(|error| given.fault(error.to_string()))
}

pub(super) fn period_label(period: Period) -> PeriodLabel {
    PeriodLabel(period.to_string())
}
