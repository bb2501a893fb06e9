//! Counts and sums of what was taken.

use headway_model::{Level, ValueFlags, ValueState};
use serde::Serialize;

use crate::hash::FastMap;
use crate::read::CodedObservation;

/// What a value was, finer than [`ValueState`]: a bound that is itself excluded is counted apart.
pub const KINDS: [&str; 11] = [
    "exact",
    "range",
    "at-least",
    "more-than",
    "at-most",
    "less-than",
    "suppressed",
    "not-tested",
    "not-applicable",
    "not-reported",
    "missing",
];

#[inline]
fn kind_index(state: ValueState, flags: ValueFlags) -> usize {
    match (state, flags.has_all(ValueFlags::STRICT)) {
        (ValueState::Exact, _) => 0,
        (ValueState::Range, _) => 1,
        (ValueState::AtLeast, false) => 2,
        (ValueState::AtLeast, true) => 3,
        (ValueState::AtMost, false) => 4,
        (ValueState::AtMost, true) => 5,
        (ValueState::Suppressed, _) => 6,
        (ValueState::NotTested, _) => 7,
        (ValueState::NotApplicable, _) => 8,
        (ValueState::NotReported, _) => 9,
        (ValueState::Missing, _) => 10,
    }
}

/// A sum of published decimals, exact to the millionth: parts add up to their total or they don't.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExactSum {
    /// Whole numbers are added apart: nearly all are, and it is quicker.
    whole: i64,
    millionths: i128,
    /// How many numbers are in it.
    pub(crate) known: u64,
}

impl ExactSum {
    /// Adds a number; what is not one is unknown.
    #[inline]
    fn add_number(&mut self, number: f64) {
        if number.is_nan() {
            return;
        }
        let whole = number as i64;
        if whole as f64 == number && whole.unsigned_abs() < 1 << 40 {
            self.whole += whole;
        } else {
            self.millionths += (number * 1e6).round() as i128;
        }
        self.known += 1;
    }

    pub(crate) fn value(self) -> Option<f64> {
        let all = i128::from(self.whole) * 1_000_000 + self.millionths;
        (self.known > 0).then(|| (all / 1_000_000) as f64 + (all % 1_000_000) as f64 / 1e6)
    }
}

/// Measure, level, group, grade, period.
pub(crate) type SliceKey = (u32, Level, u32, u32, i32);

/// Counts of one slice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SliceCounts {
    pub(crate) kinds: [u64; KINDS.len()],
    pub(crate) stand_ins: u64,
    pub(crate) numerator: ExactSum,
    pub(crate) denominator: ExactSum,
}

/// Counts of all slices.
#[derive(Clone, Debug, Default)]
pub(crate) struct SliceTally {
    numbers: FastMap<SliceKey, usize>,
    slices: Vec<(SliceKey, SliceCounts)>,
    /// The slices met last, by group: rows of one place and period follow each other.
    recent: [usize; RECENT],
}

const RECENT: usize = 32;

impl SliceTally {
    #[inline]
    pub(crate) fn add_observation(&mut self, o: &CodedObservation, level: Level) {
        let key = (o.measure, level, o.group, o.grade, o.period);
        let recent = &mut self.recent[(o.group as usize + 7 * o.measure as usize) % RECENT];
        if self.slices.get(*recent).is_none_or(|(have, _)| *have != key) {
            let next = self.slices.len();
            *recent = *self.numbers.entry(key).or_insert(next);
            if *recent == next {
                self.slices.push((key, SliceCounts::default()));
            }
        }
        let slice = &mut self.slices[*recent].1;
        slice.kinds[kind_index(o.state, o.flags)] += 1;
        slice.stand_ins += u64::from(o.flags.has_all(ValueFlags::STAND_IN));
        slice.numerator.add_number(o.numerator);
        slice.denominator.add_number(o.denominator);
    }

    /// All slices, in the order in which they were first met.
    pub(crate) fn slices(&self) -> &[(SliceKey, SliceCounts)] {
        &self.slices
    }
}

/// One slice of what was taken: a measure at a level, for a group, a grade and a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportSlice {
    /// The measure.
    pub measure: String,
    /// The level of the places.
    pub level: Level,
    /// The student group.
    pub group: String,
    /// The grade.
    pub grade: String,
    /// The period.
    pub period: String,
    /// How many values of each of [`KINDS`] (those that came).
    pub cells: std::collections::BTreeMap<&'static str, u64>,
    /// How many of them stand in for a mask.
    pub stand_ins: u64,
    /// Sum of the numerators, where any is known.
    pub numerator: Option<f64>,
    /// How many numerators are in the sum.
    pub numerators: u64,
    /// Sum of the denominators, where any is known.
    pub denominator: Option<f64>,
    /// How many denominators are in the sum.
    pub denominators: u64,
}
