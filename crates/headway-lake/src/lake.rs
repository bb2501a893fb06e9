//! The lake itself: a folder, or an object store with a folder as its cache.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use headway_files::small::must_be_a_file;
use headway_model::{LakeSegment, VintageId};

#[cfg(feature = "s3")]
use crate::bucket::ObjectBucket;
use crate::folder::make_private;
use crate::{
    LakeError, LakeImport, Result,
    file::SegmentFile,
    temp::{TEMPORARY, TempFile},
};

/// How many opened files are kept; each takes some 100 KB for ten million rows.
const OPEN_FILES: usize = 512;
/// The file by which compactions and backups keep out of each other's way.
const LOCK: &str = ".lock";
/// The file that running imports hold together: who holds it alone knows that none is running.
const IMPORTS_LOCK: &str = ".imports.lock";
/// The folder of what is not in its place yet.
const TEMPORARY_FOLDER: &str = "tmp";

/// A place of segments. Clones share the cache of opened files.
#[derive(Clone, Debug)]
pub struct Lake {
    folder: Arc<PathBuf>,
    /// Where files are made that are not in their place yet.
    temporary: Arc<PathBuf>,
    /// Where the files are kept, when the folder is only a cache.
    #[cfg(feature = "s3")]
    bucket: Option<Arc<ObjectBucket>>,
    open: Arc<Mutex<HashMap<String, Arc<SegmentFile>>>>,
}

impl Lake {
    /// The lake in this folder, which need not be there yet.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            temporary: Arc::new(folder.join(TEMPORARY_FOLDER)),
            folder: Arc::new(folder),
            #[cfg(feature = "s3")]
            bucket: None,
            open: Arc::default(),
        }
    }

    /// The lake in an S3-compatible object store, at `s3://bucket/folder`. Access comes from the usual `AWS_*` variables;
    /// `settings` goes before them, by the same names in small letters (`aws_endpoint`, `aws_region`, `aws_allow_http`).
    /// Files are fetched once into `cache`, which may be emptied at any time when no program reads from it.
    #[cfg(feature = "s3")]
    pub fn in_bucket(url: &str, settings: &[(String, String)], cache: impl Into<PathBuf>) -> Result<Self> {
        let bucket = Some(Arc::new(ObjectBucket::new(url, settings)?));
        let cache = cache.into();
        let temporary = Arc::new(cache.join(TEMPORARY_FOLDER));
        Ok(Self { folder: Arc::new(cache), temporary, bucket, open: Arc::default() })
    }

    /// The same lake for an import that is only tried: where the lake can't be written, the system's folder of temporary files
    /// takes what does not fit into memory.
    pub fn for_trial(&self) -> Self {
        match TempFile::create(&self.temporary) {
            Ok(_) => self.clone(),
            Err(_) => Self { temporary: Arc::new(std::env::temp_dir()), ..self.clone() },
        }
    }

    /// Starts an import: rows come in with [`LakeImport::push`] and are seen by nobody until they are published.
    pub fn begin_import(&self, vintage: VintageId) -> LakeImport {
        LakeImport::new(self.clone(), vintage)
    }

    /// Removes the segment's file at `path`, when the catalog no longer names it.
    ///
    /// # Errors
    /// When the file is there and can't be removed; a file that is not there is no error.
    pub fn remove_file(&self, path: &str) -> Result<()> {
        let local = self.path_inside(path)?;
        self.open_files().remove(path);
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            bucket.remove_file(path)?;
        }
        let path = local;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LakeError::from_io(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Removes what interrupted imports left in the folder of temporary files; those that a running one works on stay. Gives
    /// how many were removed.
    pub fn remove_leftovers(&self) -> Result<usize> {
        let folder = self.temp_folder();
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            entries => entries.map_err(LakeError::from_io(&folder))?,
        };
        let mut removed = 0;
        for entry in entries {
            let path = entry.map_err(LakeError::from_io(&folder))?.path();
            if path.extension().is_none_or(|ending| ending != TEMPORARY) {
                continue; // a measure may have the folder's name
            }
            if path.exists() {
                must_be_a_file(&path).map_err(LakeError::from_io(&path))?;
            }
            let file = match std::fs::File::open(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue, // its import ended
                file => file.map_err(LakeError::from_io(&path))?,
            };
            if file.try_lock().is_ok() {
                std::fs::remove_file(&path).map_err(LakeError::from_io(&path))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Keeps files from being taken away while a backup copies them. Waits for a running compaction. `None` where the folder
    /// can't be written, and so nobody can take files away from it here either.
    pub fn lock_shared(&self) -> Result<Option<std::fs::File>> {
        let Some(file) = self.lock_file(LOCK)? else { return Ok(None) };
        file.lock_shared().map_err(LakeError::from_io(&self.folder.join(LOCK)))?;
        Ok(Some(file))
    }

    /// Says that an import is running on this machine, until the answer is dropped. `None` where the folder can't be written.
    ///
    /// # Errors
    /// When the folder can't be made, or the file not be locked.
    pub fn lock_for_import(&self) -> Result<Option<std::fs::File>> {
        make_private(&self.folder).map_err(LakeError::from_io(&self.folder))?;
        let Some(file) = self.lock_file(IMPORTS_LOCK)? else { return Ok(None) };
        match file.lock_shared() {
            // A file system without locks has none to offer.
            Err(error) if error.kind() != std::io::ErrorKind::Unsupported => {
                Err(LakeError::from_io(&self.folder.join(IMPORTS_LOCK))(error))
            }
            _ => Ok(Some(file)),
        }
    }

    /// Makes sure that no import is running, until the answer is dropped; `None` where one may be: files in an object store are
    /// written from several machines.
    ///
    /// # Errors
    /// When that can't be seen.
    pub fn lock_without_imports(&self) -> Result<Option<std::fs::File>> {
        if self.is_remote() {
            return Ok(None);
        }
        Ok(self.lock_file(IMPORTS_LOCK)?.filter(|file| file.try_lock().is_ok()))
    }

    /// Makes sure that no other compaction and no backup is at work.
    ///
    /// # Errors
    /// [`LakeError::InUse`] when there is one.
    pub fn lock_alone(&self) -> Result<Option<std::fs::File>> {
        let Some(file) = self.lock_file(LOCK)? else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(LakeError::InUse { path: self.folder.to_path_buf() }),
            Err(std::fs::TryLockError::Error(error)) => Err(LakeError::from_io(&self.folder.join(LOCK))(error)),
        }
    }

    fn lock_file(&self, name: &str) -> Result<Option<std::fs::File>> {
        use std::io::ErrorKind::{NotFound, PermissionDenied, ReadOnlyFilesystem};
        let path = self.folder.join(name);
        match open_to_lock(&path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if matches!(error.kind(), NotFound | PermissionDenied | ReadOnlyFilesystem) => Ok(None),
            Err(error) => Err(LakeError::from_io(&path)(error)),
        }
    }

    /// Paths of all segments' files in the folder, by name; in an object store, those that were fetched.
    pub fn list_files(&self) -> Result<Vec<String>> {
        let (mut found, mut folders) = (Vec::new(), vec![PathBuf::new()]);
        while let Some(relative) = folders.pop() {
            let folder = self.folder.join(&relative);
            let entries = match std::fs::read_dir(&folder) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                entries => entries.map_err(LakeError::from_io(&folder))?,
            };
            for entry in entries {
                let entry = entry.map_err(LakeError::from_io(&folder))?;
                let path = relative.join(entry.file_name());
                match path.to_str() {
                    _ if entry.path().is_dir() => folders.push(path),
                    Some(text) if text.ends_with(".parquet") => found.push(text.to_owned()),
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// The segment's file at `path` on this machine, fetched if it is only in the object store: for a backup.
    pub fn local_file(&self, path: &str) -> Result<PathBuf> {
        let local = self.path_inside(path)?;
        #[cfg(feature = "s3")]
        if let Some(bucket) = self.bucket.as_ref().filter(|_| !local.exists()) {
            bucket.fetch_file(path, &local, &self.temp_folder())?;
        }
        Ok(local)
    }

    /// Where the segment's file lies on this machine, or will lie once it is read.
    ///
    /// # Errors
    /// [`LakeError::Outside`] when that is not in the lake.
    pub fn segment_path(&self, segment: &LakeSegment) -> Result<PathBuf> {
        self.path_inside(&segment.path)
    }

    /// The file of the lake that a catalog calls `path`: only names below the lake's folder are files of it, so that no catalog
    /// makes anything else be read, sent or removed.
    fn path_inside(&self, path: &str) -> Result<PathBuf> {
        let is_name = |part| matches!(part, std::path::Component::Normal(_));
        // Other systems' separators and drives are no part of any name that the lake gives.
        match !path.is_empty() && !path.contains(['\\', ':']) && Path::new(path).components().all(is_name) {
            true => Ok(self.folder.join(path)),
            false => Err(LakeError::Outside { path: path.to_owned(), lake: self.folder.to_path_buf() }),
        }
    }

    pub(crate) fn open_segment(&self, segment: &LakeSegment) -> Result<Arc<SegmentFile>> {
        if let Some(file) = self.open_files().get(&segment.path) {
            return Ok(Arc::clone(file));
        }
        let path = self.local_file(&segment.path)?;
        let file = Arc::new(SegmentFile::open(&path, segment.seal.as_deref())?);
        let mut open = self.open_files();
        if open.len() >= OPEN_FILES {
            open.clear();
        }
        open.insert(segment.path.clone(), Arc::clone(&file));
        Ok(file)
    }

    /// The lake's folder on this machine: where its files are kept, or were fetched to.
    pub fn folder_here(&self) -> &Path {
        &self.folder
    }

    /// Whether the files are kept in an object store.
    pub fn is_remote(&self) -> bool {
        #[cfg(feature = "s3")]
        if self.bucket.is_some() {
            return true;
        }
        false
    }

    /// The lake by the name that people know it by, for messages.
    pub fn location_text(&self) -> String {
        if self.is_remote() { "in the object store".to_owned() } else { self.folder.display().to_string() }
    }

    pub(crate) fn root_folder(&self) -> &Path {
        &self.folder
    }

    #[cfg(feature = "s3")]
    pub(crate) fn object_store(&self) -> Option<&ObjectBucket> {
        self.bucket.as_deref()
    }

    pub(crate) fn temp_folder(&self) -> PathBuf {
        self.temporary.to_path_buf()
    }

    /// Moves a finished file to its place.
    pub(crate) fn publish_file(&self, file: TempFile, segment: &LakeSegment) -> Result<()> {
        self.open_files().remove(&segment.path);
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            bucket.send_file(file.path(), &segment.path)?;
        }
        file.publish_at(&self.segment_path(segment)?)
    }

    /// Puts a copy of the file `from` at `path`, for a restore, whole or not at all. Gives its size in bytes.
    ///
    /// # Errors
    /// [`LakeError::Taken`] when another file lies there; the same one, of a restore that was stopped, stays.
    pub fn restore_file(&self, from: &Path, path: &str) -> Result<u64> {
        let to = self.path_inside(path)?;
        must_be_a_file(from).map_err(LakeError::from_io(from))?;
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            bucket.send_file(from, path)?;
            return Ok(std::fs::metadata(from).map_err(LakeError::from_io(from))?.len());
        }
        let bytes = std::fs::metadata(from).map_err(LakeError::from_io(from))?.len();
        if to.exists() && same_bytes(from, &to)? {
            return Ok(bytes);
        }
        let (temp, mut file) = TempFile::create(&self.temp_folder())?;
        let mut source = std::fs::File::open(from).map_err(LakeError::from_io(from))?;
        std::io::copy(&mut source, &mut file).map_err(LakeError::from_io(temp.path()))?;
        temp.publish_at(&to)?;
        Ok(bytes)
    }

    /// Whether the segment's file at `path` is there: in the folder, or in the object store.
    pub fn has_file(&self, path: &str) -> Result<bool> {
        let local = self.path_inside(path)?;
        #[cfg(feature = "s3")]
        if let Some(bucket) = &self.bucket {
            return bucket.has_file(path);
        }
        local.try_exists().map_err(LakeError::from_io(&local))
    }

    fn open_files(&self) -> MutexGuard<'_, HashMap<String, Arc<SegmentFile>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same_bytes(one: &Path, other: &Path) -> Result<bool> {
    let read = |path: &Path| std::fs::read(path).map_err(LakeError::from_io(path));
    let size = |path: &Path| std::fs::metadata(path).map(|meta| meta.len()).map_err(LakeError::from_io(path));
    Ok(size(one)? == size(other)? && read(one)? == read(other)?)
}

/// The file at `path`, made if it is not there, which holds nothing and is there to be locked.
pub(crate) fn open_to_lock(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
