//! Files beside the segments: what the catalog tells other programs, and what a new catalog could be made from.

use std::fs::File;
use std::io::{BufWriter, Write};

use headway_files::small::must_be_a_file;

use crate::folder::make_private;
use crate::{Lake, LakeError, Result, lake::open_to_lock, temp::TempFile};

/// Makes writers of such files take turns.
const LOCK: &str = ".side.lock";

/// A file beside the segments that is being written.
#[derive(Debug)]
pub struct SideWriter<'l> {
    lake: &'l Lake,
    name: String,
    temp: TempFile,
    file: BufWriter<File>,
}

impl SideWriter<'_> {
    /// Writes more of the text.
    ///
    /// # Errors
    /// A full disk.
    pub fn add_text(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).map_err(LakeError::from_io(self.temp.path()))
    }

    /// Puts the file in its place, whole.
    ///
    /// # Errors
    /// A full disk, a folder that can't be written: then an older text stays.
    pub fn put_in_place(mut self) -> Result<()> {
        self.file.flush().map_err(LakeError::from_io(self.temp.path()))?;
        #[cfg(feature = "s3")]
        if let Some(bucket) = self.lake.object_store() {
            bucket.send_file(self.temp.path(), &self.name)?;
        }
        self.temp.replace_at(&self.lake.root_folder().join(&self.name))
    }
}

impl Lake {
    /// The text of the file `name` beside the segments; `None` when there is none.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read_side(&self, name: &str) -> Result<Option<String>> {
        let path = self.root_folder().join(name);
        #[cfg(feature = "s3")]
        if let Some(bucket) = self.object_store() {
            if !bucket.has_file(name)? {
                return Ok(None);
            }
            bucket.fetch_file(name, &path, &self.temp_folder())?;
        }
        match must_be_a_file(&path).and_then(|()| std::fs::read_to_string(&path)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LakeError::from_io(&path)(error)),
        }
    }

    /// Writes the file `name` whole, in the place of an older one: a reader sees the old text or the new one.
    ///
    /// # Errors
    /// A full disk, a folder that can't be written: then the old text stays.
    pub fn put_side(&self, name: &str, text: &str) -> Result<()> {
        let mut side = self.begin_side(name)?;
        side.add_text(text)?;
        side.put_in_place()
    }

    /// Begins to write the file `name` piece by piece, for texts that are too long to be kept. Nobody sees it before
    /// [`SideWriter::put`].
    ///
    /// # Errors
    /// When the lake's folder can't be written.
    pub fn begin_side(&self, name: &str) -> Result<SideWriter<'_>> {
        let (temp, file) = TempFile::create(&self.temp_folder())?;
        Ok(SideWriter { lake: self, name: name.to_owned(), temp, file: BufWriter::new(file) })
    }

    /// Whether the file `name` is there.
    ///
    /// # Errors
    /// When the object store does not answer.
    pub fn has_side(&self, name: &str) -> Result<bool> {
        self.has_file(name)
    }

    /// Waits until no other program writes such files on this machine; until the answer is dropped none does.
    ///
    /// # Errors
    /// When the lake's folder can't be written.
    pub fn lock_sides(&self) -> Result<File> {
        make_private(self.root_folder()).map_err(LakeError::from_io(self.root_folder()))?;
        let path = self.root_folder().join(LOCK);
        let file = open_to_lock(&path).map_err(LakeError::from_io(&path))?;
        file.lock().map_err(LakeError::from_io(&path))?;
        Ok(file)
    }
}
