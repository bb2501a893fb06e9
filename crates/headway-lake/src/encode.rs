//! Writes sorted rows as a segment; row groups are encoded side by side.

use std::{fs::File, io::BufWriter, ops::Range, path::Path};

use arrow_array::ArrayRef;
use headway_model::{LakeSegment, MeasureId, PeriodKind, VintageId};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves},
    },
    errors::ParquetError,
    file::writer::SerializedFileWriter,
};
use rayon::prelude::*;

use crate::{
    LakeError, Result,
    arrays::Texts,
    index::{self, BlockEntry},
    layout::{self, BLOCK_ROWS, GROUP_ROWS, SCHEMA},
    ranks::MeasureDictionaries,
    rows::LakeRows,
    seal,
    temp::TempFile,
};

/// What a segment is about.
#[derive(Clone, Debug)]
pub(crate) struct SegmentDescription {
    pub(crate) measure: MeasureId,
    pub(crate) period_kind: PeriodKind,
    pub(crate) vintages: Vec<VintageId>,
}

/// A segment being written to a temporary file.
pub(crate) struct SegmentWriter {
    file: TempFile,
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: ArrowRowGroupWriterFactory,
    about: SegmentDescription,
    /// Rows not yet in a row group.
    waiting: LakeRows,
    index: Vec<BlockEntry>,
    row_groups: usize,
    rows: u64,
    periods: Option<(i32, i32)>,
}

impl SegmentWriter {
    pub(crate) fn new(folder: &Path, about: SegmentDescription) -> Result<Self> {
        let (file, out) = TempFile::create(folder)?;
        let out = BufWriter::with_capacity(1 << 20, out);
        let writer = ArrowWriter::try_new(out, SCHEMA.clone(), Some(layout::writer_properties()))
            .and_then(ArrowWriter::into_serialized_writer);
        let (writer, columns) = writer.map_err(|e| LakeError::from_writer(file.path(), e))?;
        let waiting = LakeRows::default();
        Ok(Self { file, writer, columns, about, waiting, index: Vec::new(), row_groups: 0, rows: 0, periods: None })
    }

    /// Adds rows that follow all before in the order of the lake.
    pub(crate) fn push(&mut self, rows: LakeRows, names: &MeasureDictionaries) -> Result<()> {
        if self.waiting.is_empty() {
            self.waiting = rows;
        } else {
            self.waiting.append_rows(&rows, 0..rows.len());
        }
        if self.waiting.len() >= 2 * rayon::current_num_threads() * GROUP_ROWS {
            self.flush_row_groups(names, false)?;
        }
        Ok(())
    }

    /// Ends the file; `path` is where it will lie. Gives the file, still unseen, and its entry for the catalog.
    pub(crate) fn finish_segment(
        mut self,
        names: &MeasureDictionaries,
        path: String,
    ) -> Result<(TempFile, LakeSegment)> {
        self.flush_row_groups(names, true)?;
        let SegmentDescription { measure, period_kind, vintages } = self.about;
        let index = index::write_index(&self.index);
        self.writer.flush().map_err(LakeError::from_io(self.file.path()))?;
        let sums = seal::sums_of(self.file.path(), self.writer.flushed_row_groups())?;
        for pair in layout::key_values(&measure, period_kind, &vintages, index, seal::list_sums(&sums)) {
            self.writer.append_key_value_metadata(pair);
        }
        let columns_end = self.writer.bytes_written() as u64;
        let written = self.writer.into_inner().and_then(|out| Ok(out.into_inner().map_err(|e| e.into_error())?));
        let mut file = written.map_err(|e| LakeError::from_writer(self.file.path(), e))?;
        let bytes = file.metadata().map_err(LakeError::from_io(self.file.path()))?.len();
        let (first_period, last_period) = self.periods.unwrap_or_default();
        let seal = Some(seal::of_file(&mut file, columns_end, self.file.path())?);
        let rows = self.rows;
        let segment =
            LakeSegment { path, measure, period_kind, vintages, rows, bytes, first_period, last_period, seal };
        Ok((self.file, segment))
    }

    /// Writes all whole row groups; the rest too when it is the `last` time.
    fn flush_row_groups(&mut self, names: &MeasureDictionaries, last: bool) -> Result<()> {
        let mut rows = std::mem::take(&mut self.waiting);
        let mut ranges = Vec::new();
        let mut start = 0;
        while start < rows.len() {
            let end = next_series_start(&rows, start + GROUP_ROWS);
            // The series at the end may go on with the rows to come.
            if end == rows.len() && !last {
                break;
            }
            ranges.push(start..end);
            start = end;
        }
        let chunks =
            self.encode_row_groups(&rows, &ranges, names).map_err(|e| LakeError::from_writer(self.file.path(), e))?;
        for (range, chunks) in ranges.iter().zip(chunks) {
            self.append_row_group(chunks).map_err(|e| LakeError::from_writer(self.file.path(), e))?;
            self.index_row_group(&rows, range, names);
        }
        rows.drop_first(start);
        self.waiting = rows;
        Ok(())
    }

    /// Encodes row groups: column by column, so that the work is shared evenly whatever the number of row groups.
    fn encode_row_groups(
        &self,
        rows: &LakeRows,
        ranges: &[Range<usize>],
        names: &MeasureDictionaries,
    ) -> Result<Vec<Vec<ArrowColumnChunk>>, ParquetError> {
        let texts = Texts::from_dictionaries(names);
        let groups = ranges.par_iter().enumerate().map(|(number, range)| {
            let writers = self.columns.create_column_writers(self.row_groups + number)?;
            let columns = writers.into_par_iter().enumerate();
            columns
                .map(|(column, writer)| encode_column(writer, column, &texts.column_array(rows, range.clone(), column)))
                .collect()
        });
        groups.collect()
    }

    fn append_row_group(&mut self, chunks: Vec<ArrowColumnChunk>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    /// Enters a written row group into the index.
    fn index_row_group(&mut self, rows: &LakeRows, range: &Range<usize>, names: &MeasureDictionaries) {
        let mut row = range.start;
        while row < range.end {
            let (group, grade, place) = rows.key_at(row);
            self.index.push(BlockEntry {
                row_group: self.row_groups,
                row: row - range.start,
                group: names.groups.text_by_number(group.into()).into(),
                grade: names.grades.text_by_number(grade.into()).into(),
                place: names.places.text_by_number(place).into(),
            });
            row = next_series_start(rows, row + BLOCK_ROWS);
        }
        self.row_groups += 1;
        self.rows += range.len() as u64;
        let periods = rows.period.values_in(range.clone());
        let bounds = [self.periods.map(|(first, _)| first), self.periods.map(|(_, last)| last)];
        let first = periods.iter().copied().chain(bounds[0]).min();
        let last = periods.iter().copied().chain(bounds[1]).max();
        self.periods = first.zip(last);
    }
}

/// The first row at or after `row` that starts a series, or the end.
fn next_series_start(rows: &LakeRows, row: usize) -> usize {
    (row..rows.len()).find(|&row| rows.key_at(row) != rows.key_at(row - 1)).unwrap_or(rows.len())
}

/// Encodes one column of a row group.
fn encode_column(
    mut writer: ArrowColumnWriter,
    column: usize,
    array: &ArrayRef,
) -> Result<ArrowColumnChunk, ParquetError> {
    for leaf in compute_leaves(SCHEMA.field(column), array)? {
        writer.write(&leaf)?;
    }
    writer.close()
}
