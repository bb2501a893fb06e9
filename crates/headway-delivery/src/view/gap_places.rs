//! What pages and commands show of a gap place by place.

use std::sync::Arc;

use headway_analytics::PlaceRef;
use headway_analytics::gaps::{GapPlaces, NoGapPlaces};
use headway_model::plan::PlannedMeasure;
use headway_model::{ALL, GradeCode, GroupCode, Level};

use super::panels::PanelChoice;
use crate::{Result, Snapshot};

/// The gap of one group at every place of a level, beside the agency's own.
#[derive(Clone, Debug)]
pub struct GapPlacesView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// The agency's own place.
    pub home: PlaceRef,
    /// Levels with places to compare.
    pub levels: Vec<Level>,
    /// The level shown.
    pub level: Option<Level>,
    /// Groups that have a gap at the agency's own place, the furthest behind first.
    pub groups: Vec<GroupCode>,
    /// The one shown.
    pub group: GroupCode,
    /// The grade shown.
    pub grade: GradeCode,
    /// What was found, or why nothing can be said.
    pub found: Arc<std::result::Result<GapPlaces, NoGapPlaces>>,
    /// The names of its places, in order.
    pub names: Vec<PlaceRef>,
}

impl Snapshot {
    /// The gap of a measure place by place: by default of the group that is furthest behind, district by district.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a measure that no plan names, [`crate::Error::NoResult`] for a student group that it has not.
    pub async fn gap_places_view(&self, measure: &str, choice: &PanelChoice) -> Result<GapPlacesView> {
        let (_, planned) = self.in_a_plan(measure).await?;
        let scored = self.scored_measure(measure).await?;
        scored.has_group(choice.group.as_deref())?;
        let grade = choice.grade.clone().unwrap_or_else(|| ALL.to_owned());
        let id = scored.home.clone().unwrap_or_default();
        let groups = scored.groups_behind(&grade, &id);
        let group = choice
            .group
            .as_deref()
            .map(GroupCode::from)
            .or_else(|| groups.first().cloned())
            .unwrap_or_else(|| ALL.into());
        let levels = scored.gap_levels(&group, &grade);
        let usual = || levels.iter().find(|l| **l == Level::District).or(levels.first()).copied();
        let level = choice.level.or_else(usual);
        let work = {
            let (scored, group, grade) = (Arc::clone(&scored), group.clone(), grade.clone());
            move || scored.gap_places(level.unwrap_or(Level::District), &group, &grade)
        };
        let found = tokio::task::spawn_blocking(work).await.expect("judging does not panic");
        let names = match found.as_ref() {
            Ok(found) => found.places.iter().map(|p| self.place_ref(&scored, p.series)).collect(),
            Err(_) => Vec::new(),
        };
        let home = PlaceRef { name: self.places.display_name(&id).to_owned(), level: self.places.level_of(&id), id };
        Ok(GapPlacesView {
            planned: planned.clone(),
            home,
            levels,
            level,
            groups,
            group,
            grade: grade.into(),
            found,
            names,
        })
    }
}
