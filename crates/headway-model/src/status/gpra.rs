//! The `gpra` method: status as in US federal program performance reports (Government Performance and Results Act).

use super::promise::TargetCondition;
use super::{GpraStatus, without_noise};

/// Version of the `gpra` method.
pub const GPRA_VERSION: u32 = 2;

/// What a year of a federal report promises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GpraTarget {
    /// "Set a baseline": any actual meets it.
    SetBaseline,
    /// A figure.
    Aim(TargetCondition),
}

/// One year of a federal report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GpraYear {
    /// Ordinal of the year.
    pub period: i32,
    /// What it promises; `None` where no target was in place.
    pub target: Option<GpraTarget>,
    /// What came out, where it is known.
    pub actual: Option<f64>,
    /// Whether that has been released. A figure can be known and not released: then the year is pending, and later years are
    /// not compared with it.
    pub released: bool,
}

/// The status of each year, in the order of `years` (which may be any). "Prior year" is the last earlier year that has a
/// released actual. A tie with it is no progress.
pub fn gpra_statuses(years: &[GpraYear]) -> Vec<GpraStatus> {
    years.iter().map(|year| year_status(year, years)).collect()
}

fn year_status(year: &GpraYear, years: &[GpraYear]) -> GpraStatus {
    let Some(target) = year.target else { return GpraStatus::MeasureNotInPlace };
    let Some(actual) = released_actual(year) else { return GpraStatus::Pending };
    let GpraTarget::Aim(aim) = target else { return GpraStatus::TargetMet };

    let short = aim_shortfall(aim, actual);
    if short < 0.0 {
        return match aim {
            TargetCondition::AtMost(_) => GpraStatus::DidBetterThanTarget,
            TargetCondition::AtLeast(_) | TargetCondition::Within { .. } => GpraStatus::TargetExceeded,
        };
    }
    if short == 0.0 {
        return GpraStatus::TargetMet;
    }
    let prior =
        years.iter().filter(|y| y.period < year.period && released_actual(y).is_some()).max_by_key(|y| y.period);
    let better = |last: f64| without_noise(aim_shortfall(aim, last) - short, actual.abs().max(last.abs())) > 0.0;
    match prior.and_then(released_actual) {
        Some(last) if better(last) => GpraStatus::MadeProgress,
        _ => GpraStatus::DidNotMeetTarget,
    }
}

fn released_actual(year: &GpraYear) -> Option<f64> {
    year.actual.filter(|_| year.released)
}

/// How far `y` is from keeping the promise; negative when it does better than asked, zero anywhere inside a band.
pub(super) fn aim_shortfall(aim: TargetCondition, y: f64) -> f64 {
    match aim {
        TargetCondition::AtLeast(target) => without_noise(target - y, target.abs().max(y.abs())),
        TargetCondition::AtMost(target) => without_noise(y - target, target.abs().max(y.abs())),
        TargetCondition::Within { lo, hi } => {
            without_noise((lo - y).max(y - hi), y.abs().max(lo.abs()).max(hi.abs())).max(0.0)
        }
    }
}
