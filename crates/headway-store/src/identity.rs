//! Which database it is, beyond its address: another one may take its place while a program has the first one open. SQLite goes on
//! with the file that was removed, whose changes nobody ever sees.

use std::io;
use std::path::Path;

use sqlx::PgPool;

use crate::{Result, StoreError};

/// What no other database has at the same time: the number of the file on its disk, or that of the table of changes on its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DatabaseMark(u64, u64);

impl DatabaseMark {
    /// That of the file at `path`; `None` where the system has no such numbers.
    #[cfg(unix)]
    pub(crate) fn of_file(path: &Path) -> io::Result<Option<Self>> {
        use std::os::unix::fs::MetadataExt as _;
        let meta = std::fs::metadata(path)?;
        Ok(Some(Self(meta.dev(), meta.ino())))
    }

    #[cfg(not(unix))]
    pub(crate) fn of_file(path: &Path) -> io::Result<Option<Self>> {
        std::fs::metadata(path).map(|_| None)
    }

    /// That of the store that a server has in the schema of these connections; `None` where there is none.
    pub(crate) async fn on_server(pool: &PgPool) -> std::result::Result<Option<Self>, sqlx::Error> {
        let sql = "SELECT d.oid::INT8, to_regclass('activity')::OID::INT8 FROM pg_database d WHERE d.datname = current_database()";
        let (database, table): (i64, Option<i64>) = sqlx::query_as(sql).fetch_one(pool).await?;
        Ok(table.map(|table| Self(database.cast_unsigned(), table.cast_unsigned())))
    }
}

/// Whether the file that was opened still has its name.
///
/// # Errors
/// [`StoreError::TakenAway`] when it has not; when that can't be seen.
pub(crate) fn check_file(path: &Path, opened: Option<DatabaseMark>) -> Result<()> {
    let replaced = || StoreError::TakenAway { place: path.display().to_string() };
    match DatabaseMark::of_file(path) {
        Ok(now) if now == opened => Ok(()),
        Ok(_) => Err(replaced()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(replaced()),
        Err(error) => Err(StoreError::io_error(path)(error)),
    }
}
