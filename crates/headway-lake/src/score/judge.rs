//! What a series is judged by.

use headway_model::SeriesRows;
use headway_model::status::{self, ResultHorizon, Status, TargetTrajectory};
use headway_stats::xmr::{self, PointLabel};

use super::SeriesGoal;

/// The exact values of a series.
#[derive(Clone, Copy, Debug)]
pub struct SeriesSummary<'a> {
    /// In the order of their periods; at least one.
    pub values: &'a [f64],
    /// Their periods.
    pub periods: &'a [i32],
    /// The first value of the part of the series that the latest belongs to: since its last break, or of all.
    pub base: f64,
    /// Its period.
    pub base_period: i32,
    /// The latest value.
    pub latest: f64,
    /// Its period.
    pub latest_period: i32,
    /// Where the values begin that the latest can be compared with: at the last break in the series, or at its start.
    pub since_break: usize,
}

/// How a series was judged. Unknown numbers are NaN.
#[derive(Clone, Copy, Debug)]
pub struct SeriesJudgment {
    /// Where the promise stands.
    pub status: Status,
    /// What the path asks for at the latest period.
    pub expected: f64,
    /// What the latest point signals.
    pub signal: PointLabel,
    /// Mean of the values.
    pub mean: f64,
    /// Lower process limit.
    pub lpl: f64,
    /// Upper process limit.
    pub upl: f64,
    /// What the odds are asked for; `None` without a single figure to reach.
    pub goal: Option<SeriesGoal>,
}

/// Judges by the methods `trajectory` and `xmr`. `promise` gives the promise of a series, if there is one. The signal is
/// that of the completed periods since the last break; it is read straight through gaps, since only exact values are kept.
pub fn judge_by<'p, P>(
    promise: P,
    horizon: ResultHorizon,
) -> impl Fn(&SeriesRows<'_>, &SeriesSummary<'_>) -> SeriesJudgment + Sync
where
    P: Fn(&SeriesRows<'_>) -> Option<&'p TargetTrajectory> + Sync,
{
    move |series, facts| {
        let completed = facts.periods.partition_point(|&period| period <= horizon.completed);
        let latest = xmr::judge_latest(&facts.values[facts.since_break.min(completed)..completed], None, true);
        let promise = promise(series);
        let score = promise.map(|promise| status::score_series(promise, horizon, &status_series(series)));
        let unknown = f64::NAN;
        SeriesJudgment {
            status: score.map_or(Status::NoTarget, |score| score.status),
            expected: score.and_then(|score| score.expected.exact_number()).unwrap_or(unknown),
            signal: latest.map_or(PointLabel::CommonCause, |latest| latest.label),
            mean: latest.map_or(unknown, |latest| latest.limits.mean),
            lpl: latest.map_or(unknown, |latest| latest.limits.lpl),
            upl: latest.map_or(unknown, |latest| latest.limits.upl),
            goal: promise
                .and_then(|promise| Some(SeriesGoal { of: promise.aim.forecast_goal()?, period: promise.period })),
        }
    }
}

/// A series as the methods of status read it.
pub fn status_series<'a>(series: &SeriesRows<'a>) -> status::StatusSeries<'a> {
    let SeriesRows { period, state, flags, lo, hi, .. } = *series;
    status::StatusSeries { period, state, flags, lo, hi }
}
