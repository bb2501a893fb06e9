//! One command a file.

pub(crate) mod backtest;
pub(crate) mod bright_spots;
pub(crate) mod calc;
pub(crate) mod demo;
mod gap_places;
pub(crate) mod gaps;
pub(crate) mod import;
pub(crate) mod imports;
pub(crate) mod init;
pub(crate) mod measures;
pub(crate) mod milestones;
pub(crate) mod person;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod publish;
pub(crate) mod scorecard;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod simulate;
pub(crate) mod track;
pub(crate) mod upkeep;
