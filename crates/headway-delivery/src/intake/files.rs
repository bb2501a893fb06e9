//! The files of an import: one hash and one name for all of them.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// One hash for the files, whatever their order: of the sorted hashes of their bytes, or of the only file's bytes.
pub(super) fn hash_of_files(files: &[PathBuf]) -> Result<String> {
    let mut hashes = files.iter().map(|path| hash_of(path)).collect::<Result<Vec<_>>>()?;
    if let [only] = hashes.as_slice() {
        return Ok(only.clone());
    }
    hashes.sort();
    Ok(hash_of_bytes(hashes.concat().as_bytes()))
}

/// Refuses what is no file on disk: a pipe or a device may never end.
pub(super) fn must_be_a_file(path: &Path) -> Result<()> {
    let meta = std::fs::metadata(path).map_err(|source| Error::for_file(path, source))?;
    if meta.is_file() {
        return Ok(());
    }
    let kind =
        if meta.is_dir() { "a folder; name the files in it" } else { "a pipe or a device; save it as a file first" };
    Err(Error::Refused(format!("{} is {kind}", path.display())))
}

fn hash_of(path: &Path) -> Result<String> {
    must_be_a_file(path)?;
    let mut file = std::fs::File::open(path).map_err(|source| Error::for_file(path, source))?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).map_err(|source| Error::for_file(path, source))? {
            0 => return Ok(hex_text(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// SHA-256 in hexadecimal.
pub(super) fn hash_of_bytes(bytes: &[u8]) -> String {
    hex_text(&Sha256::digest(bytes))
}

fn hex_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the catalog calls the files: the name of the only one, or how many and the first names.
pub(super) fn file_names(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    match files {
        [only] => name(only),
        several => {
            let names: Vec<String> = several.iter().take(3).map(name).collect();
            let more = if several.len() > 3 { ", ..." } else { "" };
            format!("{} files: {}{more}", several.len(), names.join(", "))
        }
    }
}
