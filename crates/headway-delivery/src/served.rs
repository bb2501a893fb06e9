//! The workspace that pages are made from, for as long as they are served: where it is taken away and another one comes in its place
//! (a backup that was restored), pages go over to that one.

use std::sync::{Arc, PoisonError, RwLock};

use headway_store::StoreError;
use jiff::civil::Date;

use crate::{Error, Result, Workspace};

/// A workspace that may be another one later. Clones share it.
#[derive(Clone)]
pub struct ServedWorkspace(Arc<RwLock<Workspace>>);

impl From<Workspace> for ServedWorkspace {
    fn from(workspace: Workspace) -> Self {
        Self(Arc::new(RwLock::new(workspace)))
    }
}

impl ServedWorkspace {
    /// The one that is served now.
    pub fn current(&self) -> Workspace {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One look at whether anything is new, as [`Workspace::keep_ready`]; also whether the workspace is still the one that was
    /// opened. Another one in its place is opened, made ready and then served: nothing of the first is in its answers.
    ///
    /// # Errors
    /// As [`Workspace::keep_ready`]; when the workspace is gone, or the one in its place can't be opened. What is served stays.
    pub async fn keep_ready(&self, today: Date) -> Result<bool> {
        let before = self.current();
        match before.store.check_identity().await {
            Err(StoreError::TakenAway { .. }) => {}
            here => {
                here?;
                return before.keep_ready(today).await;
            }
        }
        let gone = || Error::Unavailable(format!("the workspace in {} was taken away", before.root().display()));
        let now = match Workspace::open(before.root()).await {
            Err(Error::NoWorkspace(_) | Error::Store(StoreError::Absent { .. })) => return Err(gone()),
            opened => opened?,
        };
        now.keep_ready(today).await?;
        tracing::warn!(
            "another workspace has the place of the one in {}: the pages are of that one now",
            now.root().display()
        );
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = now;
        before.stop_keeping();
        Ok(true)
    }

    /// As [`Workspace::keep_failed`].
    pub fn keep_failed(&self, why: &str) {
        self.current().keep_failed(why);
    }
}
