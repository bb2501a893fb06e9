//! The `trajectory` method for one series, numbers only.

use super::judge::StatusReading;
use super::promise::{PathStart, TargetCondition, TargetTrajectory};
use super::rhythm::ResultRhythm;
use super::{ResultHorizon, Status, StatusSeries, ValueInterval};
use crate::{ValueFlags, ValueState, breaks_between};

/// Version of the `trajectory` method; it changes whenever a status or a figure could.
pub const TRAJECTORY_VERSION: u32 = 3;

/// Why a status is what it is, where the figures alone don't say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusReason {
    /// The figures say it.
    Figures,
    /// The series breaks between baseline and value, and no bridged baseline is there.
    Break,
    /// The value is a range or bound whose ends give different statuses.
    Ends,
    /// The baseline is not known.
    Baseline,
    /// Results came after the baseline, none of them with a number.
    Unusable,
    /// The value is past the final target before its date.
    Past,
    /// The baseline was past the target already: there is no path, and the promise is to stay.
    Held,
}

/// Where one series stands. Figures that are not known are NaN ([`ValueInterval::NONE`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatusScore {
    /// The status.
    pub status: Status,
    /// Why.
    pub reason: StatusReason,
    /// Ordinal of the period that the status speaks of: of the value, or of the result that is missing or hidden.
    pub period: Option<i32>,
    /// The value.
    pub value: ValueInterval,
    /// Ordinal of the baseline's period.
    pub baseline_period: Option<i32>,
    /// The baseline.
    pub baseline: ValueInterval,
    /// The path at that period; for a band the corridor.
    pub expected: ValueInterval,
    /// Distance to the path in the measure's unit, d (y - tau): positive is the good side, whatever the direction. For a band
    /// the distance to the nearest edge, positive inside.
    pub distance: ValueInterval,
    /// Tolerance, in the measure's unit.
    pub tolerance: f64,
    /// Pace needed from here, (T - y) / (tT - p), in units a year; from the nearest edge for a band, zero inside it; zero too
    /// where the promise is to stay past a target.
    pub pace_needed: ValueInterval,
}

/// What one pass over a series finds out.
#[derive(Default)]
struct ScoreEntries {
    /// Latest completed entry for which anything was reported.
    reported: Option<usize>,
    /// Latest completed entry with a number.
    usable: Option<usize>,
    /// First entry with a number.
    first: Option<usize>,
    /// The entry of the baseline's period, if it has a number.
    base: Option<usize>,
    /// The entry that decides whether the target was met: of the target's own period, if a result is there, with a number or
    /// without; else the first with a number after it.
    decides: Option<usize>,
}

/// Where `series` stands against `promise` (method `trajectory`). O(points); the order of the points does not matter.
pub fn score_series(promise: &TargetTrajectory, horizon: ResultHorizon, series: &StatusSeries<'_>) -> StatusScore {
    match locate_result(promise, horizon, series) {
        (score, Some(entry)) => compare_result(promise, series, entry, score),
        (score, None) => score,
    }
}

/// Finds the value and the baseline to compare, and the entry of the value; without one, the status says why there is
/// nothing to compare. Does not look at the aim: every method starts here.
pub(super) fn locate_result(
    promise: &TargetTrajectory,
    horizon: ResultHorizon,
    series: &StatusSeries<'_>,
) -> (StatusScore, Option<usize>) {
    // After a break beyond the target's period, values say nothing about a promise made on the old scale; the result of its
    // own period still does.
    let last = first_break(promise, series, promise.period, horizon.completed).map_or(horizon.completed, |b| b - 1);
    let found = find_entries(promise, series, last);
    let at = |i: Option<usize>| i.map(|i| series.period[i]);

    let (start, base) = match promise.start {
        PathStart::Given { period, value } => (Some(period), Some(ValueInterval::from_number(value))),
        PathStart::At(period) => (Some(period), found.base.and_then(|i| number_at(promise, series, i))),
        PathStart::First => (at(found.first), found.first.and_then(|i| number_at(promise, series, i))),
    };
    let score = StatusScore {
        status: Status::NotYetDue,
        reason: StatusReason::Figures,
        period: None,
        value: ValueInterval::NONE,
        baseline_period: start,
        baseline: base.unwrap_or(ValueInterval::NONE),
        expected: ValueInterval::NONE,
        distance: ValueInterval::NONE,
        tolerance: f64::NAN,
        pace_needed: ValueInterval::NONE,
    };

    let after_start_is_due = |due: i32| match start {
        Some(start) => due > start,
        // Nothing says where the path begins: the first result that anybody promised is the first one due.
        None => found.reported.is_some() || horizon.due >= first_promised(promise),
    };
    let overdue = |due: i32| after_start_is_due(due) && at(found.reported).is_none_or(|p| p < due);
    let mut due = last_expected(promise, horizon, None);
    if overdue(due)
        && let Some(rhythm) = ResultRhythm::for_series(promise, series, horizon.completed)
    {
        due = last_expected(promise, horizon, Some(rhythm));
    }
    if overdue(due) {
        return (StatusScore { status: Status::NotReporting, period: Some(due), ..score }, None);
    }
    let due_after_start = after_start_is_due(due);
    // A target is met or missed by its own period, whatever came later.
    let says = found.decides.or(found.reported);
    if let Some(i) = says
        && let Some(status) = series.without_figure(i)
    {
        return (StatusScore { status, period: at(Some(i)), ..score }, None);
    }
    let after_start = |p: i32| start.is_none_or(|s| p > s) || p >= promise.period;
    // Something was reported for every result that is due; if none of it after the start is a number, nobody can tell.
    let nothing = if due_after_start && found.reported.is_some() {
        StatusScore { status: Status::CannotTell, reason: StatusReason::Unusable, period: at(found.reported), ..score }
    } else {
        score
    };
    let Some((i, value)) = found.decides.or(found.usable).and_then(|i| Some((i, number_at(promise, series, i)?)))
    else {
        return (nothing, None);
    };
    if !after_start(series.period[i]) {
        return (nothing, None);
    }
    (StatusScore { period: at(Some(i)), value, ..score }, Some(i))
}

/// Whether a break lies between the baseline and the result of period `p`. A bridged baseline stands on the scale after the
/// first break behind it, and so can't be compared with a result from before that break.
pub(super) fn is_over_break(promise: &TargetTrajectory, series: &StatusSeries<'_>, start: Option<i32>, p: i32) -> bool {
    let Some(start) = start else { return false };
    match first_break(promise, series, start, p) {
        Some(_) => !promise.bridged,
        None => promise.bridged && breaks_ahead(promise, series, p),
    }
}

/// Whether the series breaks between period `p` and the target's: no pace and no trend leads from
/// the one to the other.
pub(super) fn breaks_ahead(promise: &TargetTrajectory, series: &StatusSeries<'_>, p: i32) -> bool {
    p < promise.period && first_break(promise, series, p, promise.period).is_some()
}

/// No path, distance or pace leads from one scale to another.
fn over_a_break(promise: &TargetTrajectory, score: StatusScore) -> StatusScore {
    StatusScore {
        status: Status::CannotTell,
        reason: StatusReason::Break,
        expected: ValueInterval::NONE,
        distance: ValueInterval::NONE,
        tolerance: promise.tolerance.unwrap_or(f64::NAN),
        pace_needed: ValueInterval::NONE,
        ..score
    }
}

/// Fills in the figures and the status of a score whose period, value and baseline are known.
fn compare_result(
    promise: &TargetTrajectory,
    series: &StatusSeries<'_>,
    i: usize,
    mut score: StatusScore,
) -> StatusScore {
    let p = series.period[i];
    let start = score.baseline_period;
    let bases = match (start, score.baseline) {
        (Some(s), b) if b.lo.is_finite() && b.hi.is_finite() => interval_ends(b).map(|b| Some((s, b))),
        _ => [None, None],
    };
    let verdict = if score.value.lo == score.value.hi && bases[0] == bases[1] {
        RangeVerdict::from_reading(&promise.read_value(bases[0], p, score.value.lo))
    } else {
        at_ends(promise, bases, p, score.value, apply_strict_bound(series, i, score.value))
    };
    (score.expected, score.distance, score.tolerance) = (verdict.expected, verdict.distance, verdict.tolerance);
    score.pace_needed = needed_pace(promise, p, score.value, bases.iter().all(|base| promise.is_past_at_start(*base)));
    if is_over_break(promise, series, start, p) {
        return over_a_break(promise, score);
    }
    if breaks_ahead(promise, series, p) {
        score.pace_needed = ValueInterval::NONE;
    }
    (score.status, score.reason) = match verdict.status {
        None => (Status::CannotTell, StatusReason::Ends),
        Some(Status::CannotTell) => (Status::CannotTell, StatusReason::Baseline),
        Some(Status::Ahead) if is_past_target(promise.aim, score.value) => (Status::Ahead, StatusReason::Past),
        Some(status) if p < promise.period && bases.iter().all(|base| promise.is_past_at_start(*base)) => {
            (status, StatusReason::Held)
        }
        Some(status) => (status, StatusReason::Figures),
    };
    score
}

/// What all readings of one value together say.
struct RangeVerdict {
    /// `None` where they differ.
    status: Option<Status>,
    expected: ValueInterval,
    distance: ValueInterval,
    tolerance: f64,
}

impl RangeVerdict {
    fn from_reading(r: &StatusReading) -> Self {
        let distance = ValueInterval::from_number(r.distance);
        Self { status: Some(r.status), expected: r.expected, distance, tolerance: r.tolerance }
    }

    fn merge_reading(&mut self, r: &StatusReading) {
        self.status = self.status.filter(|s| *s == r.status);
        self.distance = ValueInterval::hull_of([self.distance.lo, self.distance.hi, r.distance]);
        self.expected = ValueInterval::hull_of([self.expected.lo, self.expected.hi, r.expected.lo, r.expected.hi]);
        self.tolerance = self.tolerance.max(r.tolerance);
    }
}

/// Reads a range at its ends, for both ends of the baseline. `judged` is the value as the status takes it (a strict bound
/// ends a hair inside); distances are those of the published ends.
fn at_ends(
    promise: &TargetTrajectory,
    bases: [Option<(i32, f64)>; 2],
    p: i32,
    value: ValueInterval,
    judged: ValueInterval,
) -> RangeVerdict {
    let reading = |base, y, shown| {
        let status = promise.read_value(base, p, y).status;
        StatusReading { status, ..promise.read_value(base, p, shown) }
    };
    let mut verdict = RangeVerdict::from_reading(&reading(bases[0], judged.lo, value.lo));
    for base in bases {
        verdict.merge_reading(&reading(base, judged.lo, value.lo));
        verdict.merge_reading(&reading(base, judged.hi, value.hi));
        if matches!(promise.aim, TargetCondition::Within { .. }) {
            inside_band(promise, base, p, value, &mut verdict);
        }
    }
    verdict
}

/// A range across a band may keep its status at both ends and lose it between: look at every point where it can turn, and
/// between those.
fn inside_band(
    promise: &TargetTrajectory,
    base: Option<(i32, f64)>,
    p: i32,
    value: ValueInterval,
    verdict: &mut RangeVerdict,
) {
    let mut turns: Vec<f64> =
        promise.turning_points(base, p).into_iter().filter(|x| value.lo < *x && *x < value.hi).collect();
    turns.sort_by(f64::total_cmp);
    let between: Vec<f64> = turns.windows(2).map(|w| f64::midpoint(w[0], w[1])).collect();
    for y in turns.into_iter().chain(between) {
        verdict.merge_reading(&promise.read_value(base, p, y));
    }
}

fn find_entries(promise: &TargetTrajectory, series: &StatusSeries<'_>, last: i32) -> ScoreEntries {
    let wanted = match promise.start {
        PathStart::At(period) => Some(period),
        _ => None,
    };
    let mut found = ScoreEntries::default();
    let (mut reported, mut usable, mut first, mut decides) = (i32::MIN, i32::MIN, i32::MAX, i32::MAX);
    for (i, &p) in series.period.iter().enumerate() {
        if p > last || !series.is_reported(i) || promise.gaps.contains(&p) {
            continue;
        }
        if p > reported {
            (reported, found.reported) = (p, Some(i));
        }
        let number = series.is_usable(i);
        let tells = number || (p == promise.period && series.without_figure(i).is_some());
        if p >= promise.period && p < decides && tells {
            (decides, found.decides) = (p, Some(i));
        }
        if !number {
            continue;
        }
        if p > usable {
            (usable, found.usable) = (p, Some(i));
        }
        if p < first {
            (first, found.first) = (p, Some(i));
        }
        if wanted == Some(p) {
            found.base = Some(i);
        }
    }
    found
}

/// The last period for which a result must be in: the last one due, not after the target's own (by its rhythm: the first that
/// can tell whether it was met), not marked as a gap.
fn last_expected(promise: &TargetTrajectory, horizon: ResultHorizon, rhythm: Option<ResultRhythm>) -> i32 {
    let step = rhythm.map_or(1, |rhythm| rhythm.step);
    let mut due = match rhythm {
        Some(rhythm) => rhythm.last_expected_by(horizon.due).min(rhythm.first_expected_from(promise.period)),
        None => horizon.due.min(promise.period),
    };
    while promise.gaps.contains(&due) {
        due -= step;
    }
    due
}

/// The first period that the promise has a figure for: a point of its path, else the target's own.
fn first_promised(promise: &TargetTrajectory) -> i32 {
    let points = promise.path.iter().map(|point| point.0).filter(|p| !promise.gaps.contains(p));
    points.fold(promise.period, i32::min)
}

/// The first break after period `from`, up to `to`: marked in the plan or on an observation.
fn first_break(promise: &TargetTrajectory, series: &StatusSeries<'_>, from: i32, to: i32) -> Option<i32> {
    let inside = |p: &i32| breaks_between(p, &from, &to);
    let marked = promise.breaks.iter().copied().filter(inside).min();
    // Nearly every series has no flagged break: one look over a few bytes says so.
    if !series.flags.iter().any(|&f| ValueFlags(f).has_all(ValueFlags::BREAK)) {
        return marked;
    }
    let flagged =
        std::iter::zip(series.period, series.flags).filter(|(_, f)| ValueFlags(**f).has_all(ValueFlags::BREAK));
    flagged.map(|(p, _)| *p).filter(inside).chain(marked).min()
}

/// What entry `i` is known to be, its open ends closed by the measure's bounds.
fn number_at(promise: &TargetTrajectory, series: &StatusSeries<'_>, i: usize) -> Option<ValueInterval> {
    let known = series.bounds_at(i)?;
    let (lo, hi) = promise.bounds;
    Some(ValueInterval {
        lo: if known.lo.is_infinite() { lo.min(known.hi) } else { known.lo },
        hi: if known.hi.is_infinite() { hi.max(known.lo) } else { known.hi },
    })
}

/// A strict bound ("less than 50") never equals its figure: for the status it ends a hair inside.
fn apply_strict_bound(series: &StatusSeries<'_>, i: usize, value: ValueInterval) -> ValueInterval {
    let mut value = value;
    if series.has_flag(i, ValueFlags::STRICT) {
        let hair = |x: f64| 1e-9 * x.abs();
        if series.state[i] == ValueState::AtMost as u8 {
            value.hi -= hair(value.hi);
        } else if series.state[i] == ValueState::AtLeast as u8 {
            value.lo += hair(value.lo);
        }
    }
    value
}

fn interval_ends(interval: ValueInterval) -> [f64; 2] {
    [interval.lo, interval.hi]
}

/// `held`: the promise is to stay past the target, so that what lies past it needs no pace.
fn needed_pace(promise: &TargetTrajectory, p: i32, value: ValueInterval, held: bool) -> ValueInterval {
    if p >= promise.period {
        return ValueInterval::NONE;
    }
    let years = promise.years_between(p, promise.period);
    ValueInterval::hull_of(interval_ends(value).map(|y| {
        let edge = match promise.aim {
            TargetCondition::AtLeast(target) if held => y.max(target),
            TargetCondition::AtMost(target) if held => y.min(target),
            TargetCondition::AtLeast(target) | TargetCondition::AtMost(target) => target,
            TargetCondition::Within { lo, hi } => y.clamp(lo, hi),
        };
        (edge - y) / years
    }))
}

/// Whether all of `value` is past the final target.
fn is_past_target(aim: TargetCondition, value: ValueInterval) -> bool {
    match aim {
        TargetCondition::AtLeast(target) => value.lo > target,
        TargetCondition::AtMost(target) => value.hi < target,
        TargetCondition::Within { lo, hi } => value.lo >= lo && value.hi <= hi,
    }
}
