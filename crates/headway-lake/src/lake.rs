//! The lake itself: a folder, or an object store with a folder as its cache.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use headway_model::{Segment, VintageId};

use crate::{Error, Import, Result, file::SegmentFile, temp::TempFile};

/// How many opened files are kept; each takes some 100 KB for ten million rows.
const OPEN_FILES: usize = 512;

/// A folder of segments. Clones share the cache of opened files.
#[derive(Clone, Debug)]
pub struct Lake {
    folder: Arc<PathBuf>,
    open: Arc<Mutex<HashMap<String, Arc<SegmentFile>>>>,
}

impl Lake {
    /// The lake in this folder, which need not be there yet.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Arc::new(folder.into()), open: Arc::default() }
    }

    /// Starts an import: rows come in with [`Import::push`] and are seen by nobody until they are published.
    pub fn import(&self, vintage: VintageId) -> Import {
        Import::new(self.clone(), vintage)
    }

    /// The folder.
    pub fn root(&self) -> &std::path::Path {
        &self.folder
    }

    /// Removes the segment's file at `path`, when the catalog no longer names it.
    ///
    /// # Errors
    /// When the file is there and can't be removed; a file that is not there is no error.
    pub fn remove(&self, path: &str) -> Result<()> {
        self.open_files().remove(path);
        let path = self.folder.join(path);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Removes what interrupted imports left behind; only while no import runs. Gives how many files.
    pub fn clean(&self) -> Result<usize> {
        let folder = self.temp_folder();
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            entries => entries.map_err(Error::io(&folder))?,
        };
        let mut removed = 0;
        for entry in entries {
            let path = entry.map_err(Error::io(&folder))?.path();
            std::fs::remove_file(&path).map_err(Error::io(&path))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Where the segment's file lies on this machine.
    pub fn path(&self, segment: &Segment) -> PathBuf {
        self.folder.join(&segment.path)
    }

    pub(crate) fn open(&self, segment: &Segment) -> Result<Arc<SegmentFile>> {
        if let Some(file) = self.open_files().get(&segment.path) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(SegmentFile::open(&self.path(segment))?);
        let mut open = self.open_files();
        if open.len() >= OPEN_FILES {
            open.clear();
        }
        open.insert(segment.path.clone(), Arc::clone(&file));
        Ok(file)
    }

    pub(crate) fn temp_folder(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// Moves a finished file to its place.
    pub(crate) fn publish(&self, file: TempFile, segment: &Segment) -> Result<()> {
        self.open_files().remove(&segment.path);
        file.publish(&self.path(segment))
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }

    fn open_files(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<SegmentFile>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of a measure: its id, with everything that a file system could take amiss written as `%` and its code.
pub(crate) fn measure_folder(measure: &str) -> String {
    let mut folder = String::new();
    for (place, byte) in measure.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || (byte == b'.' && place > 0) {
            folder.push(byte.into());
        } else {
            folder.push_str(&format!("%{byte:02X}"));
        }
    }
    folder
}
