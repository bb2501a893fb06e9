//! What pages and commands of judgement show.

use std::collections::BTreeSet;
use std::sync::Arc;

use headway_analytics::backtest::{NoBacktest, PanelBacktest};
use headway_analytics::bright::{self, BrightAnalysis, NoBright, PersistenceMap};
use headway_analytics::gaps::{self, GapLine};
use headway_analytics::limits::ChanceLimits;
use headway_analytics::{MeasureAssessment, MeasureRef, PeerKey, PlaceRef};
use headway_model::plan::PlannedMeasure;
use headway_model::{ALL, GradeCode, GroupCode, Level, StudentGroup};

use crate::{Error, Result, Snapshot};

/// Which panel is judged; `None` is the plain choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelChoice {
    /// The level of places.
    pub level: Option<Level>,
    /// The student group; all students.
    pub group: Option<String>,
    /// The grade; all grades.
    pub grade: Option<String>,
    /// Bright spots: the lasting distance, in the measure's unit, from which on a place is listed.
    pub at_least: Option<f64>,
}

/// Bright spots of a measure.
#[derive(Clone, Debug)]
pub struct BrightView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// Levels with places enough.
    pub levels: Vec<Level>,
    /// The level shown.
    pub level: Option<Level>,
    /// Student groups that can be chosen.
    pub groups: Vec<GroupCode>,
    /// The one shown.
    pub group: GroupCode,
    /// The grade shown.
    pub grade: GradeCode,
    /// What was found, or why nothing can be said.
    pub found: Arc<std::result::Result<BrightAnalysis, NoBright>>,
    /// The names of its places, in order.
    pub names: Vec<PlaceRef>,
    /// The limits of their funnel.
    pub(crate) limits: Arc<Option<ChanceLimits>>,
    /// Who stood out in which year; `None` where nothing can be said.
    pub persistence: Option<PersistenceMap>,
}

/// The gaps of a measure at a place.
#[derive(Clone, Debug)]
pub struct GapsView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// The place.
    pub place: PlaceRef,
    /// The grade.
    pub grade: GradeCode,
    /// A gap a group that has a reference, the furthest behind first.
    pub lines: Vec<GapLine>,
    /// Groups that the agency has data of, elsewhere or of other measures, and that this place's report of this measure lacks.
    pub missing: Vec<GroupCode>,
}

/// A backtest of a measure.
#[derive(Clone, Debug)]
pub struct BacktestView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// Levels with more than one place.
    pub levels: Vec<Level>,
    /// The level judged.
    pub level: Option<Level>,
    /// The group.
    pub group: GroupCode,
    /// The grade.
    pub grade: GradeCode,
    /// What came out, or why there is none.
    pub found: Arc<std::result::Result<PanelBacktest, NoBacktest>>,
}

/// In what a place is a bright spot.
#[derive(Clone, Debug, PartialEq)]
pub struct BrightOf {
    /// The measure.
    pub measure: MeasureRef,
    /// How far it is better than expected, in the measure's unit.
    pub distance: f64,
    /// Years flagged as better, and years with a result.
    pub years: (usize, usize),
}

impl Snapshot {
    /// Bright spots of a measure.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a measure that no plan names, [`crate::Error::NoResult`] for a student group that it has not.
    pub async fn bright_view(&self, measure: &str, choice: &PanelChoice) -> Result<BrightView> {
        let (_, planned) = self.in_a_plan(measure).await?;
        let scored = self.scored_measure(measure).await?;
        scored.has_group(choice.group.as_deref())?;
        let [group, grade] = [&choice.group, &choice.grade].map(|c| c.clone().unwrap_or_else(|| ALL.to_owned()));
        let levels = levels_with_places(&scored, &group, &grade, bright::LEAST_PLACES);
        let level = choice.level.or_else(|| levels.first().copied());
        let work = {
            let (scored, group, grade) = (Arc::clone(&scored), group.clone(), grade.clone());
            let at_least = choice.at_least.filter(|points| points.is_finite());
            move || {
                let level = level.unwrap_or(Level::District);
                let found = scored.bright_spots(level, &group, &grade, at_least);
                let key = PeerKey { level: Some(level), group: group.into(), grade: grade.into(), part: None };
                let limits = scored.funnel_limits(key, &found);
                (found, limits)
            }
        };
        let (found, limits) = tokio::task::spawn_blocking(work).await.expect("judging does not panic");
        let names: Vec<PlaceRef> = match found.as_ref() {
            Ok(bright) => bright.places.iter().map(|p| self.place_ref(&scored, p.series)).collect(),
            Err(_) => Vec::new(),
        };
        let persistence = found.as_ref().as_ref().ok().map(|bright| PersistenceMap::from_bright(bright, &names));
        let groups = StudentGroup::sort_for_display(scored.group_codes());
        Ok(BrightView {
            planned: planned.clone(),
            levels,
            level,
            groups,
            group: group.into(),
            grade: grade.into(),
            found,
            names,
            limits,
            persistence,
        })
    }

    /// Whether a measure has a level with places enough for bright spots; not one that can't be answered for.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a measure that no plan names.
    pub async fn has_bright_level(&self, measure: &str) -> Result<bool> {
        let scored = self.scored_if_sound(measure).await?;
        Ok(scored.is_some_and(|scored| !levels_with_places(&scored, ALL, ALL, bright::LEAST_PLACES).is_empty()))
    }

    /// In which of an agency's measures a place is a bright spot.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an agency that is not there.
    pub async fn bright_of(&self, agency: &str, place: &str, group: &str) -> Result<Vec<BrightOf>> {
        let mut found = Vec::new();
        for planned in &self.agency(agency)?.measures {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            let Some(series) = scored.find_series(group, ALL, place) else { continue };
            let Some(level) = scored.level_of(series) else { continue };
            let judged = {
                let (scored, group) = (Arc::clone(&scored), group.to_owned());
                tokio::task::spawn_blocking(move || scored.bright_spots(level, &group, ALL, None)).await
            };
            let judged = judged.expect("judging does not panic");
            let Ok(bright) = judged.as_ref() else { continue };
            found.extend(bright.bright_places().filter(|p| p.series == series).map(|p| BrightOf {
                measure: MeasureRef::for_measure(&planned.measure),
                distance: p.distance,
                years: (p.better_years(), p.years.iter().flatten().count()),
            }));
        }
        Ok(found)
    }

    /// The gaps of a measure at a place; the agency's own when none is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a measure that no plan names, or a place that nobody knows.
    pub async fn gaps_view(&self, measure: &str, place_id: Option<&str>, grade: Option<&str>) -> Result<GapsView> {
        let (agency, planned) = self.in_a_plan(measure).await?;
        let scored = self.scored_measure(measure).await?;
        let grade = grade.unwrap_or(ALL).to_owned();
        let place_id = place_id.or(scored.home.as_deref()).unwrap_or_default().to_owned();
        let mut known = BTreeSet::new();
        for other in &agency.measures {
            let Some(other) = self.scored_if_sound(&other.measure.id).await? else { continue };
            known.extend(other.group_codes());
        }
        // As on the groups page: a group with any result here is in the report.
        let reported = |group: &GroupCode| {
            scored.find_series(group, &grade, &place_id).is_some_and(|i| !scored.observations_of(i).is_empty())
        };
        let missing: Vec<GroupCode> = known.iter().filter(|g| *g != ALL && !reported(g)).cloned().collect();
        let own = scored.home.as_deref() == Some(place_id.as_str());
        if !known.iter().any(reported) && !own && self.places.get(&place_id).is_none() {
            return Err(Error::not_found("place", place_id));
        }
        let mut lines: Vec<GapLine> =
            known.iter().filter_map(|group| gaps::gap_line(&scored, group, &grade, &place_id)).collect();
        lines.sort_by(|a, b| b.behind.total_cmp(&a.behind));
        let level = self
            .places
            .level_of(&place_id)
            .or((scored.home.as_deref() == Some(place_id.as_str())).then_some(Level::State));
        let place = PlaceRef { name: self.places.display_name(&place_id).to_owned(), id: place_id.into(), level };
        Ok(GapsView {
            planned: planned.clone(),
            place,
            grade: grade.into(),
            lines,
            missing: StudentGroup::sort_for_display(missing),
        })
    }

    /// A backtest of a measure's forecasts.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for a measure that no plan names, [`crate::Error::NoResult`] for a student group that it has not.
    pub async fn backtest_view(&self, measure: &str, choice: &PanelChoice) -> Result<BacktestView> {
        let (_, planned) = self.in_a_plan(measure).await?;
        let scored = self.scored_measure(measure).await?;
        scored.has_group(choice.group.as_deref())?;
        let [group, grade] = [&choice.group, &choice.grade].map(|c| c.clone().unwrap_or_else(|| ALL.to_owned()));
        let levels = levels_with_places(&scored, &group, &grade, headway_stats::forecast::panel::LEAST_SERIES);
        let most = || level_of_most(&scored, &group, &grade);
        let level = choice.level.or_else(|| levels.first().copied()).or_else(most);
        let work = {
            let (scored, group, grade) = (Arc::clone(&scored), group.clone(), grade.clone());
            move || scored.backtest_level(level, &group, &grade)
        };
        let found = tokio::task::spawn_blocking(work).await.expect("judging does not panic");
        Ok(BacktestView { planned: planned.clone(), levels, level, group: group.into(), grade: grade.into(), found })
    }
}

/// Levels of which a group and grade has so many places, the highest first.
fn levels_with_places(scored: &MeasureAssessment, group: &str, grade: &str, least: usize) -> Vec<Level> {
    let many = |level: &Level| {
        scored.of_group(group, grade).filter(|i| scored.level_of(*i) == Some(*level)).nth(least - 1).is_some()
    };
    Level::ALL.into_iter().filter(many).collect()
}

/// The level of which a group and grade has most places: what is too few for a backtest is counted there.
fn level_of_most(scored: &MeasureAssessment, group: &str, grade: &str) -> Option<Level> {
    let places = |level: &Level| scored.of_group(group, grade).filter(|i| scored.level_of(*i) == Some(*level)).count();
    Level::ALL.into_iter().filter(|level| places(level) > 0).max_by_key(places)
}

/// A group's name, for lists.
pub fn group_names(codes: &[GroupCode]) -> String {
    codes.iter().map(|code| StudentGroup::name_of(code).into_owned()).collect::<Vec<_>>().join(", ")
}
