//! What imports say of places, for which days: written with the import, seen and taken back as its figures are.

use headway_model::{PlaceId, PlaceLife, PlaceStatement, StatedPlaces, VintageId};
use jiff::civil::Date;
use sqlx::AssertSqlSafe;

use crate::catalog::seen_on;
use crate::operation::json_text;
use crate::places::{AT_ONCE, level_of};
use crate::sql::{SqlArg, SqlRow, StoreTransaction};
use crate::{Result, Store, StoreError};

/// A statement in the store, with the import that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStatement {
    /// The import.
    pub import: VintageId,
    /// What it says.
    pub statement: PlaceStatement,
}

const COLUMNS: &str = "s.vintage, s.place, s.first_day, s.last_day, s.level, s.name, s.parent, s.life";
/// Of the imports that are seen as of day `$1`.
const SEEN: &str = concat!("JOIN vintage v ON v.id = s.vintage WHERE ", seen_on!("v", "$1"));
/// As of day `$2`.
const SEEN_THEN: &str = concat!("JOIN vintage v ON v.id = s.vintage WHERE ", seen_on!("v", "$2"));

/// Writes what an import says of places, many rows as one argument.
pub(crate) async fn insert_statements(
    tx: &mut StoreTransaction,
    import: VintageId,
    places: &StatedPlaces,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO place_statement (vintage, number, place, first_day, last_day, level, name, parent, life)
         SELECT $2, CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
             value ->> 6, value ->> 7
         FROM {} WHERE true",
        tx.rows_of_json()
    );
    let mut statements = places.iter().zip(1_i64..).peekable();
    while statements.peek().is_some() {
        let rows = rows_of(statements.by_ref().take(AT_ONCE));
        tx.run_statement(AssertSqlSafe(sql.clone()), &[(&rows).into(), import.into()]).await?;
    }
    Ok(())
}

/// The statements as rows of a table, in JSON.
fn rows_of(statements: impl Iterator<Item = (PlaceStatement, i64)>) -> String {
    let row = |(PlaceStatement { place, first, last, level, name, parent, life }, number): (PlaceStatement, i64)| {
        let life = (!life.is_unknown()).then(|| json_text(&life));
        (number, place, first, last, level.id(), name, parent, life)
    };
    json_text(&statements.map(row).collect::<Vec<_>>())
}

impl Store {
    /// What the imports that are visible as of a day say of places, by import. Read by pages: rows as a database gives them take a
    /// kilobyte each, and a nation has a million.
    pub async fn place_statements(&self, as_of: Date) -> Result<Vec<StoredStatement>> {
        let mut reading = self.begin_read().await?;
        let imports = concat!("SELECT v.id AS id FROM vintage v WHERE ", seen_on!("v", "$1"), " ORDER BY v.id");
        let page = format!(
            "SELECT {COLUMNS}, s.number FROM place_statement s WHERE s.vintage = $1 AND s.number > $2
             ORDER BY s.number LIMIT {AT_ONCE}"
        );
        let mut all = Vec::new();
        for import in reading.fetch_rows(imports, &[(&as_of.to_string()).into()]).await? {
            let (import, mut last): (VintageId, i64) = (import.get("id")?, 0);
            loop {
                let rows = reading.fetch_rows(AssertSqlSafe(page.clone()), &[import.into(), last.into()]).await?;
                for row in &rows {
                    all.push(statement_of(row)?);
                }
                match rows.last() {
                    Some(row) if rows.len() == AT_ONCE => last = row.get("number")?,
                    _ => break,
                }
            }
        }
        Ok(all)
    }

    /// The same of some places only.
    pub async fn statements_of(&self, places: &[PlaceId], as_of: Date) -> Result<Vec<StoredStatement>> {
        let ids = json_text(&places.iter().map(|id| [id]).collect::<Vec<_>>());
        let mut reading = self.begin_read().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM place_statement s {SEEN_THEN} AND s.place IN (SELECT value ->> 0 FROM {})
             ORDER BY s.vintage, s.number",
            reading.tx().rows_of_json()
        );
        let rows = reading.fetch_rows(AssertSqlSafe(sql), &[(&ids).into(), (&as_of.to_string()).into()]).await?;
        rows.iter().map(statement_of).collect()
    }

    /// The ids of places that are said to have become part of this one, or to have been made out of it.
    pub async fn places_naming(&self, place: &str, as_of: Date) -> Result<Vec<PlaceId>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM place_statement s {SEEN} AND s.life IS NOT NULL AND s.life LIKE $2 ESCAPE '!'"
        );
        let quoted = json_text(&place);
        let escaped = quoted.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let found = self.read_statements(sql, &[(&as_of.to_string()).into(), (&format!("%{escaped}%")).into()]).await?;
        let names = |life: &PlaceLife| life.into.iter().chain(&life.out_of).any(|other| other == place);
        let mut places: Vec<PlaceId> =
            found.into_iter().filter(|s| names(&s.statement.life)).map(|s| s.statement.place).collect();
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    async fn read_statements(&self, sql: String, args: &[SqlArg<'_>]) -> Result<Vec<StoredStatement>> {
        self.begin_read().await?.fetch_rows(AssertSqlSafe(sql), args).await?.iter().map(statement_of).collect()
    }
}

fn statement_of(row: &SqlRow) -> Result<StoredStatement> {
    let import: VintageId = row.get("vintage")?;
    let broken = |error: &dyn std::fmt::Display| StoreError::broken_data(format!("a place of import {import}"), error);
    let day = |column: &str| -> Result<Option<Date>> {
        row.get::<Option<String>>(column)?.map(|text| text.parse().map_err(|error| broken(&error))).transpose()
    };
    let life = match row.get::<Option<String>>("life")? {
        Some(text) => serde_json::from_str(&text).map_err(|error| broken(&error))?,
        None => PlaceLife::default(),
    };
    let statement = PlaceStatement {
        place: row.get::<String>("place")?.into(),
        first: day("first_day")?,
        last: day("last_day")?,
        level: level_of(row)?,
        name: row.get("name")?,
        parent: row.get::<Option<String>>("parent")?.map(Into::into),
        life,
    };
    Ok(StoredStatement { import, statement })
}
