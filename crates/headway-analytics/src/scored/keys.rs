//! The keys of a measure's series: group, grade and place, in the order of the lake.

use std::collections::BTreeSet;
use std::ops::Range;

use headway_model::plan::PlannedMeasure;
use headway_model::{ALL, GradeCode, GroupCode, Level, SeriesKey, SeriesPanel, StudentGroup};

use super::MeasureAssessment;
use crate::{Error, Result};

impl MeasureAssessment {
    /// How many series, those that nothing came for included.
    pub fn len(&self) -> usize {
        self.panel.len() + self.silent.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Group, grade and place of a series.
    pub fn key_of(&self, series: usize) -> (&str, &str, &str) {
        match self.panel.series.get(series) {
            Some(key) => {
                let p = &self.panel;
                (
                    p.groups.text_by_number(key.group),
                    p.grades.text_by_number(key.grade),
                    p.places.text_by_number(key.place),
                )
            }
            None => {
                let key = &self.silent[series - self.panel.len()];
                (&key.group, &key.grade, &key.place)
            }
        }
    }

    /// The series of this key.
    pub fn find_series(&self, group: &str, grade: &str, place: &str) -> Option<usize> {
        let wanted = (group, grade, place);
        let before = self.panel.series.partition_point(|key| {
            let p = &self.panel;
            (p.groups.text_by_number(key.group), p.grades.text_by_number(key.grade), p.places.text_by_number(key.place))
                < wanted
        });
        if before < self.panel.len() && self.key_of(before) == wanted {
            return Some(before);
        }
        (self.panel.len()..self.len()).find(|&i| self.key_of(i) == wanted)
    }

    /// Whether any result, or a target for one, names this place.
    pub fn has_place(&self, place: &str) -> bool {
        self.panel.places.all_texts().any(|own| own == place) || self.silent.iter().any(|key| key.place == place)
    }

    /// The series of one group and grade: neighbors in the lake.
    pub fn of_group(&self, group: &str, grade: &str) -> Range<usize> {
        let key = |i: usize| (self.key_of(i).0, self.key_of(i).1);
        let (mut lo, mut hi) = (0, self.panel.len());
        while lo < hi {
            let mid = usize::midpoint(lo, hi);
            if key(mid) < (group, grade) { lo = mid + 1 } else { hi = mid }
        }
        let mut end = self.panel.len();
        let mut from = lo;
        while from < end {
            let mid = usize::midpoint(from, end);
            if key(mid) <= (group, grade) { from = mid + 1 } else { end = mid }
        }
        lo..from
    }

    /// The same with those that nothing came for.
    pub fn all_of_group<'a>(&'a self, group: &'a str, grade: &'a str) -> impl Iterator<Item = usize> + 'a {
        let silent =
            (self.panel.len()..self.len()).filter(move |&i| (self.key_of(i).0, self.key_of(i).1) == (group, grade));
        self.of_group(group, grade).chain(silent)
    }

    /// The student groups of the measure's observations and targets.
    pub fn group_codes(&self) -> Vec<GroupCode> {
        let mut found: BTreeSet<GroupCode> = self.panel.groups.all_texts().map(Into::into).collect();
        found.extend(self.silent.iter().map(|key| key.group.clone()));
        found.extend(self.parts.iter().flat_map(|(_, p)| p.groups.all_texts().map(Into::into)));
        found.into_iter().collect()
    }

    /// Refuses a student group that nothing came for and no target names; with those that there are.
    ///
    /// # Errors
    /// [`Error::NoResult`] for such a group.
    pub fn has_group(&self, group: Option<&str>) -> Result<()> {
        let groups = self.group_codes();
        let Some(group) = group.filter(|group| *group != ALL && !groups.iter().any(|has| has == group)) else {
            return Ok(());
        };
        let name = &self.planned.measure.name;
        let has: Vec<String> = StudentGroup::sort_for_display(groups)
            .iter()
            .map(|g| format!("{} ({g})", StudentGroup::name_of(g)))
            .collect();
        let has = if has.is_empty() { "none yet".to_owned() } else { has.join(", ") };
        Err(Error::NoResult(format!("“{name}” has no student group “{group}”. It has the groups {has}.")))
    }

    /// The grades of the measure's observations.
    pub fn grade_codes(&self) -> Vec<GradeCode> {
        let mut found: BTreeSet<GradeCode> = self.panel.grades.all_texts().map(Into::into).collect();
        found.extend(self.silent.iter().map(|key| key.grade.clone()));
        found.into_iter().collect()
    }
}

/// Keys that a target names (a place, or the agency's own place for `state`) or a part has, and the measure has no series of.
pub(super) fn silent_keys(
    planned: &PlannedMeasure,
    home: Option<&str>,
    panel: &SeriesPanel,
    parts: &[(String, SeriesPanel)],
) -> Vec<SeriesKey> {
    let mut keys = BTreeSet::new();
    for target in &planned.measure.targets {
        let place = match Level::of_id(&target.place) {
            None => target.place.as_str().into(),
            Some(Level::State | Level::Nation) => home.unwrap_or(&target.place).into(),
            Some(_) => continue,
        };
        keys.insert(SeriesKey { group: target.group.clone(), grade: target.grade.clone(), place });
    }
    for series in parts.iter().flat_map(|(_, panel)| panel.iter()) {
        keys.insert(SeriesKey { group: series.group.into(), grade: series.grade.into(), place: series.place.into() });
    }
    if keys.is_empty()
        && panel.is_empty()
        && let Some(home) = home
    {
        keys.insert(SeriesKey { group: ALL.into(), grade: ALL.into(), place: home.into() });
    }
    keys.retain(|key| series_position(panel, (&key.group, &key.grade, &key.place)).is_none());
    keys.into_iter().collect()
}

/// The number of a series in a panel.
pub(super) fn series_position(panel: &SeriesPanel, wanted: (&str, &str, &str)) -> Option<usize> {
    let key = |s: &headway_model::PanelSeries| {
        (
            panel.groups.text_by_number(s.group),
            panel.grades.text_by_number(s.grade),
            panel.places.text_by_number(s.place),
        )
    };
    panel.series.binary_search_by(|s| key(s).cmp(&wanted)).ok()
}
