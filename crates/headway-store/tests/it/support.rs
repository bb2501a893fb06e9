//! A fresh store for each test, on each database.

use std::sync::atomic::{AtomicU32, Ordering};

use headway_access::{AccessArea, AccessRight, AccessScope, Permit};
use headway_store::Store;
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// Where a test may make stores: a folder, or schemas of a server.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    server: Option<String>,
}

impl Home {
    fn new(server: Option<String>) -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), server }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.server.is_some()
    }

    /// The address of a store that is not there yet.
    pub(crate) async fn address(&self) -> String {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let Some(server) = &self.server else {
            return format!("sqlite:{}", self.folder.path().join(format!("{number}.db")).display());
        };
        let schema = format!("test_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(server).await.expect("HEADWAY_TEST_POSTGRES is reachable");
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("a schema of one's own");
        let mark = if server.contains('?') { '&' } else { '?' };
        format!("{server}{mark}options[search_path]={schema}")
    }

    /// A store with nothing in it.
    pub(crate) async fn store(&self) -> Store {
        Store::create(&self.address().await).await.expect("an empty store")
    }
}

/// Runs a test on SQLite, and on PostgreSQL where there is a server.
pub(crate) async fn on_both(test: impl AsyncFn(&Home)) {
    test(&Home::new(None)).await;
    match postgres() {
        Some(home) => test(&home).await,
        None => eprintln!("left out: HEADWAY_TEST_POSTGRES names no server, so PostgreSQL was not tried"),
    }
}

/// The PostgreSQL side, where there is a server.
pub(crate) fn postgres() -> Option<Home> {
    std::env::var("HEADWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty()).map(|url| Home::new(Some(url)))
}

pub(crate) fn sqlite() -> Home {
    Home::new(None)
}

/// The store's statements from outside, as a person at the database's own prompt would give them.
pub(crate) async fn by_hand(address: &str, sql: &str) {
    if address.starts_with("postgres") {
        let mut connection = PgConnection::connect(address).await.expect("reachable");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.expect("a statement");
    } else {
        let mut connection = sqlx::SqliteConnection::connect(address).await.expect("a file");
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.expect("a statement");
        connection.close().await.expect("closed");
    }
}

/// The permit that a write asks for, of the operator.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
pub(crate) fn ann<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("ann").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}

/// The nth moment of the tests.
pub(crate) fn at(n: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + n).expect("a time")
}

pub(crate) fn day(text: &str) -> jiff::civil::Date {
    text.parse().expect("a day")
}
