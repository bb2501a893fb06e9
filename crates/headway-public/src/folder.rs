//! The folder that a public site is written to, and the names of its files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::Error;

/// A folder being filled.
pub(super) struct SiteFolder {
    root: PathBuf,
    /// Paths in small letters: some disks take `A` and `a` for one name.
    paths: HashSet<String>,
    /// Files and bytes so far.
    pub(super) written: WrittenSize,
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenSize {
    /// Pages.
    pub pages: usize,
    /// All files, the pages too.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
}

impl SiteFolder {
    pub(super) fn new(root: &Path) -> Result<Self, Error> {
        for below in ["measure", "place"] {
            let path = root.join(below);
            std::fs::create_dir_all(&path).map_err(|source| Error::File { path, source })?;
        }
        Ok(Self { root: root.to_owned(), paths: HashSet::new(), written: WrittenSize::default() })
    }

    /// Writes one file; `path` is one of ours, relative to the root. None takes the place of another.
    pub(super) fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        if !self.paths.insert(path.to_lowercase()) {
            return Err(Error::Twice(path.to_owned()));
        }
        let file = self.root.join(path);
        std::fs::write(&file, bytes).map_err(|source| Error::File { path: file, source })?;
        self.written.files += 1;
        self.written.pages += usize::from(path.ends_with(".html"));
        self.written.bytes += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_takes_the_place_of_another() {
        let root = tempfile::tempdir().expect("a folder");
        let mut folder = SiteFolder::new(root.path()).expect("a folder to write to");
        folder.write_file("measure/r.html", b"first").expect("the first");
        for path in ["measure/r.html", "measure/R.html"] {
            let error = folder.write_file(path, b"second").expect_err("the name is taken");
            assert!(error.to_string().starts_with(path), "{error}");
        }
        assert_eq!(std::fs::read(root.path().join("measure/r.html")).expect("a file"), b"first");
        assert_eq!(folder.written.files, 1);
    }
}
