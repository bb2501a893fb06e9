//! Files of the lake, as the catalog knows them: which hold what of a measure, and their compaction.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use headway_model::plan::Measure;
use headway_model::{LakeSegment, MeasureId, PeriodKind, VintageId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::activity::time_of;
use crate::catalog::seen_on;
use crate::operation::{ActivityChange, OperationContext, OperationResult};
use crate::plan::body_of;
use crate::plan_items::MEASURE;
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Puts a merged file in the place of several, at once. The old ones are listed for deletion once nobody reads them.
#[derive(Clone, Copy, Debug)]
pub struct SwapSegments<'a> {
    /// Paths of the files whose rows were merged.
    pub old: &'a [String],
    /// The file that holds them all. Rows of undone imports may be left out, no others.
    pub merged: &'a LakeSegment,
}

/// Lists for deletion the files that no question can read any more, as all imports in them are taken back. Gives how many.
#[derive(Clone, Copy, Debug)]
pub struct DropUndone;

/// Forgets swapped files after they were deleted. Gives how many were forgotten.
#[derive(Clone, Copy, Debug)]
pub struct ForgetSegments<'a> {
    /// Their paths.
    pub paths: &'a [String],
}

/// What is to be read for a measure as of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct VisibleSegments {
    /// The files, by path. A merged file can hold rows of imports that are not visible.
    pub segments: Vec<LakeSegment>,
    /// The imports among theirs that are visible, in the order in which they became known: rows of others are passed over, of two
    /// the later holds.
    pub vintages: Vec<VintageId>,
}

/// A file that a merged one took the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwappedSegment {
    /// Its path.
    pub path: String,
    /// Since when.
    pub swapped_at: Timestamp,
}

/// A measure that the lake has visible files of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LakeMeasure {
    /// Its id.
    pub measure: MeasureId,
    /// The kind of its periods.
    pub period_kind: PeriodKind,
    /// How many files.
    pub segments: usize,
    /// How many rows are in them, superseded ones too.
    pub rows: u64,
    /// Ordinal of its first period.
    pub first_period: i32,
    /// Ordinal of its last period.
    pub last_period: i32,
}

impl Operation for SwapSegments<'_> {
    type Output = ();
    type Right = headway_access::KeepStore;
    const NAME: &'static str = "swap segments";

    async fn run_operation(self, tx: &mut StoreTransaction, deed: OperationContext<'_>) -> Result<OperationResult<()>> {
        let mut old = Vec::with_capacity(self.old.len());
        for path in self.old {
            let sql =
                "SELECT path, measure, period_kind, row_count, byte_count, first_period, last_period, seal FROM segment
                WHERE path = $1 AND swapped_at IS NULL";
            let row = tx.fetch_row(sql, &[path.into()]).await?;
            let reason = || "is no file in use: another compaction took its place, or it never was".to_owned();
            let row = row.ok_or_else(|| StoreError::Segment { path: path.clone(), reason: reason() })?;
            old.push(segment_of(&row, vintages_of(tx, path).await?)?);
        }
        let undone = "SELECT id FROM vintage WHERE undone_at IS NOT NULL";
        let undone: Vec<VintageId> =
            tx.fetch_rows(undone, &[]).await?.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
        may_replace(&old, self.merged, &undone)?;
        let now = deed.now.to_string();
        for path in self.old {
            tx.run_statement("UPDATE segment SET swapped_at = $2 WHERE path = $1", &[path.into(), (&now).into()])
                .await?;
        }
        insert_segment(tx, self.merged).await?;
        let change = ActivityChange {
            kind: "segments",
            id: self.merged.path.clone(),
            before: json!({ "segments": old }),
            after: json!({ "segments": [self.merged] }),
        };
        Ok(OperationResult::with_change((), change))
    }
}

/// Asserts that no row of a standing import gets lost.
fn may_replace(old: &[LakeSegment], merged: &LakeSegment, undone: &[VintageId]) -> Result<()> {
    let refuse = |reason: String| Err(StoreError::Segment { path: merged.path.clone(), reason });
    if old.is_empty() || old.iter().map(|s| &s.path).collect::<HashSet<_>>().len() != old.len() {
        return refuse("takes the place of no file, or of one file twice".to_owned());
    }
    if old.iter().any(|s| s.measure != merged.measure || s.period_kind != merged.period_kind) {
        return refuse("the files are of different measures".to_owned());
    }
    let was: BTreeSet<_> = old.iter().flat_map(|s| &s.vintages).copied().collect();
    let is: BTreeSet<_> = merged.vintages.iter().copied().collect();
    let lost: Vec<_> = was.difference(&is).filter(|id| !undone.contains(id)).collect();
    if !lost.is_empty() || !is.is_subset(&was) {
        return refuse(format!("holds imports {is:?} where {was:?} were"));
    }
    let rows: u64 = old.iter().map(|s| s.rows).sum();
    if is == was && rows != merged.rows {
        return refuse(format!("holds {} rows where {rows} were", merged.rows));
    }
    Ok(())
}

impl Operation for DropUndone {
    type Output = usize;
    type Right = headway_access::KeepStore;
    const NAME: &'static str = "drop undone segments";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        deed: OperationContext<'_>,
    ) -> Result<OperationResult<usize>> {
        let sql = "SELECT path FROM segment WHERE swapped_at IS NULL
            AND EXISTS (SELECT 1 FROM segment_vintage sv WHERE sv.path = segment.path)
            AND NOT EXISTS (SELECT 1 FROM segment_vintage sv JOIN vintage v ON v.id = sv.vintage
                WHERE sv.path = segment.path AND v.undone_at IS NULL) ORDER BY path";
        let rows = tx.fetch_rows(sql, &[]).await?;
        let paths: Vec<String> = rows.iter().map(|row| row.get("path")).collect::<Result<_>>()?;
        if paths.is_empty() {
            return Ok(OperationResult::without_change(0));
        }
        let now = deed.now.to_string();
        for path in &paths {
            tx.run_statement("UPDATE segment SET swapped_at = $2 WHERE path = $1", &[path.into(), (&now).into()])
                .await?;
        }
        let id = format!("{} segments", paths.len());
        let change = ActivityChange { kind: "segments", id, before: json!({ "paths": paths }), after: json!(null) };
        Ok(OperationResult::with_change(paths.len(), change))
    }
}

impl Operation for ForgetSegments<'_> {
    type Output = usize;
    type Right = headway_access::KeepStore;
    const NAME: &'static str = "forget segments";

    async fn run_operation(self, tx: &mut StoreTransaction, _: OperationContext<'_>) -> Result<OperationResult<usize>> {
        let mut forgotten = Vec::new();
        for path in self.paths {
            let sql = "DELETE FROM segment_vintage
                WHERE path = $1 AND path IN (SELECT path FROM segment WHERE swapped_at IS NOT NULL)";
            tx.run_statement(sql, &[path.into()]).await?;
            let sql = "DELETE FROM segment WHERE path = $1 AND swapped_at IS NOT NULL";
            if tx.run_statement(sql, &[path.into()]).await? > 0 {
                forgotten.push(path);
            }
        }
        if forgotten.is_empty() {
            return Ok(OperationResult::without_change(0));
        }
        let id = format!("{} segments", forgotten.len());
        let change = ActivityChange { kind: "segments", id, before: json!({ "paths": forgotten }), after: json!(null) };
        Ok(OperationResult::with_change(forgotten.len(), change))
    }
}

/// Files in use with the imports in them that are visible as of day `$1`; of every measure when `$2` is null.
const VISIBLE: &str = concat!(
    "SELECT s.path, s.measure, s.period_kind, s.row_count, s.byte_count, s.first_period, s.last_period, s.seal, sv.vintage, ",
    seen_on!("v", "$1"),
    " AS visible, v.known_from, v.provisional
    FROM segment s JOIN segment_vintage sv ON sv.path = s.path JOIN vintage v ON v.id = sv.vintage
    WHERE s.swapped_at IS NULL AND ($2 IS NULL OR s.measure = $2) ORDER BY s.path, sv.vintage"
);

impl Store {
    /// What is to be read for `measure` as of a day.
    pub async fn visible_segments(&self, measure: &str, as_of: Date) -> Result<VisibleSegments> {
        self.read_visible(Some(measure), as_of).await
    }

    /// The measures that can be seen as of a day, by id (a measure with periods of two kinds is there twice).
    pub async fn lake_measures(&self, as_of: Date) -> Result<Vec<LakeMeasure>> {
        let mut measures: BTreeMap<(MeasureId, PeriodKind), LakeMeasure> = BTreeMap::new();
        for segment in self.read_visible(None, as_of).await?.segments {
            let key = (segment.measure.clone(), segment.period_kind);
            let measure = measures.entry(key).or_insert_with(|| LakeMeasure {
                measure: segment.measure,
                period_kind: segment.period_kind,
                segments: 0,
                rows: 0,
                first_period: segment.first_period,
                last_period: segment.last_period,
            });
            measure.segments += 1;
            measure.rows += segment.rows;
            measure.first_period = measure.first_period.min(segment.first_period);
            measure.last_period = measure.last_period.max(segment.last_period);
        }
        Ok(measures.into_values().collect())
    }

    /// Those of [`Store::lake_measures`] that no edition up to the day names, as a measure or as a part of one.
    pub async fn unplanned_measures(&self, as_of: Date) -> Result<Vec<LakeMeasure>> {
        let sql = "SELECT body FROM plan_item WHERE kind = $1 AND edition <= $2";
        let mut named = HashSet::new();
        for row in self.begin_read().await?.fetch_rows(sql, &[MEASURE.into(), (&as_of.to_string()).into()]).await? {
            let measure: Measure = body_of(&row, "body", "a measure")?;
            named.extend(measure.parts.iter().map(|part| MeasureId::from(format!("{}.{}", measure.id, part.id))));
            named.insert(measure.id);
        }
        let measures = self.lake_measures(as_of).await?;
        Ok(measures.into_iter().filter(|measure| !named.contains(&measure.measure)).collect())
    }

    /// The measures that each import brought figures of, by the imports' numbers; those of imports taken back too, as long as
    /// their files are there.
    pub async fn measures_by_import(&self) -> Result<BTreeMap<VintageId, Vec<MeasureId>>> {
        let sql = "SELECT DISTINCT segment_vintage.vintage AS vintage, segment.measure AS measure FROM segment_vintage
            JOIN segment ON segment.path = segment_vintage.path ORDER BY 1, 2";
        let mut brought: BTreeMap<VintageId, Vec<MeasureId>> = BTreeMap::new();
        for row in self.begin_read().await?.fetch_rows(sql, &[]).await? {
            brought.entry(row.get("vintage")?).or_default().push(row.get::<String>("measure")?.into());
        }
        Ok(brought)
    }

    /// Files that may be deleted, longest swapped first.
    pub async fn swapped_segments(&self) -> Result<Vec<SwappedSegment>> {
        let sql = "SELECT path, swapped_at FROM segment WHERE swapped_at IS NOT NULL";
        let rows = self.begin_read().await?.fetch_rows(sql, &[]).await?;
        let mut swapped = rows.iter().map(swapped_of).collect::<Result<Vec<_>>>()?;
        swapped.sort_by(|a, b| (a.swapped_at, &a.path).cmp(&(b.swapped_at, &b.path)));
        Ok(swapped)
    }

    /// Paths of every file that the catalog knows, in use or swapped, by name: any other file in the lake belongs to an
    /// import that was not finished.
    pub async fn segment_paths(&self) -> Result<Vec<String>> {
        let rows = self.begin_read().await?.fetch_rows("SELECT path FROM segment ORDER BY path", &[]).await?;
        rows.iter().map(|row| row.get("path")).collect()
    }

    /// The seal of every file that the catalog knows, in use or swapped, by path.
    pub async fn segment_seals(&self) -> Result<Vec<(String, Option<String>)>> {
        let rows = self.begin_read().await?.fetch_rows("SELECT path, seal FROM segment ORDER BY path", &[]).await?;
        rows.iter().map(|row| Ok((row.get("path")?, row.get("seal")?))).collect()
    }

    /// Imports that were begun and neither published nor given up: running now, or interrupted.
    pub async fn begun_imports(&self) -> Result<Vec<VintageId>> {
        let sql = "SELECT id FROM vintage WHERE published_at IS NULL AND undone_at IS NULL ORDER BY id";
        self.begin_read().await?.fetch_rows(sql, &[]).await?.iter().map(|row| row.get("id")).collect()
    }

    async fn read_visible(&self, measure: Option<&str>, as_of: Date) -> Result<VisibleSegments> {
        let mut reading = self.begin_read().await?;
        let mut segments: Vec<(LakeSegment, bool)> = Vec::new();
        let mut visible = BTreeSet::new();
        for row in reading.fetch_rows(VISIBLE, &[(&as_of.to_string()).into(), measure.into()]).await? {
            let (path, vintage): (String, VintageId) = (row.get("path")?, row.get("vintage")?);
            if segments.last().is_none_or(|(last, _)| last.path != path) {
                segments.push((segment_of(&row, Vec::new())?, false));
            }
            let (segment, seen) = segments.last_mut().expect("one was pushed if there was none");
            segment.vintages.push(vintage);
            if row.get("visible")? {
                *seen = true;
                // As `Vintage::became_known` has it; days as text are ordered as days.
                visible.insert((row.get::<String>("known_from")?, !row.get::<bool>("provisional")?, vintage));
            }
        }
        let segments = segments.into_iter().filter(|(_, seen)| *seen).map(|(segment, _)| segment).collect();
        Ok(VisibleSegments { segments, vintages: visible.into_iter().map(|(_, _, id)| id).collect() })
    }
}

pub(crate) async fn insert_segment(tx: &mut StoreTransaction, segment: &LakeSegment) -> Result<()> {
    let refuse = |reason: &str| StoreError::Segment { path: segment.path.clone(), reason: reason.to_owned() };
    if tx.fetch_row("SELECT path FROM segment WHERE path = $1", &[(&segment.path).into()]).await?.is_some() {
        return Err(refuse("is in the catalog already: files of the lake are never overwritten"));
    }
    let kind = kind_id(segment.period_kind);
    let number = |count: u64| i64::try_from(count).map_err(|_| refuse("has an impossible size"));
    let sql = "INSERT INTO segment (path, measure, period_kind, row_count, byte_count, first_period, last_period, seal)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = [
        (&segment.path).into(),
        (&segment.measure).into(),
        (&kind).into(),
        number(segment.rows)?.into(),
        number(segment.bytes)?.into(),
        i64::from(segment.first_period).into(),
        i64::from(segment.last_period).into(),
        segment.seal.as_deref().into(),
    ];
    tx.run_statement(sql, &args).await?;
    for vintage in &segment.vintages {
        let sql = "INSERT INTO segment_vintage (path, vintage) VALUES ($1, $2)";
        tx.run_statement(sql, &[(&segment.path).into(), (*vintage).into()]).await?;
    }
    Ok(())
}

async fn vintages_of(tx: &mut StoreTransaction, path: &str) -> Result<Vec<VintageId>> {
    let sql = "SELECT vintage FROM segment_vintage WHERE path = $1 ORDER BY vintage";
    tx.fetch_rows(sql, &[path.into()]).await?.iter().map(|row| row.get("vintage")).collect()
}

pub(crate) fn segment_of(row: &SqlRow, vintages: Vec<VintageId>) -> Result<LakeSegment> {
    let path: String = row.get("path")?;
    let broken = |column: &str| StoreError::broken_data(format!("segment {path}"), format!("{column} is out of range"));
    let count = |column: &str| u64::try_from(row.get::<i64>(column)?).map_err(|_| broken(column));
    let period = |column: &str| i32::try_from(row.get::<i64>(column)?).map_err(|_| broken(column));
    let kind: String = row.get("period_kind")?;
    Ok(LakeSegment {
        measure: row.get::<String>("measure")?.into(),
        period_kind: PeriodKind::ALL
            .into_iter()
            .find(|known| kind_id(*known) == kind)
            .ok_or_else(|| broken("period_kind"))?,
        vintages,
        rows: count("row_count")?,
        bytes: count("byte_count")?,
        seal: row.get("seal")?,
        first_period: period("first_period")?,
        last_period: period("last_period")?,
        path,
    })
}

fn swapped_of(row: &SqlRow) -> Result<SwappedSegment> {
    let path: String = row.get("path")?;
    let swapped_at = time_of(&row.get::<String>("swapped_at")?, &path)?;
    Ok(SwappedSegment { path, swapped_at })
}

/// The kind as plan files write it.
fn kind_id(kind: PeriodKind) -> String {
    kind.name().replace(' ', "-")
}
