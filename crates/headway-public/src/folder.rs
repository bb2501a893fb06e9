//! The folder that a public site is written to, and the names of its files.

use std::path::{Path, PathBuf};

use crate::Error;

/// A folder being filled.
pub(super) struct Folder {
    root: PathBuf,
    /// Files and bytes so far.
    pub(super) written: Written,
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Pages.
    pub pages: usize,
    /// All files, the pages too.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Result<Self, Error> {
        for below in ["measure", "place"] {
            let path = root.join(below);
            std::fs::create_dir_all(&path).map_err(|source| Error::File { path, source })?;
        }
        Ok(Self { root: root.to_owned(), written: Written::default() })
    }

    /// Writes one file; `path` is one of ours, relative to the root.
    pub(super) fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let file = self.root.join(path);
        std::fs::write(&file, bytes).map_err(|source| Error::File { path: file, source })?;
        self.written.files += 1;
        self.written.pages += usize::from(path.ends_with(".html"));
        self.written.bytes += bytes.len() as u64;
        Ok(())
    }
}
