//! The baseline that a plan states, beside the result that came for its period.

use super::ValueInterval;
use crate::decimals_written;
use crate::plan::{Goal, Target};

/// The share of the way from baseline to target that a result must lie off the baseline to contradict it.
const SHARE_OF_WAY: f64 = 0.05;

/// Whether a result of the baseline's own period contradicts the figure that the plan states: by more than the plan's figure is
/// rounded, and by more than a twentieth of the way to the target, so that path and pace are others. A baseline that was recomputed
/// stands on another scale.
///
/// `result` in the measure's unit, exact or within bounds.
pub fn contradicts_baseline(target: &Target, result: ValueInterval) -> bool {
    let Some(baseline) = target.baseline.as_ref().filter(|baseline| !baseline.bridged) else { return false };
    let Some(stated) = baseline.value.filter(|stated| stated.is_finite() && !result.is_none()) else { return false };
    // Rounded, or cut off.
    let rounding = 10f64.powi(-decimals_written(stated).map_or(0, |decimals| decimals as i32));
    let way = target.target.as_ref().map_or(0.0, |goal| way_to_goal(goal, stated));
    let off = (result.lo - stated).max(stated - result.hi);
    off > rounding * (1.0 + 1e-9) && off > SHARE_OF_WAY * way
}

/// How far the nearest figure that keeps a goal lies from a baseline; 0 where it promises none itself.
fn way_to_goal(goal: &Goal, from: f64) -> f64 {
    match (goal.value, goal.lo, goal.hi) {
        (Some(value), ..) => (value - from).abs(),
        (None, lo, hi) => (lo.map_or(0.0, |lo| lo - from)).max(hi.map_or(0.0, |hi| from - hi)).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Baseline, PeriodLabel};

    fn check(stated: f64, goal: Option<f64>, result: (f64, f64), want: bool) {
        let period = |year: &str| PeriodLabel(year.to_owned());
        let goal = goal.map(|value| Goal {
            period: period("2030"),
            value: Some(value),
            lo: None,
            hi: None,
            parts: Vec::new(),
            set_baseline: false,
        });
        let target = |bridged: bool| Target {
            place: "st".into(),
            group: crate::ALL.into(),
            grade: crate::ALL.into(),
            baseline: Some(Baseline { period: period("2021"), value: Some(stated), bridged }),
            target: goal.clone(),
            trajectory: Vec::new(),
            valid_from: None,
            valid_to: None,
            source: None,
            note: None,
        };
        let result = ValueInterval { lo: result.0, hi: result.1 };
        assert_eq!(contradicts_baseline(&target(false), result), want, "{stated} beside {result:?}");
        assert!(!contradicts_baseline(&target(true), result), "recomputed on another scale");
    }

    #[test]
    fn a_baseline_is_held_against_its_result() {
        let exactly = |value: f64| (value, value);
        check(56.0, Some(70.0), exactly(50.0), true);
        check(0.5, Some(70.0), exactly(50.0), true);
        check(50.0, Some(70.0), exactly(50.0), false);
        // Rounded and cut off.
        check(50.0, None, exactly(50.9), false);
        check(50.0, None, exactly(51.2), true);
        check(87.5, None, exactly(87.54), false);
        check(87.5, None, exactly(87.7), true);
        // A twentieth of the way is 1 point here.
        check(50.4, Some(70.4), exactly(51.2), false);
        check(50.4, Some(70.4), exactly(51.6), true);
        // Within bounds there is no contradiction.
        check(3.0, Some(20.0), (f64::NEG_INFINITY, 5.0), false);
        check(8.0, Some(20.0), (f64::NEG_INFINITY, 5.0), true);
        check(50.0, Some(70.0), (f64::NAN, f64::NAN), false);
    }
}
