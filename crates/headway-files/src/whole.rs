//! Files that a user asked for: there whole, or as they were before.

use std::fs;
use std::io::Result;
use std::path::Path;

/// Writes the file beside its place and moves it there. On a failure an older file stays, and nothing is left beside it. A link
/// stays one: what it leads to is replaced. What is no file on disk (`/dev/stdout`) is written to.
///
/// # Errors
/// When it can't be written or moved.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        return fs::write(path, bytes);
    }
    let place = if path.is_symlink() { fs::canonicalize(path)? } else { path.to_owned() };
    let beside = place.with_file_name(format!(".{}.part", place.file_name().unwrap_or_default().display()));
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, &place));
    if written.is_err() {
        // A part is of no use; that it can't be removed either would hide why.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_can_not_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("c.svg");
        fs::create_dir_all(taken.join("inside")).expect("made");
        assert!(write_file(&taken, b"x").is_err());
        let left: Vec<_> = fs::read_dir(folder.path()).expect("read").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link] = ["real.yaml", "link.yaml"].map(|name| folder.path().join(name));
        fs::write(&real, "old").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        write_file(&link, b"new").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("read"), "new");
    }
}
