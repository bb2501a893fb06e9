//! Writes sorted rows as a segment; row groups are encoded side by side.

use std::{fs::File, io::BufWriter, ops::Range, path::Path, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, UInt8Array};
use arrow_buffer::NullBuffer;
use bytes::Bytes;
use headway_model::{Names, PeriodKind, Segment, State, VintageId};
use parquet::{
    arrow::{
        ArrowWriter,
        arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves},
    },
    column::writer::ColumnCloseResult,
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::SchemaDescriptor,
};
use rayon::prelude::*;

use crate::{
    Error, Result,
    index::{self, Entry},
    layout::{self, BLOCK_ROWS, GROUP_ROWS, SCHEMA, column},
    ranks::Dictionaries,
    rows::Rows,
    temp::TempFile,
    texts,
};

/// What a segment is about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) measure: String,
    pub(crate) period_kind: PeriodKind,
    pub(crate) vintages: Vec<VintageId>,
}

/// A segment being written to a temporary file.
pub(crate) struct SegmentWriter {
    file: TempFile,
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: ArrowRowGroupWriterFactory,
    about: About,
    /// Rows not yet in a row group.
    waiting: Rows,
    index: Vec<Entry>,
    row_groups: usize,
    rows: u64,
    periods: Option<(i32, i32)>,
}

impl SegmentWriter {
    pub(crate) fn new(folder: &Path, about: About) -> Result<Self> {
        let (file, out) = TempFile::create(folder)?;
        let properties: WriterProperties = layout::properties();
        let writer = ArrowWriter::try_new(BufWriter::with_capacity(1 << 20, out), SCHEMA.clone(), Some(properties))
            .and_then(ArrowWriter::into_serialized_writer);
        let (writer, columns) = writer.map_err(|e| Error::damaged(file.path(), e))?;
        let waiting = Rows::default();
        Ok(Self { file, writer, columns, about, waiting, index: Vec::new(), row_groups: 0, rows: 0, periods: None })
    }

    /// Adds rows that follow all before in the order of the lake.
    pub(crate) fn push(&mut self, rows: &Rows, names: &Dictionaries) -> Result<()> {
        self.waiting.append(rows, 0..rows.len());
        if self.waiting.len() >= 2 * rayon::current_num_threads() * GROUP_ROWS {
            self.flush(names, false)?;
        }
        Ok(())
    }

    /// Ends the file; `path` is where it will lie. Gives the file, still unseen, and its entry for the catalog.
    pub(crate) fn finish(mut self, names: &Dictionaries, path: String) -> Result<(TempFile, Segment)> {
        self.flush(names, true)?;
        let About { measure, period_kind, vintages } = self.about;
        for pair in layout::key_values(&measure, period_kind, &vintages, index::write(&self.index)) {
            self.writer.append_key_value_metadata(pair);
        }
        let written = self.writer.into_inner().and_then(|out| Ok(out.into_inner().map_err(|e| e.into_error())?));
        let file = written.map_err(|e| Error::damaged(self.file.path(), e))?;
        let bytes = file.metadata().map_err(Error::io(self.file.path()))?.len();
        let (first_period, last_period) = self.periods.unwrap_or_default();
        let segment =
            Segment { path, measure, period_kind, vintages, rows: self.rows, bytes, first_period, last_period };
        Ok((self.file, segment))
    }

    /// Writes all whole row groups; the rest too when it is the `last` time.
    fn flush(&mut self, names: &Dictionaries, last: bool) -> Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let mut ranges = Vec::new();
        let mut start = 0;
        while start < rows.len() {
            let end = boundary(&rows, start + GROUP_ROWS);
            // The series at the end may go on with the rows to come.
            if end == rows.len() && !last {
                break;
            }
            ranges.push(start..end);
            start = end;
        }
        let schema = self.writer.schema_descr();
        let groups: Vec<_> = ranges
            .par_iter()
            .map(|range| {
                let columns = self.columns.create_column_writers(0)?;
                encode(&rows, range.clone(), names, schema, columns)
            })
            .collect::<Result<_, ParquetError>>()
            .map_err(|e| Error::damaged(self.file.path(), e))?;
        for (range, chunks) in ranges.iter().zip(groups) {
            self.append(chunks).map_err(|e| Error::damaged(self.file.path(), e))?;
            self.note(&rows, range, names);
        }
        self.waiting = rows.slice(start..rows.len());
        Ok(())
    }

    fn append(&mut self, chunks: Vec<Chunk>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            match chunk {
                Chunk::Texts(bytes, close) => group.append_column(&bytes, close)?,
                Chunk::Numbers(chunk) => chunk.append_to_row_group(&mut group)?,
            }
        }
        group.close()?;
        Ok(())
    }

    /// Enters a written row group into the index.
    fn note(&mut self, rows: &Rows, range: &Range<usize>, names: &Dictionaries) {
        let mut row = range.start;
        while row < range.end {
            let (group, grade, unit) = rows.key(row);
            self.index.push(Entry {
                row_group: self.row_groups,
                row: row - range.start,
                group: names.groups.text(group.into()).to_owned(),
                grade: names.grades.text(grade.into()).to_owned(),
                unit: names.units.text(unit).to_owned(),
            });
            row = boundary(rows, row + BLOCK_ROWS);
        }
        self.row_groups += 1;
        self.rows += range.len() as u64;
        for &period in &rows.period[range.clone()] {
            let (first, last) = self.periods.get_or_insert((period, period));
            *first = period.min(*first);
            *last = period.max(*last);
        }
    }
}

/// The first row at or after `row` that starts a series, or the end.
fn boundary(rows: &Rows, row: usize) -> usize {
    (row..rows.len()).find(|&row| rows.key(row) != rows.key(row - 1)).unwrap_or(rows.len())
}

/// An encoded column of a row group.
enum Chunk {
    Texts(Bytes, ColumnCloseResult),
    Numbers(ArrowColumnChunk),
}

/// Encodes one row group.
fn encode(
    rows: &Rows,
    range: Range<usize>,
    names: &Dictionaries,
    schema: &SchemaDescriptor,
    columns: Vec<ArrowColumnWriter>,
) -> Result<Vec<Chunk>, ParquetError> {
    let mut chunks = Vec::with_capacity(column::COUNT);
    let mut texts = |at: usize, names: &Names, numbers: &mut dyn ExactSizeIterator<Item = u32>| {
        assert_eq!(at, chunks.len(), "columns are written in their order");
        let (bytes, close) = texts::encode(schema.column(at), names, numbers)?;
        chunks.push(Chunk::Texts(bytes, close));
        Ok::<(), ParquetError>(())
    };
    texts(column::UNIT, &names.units, &mut rows.unit[range.clone()].iter().copied())?;
    texts(column::GROUP, &names.groups, &mut rows.group[range.clone()].iter().map(|&group| group.into()))?;
    texts(column::GRADE, &names.grades, &mut rows.grade[range.clone()].iter().map(|&grade| grade.into()))?;

    let number = |column: &[f64]| -> ArrayRef { Arc::new(nullable(column[range.clone()].iter().copied())) };
    // An exact value needs no second bound.
    let hi = range.clone().map(|row| if rows.state[row] == State::Exact as u8 { f64::NAN } else { rows.hi[row] });
    let arrays: [ArrayRef; column::COUNT - column::PERIOD] = [
        Arc::new(Int32Array::from(rows.period[range.clone()].to_vec())),
        Arc::new(UInt8Array::from(rows.state[range.clone()].to_vec())),
        Arc::new(UInt8Array::from(rows.flags[range.clone()].to_vec())),
        number(&rows.lo),
        Arc::new(nullable(hi)),
        number(&rows.numerator),
        number(&rows.denominator),
        Arc::new(Int64Array::from(rows.vintage[range.clone()].to_vec())),
    ];
    let rest = columns.into_iter().zip(SCHEMA.fields()).skip(column::PERIOD);
    for ((mut column, field), array) in rest.zip(&arrays) {
        for leaf in compute_leaves(field, array)? {
            column.write(&leaf)?;
        }
        chunks.push(Chunk::Numbers(column.close()?));
    }
    Ok(chunks)
}

/// NaN becomes null.
fn nullable(column: impl Iterator<Item = f64>) -> Float64Array {
    let values: Vec<f64> = column.collect();
    let nulls: NullBuffer = values.iter().map(|x| !x.is_nan()).collect();
    Float64Array::new(values.into(), Some(nulls))
}
