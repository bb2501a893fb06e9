//! Files that nobody sees until they are moved to their place, and that vanish when they are not.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::folder::make_private;
use crate::{LakeError, Result};

/// The ending of files that are not in their place yet.
pub(crate) const TEMPORARY: &str = "tmp";

/// A file with a name of its own; removed when dropped, unless it was moved to its place.
#[derive(Debug)]
pub(crate) struct TempFile {
    path: PathBuf,
    moved: bool,
    /// Keeps the file locked while it is being worked on: what is not locked was left behind.
    _held: File,
}

impl TempFile {
    /// A new empty file in `folder`, which is made if it is not there.
    pub(crate) fn create(folder: &Path) -> Result<(Self, File)> {
        // Several processes may share a folder: the number only makes a free name likely, `create_new` makes sure of it.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        make_private(folder).map_err(LakeError::from_io(folder))?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{}-{number}.{TEMPORARY}", std::process::id()));
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            // True counts are for their owner alone; the file keeps its rights where it is moved to.
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(file) => {
                    // A file system without locks has none to offer: then `clean` can't tell, and is told so there.
                    let _ = file.try_lock();
                    let held = file.try_clone().map_err(LakeError::from_io(&path))?;
                    return Ok((Self { path, moved: false, _held: held }, file));
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(LakeError::from_io(&path)(error)),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to its place, so that it is there whole or not at all, also after a power cut. A file that lies there
    /// is never written over.
    ///
    /// # Errors
    /// [`LakeError::Taken`] when there is one.
    pub(crate) fn publish_at(self, to: &Path) -> Result<()> {
        self.move_by(to, move_to_free_name)
    }

    /// The same for a file beside the segments, which takes the place of an older one. What a user asked for is an
    /// [`OutputFile`](headway_files::output::OutputFile).
    pub(crate) fn replace_at(self, to: &Path) -> Result<()> {
        self.move_by(to, |from, to| std::fs::rename(from, to).map_err(LakeError::from_io(to)))
    }

    fn move_by(mut self, to: &Path, give_name: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<()> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_private(folder).map_err(LakeError::from_io(folder))?;
        let file = File::open(&self.path).map_err(LakeError::from_io(&self.path))?;
        file.sync_all().map_err(LakeError::from_io(&self.path))?;
        give_name(&self.path, to)?;
        self.moved = true;
        // The new name itself must reach the disk.
        let folder_file = File::open(folder).map_err(LakeError::from_io(folder))?;
        folder_file.sync_all().map_err(LakeError::from_io(folder))
    }
}

/// Gives the file the name `to`, which must be free.
fn move_to_free_name(from: &Path, to: &Path) -> Result<()> {
    let taken = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => LakeError::Taken { path: to.to_owned() },
        _ => LakeError::from_io(to)(error),
    };
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::remove_file(from).map_err(LakeError::from_io(from)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(taken(error)),
        // A file system without links: the name is taken by an empty file first, and no other program can have it then.
        Err(_) => {
            File::create_new(to).map_err(taken)?;
            std::fs::rename(from, to).map_err(LakeError::from_io(to))
        }
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        if !self.moved {
            // Nothing to do about a failure here: `Lake::clean` finds what is left.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
