//! What can be done to the store, and who does it.

use jiff::Timestamp;
use serde_json::Value;

use crate::sql::StoreTransaction;
use crate::{Result, StoreError};

/// Who does something: a person's id, or the user's name at the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor(String);

impl Actor {
    /// The one of this name. A name of nothing but blanks is nobody.
    ///
    /// # Errors
    /// [`StoreError::Nobody`].
    pub fn new(name: &str) -> Result<Self> {
        match name.trim() {
            "" => Err(StoreError::Nobody),
            name => Ok(Self(name.to_owned())),
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A change to the store: the only thing that can make one. Each is a struct with what it needs; see the list of this
/// crate's structs. Only this crate can add to them.
pub trait Operation {
    /// What it tells when it is done.
    type Output;
    /// What the activity row calls it.
    const NAME: &'static str;

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
}

/// What an operation did.
pub struct OperationResult<T> {
    pub(crate) output: T,
    pub(crate) change: Option<ActivityEntry>,
}

impl<T> OperationResult<T> {
    /// Nothing had to be changed: no activity is written and the version stays.
    pub(crate) fn without_change(output: T) -> Self {
        Self { output, change: None }
    }

    pub(crate) fn with_change(output: T, change: impl Into<ActivityEntry>) -> Self {
        Self { output, change: Some(change.into()) }
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
