//! Operations: the plan, the places, the catalog of imports and who did what, in SQLite (the default) or PostgreSQL.
//!
//! There is one way to write (invariant 6): hand an operation to [`Store::write`] with a permit for it and the time. It runs in
//! one transaction, which also writes its activity row. Nothing else can write: the transaction is a type that only
//! operations are handed and that no other crate can name, and what reads runs on connections that refuse to write.
//!
//! ```no_run
//! # async fn example(scope: headway_access::AccessScope, now: jiff::Timestamp) -> Result<(), Box<dyn std::error::Error>> {
//! use headway_access::{AccessArea, ChangeSettings};
//! use headway_store::{SetSetting, Store};
//!
//! let store = Store::open("sqlite:workspace/headway.db").await?;
//! let permit = scope.permit::<ChangeSettings>(AccessArea::Workspace)?;
//! store.write(&permit, now, SetSetting { name: "min_n", value: &10.into() }).await?;
//! # Ok(()) }
//! ```
//!
//! ```compile_fail
//! async fn without_permit(store: headway_store::Store, now: jiff::Timestamp) {
//!     let setting = headway_store::SetSetting { name: "min_n", value: &10.into() };
//!     store.write("ann", now, setting).await; // a name is no permit
//! }
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
mod people;
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
pub use operation::Operation;
pub use people::{
    AcceptInvitation, AccountRow, BeginSession, ChangePassword, ClosePerson, EndGrant, EndSession, ForgetAttempts,
    GrantRole, InvitationRow, InviteAgain, InvitePerson, NoteAttempt, PersonRow, SessionRow, SignInLimits,
    TouchSession,
};
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
