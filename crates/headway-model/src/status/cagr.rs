//! The `cagr` method: observed growth rate against the required one (Statistics Canada's progress measure, Open SDG).

use super::CagrStatus;
use crate::Direction;

/// Version of the `cagr` method.
pub const CAGR_VERSION: u32 = 1;

/// What growth is measured against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GrowthTarget {
    /// A figure at a period (ordinal).
    Target {
        /// Ordinal of the period.
        period: i32,
        /// The figure.
        value: f64,
    },
    /// No figure; growth slows down near a natural limit (100 %).
    Limit(f64),
    /// No figure.
    Open,
}

/// What the method answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CagrProgress {
    /// The status.
    pub status: CagrStatus,
    /// p: share of the required growth, or growth a year in the desired direction; `None` when it can't be computed.
    pub progress: Option<f64>,
    /// From -5 to 5, 0 at the middle cut-off; `None` when there is no status.
    pub score: Option<f64>,
    /// A baseline or target of 0 was replaced by .001, which p depends on: say so.
    pub zero_replaced: bool,
}

/// Stands in for a baseline or target of zero, as in the published method.
const ALMOST_ZERO: f64 = 0.001;

/// Compound growth a year from `from` to `to` over `years`; NaN when the signs differ or no time has passed.
pub fn compound_growth(to: f64, from: f64, years: f64) -> f64 {
    if years == 0.0 {
        return f64::NAN;
    }
    (to / from).powf(1.0 / years) - 1.0
}

/// Progress from `base` to `current`, both (ordinal of the period, value), `per_year` periods a year.
///
/// With a target, p = s d CAGR_observed / |CAGR_required| and cut-offs .95, .60, 0; without, p = s d CAGR and cut-offs .015,
/// .005, 0, the first two scaled by C near a limit. s = -1 where the baseline is negative. A target that is met counts as achieved
/// whatever p is. "Maintain" has no growth to judge: not available. The score's constants (7.1429, 4.2857, 4.1667) are the
/// published, rounded ones, so that scores agree with published ones to the last digit.
pub fn cagr_progress(
    direction: Direction,
    base: (i32, f64),
    current: (i32, f64),
    aspiration: GrowthTarget,
    per_year: f64,
) -> CagrProgress {
    let none = CagrProgress { status: CagrStatus::NotAvailable, progress: None, score: None, zero_replaced: false };
    let Some(d) = direction.sign() else { return none };
    let target = match aspiration {
        GrowthTarget::Target { period, value } => Some((period, value)),
        _ => None,
    };
    let achieved = target.is_some_and(|(_, value)| d * (current.1 - value) >= 0.0);
    let zero_replaced = base.1 == 0.0 || target.is_some_and(|t| t.1 == 0.0);
    let off_zero = |x: f64| if x == 0.0 { ALMOST_ZERO } else { x };
    let (from, to) = (off_zero(base.1), current.1);
    let sign = if base.1 < 0.0 { -1.0 } else { 1.0 };
    let years = f64::from(current.0 - base.0) / per_year;

    let observed = if years <= 0.0 || from * to < 0.0 { f64::NAN } else { sign * d * compound_growth(to, from, years) };
    let progress = match target {
        None => observed,
        Some((period, value)) => {
            let value = off_zero(value);
            let years = f64::from(period - base.0) / per_year;
            let required =
                if years <= 0.0 || from * value < 0.0 { f64::NAN } else { compound_growth(value, from, years).abs() };
            // A target equal to the baseline asks for no growth: there is no share of it, only achieved or deteriorated.
            if required == 0.0 { f64::NAN } else { observed / required }
        }
    };
    let held = target.is_some_and(|t| off_zero(t.1) == from) && observed < 0.0;
    let progress = (!progress.is_nan()).then_some(progress);
    let cuts = match aspiration {
        GrowthTarget::Target { .. } => CagrCutoffs::RATIO,
        GrowthTarget::Limit(limit) => CagrCutoffs::for_growth(room_to_limit(base.1, limit)),
        GrowthTarget::Open => CagrCutoffs::for_growth(1.0),
    };
    let (status, score) = match progress {
        _ if achieved => (CagrStatus::TargetAchieved, Some(5.0)),
        None if held => (CagrStatus::Deterioration, Some(-5.0)),
        None => (CagrStatus::NotAvailable, None),
        Some(p) => (cuts.status_at(p), Some(cuts.score_at(p))),
    };
    CagrProgress { status, progress, score, zero_replaced: zero_replaced && progress.is_some() }
}

/// C: how much room is left between a baseline and the natural limit, from 0 (at the limit) to 1 (far from it).
fn room_to_limit(base: f64, limit: f64) -> f64 {
    let (base, limit) = (base.abs(), limit.abs());
    if base >= 2.0 * limit {
        1.0
    } else if base <= limit {
        1.0 - (base / limit).powf(4.44)
    } else {
        1.0 - ((2.0 * limit - base) / limit).powf(4.44)
    }
}

/// The cut-offs between the statuses, and what the score is made with.
#[derive(Clone, Copy)]
struct CagrCutoffs {
    high: f64,
    middle: f64,
    /// C for growth without a target; `None` for the share of required growth.
    room: Option<f64>,
}

impl CagrCutoffs {
    const RATIO: Self = Self { high: 0.95, middle: 0.6, room: None };

    fn for_growth(room: f64) -> Self {
        Self { high: 0.015 * room, middle: 0.005 * room, room: Some(room) }
    }

    fn status_at(self, p: f64) -> CagrStatus {
        if p >= self.high {
            CagrStatus::SubstantialProgress
        } else if p >= self.middle {
            CagrStatus::ModerateProgress
        } else if p >= 0.0 {
            CagrStatus::LimitedProgress
        } else {
            CagrStatus::Deterioration
        }
    }

    fn score_at(self, p: f64) -> f64 {
        let score = match self.room {
            None if p >= self.middle => 7.1429 * p - 4.2857,
            None => 4.1667 * p - 2.5,
            Some(_) if p < 0.0 => 125.0 * p - 2.5,
            Some(0.0) => 5.0,
            Some(room) if p >= self.high => 500.0 * p / room - 5.0,
            Some(room) if p >= self.middle => 250.0 * p / room - 1.25,
            Some(room) => 500.0 * p / room - 2.5,
        };
        score.clamp(-5.0, 5.0)
    }
}
