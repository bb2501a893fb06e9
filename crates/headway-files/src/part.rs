//! Folders that are made beside their place: one program at a time works on each.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// A folder that is this program's alone until this is dropped.
#[derive(Debug)]
pub struct ClaimedFolder {
    /// A folder is locked by a handle on it; `None` where the system has no such locks.
    _held: Option<File>,
}

/// Makes the folder, or takes and empties one that a stopped program left, and keeps other programs from it.
///
/// # Errors
/// [`ErrorKind::WouldBlock`] when another program is at work on it; when it can't be made or emptied.
pub fn claim_folder(folder: &Path) -> Result<ClaimedFolder> {
    loop {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let held = match take_lock(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue, // it got its name, or was taken away
            held => held?,
        };
        // Between the two it may have got its name, and another one this name.
        if held.as_ref().is_none_or(|held| is_at(held, folder)) {
            empty_folder(folder)?;
            return Ok(ClaimedFolder { _held: held });
        }
    }
}

/// Keeps other programs from a folder that is there, as it is.
///
/// # Errors
/// As [`claim_folder`].
pub fn lock_folder(folder: &Path) -> Result<ClaimedFolder> {
    Ok(ClaimedFolder { _held: take_lock(folder)? })
}

/// Takes away a folder that a stopped program left.
///
/// # Errors
/// As [`claim_folder`].
pub fn remove_left_folder(folder: &Path) -> Result<()> {
    let _held = lock_folder(folder)?;
    fs::remove_dir_all(folder)
}

fn take_lock(folder: &Path) -> Result<Option<File>> {
    if !cfg!(unix) {
        return Ok(None);
    }
    let file = File::open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::new(ErrorKind::WouldBlock, "another program is at work on it; try again when it is done"))
        }
        // A file system without locks has none to offer.
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(unix)]
pub(crate) fn is_at(held: &File, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let mark = |meta: fs::Metadata| (meta.dev(), meta.ino());
    match (held.metadata(), fs::metadata(folder)) {
        (Ok(held), Ok(there)) => mark(held) == mark(there),
        _ => false,
    }
}

#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn empty_folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_what_was_left_is_taken() {
        let home = tempfile::tempdir().expect("a folder");
        let [part, place] = ["part", "place"].map(|name| home.path().join(name));
        fs::create_dir_all(part.join("left/deep")).expect("made");
        let first = claim_folder(&part).expect("nobody works on it");
        assert_eq!(fs::read_dir(&part).expect("read").count(), 0, "it is empty");
        for told in [claim_folder(&part).map(drop), remove_left_folder(&part), lock_folder(&part).map(drop)] {
            let error = told.expect_err("it is being worked on");
            assert!(error.kind() == ErrorKind::WouldBlock && error.to_string().contains("another program"), "{error}");
        }
        fs::rename(&part, &place).expect("it gets its name");
        claim_folder(&part).expect("the name is free again");
        assert!(lock_folder(&place).is_err(), "the lock goes with the folder");
        drop(first);
        remove_left_folder(&place).expect("nobody works on it");
        assert!(!place.exists());
    }
}
