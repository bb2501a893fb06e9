//! A backup of either database put into an empty store of either database.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::fs;

use crate::backup::{FILE, LINES};
use crate::migrations::SCHEMA;
use crate::operation::{Change, Deed, Done};
use crate::portable::{Rows, TABLES, Table};
use crate::sql::Tx;
use crate::{Error, Operation, Result, Store, Who, activity};

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The version of the store that the backup holds; the restore itself is the change after it.
    pub version: i64,
    /// How many rows of each table.
    pub rows: Vec<(&'static str, usize)>,
    /// The files of the lake that it knows.
    pub segments: Vec<String>,
}

impl Store {
    /// Puts the backup in `folder` into the store at `address`, which is made now or has never been written to. The
    /// backup of one database may go into the other, and an older one is brought up to date on the way.
    ///
    /// # Errors
    /// [`Error::Backup`] when there is no whole backup, or the store is not empty: nothing is changed then.
    pub async fn restore(address: &str, folder: &Path, who: &Who, now: Timestamp) -> Result<(Self, Restored)> {
        let tables = read_backup(folder).await?;
        let store = Self::create(address).await?;
        let restored = store.write(who, now, Restore { tables, folder }).await?;
        Ok((store, restored))
    }
}

struct Restore<'a> {
    tables: Vec<Rows>,
    folder: &'a Path,
}

impl Operation for Restore<'_> {
    type Output = Restored;
    const NAME: &'static str = "restore";

    async fn run(self, tx: &mut Tx, _: Deed<'_>) -> Result<Done<Restored>> {
        if activity::version(tx).await? != 0 {
            return Err(Error::backup(self.folder, "is restored into an empty workspace only, and this one is in use"));
        }
        for Rows { table, rows } in &self.tables {
            table.write(tx, rows).await?;
        }
        let segments = self.tables.iter().filter(|rows| rows.table.name == "segment").flat_map(|rows| &rows.rows);
        let restored = Restored {
            version: activity::version(tx).await?,
            rows: self.tables.iter().map(|rows| (rows.table.name, rows.rows.len())).collect(),
            segments: segments.filter_map(|row| row["path"].as_str().map(str::to_owned)).collect(),
        };
        let rows: Map<_, _> = restored.rows.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        let after = json!({ "version": restored.version, "rows": rows });
        let change = Change { kind: "store", id: String::new(), before: Value::Null, after };
        Ok(Done::changed(restored, change))
    }
}

async fn read_backup(folder: &Path) -> Result<Vec<Rows>> {
    let (file, lines) = (folder.join(FILE), folder.join(LINES));
    match (file.exists(), lines.exists()) {
        (true, false) => read_file(&file).await,
        (false, true) => read_lines(&lines).await,
        (true, true) => Err(Error::backup(folder, "holds two backups, headway.db and headway.jsonl: take one away")),
        (false, false) => Err(Error::backup(folder, "holds no backup (no headway.db or headway.jsonl)")),
    }
}

/// Reads a copy, because opening a store may bring it up to date, and a backup stays as it is.
async fn read_file(file: &Path) -> Result<Vec<Rows>> {
    let scratch = Scratch::new()?;
    let copy = scratch.0.join(FILE);
    fs::copy(file, &copy).await.map_err(Error::io(file))?;
    let store = Store::open(&format!("sqlite:{}", copy.display())).await?;
    let mut reading = store.read().await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        tables.push(table.read(reading.tx()).await?);
    }
    drop(reading);
    store.close().await;
    Ok(tables)
}

/// A folder of this user's own, gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let base = std::env::temp_dir();
        for attempt in 0..1000 {
            let folder = base.join(format!("headway-restore-{}-{attempt}", std::process::id()));
            let mut builder = std::fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&folder) {
                Ok(()) => return Ok(Self(folder)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io(&folder)(error)),
            }
        }
        Err(Error::backup(&base, "has no room for a folder of its own: take away headway-restore-*"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing depends on it being gone.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn read_lines(file: &Path) -> Result<Vec<Rows>> {
    let text = fs::read_to_string(file).await.map_err(Error::io(file))?;
    let mut tables: Vec<Rows> = TABLES.iter().map(|table| Rows { table, rows: Vec::new() }).collect();
    let bad = |number: usize, reason: &str| Error::backup(file, format!("line {number}: {reason}"));
    let (mut count, mut ended) = (0_u64, false);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let mut value: Value = serde_json::from_str(line).map_err(|error| bad(number, &error.to_string()))?;
        if number == 1 {
            check_header(&value).map_err(|reason| bad(1, &reason))?;
        } else if ended {
            return Err(bad(number, "stands after the end"));
        } else if value["end"] == true {
            ended = value["rows"] == count;
        } else {
            let table = value["table"].as_str().and_then(Table::of_name);
            let table = table.ok_or_else(|| bad(number, "names no table of the store"))?;
            let Value::Object(row) = value["row"].take() else { return Err(bad(number, "has no row")) };
            let rows = tables.iter_mut().find(|rows| rows.table.name == table.name).expect("one of each table");
            rows.rows.push(row);
            count += 1;
        }
    }
    if !ended {
        return Err(Error::backup(file, "is cut short: rows are missing"));
    }
    Ok(tables)
}

fn check_header(header: &Value) -> Result<(), String> {
    if header["headway"] != "backup" {
        return Err("is no header of a backup".to_owned());
    }
    match header["schema"].as_i64() {
        Some(SCHEMA) => Ok(()),
        Some(other) => Err(format!(
            "made by a program whose schema is {other}, this one has {SCHEMA}. Restore it with that program, then open the store with this one"
        )),
        None => Err("says no schema".to_owned()),
    }
}
