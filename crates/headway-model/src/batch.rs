//! Many observations of one measure, column by column: what the import hands to the lake.

use crate::{MeasureId, Names, PeriodKind, Value, ValueFlags, ValueState};

/// Observations of one measure in columns, in no order; texts are numbers into the batch's own dictionaries.
///
/// All columns have [`ObservationBatch::len`] entries. Unknown numbers are NaN.
#[derive(Clone, Debug)]
pub struct ObservationBatch {
    /// The measure's id.
    pub measure: MeasureId,
    /// The kind of all its periods.
    pub period_kind: PeriodKind,
    /// Place of each row, a number in `places`.
    pub place: Vec<u32>,
    /// Student group of each row, a number in `groups`.
    pub group: Vec<u32>,
    /// Grade of each row, a number in `grades`.
    pub grade: Vec<u32>,
    /// Ordinal of the period of each row.
    pub period: Vec<i32>,
    /// [`ValueState`] of each row as its number.
    pub state: Vec<u8>,
    /// [`ValueFlags`] of each row.
    pub flags: Vec<u8>,
    /// Exact value, or lower bound; NaN where there is none.
    pub lo: Vec<f64>,
    /// Exact value, or upper bound; NaN where there is none.
    pub hi: Vec<f64>,
    /// Numerator.
    pub numerator: Vec<f64>,
    /// Denominator.
    pub denominator: Vec<f64>,
    /// Texts of `place`.
    pub places: Names,
    /// Texts of `group`.
    pub groups: Names,
    /// Texts of `grade`.
    pub grades: Names,
}

impl ObservationBatch {
    /// An empty batch.
    pub fn new(measure: impl Into<MeasureId>, period_kind: PeriodKind) -> Self {
        Self {
            measure: measure.into(),
            period_kind,
            place: Vec::new(),
            group: Vec::new(),
            grade: Vec::new(),
            period: Vec::new(),
            state: Vec::new(),
            flags: Vec::new(),
            lo: Vec::new(),
            hi: Vec::new(),
            numerator: Vec::new(),
            denominator: Vec::new(),
            places: Names::default(),
            groups: Names::default(),
            grades: Names::default(),
        }
    }

    /// How many observations.
    pub fn len(&self) -> usize {
        self.period.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.period.is_empty()
    }

    /// Adds an observation whose texts already have numbers in this batch's dictionaries: (place, group, grade).
    pub fn push(
        &mut self,
        [place, group, grade]: [u32; 3],
        period: i32,
        value: Value,
        counts: (Option<f64>, Option<f64>),
        flags: ValueFlags,
    ) {
        let (lo, hi) = match value {
            Value::Exact { value } => (value, value),
            Value::Range { lo, hi } => (lo, hi),
            Value::AtLeast { lo } => (lo, f64::NAN),
            Value::AtMost { hi } => (f64::NAN, hi),
            _ => (f64::NAN, f64::NAN),
        };
        self.place.push(place);
        self.group.push(group);
        self.grade.push(grade);
        self.period.push(period);
        self.state.push(value.state() as u8);
        self.flags.push(flags.0);
        self.lo.push(lo);
        self.hi.push(hi);
        self.numerator.push(counts.0.unwrap_or(f64::NAN));
        self.denominator.push(counts.1.unwrap_or(f64::NAN));
    }

    /// A batch without rows that knows the same texts by the same numbers.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        let (places, groups, grades) = (self.places.clone(), self.groups.clone(), self.grades.clone());
        Self { places, groups, grades, ..Self::new(self.measure.clone(), self.period_kind) }
    }

    /// Takes all rows out; dictionaries and memory stay for the next ones.
    pub fn clear(&mut self) {
        for column in [&mut self.place, &mut self.group, &mut self.grade] {
            column.clear();
        }
        for column in [&mut self.lo, &mut self.hi, &mut self.numerator, &mut self.denominator] {
            column.clear();
        }
        self.period.clear();
        self.state.clear();
        self.flags.clear();
    }

    /// The rows for which `keep` says yes, in their order; the dictionaries stay whole.
    ///
    /// # Panics
    /// When `keep` has another length than the batch.
    #[must_use]
    pub fn filter_rows(mut self, keep: &[bool]) -> Self {
        fn kept<T>(column: &mut Vec<T>, keep: &[bool]) {
            assert_eq!(column.len(), keep.len(), "one answer a row");
            let mut answers = keep.iter();
            column.retain(|_| *answers.next().expect("as many answers as rows"));
        }
        for column in [&mut self.place, &mut self.group, &mut self.grade] {
            kept(column, keep);
        }
        for column in [&mut self.lo, &mut self.hi, &mut self.numerator, &mut self.denominator] {
            kept(column, keep);
        }
        kept(&mut self.period, keep);
        kept(&mut self.state, keep);
        kept(&mut self.flags, keep);
        self
    }
}

impl Value {
    /// The value whose state and bounds were stored (the inverse of what [`ObservationBatch::push`] stores).
    pub fn of_stored(state: ValueState, lo: f64, hi: f64) -> Self {
        match state {
            ValueState::Exact => Self::Exact { value: lo },
            ValueState::Range => Self::Range { lo, hi },
            ValueState::AtLeast => Self::AtLeast { lo },
            ValueState::AtMost => Self::AtMost { hi },
            ValueState::Suppressed => Self::Suppressed,
            ValueState::NotTested => Self::NotTested,
            ValueState::NotApplicable => Self::NotApplicable,
            ValueState::NotReported => Self::NotReported,
            ValueState::Missing => Self::Missing,
        }
    }
}
