//! Sorted rows of an import, put aside: in memory, or in a temporary file column after column. A column that says one thing
//! takes no room in either.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    ops::Range,
    path::Path,
};

use crate::{
    LakeError, Result,
    column::{ColumnCell, CompactColumn},
    ranks::DictionaryRanks,
    rows::LakeRows,
    temp::TempFile,
};

/// Rows between two keys that are kept in memory.
pub(crate) const STEP: usize = 256;

/// A sorted run; of one in a file the vintages are not kept: those of an import are one.
#[derive(Debug)]
pub(crate) struct SortedRun {
    /// The key of every [`STEP`]th row.
    pub(crate) keys: Vec<(u16, u16, u32)>,
    rows: RunRows,
}

#[derive(Debug)]
enum RunRows {
    Memory(LakeRows),
    File(FileRows),
}

#[derive(Debug)]
struct FileRows {
    file: TempFile,
    count: usize,
    columns: RunColumns,
}

#[derive(Debug)]
struct RunColumns {
    group: StoredColumn<2>,
    grade: StoredColumn<2>,
    place: StoredColumn<4>,
    period: StoredColumn<4>,
    state: StoredColumn<1>,
    flags: StoredColumn<1>,
    lo: StoredColumn<8>,
    hi: StoredColumn<8>,
    numerator: StoredColumn<8>,
    denominator: StoredColumn<8>,
}

/// Where a column of N bytes a row is.
#[derive(Debug)]
enum StoredColumn<const N: usize> {
    Everywhere([u8; N]),
    At(u64),
}

impl SortedRun {
    /// Keeps the rows in the given order in memory.
    pub(crate) fn hold_in_memory(rows: &LakeRows, order: &[u32]) -> Self {
        Self { keys: some_keys(rows, order), rows: RunRows::Memory(rows.pick_rows(order)) }
    }

    /// Writes the rows in the given order; there is at least one.
    pub(crate) fn write_file(folder: &Path, rows: &LakeRows, order: &[u32]) -> Result<Self> {
        let (temp, file) = TempFile::create(folder)?;
        let mut out = RunWriter { file, order, written: 0 };
        let columns = (|| {
            Ok(RunColumns {
                group: out.write_column(&rows.group, u16::to_le_bytes)?,
                grade: out.write_column(&rows.grade, u16::to_le_bytes)?,
                place: out.write_column(&rows.place, u32::to_le_bytes)?,
                period: out.write_column(&rows.period, i32::to_le_bytes)?,
                state: out.write_column(&rows.state, u8::to_le_bytes)?,
                flags: out.write_column(&rows.flags, u8::to_le_bytes)?,
                lo: out.write_column(&rows.lo, f64::to_le_bytes)?,
                hi: out.write_column(&rows.hi, f64::to_le_bytes)?,
                numerator: out.write_column(&rows.numerator, f64::to_le_bytes)?,
                denominator: out.write_column(&rows.denominator, f64::to_le_bytes)?,
            })
        })();
        let columns = columns.map_err(LakeError::from_io(temp.path()))?;
        let rows_in_file = RunRows::File(FileRows { file: temp, count: order.len(), columns });
        Ok(Self { keys: some_keys(rows, order), rows: rows_in_file })
    }

    /// Appends the rows whose series lies in [from, to) to `rows`; their vintages are of no use.
    pub(crate) fn read_range(&self, ranks: &DictionaryRanks, from: u64, to: u64, rows: &mut LakeRows) -> Result<()> {
        let place = |key: u64| self.keys.partition_point(|&k| ranks.series_rank(k) < key);
        // The kept keys only say between which rows the range starts and ends.
        let around = |count: usize| place(from).saturating_sub(1) * STEP..(place(to) * STEP).min(count);
        match &self.rows {
            RunRows::Memory(held) => {
                let series = |row: usize| ranks.series_rank(held.key_at(row));
                rows.append_rows(held, rows_in_range(around(held.len()), from..to, series));
                Ok(())
            }
            RunRows::File(file) if around(file.count).is_empty() => Ok(()),
            RunRows::File(file) => {
                file.read_range(ranks, from..to, around(file.count), rows).map_err(LakeError::from_io(file.file.path()))
            }
        }
    }
}

fn some_keys(rows: &LakeRows, order: &[u32]) -> Vec<(u16, u16, u32)> {
    order.iter().step_by(STEP).map(|&row| rows.key_at(row as usize)).collect()
}

/// The rows among `around`, which are sorted, whose series is one of `keys`.
fn rows_in_range(around: Range<usize>, keys: Range<u64>, series: impl Fn(usize) -> u64) -> Range<usize> {
    let skipped = around.clone().take_while(|&row| series(row) < keys.start).count();
    let after = (around.start + skipped..around.end).rev().take_while(|&row| series(row) >= keys.end).count();
    around.start + skipped..around.end - after
}

impl FileRows {
    fn read_range(
        &self,
        ranks: &DictionaryRanks,
        keys: Range<u64>,
        around: Range<usize>,
        rows: &mut LakeRows,
    ) -> std::io::Result<()> {
        let file = &mut File::open(self.file.path())?;
        let RunColumns { group, grade, place, period, state, flags, lo, hi, numerator, denominator } = &self.columns;
        let group = group.read_column(file, &around, u16::from_le_bytes)?;
        let grade = grade.read_column(file, &around, u16::from_le_bytes)?;
        let place = place.read_column(file, &around, u32::from_le_bytes)?;
        let series = |row: usize| ranks.series_rank((group.value_at(row), grade.value_at(row), place.value_at(row)));
        let kept = rows_in_range(0..around.len(), keys, series);
        let wanted = around.start + kept.start..around.start + kept.end;
        rows.group.append_rows(&group, kept.clone());
        rows.grade.append_rows(&grade, kept.clone());
        rows.place.append_rows(&place, kept);
        period.append_rows(file, &wanted, i32::from_le_bytes, &mut rows.period)?;
        state.append_rows(file, &wanted, u8::from_le_bytes, &mut rows.state)?;
        flags.append_rows(file, &wanted, u8::from_le_bytes, &mut rows.flags)?;
        lo.append_rows(file, &wanted, f64::from_le_bytes, &mut rows.lo)?;
        hi.append_rows(file, &wanted, f64::from_le_bytes, &mut rows.hi)?;
        numerator.append_rows(file, &wanted, f64::from_le_bytes, &mut rows.numerator)?;
        denominator.append_rows(file, &wanted, f64::from_le_bytes, &mut rows.denominator)
    }
}

/// A run's file while it is written.
struct RunWriter<'a> {
    file: File,
    order: &'a [u32],
    written: u64,
}

impl RunWriter<'_> {
    fn write_column<T: ColumnCell, const N: usize>(
        &mut self,
        column: &CompactColumn<T>,
        bytes: impl Fn(T) -> [u8; N],
    ) -> std::io::Result<StoredColumn<N>> {
        match column {
            CompactColumn::Same(value, _) => Ok(StoredColumn::Everywhere(bytes(*value))),
            CompactColumn::Each(values) => {
                let sorted: Vec<[u8; N]> = self.order.iter().map(|&row| bytes(values[row as usize])).collect();
                self.file.write_all(sorted.as_flattened())?;
                let at = self.written;
                self.written += (sorted.len() * N) as u64;
                Ok(StoredColumn::At(at))
            }
        }
    }
}

impl<const N: usize> StoredColumn<N> {
    fn read_column<T: ColumnCell>(
        &self,
        file: &mut File,
        rows: &Range<usize>,
        value: impl Fn([u8; N]) -> T,
    ) -> std::io::Result<CompactColumn<T>> {
        let mut column = CompactColumn::default();
        self.append_rows(file, rows, value, &mut column)?;
        Ok(column)
    }

    /// Adds some rows of it to a column.
    fn append_rows<T: ColumnCell>(
        &self,
        file: &mut File,
        rows: &Range<usize>,
        value: impl Fn([u8; N]) -> T,
        to: &mut CompactColumn<T>,
    ) -> std::io::Result<()> {
        match self {
            Self::Everywhere(bytes) => to.push_repeated(value(*bytes), rows.len()),
            Self::At(at) => {
                let mut bytes = vec![[0; N]; rows.len()];
                file.seek(SeekFrom::Start(at + (rows.start * N) as u64))?;
                file.read_exact(bytes.as_flattened_mut())?;
                to.expand_values().extend(bytes.into_iter().map(value));
            }
        }
        Ok(())
    }
}
