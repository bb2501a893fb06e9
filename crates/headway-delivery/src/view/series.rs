//! One series in full: a measure for one place, student group and grade.

use std::sync::Arc;

use headway_analytics::{MeasureAssessment, NoOdds, SeriesObservation, TargetOutlook};
use headway_model::plan::{Measure, Target};
use headway_model::{ALL, Grade, GradeCode, GroupCode, StudentGroup};
use headway_store::CatalogImport;

use super::MeasureChoice;
use crate::track::TrackRow;
use crate::{Error, Result, Snapshot};

/// How many places are named to choose from.
const NAMED: usize = 8;

/// One series in full.
#[derive(Clone, Debug)]
pub struct SeriesView {
    /// The measure; one that no plan names has its id for a name, and no target.
    pub measure: Arc<Measure>,
    /// Where it stands.
    pub row: TrackRow,
    /// Every observation, oldest first.
    pub observed: Vec<SeriesObservation>,
    /// Of a compound measure: the parts by id, with their observations, oldest first.
    pub parts: Vec<(String, Vec<SeriesObservation>)>,
    /// The targets that hold for it, those no longer in force too.
    pub targets: Vec<Target>,
    /// The imports that its observations came with, the one that became known last first.
    pub imports: Vec<CatalogImport>,
    /// Whether the agency and all its figures are made up.
    pub simulated: bool,
    /// What may come until the target, or why that can't be said.
    pub outlook: std::result::Result<TargetOutlook, NoOdds>,
}

impl SeriesView {
    /// The newest result that there is, of a period that is over.
    pub fn latest_result(&self) -> Option<&SeriesObservation> {
        SeriesObservation::latest_result(&self.observed)
    }
}

impl Snapshot {
    /// One series in full, also of a measure that the lake has and no plan names: its status is "no target". Without a place it is
    /// that of the agency's own, else of the only place of the highest level there is.
    ///
    /// # Errors
    /// [`Error::NoResult`] when the measure has no such series, or no place stands for the whole; the text says which places, groups
    /// or grades it has.
    pub async fn find_series(
        &self,
        measure: &str,
        place: Option<&str>,
        group: &str,
        grade: &str,
    ) -> Result<SeriesView> {
        if self.book.find_measure(measure).is_none() {
            let scored = self.score_unplanned(measure).await?;
            let at = self.one_place(&scored, place, group, grade)?;
            return self.series_view(&scored, at);
        }
        let scored = self.scored_measure(measure).await?;
        self.one_place(&scored, place, group, grade)?;
        let [place, group, grade] = [place, Some(group), Some(grade)].map(|c| c.map(str::to_owned));
        self.series_of(measure, &MeasureChoice { place, group, grade, ..MeasureChoice::default() }).await
    }

    /// One series in full, by the choices of a page.
    ///
    /// # Errors
    /// [`Error::NoResult`] as [`Snapshot::series`].
    pub async fn series_of(&self, measure: &str, choice: &MeasureChoice) -> Result<SeriesView> {
        let (scored, at) = self.chosen_series(measure, choice).await?;
        self.series_view(&scored, at)
    }

    /// The measure as it is to be judged, and the number of the series that is asked for.
    pub(super) async fn chosen_series(
        &self,
        measure: &str,
        choice: &MeasureChoice,
    ) -> Result<(Arc<MeasureAssessment>, usize)> {
        let scored = self.scored_measure(measure).await?;
        let [group, grade] = [&choice.group, &choice.grade].map(|c| c.as_deref().unwrap_or(ALL));
        let at = self.choose_series(&scored, choice.place.as_deref(), group, grade)?;
        Ok((scored, at))
    }

    pub(super) fn series_view(&self, scored: &MeasureAssessment, series: usize) -> Result<SeriesView> {
        let observed = scored.observations_of(series);
        let parts: Vec<(String, Vec<SeriesObservation>)> =
            scored.parts_observed(scored.key_of(series)).into_iter().map(|(id, o)| (id.to_owned(), o)).collect();
        let every = observed.iter().chain(parts.iter().flat_map(|(_, o)| o));
        let mut ids: Vec<i64> = every.map(|o| o.vintage).collect();
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(self.ranks.rank_of(*id)));
        ids.dedup();
        let row = self.track_row(scored, series, None)?;
        Ok(SeriesView {
            measure: Arc::clone(&scored.planned.measure),
            simulated: self.book.find_measure(&scored.planned.measure.id).is_some_and(|(a, _)| a.agency.simulated),
            outlook: scored.outlook_for(series, &row.standing),
            row,
            targets: scored.targets_of(series).into_iter().cloned().collect(),
            imports: ids.into_iter().filter_map(|id| self.visible_import(id)).cloned().collect(),
            observed,
            parts,
        })
    }

    /// The series that is asked for; where no place is named, of one that stands for the whole.
    fn one_place(&self, scored: &MeasureAssessment, place_id: Option<&str>, group: &str, grade: &str) -> Result<usize> {
        let at = self.choose_series(scored, place_id, group, grade)?;
        let own = scored.home.as_deref() == Some(scored.key_of(at).2);
        let (of_group, level) = (scored.key_of(at).0.to_owned(), scored.level_of(at));
        let of_grade = scored.key_of(at).1.to_owned();
        let beside: Vec<usize> =
            scored.of_group(&of_group, &of_grade).filter(|&i| scored.level_of(i) == level).collect();
        if place_id.is_some() || own || beside.len() < 2 {
            return Ok(at);
        }
        let name = |i: &usize| {
            let place = self.place_ref(scored, *i);
            if place.name == place.id { place.id.to_string() } else { format!("{} ({})", place.id, place.name) }
        };
        let some: Vec<String> = beside.iter().take(NAMED).map(name).collect();
        let more = if beside.len() > NAMED { ", …" } else { "" };
        Err(Error::NoResult(format!(
            "“{}” has results of {} places, and none of them stands for the whole: choose one with --place: {}{more}. \
             `headway track --measure {}` lists them all.",
            scored.planned.measure.name,
            beside.len(),
            some.join(", "),
            scored.planned.measure.id
        )))
    }

    /// The series that is asked for: of the agency's own place when none is named, else of the first place there is.
    fn choose_series(
        &self,
        scored: &MeasureAssessment,
        place: Option<&str>,
        group: &str,
        grade: &str,
    ) -> Result<usize> {
        let home = scored.home.as_deref().unwrap_or_default();
        if let Some(at) = scored.find_series(group, grade, place.unwrap_or(home)) {
            return Ok(at);
        }
        let plain = place.is_none() && group == ALL && grade == ALL;
        if plain && !scored.is_empty() {
            // The most general series there is: all students and grades first, and the highest level.
            let rank = |&i: &usize| {
                let (group, grade, _) = scored.key_of(i);
                (group != ALL, grade != ALL, scored.level_of(i).is_none(), scored.level_of(i))
            };
            return Ok((0..scored.len()).min_by_key(rank).expect("it is not empty"));
        }
        Err(Error::NoResult(self.what_there_is(scored, place.unwrap_or(home), group, grade)))
    }

    /// Says what a measure has, to somebody who asked for what it has not.
    fn what_there_is(&self, scored: &MeasureAssessment, place_id: &str, group: &str, grade: &str) -> String {
        let name = &scored.planned.measure.name;
        let here: Vec<GroupCode> = StudentGroup::sort_for_display(scored.group_codes())
            .into_iter()
            .filter(|g| scored.find_series(g, grade, place_id).is_some())
            .collect();
        let place = match self.places.get(place_id) {
            Some(place) => format!("{} ({place_id})", place.name),
            None => format!("a place “{place_id}”"),
        };
        let known = scored.group_codes().iter().any(|g| g == group);
        if here.is_empty() && known && scored.grade_codes().iter().any(|g| g == grade) {
            return format!("“{name}” has no result for {place}.");
        }
        // A grade that is not there is answered with those that are, not with groups.
        if known && grade != ALL && !scored.grade_codes().iter().any(|g| g == grade) {
            let words = |g: &GradeCode| format!("{} ({g})", Grade::name_of(g));
            let grades = scored.grade_codes().iter().map(words).collect::<Vec<_>>().join(", ");
            return format!("“{name}” has no results of {}. It has these grades: {grades}.", Grade::in_words(grade));
        }
        let (groups, grades) = if here.is_empty() {
            (StudentGroup::sort_for_display(scored.group_codes()), scored.grade_codes())
        } else {
            (here, vec![])
        };
        let words = |g: &GroupCode| format!("{} ({g})", StudentGroup::name_of(g));
        let groups = groups.iter().map(words).collect::<Vec<_>>().join(", ");
        let mut text = format!("“{name}” has no result for {place}, {}", StudentGroup::name_of(group));
        if grade != ALL {
            text += &format!(", {}", Grade::name_of(grade));
        }
        text += &format!(". It has the groups {groups}");
        match grades.as_slice() {
            [] => text + ".",
            grades => {
                let words = |g: &GradeCode| format!("{} ({g})", Grade::name_of(g));
                text + &format!(", and these grades: {}.", grades.iter().map(words).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
