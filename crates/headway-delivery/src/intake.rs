//! A file arrives: read by its profile, compared with what is known, doubted, kept in the lake, visible in one transaction.

mod beside_baseline;
mod beside_plan;
mod changes;
mod doubt;
mod files;
mod known;
mod outcome;
mod parquet;
mod places;
mod standing;
mod tally;

use std::collections::BTreeMap;
use std::path::PathBuf;

use headway_access::{ImportData, Permit};
use headway_import::{FigureKind, ImportError, ImportProfile, ImportReport, ReleaseStage, SourceFile};
use headway_lake::{Lake, WrittenImport};
use headway_model::{MeasureId, ObservationBatch, StatedPlaces, VintageId};
use headway_store::{BeginImport, ImportState, PublishImport, SaveProfile, UndoImport};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::editions::read_plans;
use crate::{Error, Result, Workspace};
pub use doubt::{DoubtAnswer, DoubtKind, ImportDoubt, LevelSum, SummedFigure, sums_in_words};
use files::{file_names, hash_of_bytes, hash_of_files};
pub use outcome::{ChangedFigure, ImportOutcome, MeasureChanges, WithheldReason};
pub use places::{PlaceChanges, PlaceRevision};

/// How many rows of a Parquet file a guess looks at.
const GUESSED_ROWS: usize = 20_000;

/// What is to be imported, and what is known of it besides the files.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The files of one report.
    pub files: Vec<PathBuf>,
    /// The profile's text.
    pub profile: String,
    /// The profile's file name, for its errors.
    pub profile_name: String,
    /// From which day on the figures were known.
    pub known_from: Date,
    /// Whether somebody said that day. Else it is merely today, and files that are in already say nothing new.
    pub known_from_said: bool,
    /// Today, where the import is made: nothing is known from a later day on.
    pub today: Date,
    /// The publisher's name for the report; the profile's own when `None`.
    pub source: Option<String>,
    /// The figures are preliminary.
    pub provisional: bool,
    /// Only report: nothing is written.
    pub dry_run: bool,
    /// Nearly every figure known before may have another value, or be on another scale.
    pub revises: bool,
    /// The import whose place this one takes whole.
    pub replaces: Option<VintageId>,
    /// Nothing is written when anything is refused.
    pub all_or_nothing: bool,
}

impl ImportRequest {
    /// Refuses figures that would be known from a day in the future: no answer of today would have them, and everything that
    /// comes in until then would seem older.
    fn is_known_today(&self) -> Result<()> {
        if self.known_from <= self.today {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "--known-from {}: that day is still to come (today is {}). Say the day on which the figures became known",
            self.known_from, self.today
        )))
    }
}

/// What is told while reading: bytes read, bytes in all.
pub type ProgressCallback = Box<dyn FnMut(u64, u64) + Send>;

/// Writes one profile for files of one shape that nobody has described yet, with `# ?` at each place that is left to a person.
///
/// # Errors
/// When one holds no table, or when their columns differ.
pub fn guess_profile(files: &[PathBuf]) -> Result<String> {
    let refused = |error: headway_import::FileError| Error::Refused(error.to_string());
    if !parquet::are_raw(files)? {
        let files: Vec<SourceFile> = files.iter().map(SourceFile::on_disk).collect();
        return headway_import::guess_profile(&files).map_err(refused);
    }
    // Opening a pipe waits for whoever writes to it.
    files.iter().try_for_each(|file| files::must_be_a_file(file))?;
    let Some((first, others)) = files.split_first() else {
        return Err(Error::Refused("no file: name the files of one report".to_owned()));
    };
    let sample = headway_lake::sample_parquet(first, GUESSED_ROWS)?;
    let (columns, mut rows, mut all_rows) = (sample.columns, sample.rows, sample.all_rows);
    for file in others {
        let other = headway_lake::sample_parquet(file, GUESSED_ROWS)?;
        if other.columns != columns {
            return Err(Error::Refused(format!(
                "{} has other columns than {}, and needs a profile of its own: guess one set at a time",
                file.display(),
                first.display()
            )));
        }
        let room = GUESSED_ROWS.saturating_sub(rows.len());
        rows.extend(other.rows.into_iter().take(room));
        all_rows += other.all_rows;
    }
    let name = first.to_string_lossy().replace('\\', "/");
    headway_import::guess_columns(&name, &columns, rows, all_rows).map_err(refused)
}

impl Workspace {
    /// Imports files. See [`ImportRequest`] and [`ImportOutcome`].
    ///
    /// # Errors
    /// A profile that can't be read, a file that can't be read to its end, contradictions in a large import, a store or
    /// lake that fails: then nothing of the import is visible, and its number is given up.
    pub async fn import_files(
        &self,
        request: &ImportRequest,
        permit: &Permit<ImportData>,
        now: Timestamp,
        progress: ProgressCallback,
    ) -> Result<ImportOutcome> {
        request.is_known_today()?;
        let mut profile =
            ImportProfile::parse(&request.profile, &request.profile_name).map_err(|e| Error::Refused(e.to_string()))?;
        if request.provisional {
            profile.release = ReleaseStage::Preliminary;
        }
        profile.known_from = Some(request.known_from);
        let book = read_plans(&self.store, Date::MAX).await?;
        let ends = book.all_measures().filter_map(|(_, m)| Some((m.measure.id.clone(), m.measure.year_ends?)));
        profile.year_ends = ends.collect();
        let sha256 = hash_of_files(&request.files)?;
        let profile_mark = hash_of_bytes(request.profile.as_bytes());
        let profile_id = format!("{}@{}", profile.name, &profile_mark[..8]);
        let provisional = profile.release == ReleaseStage::Preliminary;
        let already = self.find_same_import(request, &sha256, &profile_id, provisional).await?;
        if already.is_some() && !request.dry_run {
            return Ok(ImportOutcome { already, ..ImportOutcome::empty_outcome(false) });
        }
        self.is_in_force(request).await?;
        let source = request.source.clone().unwrap_or_else(|| profile.source.clone());
        let file = file_names(&request.files);
        let arrival = PendingImport { profile, profile_id, sha256, already };
        if request.dry_run {
            let number = self.store.all_imports().await?.last().map_or(1, |i| i.vintage.id + 1);
            return Ok(self.read_and_doubt(request, &arrival, number, progress).await?.0);
        }
        self.lake_is_ours().await?;
        self.is_not_older_than_lake().await?;
        self.give_up_dead_imports(permit, now).await?;
        let lake = self.lake.clone();
        let _running =
            tokio::task::spawn_blocking(move || lake.lock_for_import()).await.expect("waiting does not panic")?;
        let taken = self.numbers_in_lake()?;
        let begin = BeginImport {
            file: &file,
            sha256: &arrival.sha256,
            profile: &arrival.profile_id,
            source: &source,
            known_from: request.known_from,
            provisional: arrival.profile.release == ReleaseStage::Preliminary,
            replaces: request.replaces,
            whole_from: arrival.profile.whole_from,
            taken: &taken,
        };
        let number = self.store.write(permit, now, begin).await?;
        let outcome = self.bring_in(request, &arrival, number, permit, now, progress).await;
        let published = matches!(&outcome, Ok(outcome) if outcome.import.is_some());
        if published {
            let keep = SaveProfile { name: &arrival.profile.name, sha256: &profile_mark, text: &request.profile };
            self.store.write(permit, now, keep).await?;
        } else if let Err(error) = self.store.write(permit, now, UndoImport { import: number }).await {
            let why = outcome.err().map_or_else(|| error.to_string(), |first| first.to_string());
            return Err(Error::Refused(format!(
                "{why}. Nothing of import {number} is read; it stays begun for now, and the next import or compaction gives it up"
            )));
        }
        self.manifest_follows().await;
        outcome
    }

    /// Gives up imports that were begun by programs that ended before they could say so: killed, or with the disk full. Nothing of
    /// them was committed.
    ///
    /// # Errors
    /// When the store can't be written.
    pub(crate) async fn give_up_dead_imports(&self, permit: &Permit<ImportData>, now: Timestamp) -> Result<()> {
        // The lock first: an import that begins now is not among those that are asked for then.
        let Some(_alone) = self.lake.lock_without_imports()? else { return Ok(()) };
        for import in self.store.begun_imports().await? {
            self.store.write(permit, now, UndoImport { import }).await?;
            tracing::warn!("import {import} was begun and never finished, and nothing of it is read: it is given up");
        }
        Ok(())
    }

    /// Refuses to replace what is not in force, before anything is read.
    async fn is_in_force(&self, request: &ImportRequest) -> Result<()> {
        let Some(id) = request.replaces else { return Ok(()) };
        let state = self.store.import_of_number(id).await?.state;
        if state == ImportState::Published {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "--replaces {id}: import {id} is {}, so there is nothing to replace. `headway imports` lists those in place",
            state.name()
        )))
    }

    /// Reads the files, compares and doubts; what it gives besides the outcome is `None` when nothing is to be written.
    async fn read_and_doubt(
        &self,
        request: &ImportRequest,
        arrival: &PendingImport,
        number: VintageId,
        progress: ProgressCallback,
    ) -> Result<(ImportOutcome, Option<ParsedFiles>)> {
        let read = self.read_files(request, arrival.profile.clone(), number, progress).await?;
        self.refuse_other_units(&arrival.profile, &read.written, request.replaces).await?;
        let mut outcome = ImportOutcome { already: arrival.already, ..ImportOutcome::empty_outcome(request.dry_run) };
        outcome.replaces = request.replaces;
        self.compare_with_known(request, arrival, &read, number, &mut outcome).await?;
        outcome.nothing = read.is_empty();
        outcome.withheld = if outcome.nothing { None } else { withheld_reason(request, &read.report, &outcome.doubts) };
        let keep = !outcome.nothing && outcome.withheld.is_none();
        let ParsedFiles { report, places, written, register } = read;
        outcome.report = Some(report.clone());
        Ok((outcome, keep.then_some(ParsedFiles { report, places, written, register })))
    }

    async fn bring_in(
        &self,
        request: &ImportRequest,
        arrival: &PendingImport,
        number: VintageId,
        permit: &Permit<ImportData>,
        now: Timestamp,
        progress: ProgressCallback,
    ) -> Result<ImportOutcome> {
        let (mut outcome, taken) = self.read_and_doubt(request, arrival, number, progress).await?;
        let Some(read) = taken else { return Ok(outcome) };
        self.claim_lake().await?;
        let measures = read.written.segments().iter().map(|new| &new.segment.measure);
        let kind = |id: &MeasureId| Some((id.to_string(), arrival.profile.figure_kind(id)?));
        let figures: BTreeMap<String, FigureKind> = measures.filter_map(kind).collect();
        // The files first: what can't be kept leaves no places behind either.
        let segments = read.written.publish_segments()?;
        outcome.import = Some(number);
        let report: Value = json!({
            "report": outcome.report, "measures": outcome.measures, "places": outcome.places, "doubts": outcome.doubts,
            "sums": outcome.sums, "renamed": outcome.renamed, "moved": outcome.moved,
            "releveled": outcome.releveled,
            "figures": figures,
        });
        let publish = PublishImport { import: number, segments: &segments, places: &read.places, report: &report };
        self.store.write(permit, now, publish).await?;
        Ok(outcome)
    }

    /// Takes an import back: what it superseded holds again.
    pub async fn undo_import(
        &self,
        number: VintageId,
        permit: &Permit<ImportData>,
        now: Timestamp,
    ) -> Result<headway_store::CatalogImport> {
        let undone = self.store.write(permit, now, UndoImport { import: number }).await?;
        self.manifest_follows().await;
        Ok(undone)
    }

    /// One import with its report.
    pub async fn import_of_number(&self, number: VintageId) -> Result<(headway_store::CatalogImport, Value)> {
        Ok((self.store.import_of_number(number).await?, self.store.import_report(number).await?))
    }

    /// Every import, oldest first.
    pub async fn all_imports(&self) -> Result<Vec<headway_store::CatalogImport>> {
        Ok(self.store.all_imports().await?)
    }

    async fn read_files(
        &self,
        request: &ImportRequest,
        profile: ImportProfile,
        number: VintageId,
        progress: ProgressCallback,
    ) -> Result<ParsedFiles> {
        let lake = if request.dry_run { self.lake.for_trial() } else { self.lake.clone() };
        let files = request.files.clone();
        let work = move || read_files(&lake, &files, &profile, number, progress);
        let read = tokio::task::spawn_blocking(work).await.expect("reading files does not panic")?;
        self.refuse_other_periods(&read.written).await?;
        Ok(read)
    }
}

/// What is known of an import before its files are read.
struct PendingImport {
    profile: ImportProfile,
    /// Name and mark of the profile, as the catalog keeps it.
    profile_id: String,
    sha256: String,
    /// The import in force that has read these very files with this very profile.
    already: Option<VintageId>,
}

/// Why an import that could be written is not to be.
fn withheld_reason(request: &ImportRequest, report: &ImportReport, doubts: &[ImportDoubt]) -> Option<WithheldReason> {
    let waits = |doubt: &ImportDoubt| match doubt.until {
        Some(DoubtAnswer::Revises) => !request.revises,
        Some(DoubtAnswer::Replaces) => request.replaces.is_none(),
        None => false,
    };
    if report.contradictions.iter().any(|contradiction| contradiction.whole) {
        Some(WithheldReason::Contradiction)
    } else if request.all_or_nothing && outcome::has_refusals(report) {
        Some(WithheldReason::Refusals)
    } else {
        doubts.iter().any(waits).then_some(WithheldReason::Doubt)
    }
}

/// What reading the files gave.
struct ParsedFiles {
    report: ImportReport,
    places: StatedPlaces,
    written: WrittenImport,
    /// The files are registers of places: they hold no figures.
    register: bool,
}

impl ParsedFiles {
    /// Whether there is nothing to keep: places alone count only where they are what the files are about.
    fn is_empty(&self) -> bool {
        self.written.segments().is_empty() && (!self.register || self.places.is_empty())
    }
}

fn read_files(
    lake: &Lake,
    files: &[PathBuf],
    profile: &ImportProfile,
    number: VintageId,
    mut progress: ProgressCallback,
) -> Result<ParsedFiles> {
    if parquet::are_raw(files)? {
        return parquet::read_files(lake, files, profile, number, progress);
    }
    let sources: Vec<SourceFile> = files.iter().map(SourceFile::on_disk).collect();
    let mut import = lake.begin_import(number);
    let mut sink = |batch: &ObservationBatch| import.push(batch).map_err(Into::into);
    let imported = headway_import::import_with_progress(profile, &sources, &mut sink, &mut progress);
    let imported = match imported {
        Err(ImportError::Contradiction(imported)) => {
            let text = format!("rows of the files contradict each other; nothing was imported\n\n{}", imported.report);
            return Err(Error::Refused(text));
        }
        imported => imported?,
    };
    let written = import.write_segments()?;
    let register = profile.values.is_empty();
    Ok(ParsedFiles { report: imported.report, places: imported.places, written, register })
}
