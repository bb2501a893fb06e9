//! The import of some files with one profile.

use std::error::Error;

use headway_model::{ObservationBatch, StatedPlaces};

use crate::pass::{ChunkMerger, ConflictVerdict, KeySightings, PassPurpose, TableInfo, each_table};
use crate::pass::{PassStop, TableSink};
use crate::profile::ImportProfile;
use crate::read::RowChunk;
use crate::report::{ImportReport, TableTally};
use crate::table::{FileError, SourceFile};

/// What takes the batches may fail with anything.
pub type SinkError = Box<dyn Error + Send + Sync>;

/// What came out of an import besides the batches.
#[derive(Clone, Debug)]
pub struct ImportResult {
    /// What was in the files and what became of it.
    pub report: ImportReport,
    /// What the files say of places, by id: each for the periods of its rows.
    pub places: StatedPlaces,
}

/// An import that has to be dropped, with all batches handed over so far.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file could not be read to its end.
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows contradict each other, and batches with one of them are handed over already (only in imports of more than a million
    /// values; smaller ones leave such rows out).
    #[error("rows of the files contradict each other; the report says which")]
    Contradiction(Box<ImportResult>),
    /// What takes the batches failed.
    #[error("{0}")]
    Sink(SinkError),
}

/// Imports `files` with `profile`; batches go to `sink` as they come.
///
/// A file that holds no table, or not the one that the profile describes, is refused whole and told in the report; the others are
/// read. Nothing may be kept of an import that ends in an error.
///
/// # Errors
/// See [`ImportError`].
pub fn import_files(
    profile: &ImportProfile,
    files: &[SourceFile],
    sink: &mut dyn FnMut(&ObservationBatch) -> Result<(), SinkError>,
) -> Result<ImportResult, ImportError> {
    import_with_progress(profile, files, sink, &mut |_, _| {})
}

/// [`import`], telling `progress` how many bytes of how many are read.
///
/// # Errors
/// See [`ImportError`].
pub fn import_with_progress(
    profile: &ImportProfile,
    files: &[SourceFile],
    sink: &mut dyn FnMut(&ObservationBatch) -> Result<(), SinkError>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<ImportResult, ImportError> {
    let first = ImportPass::run_pass(profile, files, PassPurpose::Import, ChunkMerger::default(), sink, progress)?;
    if first.merger.merged.repeated.is_empty() {
        return first.finish_import(profile, None, sink);
    }
    // Some keys came again. Look at all their values: equal ones are repetitions, taken once already.
    let quiet: &mut dyn FnMut(u64, u64) = &mut |_, _| {};
    let mut sightings = KeySightings::of_keys(first.merger.merged.repeated.clone());
    ImportPass::run_pass(
        profile,
        files,
        PassPurpose::Look(&mut sightings),
        ChunkMerger::for_next_pass(&first.merger),
        &mut |_: &ObservationBatch| Ok(()),
        quiet,
    )?;
    let Some(verdict) = sightings.find_contradictions() else {
        return first.finish_import(profile, None, sink);
    };
    let mut nowhere = |_: &ObservationBatch| Ok(());
    if first.merger.merged.batches.handed_over {
        let settled = ImportPass::run_pass(
            profile,
            files,
            PassPurpose::Settle(&verdict),
            ChunkMerger::for_next_pass(&first.merger),
            &mut nowhere,
            quiet,
        )?;
        let imported = settled.finish_import(profile, Some(&verdict), &mut nowhere)?;
        return Err(ImportError::Contradiction(Box::new(imported)));
    }
    let merger = ChunkMerger::for_next_pass(&first.merger);
    let settled = ImportPass::run_pass(profile, files, PassPurpose::Settle(&verdict), merger, sink, quiet)?;
    settled.finish_import(profile, Some(&verdict), sink)
}

/// One pass over all files.
struct ImportPass<'a> {
    merger: ChunkMerger,
    purpose: PassPurpose<'a>,
    sink: &'a mut dyn FnMut(&ObservationBatch) -> Result<(), SinkError>,
    progress: &'a mut dyn FnMut(u64, u64),
    before: u64,
    total: u64,
    begun: bool,
}

/// What a pass leaves.
struct PassResult {
    merger: ChunkMerger,
    refused: Vec<FileError>,
    sheets_ignored: Vec<String>,
}

impl<'a> ImportPass<'a> {
    fn run_pass(
        profile: &ImportProfile,
        files: &[SourceFile],
        purpose: PassPurpose<'a>,
        merger: ChunkMerger,
        sink: &'a mut dyn FnMut(&ObservationBatch) -> Result<(), SinkError>,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> Result<PassResult, ImportError> {
        let total = files.iter().map(|file| file.size().unwrap_or(0)).sum();
        let mut pass = Self { merger, purpose, sink, progress, before: 0, total, begun: false };
        let (mut refused, mut sheets_ignored) = (Vec::new(), Vec::new());
        for file in files {
            pass.begun = false;
            match each_table(profile, file, &mut pass) {
                Ok(others) => sheets_ignored.extend(others.iter().map(|sheet| format!("{}: {sheet}", file.name))),
                Err(PassStop::File(error)) if !pass.begun => refused.push(error),
                Err(PassStop::File(error)) => return Err(ImportError::File(error)),
                Err(PassStop::Sink(error)) => return Err(ImportError::Sink(error)),
            }
            pass.before += file.size().unwrap_or(0);
            pass.report_progress(0);
        }
        Ok(PassResult { merger: pass.merger, refused, sheets_ignored })
    }
}

impl TableSink for ImportPass<'_> {
    fn begin_table(&mut self, info: TableInfo) {
        self.begun = true;
        self.merger.begin_table(TableTally::new(info));
    }

    fn take_chunk(&mut self, chunk: &mut RowChunk) -> Result<(), PassStop> {
        self.merger.take_chunk(chunk, &mut self.purpose);
        if self.merger.merged.batches.is_full() {
            self.merger.merged.batches.hand_over(self.sink).map_err(PassStop::Sink)?;
        }
        Ok(())
    }

    fn report_progress(&mut self, bytes: u64) {
        (self.progress)((self.before + bytes).min(self.total), self.total);
    }
}

impl PassResult {
    /// Hands over what is left, and reports.
    fn finish_import(
        mut self,
        profile: &ImportProfile,
        verdict: Option<&ConflictVerdict>,
        sink: &mut dyn FnMut(&ObservationBatch) -> Result<(), SinkError>,
    ) -> Result<ImportResult, ImportError> {
        let report = ImportReport::from_merger(profile, &self.merger, verdict, self.refused, self.sheets_ignored);
        self.merger.merged.batches.hand_over(sink).map_err(ImportError::Sink)?;
        Ok(ImportResult { report, places: self.merger.into_places() })
    }
}
