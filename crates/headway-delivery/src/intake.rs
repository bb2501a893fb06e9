//! A file arrives: read by its profile, compared with what is known, kept in the lake, visible in one transaction.

mod parquet;
mod tally;

use std::io::Read;
use std::path::{Path, PathBuf};

use headway_import::{ImportError, ImportReport, Profile, SourceFile};
use headway_lake::{Changed, Diff, Lake, Written, diff};
use headway_model::{Batch, Place, VintageId, VintageRanks};
use headway_store::{BeginImport, PlacesChanged, PublishImport, SaveProfile, UndoImport, UpsertPlaces, Who};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Error, Headway, Result};

/// How many changed figures of a measure an import's report keeps.
const CHANGES_KEPT: usize = 20;

/// How many rows of a Parquet file a guess looks at.
const GUESSED_ROWS: usize = 20_000;

/// What is to be imported, and what is known of it besides the files.
#[derive(Clone, Debug)]
pub struct Request {
    /// The files of one report.
    pub files: Vec<PathBuf>,
    /// The profile's text.
    pub profile: String,
    /// The profile's file name, for its errors.
    pub profile_name: String,
    /// From which day on the figures were known.
    pub known_from: Date,
    /// The publisher's name for the report; the profile's own when `None`.
    pub source: Option<String>,
    /// The figures are preliminary.
    pub provisional: bool,
    /// Only report: nothing is written.
    pub dry_run: bool,
}

/// What became of an import.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its number in the catalog; `None` for a dry run, or when nothing could be accepted.
    pub import: Option<VintageId>,
    /// The import in force that has read these very files with this very profile: nothing was done.
    pub already: Option<VintageId>,
    /// Whether this was a dry run.
    pub dry_run: bool,
    /// What was in the files, to the row and cell; `None` when the files were loaded already.
    pub report: Option<ImportReport>,
    /// Against what was known before, measure by measure.
    pub measures: Vec<MeasureChanges>,
    /// Places: new, changed, as they were.
    pub places: (usize, usize, usize),
    /// Nothing in the files could be accepted: no figure, and no place of a register.
    #[serde(skip)]
    pub nothing: bool,
}

/// What an import says of a measure that was not known before.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureChanges {
    /// The measure.
    pub measure: String,
    /// Figures of which nothing was known.
    pub added: u64,
    /// Revised figures.
    pub changed: u64,
    /// Figures that say the same.
    pub same: u64,
    /// Figures known before that the files no longer have, of the periods that they have.
    pub gone: u64,
    /// The first changed and gone figures.
    pub examples: Vec<ChangedFigure>,
}

/// One figure before and after.
#[derive(Clone, Debug, Serialize)]
pub struct ChangedFigure {
    /// The place.
    pub unit: String,
    /// The student group.
    pub group: String,
    /// The grade.
    pub grade: String,
    /// Ordinal of the period.
    pub period: i32,
    /// Before.
    pub before: headway_model::Value,
    /// After; `None` when it is no longer there.
    pub after: Option<headway_model::Value>,
}

/// What is told while reading: bytes read, bytes in all.
pub type Progress = Box<dyn FnMut(u64, u64) + Send>;

/// Writes a profile for a file that nobody has described yet, with `# ?` at each place that is left to a person.
///
/// # Errors
/// When the file holds no table.
pub fn guess(file: &Path) -> Result<String> {
    if parquet::are_raw(&[file.to_owned()])? {
        let (columns, rows) = headway_lake::sample_parquet(file, GUESSED_ROWS)?;
        let name = file.to_string_lossy().replace('\\', "/");
        return headway_import::guess_columns(&name, &columns, rows).map_err(|error| Error::Refused(error.to_string()));
    }
    headway_import::guess(&SourceFile::at(file)).map_err(|error| Error::Refused(error.to_string()))
}

impl Headway {
    /// Imports files. See [`Request`] and [`Outcome`].
    ///
    /// # Errors
    /// A profile that can't be read, a file that can't be read to its end, contradictions in a large import, a store or
    /// lake that fails: then nothing of the import is visible, and its number is given up.
    pub async fn import(&self, request: &Request, who: &Who, now: Timestamp, progress: Progress) -> Result<Outcome> {
        let profile =
            Profile::parse(&request.profile, &request.profile_name).map_err(|e| Error::Refused(e.to_string()))?;
        let sha256 = hash_of_files(&request.files)?;
        let profile_mark = hex(&Sha256::digest(request.profile.as_bytes()));
        let profile_id = format!("{}@{}", profile.name, &profile_mark[..8]);
        if let Some(already) = self.store.import_of_file(&sha256, &profile_id).await? {
            return Ok(Outcome { already: Some(already), ..Outcome::nothing(request.dry_run) });
        }
        let source = request.source.clone().unwrap_or_else(|| profile.source.clone());
        let provisional = request.provisional || profile.release == headway_import::Release::Preliminary;
        let file = file_names(&request.files);
        if request.dry_run {
            let next = self.store.imports().await?.last().map_or(1, |i| i.vintage.id + 1);
            let read = self.read_files(request, profile, next, progress).await?;
            let measures = self.compare(&read.written, request.known_from, next).await?;
            let nothing = read.is_empty();
            return Ok(Outcome { report: Some(read.report), measures, nothing, ..Outcome::nothing(true) });
        }
        let begin = BeginImport {
            file: &file,
            sha256: &sha256,
            profile: &profile_id,
            source: &source,
            known_from: request.known_from,
            provisional,
        };
        let number = self.store.write(who, now, begin).await?;
        let outcome = self.bring_in(request, profile.clone(), number, who, now, progress).await;
        let published = matches!(&outcome, Ok(outcome) if outcome.import.is_some());
        if published {
            let keep = SaveProfile { name: &profile.name, sha256: &profile_mark, text: &request.profile };
            self.store.write(who, now, keep).await?;
        } else {
            self.store.write(who, now, UndoImport { import: number }).await?;
        }
        outcome
    }

    async fn bring_in(
        &self,
        request: &Request,
        profile: Profile,
        number: VintageId,
        who: &Who,
        now: Timestamp,
        progress: Progress,
    ) -> Result<Outcome> {
        let read = self.read_files(request, profile, number, progress).await?;
        let measures = self.compare(&read.written, request.known_from, number).await?;
        if read.is_empty() {
            return Ok(Outcome { report: Some(read.report), measures, nothing: true, ..Outcome::nothing(false) });
        }
        // The files first: what can't be kept leaves no places behind either.
        let segments = read.written.publish()?;
        let places: PlacesChanged = self.store.write(who, now, UpsertPlaces { places: &read.places }).await?;
        let places = (places.added, places.changed, places.same);
        let outcome =
            Outcome { import: Some(number), report: Some(read.report), measures, places, ..Outcome::nothing(false) };
        let report: Value = json!({ "report": outcome.report, "measures": outcome.measures, "places": outcome.places });
        self.store.write(who, now, PublishImport { import: number, segments: &segments, report: &report }).await?;
        Ok(outcome)
    }

    /// Takes an import back: what it superseded holds again.
    pub async fn undo(&self, number: VintageId, who: &Who, now: Timestamp) -> Result<headway_store::Import> {
        Ok(self.store.write(who, now, UndoImport { import: number }).await?)
    }

    /// One import with its report.
    pub async fn import_of_number(&self, number: VintageId) -> Result<(headway_store::Import, Value)> {
        Ok((self.store.import(number).await?, self.store.import_report(number).await?))
    }

    /// Every import, oldest first.
    pub async fn imports(&self) -> Result<Vec<headway_store::Import>> {
        Ok(self.store.imports().await?)
    }

    async fn read_files(
        &self,
        request: &Request,
        profile: Profile,
        number: VintageId,
        progress: Progress,
    ) -> Result<Taken> {
        let (lake, files) = (self.lake.clone(), request.files.clone());
        let work = move || read_files(&lake, &files, &profile, number, progress);
        tokio::task::spawn_blocking(work).await.expect("reading files does not panic")
    }

    /// What the written files say that was not known on the day from which they count.
    async fn compare(&self, written: &Written, as_of: Date, number: VintageId) -> Result<Vec<MeasureChanges>> {
        let mut measures = Vec::new();
        for new in written.segments() {
            let visible = self.store.visible_segments(&new.segment.measure, as_of).await?;
            let (mut changed, mut left) = (Vec::new(), CHANGES_KEPT);
            let ranks = VintageRanks::in_order(visible.vintages.into_iter().filter(|known| *known != number));
            let rank = |vintage: VintageId| ranks.rank(vintage);
            let diff: Diff = diff(&self.lake, new, &visible.segments, &rank, |change| {
                if left > 0 {
                    left -= 1;
                    changed.push(change.to_owned());
                }
            })?;
            let Diff { added, changed: revised, same, gone } = diff;
            let examples = changed.into_iter().map(ChangedFigure::from).collect();
            let measure = new.segment.measure.clone();
            measures.push(MeasureChanges { measure, added, changed: revised, same, gone, examples });
        }
        Ok(measures)
    }
}

/// What reading the files gave.
struct Taken {
    report: ImportReport,
    places: Vec<Place>,
    written: Written,
    /// The files are registers of places: they hold no figures.
    register: bool,
}

impl Taken {
    /// Whether there is nothing to keep: places alone count only where they are what the files are about.
    fn is_empty(&self) -> bool {
        self.written.segments().is_empty() && (!self.register || self.places.is_empty())
    }
}

fn read_files(
    lake: &Lake,
    files: &[PathBuf],
    profile: &Profile,
    number: VintageId,
    mut progress: Progress,
) -> Result<Taken> {
    if parquet::are_raw(files)? {
        return parquet::read(lake, files, profile, number, progress);
    }
    let sources: Vec<SourceFile> = files.iter().map(SourceFile::at).collect();
    let mut import = lake.import(number);
    let mut sink = |batch: &Batch| import.push(batch).map_err(Into::into);
    let imported = headway_import::import_with_progress(profile, &sources, &mut sink, &mut progress);
    let imported = match imported {
        Err(ImportError::Contradiction(imported)) => {
            let text = format!("rows of the files contradict each other; nothing was imported\n\n{}", imported.report);
            return Err(Error::Refused(text));
        }
        imported => imported?,
    };
    let written = import.write()?;
    let register = profile.values.is_empty();
    Ok(Taken { report: imported.report, places: imported.places, written, register })
}

impl Outcome {
    fn nothing(dry_run: bool) -> Self {
        Self {
            import: None,
            already: None,
            dry_run,
            report: None,
            measures: Vec::new(),
            places: (0, 0, 0),
            nothing: false,
        }
    }

    /// Whether anything in the files was refused.
    pub fn has_refusals(&self) -> bool {
        let refused = |r: &ImportReport| r.rows.refused > 0 || r.cells.refused > 0 || !r.files_refused.is_empty();
        self.report.as_ref().is_some_and(refused)
    }
}

impl From<Changed> for ChangedFigure {
    fn from(c: Changed) -> Self {
        let headway_model::SeriesKey { group, grade, unit } = c.series;
        Self { unit, group, grade, period: c.period, before: c.before, after: c.after }
    }
}

/// One hash for the files, whatever their order: of the sorted hashes of their bytes, or of the only file's bytes.
fn hash_of_files(files: &[PathBuf]) -> Result<String> {
    let mut hashes = files.iter().map(|path| hash_of(path)).collect::<Result<Vec<_>>>()?;
    if let [only] = hashes.as_slice() {
        return Ok(only.clone());
    }
    hashes.sort();
    Ok(hex(&Sha256::digest(hashes.concat().as_bytes())))
}

fn hash_of(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path).map_err(|source| Error::file(path, source))?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).map_err(|source| Error::file(path, source))? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

fn file_names(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    match files {
        [only] => name(only),
        several => {
            let names: Vec<String> = several.iter().take(3).map(name).collect();
            let more = if several.len() > 3 { ", ..." } else { "" };
            format!("{} files: {}{more}", several.len(), names.join(", "))
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
