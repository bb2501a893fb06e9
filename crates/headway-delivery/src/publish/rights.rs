//! Who may read a published folder: as its owner has it, from release to release.

use std::fs;
use std::path::Path;

use crate::{Error, Result};

/// Gives `new` the group of `old` with all that is in it, and its mode; folders in it that `old` has too get theirs.
///
/// # Errors
/// When a mode can't be set. A group that this user may not give is told, and not kept.
pub(super) fn keep_rights(old: &Path, new: &Path) -> Result<()> {
    keep_group(old, new);
    keep_modes(old, new)
}

/// From the inside out: a folder that may not be written to is finished last.
fn keep_modes(old: &Path, new: &Path) -> Result<()> {
    for entry in fs::read_dir(new).map_err(|e| Error::for_file(new, e))? {
        let entry = entry.map_err(|e| Error::for_file(new, e))?;
        let before = old.join(entry.file_name());
        if entry.path().symlink_metadata().is_ok_and(|meta| meta.is_dir()) && before.is_dir() && !before.is_symlink() {
            keep_modes(&before, &entry.path())?;
        }
    }
    let mode = fs::metadata(old).map_err(|e| Error::for_file(old, e))?.permissions();
    fs::set_permissions(new, mode).map_err(|e| Error::for_file(new, e))
}

#[cfg(unix)]
fn keep_group(old: &Path, new: &Path) {
    use std::os::unix::fs::MetadataExt;
    let Ok(group) = fs::metadata(old).map(|meta| meta.gid()) else { return };
    if let Err(error) = give_to_group(new, group) {
        tracing::warn!(
            "{}: the group of the folder can't be kept ({error}). Publish as a user of that group, or set it again",
            old.display()
        );
    }
}

#[cfg(not(unix))]
fn keep_group(_: &Path, _: &Path) {}

/// Gives everything in the folder, and itself, to the group; what was carried over has its own.
#[cfg(unix)]
fn give_to_group(path: &Path, group: u32) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, lchown};
    let meta = path.symlink_metadata()?;
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            give_to_group(&entry?.path(), group)?;
        }
    }
    // A file with a second name was carried over.
    let is_ours = meta.is_dir() || meta.nlink() == 1;
    if is_ours && meta.gid() != group { lchown(path, None, Some(group)) } else { Ok(()) }
}
