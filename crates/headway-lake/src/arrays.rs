//! Rows as Arrow arrays, as the Parquet writer takes them.

use std::{ops::Range, sync::Arc};

use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray, UInt8Array, types::Int32Type,
};
use arrow_buffer::NullBuffer;
use headway_model::Names;

use crate::{layout::column as place, ranks::MeasureDictionaries, rows::LakeRows};

/// The texts that rows have as numbers.
pub(crate) struct Texts {
    groups: ArrayRef,
    grades: ArrayRef,
    places: ArrayRef,
}

impl Texts {
    pub(crate) fn from_dictionaries(names: &MeasureDictionaries) -> Self {
        let texts = |names: &Names| Arc::new(StringArray::from_iter_values(names.all_texts()));
        Self { groups: texts(&names.groups), grades: texts(&names.grades), places: texts(&names.places) }
    }

    /// A column of some rows, by its place in a segment.
    pub(crate) fn column_array(&self, rows: &LakeRows, range: Range<usize>, column: usize) -> ArrayRef {
        match column {
            place::UNIT => {
                label_array(&self.places, rows.place.row_values(range).into_iter().map(|place_id| place_id as i32))
            }
            place::GROUP => label_array(&self.groups, rows.group.row_values(range).into_iter().map(i32::from)),
            place::GRADE => label_array(&self.grades, rows.grade.row_values(range).into_iter().map(i32::from)),
            place::PERIOD => Arc::new(Int32Array::from(rows.period.row_values(range))),
            place::STATE => Arc::new(UInt8Array::from(rows.state.row_values(range))),
            place::FLAGS => Arc::new(UInt8Array::from(rows.flags.row_values(range))),
            place::LO => nullable_array(rows.lo.row_values(range)),
            place::HI => nullable_array(rows.hi.row_values(range)),
            place::NUMERATOR => nullable_array(rows.numerator.row_values(range)),
            place::DENOMINATOR => nullable_array(rows.denominator.row_values(range)),
            place::VINTAGE => Arc::new(Int64Array::from(rows.vintage.row_values(range))),
            other => unreachable!("a segment has no column {other}"),
        }
    }
}

fn label_array(texts: &ArrayRef, numbers: impl Iterator<Item = i32>) -> ArrayRef {
    let numbers = Int32Array::from_iter_values(numbers);
    Arc::new(DictionaryArray::<Int32Type>::new(numbers, Arc::clone(texts)))
}

/// NaN becomes null.
pub(crate) fn nullable_array(values: Vec<f64>) -> ArrayRef {
    let nulls: NullBuffer = values.iter().map(|x| !x.is_nan()).collect();
    Arc::new(Float64Array::new(values.into(), Some(nulls)))
}
