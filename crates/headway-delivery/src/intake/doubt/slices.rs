//! Something for each group, grade and period of a measure: the series of one group and grade follow each other.

use headway_model::{GradeCode, GroupCode, SeriesRows};

use super::per_period::PerPeriod;

/// In the order of the walk.
pub(super) struct Slices<T>(Vec<Slice<T>>);

/// What there is of one group and grade.
pub(super) struct Slice<T> {
    pub(super) group: GroupCode,
    pub(super) grade: GradeCode,
    pub(super) periods: PerPeriod<T>,
}

impl<T> Default for Slices<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Slices<T> {
    /// The periods of a series' group and grade.
    pub(super) fn of(&mut self, series: &SeriesRows<'_>) -> &mut PerPeriod<T> {
        let same = |slice: &Slice<T>| slice.group == series.group && slice.grade == series.grade;
        if !self.0.last().is_some_and(same) {
            let (group, grade) = (series.group.to_owned(), series.grade.to_owned());
            self.0.push(Slice { group: group.into(), grade: grade.into(), periods: PerPeriod::default() });
        }
        let last = self.0.len() - 1;
        &mut self.0[last].periods
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Slice<T>> {
        self.0.iter_mut()
    }

    pub(super) fn retain(&mut self, keep: impl FnMut(&Slice<T>) -> bool) {
        self.0.retain(keep);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Slice<T>> {
        self.0.iter()
    }
}

impl<T> IntoIterator for Slices<T> {
    type Item = Slice<T>;
    type IntoIter = std::vec::IntoIter<Slice<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
