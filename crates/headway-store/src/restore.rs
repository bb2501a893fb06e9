//! A backup of either database put into an empty store of either database.

use std::path::{Path, PathBuf};

use headway_access::{KeepStore, Permit};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use tokio::fs;

use crate::backup::{FILE, LINES};
use crate::migrations::SCHEMA;
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::portable::{PortableRows, PortableTable, TABLES};
use crate::read_only::file_beside;
use crate::sql::StoreTransaction;
use crate::{Operation, Result, Store, StoreError, activity, migrations, people};

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreSummary {
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
    /// [`StoreError::Backup`] when there is no whole backup, or the store is not empty: nothing is changed then.
    pub async fn restore_backup(
        address: &str,
        folder: &Path,
        permit: &Permit<KeepStore>,
        now: Timestamp,
    ) -> Result<(Self, RestoreSummary)> {
        ReadBackup::from_folder(folder).await?.restore_into(address, permit, now).await
    }
}

/// A backup that was read, and is put nowhere yet.
#[derive(Debug)]
pub struct ReadBackup {
    tables: Vec<PortableRows>,
    folder: PathBuf,
}

impl ReadBackup {
    /// Reads the backup in `folder`.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when there is no whole backup.
    pub async fn from_folder(folder: &Path) -> Result<Self> {
        Ok(Self { tables: read_backup(folder).await?, folder: folder.to_owned() })
    }

    /// When the first change of its store was made, and by whom; `None` for a store that was never written to.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the time can't be read.
    pub fn first_change(&self) -> Result<Option<(Timestamp, String)>> {
        let mut activity = self.tables.iter().filter(|rows| rows.table.name == "activity").flat_map(|rows| &rows.rows);
        let is_first = |row: &&Map<String, Value>| row.get("number").and_then(Value::as_i64) == Some(1);
        let Some(first) = activity.find(is_first) else { return Ok(None) };
        let text = |column: &str| first.get(column).and_then(Value::as_str).unwrap_or_default();
        Ok(Some((activity::time_of(text("at"), "the first change")?, text("who").to_owned())))
    }

    /// Puts it into the store at `address`, as [`Store::restore`] does.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when the store is not empty: nothing is changed then.
    pub async fn restore_into(
        self,
        address: &str,
        permit: &Permit<KeepStore>,
        now: Timestamp,
    ) -> Result<(Store, RestoreSummary)> {
        let store = Store::create(address).await?;
        let restored = store.write(permit, now, RestoreTables { tables: self.tables, folder: &self.folder }).await?;
        Ok((store, restored))
    }
}

impl Store {
    /// Refuses a store that a backup can't go into, before anything is put beside it.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when it was written to; the opening errors of [`StoreError`].
    pub async fn may_take(address: &str, folder: &Path) -> Result<()> {
        let store = match Self::open(address).await {
            Err(StoreError::Absent { .. }) => return Ok(()),
            opened => opened?,
        };
        let version = store.version().await;
        store.close().await;
        if version? == 0 { Ok(()) } else { Err(in_use(folder)) }
    }
}

fn in_use(folder: &Path) -> StoreError {
    StoreError::bad_backup(
        folder,
        "is restored into an empty workspace only, and this one is in use: name a new folder with -w",
    )
}

struct RestoreTables<'a> {
    tables: Vec<PortableRows>,
    folder: &'a Path,
}

impl Operation for RestoreTables<'_> {
    type Output = RestoreSummary;
    type Right = headway_access::KeepStore;
    const NAME: &'static str = "restore";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<RestoreSummary>> {
        if activity::current_version(tx).await? != 0 {
            return Err(in_use(self.folder));
        }
        for PortableRows { table, rows } in &self.tables {
            table.write_rows(tx, rows).await?;
        }
        // A session that was ended after the backup was made must not hold again.
        people::end_everybodys(tx, deed).await?;
        let segments = self.tables.iter().filter(|rows| rows.table.name == "segment").flat_map(|rows| &rows.rows);
        let restored = RestoreSummary {
            version: activity::current_version(tx).await?,
            rows: self.tables.iter().map(|rows| (rows.table.name, rows.rows.len())).collect(),
            segments: segments.filter_map(|row| row["path"].as_str().map(str::to_owned)).collect(),
        };
        let rows: Map<_, _> = restored.rows.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        let after = json!({ "version": restored.version, "rows": rows });
        let change = ActivityChange { kind: "store", id: String::new(), before: Value::Null, after };
        Ok(OperationResult::with_change(restored, change))
    }
}

async fn read_backup(folder: &Path) -> Result<Vec<PortableRows>> {
    let (file, lines) = (folder.join(FILE), folder.join(LINES));
    match (is_file(&file)?, is_file(&lines)?) {
        (true, false) => {
            refuse_open_store(folder, &file)?;
            read_file(&file).await
        }
        (false, true) => read_lines(&lines).await,
        (true, true) => {
            Err(StoreError::bad_backup(folder, "holds two backups, headway.db and headway.jsonl: take one away"))
        }
        (false, false) => Err(StoreError::bad_backup(folder, "holds no backup (no headway.db or headway.jsonl)")),
    }
}

/// Whether there is a file of this name. A pipe is none, and would be waited for; what can't be looked at is no answer.
fn is_file(path: &Path) -> Result<bool> {
    match std::fs::metadata(path) {
        Ok(meta) => Ok(meta.is_file()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io_error(path)(error)),
    }
}

/// Refuses the store of a workspace that a program has open, or had when it was stopped: its newest changes are not in the file
/// itself. A backup is one file, whole.
fn refuse_open_store(folder: &Path, file: &Path) -> Result<()> {
    let holds = |ending: &str| std::fs::metadata(file_beside(file, ending)).is_ok_and(|meta| meta.len() > 0);
    // The index of the log says that it is open even where the log holds nothing yet.
    let Some(ending) = ["-wal", "-journal", "-shm"].into_iter().find(|ending| holds(ending)) else { return Ok(()) };
    Err(StoreError::bad_backup(
        folder,
        format!(
            "is a workspace that a program has open, or had when it was stopped ({FILE}{ending} is there), and no backup: its last \
             changes may not be in {FILE}. `headway -w {} backup COPY` makes one while it is in use; restore that",
            folder.display()
        ),
    ))
}

/// Reads a copy in memory: it may have to be brought up to date, a backup stays as it is, and a program that is killed leaves
/// nothing.
async fn read_file(file: &Path) -> Result<Vec<PortableRows>> {
    let place = file.display().to_string();
    let explain = |error| StoreError::of_opening(error, &place);
    let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(false);
    // One connection, kept: another one would have another memory.
    let pool = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = pool.connect_with(options).await.map_err(explain)?;
    let mut connection = pool.acquire().await.map_err(explain)?;
    copy_into(&mut connection, file).await?;
    migrations::run_steps(&mut *connection, &migrations::sqlite_steps(), &place).await?;
    drop(connection);
    let mut tx = StoreTransaction::Sqlite(pool.begin().await.map_err(explain)?);
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        tables.push(table.read_all(&mut tx).await?);
    }
    drop(tx);
    pool.close().await;
    Ok(tables)
}

/// Copies tables and rows of a store's file, which is only read, into an empty database.
async fn copy_into(to: &mut SqliteConnection, file: &Path) -> Result<()> {
    let place = file.display().to_string();
    let explain = |error| StoreError::of_opening(error, &place);
    let path = std::path::absolute(file).map_err(StoreError::io_error(file))?;
    let path = path.to_str().ok_or_else(|| StoreError::bad_backup(file, "the folder's name is not UTF-8"))?;
    // A backup is whole and nobody writes to it, so it can be read where it can't be locked.
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let address = format!("file:{path}?immutable=1&mode=ro");
    sqlx::query("ATTACH DATABASE $1 AS backup").bind(address).execute(&mut *to).await.map_err(explain)?;
    let sql = "SELECT type, name, sql FROM backup.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
        ORDER BY type <> 'table'";
    let made: Vec<(String, String, String)> = sqlx::query_as(sql).fetch_all(&mut *to).await.map_err(explain)?;
    if !made.iter().any(|(_, name, _)| name == migrations::BOOKKEEPING) {
        return Err(StoreError::NotAStore { place, reason: "a database with other tables".to_owned() });
    }
    for (kind, name, sql) in made {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *to).await.map_err(explain)?;
        if kind == "table" {
            let name = name.replace('"', "\"\"");
            let sql = format!("INSERT INTO main.\"{name}\" SELECT * FROM backup.\"{name}\"");
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *to).await.map_err(explain)?;
        }
    }
    sqlx::query("DETACH DATABASE backup").execute(&mut *to).await.map_err(explain)?;
    Ok(())
}

async fn read_lines(file: &Path) -> Result<Vec<PortableRows>> {
    let text = fs::read_to_string(file).await.map_err(StoreError::io_error(file))?;
    let mut tables: Vec<PortableRows> = TABLES.iter().map(|table| PortableRows { table, rows: Vec::new() }).collect();
    let bad = |number: usize, reason: &str| StoreError::bad_backup(file, format!("line {number}: {reason}"));
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
            let table = value["table"].as_str().and_then(PortableTable::of_name);
            let table = table.ok_or_else(|| bad(number, "names no table of the store"))?;
            let Value::Object(row) = value["row"].take() else { return Err(bad(number, "has no row")) };
            let rows = tables.iter_mut().find(|rows| rows.table.name == table.name).expect("one of each table");
            rows.rows.push(row);
            count += 1;
        }
    }
    if !ended {
        return Err(StoreError::bad_backup(file, "is cut short: rows are missing"));
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
