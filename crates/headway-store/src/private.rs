//! What holds true counts is for its owner alone, whatever the process makes other files for.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// Makes an empty file that its owner alone may read and write, in the place of none or of an empty one.
///
/// # Errors
/// When it can't be made, or holds something.
pub fn private_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    if file.metadata()?.len() > 0 {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    keep_private(path)?;
    Ok(file)
}

/// Makes a folder that its owner alone may enter, with those above it that are not there; one that is there stays as it is.
///
/// # Errors
/// When it can't be made.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Lets nobody but its owner read and write a file that was just made.
///
/// # Errors
/// When the file system refuses; one that knows no rights does not.
pub fn keep_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        match std::fs::set_permissions(path, rights) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
            done => done,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}
