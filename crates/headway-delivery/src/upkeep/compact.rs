//! Compaction: the files of a measure become one.

use headway_access::{KeepStore, Permit};
use headway_lake::LakeError;
use headway_model::VintageId;
use headway_store::{DropUndone, ForgetSegments, ImportState, StoreError, SwapSegments};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Error, Result, Workspace};

/// How often a measure is merged anew when an import or an undo came in between.
const TRIES: usize = 5;

/// What a compaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactionReport {
    /// Measures whose files were merged.
    pub measures: usize,
    /// Files before and after.
    pub files: (usize, usize),
    /// Files that interrupted imports and compactions left, removed.
    pub orphans: usize,
    /// Files in the lake's folder that this workspace did not put there; they stay as they are.
    pub foreign: Vec<String>,
    /// Files of imports that were taken back, removed.
    pub undone: usize,
    /// Measures whose files can't be merged, and why; they stay as they are.
    pub problems: Vec<String>,
}

impl Workspace {
    /// Merges the files of each measure into one, takes the files that merged ones replaced away, and clears what
    /// interrupted imports and those that were taken back left. A damaged file keeps its own measure from being merged, and no
    /// other. Answers stay the same, also as of earlier days. Imports may run meanwhile.
    ///
    /// # Errors
    /// When another compaction or a backup is at work; when the lake belongs to another workspace, or is newer than the catalog.
    pub async fn compact_lake(&self, permit: &Permit<KeepStore>, now: Timestamp) -> Result<CompactionReport> {
        let _alone = self.lake.lock_alone()?;
        self.claim_lake().await?;
        self.is_not_older_than_lake().await?;
        self.give_up_dead_imports(&permit.for_step(), now).await?;
        let mut done = CompactionReport::default();
        for measure in self.store.lake_measures(Date::MAX).await? {
            match self.merge_measure(&measure.measure, permit, now, &mut done).await {
                Err(Error::Lake(error @ LakeError::Damaged { .. })) => done.problems.push(format!(
                    "the files of {} stay as they are: {error}. `headway doctor` says what to do",
                    measure.measure
                )),
                merged => merged?,
            }
        }
        done.undone = self.store.write(permit, now, DropUndone).await?;
        // Before files go away that the manifest names.
        self.manifest_follows().await;
        let swapped: Vec<String> = self.store.swapped_segments().await?.into_iter().map(|s| s.path).collect();
        for path in &swapped {
            self.lake.remove_file(path)?;
        }
        self.store.write(permit, now, ForgetSegments { paths: &swapped }).await?;
        let unknown = self.unknown_files().await?;
        for path in &unknown.left {
            self.lake.remove_file(path)?;
            done.orphans += 1;
        }
        done.foreign = unknown.foreign;
        done.orphans += self.lake.remove_leftovers()?;
        Ok(done)
    }

    /// Merges one measure's files. What an import or an undo changes meanwhile is taken into account by merging once more.
    async fn merge_measure(
        &self,
        measure: &str,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        done: &mut CompactionReport,
    ) -> Result<()> {
        let mut tries = 0;
        loop {
            let segments = self.store.visible_segments(measure, Date::MAX).await?.segments;
            // Without checksums a single file is written anew too.
            if segments.is_empty() || (segments.len() == 1 && segments[0].seal.is_some()) {
                done.files = (done.files.0 + segments.len(), done.files.1 + segments.len());
                return Ok(());
            }
            let standing = |i: &headway_store::CatalogImport| i.state == ImportState::Published;
            let imports = self.store.all_imports().await?;
            let kept: Vec<VintageId> = imports.iter().filter(|i| standing(i)).map(|i| i.vintage.id).collect();
            let (lake, from) = (self.lake.clone(), segments.clone());
            let merge = move || headway_lake::compact_segments(&lake, &from, &|vintage| kept.contains(&vintage));
            let merged = tokio::task::spawn_blocking(merge).await.expect("compaction does not panic")?;
            let Some(merged) = merged else { continue }; // undone since the files were listed
            let old: Vec<String> = segments.iter().map(|s| s.path.clone()).collect();
            match self.store.write(permit, now, SwapSegments { old: &old, merged: &merged }).await {
                Ok(()) => {
                    done.measures += 1;
                    done.files = (done.files.0 + old.len(), done.files.1 + 1);
                    return Ok(());
                }
                Err(StoreError::Segment { .. }) if tries < TRIES => {
                    self.lake.remove_file(&merged.path)?;
                    tries += 1;
                }
                Err(error) => {
                    self.lake.remove_file(&merged.path)?;
                    return Err(Error::from(error));
                }
            }
        }
    }
}
