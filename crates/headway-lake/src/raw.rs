//! Parquet files of other people, one row an observation, read into batches.

use std::{fs::File, path::Path, sync::Arc};

use arrow_array::{
    Array, ArrayRef, RecordBatch,
    cast::AsArray,
    types::{Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type},
};
use arrow_schema::{DataType, Field, Schema};
use headway_model::{ALL, Names, ObservationBatch, PeriodKind, Value, ValueFlags};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
};

use crate::guard::decode_guarded;
use crate::{LakeError, Result};

/// Rows in a batch.
const BATCH_ROWS: usize = 1 << 17;

/// Which column says what. Groups and grades may be left out: then all rows are of all students, all grades.
#[derive(Clone, Debug)]
pub struct RawColumns<'a> {
    /// The measure that the values are of.
    pub measure: &'a str,
    /// The kind of the periods.
    pub period_kind: PeriodKind,
    /// A column of texts.
    pub place: &'a str,
    /// A column of whole numbers: ordinals.
    pub period: &'a str,
    /// A column of numbers; null is missing.
    pub value: &'a str,
    /// A column of texts.
    pub group: Option<&'a str>,
    /// A column of texts.
    pub grade: Option<&'a str>,
    /// A column of numbers.
    pub numerator: Option<&'a str>,
    /// A column of numbers.
    pub denominator: Option<&'a str>,
}

/// What a Parquet file holds, before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawShape {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
}

impl RawShape {
    /// Looks at a file.
    ///
    /// # Errors
    /// When the file is no Parquet file.
    pub fn of_file(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(LakeError::from_io(path))?;
        let found = decode_guarded(path, || ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))?;
        let columns = found.schema().fields().iter().map(|field| field.name().clone()).collect();
        let rows = found.metadata().row_groups().iter().map(|group| group.num_rows() as u64).sum();
        Ok(Self { columns, rows })
    }
}

/// Reads a Parquet file and hands its rows to `sink`, some 130,000 at a time.
///
/// # Errors
/// When the file is no Parquet file, a column is not there or of another type than wanted, a key is null, or `sink` fails.
pub fn read_parquet(
    path: &Path,
    columns: &RawColumns<'_>,
    mut sink: impl FnMut(ObservationBatch) -> Result<()>,
) -> Result<()> {
    let file = File::open(path).map_err(LakeError::from_io(path))?;
    let metadata = with_dictionaries(path, &file)?;
    let wanted = [
        Some(columns.place),
        Some(columns.period),
        Some(columns.value),
        columns.group,
        columns.grade,
        columns.numerator,
        columns.denominator,
    ];
    let mask = ProjectionMask::columns(metadata.parquet_schema(), wanted.into_iter().flatten());
    // One row group at a time: inside it a dictionary stays one.
    for row_group in 0..metadata.metadata().num_row_groups() {
        let input = File::open(path).map_err(LakeError::from_io(path))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, metadata.clone())
            .with_row_groups(vec![row_group])
            .with_projection(mask.clone())
            .with_batch_size(BATCH_ROWS);
        let mut reader = decode_guarded(path, || builder.build())?;
        while let Some(batch) = decode_guarded(path, || reader.next().transpose())? {
            sink(rows_to_batch(&batch, columns).map_err(|reason| LakeError::foreign_file(path, reason))?)?;
        }
    }
    Ok(())
}

/// What a file says of itself, its texts to be read as dictionaries.
pub(crate) fn with_dictionaries(path: &Path, file: &File) -> Result<ArrowReaderMetadata> {
    let plain = decode_guarded(path, || ArrowReaderMetadata::load(file, ArrowReaderOptions::new()))?;
    let options = ArrowReaderOptions::new().with_schema(as_dictionaries(plain.schema()));
    decode_guarded(path, || ArrowReaderMetadata::load(file, options))
}

/// Texts are read as the dictionaries that they mostly are in the file, so that each is looked up once.
fn as_dictionaries(schema: &Schema) -> Arc<Schema> {
    let fields = schema.fields().iter().map(|field| {
        if !holds_texts(field.data_type()) {
            return Arc::clone(field);
        }
        let texts = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Arc::new(Field::new(field.name(), texts, field.is_nullable()))
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Texts in any of the forms in which writers keep them: data frames write categories as dictionaries with keys of other widths.
fn holds_texts(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => holds_texts(values),
        _ => false,
    }
}

fn rows_to_batch(rows: &RecordBatch, columns: &RawColumns<'_>) -> Result<ObservationBatch, String> {
    let column = |name: &str| rows.column_by_name(name).ok_or_else(|| format!("it has no column {name}"));
    let numbers = |name: Option<&str>| match name {
        None => Ok(vec![f64::NAN; rows.num_rows()]),
        Some(name) => float_numbers(name, column(name)?),
    };
    let mut batch = ObservationBatch::new(columns.measure, columns.period_kind);
    batch.place = text_numbers(columns.place, column(columns.place)?, &mut batch.places)?;
    let all_or = |name: Option<&str>, names: &mut Names| match name {
        Some(name) => text_numbers(name, column(name)?, names),
        None => Ok(vec![names.intern_text(ALL); rows.num_rows()]),
    };
    batch.group = all_or(columns.group, &mut batch.groups)?;
    batch.grade = all_or(columns.grade, &mut batch.grades)?;
    batch.period = whole_numbers(columns.period, column(columns.period)?)?;
    batch.lo = numbers(Some(columns.value))?;
    batch.hi = batch.lo.clone();
    let state = |&value: &f64| if value.is_nan() { Value::Missing } else { Value::Exact { value } }.state() as u8;
    batch.state = batch.lo.iter().map(state).collect();
    batch.flags = vec![ValueFlags::default().0; rows.num_rows()];
    batch.numerator = numbers(columns.numerator)?;
    batch.denominator = numbers(columns.denominator)?;
    Ok(batch)
}

/// Numbers of the texts, each looked up once a batch.
fn text_numbers(name: &str, array: &ArrayRef, names: &mut Names) -> Result<Vec<u32>, String> {
    if array.null_count() > 0 {
        return Err(format!("column {name} is null in {} rows; every row needs its key", array.null_count()));
    }
    let array = array.as_dictionary_opt::<Int32Type>().ok_or_else(|| format!("column {name} holds no texts"))?;
    let values = array.values().as_string_opt::<i32>().ok_or_else(|| format!("column {name} holds no texts"))?;
    let mut known = vec![u32::MAX; values.len()];
    let number = |&key: &i32| {
        let known = &mut known[key as usize];
        if *known == u32::MAX {
            *known = names.intern_text(values.value(key as usize));
        }
        *known
    };
    Ok(array.keys().values().iter().map(number).collect())
}

fn whole_numbers(name: &str, array: &ArrayRef) -> Result<Vec<i32>, String> {
    if array.null_count() > 0 {
        return Err(format!("column {name} is null in {} rows; every row needs its key", array.null_count()));
    }
    let too_large = |_| format!("column {name} holds a number that is no period");
    match array.data_type() {
        DataType::Int16 => Ok(array.as_primitive::<Int16Type>().values().iter().map(|&x| x.into()).collect()),
        DataType::Int32 => Ok(array.as_primitive::<Int32Type>().values().to_vec()),
        DataType::Int64 => {
            let values = array.as_primitive::<Int64Type>().values();
            values.iter().map(|&x| i32::try_from(x).map_err(too_large)).collect()
        }
        other => Err(format!("column {name} is {other}; periods are whole numbers")),
    }
}

pub(crate) fn float_numbers(name: &str, array: &ArrayRef) -> Result<Vec<f64>, String> {
    let mut values: Vec<f64> = match array.data_type() {
        DataType::Float64 => array.as_primitive::<Float64Type>().values().to_vec(),
        DataType::Float32 => array.as_primitive::<Float32Type>().values().iter().map(|&x| x.into()).collect(),
        DataType::Int8 => array.as_primitive::<Int8Type>().values().iter().map(|&x| x.into()).collect(),
        DataType::Int16 => array.as_primitive::<Int16Type>().values().iter().map(|&x| x.into()).collect(),
        DataType::Int32 => array.as_primitive::<Int32Type>().values().iter().map(|&x| x.into()).collect(),
        DataType::Int64 => array.as_primitive::<Int64Type>().values().iter().map(|&x| x as f64).collect(),
        other => return Err(format!("column {name} is {other}; values are numbers")),
    };
    if let Some(nulls) = array.nulls() {
        for row in (!nulls.inner()).set_indices() {
            values[row] = f64::NAN;
        }
    }
    Ok(values)
}
