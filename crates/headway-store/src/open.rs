//! Opening a store: where it is, which database, and its schema.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlSafeStr};

use crate::address::StoreAddress;
use crate::identity::{self, DatabaseMark};
use crate::sql::{SqlArg, SqlRow, StoreTransaction};
use crate::{Result, StoreError, migrations, read_only};

/// How long a writer waits for its turn, and anybody for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How long anybody waits for a connection to a server that does not answer any more.
const LOST: Duration = Duration::from_secs(5);
/// How long a server may take to answer when the store is opened.
const KNOCK: Duration = Duration::from_secs(10);
/// How many can read at once.
const READERS: u32 = 8;

/// The operations of one workspace. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Store {
    db: StoreDatabase,
    place: String,
}

#[derive(Clone)]
enum StoreDatabase {
    /// One connection that writes; the others refuse to. None where the file can't be written.
    Sqlite {
        writer: Option<SqlitePool>,
        readers: SqlitePool,
        options: Box<SqliteConnectOptions>,
        mark: Option<DatabaseMark>,
    },
    Postgres {
        pool: PgPool,
        mark: Option<DatabaseMark>,
    },
}

impl Store {
    /// Opens the store at `address`: `sqlite:FILE`, a file name, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. A schema
    /// of an older program is brought up to date.
    ///
    /// # Errors
    /// [`StoreError::Absent`] when there is none yet; the other opening errors of [`StoreError`].
    pub async fn open(address: &str) -> Result<Self> {
        Self::open_at(address, false, PATIENCE).await
    }

    /// Opens the store at `address`, made now if there is none. The folder of a SQLite file must exist, the database of a
    /// PostgreSQL server too.
    ///
    /// # Errors
    /// The opening errors of [`StoreError`].
    pub async fn create(address: &str) -> Result<Self> {
        Self::open_at(address, true, PATIENCE).await
    }

    async fn open_at(address: &str, create: bool, patience: Duration) -> Result<Self> {
        match StoreAddress::parse(address)? {
            StoreAddress::File(path) => open_sqlite(path, create, patience).await,
            StoreAddress::Server(options) => open_postgres(*options, create, patience).await,
        }
    }

    /// Whether there is a store at `address`. What a program left that was stopped while it made one is none.
    ///
    /// # Errors
    /// The opening errors of [`StoreError`], but for [`StoreError::Absent`].
    pub async fn is_made(address: &str) -> Result<bool> {
        if let StoreAddress::File(path) = StoreAddress::parse(address)? {
            return holds_store(&path, &path.display().to_string()).await;
        }
        match Self::open(address).await {
            Err(StoreError::Absent { .. }) => Ok(false),
            opened => {
                opened?.close().await;
                Ok(true)
            }
        }
    }

    /// Where it is: a file, or a server and database (never a password).
    pub fn database_location(&self) -> &str {
        &self.place
    }

    /// Which database it is: `SQLite` or `PostgreSQL`.
    pub fn database_kind(&self) -> &'static str {
        match self.db {
            StoreDatabase::Sqlite { .. } => "SQLite",
            StoreDatabase::Postgres { .. } => "PostgreSQL",
        }
    }

    /// How to reach the file directly, when it is one.
    pub(crate) fn sqlite_options(&self) -> Option<&SqliteConnectOptions> {
        match &self.db {
            StoreDatabase::Sqlite { options, .. } => Some(options),
            StoreDatabase::Postgres { .. } => None,
        }
    }

    /// Closes its connections; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &self.db {
            StoreDatabase::Sqlite { writer, readers, .. } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            StoreDatabase::Postgres { pool, .. } => pool.close().await,
        }
    }

    /// Whether what is open here is what lies at its address: somebody may have taken it away, and brought back a backup.
    ///
    /// # Errors
    /// [`StoreError::TakenAway`] when it is not; when the database does not answer.
    pub async fn check_identity(&self) -> Result<()> {
        match &self.db {
            StoreDatabase::Sqlite { mark, .. } => identity::check_file(Path::new(&self.place), *mark),
            StoreDatabase::Postgres { pool, mark } => match DatabaseMark::on_server(pool).await {
                Ok(now) if now == *mark => Ok(()),
                Ok(_) => Err(StoreError::TakenAway { place: self.place.clone() }),
                Err(error) => Err(self.explain_lost(pool, error).await),
            },
        }
    }

    /// Refuses what can only be read here, before anything is worked out that is to be written.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], and [`StoreError::DiskFull`] where there was no room to open it for writing.
    pub fn check_writable(&self) -> Result<()> {
        match &self.db {
            StoreDatabase::Sqlite { writer: None, .. } => Err(self.unwritable()),
            _ => Ok(()),
        }
    }

    /// Why there is no connection that writes.
    fn unwritable(&self) -> StoreError {
        let place = self.place.clone();
        match read_only::can_write(Path::new(&place)) {
            true => StoreError::DiskFull { place },
            false => StoreError::ReadOnly { place },
        }
    }

    /// A turn to write: from here on nobody else writes until it ends. What it reads is the newest.
    pub(crate) async fn begin_write(&self) -> Result<StoreTransaction> {
        match &self.db {
            StoreDatabase::Sqlite { writer: Some(writer), mark, .. } => {
                // What is written into a file without a name is lost.
                identity::check_file(Path::new(&self.place), *mark)?;
                let begun = writer.begin_with("BEGIN IMMEDIATE").await;
                Ok(StoreTransaction::Sqlite(
                    begun.map_err(|error| StoreError::from(error).with_store_name(&self.place))?,
                ))
            }
            StoreDatabase::Sqlite { writer: None, .. } => Err(self.unwritable()),
            StoreDatabase::Postgres { pool, .. } => {
                let mut tx = match pool.begin().await {
                    Ok(tx) => StoreTransaction::Postgres(tx),
                    Err(error) => return Err(self.explain_lost(pool, error).await),
                };
                tx.run_statement("LOCK TABLE activity IN EXCLUSIVE MODE", &[]).await?;
                Ok(tx)
            }
        }
    }

    /// A view of the store as it is now, for several statements; it can't write.
    pub(crate) async fn begin_read(&self) -> Result<ReadView> {
        Ok(ReadView(match &self.db {
            StoreDatabase::Sqlite { readers, .. } => StoreTransaction::Sqlite(readers.begin().await?),
            StoreDatabase::Postgres { pool, .. } => {
                match pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await {
                    Ok(tx) => StoreTransaction::Postgres(tx),
                    Err(error) => return Err(self.explain_lost(pool, error).await),
                }
            }
        }))
    }
}

impl Store {
    /// Why a server gave no transaction. A pool that waited in vain does not know: the server is asked once more, directly.
    async fn explain_lost(&self, pool: &PgPool, error: sqlx::Error) -> StoreError {
        let sqlx::Error::PoolTimedOut = error else { return StoreError::of_opening(error, &self.place) };
        match tokio::time::timeout(LOST, pool.connect_options().connect()).await {
            Ok(Ok(_)) => StoreError::Busy,
            Ok(Err(error)) => StoreError::of_opening(error, &self.place),
            Err(_) => StoreError::Unreachable { place: self.place.clone(), reason: "no answer".to_owned() },
        }
    }
}

/// A transaction that only reads.
pub(crate) struct ReadView(StoreTransaction);

impl ReadView {
    pub(crate) async fn fetch_rows(&mut self, sql: impl SqlSafeStr, args: &[SqlArg<'_>]) -> Result<Vec<SqlRow>> {
        self.0.fetch_rows(sql, args).await
    }

    pub(crate) async fn fetch_row(&mut self, sql: impl SqlSafeStr, args: &[SqlArg<'_>]) -> Result<Option<SqlRow>> {
        self.0.fetch_row(sql, args).await
    }

    /// The same view, for functions that operations use too.
    pub(crate) fn tx(&mut self) -> &mut StoreTransaction {
        &mut self.0
    }
}

async fn open_sqlite(path: PathBuf, create: bool, patience: Duration) -> Result<Store> {
    let place = path.display().to_string();
    if !create && !path.try_exists().map_err(StoreError::io_error(&path))? {
        return Err(StoreError::Absent { place });
    }
    if path.is_dir() {
        return Err(StoreError::NotAStore { place, reason: "it is a folder".to_owned() });
    }
    if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        return Err(StoreError::NoFolder { place });
    }
    if create {
        return open_to_write(path, place, create, patience).await;
    }
    if !read_only::can_write(&path) {
        return open_to_read(&path, place).await;
    }
    match open_to_write(path.clone(), place.clone(), create, patience).await {
        // There is no room even for the index of the log, which reading can do without.
        Err(StoreError::DiskFull { .. }) => open_to_read(&path, place).await,
        opened => opened,
    }
}

async fn open_to_write(path: PathBuf, place: String, create: bool, patience: Duration) -> Result<Store> {
    let explain = |error| StoreError::of_opening(error, &place);
    if !holds_store(&path, &place).await? && !create {
        return Err(StoreError::Absent { place });
    }
    if create && !path.exists() {
        // SQLite gives its log the rights of the file.
        crate::private_file(&path).map_err(StoreError::io_error(&path))?;
    }
    // What people decide must survive a power cut, and writes are few: `FULL` syncs at every commit, where `NORMAL` could
    // lose the last ones. The log (WAL) lets everybody read while one writes.
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(create)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(patience);
    // SQLite takes a transaction back by itself when the disk is full; a connection that does not know so is of no more use.
    let writer = pool_options().before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }));
    let writer = writer.max_connections(1).connect_with(options.clone()).await.map_err(explain)?;

    // In one transaction, so that two programs that start at once do not both make the tables.
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(explain)?;
    migrations::run_steps(&mut *tx, &migrations::sqlite_steps(), &place).await?;
    // SQLite opens what it may not write for reading only, and tells at the first write: this one, which changes nothing.
    sqlx::query("DELETE FROM setting WHERE 1 = 0").execute(&mut *tx).await.map_err(explain)?;
    tx.commit().await.map_err(explain)?;

    let reading = options.clone().create_if_missing(false).pragma("query_only", "ON");
    let readers = pool_options().max_connections(READERS).connect_with(reading).await.map_err(explain)?;
    let mark = DatabaseMark::of_file(&path).map_err(StoreError::io_error(&path))?;
    Ok(Store { db: StoreDatabase::Sqlite { writer: Some(writer), readers, options: Box::new(options), mark }, place })
}

fn pool_options() -> SqlitePoolOptions {
    SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None)
}

/// A store that can't be written is read as it is.
async fn open_to_read(path: &Path, place: String) -> Result<Store> {
    let options = read_only::read_only_options(path, &place)?;
    let explain = |error| StoreError::of_opening(error, &place);
    let readers = pool_options().max_connections(READERS).connect_with(options.clone()).await.map_err(explain)?;
    read_only::check_schema(&readers, &place).await?;
    let mark = DatabaseMark::of_file(path).map_err(StoreError::io_error(path))?;
    Ok(Store { db: StoreDatabase::Sqlite { writer: None, readers, options: Box::new(options), mark }, place })
}

/// Whether the file is a store, looked at without touching it: opening for writing would already change how another
/// program's database keeps its log.
async fn holds_store(path: &Path, place: &str) -> Result<bool> {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(false);
    }
    let explain = |error| StoreError::of_opening(error, place);
    // A program that was killed before its first change left a journal, by which the file is brought back to what it was: to
    // nothing, for one that was being made.
    let was_killed = std::fs::metadata(read_only::file_beside(path, "-journal")).is_ok_and(|journal| journal.len() > 0);
    let options = SqliteConnectOptions::new().filename(path).read_only(!was_killed).busy_timeout(PATIENCE);
    let mut connection = options.connect().await.map_err(explain)?;
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.map_err(explain)?;
    connection.close().await.map_err(explain)?;
    if !tables.is_empty() && !tables.iter().any(|name| name == migrations::BOOKKEEPING) {
        return Err(StoreError::NotAStore {
            place: place.to_owned(),
            reason: "a database with other tables".to_owned(),
        });
    }
    Ok(!tables.is_empty())
}

async fn open_postgres(options: PgConnectOptions, create: bool, patience: Duration) -> Result<Store> {
    let place = match options.get_database() {
        Some(database) => format!("{}:{}/{database}", options.get_host(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let explain = |error| StoreError::of_opening(error, &place);
    let options = options
        .application_name("headway")
        .options([("lock_timeout", patience.as_millis().to_string()), ("client_min_messages", "warning".to_owned())]);
    // Asked once before the pool is made: a pool would go on trying a server that is not there until its time is up.
    let first = tokio::time::timeout(KNOCK, options.connect()).await;
    let gone = || StoreError::Unreachable { place: place.clone(), reason: "no answer".to_owned() };
    first.map_err(|_| gone())?.map_err(explain)?.close().await.map_err(explain)?;
    let pool = PgPoolOptions::new()
        .acquire_timeout(LOST)
        .max_connections(READERS)
        .connect_with(options)
        .await
        .map_err(explain)?;
    let ours: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(migrations::BOOKKEEPING)
        .fetch_one(&pool)
        .await
        .map_err(explain)?;
    if !ours && !create {
        return Err(StoreError::Absent { place });
    }
    let mut connection = pool.acquire().await.map_err(explain)?;
    migrations::run_steps(&mut *connection, &migrations::postgres_steps(), &place).await?;
    drop(connection);
    let mark = DatabaseMark::on_server(&pool).await.map_err(explain)?;
    Ok(Store { db: StoreDatabase::Postgres { pool, mark }, place })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

    use super::Store;
    use crate::StoreError;

    /// The second half of invariant 6: what is not handed a turn to write is refused by the database itself.
    async fn refuses_to_write_while_reading(address: &str) {
        let store = Store::create(address).await.unwrap();
        let mut reading = store.begin_read().await.unwrap();
        let sql = "INSERT INTO setting (name, body) VALUES ('a', '1')";
        let error = reading.tx().run_statement(sql, &[]).await.unwrap_err().to_string();
        assert!(error.contains("readonly") || error.contains("read-only"), "{error}");
    }

    /// Somebody else holds the turn and does not let go.
    async fn says_that_it_is_busy(address: &str) {
        let holder = Store::create(address).await.unwrap();
        let waiting = Store::open_at(address, false, Duration::from_millis(200)).await.unwrap();
        let turn = holder.begin_write().await.unwrap();
        assert!(matches!(waiting.begin_write().await, Err(StoreError::Busy)));
        assert_eq!(waiting.version().await.unwrap(), 0, "reading goes on meanwhile");
        turn.rollback().await.unwrap();
        waiting.begin_write().await.expect("its turn now");
    }

    /// The server goes away under an open store: the reason is said, soon.
    async fn says_that_the_server_is_gone(address: &str) {
        let server: sqlx::postgres::PgConnectOptions = address.parse().unwrap();
        let to = (server.get_host().to_owned(), server.get_port());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let by_way = address.replacen(&format!(":{}/", to.1), &format!(":{own}/"), 1);
        let port = listener.local_addr().unwrap();
        let lead = |listener: tokio::net::TcpListener, to: (String, u16)| {
            tokio::spawn(async move {
                let mut pipes = tokio::task::JoinSet::new();
                while let Ok((mut here, _)) = listener.accept().await {
                    let mut there = tokio::net::TcpStream::connect(&to).await.unwrap();
                    pipes.spawn(async move { tokio::io::copy_bidirectional(&mut here, &mut there).await });
                }
            })
        };
        let way = lead(listener, to.clone());
        let store = Store::open(&by_way).await.unwrap();
        store.version().await.unwrap();
        way.abort();
        let _ = way.await;
        for _ in 0..2 {
            let asked =
                tokio::time::timeout(Duration::from_secs(15), store.version()).await.expect("an answer in time");
            let Err(StoreError::Unreachable { reason, .. }) = asked else { panic!("{asked:?}") };
            assert!(!reason.contains("pool"), "the server's reason, not ours: {reason}");
        }
        let again = lead(tokio::net::TcpListener::bind(port).await.unwrap(), to);
        store.version().await.expect("it is back by itself");
        again.abort();
    }

    #[tokio::test]
    async fn reading_and_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        refuses_to_write_while_reading(file.to_str().unwrap()).await;
        says_that_it_is_busy(file.to_str().unwrap()).await;
        let Ok(server) = std::env::var("HEADWAY_TEST_POSTGRES") else { return };
        let schema = format!("test_{}_reading", std::process::id());
        let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        let address = format!("{server}?options[search_path]={schema}");
        refuses_to_write_while_reading(&address).await;
        says_that_it_is_busy(&address).await;
        says_that_the_server_is_gone(&address).await;
    }
}
