//! The schema, step by step: one text for both databases.

use std::collections::HashMap;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::{Result, StoreError};

/// (version, what it brings, its text). A step that was released is never changed: the next one changes what it made.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "releases", include_str!("../migrations/0002_releases.sql")),
    (3, "place statements", include_str!("../migrations/0003_place_statements.sql")),
    (4, "doubts", include_str!("../migrations/0004_doubts.sql")),
    (5, "sums of releases", include_str!("../migrations/0005_release_sums.sql")),
    (6, "seals", include_str!("../migrations/0006_seals.sql")),
    (8, "standing of imports", include_str!("../migrations/0008_standing.sql")),
    (9, "whole from", include_str!("../migrations/0009_whole_from.sql")),
    (10, "people", include_str!("../migrations/0010_people.sql")),
];

/// The schema that this program reads and writes.
pub(crate) const SCHEMA: i64 = STEPS[STEPS.len() - 1].0;

/// The table that remembers the steps that were taken.
pub(crate) const BOOKKEEPING: &str = "_sqlx_migrations";

/// The steps as SQLite takes them.
pub(crate) fn sqlite_steps() -> Vec<Migration> {
    build_steps(|sql| sql.into_sql_str())
}

/// The steps as PostgreSQL takes them: text is ordered by bytes there too, whatever the server's own language is, so
/// that both databases give the same rows in the same order and a prefix can be looked up in an index.
pub(crate) fn postgres_steps() -> Vec<Migration> {
    build_steps(|sql| AssertSqlSafe(sql.replace(" TEXT", " TEXT COLLATE \"C\"")).into_sql_str())
}

fn build_steps(text: impl Fn(&'static str) -> SqlStr) -> Vec<Migration> {
    let step = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, text(sql), false)
    };
    STEPS.iter().map(step).collect()
}

/// Takes the steps that `connection`'s database has not seen. (sqlx's own loop over them can't be spawned: its future is
/// not `Send` for every lifetime.)
///
/// # Errors
/// [`StoreError::Newer`] and [`StoreError::OtherSchema`] before anything is changed. The connection is of no use after an error:
/// it may hold the lock.
pub(crate) async fn run_steps(connection: &mut impl Migrate, steps: &[Migration], place: &str) -> Result<()> {
    let explain = |error| explain_error(error, place);
    connection.lock().await.map_err(explain)?;
    connection.ensure_migrations_table(BOOKKEEPING).await.map_err(explain)?;
    let taken = connection.list_applied_migrations(BOOKKEEPING).await.map_err(explain)?;
    let taken: HashMap<i64, _> = taken.into_iter().map(|step| (step.version, step.checksum)).collect();
    if let Some(&found) = taken.keys().max().filter(|found| **found > SCHEMA) {
        return Err(StoreError::Newer { place: place.to_owned(), found, known: SCHEMA });
    }
    for step in steps {
        match taken.get(&step.version) {
            Some(checksum) if *checksum == step.checksum => {}
            Some(_) => return Err(StoreError::OtherSchema { place: place.to_owned(), step: step.version }),
            None => {
                connection.apply(BOOKKEEPING, step).await.map_err(explain)?;
            }
        }
    }
    connection.unlock().await.map_err(explain)
}

fn explain_error(error: MigrateError, place: &str) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => StoreError::of_opening(error, place),
        other => StoreError::Schema { place: place.to_owned(), source: Box::new(other) },
    }
}
