//! Batches as plain files: one row an observation, as other programs would hand them over.

use std::{fs::File, io::Write, path::Path, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema};
use headway_model::{Batch, Names, State};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use crate::{Error, Result};

/// The columns of both kinds of files: period, unit, group, denominator, exact value (empty or null where there is none).
const COLUMNS: [&str; 5] = ["year", "unit", "group", "n", "value"];

/// Writes batches as CSV with a header.
pub fn write_csv(batches: impl Iterator<Item = Batch>, path: &Path) -> Result<()> {
    let file = File::create(path).map_err(Error::io(path))?;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
    let write = || -> std::io::Result<()> {
        writeln!(out, "{}", COLUMNS.join(","))?;
        for batch in batches {
            for row in 0..batch.len() {
                let (unit, group) = (batch.units.text(batch.unit[row]), batch.groups.text(batch.group[row]));
                write!(out, "{},{unit},{group},", batch.period[row])?;
                if !batch.denominator[row].is_nan() {
                    write!(out, "{}", batch.denominator[row])?;
                }
                match exact(&batch, row) {
                    Some(value) => writeln!(out, ",{value}")?,
                    None => writeln!(out, ",")?,
                }
            }
        }
        out.flush()
    };
    write().map_err(Error::io(path))
}

/// Writes batches as Parquet (zstd), in row groups of a million rows.
pub fn write_parquet(batches: impl Iterator<Item = Batch>, path: &Path) -> Result<()> {
    let file = File::create(path).map_err(Error::io(path))?;
    let kinds = [DataType::Int32, DataType::Utf8, DataType::Utf8, DataType::Float64, DataType::Float64];
    let fields: Vec<Field> = COLUMNS.into_iter().zip(kinds).map(|(name, kind)| Field::new(name, kind, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer =
        ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|e| Error::damaged(path, e))?;
    for batch in batches {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int32Array::from(batch.period.clone())),
            texts(&batch.units, &batch.unit),
            texts(&batch.groups, &batch.group),
            numbers(batch.denominator.clone()),
            numbers((0..batch.len()).map(|row| exact(&batch, row).unwrap_or(f64::NAN)).collect()),
        ];
        let rows = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| Error::damaged(path, e))?;
        writer.write(&rows).map_err(|e| Error::damaged(path, e))?;
    }
    writer.close().map_err(|e| Error::damaged(path, e))?;
    Ok(())
}

fn exact(batch: &Batch, row: usize) -> Option<f64> {
    (batch.state[row] == State::Exact as u8).then_some(batch.lo[row])
}

fn texts(names: &Names, numbers: &[u32]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(numbers.iter().map(|&number| names.text(number))))
}

/// NaN becomes null.
fn numbers(values: Vec<f64>) -> ArrayRef {
    let nulls: NullBuffer = values.iter().map(|x| !x.is_nan()).collect();
    Arc::new(Float64Array::new(values.into(), Some(nulls)))
}
