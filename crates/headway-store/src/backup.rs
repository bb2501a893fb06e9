//! A consistent copy while the store is in use.

use std::path::{Path, PathBuf};

use serde_json::json;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::fs;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::migrations::SCHEMA;
use crate::portable::TABLES;
use crate::{Result, Store, StoreError, activity};

/// The file of a backup of SQLite.
pub(crate) const FILE: &str = "headway.db";
/// The file of a backup of PostgreSQL: JSON lines, a header, one line a row, an end.
pub(crate) const LINES: &str = "headway.jsonl";

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// The file that holds it.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// The version of the store that it holds.
    pub version: i64,
    /// The files of the lake that this version knows: copied after this, they make the backup whole.
    pub segments: Vec<String>,
}

impl Store {
    /// Copies the store, as it is at one moment, into `folder` (made if it is not there). Others read and write
    /// meanwhile. A backup is never written over another.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when the folder holds a backup already or the copy is not sound; [`StoreError::Io`].
    pub async fn write_backup(&self, folder: &Path) -> Result<BackupSummary> {
        crate::private_folder(folder).map_err(StoreError::io_error(folder))?;
        if [FILE, LINES].iter().any(|name| folder.join(name).exists()) {
            return Err(StoreError::bad_backup(folder, "holds a backup already. Name another folder"));
        }
        let name = if self.sqlite_options().is_some() { FILE } else { LINES };
        let (file, part) = (folder.join(name), folder.join(format!("{name}.part")));
        if part.exists() {
            fs::remove_file(&part).await.map_err(StoreError::io_error(&part))?;
        }
        let (version, segments) = match self.sqlite_options() {
            Some(options) => vacuum_into(options.clone(), &part).await?,
            None => self.write_lines(&part).await?,
        };
        // Only a whole backup gets the name.
        fs::rename(&part, &file).await.map_err(StoreError::io_error(&file))?;
        let bytes = fs::metadata(&file).await.map_err(StoreError::io_error(&file))?.len();
        Ok(BackupSummary { file, bytes, version, segments })
    }

    async fn write_lines(&self, part: &Path) -> Result<(i64, Vec<String>)> {
        let file = fs::File::from_std(crate::private_file(part).map_err(StoreError::io_error(part))?);
        let mut out = BufWriter::new(file);
        let mut reading = self.begin_read().await?;
        let version = activity::current_version(reading.tx()).await?;
        let mut segments = Vec::new();
        let mut count = 0;
        let header = json!({ "headway": "backup", "schema": SCHEMA, "version": version });
        out.write_all(format!("{header}\n").as_bytes()).await.map_err(StoreError::io_error(part))?;
        for table in TABLES {
            for row in table.read_all(reading.tx()).await?.rows {
                if table.name == "segment" {
                    segments.extend(row["path"].as_str().map(str::to_owned));
                }
                let line = format!("{}\n", json!({ "table": table.name, "row": row }));
                out.write_all(line.as_bytes()).await.map_err(StoreError::io_error(part))?;
                count += 1;
            }
        }
        out.write_all(format!("{}\n", json!({ "end": true, "rows": count })).as_bytes())
            .await
            .map_err(StoreError::io_error(part))?;
        out.flush().await.map_err(StoreError::io_error(part))?;
        out.get_ref().sync_all().await.map_err(StoreError::io_error(part))?;
        Ok((version, segments))
    }
}

/// SQLite writes the copy itself, on a connection of its own; it is synced and looked through before it counts.
async fn vacuum_into(options: SqliteConnectOptions, part: &Path) -> Result<(i64, Vec<String>)> {
    use sqlx::Connection as _;

    let name = part.to_str().ok_or_else(|| StoreError::bad_backup(part, "the folder's name is not UTF-8"))?;
    crate::private_file(part).map_err(StoreError::io_error(part))?;
    let mut connection = options.connect().await?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    fs::File::open(part)
        .await
        .map_err(StoreError::io_error(part))?
        .sync_all()
        .await
        .map_err(StoreError::io_error(part))?;

    let mut copy = SqliteConnectOptions::new().filename(part).read_only(true).immutable(true).connect().await?;
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut copy).await?;
    if sound != "ok" {
        return Err(StoreError::bad_backup(part, format!("the copy is not sound: {sound}")));
    }
    let version = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM activity").fetch_one(&mut copy).await?;
    let segments = sqlx::query_scalar("SELECT path FROM segment ORDER BY path").fetch_all(&mut copy).await?;
    copy.close().await?;
    Ok((version, segments))
}
