//! One folder in the place of another, in one step and on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Puts `new` in the place of `folder`. Gives where the old one is now, if there was one.
pub(super) fn swap_folders(new: &Path, folder: &Path, old: &Path) -> Result<Option<PathBuf>> {
    if !folder.exists() {
        fs::rename(new, folder).map_err(|e| Error::for_file(folder, e))?;
        return Ok(None);
    }
    if exchange_folders(new, folder)? {
        return Ok(Some(new.to_owned()));
    }
    // A file system that can't exchange two folders: one after the other, and back if the second step fails.
    fs::rename(folder, old).map_err(|e| Error::for_file(folder, e))?;
    if let Err(error) = fs::rename(new, folder) {
        fs::rename(old, folder).map_err(|e| Error::for_file(folder, e))?;
        return Err(Error::for_file(folder, error));
    }
    Ok(Some(old.to_owned()))
}

/// Exchanges two folders in one step; `false` where the system can't.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange_folders(one: &Path, other: &Path) -> Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(Error::for_file(other, error.into())),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange_folders(_: &Path, _: &Path) -> Result<bool> {
    Ok(false)
}

/// Writes everything in the folder through to the disk, so that no loss of power leaves a release with empty files.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    // One call for the file system, instead of one for each of tens of thousands of pages.
    let open = fs::File::open(folder).map_err(|e| Error::for_file(folder, e))?;
    rustix::fs::syncfs(&open).map_err(|e| Error::for_file(folder, e.into()))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| Error::file(folder, e))? {
        let path = entry.map_err(|e| Error::file(folder, e))?.path();
        if path.is_dir() {
            through(&path)?;
        } else {
            fs::File::open(&path).and_then(|file| file.sync_all()).map_err(|e| Error::file(&path, e))?;
        }
    }
    Ok(())
}

/// Writes the names in the folder above through to the disk, where the system lets folders be opened.
pub(super) fn sync_parent(folder: &Path) -> Result<()> {
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if cfg!(unix) {
        fs::File::open(above).and_then(|open| open.sync_all()).map_err(|e| Error::for_file(above, e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_takes_the_place_of_another() {
        let root = tempfile::tempdir().expect("a folder");
        let [new, folder, old] = ["new", "pub", "old"].map(|name| root.path().join(name));
        let make = |path: &Path, text: &str| {
            fs::create_dir(path).expect("made");
            fs::write(path.join("f"), text).expect("written");
        };
        make(&new, "1");
        assert_eq!(swap_folders(&new, &folder, &old).expect("renamed"), None);
        make(&new, "2");
        let before = swap_folders(&new, &folder, &old).expect("exchanged").expect("there was one");
        assert_eq!(fs::read_to_string(folder.join("f")).expect("read"), "2");
        assert_eq!(fs::read_to_string(before.join("f")).expect("read"), "1");
        sync_folder(&folder).and_then(|()| sync_parent(&folder)).expect("on the disk");
    }
}
