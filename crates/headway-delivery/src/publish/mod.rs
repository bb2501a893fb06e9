//! A release from the workspace, and into its folder. What is told is decided in `headway-disclosure`.

mod exchange;
mod folder;
mod gather;
mod kept;
mod log;
mod making;
mod rights;
mod turn;

pub use headway_disclosure::*;

pub use folder::{PagesResult, StagedRelease, agency_in, stage_release, write_release};
pub use log::DecisionLog;
pub use turn::PublishTurn;
