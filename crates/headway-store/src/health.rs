//! A look at whether the store is sound: its part of `doctor`.

use headway_model::VintageId;

use crate::portable::TABLES;
use crate::sql::StoreTransaction;
use crate::{Result, Store, activity};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreHealth {
    /// `SQLite` or `PostgreSQL`.
    pub database: &'static str,
    /// Where it is.
    pub place: String,
    /// Its schema.
    pub schema: i64,
    /// Its version: how many changes were made.
    pub version: i64,
    /// What is wrong, in sentences; empty when it is sound.
    pub problems: Vec<String>,
    /// Imports that were begun and neither published nor given up: running now, or interrupted.
    pub begun: Vec<VintageId>,
    /// How many swapped files wait for deletion.
    pub swapped: i64,
    /// How many places belong to a place that is not loaded.
    pub unknown_parents: i64,
    /// How many rows each table has.
    pub counts: Vec<(&'static str, i64)>,
}

impl Store {
    /// Looks through the whole store, at one moment. SQLite's file is read from end to end.
    pub async fn check_health(&self) -> Result<StoreHealth> {
        let mut reading = self.begin_read().await?;
        let tx = reading.tx();
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) AS n FROM {}", table.name));
            counts.push((table.name, count_rows(tx, sql).await?));
        }
        let begun = "SELECT id FROM vintage WHERE published_at IS NULL AND undone_at IS NULL ORDER BY id";
        let schema = tx.fetch_row("SELECT MAX(version) AS n FROM _sqlx_migrations", &[]).await?;
        Ok(StoreHealth {
            database: self.database_kind(),
            place: self.database_location().to_owned(),
            schema: schema.map_or(Ok(0), |row| row.get("n"))?,
            version: activity::current_version(tx).await?,
            problems: find_problems(tx).await?,
            begun: tx.fetch_rows(begun, &[]).await?.iter().map(|row| row.get("id")).collect::<Result<_>>()?,
            swapped: count_rows(tx, "SELECT COUNT(*) AS n FROM segment WHERE swapped_at IS NOT NULL").await?,
            unknown_parents: count_rows(
                tx,
                "SELECT COUNT(*) AS n FROM (
                     SELECT id, parent FROM place WHERE parent IS NOT NULL
                     UNION SELECT place, parent FROM place_statement WHERE parent IS NOT NULL
                 ) c
                 WHERE NOT EXISTS (SELECT 1 FROM place p WHERE p.id = c.parent)
                     AND NOT EXISTS (SELECT 1 FROM place_statement s WHERE s.place = c.parent)",
            )
            .await?,
            counts,
        })
    }
}

async fn find_problems(tx: &mut StoreTransaction) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    // PostgreSQL watches over its own files; SQLite's can be touched by anything.
    if let StoreTransaction::Sqlite(_) = tx {
        for row in tx.fetch_rows("PRAGMA integrity_check", &[]).await? {
            let told: String = row.get("integrity_check")?;
            if told != "ok" {
                problems.push(format!("the file is damaged: {told}. Restore a backup into a new folder"));
            }
        }
        for row in tx.fetch_rows("PRAGMA foreign_key_check", &[]).await? {
            let (table, parent): (String, String) = (row.get("table")?, row.get("parent")?);
            problems
                .push(format!("a row of {table} refers to nothing in {parent}. Restore a backup into a new folder"));
        }
    }
    let orphans = "SELECT s.path FROM segment s LEFT JOIN segment_vintage v ON v.path = s.path
        WHERE v.path IS NULL ORDER BY s.path";
    for row in tx.fetch_rows(orphans, &[]).await? {
        problems.push(format!(
            "the file {} belongs to no import. Restore a backup into a new folder",
            row.get::<String>("path")?
        ));
    }
    let early = "SELECT v.id, s.path FROM segment_vintage s JOIN vintage v ON v.id = s.vintage
        WHERE v.published_at IS NULL ORDER BY v.id, s.path";
    for row in tx.fetch_rows(early, &[]).await? {
        let (id, path): (i64, String) = (row.get("id")?, row.get("path")?);
        problems.push(format!("import {id} was never published, yet has the file {path}. Undo import {id}"));
    }
    let (rows, last) =
        (count_rows(tx, "SELECT COUNT(*) AS n FROM activity").await?, activity::current_version(tx).await?);
    if rows != last {
        problems
            .push(format!("{} of {last} activity rows are missing: something else wrote to the store", last - rows));
    }
    Ok(problems)
}

async fn count_rows(tx: &mut StoreTransaction, sql: impl sqlx::SqlSafeStr) -> Result<i64> {
    tx.fetch_row(sql, &[]).await?.map_or(Ok(0), |row| row.get("n"))
}
