//! A SQLite store where nothing can be written: on a disk that is mounted read-only, or without the right to write.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::migrations::{BOOKKEEPING, SCHEMA};
use crate::{Result, StoreError};

/// Whether the store's file can be written, and its log beside it.
pub(crate) fn can_write(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    is_writable(path) && is_writable(folder)
}

#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

#[cfg(not(unix))]
fn is_writable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| !meta.permissions().readonly())
}

/// The file that SQLite keeps beside a store's file: its log (`-wal`), the index of that (`-shm`), or an older kind of log
/// (`-journal`).
pub(crate) fn file_beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// How to open it. A log that another program left, or is writing, is read too. Without one SQLite would want to make one, so it
/// is told that nobody writes.
///
/// # Errors
/// When there is a log that can't be read without its index.
pub(crate) fn read_only_options(path: &Path, place: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(crate::open::PATIENCE);
    if std::fs::metadata(file_beside(path, "-wal")).map_or(0, |log| log.len()) == 0 {
        return Ok(options.immutable(true));
    }
    if file_beside(path, "-shm").exists() {
        return Ok(options);
    }
    Err(StoreError::NoPermission {
        place: place.to_owned(),
        reason:
            "its newest changes are in its log, headway.db-wal, which can be read only where the folder can be written"
                .to_owned(),
    })
}

/// Whether it is a store of this program's schema: an older one can't be brought up to date here.
pub(crate) async fn check_schema(readers: &SqlitePool, place: &str) -> Result<()> {
    let explain = |error| StoreError::of_opening(error, place);
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1";
    let ours: i64 = sqlx::query_scalar(sql).bind(BOOKKEEPING).fetch_one(readers).await.map_err(explain)?;
    if ours == 0 {
        return Err(StoreError::Absent { place: place.to_owned() });
    }
    let sql = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";
    let found: i64 = sqlx::query_scalar(sql).fetch_one(readers).await.map_err(explain)?;
    let place = place.to_owned();
    match found {
        SCHEMA => Ok(()),
        newer if newer > SCHEMA => Err(StoreError::Newer { place, found: newer, known: SCHEMA }),
        older => Err(StoreError::OldReadOnly { place, found: older, known: SCHEMA }),
    }
}
