//! The catalog of imports: begun, published, undone.
//!
//! An import is visible as of a day when it is published, not undone, and its figures were known on that day; where two
//! say something about one figure, the one that became known later holds.

use headway_model::{LakeSegment, StatedPlaces, Vintage, VintageId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::activity::{json_of, time_of};
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError, segments, statements};

/// Whether an import is seen on a day: published, not taken back, known by then, and no other one that is seen then took its place.
/// (A macro, since statements are put together before the program runs.)
macro_rules! seen_on {
    ($vintage:literal, $day:literal) => {
        concat!(
            "(",
            $vintage,
            ".published_at IS NOT NULL AND ",
            $vintage,
            ".undone_at IS NULL AND ",
            $vintage,
            ".known_from <= ",
            $day,
            " AND NOT EXISTS (SELECT 1 FROM vintage later WHERE later.replaces = ",
            $vintage,
            ".id AND later.published_at IS NOT NULL AND later.undone_at IS NULL AND later.known_from <= ",
            $day,
            "))"
        )
    };
}
pub(crate) use seen_on;

/// Reserves the number of an import; nothing of it is visible yet. Gives the number.
#[derive(Clone, Debug)]
pub struct BeginImport<'a> {
    /// The name of the file, without its folder.
    pub file: &'a str,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: &'a str,
    /// The name of the profile that reads it.
    pub profile: &'a str,
    /// The publisher's own name for the report.
    pub source: &'a str,
    /// The day from which on the figures were known.
    pub known_from: Date,
    /// Published as preliminary.
    pub provisional: bool,
    /// The import whose place it takes whole.
    pub replaces: Option<VintageId>,
    /// From how many days after the end of their period on its figures are whole, where its profile says it.
    pub whole_from: Option<u16>,
    /// Numbers, first and last, that files in the lake bear already: none of them is given, whoever wrote those files.
    pub taken: &'a [(VintageId, VintageId)],
}

/// Makes an import visible, with all its files and what it says of places, at once, and keeps its report. Gives the import.
#[derive(Clone, Copy, Debug)]
pub struct PublishImport<'a> {
    /// The number that [`BeginImport`] gave.
    pub import: VintageId,
    /// The files that it wrote; each holds rows of this import only.
    pub segments: &'a [LakeSegment],
    /// What it says of places.
    pub places: &'a StatedPlaces,
    /// The import report: read, accepted, refused; added, changed, same, gone per measure.
    pub report: &'a Value,
}

/// Takes an import back: no question sees it any more, what it superseded holds again, names and parents of places too. If another took
/// its place, that one takes over the place that this one took. One that was only begun is given up. The row stays.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport {
    /// Its number.
    pub import: VintageId,
}

/// An import in the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogImport {
    /// Which file, known from when; `loaded_at` is when it was published (begun, while it is not).
    pub vintage: Vintage,
    /// How far it came.
    pub state: ImportState,
    /// The import whose place it takes whole.
    pub replaces: Option<VintageId>,
    /// From how many days after the end of their period on its figures are whole; `None` where its profile does not say it.
    pub whole_from: Option<u16>,
    /// Rows and values of its files that were refused; `None` while it is not published, and of imports of older programs.
    pub refused: Option<(u64, u64)>,
}

/// How far an import came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Its number is reserved; it is not visible.
    Begun,
    /// Visible.
    Published,
    /// Was published, and taken back.
    Undone,
    /// Was begun, and given up.
    GivenUp,
}

impl ImportState {
    /// The state in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Published => "published",
            Self::Undone => "undone",
            Self::GivenUp => "given up",
        }
    }
}

impl Operation for BeginImport<'_> {
    type Output = VintageId;
    type Right = headway_access::ImportData;
    const NAME: &'static str = "begin import";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<VintageId>> {
        if let Some(import) = in_force(tx, self.sha256, self.profile, self.known_from, self.provisional).await? {
            return Err(StoreError::AlreadyLoaded { import });
        }
        if let Some(replaced) = self.replaces {
            may_be_replaced(tx, replaced).await?;
        }
        // Rows of this table are never deleted, so no number is given twice.
        let row = tx.fetch_row("SELECT COALESCE(MAX(id), 0) + 1 AS id FROM vintage", &[]).await?;
        let id = free_number(row.map_or(Ok(1), |row| row.get("id"))?, self.taken);
        let (known_from, now) = (self.known_from.to_string(), deed.now.to_string());
        let sql = "INSERT INTO vintage (id, file, sha256, profile, source, known_from, provisional, begun_at, replaces,
            whole_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let args = [
            id.into(),
            self.file.into(),
            self.sha256.into(),
            self.profile.into(),
            self.source.into(),
            (&known_from).into(),
            self.provisional.into(),
            (&now).into(),
            self.replaces.into(),
            self.whole_from.map(i64::from).into(),
        ];
        tx.run_statement(sql, &args).await?;
        let after = json!({
            "file": self.file, "sha256": self.sha256, "profile": self.profile, "source": self.source,
            "known_from": known_from, "provisional": self.provisional, "replaces": self.replaces,
            "whole_from": self.whole_from,
        });
        Ok(OperationResult::with_change(id, import_change(id, Value::Null, after)))
    }
}

impl Operation for PublishImport<'_> {
    type Output = CatalogImport;
    type Right = headway_access::ImportData;
    const NAME: &'static str = "publish import";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<CatalogImport>> {
        let id = self.import;
        let begun = find_import(tx, id).await?;
        if begun.state != ImportState::Begun {
            return Err(StoreError::ImportState { import: id, state: begun.state.name(), wanted: "published" });
        }
        let Vintage { sha256, profile, known_from, provisional, .. } = &begun.vintage;
        if let Some(import) = in_force(tx, sha256, profile, *known_from, *provisional).await? {
            return Err(StoreError::AlreadyLoaded { import });
        }
        if let Some(replaced) = begun.replaces {
            may_be_replaced(tx, replaced).await?;
        }
        let refused = |what: &str| self.report.pointer(&format!("/report/{what}/refused")).and_then(Value::as_i64);
        let sql =
            "UPDATE vintage SET published_at = $2, report = $3, rows_refused = $4, values_refused = $5 WHERE id = $1";
        let (now, report) = (deed.now.to_string(), self.report.to_string());
        let args = [id.into(), (&now).into(), (&report).into(), refused("rows").into(), refused("cells").into()];
        tx.run_statement(sql, &args).await?;
        for segment in self.segments {
            if segment.vintages != [id] {
                let reason = format!("holds rows of imports {:?}, not of {id} alone", segment.vintages);
                return Err(StoreError::Segment { path: segment.path.clone(), reason });
            }
            segments::insert_segment(tx, segment).await?;
        }
        statements::insert_statements(tx, id, self.places).await?;
        let import = find_import(tx, id).await?;
        let places = self.places.len();
        let after = json!({ "state": "published", "report": self.report, "segments": self.segments, "places": places });
        Ok(OperationResult::with_change(import, import_change(id, json!({ "state": "begun" }), after)))
    }
}

impl Operation for UndoImport {
    type Output = CatalogImport;
    type Right = headway_access::ImportData;
    const NAME: &'static str = "undo import";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<CatalogImport>> {
        let id = self.import;
        let old = find_import(tx, id).await?;
        if matches!(old.state, ImportState::Undone | ImportState::GivenUp) {
            return Err(StoreError::ImportState { import: id, state: old.state.name(), wanted: "undone" });
        }
        let sql = "UPDATE vintage SET undone_at = $2 WHERE id = $1";
        tx.run_statement(sql, &[id.into(), (&deed.now.to_string()).into()]).await?;
        let new = find_import(tx, id).await?;
        let told = |import: &CatalogImport| json!({ "state": import.state.name() });
        let mut after = told(&new);
        if let Some(heir) = inherit_place(tx, &old).await? {
            after["place_goes_to"] = json!({ "import": heir, "replaces": old.replaces });
        }
        let change = import_change(id, told(&old), after);
        Ok(OperationResult::with_change(new, change))
    }
}

impl Store {
    /// Every import, oldest first, whatever became of it.
    pub async fn all_imports(&self) -> Result<Vec<CatalogImport>> {
        self.begin_read().await?.fetch_rows(select_imports("ORDER BY id"), &[]).await?.iter().map(import_of).collect()
    }

    /// One import.
    ///
    /// # Errors
    /// [`StoreError::NoSuchImport`].
    pub async fn import_of_number(&self, id: VintageId) -> Result<CatalogImport> {
        find_import(self.begin_read().await?.tx(), id).await
    }

    /// The report that an import was published with; null before. (Apart from the import because it can be long.)
    ///
    /// # Errors
    /// [`StoreError::NoSuchImport`].
    pub async fn import_report(&self, id: VintageId) -> Result<Value> {
        let row = self.begin_read().await?.fetch_row("SELECT report FROM vintage WHERE id = $1", &[id.into()]).await?;
        let row = row.ok_or(StoreError::NoSuchImport { import: id })?;
        json_of(row.get("report")?, || format!("the report of import {id}"))
    }

    /// The imports in force that read this file, by whatever profile, oldest first.
    pub async fn imports_of_bytes(&self, sha256: &str) -> Result<Vec<CatalogImport>> {
        let sql = select_imports("WHERE sha256 = $1 AND published_at IS NOT NULL AND undone_at IS NULL ORDER BY id");
        let found = self.begin_read().await?.fetch_rows(sql, &[sha256.into()]).await?;
        let mut imports = found.iter().map(import_of).collect::<Result<Vec<_>>>()?;
        let replaced = self.replaced_imports().await?;
        imports.retain(|import| replaced.iter().all(|(of, _)| *of != import.vintage.id));
        Ok(imports)
    }

    /// Each import whose place another in force takes, with that one.
    pub async fn replaced_imports(&self) -> Result<Vec<(VintageId, VintageId)>> {
        let sql = "SELECT id, replaces FROM vintage
            WHERE replaces IS NOT NULL AND published_at IS NOT NULL AND undone_at IS NULL ORDER BY id";
        let rows = self.begin_read().await?.fetch_rows(sql, &[]).await?;
        rows.iter().map(|row| Ok((row.get("replaces")?, row.get("id")?))).collect()
    }

    /// The imports in force that read this file by this profile, one for each day and release, oldest first.
    pub async fn imports_of_file(&self, sha256: &str, profile: &str) -> Result<Vec<CatalogImport>> {
        let sql = select_imports(
            "WHERE sha256 = $1 AND profile = $2 AND published_at IS NOT NULL AND undone_at IS NULL ORDER BY id",
        );
        let found = self.begin_read().await?.fetch_rows(sql, &[sha256.into(), profile.into()]).await?;
        found.iter().map(import_of).collect()
    }

    /// The imports that are visible as of a day, oldest first.
    pub async fn visible_vintages(&self, as_of: Date) -> Result<Vec<Vintage>> {
        let sql = select_imports(concat!("v WHERE ", seen_on!("v", "$1"), " ORDER BY id"));
        let rows = self.begin_read().await?.fetch_rows(sql, &[(&as_of.to_string()).into()]).await?;
        rows.iter().map(|row| Ok(import_of(row)?.vintage)).collect()
    }
}

/// All columns of the imports that `which` says.
pub(crate) fn select_imports(which: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "SELECT id, file, sha256, profile, source, known_from, provisional, begun_at, published_at, undone_at,
         replaces, rows_refused, values_refused, whole_from FROM vintage {which}"
    ))
}

/// The first number from `next` on that is not taken.
fn free_number(next: VintageId, taken: &[(VintageId, VintageId)]) -> VintageId {
    let mut id = next;
    while let Some((_, last)) = taken.iter().find(|(first, last)| (*first..=*last).contains(&id)) {
        id = last + 1;
    }
    id
}

fn import_change(id: VintageId, before: Value, after: Value) -> ActivityChange {
    ActivityChange { kind: "import", id: id.to_string(), before, after }
}

/// The import in force that makes this very statement: the same file by the same profile, of the same day and release.
async fn in_force(
    tx: &mut StoreTransaction,
    sha256: &str,
    profile: &str,
    known_from: Date,
    provisional: bool,
) -> Result<Option<VintageId>> {
    let sql = "SELECT id FROM vintage WHERE sha256 = $1 AND profile = $2 AND known_from = $3 AND provisional = $4
        AND published_at IS NOT NULL AND undone_at IS NULL";
    let known_from = known_from.to_string();
    let args = [sha256.into(), profile.into(), (&known_from).into(), provisional.into()];
    tx.fetch_row(sql, &args).await?.map(|row| row.get("id")).transpose()
}

/// Asserts that an import is in force, and no other one has taken its place.
async fn may_be_replaced(tx: &mut StoreTransaction, id: VintageId) -> Result<()> {
    let import = find_import(tx, id).await?;
    if import.state != ImportState::Published {
        return Err(StoreError::ImportState { import: id, state: import.state.name(), wanted: "replaced" });
    }
    let sql = "SELECT id FROM vintage WHERE replaces = $1 AND published_at IS NOT NULL AND undone_at IS NULL";
    match tx.fetch_row(sql, &[id.into()]).await? {
        Some(row) => Err(StoreError::Replaced { import: id, by: row.get("id")? }),
        None => Ok(()),
    }
}

/// Where an import that took another's place is taken back and has been replaced itself, its successor takes that place: what had been
/// withdrawn stays withdrawn. Gives the successor.
async fn inherit_place(tx: &mut StoreTransaction, undone: &CatalogImport) -> Result<Option<VintageId>> {
    let Some(earlier) = undone.replaces.filter(|_| undone.state == ImportState::Published) else { return Ok(None) };
    let sql = "SELECT id FROM vintage WHERE replaces = $1 AND published_at IS NOT NULL AND undone_at IS NULL";
    let Some(row) = tx.fetch_row(sql, &[undone.vintage.id.into()]).await? else { return Ok(None) };
    let heir: VintageId = row.get("id")?;
    tx.run_statement("UPDATE vintage SET replaces = $2 WHERE id = $1", &[heir.into(), earlier.into()]).await?;
    Ok(Some(heir))
}

async fn find_import(tx: &mut StoreTransaction, id: VintageId) -> Result<CatalogImport> {
    let row = tx
        .fetch_row(select_imports("WHERE id = $1"), &[id.into()])
        .await?
        .ok_or(StoreError::NoSuchImport { import: id })?;
    import_of(&row)
}

pub(crate) fn import_of(row: &SqlRow) -> Result<CatalogImport> {
    let id: VintageId = row.get("id")?;
    let what = || format!("import {id}");
    let time = |column| -> Result<Option<Timestamp>> {
        row.get::<Option<String>>(column)?.map(|text| time_of(&text, &what())).transpose()
    };
    let (published_at, undone_at) = (time("published_at")?, time("undone_at")?);
    let begun_at = time("begun_at")?.ok_or_else(|| StoreError::broken_data(what(), "no time"))?;
    let state = match (published_at, undone_at) {
        (None, None) => ImportState::Begun,
        (Some(_), None) => ImportState::Published,
        (Some(_), Some(_)) => ImportState::Undone,
        (None, Some(_)) => ImportState::GivenUp,
    };
    let known_from: String = row.get("known_from")?;
    let vintage = Vintage {
        id,
        file: row.get("file")?,
        sha256: row.get("sha256")?,
        profile: row.get("profile")?,
        source: row.get("source")?,
        known_from: known_from.parse().map_err(|error| StoreError::broken_data(what(), error))?,
        provisional: row.get("provisional")?,
        loaded_at: published_at.unwrap_or(begun_at),
        undone_at,
    };
    let count = |column| -> Result<Option<u64>> {
        let refuse = |_| StoreError::broken_data(what(), format!("{column} is out of range"));
        row.get::<Option<i64>>(column)?.map(|n| u64::try_from(n).map_err(refuse)).transpose()
    };
    let refused = count("rows_refused")?.zip(count("values_refused")?);
    let refuse = |_| StoreError::broken_data(what(), "whole_from is out of range");
    let whole_from = row.get::<Option<i64>>("whole_from")?.map(|n| u16::try_from(n).map_err(refuse)).transpose()?;
    Ok(CatalogImport { vintage, state, replaces: row.get("replaces")?, whole_from, refused })
}
