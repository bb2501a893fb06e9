//! The catalog as a whole: what a manifest beside the lake's files tells, and a catalog made anew from it.

use headway_model::{LakeSegment, VintageId};
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use crate::catalog::{CatalogImport, ImportState, import_of, select_imports};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::portable::PortableTable;
use crate::segments::segment_of;
use crate::sql::StoreTransaction;
use crate::{Operation, Result, Store, StoreError, activity, segments};

/// So many rows are read at a time.
const PAGE: i64 = 10_000;
/// The table with what imports say of places.
const STATEMENTS: &str = "place_statement";

/// Every import, whatever became of it, and every file in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreInventory {
    /// The imports, by number.
    pub imports: Vec<CatalogImport>,
    /// The files that no merged one took the place of, by path.
    pub segments: Vec<LakeSegment>,
}

/// Makes a new catalog in a store that was never written to. Imports keep their numbers; their reports are gone.
#[derive(Clone, Copy, Debug)]
pub struct RebuildCatalog<'a> {
    /// The imports and files.
    pub inventory: &'a StoreInventory,
    /// What the imports say of places, as [`Store::statement_rows`] gave it.
    pub statements: &'a [Map<String, Value>],
}

impl Store {
    /// Every import and every file in use, as they are at one moment.
    pub async fn read_inventory(&self) -> Result<StoreInventory> {
        let mut reading = self.begin_read().await?;
        let rows = reading.fetch_rows(select_imports("ORDER BY id"), &[]).await?;
        let imports = rows.iter().map(import_of).collect::<Result<_>>()?;
        let sql = "SELECT s.path, s.measure, s.period_kind, s.row_count, s.byte_count, s.first_period, s.last_period,
            s.seal, sv.vintage FROM segment s JOIN segment_vintage sv ON sv.path = s.path
            WHERE s.swapped_at IS NULL ORDER BY s.path, sv.vintage";
        let mut segments: Vec<LakeSegment> = Vec::new();
        for row in reading.fetch_rows(sql, &[]).await? {
            let path: String = row.get("path")?;
            if segments.last().is_none_or(|last| last.path != path) {
                segments.push(segment_of(&row, Vec::new())?);
            }
            segments.last_mut().expect("one was pushed if there was none").vintages.push(row.get("vintage")?);
        }
        Ok(StoreInventory { imports, segments })
    }

    /// The imports that say something of places, by number.
    pub async fn imports_with_statements(&self) -> Result<Vec<VintageId>> {
        let sql = "SELECT DISTINCT vintage FROM place_statement ORDER BY vintage";
        self.begin_read().await?.fetch_rows(sql, &[]).await?.iter().map(|row| row.get("vintage")).collect()
    }

    /// What an import says of places, as rows that either database takes back: those of `page`, from 0 on. `None` behind the
    /// last one; all together would take a kilobyte for each place.
    pub async fn statement_rows(&self, import: VintageId, page: i64) -> Result<Option<Vec<Map<String, Value>>>> {
        let mut reading = self.begin_read().await?;
        let first = page * PAGE;
        let sql = "SELECT MAX(number) AS last FROM place_statement WHERE vintage = $1";
        let found = reading.fetch_rows(sql, &[import.into()]).await?;
        let last: Option<i64> = found.first().map(|row| row.get("last")).transpose()?.flatten();
        if last.is_none_or(|last| last <= first) {
            return Ok(None);
        }
        let which = "vintage = $1 AND number > $2 AND number <= $3";
        let args = [import.into(), first.into(), (first + PAGE).into()];
        Ok(Some(statement_table().read_where(reading.tx(), which, &args).await?.rows))
    }
}

fn statement_table() -> &'static PortableTable {
    PortableTable::of_name(STATEMENTS).expect("it is a table of the schema")
}

impl Operation for RebuildCatalog<'_> {
    type Output = ();
    type Right = headway_access::KeepStore;
    const NAME: &'static str = "rebuild catalog";

    async fn run_operation(self, tx: &mut StoreTransaction, _: OperationContext<'_>) -> Result<OperationResult<()>> {
        if activity::current_version(tx).await? != 0 {
            let reason = "is in use: a catalog is made anew only where there is none".to_owned();
            return Err(StoreError::Backup { place: "the store".to_owned(), reason });
        }
        for import in &self.inventory.imports {
            insert_import(tx, import).await?;
        }
        for segment in &self.inventory.segments {
            segments::insert_segment(tx, segment).await?;
        }
        statement_table().write_rows(tx, self.statements).await?;
        let counts = json!({
            "imports": self.inventory.imports.len(), "segments": self.inventory.segments.len(),
            "statements": self.statements.len(),
        });
        let change = ActivityChange { kind: "store", id: String::new(), before: Value::Null, after: counts };
        Ok(OperationResult::with_change((), change))
    }
}

/// Writes an import as it was. When it was begun is not known apart from when it was published.
async fn insert_import(tx: &mut StoreTransaction, import: &CatalogImport) -> Result<()> {
    let v = &import.vintage;
    let (known_from, loaded_at) = (v.known_from.to_string(), v.loaded_at.to_string());
    let published = matches!(import.state, ImportState::Published | ImportState::Undone).then_some(loaded_at.as_str());
    let undone = v.undone_at.map(|at| at.to_string());
    let count = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    let sql = "INSERT INTO vintage (id, file, sha256, profile, source, known_from, provisional, begun_at, published_at,
        undone_at, replaces, rows_refused, values_refused, whole_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let args = [
        v.id.into(),
        (&v.file).into(),
        (&v.sha256).into(),
        (&v.profile).into(),
        (&v.source).into(),
        (&known_from).into(),
        v.provisional.into(),
        (&loaded_at).into(),
        published.into(),
        undone.as_deref().into(),
        import.replaces.into(),
        count(import.refused.map(|(rows, _)| rows)).into(),
        count(import.refused.map(|(_, values)| values)).into(),
        import.whole_from.map(i64::from).into(),
    ];
    tx.run_statement(AssertSqlSafe(sql), &args).await?;
    Ok(())
}
