//! The `trend` method: extend the last five yearly changes to the target year (German sustainability strategy).

use super::gpra::aim_shortfall;
use super::promise::TargetCondition;
use super::{TrendStatus, without_noise};

/// Version of the `trend` method.
pub const TREND_VERSION: u32 = 3;

/// How many years of change are extended.
const YEARS: f64 = 5.0;

/// Where the trend leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendOutlook {
    /// The status.
    pub status: TrendStatus,
    /// Mean yearly change of the last years, in the measure's unit.
    pub change: f64,
    /// The value at the target's period if it goes on like that.
    pub projected: f64,
    /// What would be missing then, as a share of what is missing now; 0 when nothing would be. Infinite when nothing is missing now.
    pub shortfall: f64,
    /// Years of change that were there; fewer than five is to be said.
    pub years: f64,
}

/// Extends `points` (ordinal, value; any order, gaps allowed) to the period `due`. The mean of the last five yearly changes is the difference over
/// those years divided by them; a shorter history uses what it has. `None` with fewer than two points in those years.
pub fn extend_trend(aim: TargetCondition, due: i32, per_year: f64, points: &[(i32, f64)]) -> Option<TrendOutlook> {
    let (last, value) = points.iter().copied().max_by_key(|p| p.0)?;
    let years_before = |p: i32| f64::from(last - p) / per_year;
    let recent = points.iter().copied().filter(|p| p.0 < last && years_before(p.0) <= YEARS);
    let (first, from) = recent.min_by_key(|p| p.0)?;
    let years = years_before(first);
    let change = (value - from) / years;
    let projected = value + change * (f64::from(due - last) / per_year).max(0.0);

    let now = aim_shortfall(aim, value).max(0.0);
    let then = aim_shortfall(aim, projected).max(0.0);
    let scale = value.abs().max(projected.abs());
    // The way it goes, where no time is left to go it: in the target's own period nothing is extended.
    let further = aim_shortfall(aim, value + change).max(0.0);
    let share = if then == 0.0 { 0.0 } else { then / now };
    let status = if then == 0.0 || without_noise(share - 0.05, 1.0) < 0.0 {
        TrendStatus::Sun
    } else if without_noise(then - now, scale) > 0.0 || without_noise(further - now, scale) > 0.0 {
        TrendStatus::Thunderstorm
    } else if without_noise(share - 0.2, 1.0) <= 0.0 {
        TrendStatus::SlightlyCloudy
    } else {
        TrendStatus::Cloud
    };
    Some(TrendOutlook { status, change, projected, shortfall: share, years })
}
