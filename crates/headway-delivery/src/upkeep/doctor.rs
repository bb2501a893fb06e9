//! What is wrong with a workspace, and what to do about it.

use std::collections::BTreeSet;

use headway_model::{LakeSegment, VintageId};
use headway_store::{CatalogImport, ImportState, StoreHealth, StoreInventory};
use jiff::civil::Date;

use super::mine::UnknownFiles;
use super::names_text;
use crate::{Result, Workspace};

/// What the doctor found.
#[derive(Clone, Debug)]
pub struct DoctorReport {
    /// The store.
    pub health: StoreHealth,
    /// How many files the lake should have, and how many bytes they are.
    pub segments: (usize, u64),
    /// How many of them have no checksums, since an older program wrote them.
    pub unsealed: usize,
    /// The lake's manifest was not what the catalog says, and was written anew.
    pub manifest_written: bool,
    /// What is wrong, with what to do; empty when all is sound.
    pub problems: Vec<String>,
}

impl Workspace {
    /// Looks through both stores; every file of the lake is read to its end and held against its checksums.
    pub async fn run_doctor(&self) -> Result<DoctorReport> {
        let health = self.store.check_health().await?;
        let problems = health.problems.clone();
        let mut found = DoctorReport { problems, health, segments: (0, 0), unsealed: 0, manifest_written: false };
        found.problems.extend(self.all_period_disagreements().await?);
        found.problems.extend(self.all_unit_disagreements().await?);
        found.problems.extend(self.all_name_disagreements().await?);
        // What can't be looked into is one cause, and no fault of any file.
        if let Err(error) = self.lake.list_files() {
            found.problems.push(format!(
                "the lake can't be looked through, and nothing is said of its files: {error}. Give yourself the right to read its \
                 folders"
            ));
            return Ok(found);
        }
        if !self.lake.is_remote() {
            self.lake_is_ours().await?;
        }
        let inventory = self.store.read_inventory().await?;
        let undone = undone_files(&inventory);
        for segment in inventory.segments {
            let advice = segment_advice(&segment, undone.contains(&segment.path));
            self.look_at(segment, &advice, &mut found).await?;
        }
        if let Some(older) = self.older_than_lake().await? {
            // What else the two disagree in follows from that, and advice on it would be wrong.
            found.problems.insert(0, older);
            return Ok(found);
        }
        for id in &found.health.begun {
            found.problems.push(format!(
                "import {id} was begun and never finished. If none is running now, the next import gives it up, as `headway imports undo {id}` does"
            ));
        }
        found.problems.extend(unknown_file_problems(&self.unknown_files().await?));
        match self.write_manifest().await {
            Ok(written) => found.manifest_written = written,
            Err(error) => found.problems.push(format!(
                "manifest.json in the lake is not what the catalog says, and can't be written: {error}. Other programs see an \
                 older state; run `headway doctor` where the workspace can be written"
            )),
        }
        Ok(found)
    }

    /// What is said of imports whose figures are known from a day after `today`: the clock stood ahead when they came in, or
    /// stands behind now.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn known_too_early(&self, today: Date) -> Result<Vec<String>> {
        let ahead = |import: &CatalogImport| {
            let is_read = import.state == ImportState::Published && import.vintage.known_from > today;
            is_read.then(|| {
                let (id, day) = (import.vintage.id, import.vintage.known_from);
                format!(
                    "import {id} is known from {day}, and today is {today}: no answer has its figures before that day. If the \
                     clock of this machine is right, `headway imports undo {id}` and import its files again"
                )
            })
        };
        Ok(self.store.all_imports().await?.iter().filter_map(ahead).collect())
    }

    async fn look_at(&self, segment: LakeSegment, advice: &str, found: &mut DoctorReport) -> Result<()> {
        let path = match self.lake.segment_path(&segment) {
            Ok(path) => path,
            Err(error) => {
                found.problems.push(error.to_string());
                return Ok(());
            }
        };
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() == segment.bytes => {
                found.segments = (found.segments.0 + 1, found.segments.1 + segment.bytes);
                found.unsealed += usize::from(segment.seal.is_none());
                let lake = self.lake.clone();
                let read = tokio::task::spawn_blocking(move || lake.verify_segment(&segment)).await;
                if let Err(error) = read.expect("reading a file does not panic") {
                    found.problems.push(format!("{error}. {advice}"));
                }
            }
            Ok(meta) => found.problems.push(format!(
                "{}: it has {} bytes where the catalog says {}. {advice}",
                path.display(),
                meta.len(),
                segment.bytes
            )),
            // A lake in an object store has here only what was asked for.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.lake.has_file(&segment.path)? => {
                found.segments = (found.segments.0 + 1, found.segments.1 + segment.bytes);
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                found.problems.push(format!("{}: {error}. Give yourself the right to read it", path.display()));
            }
            Err(error) => found.problems.push(format!("{}: {error}. {advice}", path.display())),
        }
        Ok(())
    }
}

/// What is said of files in the lake's folder that the catalog does not know.
fn unknown_file_problems(files: &UnknownFiles) -> Vec<String> {
    let left = names_text(&files.left).map(|files| {
        format!(
            "files in the lake belong to no import: {files}. An interrupted import left them; nothing reads them, and \
             `headway compact` removes them"
        )
    });
    let foreign = names_text(&files.foreign).map(|files| {
        format!(
            "files in the lake are not of this workspace: {files}. Nothing reads them, and `headway compact` leaves them. \
             Move them to a folder of their own"
        )
    });
    left.into_iter().chain(foreign).collect()
}

/// The files whose imports are all taken back.
pub(super) fn undone_files(inventory: &StoreInventory) -> BTreeSet<String> {
    let gone = |import: &&CatalogImport| import.vintage.undone_at.is_some();
    let gone: BTreeSet<VintageId> = inventory.imports.iter().filter(gone).map(|import| import.vintage.id).collect();
    let files = inventory.segments.iter().filter(|file| file.vintages.iter().all(|import| gone.contains(import)));
    files.map(|file| file.path.clone()).collect()
}

/// What to do about a file that is damaged or gone.
fn segment_advice(segment: &LakeSegment, is_undone: bool) -> String {
    if is_undone {
        return "Its imports are taken back, and nothing reads it: `headway compact` removes it".to_owned();
    }
    let list: Vec<String> = segment.vintages.iter().map(ToString::to_string).collect();
    match list.as_slice() {
        [one] => {
            format!("Copy the file from a backup, or `headway imports undo {one}` and import its source again")
        }
        several => format!("Copy the file from a backup; it holds imports {}", several.join(", ")),
    }
}
