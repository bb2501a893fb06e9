//! Keeping a workspace sound: doctor, compaction, backup, restore, the manifest and what is made of it.

mod backup;
mod compact;
mod doctor;
mod manifest;
mod rebuild;

pub use compact::Compacted;
pub use doctor::Diagnosis;
pub use rebuild::Rebuilt;

use std::collections::{BTreeMap, BTreeSet};

use headway_model::VintageId;

use crate::{Headway, Result};

impl Headway {
    /// Files in the lake's folder that the catalog does not know: left by imports and compactions that were interrupted. Those
    /// of imports that were begun and not ended are not among them, since one may be running.
    async fn orphans(&self) -> Result<Vec<String>> {
        let known: BTreeSet<String> = self.store.segment_paths().await?.into_iter().collect();
        let begun = self.store.begun_imports().await?;
        let running = |path: &str| import_of(path).is_some_and(|import| begun.contains(&import));
        let files = self.lake.files()?.into_iter();
        Ok(files.filter(|path| !known.contains(path) && !running(path)).collect())
    }

    /// The seals of all files that the catalog knows.
    async fn seals(&self) -> Result<BTreeMap<String, Option<String>>> {
        Ok(self.store.segment_seals().await?.into_iter().collect())
    }
}

/// The import whose file this is, by its name; `None` for a merged one.
fn import_of(path: &str) -> Option<VintageId> {
    path.rsplit('/').next()?.strip_suffix(".parquet")?.parse().ok()
}
