//! Where a promise stands: the four named methods of status, each a pure function with a name and a version.
//!
//! Two ways in:
//! - **Numbers only**, for a scan over millions of series: [`TargetTrajectory::resolve`] once a target, [`ResultHorizon`] once a measure and
//!   date, then [`score`] once a series. It allocates nothing and needs no order of the points.
//! - **For people**, one series at a time: [`stand`] picks the target in force, applies the measure's own method, and gives
//!   a [`TargetAssessment`] with its inputs, its notes and a [`TargetAssessment::sentence`]. It calls the same functions.
//!
//! METHODS.md has the formulas; the words and boundaries follow the design's methods page.

mod baseline;
mod cagr;
mod calendar;
mod choice;
mod gpra;
mod horizon;
mod interval;
mod judge;
mod note;
mod precedent;
mod promise;
mod reach;
mod rhythm;
mod score;
mod sentence;
mod series;
mod stand;
mod standing;
mod stated;
mod tally;
mod trend;
mod words;

pub use baseline::contradicts_baseline;
pub use cagr::{CAGR_VERSION, CagrProgress, GrowthTarget, cagr_progress, compound_growth};
pub use calendar::PeriodCalendar;
pub use choice::{applicable_targets, in_force};
pub use gpra::{GPRA_VERSION, GpraTarget, GpraYear, gpra_statuses};
pub use horizon::{LagError, ResultHorizon, ResultLag};
pub use interval::ValueInterval;
pub use note::{NoteKind, StatusNote};
pub use precedent::{PacePrecedent, PaceRecord, ValueHistory};
pub use promise::{PathStart, TargetCondition, TargetTrajectory, TrajectoryError, aim_of_goal};
pub use reach::{ReachPlaces, ReachStudents, TargetReach};
pub use rhythm::usual_step;
pub use score::{StatusReason, StatusScore, TRAJECTORY_VERSION, score_series};
pub use series::{SeriesPoint, StatusSeries};
pub use stand::{AssessmentRequest, judge_standing};
pub use standing::{PartAssessment, TargetAssessment};
pub use stated::StatedTarget;
pub use tally::StatusTally;
pub use trend::{TREND_VERSION, TrendOutlook, extend_trend};
pub use words::{CagrStatus, GpraStatus, Status, StatusTone, TrendStatus};

/// Differences smaller than this share of the figures they come from are rounding of binary fractions, not distance: a value
/// that is exactly on the path on paper (`84.7 + 3.6 * 3 / 4`) must be on it here too.
const NOISE: f64 = 1e-12;

/// `difference`, or zero where it is only rounding noise of figures as large as `scale`.
fn without_noise(difference: f64, scale: f64) -> f64 {
    if difference.abs() <= NOISE * scale { 0.0 } else { difference }
}
