//! Something for each group, grade and period of a measure: the series of one group and grade follow each other.

use headway_model::{GradeCode, GroupCode, SeriesRows};

use super::per_period::PerPeriod;

/// In the order of the walk.
pub(super) struct PerSlice<T>(Vec<SlicePeriods<T>>);

/// What there is of one group and grade.
pub(super) struct SlicePeriods<T> {
    pub(super) group: GroupCode,
    pub(super) grade: GradeCode,
    pub(super) periods: PerPeriod<T>,
}

impl<T> Default for PerSlice<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> PerSlice<T> {
    /// The periods of a series' group and grade.
    pub(super) fn for_series(&mut self, series: &SeriesRows<'_>) -> &mut PerPeriod<T> {
        let same = |slice: &SlicePeriods<T>| slice.group == series.group && slice.grade == series.grade;
        if !self.0.last().is_some_and(same) {
            let (group, grade) = (series.group.to_owned(), series.grade.to_owned());
            self.0.push(SlicePeriods { group: group.into(), grade: grade.into(), periods: PerPeriod::default() });
        }
        let last = self.0.len() - 1;
        &mut self.0[last].periods
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut SlicePeriods<T>> {
        self.0.iter_mut()
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&SlicePeriods<T>) -> bool) {
        self.0.retain(keep);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &SlicePeriods<T>> {
        self.0.iter()
    }
}

impl<T> IntoIterator for PerSlice<T> {
    type Item = SlicePeriods<T>;
    type IntoIter = std::vec::IntoIter<SlicePeriods<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
