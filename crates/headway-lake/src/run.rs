//! Sorted rows in a temporary file, column after column; a column that says one thing takes no room.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    ops::Range,
    path::Path,
};

use headway_model::State;

use crate::{Error, Result, ranks::Ranks, rows::Rows, temp::TempFile};

/// Rows between two keys that are kept in memory.
pub(crate) const STEP: usize = 256;

/// A sorted run, without vintages: those of an import are one.
#[derive(Debug)]
pub(crate) struct Run {
    file: TempFile,
    rows: usize,
    /// The key of every [`STEP`]th row.
    pub(crate) keys: Vec<(u16, u16, u32)>,
    columns: Columns,
}

#[derive(Debug)]
struct Columns {
    group: Column<2>,
    grade: Column<2>,
    unit: Column<4>,
    period: Column<4>,
    state: Column<1>,
    flags: Column<1>,
    lo: Column<8>,
    /// Not a number where the value is exact.
    hi: Column<8>,
    numerator: Column<8>,
    denominator: Column<8>,
}

/// Where a column of N bytes a row is.
#[derive(Debug)]
enum Column<const N: usize> {
    Everywhere([u8; N]),
    At(u64),
}

impl Run {
    /// Writes the rows in the given order; there is at least one.
    pub(crate) fn write(folder: &Path, rows: &Rows, order: &[u32]) -> Result<Self> {
        let (temp, file) = TempFile::create(folder)?;
        let keys = order.iter().step_by(STEP).map(|&row| rows.key(row as usize)).collect();
        let exact = |row: usize| rows.state[row] == State::Exact as u8;
        let mut out = Out { file, order, written: 0 };
        let columns = (|| {
            Ok(Columns {
                group: out.column(|row| rows.group[row].to_le_bytes())?,
                grade: out.column(|row| rows.grade[row].to_le_bytes())?,
                unit: out.column(|row| rows.unit[row].to_le_bytes())?,
                period: out.column(|row| rows.period[row].to_le_bytes())?,
                state: out.column(|row| [rows.state[row]])?,
                flags: out.column(|row| [rows.flags[row]])?,
                lo: out.column(|row| rows.lo[row].to_le_bytes())?,
                hi: out.column(|row| if exact(row) { f64::NAN } else { rows.hi[row] }.to_le_bytes())?,
                numerator: out.column(|row| rows.numerator[row].to_le_bytes())?,
                denominator: out.column(|row| rows.denominator[row].to_le_bytes())?,
            })
        })();
        let columns = columns.map_err(Error::io(temp.path()))?;
        Ok(Self { file: temp, rows: order.len(), keys, columns })
    }

    /// Appends the rows whose series lies in [from, to) to `rows`, without vintages.
    pub(crate) fn read(&self, ranks: &Ranks, from: u64, to: u64, rows: &mut Rows) -> Result<()> {
        let place = |key: u64| self.keys.partition_point(|&k| ranks.series(k) < key);
        let start = place(from).saturating_sub(1) * STEP;
        let end = (place(to) * STEP).min(self.rows);
        if start < end {
            self.read_rows(ranks, from..to, start..end, rows).map_err(Error::io(self.file.path()))?;
        }
        Ok(())
    }

    fn read_rows(&self, ranks: &Ranks, keys: Range<u64>, around: Range<usize>, rows: &mut Rows) -> std::io::Result<()> {
        let mut file = File::open(self.file.path())?;
        let Columns { group, grade, unit, period, state, flags, lo, hi, numerator, denominator } = &self.columns;
        let group: Vec<u16> = group.read(&mut file, &around)?.into_iter().map(u16::from_le_bytes).collect();
        let grade: Vec<u16> = grade.read(&mut file, &around)?.into_iter().map(u16::from_le_bytes).collect();
        let unit: Vec<u32> = unit.read(&mut file, &around)?.into_iter().map(u32::from_le_bytes).collect();
        // The kept keys only say between which rows the range starts and ends.
        let series = |row: usize| ranks.series((group[row], grade[row], unit[row]));
        let skipped = (0..group.len()).take_while(|&row| series(row) < keys.start).count();
        let after = (skipped..group.len()).rev().take_while(|&row| series(row) >= keys.end).count();
        let kept = skipped..group.len() - after;
        rows.group.extend_from_slice(&group[kept.clone()]);
        rows.grade.extend_from_slice(&grade[kept.clone()]);
        rows.unit.extend_from_slice(&unit[kept.clone()]);
        let wanted = around.start + kept.start..around.start + kept.end;
        let old = rows.lo.len();
        rows.period.extend(period.read(&mut file, &wanted)?.into_iter().map(i32::from_le_bytes));
        rows.state.extend(state.read(&mut file, &wanted)?.into_iter().flatten());
        rows.flags.extend(flags.read(&mut file, &wanted)?.into_iter().flatten());
        rows.lo.extend(lo.read(&mut file, &wanted)?.into_iter().map(f64::from_le_bytes));
        rows.hi.extend(hi.read(&mut file, &wanted)?.into_iter().map(f64::from_le_bytes));
        rows.numerator.extend(numerator.read(&mut file, &wanted)?.into_iter().map(f64::from_le_bytes));
        rows.denominator.extend(denominator.read(&mut file, &wanted)?.into_iter().map(f64::from_le_bytes));
        for row in old..rows.lo.len() {
            if rows.state[row] == State::Exact as u8 {
                rows.hi[row] = rows.lo[row];
            }
        }
        Ok(())
    }
}

/// A run's file while it is written.
struct Out<'a> {
    file: File,
    order: &'a [u32],
    written: u64,
}

impl Out<'_> {
    fn column<const N: usize>(&mut self, get: impl Fn(usize) -> [u8; N]) -> std::io::Result<Column<N>> {
        let first = get(self.order[0] as usize);
        if self.order.iter().all(|&row| get(row as usize) == first) {
            return Ok(Column::Everywhere(first));
        }
        let bytes: Vec<[u8; N]> = self.order.iter().map(|&row| get(row as usize)).collect();
        self.file.write_all(bytes.as_flattened())?;
        let at = self.written;
        self.written += (bytes.len() * N) as u64;
        Ok(Column::At(at))
    }
}

impl<const N: usize> Column<N> {
    fn read(&self, file: &mut File, rows: &Range<usize>) -> std::io::Result<Vec<[u8; N]>> {
        match self {
            Self::Everywhere(bytes) => Ok(vec![*bytes; rows.len()]),
            Self::At(at) => {
                let mut bytes = vec![[0; N]; rows.len()];
                file.seek(SeekFrom::Start(at + (rows.start * N) as u64))?;
                file.read_exact(bytes.as_flattened_mut())?;
                Ok(bytes)
            }
        }
    }
}
