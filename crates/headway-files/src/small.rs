//! Files that people write by hand: read whole, as far as they can be.

use std::fs;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// More than any plan or profile has.
const MOST_BYTES: u64 = 64 << 20;

/// The bytes of a file of at most 64 MB.
///
/// # Errors
/// When it can't be read, is larger, or is no file on disk: a pipe or a device may never end.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    must_be_a_file(path)?;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(invalid_input("it is larger than 64 MB"));
    }
    Ok(bytes)
}

/// Refuses what is no file on disk. To be asked before anything is opened that lies where somebody else could put it: opening a
/// pipe waits for whoever writes to it, and a device may never end.
///
/// # Errors
/// When it is none, or is not there.
pub fn must_be_a_file(path: &Path) -> Result<()> {
    match fs::metadata(path)?.is_file() {
        true => Ok(()),
        false => Err(invalid_input("it is not a file on disk; save it as one")),
    }
}

fn invalid_input(text: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, text.to_owned())
}

/// The same as text.
///
/// # Errors
/// As [`read_bytes`], and when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_bytes(path)?).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_no_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        for path in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
            let told = read_text(path).expect_err("it is no file").to_string();
            assert!(told.contains("not a file on disk"), "{told}");
        }
        let large = fs::File::create(folder.path().join("large")).expect("a file");
        large.set_len(MOST_BYTES + 1).expect("a sparse file");
        assert!(read_bytes(&folder.path().join("large")).is_err());
    }
}
