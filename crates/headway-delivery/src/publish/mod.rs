//! A release from the workspace, and into its folder. What is told is decided in `headway-disclosure`.

mod folder;
mod gather;
mod kept;
mod log;
mod making;

pub use headway_disclosure::*;

pub use folder::{PagesResult, Staged, stage, write};
pub use log::DecisionLog;
