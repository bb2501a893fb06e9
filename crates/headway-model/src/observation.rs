//! One result of one place, group and grade in one period.

use crate::{GradeCode, GroupCode, MeasureId, Period, PlaceId, Value, ValueFlags};

/// The code for "all groups" and "all grades".
pub const ALL: &str = "all";

/// What a series belongs to, beside its measure. The order of the fields is the order in the lake: by group, then grade,
/// then place, so that the places of one group lie together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeriesKey {
    /// The student group's code, [`ALL`] for all students.
    pub group: GroupCode,
    /// The grade, [`ALL`] for all grades.
    pub grade: GradeCode,
    /// The place's id.
    pub place: PlaceId,
}

/// One observation: its key, what was published, and the counts behind it where they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The measure's id.
    pub measure: MeasureId,
    /// Group, grade and place.
    pub series: SeriesKey,
    /// The period.
    pub period: Period,
    /// What was published.
    pub value: Value,
    /// Numerator, where known.
    pub numerator: Option<f64>,
    /// Denominator (the number of students behind the value), where known.
    pub denominator: Option<f64>,
    /// What else is known.
    pub flags: ValueFlags,
}
