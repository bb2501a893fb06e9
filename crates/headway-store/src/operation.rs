//! What can be done to the store, and who does it.

use headway_access::{AccessArea, AccessRight, Permit};
use headway_model::PersonId;
use jiff::Timestamp;
use serde_json::Value;

use crate::Result;
use crate::sql::StoreTransaction;

/// Who does something, as a permit names it: a person's id, or the user's name at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor(String);

impl Actor {
    pub(crate) fn of<R: AccessRight>(permit: &Permit<R>) -> Self {
        Self(permit.actor().to_owned())
    }

    /// The name.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }
}

/// A change to the store: the only thing that can make one. Each is a struct with what it needs; see the list of this
/// crate's structs. Only this crate can add to them.
pub trait Operation {
    /// What it tells when it is done.
    type Output;
    /// What whoever does it must be allowed.
    type Right: AccessRight;
    /// What the activity row calls it.
    const NAME: &'static str;

    /// Where that must hold: the whole workspace, but for what says otherwise. `None` where the operation itself holds the permit
    /// against the rows that it changes.
    fn area(&self) -> Option<AccessArea> {
        Some(AccessArea::Workspace)
    }

    /// Does the work inside the transaction it is handed.
    #[doc(hidden)]
    fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> impl Future<Output = Result<OperationResult<Self::Output>>> + Send;
}

/// Who does an operation, and when.
#[derive(Clone, Copy)]
pub struct OperationContext<'a> {
    pub(crate) who: &'a Actor,
    pub(crate) now: Timestamp,
    /// Where the permit holds.
    pub(crate) area: &'a AccessArea,
    /// The person who does it, where it is one.
    pub(crate) person: Option<&'a PersonId>,
}

/// What an operation did.
pub struct OperationResult<T> {
    pub(crate) output: T,
    pub(crate) change: Option<ActivityEntry>,
    /// Written without an activity row.
    pub(crate) noted: bool,
}

impl<T> OperationResult<T> {
    /// Nothing had to be changed: no activity is written and the version stays.
    pub(crate) fn without_change(output: T) -> Self {
        Self { output, change: None, noted: false }
    }

    pub(crate) fn with_change(output: T, change: impl Into<ActivityEntry>) -> Self {
        Self { output, change: Some(change.into()), noted: false }
    }

    /// Something was noted that nobody decided (a try to sign in, when a session was last used): it is kept, and no activity is
    /// written.
    pub(crate) fn noted(output: T) -> Self {
        Self { output, change: None, noted: true }
    }
}

/// What the activity row keeps of a change; `Null` where there was or is nothing.
pub(crate) struct ActivityChange {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// A [`ActivityChange`] as it is written, JSON as text.
pub(crate) struct ActivityEntry {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl From<ActivityChange> for ActivityEntry {
    fn from(ActivityChange { kind, id, before, after }: ActivityChange) -> Self {
        let text = |side: Value| (!side.is_null()).then(|| json_text(&side));
        Self { kind, id, before: text(before), after: text(after) }
    }
}

/// Written straight to a string, which takes half the time of going through the `Display` of a value.
pub(crate) fn json_text(what: &impl serde::Serialize) -> String {
    serde_json::to_string(what).expect("what the store keeps is written as JSON")
}
