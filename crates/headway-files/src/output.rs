//! Files that a user asked for: there whole, or as they were before. Every output goes this way.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

use crate::part::is_at;

/// Who may read the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputRights {
    /// Whoever the user's other files are for; a file that is replaced keeps its rights.
    Usual,
    /// Its owner alone: it holds true counts.
    OwnerOnly,
}

/// A file that is being written. It is made beside its place as `.NAME.part` and moved there by [`OutputFile::finish`]; dropped
/// before, it goes away, and what was there stays. What a killed program left under that name, the next one takes.
///
/// A link stays a link: what it leads to is replaced. What is no file on disk (`/dev/stdout`, a pipe) is written to and never
/// replaced.
#[derive(Debug)]
pub struct OutputFile {
    place: PathBuf,
    /// Where it is until it is finished; `None` where it is written in its place.
    beside: Option<PathBuf>,
    /// Keeps the file locked: what is not locked was left behind.
    file: File,
}

impl OutputFile {
    /// Begins the file that is to lie at `path`. What is written goes into the file that is given beside it.
    ///
    /// # Errors
    /// When it can't be made; for a folder, and for a link to a place that is not there; [`ErrorKind::WouldBlock`] when another
    /// program is writing the same file.
    pub fn create(path: &Path, rights: OutputRights) -> Result<(Self, File)> {
        let there = match fs::metadata(path) {
            Ok(meta) => Some(meta),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if there.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::new(ErrorKind::IsADirectory, "it is a folder; name a file"));
        }
        if there.as_ref().is_some_and(|meta| !meta.is_file()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Self { place: path.to_owned(), beside: None, file }.with_handle();
        }
        let place = match (path.is_symlink(), &there) {
            (true, None) => return Err(Error::new(ErrorKind::NotFound, "it is a link to a place that is not there")),
            (true, Some(_)) => fs::canonicalize(path)?,
            (false, _) => path.to_owned(),
        };
        let beside = place.with_file_name(format!(".{}.part", place.file_name().unwrap_or_default().display()));
        let file = claim_file(&beside, rights)?;
        let output = Self { place, beside: Some(beside), file };
        if let (OutputRights::Usual, Some(there)) = (rights, there) {
            output.file.set_permissions(there.permissions())?;
        }
        output.with_handle()
    }

    fn with_handle(self) -> Result<(Self, File)> {
        let file = self.file.try_clone()?;
        Ok((self, file))
    }

    /// Gives the file its place, through to the disk.
    ///
    /// # Errors
    /// When it can't be moved there: then what was there stays.
    pub fn finish(mut self) -> Result<()> {
        let Some(beside) = &self.beside else { return Ok(()) };
        self.file.sync_all()?;
        fs::rename(beside, &self.place)?;
        self.beside = None;
        // The new name itself must reach the disk.
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // A part is of no use; that it can't be removed either would hide why.
            let _ = fs::remove_file(beside);
        }
    }
}

/// Writes a file whole, as [`OutputFile`] does.
///
/// # Errors
/// As [`OutputFile::create`] and [`OutputFile::finish`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let (output, mut file) = OutputFile::create(path, OutputRights::Usual)?;
    file.write_all(bytes)?;
    output.finish()
}

/// The empty file at `path`, new or left by a stopped program, locked.
fn claim_file(path: &Path, rights: OutputRights) -> Result<File> {
    loop {
        if fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_file()) {
            let text = format!("{} is in the way: take it away", path.display());
            return Err(Error::new(ErrorKind::AlreadyExists, text));
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        if rights == OutputRights::OwnerOnly {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let file = options.open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let text = "another program is writing it now; try again when it is done";
                return Err(Error::new(ErrorKind::WouldBlock, text));
            }
            // A file system without locks has none to offer.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        // Between the two it may have got its name, and another one this name.
        if is_at(&file, path) {
            file.set_len(0)?;
            #[cfg(unix)]
            if rights == OutputRights::OwnerOnly {
                file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            }
            return Ok(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("it can be read");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_or_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("c.csv");
        write_file(&path, b"old").expect("written");
        let (output, mut file) = OutputFile::create(&path, OutputRights::OwnerOnly).expect("begun");
        file.write_all(b"half").expect("written");
        assert_eq!(names(folder.path()), [".c.csv.part", "c.csv"]);
        let told = write_file(&path, b"x").expect_err("two programs write it").to_string();
        assert!(told.contains("another program"), "{told}");
        drop((output, file));
        assert_eq!(names(folder.path()), ["c.csv"]);
        assert_eq!(fs::read(&path).expect("read"), b"old");
        // What a killed program left is taken, whatever it holds.
        fs::write(folder.path().join(".c.csv.part"), "a longer text of a killed program").expect("written");
        write_file(&path, b"new").expect("written");
        assert_eq!(names(folder.path()), ["c.csv"]);
        assert_eq!(fs::read(&path).expect("read"), b"new");
    }

    #[test]
    fn a_file_that_can_not_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let taken = folder.path().join("c.svg");
        fs::create_dir_all(taken.join("inside")).expect("made");
        assert!(write_file(&taken, b"x").is_err());
        assert_eq!(names(folder.path()), ["c.svg"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let [real, link, lost] = ["real.yaml", "link.yaml", "lost.yaml"].map(|name| folder.path().join(name));
        fs::write(&real, "old").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        write_file(&link, b"new").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("read"), "new");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &lost).expect("linked");
        assert!(write_file(&lost, b"new").expect_err("it leads nowhere").to_string().contains("link"));
        assert_eq!(names(folder.path()), ["link.yaml", "lost.yaml", "real.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_stay() {
        use std::os::unix::fs::FileTypeExt as _;

        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).expect("opened").read_to_string(&mut text).expect("read");
                text
            }
        });
        write_file(&pipe, b"through it").expect("written");
        assert_eq!(reader.join().expect("no panic"), "through it");
        assert!(fs::symlink_metadata(&pipe).expect("there").file_type().is_fifo());
        write_file(Path::new("/dev/null"), b"x").expect("written");
        assert!(fs::symlink_metadata("/dev/null").expect("there").file_type().is_char_device());
        assert_eq!(names(folder.path()), ["pipe"]);
    }

    #[cfg(unix)]
    #[test]
    fn rights_are_kept_or_narrow() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("c.csv");
        let mode = || fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        write_file(&path, b"new").expect("written");
        assert_eq!(mode(), 0o640);
        let (output, _file) = OutputFile::create(&path, OutputRights::OwnerOnly).expect("begun");
        output.finish().expect("moved");
        assert_eq!(mode(), 0o600);
    }
}
