//! A release as its pages read it: measures with their parts, places below each other, statuses judged from what is published.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::plan::{Measure, Part, Target};
use headway_model::status::{AssessmentRequest, SeriesPoint, TargetAssessment, applicable_targets, judge_standing};
use headway_model::{ALL, Level, StudentGroup, ValueFlags, name_order};
use headway_release::{PublishedRow, Release, ReleaseMeasure, file_name, name_apart};

use super::words;
use crate::Error;

/// A release, and where its measures and places are.
pub(super) struct ReleaseView<'a> {
    pub(super) release: &'a Release,
    /// The measures of the plan, in its order: those that have a result, then those that have none.
    pub(super) measures: Vec<PublicMeasure<'a>>,
    /// The places directly below each, by name.
    below: BTreeMap<&'a str, Vec<&'a str>>,
    /// Places with results, or above those with results.
    shown: BTreeSet<&'a str>,
    /// Those of them whose ids differ in capitals alone.
    twins: BTreeSet<&'a str>,
}

/// A measure of the plan: its own results, or those of its parts.
pub(super) struct PublicMeasure<'a> {
    pub(super) plan: &'a Measure,
    /// The edition that no longer names it, where one does not.
    pub(super) dropped: Option<&'a str>,
    pub(super) whole: Option<&'a ReleaseMeasure>,
    pub(super) parts: Vec<(&'a Part, &'a ReleaseMeasure)>,
    /// The student groups that have a result anywhere, in the usual order.
    groups: Vec<&'a str>,
}

impl<'a> ReleaseView<'a> {
    pub(super) fn new(release: &'a Release) -> Self {
        let mut measures: Vec<PublicMeasure<'a>> = Vec::new();
        for measure in &release.measures {
            let at = measures.iter().position(|e| e.plan.id == measure.plan.id).unwrap_or_else(|| {
                let dropped = measure.dropped.as_deref();
                measures.push(PublicMeasure {
                    plan: &measure.plan,
                    dropped,
                    whole: None,
                    parts: Vec::new(),
                    groups: Vec::new(),
                });
                measures.len() - 1
            });
            let entry = &mut measures[at];
            let part = measure.id.strip_prefix(entry.plan.id.as_str()).and_then(|rest| rest.strip_prefix('.'));
            match part.and_then(|id| entry.plan.parts.iter().find(|p| p.id == id)) {
                Some(part) => entry.parts.push((part, measure)),
                None => (entry.whole, entry.groups) = (Some(measure), groups_in_order(measure)),
            }
        }
        let awaited = release.awaited.iter().map(|plan| PublicMeasure {
            plan,
            dropped: None,
            whole: None,
            parts: Vec::new(),
            groups: Vec::new(),
        });
        measures.extend(awaited);
        let mut shown: BTreeSet<&str> = BTreeSet::new();
        for row in release.measures.iter().flat_map(|m| m.all_series()).filter_map(|rows| rows.first()) {
            let mut place = Some(&*row.place);
            while let Some(id) = place.filter(|id| shown.insert(id)) {
                place = release.places.get(id).and_then(|p| p.parent.as_deref());
            }
        }
        let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, place) in &release.places {
            if let Some(parent) = place.parent.as_deref().filter(|_| shown.contains(&**id)) {
                below.entry(parent).or_default().push(id);
            }
        }
        for children in below.values_mut() {
            children.sort_by_cached_key(|id| name_order(release.place_name(id)));
        }
        let twins = twin_ids(&shown);
        Self { release, measures, below, shown, twins }
    }

    /// Every place that has a page, by id.
    pub(super) fn places(&self) -> impl Iterator<Item = &'a str> {
        self.shown.iter().copied()
    }

    /// The name of a place's page without its ending. Places whose ids differ in capitals alone have names that differ in more:
    /// some disks take `A` and `a` for one name.
    pub(super) fn page_name(&self, place: &str) -> String {
        if self.twins.contains(place) { name_apart(place) } else { file_name(place) }
    }

    /// The page of a place, from the folder itself.
    pub(super) fn page_path(&self, place: &str) -> String {
        format!("place/{}.html", self.page_name(place))
    }

    /// The places directly below one, by name.
    pub(super) fn places_below(&self, place: &str) -> &[&'a str] {
        self.below.get(place).map_or(&[], Vec::as_slice)
    }

    /// The places above one, from the top down.
    pub(super) fn places_above(&self, place: &str) -> Vec<&'a str> {
        let parent = |id: &str| self.release.places.get(id).and_then(|p| p.parent.as_deref());
        let mut path: Vec<&str> = Vec::new();
        let mut at = parent(place);
        while let Some(id) = at.filter(|id| !path.contains(id)) {
            path.push(id);
            at = parent(id);
        }
        path.reverse();
        path
    }

    pub(super) fn level(&self, place: &str) -> Option<Level> {
        self.release.places.get(place).and_then(|p| p.level)
    }

    pub(super) fn place_name(&self, place: &'a str) -> &'a str {
        self.release.place_name(place)
    }

    /// The place whose results are the agency's own; else the highest there is.
    pub(super) fn home_place(&self) -> Option<&'a str> {
        let named = self.release.home.as_deref().filter(|id| self.shown.contains(id));
        named.or_else(|| self.shown.iter().copied().min_by_key(|id| (self.level(id).is_none(), self.level(id))))
    }

    /// The targets that a place has for a student group and grade, those no longer in force too.
    pub(super) fn targets_at(
        &self,
        entry: &PublicMeasure<'a>,
        (group, grade): (&str, &str),
        place: &str,
    ) -> Vec<&'a Target> {
        applicable_targets(
            entry.plan,
            place,
            self.level(place).unwrap_or(Level::State),
            group,
            grade,
            self.release.as_of,
        )
    }

    /// Where a promise stands, judged from published figures alone: a status can tell no more than they do.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan has a period or a lag that can't be read.
    pub(super) fn standing_at(
        &self,
        entry: &PublicMeasure<'a>,
        (group, grade): (&str, &str),
        place: &str,
    ) -> Result<TargetAssessment, Error> {
        let points = |measure: &ReleaseMeasure| {
            measure.series(group, grade, place).iter().map(point_from_row).collect::<Vec<_>>()
        };
        let own = entry.whole.map(points).unwrap_or_default();
        let parts: Vec<(&str, Vec<SeriesPoint>)> =
            entry.parts.iter().map(|(p, m)| (p.id.as_str(), points(m))).collect();
        let parts: Vec<(&str, &[SeriesPoint])> = parts.iter().map(|(id, points)| (*id, points.as_slice())).collect();
        let targets = self.targets_at(entry, (group, grade), place);
        let question = AssessmentRequest {
            measure: entry.plan,
            targets: &targets,
            points: &own,
            parts: &parts,
            as_of: self.release.as_of,
            method: None,
        };
        judge_standing(&question).map_err(|error| Error::Refused(error.to_string()))
    }
}

fn point_from_row(row: &PublishedRow) -> SeriesPoint {
    let strict = if words::is_strict(&row.value) { ValueFlags::STRICT } else { ValueFlags::default() };
    let flags = strict.with_flags(if row.preliminary { ValueFlags::PROVISIONAL } else { ValueFlags::default() });
    SeriesPoint { flags, ..SeriesPoint::new(row.period, words::row_value(row)) }
}

impl<'a> PublicMeasure<'a> {
    /// The measures of the release that it consists of.
    pub(super) fn release_measures(&self) -> impl Iterator<Item = &'a ReleaseMeasure> {
        self.whole.into_iter().chain(self.parts.iter().map(|(_, m)| *m))
    }

    /// The student groups that have a result at a place, all students first, then in the usual order.
    pub(super) fn groups_at(&self, place: &str) -> Vec<&'a str> {
        let Some(measure) = self.whole else { return Vec::new() };
        self.groups.iter().copied().filter(|group| !measure.series(group, ALL, place).is_empty()).collect()
    }
}

/// The student groups of a measure, in the usual order.
fn groups_in_order(measure: &ReleaseMeasure) -> Vec<&str> {
    let mut found: Vec<&str> = measure.rows.chunk_by(|a, b| a.group == b.group).map(|rows| &*rows[0].group).collect();
    let order = |code: &str| StudentGroup::standing_groups().position(|g| g.code == code).unwrap_or(usize::MAX);
    found.sort_by_key(|code| (order(code), *code));
    found
}

/// The ids that differ from another in capitals alone.
fn twin_ids<'a>(places: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &place in places {
        alike.entry(place.to_lowercase()).or_default().push(place);
    }
    alike.into_values().filter(|places| places.len() > 1).flatten().collect()
}

/// The places of one level that have a result for all students, by name.
pub(super) fn places_of<'a>(book: &ReleaseView<'a>, measure: &'a ReleaseMeasure, level: Level) -> Vec<&'a str> {
    let own = |rows: &[PublishedRow]| &*rows[0].group == ALL && &*rows[0].grade == ALL;
    let here = measure.all_series().filter(|rows| own(rows)).map(|rows| &*rows[0].place);
    let mut found: Vec<&str> = here.filter(|place| book.level(place) == Some(level)).collect();
    found.sort_by_cached_key(|place| name_order(book.place_name(place)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_differ_in_capitals_alone() {
        let places = BTreeSet::from(["D1", "D2", "d1", "É1", "é1"]);
        assert_eq!(twin_ids(&places), BTreeSet::from(["D1", "d1", "É1", "é1"]));
    }
}
