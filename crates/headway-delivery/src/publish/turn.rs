//! One program at a time publishes from a workspace: what a release may tell depends on all that were told before.

use std::io::ErrorKind;

use headway_files::part::{ClaimedFolder, lock_folder};

use super::log::cant_keep;
use crate::workspace::RELEASES;
use crate::{Error, Result, Workspace};

/// A program's turn to publish, until this is dropped.
#[derive(Debug)]
pub struct PublishTurn {
    _held: ClaimedFolder,
}

impl Workspace {
    /// Takes the turn to publish, before anything is worked out. Programs on other machines, which share a store on a server, are
    /// refused when they record their release.
    ///
    /// # Errors
    /// [`Error::Refused`] when another program is publishing; when the workspace can only be read.
    pub fn begin_publishing(&self) -> Result<PublishTurn> {
        self.store.check_writable()?;
        let folder = self.root().join(RELEASES);
        headway_store::private_folder(&folder).map_err(|error| cant_keep(&folder, error))?;
        let held = lock_folder(&folder).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => Error::Refused(format!(
                "another program is publishing from {} now. Nothing was published: try again when it is done",
                self.root().display()
            )),
            _ => Error::for_file(&folder, error),
        })?;
        Ok(PublishTurn { _held: held })
    }
}
