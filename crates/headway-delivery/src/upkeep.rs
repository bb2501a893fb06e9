//! Keeping a workspace sound: doctor, compaction, backup and restore.

use std::path::{Path, PathBuf};

use headway_model::VintageId;
use headway_store::{ForgetSegments, Health, ImportState, Store, SwapSegments, Who};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::workspace::restore_address;
use crate::{Error, Headway, Result};

/// Folder of a backup that holds the lake's files.
const LAKE: &str = "lake";

/// What the doctor found.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// The store.
    pub health: Health,
    /// How many files the lake should have, and how many bytes they are.
    pub segments: (usize, u64),
    /// What is wrong, with what to do; empty when all is sound.
    pub problems: Vec<String>,
}

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Measures whose files were merged.
    pub measures: usize,
    /// Files before and after.
    pub files: (usize, usize),
}

impl Headway {
    /// Looks through both stores; every file of the lake is read to its end.
    pub async fn doctor(&self) -> Result<Diagnosis> {
        let health = self.store.health().await?;
        let mut problems = health.problems.clone();
        let (mut count, mut bytes) = (0, 0);
        for measure in self.store.lake_measures(Date::MAX).await? {
            for segment in self.store.visible_segments(&measure.measure, Date::MAX).await?.segments {
                let path = self.lake.path(&segment);
                match std::fs::metadata(&path) {
                    Ok(meta) if meta.len() == segment.bytes => {
                        (count, bytes) = (count + 1, bytes + segment.bytes);
                        let lake = self.lake.clone();
                        let read = tokio::task::spawn_blocking(move || lake.verify(&segment)).await;
                        if let Err(error) = read.expect("reading a file does not panic") {
                            problems.push(format!("{error}. Restore it from a backup, or undo its import"));
                        }
                    }
                    Ok(meta) => problems.push(format!(
                        "{}: it has {} bytes where the catalog says {}. Restore it from a backup, or undo its import",
                        path.display(),
                        meta.len(),
                        segment.bytes
                    )),
                    // A lake in an object store has here only what was asked for.
                    Err(error)
                        if error.kind() == std::io::ErrorKind::NotFound && self.lake.exists(&segment.path)? =>
                    {
                        (count, bytes) = (count + 1, bytes + segment.bytes);
                    }
                    Err(error) => problems
                        .push(format!("{}: {error}. Restore it from a backup, or undo its import", path.display())),
                }
            }
        }
        problems.extend(self.all_period_disagreements().await?);
        for id in &health.begun {
            problems.push(format!("import {id} was begun and never finished: if none is running now, `headway imports undo {id}` gives it up"));
        }
        Ok(Diagnosis { health, segments: (count, bytes), problems })
    }

    /// Merges the files of each measure into one, takes the files that merged ones replaced away, and clears what
    /// interrupted imports left. Answers stay the same, also as of earlier days.
    pub async fn compact(&self, who: &Who, now: Timestamp) -> Result<Compacted> {
        let mut done = Compacted::default();
        let standing = |i: &headway_store::Import| i.state == ImportState::Published;
        let kept: Vec<VintageId> =
            self.store.imports().await?.iter().filter(|i| standing(i)).map(|i| i.vintage.id).collect();
        for measure in self.store.lake_measures(Date::MAX).await? {
            let segments = self.store.visible_segments(&measure.measure, Date::MAX).await?.segments;
            done.files.0 += segments.len();
            if segments.len() < 2 {
                done.files.1 += segments.len();
                continue;
            }
            let (lake, old, keep) = (self.lake.clone(), segments.clone(), kept.clone());
            let merge = move || headway_lake::compact(&lake, &old, &|vintage| keep.contains(&vintage));
            let merged = tokio::task::spawn_blocking(merge).await.expect("compaction does not panic")?;
            let merged = merged.expect("visible files hold rows of a standing import");
            let old: Vec<String> = segments.iter().map(|s| s.path.clone()).collect();
            self.store.write(who, now, SwapSegments { old: &old, merged: &merged }).await?;
            (done.measures, done.files.1) = (done.measures + 1, done.files.1 + 1);
        }
        let swapped: Vec<String> = self.store.swapped_segments().await?.into_iter().map(|s| s.path).collect();
        for path in &swapped {
            self.lake.remove(path)?;
        }
        self.store.write(who, now, ForgetSegments { paths: &swapped }).await?;
        self.lake.clean()?;
        Ok(done)
    }

    /// A consistent copy of both stores in a new folder, while others go on working. The folder gets its name when the copy is
    /// whole; one that was killed leaves `.NAME.part` beside it. Gives its size in bytes.
    pub async fn backup(&self, folder: &Path) -> Result<u64> {
        let name = folder.file_name().ok_or_else(|| Error::Refused(format!("{}: name a folder", folder.display())))?;
        let filled = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        if folder.is_file() || filled(folder) {
            return Err(Error::Refused(format!("{} is there already: name a new folder", folder.display())));
        }
        let beside = folder.with_file_name(format!(".{}.part", name.display()));
        if beside.exists() {
            std::fs::remove_dir_all(&beside).map_err(|source| Error::file(&beside, source))?;
        }
        let backup = self.store.backup(&beside).await?;
        let mut bytes = backup.bytes;
        for path in &backup.segments {
            let (from, to) = (self.lake.local(path)?, beside.join(LAKE).join(path));
            bytes += copy(&from, &to)?;
        }
        std::fs::rename(&beside, folder).map_err(|source| Error::file(folder, source))?;
        Ok(bytes)
    }

    /// Brings a backup back into `root`, which must hold no workspace yet.
    pub async fn restore(root: &Path, folder: &Path, who: &Who, now: Timestamp) -> Result<usize> {
        if !folder.is_dir() {
            return Err(Error::Refused(format!("{}: there is no such folder", folder.display())));
        }
        let (address, lake) = restore_address(root)?;
        headway_store::private_folder(root).map_err(|source| Error::file(root, source))?;
        for path in lake_files(&folder.join(LAKE))? {
            let name = path.to_str().ok_or_else(|| Error::Refused(format!("{}: no file of a lake", path.display())))?;
            lake.put(&folder.join(LAKE).join(&path), name)?;
        }
        let (store, restored) = Store::restore(&address, folder, who, now).await?;
        let mut missing = Vec::new();
        for path in &restored.segments {
            if !lake.exists(path)? {
                missing.push(path);
            }
        }
        store.close().await;
        match missing.as_slice() {
            [] => Ok(restored.segments.len()),
            [first, ..] => Err(Error::Refused(format!(
                "{}: the backup lacks {} files of the lake, the first is {first}. The plans are restored; these results are not",
                folder.display(),
                missing.len()
            ))),
        }
    }
}

fn copy(from: &Path, to: &Path) -> Result<u64> {
    if let Some(folder) = to.parent() {
        headway_store::private_folder(folder).map_err(|source| Error::file(folder, source))?;
    }
    let bytes = std::fs::copy(from, to).map_err(|source| Error::file(from, source))?;
    headway_store::keep_private(to).map_err(|source| Error::file(to, source))?;
    Ok(bytes)
}

/// Paths of all files below `folder`, relative to it; none when there is no such folder.
fn lake_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(relative) = folders.pop() {
        let entries = match std::fs::read_dir(folder.join(&relative)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|source| Error::file(folder, source))?,
        };
        for entry in entries {
            let entry = entry.map_err(|source| Error::file(folder, source))?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    Ok(found)
}
