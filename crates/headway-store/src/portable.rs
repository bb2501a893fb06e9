//! Every table as rows that either database can take: what a backup of PostgreSQL holds, and what a restore reads.

use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;

use crate::sql::{SqlArg, SqlRow, StoreTransaction, row_placeholders};
use crate::{Result, StoreError};

/// A table: its columns and the order in which its rows are written.
#[derive(Debug)]
pub(crate) struct PortableTable {
    pub(crate) name: &'static str,
    columns: &'static [(&'static str, ColumnKind)],
    order: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum ColumnKind {
    Text,
    Int,
    Bool,
}

use ColumnKind::{Bool, Int, Text};

/// Every table of the schema; what is referred to stands before what refers to it.
pub(crate) const TABLES: &[PortableTable] = &[
    PortableTable { name: "agency", columns: &[("id", Text), ("body", Text)], order: "id" },
    PortableTable {
        name: "plan_edition",
        columns: &[
            ("agency", Text),
            ("plan", Text),
            ("edition", Text),
            ("agency_body", Text),
            ("body", Text),
            ("loaded_at", Text),
            ("loaded_by", Text),
        ],
        order: "agency, plan, edition",
    },
    PortableTable {
        name: "plan_item",
        columns: &[
            ("agency", Text),
            ("plan", Text),
            ("edition", Text),
            ("kind", Text),
            ("parent", Text),
            ("id", Text),
            ("position", Int),
            ("body", Text),
        ],
        order: "agency, plan, edition, position",
    },
    PortableTable {
        name: "place",
        columns: &[("id", Text), ("name", Text), ("level", Text), ("parent", Text)],
        order: "id",
    },
    PortableTable {
        name: "vintage",
        columns: &[
            ("id", Int),
            ("file", Text),
            ("sha256", Text),
            ("profile", Text),
            ("source", Text),
            ("known_from", Text),
            ("provisional", Bool),
            ("begun_at", Text),
            ("published_at", Text),
            ("undone_at", Text),
            ("report", Text),
            ("replaces", Int),
            ("rows_refused", Int),
            ("values_refused", Int),
            ("whole_from", Int),
        ],
        order: "id",
    },
    PortableTable {
        name: "place_statement",
        columns: &[
            ("vintage", Int),
            ("number", Int),
            ("place", Text),
            ("first_day", Text),
            ("last_day", Text),
            ("level", Text),
            ("name", Text),
            ("parent", Text),
            ("life", Text),
        ],
        order: "vintage, number",
    },
    PortableTable {
        name: "segment",
        columns: &[
            ("path", Text),
            ("measure", Text),
            ("period_kind", Text),
            ("row_count", Int),
            ("byte_count", Int),
            ("first_period", Int),
            ("last_period", Int),
            ("swapped_at", Text),
            ("seal", Text),
        ],
        order: "path",
    },
    PortableTable { name: "segment_vintage", columns: &[("path", Text), ("vintage", Int)], order: "path, vintage" },
    PortableTable {
        name: "profile",
        columns: &[("name", Text), ("sha256", Text), ("body", Text), ("saved_at", Text)],
        order: "name",
    },
    PortableTable { name: "setting", columns: &[("name", Text), ("body", Text)], order: "name" },
    PortableTable {
        name: "public_release",
        columns: &[
            ("agency", Text),
            ("number", Int),
            ("made_on", Text),
            ("as_of", Text),
            ("summary", Text),
            ("recorded_at", Text),
            ("recorded_by", Text),
            ("sums", Text),
        ],
        order: "agency, number",
    },
    PortableTable {
        name: "public_release_cells",
        columns: &[("agency", Text), ("number", Int), ("measure", Text), ("body", Text)],
        order: "agency, number, measure",
    },
    PortableTable {
        name: "person",
        columns: &[("id", Text), ("name", Text), ("mail", Text), ("added_at", Text), ("closed_at", Text)],
        order: "id",
    },
    PortableTable {
        name: "account",
        columns: &[("person", Text), ("password_hash", Text), ("changed_at", Text)],
        order: "person",
    },
    PortableTable {
        name: "invitation",
        columns: &[
            ("number", Int),
            ("person", Text),
            ("token_hash", Text),
            ("invited_by", Text),
            ("made_at", Text),
            ("expires_at", Text),
            ("accepted_at", Text),
            ("withdrawn_at", Text),
        ],
        order: "number",
    },
    PortableTable {
        name: "session",
        columns: &[
            ("number", Int),
            ("person", Text),
            ("token_hash", Text),
            ("client", Text),
            ("begun_at", Text),
            ("used_at", Text),
            ("expires_at", Text),
            ("ended_at", Text),
        ],
        order: "number",
    },
    PortableTable {
        name: "role_grant",
        columns: &[
            ("number", Int),
            ("person", Text),
            ("role", Text),
            ("agency", Text),
            ("place", Text),
            ("part_kind", Text),
            ("part", Text),
            ("granted_at", Text),
            ("granted_by", Text),
            ("ended_at", Text),
            ("ended_by", Text),
        ],
        order: "number",
    },
    PortableTable {
        name: "sign_in_attempt",
        columns: &[("number", Int), ("account_key", Text), ("client_address", Text), ("at_second", Int)],
        order: "number",
    },
    PortableTable {
        name: "activity",
        columns: &[
            ("number", Int),
            ("who", Text),
            ("at", Text),
            ("operation", Text),
            ("subject_kind", Text),
            ("subject_id", Text),
            ("before_json", Text),
            ("after_json", Text),
        ],
        order: "number",
    },
];

/// Rows of one table.
#[derive(Debug)]
pub(crate) struct PortableRows {
    pub(crate) table: &'static PortableTable,
    pub(crate) rows: Vec<Map<String, Value>>,
}

impl PortableTable {
    pub(crate) fn of_name(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Every row of the table, in its order.
    pub(crate) async fn read_all(&'static self, tx: &mut StoreTransaction) -> Result<PortableRows> {
        self.read_where(tx, "true", &[]).await
    }

    /// The rows of which `which` holds, in the table's order.
    pub(crate) async fn read_where(
        &'static self,
        tx: &mut StoreTransaction,
        which: &'static str,
        args: &[SqlArg<'_>],
    ) -> Result<PortableRows> {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let sql = format!("SELECT {} FROM {} WHERE {which} ORDER BY {}", names.join(", "), self.name, self.order);
        let rows = tx.fetch_rows(AssertSqlSafe(sql), args).await?;
        Ok(PortableRows { table: self, rows: rows.iter().map(|row| self.portable_row(row)).collect::<Result<_>>()? })
    }

    fn portable_row(&self, row: &SqlRow) -> Result<Map<String, Value>> {
        let value = |&(name, kind): &(&str, ColumnKind)| -> Result<(String, Value)> {
            let value = match kind {
                Text => row.get::<Option<String>>(name)?.map_or(Value::Null, Value::from),
                Int => row.get::<Option<i64>>(name)?.map_or(Value::Null, Value::from),
                Bool => row.get::<Option<bool>>(name)?.map_or(Value::Null, Value::from),
            };
            Ok((name.to_owned(), value))
        };
        self.columns.iter().map(value).collect()
    }

    /// Writes rows into the table.
    pub(crate) async fn write_rows(&self, tx: &mut StoreTransaction, rows: &[Map<String, Value>]) -> Result<()> {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        for chunk in rows.chunks(500) {
            let mut args = Vec::with_capacity(chunk.len() * names.len());
            for row in chunk {
                self.check_columns(row)?;
                for &(name, kind) in self.columns {
                    args.push(self.column_arg(row, name, kind)?);
                }
            }
            let values = row_placeholders(chunk.len(), names.len());
            let sql = format!("INSERT INTO {} ({}) VALUES {values}", self.name, names.join(", "));
            tx.run_statement(AssertSqlSafe(sql), &args).await?;
        }
        Ok(())
    }

    fn check_columns(&self, row: &Map<String, Value>) -> Result<()> {
        match row.keys().find(|key| !self.columns.iter().any(|(name, _)| name == key)) {
            Some(key) => {
                Err(StoreError::broken_data(format!("table {}", self.name), format!("unknown column “{key}”")))
            }
            None => Ok(()),
        }
    }

    fn column_arg<'a>(&self, row: &'a Map<String, Value>, name: &str, kind: ColumnKind) -> Result<SqlArg<'a>> {
        let value = row.get(name);
        Ok(match (kind, value) {
            (Text, Some(Value::Null)) => SqlArg::Text(None),
            (Int, Some(Value::Null)) => SqlArg::Int(None),
            (Bool, Some(Value::Null)) => SqlArg::Bool(None),
            (Text, Some(Value::String(text))) => SqlArg::Text(Some(text)),
            (Int, Some(Value::Number(number))) if number.is_i64() => SqlArg::Int(number.as_i64()),
            (Bool, Some(Value::Bool(flag))) => SqlArg::Bool(Some(*flag)),
            _ => {
                let found = value.map_or("nothing".to_owned(), Value::to_string);
                let reason = format!("column {name} should be {kind:?}, found {found}");
                return Err(StoreError::broken_data(format!("table {}", self.name), reason));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{PortableTable, TABLES};

    /// A table or column that a migration brings and this list lacks would be missing from every backup.
    #[tokio::test]
    async fn the_list_is_the_schema() {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        let steps = crate::migrations::sqlite_steps();
        crate::migrations::run_steps(&mut *pool.acquire().await.unwrap(), &steps, "memory").await.unwrap();
        let sql = "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p
            WHERE m.type = 'table' AND m.name <> $1 AND m.name NOT LIKE 'sqlite_%' ORDER BY 1";
        let schema: Vec<String> =
            sqlx::query_scalar(sql).bind(crate::migrations::BOOKKEEPING).fetch_all(&pool).await.unwrap();
        let columns =
            |table: &'static PortableTable| table.columns.iter().map(|(name, _)| format!("{}.{name}", table.name));
        let mut list: Vec<String> = TABLES.iter().flat_map(columns).collect();
        list.sort();
        assert_eq!(list, schema);
    }
}
