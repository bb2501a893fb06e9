//! What a plan says of a chart: the unit, breaks, the path of a target; and figures beside it, on their side of it.

use headway_model::plan::{Break, Measure, Target};
use headway_model::status::{self, TargetAssessment, TargetCondition, ValueInterval};
use headway_model::{Period, Value, breaks_between};

use crate::{ChartBreak, ChartGap, MeasureUnit, TargetPath};

/// The unit of a measure's values, for writing them.
pub fn measure_unit(measure: &Measure) -> MeasureUnit {
    MeasureUnit::of_plan(measure.unit.as_deref())
}

/// Where the plan says that a series breaks, or has no result.
pub fn breaks_and_gaps(measure: &Measure) -> (Vec<ChartBreak>, Vec<ChartGap>) {
    let (mut breaks, mut gaps) = (Vec::new(), Vec::new());
    for mark in &measure.breaks {
        let Ok(period) = mark.period.to_period(measure.period) else { continue };
        // It is said inside sentences that end themselves.
        let reason = mark.note.as_deref().unwrap_or_default().trim_end_matches('.').to_owned();
        match mark.kind {
            Break::Break => breaks.push(ChartBreak { period, reason: text_or(reason, "new series") }),
            Break::Missing => gaps.push(ChartGap { period, reason: text_or(reason, "no result") }),
        }
    }
    (breaks, gaps)
}

/// A target as a path: baseline (read from what is `known` where the plan names no figure), agreed points, target. Its label
/// names the plan's other targets by their period.
pub fn target_path(
    measure: &Measure,
    target: &Target,
    known: &dyn Fn(Period) -> Option<f64>,
    standing: &TargetAssessment,
) -> Option<TargetPath> {
    let goal = target.target.as_ref()?;
    let period = goal.period.to_period(measure.period).ok()?;
    let mut points: Vec<(Period, f64)> = Vec::new();
    if let Some(baseline) = &target.baseline {
        let from = baseline.period.to_period(measure.period).ok()?;
        points.extend(baseline.value.or_else(|| known(from)).map(|value| (from, value)));
    }
    for point in &target.trajectory {
        points.push((point.period.to_period(measure.period).ok()?, point.value));
    }
    let aim = status::aim_of_goal(goal, measure.direction?, measure.tolerance)?;
    let (end, band) = match aim {
        TargetCondition::AtLeast(value) | TargetCondition::AtMost(value) => (value, None),
        TargetCondition::Within { lo, hi } => (band_edge(&points, (lo, hi)), (lo < hi).then_some((lo, hi))),
    };
    // A baseline past the target, or inside its band, has no way to go: the target is a level to keep.
    if target.trajectory.is_empty() {
        points.retain(|(_, value)| match aim {
            TargetCondition::AtLeast(target) => *value <= target,
            TargetCondition::AtMost(target) => *value >= target,
            TargetCondition::Within { lo, hi } => *value <= lo || hi <= *value,
        });
    }
    points.retain(|(p, _)| *p != period);
    points.push((period, end));
    points.sort_by_key(|(p, _)| *p);
    let current = standing.target_period == Some(period) && !standing.other_targets.contains(target);
    // No path leads over a break in the series; that of the target in force is as its status takes it.
    let (from, bridged) = (points[0].0, target.baseline.as_ref().is_some_and(|b| b.bridged));
    let crossed = breaks_and_gaps(measure).0.iter().any(|b| breaks_between(&b.period, &from, &period));
    let over_break = if current { standing.over_break } else { crossed && !bridged };
    if over_break {
        points.retain(|(p, _)| *p == period);
    }
    let mut path = TargetPath::new(points);
    path.current = current;
    if !path.current {
        path.label = "Other target".to_owned();
    }
    path.band = band;
    Some(path)
}

/// The edge of a band that its path leads to: the one that the baseline has to reach; the middle where it is inside already, or
/// none is known.
fn band_edge(points: &[(Period, f64)], (lo, hi): (f64, f64)) -> f64 {
    match points.first() {
        Some((_, from)) if *from <= lo => lo,
        Some((_, from)) if *from >= hi => hi,
        _ => f64::midpoint(lo, hi),
    }
}

fn text_or(text: String, instead: &str) -> String {
    if text.is_empty() { instead.to_owned() } else { text }
}

/// A figure, or its ends; nothing where nothing is known.
pub fn interval_text(unit: &MeasureUnit, value: ValueInterval) -> String {
    match value.exact_number() {
        Some(x) => unit.trimmed_text(x),
        None => bounded_text(unit, value, false, &[]),
    }
}

/// The last figure that is known, whatever the status speaks of, on its side of the target.
pub fn latest_text(unit: &MeasureUnit, standing: &TargetAssessment) -> String {
    match standing.latest_value.exact_number() {
        Some(x) => unit.value_beside(x, &standing.rounding_marks()),
        None => bounded_text(unit, standing.latest_value, standing.latest_strict, &standing.rounding_marks()),
    }
}

/// The result that a status speaks of, on its side of the target and the path.
pub fn result_text(unit: &MeasureUnit, standing: &TargetAssessment) -> String {
    match standing.value.exact_number() {
        Some(x) => unit.value_beside(x, &standing.rounding_marks()),
        None => bounded_text(unit, standing.value, standing.strict, &standing.rounding_marks()),
    }
}

fn bounded_text(unit: &MeasureUnit, value: ValueInterval, strict: bool, marks: &[f64]) -> String {
    match (value.lo, value.hi) {
        _ if value.is_none() => String::new(),
        (lo, f64::INFINITY) => unit.published_within(Value::AtLeast { lo }, strict),
        (f64::NEG_INFINITY, hi) => unit.published_within(Value::AtMost { hi }, strict),
        (lo, hi) => unit.range_beside(lo, hi, marks),
    }
}

/// The headline of groups that no period compares: what can be seen instead.
pub fn groups_apart<N: AsRef<str>>(mut groups: impl Iterator<Item = N>) -> String {
    match (groups.next(), groups.count()) {
        (Some(name), 0) => format!("The results of one student group: {}", name.as_ref()),
        (_, others) => format!(
            "The results of {} student groups, each by itself: no one year has exact results of most of them",
            others + 1
        ),
    }
}
