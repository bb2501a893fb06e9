//! Rows of one row group, decoded.

use std::{fs::File, ops::Range};

use arrow_array::{
    Array, ArrayRef, DictionaryArray, Float64Array, RecordBatch, StringArray,
    cast::AsArray,
    types::{Int32Type, Int64Type, UInt8Type},
};
use arrow_buffer::ScalarBuffer;
use headway_model::{SeriesRows, ValueState};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection},
};

use crate::{
    LakeError, Result, ScanColumns,
    file::{ColumnConstant, RowGroupPiece, SegmentFile},
    layout::column,
};

/// Columns of equal length, in the order of the file. Those not asked for are empty.
pub(crate) struct RowBlock {
    pub(crate) group: TextColumn,
    pub(crate) grade: TextColumn,
    pub(crate) place: TextColumn,
    pub(crate) period: ScalarBuffer<i32>,
    pub(crate) state: ScalarBuffer<u8>,
    pub(crate) flags: ScalarBuffer<u8>,
    pub(crate) lo: Vec<f64>,
    pub(crate) hi: Vec<f64>,
    pub(crate) numerator: Vec<f64>,
    pub(crate) denominator: Vec<f64>,
    pub(crate) vintage: ScalarBuffer<i64>,
    /// All rows are of one vintage.
    pub(crate) one_vintage: bool,
}

/// A column of texts.
pub(crate) enum TextColumn {
    One(String),
    Many { keys: ScalarBuffer<i32>, values: StringArray },
}

impl TextColumn {
    pub(crate) fn text_at(&self, row: usize) -> &str {
        match self {
            Self::One(text) => text,
            Self::Many { keys, values } => values.value(keys[row] as usize),
        }
    }

    /// The number of a row's text in the dictionary.
    pub(crate) fn dictionary_number(&self, row: usize) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Many { keys, .. } => keys[row] as usize,
        }
    }

    /// Whether two rows have the same text; the values of a dictionary differ from each other.
    pub(crate) fn is_same_text(&self, a: usize, b: usize) -> bool {
        match self {
            Self::One(_) => true,
            Self::Many { keys, .. } => keys[a] == keys[b],
        }
    }
}

impl RowBlock {
    pub(crate) fn read_piece(file: &SegmentFile, piece: &RowGroupPiece, columns: ScanColumns) -> Result<Self> {
        let decode = BlockDecoder { file, row_group: piece.row_group, rows: piece.ranges.iter().map(Range::len).sum() };
        let wanted = |c: usize| match c {
            column::FLAGS => columns.flags,
            column::HI => columns.hi,
            column::NUMERATOR | column::DENOMINATOR => columns.counts,
            _ => true,
        };
        let unknown = |&c: &usize| wanted(c) && file.constant_value(piece.row_group, c).is_none();
        let read: Vec<usize> = (0..column::COUNT).filter(unknown).collect();
        file.check_columns(piece.row_group, &read)?;
        let batch = decode.read_batch(piece, &read)?;
        let array = |c: usize| read.iter().position(|&r| r == c).map(|place| batch.column(place));
        let state = decode.byte_column(column::STATE, array(column::STATE))?;
        if state.iter().any(|&state| usize::from(state) >= ValueState::ALL.len()) {
            return Err(LakeError::damaged_file(file.path(), "it holds a state that has no meaning"));
        }
        let number = |c: usize| match (wanted(c), array(c)) {
            (false, _) => Vec::new(),
            (true, None) => vec![f64::NAN; decode.rows],
            (true, Some(array)) => nulls_to_nan(array.as_primitive()),
        };
        let (lo, mut hi) = (number(column::LO), number(column::HI));
        for (row, hi) in hi.iter_mut().enumerate() {
            if state[row] == ValueState::Exact as u8 {
                *hi = lo[row];
            }
        }
        Ok(Self {
            group: decode.text_column(column::GROUP, array(column::GROUP))?,
            grade: decode.text_column(column::GRADE, array(column::GRADE))?,
            place: decode.text_column(column::UNIT, array(column::UNIT))?,
            period: match (file.constant_value(piece.row_group, column::PERIOD), array(column::PERIOD)) {
                (Some(ColumnConstant::Whole(period)), _) => vec![period as i32; decode.rows].into(),
                (_, Some(array)) => array.as_primitive::<Int32Type>().values().clone(),
                _ => return Err(decode.column_error(column::PERIOD)),
            },
            flags: if wanted(column::FLAGS) {
                decode.byte_column(column::FLAGS, array(column::FLAGS))?
            } else {
                Vec::new().into()
            },
            numerator: number(column::NUMERATOR),
            denominator: number(column::DENOMINATOR),
            one_vintage: array(column::VINTAGE).is_none(),
            vintage: match (file.constant_value(piece.row_group, column::VINTAGE), array(column::VINTAGE)) {
                (Some(ColumnConstant::Whole(vintage)), _) => vec![vintage; decode.rows].into(),
                (_, Some(array)) => array.as_primitive::<Int64Type>().values().clone(),
                _ => return Err(decode.column_error(column::VINTAGE)),
            },
            state,
            lo,
            hi,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.period.len()
    }

    /// Where the series that starts at `start` ends.
    pub(crate) fn series_end(&self, start: usize) -> usize {
        let same = |row: &usize| {
            self.place.is_same_text(*row, start)
                && self.grade.is_same_text(*row, start)
                && self.group.is_same_text(*row, start)
        };
        (start + 1..self.len()).find(|row| !same(row)).unwrap_or(self.len())
    }

    /// Rows of one series.
    pub(crate) fn series_rows(&self, rows: Range<usize>) -> SeriesRows<'_> {
        fn part<T>(column: &[T], rows: Range<usize>) -> &[T] {
            column.get(rows).unwrap_or(&[])
        }
        SeriesRows {
            group: self.group.text_at(rows.start),
            grade: self.grade.text_at(rows.start),
            place: self.place.text_at(rows.start),
            period: &self.period[rows.clone()],
            state: &self.state[rows.clone()],
            flags: part(&self.flags, rows.clone()),
            lo: &self.lo[rows.clone()],
            hi: part(&self.hi, rows.clone()),
            numerator: part(&self.numerator, rows.clone()),
            denominator: part(&self.denominator, rows.clone()),
            vintage: &self.vintage[rows],
        }
    }
}

/// Null becomes NaN.
fn nulls_to_nan(array: &Float64Array) -> Vec<f64> {
    let mut values = array.values().to_vec();
    if let Some(nulls) = array.nulls() {
        for row in (!nulls.inner()).set_indices() {
            values[row] = f64::NAN;
        }
    }
    values
}

/// Decoding of some rows of one row group.
struct BlockDecoder<'a> {
    file: &'a SegmentFile,
    row_group: usize,
    rows: usize,
}

impl BlockDecoder<'_> {
    /// These columns of the piece, in one batch, so that a dictionary stays one.
    fn read_batch(&self, piece: &RowGroupPiece, columns: &[usize]) -> Result<RecordBatch> {
        let path = self.file.path();
        let input = File::open(path).map_err(LakeError::from_io(path))?;
        let mask = ProjectionMask::roots(self.file.metadata.parquet_schema(), columns.iter().copied());
        let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(input, self.file.metadata.clone())
            .with_row_groups(vec![self.row_group])
            .with_projection(mask)
            .with_batch_size(self.rows);
        let all = self.file.group_rows(self.row_group);
        if self.rows < all {
            let ranges = piece.ranges.iter().cloned();
            reader = reader.with_row_selection(RowSelection::from_consecutive_ranges(ranges, all));
        }
        let mut batches = reader.build().map_err(|e| LakeError::damaged_file(path, e))?;
        let batch = batches.next().ok_or_else(|| LakeError::damaged_file(path, "it ends too early"))?;
        let batch = batch.map_err(|e| LakeError::damaged_file(path, e))?;
        if batch.num_rows() != self.rows {
            return Err(LakeError::damaged_file(
                path,
                format!("it has {} rows where {} belong", batch.num_rows(), self.rows),
            ));
        }
        Ok(batch)
    }

    fn text_column(&self, column: usize, array: Option<&ArrayRef>) -> Result<TextColumn> {
        match (self.file.constant_value(self.row_group, column), array) {
            (Some(ColumnConstant::Text(text)), _) => Ok(TextColumn::One(text.to_owned())),
            (_, Some(array)) => {
                let array: &DictionaryArray<Int32Type> = array.as_dictionary();
                let values = array.values().as_string::<i32>().clone();
                Ok(TextColumn::Many { keys: array.keys().values().clone(), values })
            }
            _ => Err(self.column_error(column)),
        }
    }

    fn byte_column(&self, column: usize, array: Option<&ArrayRef>) -> Result<ScalarBuffer<u8>> {
        match (self.file.constant_value(self.row_group, column), array) {
            (Some(ColumnConstant::Whole(byte)), _) => {
                let byte = u8::try_from(byte).map_err(|_| self.column_error(column))?;
                Ok(vec![byte; self.rows].into())
            }
            (_, Some(array)) => Ok(array.as_primitive::<UInt8Type>().values().clone()),
            _ => Err(self.column_error(column)),
        }
    }

    fn column_error(&self, column: usize) -> LakeError {
        LakeError::damaged_file(self.file.path(), format!("column {} is null or of another type", column + 1))
    }
}
