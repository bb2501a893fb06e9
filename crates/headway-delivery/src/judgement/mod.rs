//! Judgement: how likely a promise is kept, whether a change is real, who stands out, who is left behind.
//!
//! Every series is judged among its kin (series of the same measure, level, group and grade). What a panel of kin teaches
//! is learned at the first question and kept with the measure's [`crate::scored::Scored`].

pub mod backtest;
pub mod bright;
pub mod gaps;
pub mod odds;
pub mod picture;
pub mod signal;
mod view;

mod cache;
mod intake;
mod kin;
mod limits;
mod moves;

pub use moves::SharedMove;
pub use odds::{NoOdds, Odds, Outlook, Past, ReadFrom};
pub use signal::{NoSignal, Signal, SignalWord};
pub use view::{BacktestView, BrightOf, BrightView, GapsView, PanelChoice, group_names};

pub(crate) use cache::Judged;
pub(crate) use kin::{Kin, KinKey, bounds, marked};
