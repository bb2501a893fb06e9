//! Batches as plain files: one row an observation, as other programs would hand them over.

use std::{fs::File, io::Write, path::Path, sync::Arc};

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use headway_files::output::{OutputFile, OutputRights};
use headway_model::{Names, ObservationBatch, ValueState};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use crate::arrays::nullable_array;
use crate::{LakeError, Result};

/// The columns of both kinds of files: period, place, group, grade, denominator, exact value (empty or null where there is none).
const COLUMNS: [&str; 6] = ["year", "unit", "group", "grade", "n", "value"];

/// Whether a file of these batches needs the grade: the first batch has more than one.
fn has_grades<I: Iterator<Item = ObservationBatch>>(batches: &mut std::iter::Peekable<I>) -> bool {
    batches.peek().is_some_and(|first| first.grades.len() > 1)
}

fn column_names(graded: bool) -> impl Iterator<Item = &'static str> {
    COLUMNS.into_iter().filter(move |name| graded || *name != "grade")
}

/// Writes batches as CSV with a header. The grade has a column when the first batch has more than one.
pub fn write_csv(batches: impl Iterator<Item = ObservationBatch>, path: &Path) -> Result<()> {
    let mut batches = batches.peekable();
    let graded = has_grades(&mut batches);
    let (output, file) = begin_output(path)?;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
    let write = || -> std::io::Result<()> {
        writeln!(out, "{}", column_names(graded).collect::<Vec<_>>().join(","))?;
        for batch in batches {
            for row in 0..batch.len() {
                let (place, group) =
                    (batch.places.text_by_number(batch.place[row]), batch.groups.text_by_number(batch.group[row]));
                write!(out, "{},{place},{group},", batch.period[row])?;
                if graded {
                    write!(out, "{},", batch.grades.text_by_number(batch.grade[row]))?;
                }
                if !batch.denominator[row].is_nan() {
                    write!(out, "{}", batch.denominator[row])?;
                }
                match exact_value(&batch, row) {
                    Some(value) => writeln!(out, ",{value}")?,
                    None => writeln!(out, ",")?,
                }
            }
        }
        out.flush()
    };
    write().map_err(LakeError::from_io(path))?;
    drop(out);
    output.finish().map_err(LakeError::from_io(path))
}

fn begin_output(path: &Path) -> Result<(OutputFile, File)> {
    OutputFile::create(path, OutputRights::OwnerOnly).map_err(LakeError::from_io(path))
}

/// Writes batches as Parquet (zstd), in row groups of a million rows. The grade has a column when the first batch has more than
/// one.
pub fn write_parquet(batches: impl Iterator<Item = ObservationBatch>, path: &Path) -> Result<()> {
    let mut batches = batches.peekable();
    let graded = has_grades(&mut batches);
    let (output, file) = begin_output(path)?;
    let kind = |name: &str| match name {
        "year" => DataType::Int32,
        "n" | "value" => DataType::Float64,
        _ => DataType::Utf8,
    };
    let fields: Vec<Field> = column_names(graded).map(|name| Field::new(name, kind(name), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
        .map_err(|e| LakeError::from_writer(path, e))?;
    for batch in batches {
        let column = |name: &str| -> ArrayRef {
            match name {
                "year" => Arc::new(Int32Array::from(batch.period.clone())),
                "unit" => text_array(&batch.places, &batch.place),
                "group" => text_array(&batch.groups, &batch.group),
                "grade" => text_array(&batch.grades, &batch.grade),
                "n" => nullable_array(batch.denominator.clone()),
                _ => nullable_array((0..batch.len()).map(|row| exact_value(&batch, row).unwrap_or(f64::NAN)).collect()),
            }
        };
        let columns: Vec<ArrayRef> = column_names(graded).map(column).collect();
        let rows = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| LakeError::damaged_file(path, e))?;
        writer.write(&rows).map_err(|e| LakeError::from_writer(path, e))?;
    }
    writer.close().map_err(|e| LakeError::from_writer(path, e))?;
    output.finish().map_err(LakeError::from_io(path))
}

fn exact_value(batch: &ObservationBatch, row: usize) -> Option<f64> {
    (batch.state[row] == ValueState::Exact as u8).then_some(batch.lo[row])
}

fn text_array(names: &Names, numbers: &[u32]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(numbers.iter().map(|&number| names.text_by_number(number))))
}
