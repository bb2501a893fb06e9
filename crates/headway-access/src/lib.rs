//! Who may do what: roles, where they hold, and the permits that every write needs.
//!
//! Access is additive rows, and nothing is allowed that no row gives. A [`RoleGrant`] gives a role in an [`AccessArea`]; the
//! [`AccessScope`] of whoever acts holds them and is the only thing that hands out a [`Permit`]. The store takes no write without
//! one, so a write that forgot to ask does not compile:
//!
//! ```compile_fail
//! use headway_access::{EditPlan, Permit};
//! let permit: Permit<EditPlan> = Permit { }; // its fields are private: only a scope makes one
//! ```
//!
//! ```compile_fail
//! use headway_access::{EditPlan, ImportData, Permit};
//! fn load_plan(_: &Permit<EditPlan>) {}
//! fn with_another(permit: &Permit<ImportData>) {
//!     load_plan(permit); // the right to import is not the right to edit the plan
//! }
//! ```
//!
//! Three functions begin a scope, and `clippy.toml` says where each may be called: [`AccessScope::operator`] at the command line,
//! [`AccessScope::of_person`] where the store's rows are read, [`AccessScope::visitor`] where somebody signs in.

mod action;
mod area;
mod grant;
mod permit;
mod role;
mod scope;

pub use action::{
    AccessAction, AccessRight, ChangeSettings, EditPlan, ImportData, KeepStore, ManagePeople, PublishRelease, SignIn,
    UseAccount,
};
pub use area::{AccessArea, PartKind, PlanPart};
pub use grant::RoleGrant;
pub use permit::Permit;
pub use role::PersonRole;
pub use scope::{AccessDenied, AccessScope, AgencyScope, NoName};
