//! Which series and periods a question is about.

use std::{
    collections::BTreeSet,
    ops::{Bound, RangeInclusive},
};

use crate::index::KeyRef;

/// What to read; `None` is everything. The default reads all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesFilter {
    /// Student groups.
    pub groups: Option<BTreeSet<String>>,
    /// Grades.
    pub grades: Option<BTreeSet<String>>,
    /// Places.
    pub places: Option<BTreeSet<String>>,
    /// Ordinals of periods, first and last.
    pub periods: Option<RangeInclusive<i32>>,
}

impl SeriesFilter {
    /// Only these student groups.
    #[must_use]
    pub fn with_groups<T: Into<String>>(mut self, groups: impl IntoIterator<Item = T>) -> Self {
        self.groups = Some(groups.into_iter().map(Into::into).collect());
        self
    }

    /// Only these grades.
    #[must_use]
    pub fn with_grades<T: Into<String>>(mut self, grades: impl IntoIterator<Item = T>) -> Self {
        self.grades = Some(grades.into_iter().map(Into::into).collect());
        self
    }

    /// Only these places.
    #[must_use]
    pub fn places<T: Into<String>>(mut self, places: impl IntoIterator<Item = T>) -> Self {
        self.places = Some(places.into_iter().map(Into::into).collect());
        self
    }

    /// Only these periods.
    #[must_use]
    pub fn with_periods(mut self, periods: RangeInclusive<i32>) -> Self {
        self.periods = Some(periods);
        self
    }

    /// Can a series from `first` to `next` (`None`: to the end) be one of those asked for? May say yes too often.
    pub(crate) fn may_match(&self, first: KeyRef<'_>, next: Option<KeyRef<'_>>) -> bool {
        let between = |set: &Option<BTreeSet<String>>, from: &str, to: Option<&str>| {
            let bounds = (Bound::Included(from), to.map_or(Bound::Unbounded, Bound::Included));
            set.as_ref().is_none_or(|set| set.range::<str, _>(bounds).next().is_some())
        };
        if !between(&self.groups, first.0, next.map(|key| key.0)) {
            return false;
        }
        let Some(next) = next.filter(|key| key.0 == first.0) else { return true };
        if !between(&self.grades, first.1, Some(next.1)) {
            return false;
        }
        first.1 != next.1 || between(&self.places, first.2, Some(next.2))
    }

    pub(crate) fn has_period(&self, period: i32) -> bool {
        self.periods.as_ref().is_none_or(|periods| periods.contains(&period))
    }
}
