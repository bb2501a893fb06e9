//! A target made ready for computing: numbers and ordinals only.

use headway_stats::forecast::panel::{self, TargetSide};

use super::ValueInterval;
use crate::plan::{Baseline, Break, Goal, Measure, PeriodLabel, Target};
use crate::{Direction, MeasureId, PeriodError};

/// What keeps the promise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TargetCondition {
    /// This value or more.
    AtLeast(f64),
    /// This value or less.
    AtMost(f64),
    /// Inside this band, both edges included.
    Within {
        /// Lowest value that keeps the promise.
        lo: f64,
        /// Highest value that keeps the promise.
        hi: f64,
    },
}

impl TargetCondition {
    /// The figure, or the ends of the band.
    pub fn target_interval(self) -> ValueInterval {
        match self {
            Self::AtLeast(target) | Self::AtMost(target) => ValueInterval::from_number(target),
            Self::Within { lo, hi } => ValueInterval { lo, hi },
        }
    }

    /// What a forecast is held against; `None` for one figure to be held exactly, which no result does.
    pub fn forecast_goal(self) -> Option<panel::ForecastGoal> {
        match self {
            Self::AtLeast(target) => Some(panel::ForecastGoal::Reach(target, TargetSide::AtOrAbove)),
            Self::AtMost(target) => Some(panel::ForecastGoal::Reach(target, TargetSide::AtOrBelow)),
            Self::Within { lo, hi } => (lo < hi).then_some(panel::ForecastGoal::Within(lo, hi)),
        }
    }
}

/// Where the path starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PathStart {
    /// The plan gives period and value.
    Given {
        /// Ordinal of the period.
        period: i32,
        /// The value.
        value: f64,
    },
    /// The plan gives the period; the value is read from the series.
    At(i32),
    /// The plan gives neither: the series' first usable value. Said with every status that rests on it.
    First,
}

/// One target in numbers. Made once for a target and used for every series that it holds for.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetTrajectory {
    /// What keeps it.
    pub aim: TargetCondition,
    /// Ordinal of the period it speaks of.
    pub period: i32,
    /// Where the path starts.
    pub start: PathStart,
    /// Points of the agreed path between start and target, by ordinal, rising. Straight between them; a straight path has none.
    /// For a band they are points of the edge that the baseline has to reach.
    pub path: Vec<(i32, f64)>,
    /// How far off the path is still near, in the measure's unit; half a year's required progress when `None`.
    pub tolerance: Option<f64>,
    /// A result comes every so many periods, where the plan says so.
    pub every: Option<i32>,
    /// Periods a year.
    pub per_year: f64,
    /// Natural bounds of the value; infinite where there are none. They close the open ends of bounds ("95 or more").
    pub bounds: (f64, f64),
    /// Ordinals of the first periods of new series, marked in the plan.
    pub breaks: Vec<i32>,
    /// Ordinals of periods marked as having no usable value: what is found there is ignored, and nothing is due for them.
    pub gaps: Vec<i32>,
    /// The baseline was recomputed on the new scale: breaks before the value are no obstacle.
    pub bridged: bool,
}

/// Why a target can't be computed with.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrajectoryError {
    /// A period can't be read.
    #[error("measure {measure}: {error}")]
    Period {
        /// The measure's id.
        measure: MeasureId,
        /// What is wrong with it.
        error: PeriodError,
    },
    /// The measure has no direction (invariant 9).
    #[error("measure {measure} does not say which way is better: give it direction: increase, decrease or maintain")]
    Direction {
        /// The measure's id.
        measure: MeasureId,
    },
    /// The result lag can't be read.
    #[error("measure {measure}: {error}")]
    Lag {
        /// The measure's id.
        measure: MeasureId,
        /// What is wrong with it.
        error: super::LagError,
    },
}

impl TargetTrajectory {
    /// A straight path to a target, one period a year, with nothing else said.
    pub fn on_straight_path(aim: TargetCondition, period: i32, start: PathStart) -> Self {
        Self {
            aim,
            period,
            start,
            path: Vec::new(),
            tolerance: None,
            every: None,
            per_year: 1.0,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
            breaks: Vec::new(),
            gaps: Vec::new(),
            bridged: false,
        }
    }

    /// The numbers of one target of a measure; `None` when it promises no figure itself (it sets a baseline, names no figure,
    /// or is compound: its parts promise).
    ///
    /// # Errors
    /// [`TrajectoryError`] when the measure has no direction or a period can't be read.
    pub fn for_target(measure: &Measure, target: &Target) -> Result<Option<Self>, TrajectoryError> {
        let direction = measure.direction.ok_or_else(|| TrajectoryError::Direction { measure: measure.id.clone() })?;
        let Some(goal) = &target.target else { return Ok(None) };
        let Some(aim) = aim_of_goal(goal, direction, measure.tolerance) else { return Ok(None) };
        let mut promise =
            Self::assemble_promise(measure, aim, period_ordinal(measure, &goal.period)?, target.baseline.as_ref())?;
        for point in &target.trajectory {
            promise.path.push((period_ordinal(measure, &point.period)?, point.value));
        }
        promise.path.sort_by_key(|point| point.0);
        // The tolerance of a value to be maintained is the width of its band already.
        let held = direction == Direction::Maintain && goal.lo.is_none() && goal.hi.is_none();
        promise.tolerance = if held { measure.tolerance.map(|_| 0.0) } else { measure.tolerance };
        Ok(Some(promise))
    }

    /// For methods that do without a target: where to start and what to leave out, with an aim that nobody asks for.
    pub(super) fn without_aim(
        measure: &Measure,
        baseline: Option<&Baseline>,
        period: i32,
    ) -> Result<Self, TrajectoryError> {
        Self::assemble_promise(measure, TargetCondition::AtLeast(f64::NAN), period, baseline)
    }

    fn assemble_promise(
        measure: &Measure,
        aim: TargetCondition,
        period: i32,
        baseline: Option<&Baseline>,
    ) -> Result<Self, TrajectoryError> {
        let start = match baseline {
            None => PathStart::First,
            Some(Baseline { period, value: None, .. }) => PathStart::At(period_ordinal(measure, period)?),
            Some(Baseline { period, value: Some(value), .. }) => {
                PathStart::Given { period: period_ordinal(measure, period)?, value: *value }
            }
        };
        let mut promise = Self::on_straight_path(aim, period, start);
        for mark in &measure.breaks {
            let at = period_ordinal(measure, &mark.period)?;
            match mark.kind {
                Break::Break => promise.breaks.push(at),
                Break::Missing => promise.gaps.push(at),
            }
        }
        promise.every = measure.result_rhythm();
        promise.per_year = measure.period.per_year();
        promise.bounds = measure_bounds(measure);
        // Nobody recomputed a baseline that is read from the results: it stands on their old scale.
        promise.bridged = baseline.is_some_and(|b| b.bridged && b.value.is_some());
        Ok(promise)
    }

    /// Years from period `from` to period `to`, by ordinal.
    pub(super) fn years_between(&self, from: i32, to: i32) -> f64 {
        f64::from(to - from) / self.per_year
    }
}

fn period_ordinal(measure: &Measure, label: &PeriodLabel) -> Result<i32, TrajectoryError> {
    let fail = |error| TrajectoryError::Period { measure: measure.id.clone(), error };
    label.to_period(measure.period).map(|period| period.ordinal).map_err(fail)
}

/// What keeps the promise. A band is a band whatever the direction; one edge alone is a limit on that side; "maintain" with
/// one value means that value, give or take the measure's tolerance.
pub fn aim_of_goal(goal: &Goal, direction: Direction, tolerance: Option<f64>) -> Option<TargetCondition> {
    match (goal.lo, goal.hi) {
        (Some(lo), Some(hi)) => return Some(TargetCondition::Within { lo: lo.min(hi), hi: lo.max(hi) }),
        (Some(lo), None) => return Some(TargetCondition::AtLeast(lo)),
        (None, Some(hi)) => return Some(TargetCondition::AtMost(hi)),
        (None, None) => {}
    }
    let value = goal.value?;
    Some(match direction {
        Direction::Increase => TargetCondition::AtLeast(value),
        Direction::Decrease => TargetCondition::AtMost(value),
        Direction::Maintain => {
            let width = tolerance.unwrap_or(0.0).abs();
            TargetCondition::Within { lo: value - width, hi: value + width }
        }
    })
}

/// A measure's own bounds; a percentage lies between 0 and 100.
fn measure_bounds(measure: &Measure) -> (f64, f64) {
    match (measure.bounds, measure.unit.as_deref()) {
        (Some([lo, hi]), _) => (lo, hi),
        (None, Some("percent")) => (0.0, 100.0),
        (None, _) => (f64::NEG_INFINITY, f64::INFINITY),
    }
}
