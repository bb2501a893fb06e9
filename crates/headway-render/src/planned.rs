//! What a plan says of a chart: the unit, breaks, the path of a target; and figures beside it, on their side of it.

use headway_model::plan::{Break, Measure, Method, Target};
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
    let mut path = TargetPath::new(path_by_method(standing.method, points));
    path.current = current;
    if !path.current {
        path.label = "Other target".to_owned();
    }
    path.band = band;
    Some(path)
}

/// The points of a path as a method judges results against it: straight lines for `trajectory`; for `cagr` the curve of one growth
/// rate from the first point to the last; the target alone for the others, and where no growth rate leads to it.
pub fn path_by_method(method: Method, points: Vec<(Period, f64)>) -> Vec<(Period, f64)> {
    let (Some(&from), Some(&to)) = (points.first(), points.last()) else { return points };
    match method {
        Method::Trajectory => points,
        Method::Cagr if from.1 * to.1 > 0.0 && from.0 < to.0 => {
            let years = f64::from(to.0.ordinal - from.0.ordinal);
            let at = |ordinal: i32| {
                let share = f64::from(ordinal - from.0.ordinal) / years;
                (Period { ordinal, ..from.0 }, from.1 * (to.1 / from.1).powf(share))
            };
            let between = (from.0.ordinal + 1..to.0.ordinal).map(at);
            std::iter::once(from).chain(between).chain([to]).collect()
        }
        Method::Cagr | Method::Gpra | Method::Trend => vec![to],
    }
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

/// What the path asks for: computed, so with the decimals of results, on its side of the result and the target. A target that is to be
/// kept is written as the plan does.
pub fn expected_text(unit: &MeasureUnit, standing: &TargetAssessment) -> String {
    if standing.expected == standing.target {
        return interval_text(unit, standing.expected);
    }
    let marks = [standing.target.lo, standing.target.hi, standing.value.lo, standing.value.hi];
    match standing.expected.exact_number() {
        Some(x) => unit.value_beside(x, &marks),
        None => bounded_text(unit, standing.expected, false, &marks),
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

#[cfg(test)]
mod tests {
    use headway_model::PeriodKind;

    use super::*;

    #[test]
    fn a_path_is_drawn_as_its_method_judges() {
        let year = |ordinal| Period { kind: PeriodKind::CalendarYear, ordinal };
        let path = |from: f64, to: f64| vec![(year(2015), from), (year(2030), to)];
        for (method, from, points, in_2025) in [
            (Method::Trajectory, 100.0, 2, None),
            (Method::Cagr, 100.0, 16, Some(158.74)),
            (Method::Cagr, 0.0, 1, None),
            (Method::Trend, 100.0, 1, None),
            (Method::Gpra, 100.0, 1, None),
        ] {
            let drawn = path_by_method(method, path(from, 200.0));
            assert_eq!((drawn.len(), drawn.last()), (points, Some(&(year(2030), 200.0))), "{method:?} from {from}");
            let there = drawn
                .iter()
                .find(|(period, _)| *period == year(2025))
                .map(|(_, value)| (100.0 * value).round() / 100.0);
            assert_eq!(there, in_2025, "{method:?} from {from}");
        }
    }
}
