//! One way to say a statement to either database: arguments in, rows out.

use headway_model::{AgencyId, MeasureId};
use sqlx::postgres::{PgRow, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Database, Decode, Encode, Row as _, SqlSafeStr, Transaction, Type};

use crate::Result;

/// A value handed to a statement (`$1`, `$2`, ...).
#[derive(Clone, Copy, Debug)]
pub(crate) enum SqlArg<'a> {
    Text(Option<&'a str>),
    Int(Option<i64>),
    Bool(Option<bool>),
}

impl<'a> From<&'a str> for SqlArg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a String> for SqlArg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a AgencyId> for SqlArg<'a> {
    fn from(id: &'a AgencyId) -> Self {
        Self::Text(Some(id))
    }
}

impl<'a> From<&'a MeasureId> for SqlArg<'a> {
    fn from(id: &'a MeasureId) -> Self {
        Self::Text(Some(id))
    }
}

impl<'a> From<Option<&'a str>> for SqlArg<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for SqlArg<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for SqlArg<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for SqlArg<'_> {
    fn from(flag: bool) -> Self {
        Self::Bool(Some(flag))
    }
}

/// A row that came back.
pub(crate) enum SqlRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl SqlRow {
    /// The value of a column.
    pub(crate) fn get<'r, T>(&'r self, column: &str) -> Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// A transaction. Public in a private module: operations name it in their trait, other crates can't get hold of one.
pub enum StoreTransaction {
    /// Of SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl StoreTransaction {
    /// Runs a statement; gives how many rows it changed.
    pub(crate) async fn run_statement(&mut self, sql: impl SqlSafeStr, args: &[SqlArg<'_>]) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => bind_args(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bind_args(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Every row that a statement gives.
    pub(crate) async fn fetch_rows(&mut self, sql: impl SqlSafeStr, args: &[SqlArg<'_>]) -> Result<Vec<SqlRow>> {
        Ok(match self {
            Self::Sqlite(tx) => {
                bind_args(sqlx::query(sql), args).fetch_all(&mut **tx).await?.into_iter().map(SqlRow::Sqlite).collect()
            }
            Self::Postgres(tx) => bind_args(sqlx::query(sql), args)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(SqlRow::Postgres)
                .collect(),
        })
    }

    /// The first row that a statement gives, if any.
    pub(crate) async fn fetch_row(&mut self, sql: impl SqlSafeStr, args: &[SqlArg<'_>]) -> Result<Option<SqlRow>> {
        Ok(match self {
            Self::Sqlite(tx) => bind_args(sqlx::query(sql), args).fetch_optional(&mut **tx).await?.map(SqlRow::Sqlite),
            Self::Postgres(tx) => {
                bind_args(sqlx::query(sql), args).fetch_optional(&mut **tx).await?.map(SqlRow::Postgres)
            }
        })
    }

    /// The elements of the JSON array `$1` as a table with the column `value`.
    pub(crate) fn rows_of_json(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "json_each($1)",
            Self::Postgres(_) => "json_array_elements($1::json)",
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

fn bind_args<'q, DB: Database>(
    mut query: Query<'q, DB, DB::Arguments>,
    args: &[SqlArg<'_>],
) -> Query<'q, DB, DB::Arguments>
where
    for<'t> Option<&'t str>: Encode<'t, DB> + Type<DB>,
    for<'t> Option<i64>: Encode<'t, DB> + Type<DB>,
    for<'t> Option<bool>: Encode<'t, DB> + Type<DB>,
{
    for arg in args {
        query = match *arg {
            SqlArg::Text(text) => query.bind(text),
            SqlArg::Int(number) => query.bind(number),
            SqlArg::Bool(flag) => query.bind(flag),
        };
    }
    query
}

/// `($1, $2), ($3, $4), ...`: the placeholders of several rows in one insert.
pub(crate) fn row_placeholders(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            if column > 1 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&(row * columns + column).to_string());
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::row_placeholders;

    #[test]
    fn placeholders_count_on_from_row_to_row() {
        assert_eq!(row_placeholders(1, 1), "($1)");
        assert_eq!(row_placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
