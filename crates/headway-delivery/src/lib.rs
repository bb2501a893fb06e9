//! The four questions as services: what is planned, what came in, where every promise stands.
//!
//! This floor joins the stores, the import and the methods; pages and commands ask it and nothing below it.

pub mod chart;
pub mod cite;
pub mod demo;
mod editions;
pub mod error;
pub mod intake;
mod lookalikes;
mod outputs;
mod periods;
pub mod picture;
mod places;
pub mod publish;
pub mod scorecard;
mod served;
pub mod snapshot;
mod statuses;
pub mod track;
mod trouble;
mod units;
pub mod upkeep;
pub mod verdict;
pub mod view;
mod warm;
mod workspace;

/// Who may do what, for those above who ask.
pub use headway_access as access;
/// The words of the model, for those above who show them.
pub use headway_model as model;
pub use headway_store::{CatalogImport, EditionRow, ImportState, LoadOutcome};

pub use error::{Error, Result};
pub use served::ServedWorkspace;
pub use snapshot::Snapshot;
pub use statuses::{BadRow, StatusFileReport, add_statuses};
pub use warm::ReadySnapshot;
pub use workspace::Workspace;
