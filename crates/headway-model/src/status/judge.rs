//! One value against one promise: the heart of the `trajectory` method.

use super::promise::{TargetCondition, TargetTrajectory};
use super::{Status, ValueInterval, without_noise};

/// What one exact value means, given one exact baseline.
#[derive(Clone, Copy, Debug)]
pub(super) struct StatusReading {
    pub(super) status: Status,
    /// The path at the value's period (for a band: its corridor); NaN where there is no path.
    pub(super) expected: ValueInterval,
    /// Signed distance to the path, positive on the good side; NaN where there is no path.
    pub(super) distance: f64,
    pub(super) tolerance: f64,
}

/// The edge of a band that the baseline has to reach.
#[derive(Clone, Copy, PartialEq)]
enum BandTravel {
    Up,
    Down,
    Inside,
}

impl TargetTrajectory {
    /// Reads `value` of period `at` against the path from `base` (period, value), or against the target alone where no
    /// baseline is known.
    pub(super) fn read_value(&self, base: Option<(i32, f64)>, at: i32, value: f64) -> StatusReading {
        match self.aim {
            TargetCondition::AtLeast(target) => self.one_sided(1.0, target, base, at, value),
            TargetCondition::AtMost(target) => self.one_sided(-1.0, target, base, at, value),
            TargetCondition::Within { lo, hi } => self.read_band(lo, hi, base, at, value),
        }
    }

    fn one_sided(&self, d: f64, target: f64, base: Option<(i32, f64)>, at: i32, value: f64) -> StatusReading {
        let scale = largest_figure(&[target, value, base.map_or(0.0, |b| b.1)]);
        let beyond = without_noise(d * (value - target), scale);
        // A baseline past the target has no way to go: the promise is to stay there.
        let tolerance = self.tolerance_from(base, |b| (d * (target - b)).max(0.0));
        if at >= self.period {
            let status = if beyond >= 0.0 { Status::TargetMet } else { Status::TargetMissed };
            return StatusReading { status, expected: ValueInterval::from_number(target), distance: beyond, tolerance };
        }
        let expected =
            if self.is_past_at_start(base) { target } else { self.path_at(base, target, at).unwrap_or(f64::NAN) };
        let distance = without_noise(d * (value - expected), scale);
        let worse = base.is_some_and(|b| without_noise(d * (value - b.1), scale) < 0.0);
        let status = if beyond > 0.0 {
            Status::Ahead
        } else if expected.is_nan() {
            Status::CannotTell
        } else {
            grade_distance(distance, distance, tolerance, worse, scale)
        };
        StatusReading { status, expected: ValueInterval::from_number(expected), distance, tolerance }
    }

    /// A band narrows from a corridor that holds the baseline to the promised band. Being inside is enough; a baseline
    /// outside can be ahead of the edge that it has to reach, a baseline inside has nothing to be ahead of.
    fn read_band(&self, lo: f64, hi: f64, base: Option<(i32, f64)>, at: i32, value: f64) -> StatusReading {
        let scale = largest_figure(&[lo, hi, value, base.map_or(0.0, |b| b.1)]);
        let off = |x: f64| without_noise((x - lo).min(hi - x), scale);
        let tolerance = self.tolerance_from(base, |b| (-off(b)).max(0.0));
        if at >= self.period {
            let status = if off(value) >= 0.0 { Status::TargetMet } else { Status::TargetMissed };
            return StatusReading { status, expected: ValueInterval { lo, hi }, distance: off(value), tolerance };
        }
        let Some((_, start)) = base else {
            let status = Status::CannotTell;
            return StatusReading { status, expected: ValueInterval::NONE, distance: f64::NAN, tolerance };
        };
        let travel = match (start < lo, start > hi) {
            (true, _) => BandTravel::Up,
            (_, true) => BandTravel::Down,
            _ => BandTravel::Inside,
        };
        let edge = |target: f64| self.path_at(base, target, at).unwrap_or(target);
        let corridor = ValueInterval {
            lo: if travel == BandTravel::Up { edge(lo) } else { lo },
            hi: if travel == BandTravel::Down { edge(hi) } else { hi },
        };
        let distance = without_noise((value - corridor.lo).min(corridor.hi - value), scale);
        let travelled = match travel {
            BandTravel::Up => without_noise(value - corridor.lo, scale),
            BandTravel::Down => without_noise(corridor.hi - value, scale),
            BandTravel::Inside => 0.0,
        };
        let arrived = travel != BandTravel::Inside && off(value) > 0.0;
        let status = if arrived {
            Status::Ahead
        } else {
            grade_distance(distance, travelled, tolerance, off(value) < 0.0 && off(value) < off(start), scale)
        };
        StatusReading { status, expected: corridor, distance, tolerance }
    }

    /// Whether the baseline is past the target already and the plan agrees on no other path: there is none to follow, and the
    /// value is held against the target itself. (A band has corridors: its own reading says as much.)
    pub(super) fn is_past_at_start(&self, base: Option<(i32, f64)>) -> bool {
        let d = match self.aim {
            TargetCondition::AtLeast(_) => 1.0,
            TargetCondition::AtMost(_) => -1.0,
            TargetCondition::Within { .. } => return false,
        };
        let target = self.aim.target_interval().lo;
        self.path.is_empty()
            && base.is_some_and(|b| without_noise(d * (b.1 - target), largest_figure(&[b.1, target])) > 0.0)
    }

    /// The measure's own tolerance, else half a year's required progress; zero where none can be computed.
    fn tolerance_from(&self, base: Option<(i32, f64)>, way: impl Fn(f64) -> f64) -> f64 {
        if let Some(own) = self.tolerance {
            return own.abs();
        }
        match base {
            Some((start, value)) if start < self.period => way(value) / (2.0 * self.years_between(start, self.period)),
            _ => 0.0,
        }
    }

    /// The path at `at`, which lies before the target's period: straight between baseline, the agreed points and the target.
    /// `None` before the path begins.
    fn path_at(&self, base: Option<(i32, f64)>, target: f64, at: i32) -> Option<f64> {
        let mut from = base;
        let inner = self.path.iter().copied().filter(|p| p.0 < self.period && base.is_none_or(|b| p.0 > b.0));
        for to in inner.chain([(self.period, target)]) {
            if at == to.0 {
                return Some(to.1);
            }
            if at < to.0 {
                let (start, value) = from?;
                let share = f64::from(at - start) / f64::from(to.0 - start);
                return Some(value + (to.1 - value) * share);
            }
            from = Some(to);
        }
        None
    }

    /// Numbers between which the status of a range does not change: only a band can hide a change between two ends.
    pub(super) fn turning_points(&self, base: Option<(i32, f64)>, at: i32) -> Vec<f64> {
        let TargetCondition::Within { lo, hi } = self.aim else { return Vec::new() };
        let reading = self.read_value(base, at, lo);
        let (corridor, tol) = (reading.expected, reading.tolerance);
        let start = base.map_or(f64::NAN, |b| b.1);
        let mirrored = if start < lo { hi + (lo - start) } else { lo - (start - hi) };
        [corridor.lo - tol, corridor.lo, corridor.lo + tol, corridor.hi - tol, corridor.hi, corridor.hi + tol]
            .into_iter()
            .chain([lo, hi, start, mirrored, f64::midpoint(corridor.lo, corridor.hi)])
            .filter(|x| x.is_finite())
            .collect()
    }
}

/// The table of methods.md below "cannot tell". `travelled` is the distance beyond the edge that has to be reached.
fn grade_distance(distance: f64, travelled: f64, tolerance: f64, worse_than_baseline: bool, scale: f64) -> Status {
    if distance >= 0.0 {
        return if without_noise(travelled - tolerance, scale) > 0.0 { Status::Ahead } else { Status::OnTrack };
    }
    if without_noise(-distance - tolerance, scale) <= 0.0 {
        return Status::Near;
    }
    if worse_than_baseline { Status::MovingAway } else { Status::OffTrack }
}

/// How large the figures are whose differences are taken.
fn largest_figure(figures: &[f64]) -> f64 {
    figures.iter().filter(|x| x.is_finite()).fold(0.0, |largest, x| largest.max(x.abs()))
}
