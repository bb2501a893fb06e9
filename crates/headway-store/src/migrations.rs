//! The schema, step by step: one text for both databases.

use std::collections::HashSet;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::Error;

/// (version, what it brings, its text). A step that was released is never changed: the next one changes what it made.
const STEPS: &[(i64, &str, &str)] = &[(1, "foundation", include_str!("../migrations/0001_foundation.sql"))];

/// The schema that this program reads and writes.
pub(crate) const SCHEMA: i64 = STEPS[STEPS.len() - 1].0;

/// Tables that only the migrator itself uses.
pub(crate) const BOOKKEEPING: &str = "_sqlx_migrations";

/// The steps as SQLite runs them.
pub(crate) fn sqlite() -> Migrator {
    migrator(|sql| sql.into_sql_str())
}

/// The steps as PostgreSQL runs them: text is ordered by bytes there too, whatever the server's own language is, so that
/// both databases give the same rows in the same order and a prefix can be looked up in an index.
pub(crate) fn postgres() -> Migrator {
    migrator(|sql| AssertSqlSafe(sql.replace(" TEXT", " TEXT COLLATE \"C\"")).into_sql_str())
}

fn migrator(text: impl Fn(&'static str) -> sqlx::SqlStr) -> Migrator {
    let steps = STEPS
        .iter()
        .map(|&(version, name, sql)| Migration::new(version, name.into(), MigrationType::Simple, text(sql), false));
    let steps: Vec<_> = steps.collect();
    debug_assert_eq!(steps.iter().map(|step| step.version).collect::<HashSet<_>>().len(), steps.len());
    Migrator::with_migrations(steps)
}

/// What went wrong, for a person.
pub(crate) fn explain(error: MigrateError, place: &str) -> Error {
    let place = place.to_owned();
    match error {
        MigrateError::VersionMissing(found) => Error::Newer { place, found, known: SCHEMA },
        MigrateError::VersionMismatch(step) | MigrateError::Dirty(step) => Error::OtherSchema { place, step },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Error::of_opening(error, &place),
        other => Error::Schema { place, source: Box::new(other) },
    }
}
