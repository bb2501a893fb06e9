//! One page a file: what it asks, and what it shows.

pub(crate) mod about;
pub(crate) mod backtest;
pub(crate) mod bright_spots;
pub(crate) mod data;
pub(crate) mod groups;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod measure;
pub(crate) mod measures;
pub(crate) mod milestones;
pub(crate) mod owner;
pub(crate) mod place;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod program;
pub(crate) mod search;
pub(crate) mod start;
pub(crate) mod strategy;
pub(crate) mod summary;
