//! How often results come: what is measured every second year owes nothing in the years between.

use super::promise::{PathStart, TargetTrajectory};
use super::series::StatusSeries;
use crate::PeriodKind;
use crate::plan::Measure;

/// So many results show a rhythm.
const ENOUGH: usize = 3;

/// Results come every `step` periods, counted from one that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ResultRhythm {
    /// Periods from one result to the next; more than one.
    pub(super) step: i32,
    /// The latest result, or where the path starts.
    from: i32,
    /// What says so.
    pub(super) said_by: SaidBy,
}

/// What a rhythm was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SaidBy {
    Plan,
    Path,
    Results,
}

impl ResultRhythm {
    /// The rhythm of a series: what the plan states; else the step that all of its results have, once there are three; else,
    /// for yearly periods, the step that all figures of its path have. `None` where a result is due for every period. Looked at
    /// only where a result seems to be missing: O(points).
    pub(super) fn for_series(promise: &TargetTrajectory, series: &StatusSeries<'_>, last: i32) -> Option<Self> {
        let reported = |i: &usize| series.period[*i] <= last && series.is_reported(*i);
        let results = || (0..series.len()).filter(reported).map(|i| series.period[i]);
        let start = match promise.start {
            PathStart::Given { period, .. } | PathStart::At(period) => Some(period),
            PathStart::First => None,
        };
        let planned = || promise.path.iter().map(|p| p.0).chain([promise.period]).chain(start);
        let from = results().max().or(start).or_else(|| planned().min())?;
        if let Some(step) = promise.every {
            return (step > 1).then_some(Self { step, from, said_by: SaidBy::Plan });
        }
        let gaps = || promise.gaps.iter().copied().filter(|gap| *gap <= last);
        let found = if results().count() >= ENOUGH {
            common_step(results().chain(gaps())).map(|step| (step, SaidBy::Results))
        } else if promise.per_year == PeriodKind::CalendarYear.per_year() && promise.path.len() > 1 {
            common_step(planned().chain(results()).chain(gaps())).map(|step| (step, SaidBy::Path))
        } else {
            None
        };
        found.filter(|(step, _)| *step > 1).map(|(step, said_by)| Self { step, from, said_by })
    }

    /// The last period up to `period` that a result is expected for.
    pub(super) fn last_expected_by(self, period: i32) -> i32 {
        self.from + (period - self.from).div_euclid(self.step) * self.step
    }

    /// The first period from `period` on that a result is expected for.
    pub(super) fn first_expected_from(self, period: i32) -> i32 {
        self.last_expected_by(period - 1) + self.step
    }
}

/// How many periods there are from one result of a measure to the next: what the plan states, else what at least three results
/// (ordinals of their periods) show, else one.
pub fn usual_step(measure: &Measure, results: &[i32]) -> i32 {
    let shown = || common_step(results.iter().copied()).filter(|_| results.len() >= ENOUGH);
    measure.result_rhythm().or_else(shown).unwrap_or(1)
}

/// The largest number of periods that all of these are whole steps of apart; `None` for fewer than two.
fn common_step(periods: impl Iterator<Item = i32>) -> Option<i32> {
    let mut periods = periods;
    let first = periods.next()?;
    let step = periods.fold(0, |step, p| common_divisor(step, (p - first).abs()));
    (step > 0).then_some(step)
}

fn common_divisor(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
