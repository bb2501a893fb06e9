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
    pub(crate) fn of(names: &MeasureDictionaries) -> Self {
        let texts = |names: &Names| Arc::new(StringArray::from_iter_values(names.texts()));
        Self { groups: texts(&names.groups), grades: texts(&names.grades), places: texts(&names.places) }
    }

    /// A column of some rows, by its place in a segment.
    pub(crate) fn array(&self, rows: &LakeRows, range: Range<usize>, column: usize) -> ArrayRef {
        match column {
            place::UNIT => labels(&self.places, rows.place.some(range).into_iter().map(|place_id| place_id as i32)),
            place::GROUP => labels(&self.groups, rows.group.some(range).into_iter().map(i32::from)),
            place::GRADE => labels(&self.grades, rows.grade.some(range).into_iter().map(i32::from)),
            place::PERIOD => Arc::new(Int32Array::from(rows.period.some(range))),
            place::STATE => Arc::new(UInt8Array::from(rows.state.some(range))),
            place::FLAGS => Arc::new(UInt8Array::from(rows.flags.some(range))),
            place::LO => nullable(rows.lo.some(range)),
            place::HI => nullable(rows.hi.some(range)),
            place::NUMERATOR => nullable(rows.numerator.some(range)),
            place::DENOMINATOR => nullable(rows.denominator.some(range)),
            place::VINTAGE => Arc::new(Int64Array::from(rows.vintage.some(range))),
            other => unreachable!("a segment has no column {other}"),
        }
    }
}

fn labels(texts: &ArrayRef, numbers: impl Iterator<Item = i32>) -> ArrayRef {
    let numbers = Int32Array::from_iter_values(numbers);
    Arc::new(DictionaryArray::<Int32Type>::new(numbers, Arc::clone(texts)))
}

/// NaN becomes null.
pub(crate) fn nullable(values: Vec<f64>) -> ArrayRef {
    let nulls: NullBuffer = values.iter().map(|x| !x.is_nan()).collect();
    Arc::new(Float64Array::new(values.into(), Some(nulls)))
}
