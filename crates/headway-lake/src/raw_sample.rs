//! The first rows of a Parquet file as texts, for a look at it before anybody has said what its columns mean.

use std::fs::File;
use std::path::Path;

use arrow_array::{Array, ArrayRef, cast::AsArray, types::Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::guard::decode_guarded;
use crate::raw::{float_numbers, with_dictionaries};
use crate::{LakeError, Result};

/// The first rows of a Parquet file.
pub struct RawSample {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The first rows, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// How many rows the file has.
    pub all_rows: u64,
}

/// The names of the columns, and the first `most` rows as texts; null, and what is neither text nor number, is empty.
///
/// # Errors
/// When the file is no Parquet file.
pub fn sample_parquet(path: &Path, most: usize) -> Result<RawSample> {
    let file = File::open(path).map_err(LakeError::from_io(path))?;
    let metadata = with_dictionaries(path, &file)?;
    let all_rows = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or_default();
    let columns = metadata.schema().fields().iter().map(|field| field.name().clone()).collect();
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_limit(most);
    let mut reader = decode_guarded(path, || builder.build())?;
    let mut rows = Vec::new();
    while let Some(batch) = decode_guarded(path, || reader.next().transpose())? {
        let texts: Vec<Vec<String>> = batch.columns().iter().map(cell_texts).collect();
        rows.extend((0..batch.num_rows()).map(|row| texts.iter().map(|column| column[row].clone()).collect()));
    }
    Ok(RawSample { columns, rows, all_rows })
}

fn cell_texts(column: &ArrayRef) -> Vec<String> {
    let dictionary = column.as_dictionary_opt::<Int32Type>();
    if let Some((dictionary, values)) = dictionary.and_then(|d| Some((d, d.values().as_string_opt::<i32>()?))) {
        let text = |row: usize| dictionary.key(row).map_or(String::new(), |key| values.value(key).to_owned());
        return (0..column.len()).map(text).collect();
    }
    match float_numbers("", column) {
        Ok(numbers) => numbers.iter().map(|n| if n.is_nan() { String::new() } else { n.to_string() }).collect(),
        Err(_) => vec![String::new(); column.len()],
    }
}
