//! A consistent copy of both stores, and a workspace made from one.

use std::fs::File;
use std::path::{Path, PathBuf};

use headway_access::{KeepStore, Permit};
use headway_files::part::{self, ClaimedFolder};
use headway_files::small::must_be_a_file;
use headway_lake::Lake;
use headway_store::{ReadBackup, Store, UndoImport};
use jiff::Timestamp;

use super::{doctor::undone_files, owner};
use crate::workspace::{lake_folder, may_be_left, restore_address};
use crate::{Error, Result, Workspace};

/// Folder of a backup that holds the lake's files.
const LAKE: &str = "lake";
/// A folder in a workspace that is being restored in its place, to try the backup out.
const TRIAL: &str = ".restore.part";

impl Workspace {
    /// A consistent copy of both stores in a new folder, while others go on working. The folder gets its name when the copy is
    /// whole and on the disk; one that was killed leaves `.NAME.part` beside it, which the next one clears. Gives its size in
    /// bytes.
    ///
    /// # Errors
    /// When a file of the lake is not what was written: a backup of damage is none.
    pub async fn write_backup(&self, folder: &Path) -> Result<u64> {
        let name = folder.file_name().ok_or_else(|| Error::Refused(format!("{}: name a folder", folder.display())))?;
        let filled = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
        Self::lies_apart(self.root(), folder)?;
        if folder.is_file() || folder.is_symlink() || filled(folder) {
            return Err(Error::Refused(format!("{} is there already: name a new folder", folder.display())));
        }
        let beside = folder.with_file_name(format!(".{}.part", name.display()));
        let _held = claim_part(&beside, folder)?;
        // Another one may have finished meanwhile.
        if filled(folder) {
            remove_folder(&beside)?;
            return Err(Error::Refused(format!("{} is there already: name a new folder", folder.display())));
        }
        match self.copy_whole(&beside).await.and_then(|bytes| give_name(&beside, folder).map(|()| bytes)) {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                // A part of a backup is of no use; that it can't be removed either would hide why.
                let _ = std::fs::remove_dir_all(&beside);
                Err(error)
            }
        }
    }

    async fn copy_whole(&self, beside: &Path) -> Result<u64> {
        // No compaction takes files away that the copy of the catalog names.
        let lake = self.lake.clone();
        let _held = tokio::task::spawn_blocking(move || lake.lock_shared()).await.expect("waiting does not panic")?;
        let backup = self.store.write_backup(beside).await?;
        let seals = self.file_seals().await?;
        let mut bytes = backup.bytes;
        for path in &backup.segments {
            let (from, to) = (self.lake.local_file(path)?, beside.join(LAKE).join(path));
            bytes += copy_file(&from, &to)?;
            let seal = seals.get(path).and_then(|seal| seal.clone());
            if let Err(error) = check_copy(&to, seal).await {
                return Err(self.explain_damage(path, &error).await?);
            }
        }
        Ok(bytes)
    }

    /// What is said of a file that can't be backed up, and what to do: by its own name, not by that of the copy.
    async fn explain_damage(&self, path: &str, error: &Error) -> Result<Error> {
        let why = match error {
            Error::Lake(headway_lake::LakeError::Damaged { reason, .. }) => reason.clone(),
            other => other.to_string(),
        };
        let inventory = self.store.read_inventory().await?;
        let in_use = inventory.segments.iter().any(|segment| segment.path == path);
        let advice = match in_use && !undone_files(&inventory).contains(path) {
            true => "`headway doctor` says what to do",
            false => "Nothing reads it any more: run `headway compact`, which removes it, and then back up again",
        };
        let file = self.lake.local_file(path)?;
        Ok(Error::Refused(format!("no backup was made: {} is damaged: {why}. {advice}", file.display())))
    }

    /// Brings a backup back into `root`, which is new, empty, or holds nothing but a `headway.toml` and what a lost workspace
    /// left. The workspace is made beside `root` and gets its name when it is whole; what a killed restore left there,
    /// `.NAME.part`, the next one clears. Where `root` holds something it is made in its place, the catalog last.
    ///
    /// # Errors
    /// [`Error::Refused`] when files of the backup are missing or damaged, or `root` holds other files: nothing is restored
    /// then.
    pub async fn restore_backup(
        root: &Path,
        folder: &Path,
        permit: &Permit<KeepStore>,
        now: Timestamp,
    ) -> Result<usize> {
        let restored = Self::bring_back(root, folder, false, permit, now).await?;
        Ok(restored.files)
    }

    /// The same with what there is of a backup that is not whole.
    ///
    /// # Errors
    /// [`Error::Refused`], which names what is missing or damaged; the rest is restored then.
    pub async fn restore_partly(
        root: &Path,
        folder: &Path,
        permit: &Permit<KeepStore>,
        now: Timestamp,
    ) -> Result<usize> {
        let restored = Self::bring_back(root, folder, true, permit, now).await?;
        match restored.fault_text(folder) {
            Some(fault) => Err(Error::Refused(format!(
                "{fault}. The rest is restored; `headway doctor` says what to do about each file"
            ))),
            None => Ok(restored.files),
        }
    }

    async fn bring_back(
        root: &Path,
        folder: &Path,
        partly: bool,
        permit: &Permit<KeepStore>,
        now: Timestamp,
    ) -> Result<RestoredFiles> {
        match std::fs::metadata(folder) {
            Ok(meta) if meta.is_dir() => {}
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::for_file(folder, error)),
            _ => return Err(Error::Refused(format!("{}: there is no such folder", folder.display()))),
        }
        let whole = |restored: RestoredFiles| match restored.fault_text(folder) {
            Some(fault) if !partly => Err(Error::Refused(format!(
                "{fault}. Nothing was restored: take another backup, or restore what is left of this one with --partly"
            ))),
            _ => Ok(restored),
        };
        let Some(beside) = part_folder(root) else {
            only_left_behind(root)?;
            let _held = part::lock_folder(root).map_err(|error| in_use(root, root, error))?;
            if !partly {
                whole(try_out(root, folder, permit, now).await?)?;
            }
            return restore_into(root, folder, permit, now).await;
        };
        let _held = claim_part(&beside, root)?;
        let made = restore_into(&beside, folder, permit, now).await.and_then(whole);
        match made.and_then(|restored| give_name(&beside, root).map(|()| restored)) {
            Ok(restored) => Ok(restored),
            Err(error) => {
                remove_folder(&beside)?;
                Err(error)
            }
        }
    }
}

/// What came back, and what did not.
struct RestoredFiles {
    files: usize,
    missing: Vec<String>,
    damaged: Vec<String>,
}

impl RestoredFiles {
    /// What is wrong with the backup; `None` when it is whole.
    fn fault_text(&self, folder: &Path) -> Option<String> {
        let parts = [("missing", &self.missing), ("damaged", &self.damaged)];
        let told = parts.iter().filter_map(|(what, files)| {
            files.first().map(|first| format!("{} files of the lake are {what}, the first is {first}", files.len()))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("{}: of this backup {}", folder.display(), told.join("; ")))
    }
}

/// Refuses a folder that holds something else than what a lost workspace leaves.
fn only_left_behind(root: &Path) -> Result<()> {
    for entry in std::fs::read_dir(root).map_err(|source| Error::for_file(root, source))? {
        let name = entry.map_err(|source| Error::for_file(root, source))?.file_name();
        if !may_be_left(&name) {
            return Err(Error::Refused(format!(
                "{} holds other files ({}). Nothing was restored: name a new or an empty folder",
                root.display(),
                name.display()
            )));
        }
    }
    Ok(())
}

/// Restores into a folder of its own inside `root`, to see whether the backup is whole, and takes it away again.
async fn try_out(root: &Path, folder: &Path, permit: &Permit<KeepStore>, now: Timestamp) -> Result<RestoredFiles> {
    let trial = root.join(TRIAL);
    remove_folder(&trial)?;
    let tried = restore_into(&trial, folder, permit, now).await;
    remove_folder(&trial)?;
    tried
}

/// Brings a folder that is whole to the disk, and gives it its name.
pub(crate) fn give_name(beside: &Path, folder: &Path) -> Result<()> {
    sync_folder(beside)?;
    std::fs::rename(beside, folder).map_err(|source| Error::for_file(folder, source))?;
    sync_path(parent_folder(folder))
}

/// Where a workspace is made that is to get the name `root`; `None` where something lies there that stays.
pub(crate) fn part_folder(root: &Path) -> Option<PathBuf> {
    let is_empty = |root: &Path| std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
    let free = !root.is_symlink() && (!root.exists() || is_empty(root));
    let name = root.file_name().filter(|_| free)?;
    Some(root.with_file_name(format!(".{}.part", name.display())))
}

async fn restore_into(root: &Path, folder: &Path, permit: &Permit<KeepStore>, now: Timestamp) -> Result<RestoredFiles> {
    let (address, lake) = restore_address(root)?;
    owner::lies_in_no_lake(root, lake_folder(root)?.as_deref())?;
    // Before a file of the lake is put: it might lie over one that is in use.
    Store::may_take(&address, folder).await?;
    headway_store::private_folder(root).map_err(|source| Error::for_file(root, source))?;
    let backup = ReadBackup::from_folder(folder).await?;
    let files = lake_files(&folder.join(LAKE))?;
    owner::take_for_restore(root, &lake, backup.first_change()?, &files)?;
    for name in &files {
        lake.restore_file(&folder.join(LAKE).join(name), name)?;
    }
    let (store, restored) = backup.restore_into(&address, permit, now).await?;
    // What ran while the backup was made does not run here.
    for import in store.begun_imports().await? {
        store.write(&permit.for_step(), now, UndoImport { import }).await?;
    }
    let (mut missing, mut damaged) = (Vec::new(), Vec::new());
    for (path, seal) in store.segment_seals().await? {
        match lake.has_file(&path)? {
            false => missing.push(path),
            true if check_copy(&folder.join(LAKE).join(&path), seal).await.is_err() => damaged.push(path),
            true => {}
        }
    }
    store.close().await;
    let headway = Workspace::open(root).await?;
    // One that a lost workspace left tells of what this catalog does not know, and of files that are not here.
    if let Err(error) = headway.renew_manifest().await {
        tracing::warn!("manifest.json was not written into the lake: {error}. `headway doctor` writes it");
    }
    headway.close().await;
    Ok(RestoredFiles { files: restored.segments.len(), missing, damaged })
}

/// Makes the part folder of `target` this program's own; what a killed one left is taken away.
pub(crate) fn claim_part(beside: &Path, target: &Path) -> Result<ClaimedFolder> {
    // Whoever could look into one that was left.
    match part::remove_left_folder(beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(in_use(beside, target, error)),
        _ => {}
    }
    headway_store::private_folder(beside).map_err(|source| Error::for_file(beside, source))?;
    part::claim_folder(beside).map_err(|error| in_use(beside, target, error))
}

fn in_use(beside: &Path, target: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::WouldBlock => Error::Refused(format!(
            "another program is making {} now. Nothing was changed: try again when it is done, or name another folder",
            target.display()
        )),
        _ => Error::for_file(beside, error),
    }
}

pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::for_file(folder, error)),
        _ => Ok(()),
    }
}

/// The folder that a folder lies in.
fn parent_folder(folder: &Path) -> &Path {
    folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn copy_file(from: &Path, to: &Path) -> Result<u64> {
    if let Some(folder) = to.parent() {
        headway_store::private_folder(folder).map_err(|source| Error::for_file(folder, source))?;
    }
    let open = must_be_a_file(from).and_then(|()| File::open(from));
    let mut source = open.map_err(|error| Error::for_file(from, error))?;
    let mut copy = headway_store::private_file(to).map_err(|error| Error::for_file(to, error))?;
    std::io::copy(&mut source, &mut copy).map_err(|error| Error::for_file(to, error))
}

/// Holds a file of the lake against its checksums.
async fn check_copy(path: &Path, seal: Option<String>) -> Result<()> {
    let path = path.to_owned();
    let check = move || Lake::check_file(&path, seal.as_deref());
    Ok(tokio::task::spawn_blocking(check).await.expect("reading a file does not panic")?)
}

/// Brings a folder with all that lies in it to the disk.
fn sync_folder(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).map_err(|source| Error::for_file(folder, source))? {
        let path = entry.map_err(|source| Error::for_file(folder, source))?.path();
        if path.is_dir() { sync_folder(&path)? } else { sync_path(&path)? }
    }
    sync_path(folder)
}

fn sync_path(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|source| Error::for_file(path, source))
}

/// Paths of all files below `folder`, relative to it; none when there is no such folder.
fn lake_files(folder: &Path) -> Result<Vec<String>> {
    let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(relative) = folders.pop() {
        let entries = match std::fs::read_dir(folder.join(&relative)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|source| Error::for_file(folder, source))?,
        };
        for entry in entries {
            let entry = entry.map_err(|source| Error::for_file(folder, source))?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_str().ok_or_else(|| Error::Refused(format!("{}: no file of a lake", path.display())))?;
            found.push(name.to_owned());
        }
    }
    Ok(found)
}
