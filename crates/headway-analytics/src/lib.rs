//! Judgement: where a measure stands, how likely its target is met, whether a change is real, who stands out, who is left
//! behind.
//!
//! Every series is judged among its kin (series of the same measure, level, group and grade). What a panel of kin teaches
//! is learned at the first question and kept with the measure's [`MeasureAssessment`].

pub mod backtest;
pub mod bright;
pub mod gaps;
pub mod limits;
pub mod odds;
pub mod signal;

mod cache;
mod error;
mod intake;
mod kin;
mod moves;
mod named;
mod scored;

pub(crate) use cache::AssessmentCache;
pub use error::{Error, Result};
pub use kin::{PeerKey, PeerResults, measure_bounds};
pub use moves::SharedMove;
pub use named::{MeasureRef, PlaceRef};
pub use odds::{NoOdds, OddsRecord, ReadFrom, TargetOdds, TargetOutlook};
pub use scored::{MeasureAssessment, MeasureTargets, SeriesObservation, level_of, measure_calendar, nearest_promise};
pub use signal::{NoSignal, ResultSignal, SignalWord};
