//! Judgement: how likely a promise is kept, whether a change is real, who stands out, who is left behind.
//!
//! Every series is judged among its kin (series of the same measure, level, group and grade). What a panel of kin teaches
//! is learned at the first question and kept with the measure's [`crate::scored::Scored`].

pub mod odds;
pub mod signal;

mod cache;
mod kin;

pub use odds::{NoOdds, Odds, Outlook};
pub use signal::{Signal, SignalWord};

pub(crate) use cache::Judged;
pub(crate) use kin::{Kin, KinKey};
