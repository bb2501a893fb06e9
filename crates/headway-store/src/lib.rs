//! Operations: the plan, the places, the catalog of imports and who did what, in SQLite (the default) or PostgreSQL.
//!
//! There is one way to write (invariant 6): hand an operation to [`Store::write`] with who does it and when. It runs in
//! one transaction, which also writes its activity row. Nothing else can write: the transaction is a type that only
//! operations are handed and that no other crate can name, and what reads runs on connections that refuse to write.
//!
//! ```no_run
//! # async fn example(now: jiff::Timestamp) -> headway_store::Result<()> {
//! use headway_store::{SetSetting, Store, Who};
//!
//! let store = Store::open("sqlite:workspace/headway.db").await?;
//! store.write(&Who::new("ann")?, now, SetSetting { name: "min_n", value: &10.into() }).await?;
//! # Ok(()) }
//! ```
//!
//! ```compile_fail
//! async fn sneak(store: headway_store::Store) {
//!     store.begin_write().await; // private: there is no transaction to be had outside this crate
//! }
//! ```

mod activity;
mod address;
mod backup;
mod catalog;
mod error;
mod health;
mod identity;
mod inventory;
mod migrations;
mod open;
mod operation;
mod places;
mod plan;
mod plan_items;
mod portable;
mod private;
mod read_only;
mod releases;
mod restore;
mod segments;
mod settings;
mod sql;
mod statements;
mod write;

pub use activity::{ActivityDetail, ActivityFilter, ActivityRecord};
pub use backup::BackupSummary;
pub use catalog::{BeginImport, CatalogImport, ImportState, PublishImport, UndoImport};
pub use error::StoreError;
pub use health::StoreHealth;
pub use inventory::{RebuildCatalog, StoreInventory};
pub use open::Store;
pub use operation::{Actor, Operation};
pub use places::{PlacesChanged, UpsertPlaces};
pub use plan::{EditionChoice, EditionRow, LoadEdition, LoadOutcome, LoadedEdition, RemoveEdition};
pub use private::{keep_private, private_file, private_folder};
pub use releases::{RecordRelease, ReleaseRow};
pub use restore::{ReadBackup, RestoreSummary};
pub use segments::{DropUndone, ForgetSegments, LakeMeasure, SwapSegments, SwappedSegment, VisibleSegments};
pub use settings::{SaveProfile, SavedProfile, SetSetting};
pub use statements::StoredStatement;

/// What a read or an operation gives, or what, where, and what to do.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
