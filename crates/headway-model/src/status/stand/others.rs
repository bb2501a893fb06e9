//! The targets of a series besides the one it is judged by, in words.

use crate::plan::{Goal, Measure, Target};
use crate::status::ValueInterval;
use crate::status::sentence::{figure_in_words, period_phrase};

/// How many are named; the rest are counted.
const NAMED: usize = 4;

/// "Also promised for this series: 84% by cohort 2012, 70% by 2029-30 (until 2023-12-31)."
pub(super) fn other_promises(measure: &Measure, targets: &[Target]) -> String {
    let mut texts: Vec<String> = targets.iter().take(NAMED).map(|t| promise_text(measure, t)).collect();
    if targets.len() > NAMED {
        texts.push(format!("and {} more", targets.len() - NAMED));
    }
    format!("Also promised for this series: {}.", texts.join(", "))
}

fn promise_text(measure: &Measure, target: &Target) -> String {
    let text = match &target.target {
        Some(goal) => goal_in_words(measure, goal),
        None => "a target that the plan names without a figure".to_owned(),
    };
    match (target.valid_from, target.valid_to) {
        (None, None) => text,
        (Some(from), None) => format!("{text} (from {from} on)"),
        (None, Some(to)) => format!("{text} (until {to})"),
        (Some(from), Some(to)) => format!("{text} (from {from} until {to})"),
    }
}

fn goal_in_words(measure: &Measure, goal: &Goal) -> String {
    let period = goal.period.to_period(measure.period);
    let by = period.as_ref().map_or_else(|_| goal.period.to_string(), |period| period.in_words());
    if goal.set_baseline {
        return format!("a baseline to be set {}", period.map_or(by, period_phrase));
    }
    let unit = measure.unit.as_deref();
    let words = match (goal.value, goal.lo, goal.hi) {
        _ if !goal.parts.is_empty() => {
            let name = |id: &str| measure.parts.iter().find(|p| p.id == id).map_or(id, |p| p.name.as_str()).to_owned();
            let place_of =
                |id: &str| measure.parts.iter().find(|p| p.id == id).and_then(|p| p.unit.as_deref()).or(unit);
            let part = |p: &crate::plan::PartGoal| {
                format!("{} {}", name(&p.part), figure_in_words(ValueInterval::from_number(p.value), place_of(&p.part)))
            };
            goal.parts.iter().map(part).collect::<Vec<_>>().join(" and ")
        }
        (Some(value), ..) => figure_in_words(ValueInterval::from_number(value), unit),
        (None, None, None) => return format!("a target by {by} without its figure"),
        (None, lo, hi) => {
            let ends = ValueInterval { lo: lo.unwrap_or(f64::NEG_INFINITY), hi: hi.unwrap_or(f64::INFINITY) };
            format!("{} (band)", figure_in_words(ends, unit))
        }
    };
    format!("{words} by {by}")
}
