//! Measure: one promise in full, by student group and by place.

use std::collections::HashMap;
use std::sync::Arc;

use headway_analytics::{MeasureAssessment, NoOdds, NoSignal, PlaceRef, SeriesObservation, SharedMove};
use headway_model::plan::{Plan, PlannedMeasure, Source};
use headway_model::status::{Status, StatusTally, StatusTone};
use headway_model::{GradeCode, GroupCode, Level, Period, PlaceId, StudentGroup, Value, name_order};
use headway_render::{DataTable, TableColumn};

use super::SeriesView;
use crate::track::{SignalAndOdds, TrackRow};
use crate::{Result, Snapshot};

/// How many places a page lists.
pub const PLACES_A_PAGE: usize = 50;

/// What is chosen on the page; `None` is the plain choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureChoice {
    /// The place.
    pub place: Option<String>,
    /// The student group.
    pub group: Option<String>,
    /// The grade.
    pub grade: Option<String>,
    /// The level of the list of places.
    pub level: Option<Level>,
    /// Which page of that list, from 0.
    pub page: usize,
}

/// A measure's page.
#[derive(Clone, Debug)]
pub struct MeasureView {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// The chosen series.
    pub series: SeriesView,
    /// Student groups that can be chosen.
    pub groups: Vec<GroupCode>,
    /// Grades that can be chosen.
    pub grades: Vec<GradeCode>,
    /// Periods that can be chosen, newest first: those with a result of this series.
    pub periods: Vec<Period>,
    /// The period that is judged as if it were the latest, when one is chosen.
    pub through: Option<Period>,
    /// The same place and grade, group by group.
    pub by_group: Vec<GroupLine>,
    /// Levels that the list of places can show.
    pub levels: Vec<Level>,
    /// The level shown.
    pub level: Option<Level>,
    /// One page of the places of that level, those that most need attention first.
    pub places: Vec<PlaceLine>,
    /// Where those places stand, by their ids.
    pub rows: HashMap<PlaceId, TrackRow>,
    /// How many places there are on all pages, and how they stand.
    pub tally: StatusTally,
    /// All of them, in the order of the pages.
    pub all_places: Vec<PlaceLine>,
    /// Those with a result in [`MeasureView::places_period`].
    pub values: Vec<PlaceLine>,
    /// The period that the distribution of places is of.
    pub places_period: Option<Period>,
    /// The page shown, from 0.
    pub page: usize,
    /// What all places moved by together, and no mark in the plan explains: of the chosen place's level, else of the list's.
    pub moves: Vec<SharedMove>,
    /// Documents that the plan names for the measure.
    pub sources: Vec<Source>,
    /// The document that the target is from, as its own edition names it.
    pub target_source: Option<Source>,
}

/// One student group in a line.
#[derive(Clone, Debug)]
pub struct GroupLine {
    /// The group's code.
    pub code: GroupCode,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub row: TrackRow,
    /// Its observations.
    pub observed: Vec<SeriesObservation>,
}

/// One place in a line.
#[derive(Clone, Debug)]
pub struct PlaceLine {
    /// The place.
    pub place: PlaceRef,
    /// Number of its series.
    pub series: usize,
    /// Its status.
    pub status: Status,
    /// Distance to the path in the measure's unit, the good side up; `None` where there is none.
    pub distance: Option<f64>,
    /// Its latest completed observation.
    pub latest: Option<SeriesObservation>,
}

impl Snapshot {
    /// A measure's page.
    pub async fn measure_view(&self, measure: &str, choice: &MeasureChoice) -> Result<MeasureView> {
        let (agency, planned) = self.measure(measure)?;
        let (scored, at) = self.chosen_series(measure, choice).await?;
        let (group, grade, place) = scored.key_of(at);
        let newest = self.newest_scored(measure).await?.observations_of(at);
        let known = newest.iter().rev().filter(|o| o.is_result() && o.value != Value::Missing);
        let periods = known.map(|o| o.period).collect();

        let mut by_group = Vec::new();
        for code in StudentGroup::sort_for_display(scored.group_codes()) {
            let Some(series) = scored.find_series(&code, grade, place) else { continue };
            let (row, observed) = (self.track_row(&scored, series, None)?, scored.observations_of(series));
            by_group.push(GroupLine { name: StudentGroup::name_of(&code).into_owned(), code, row, observed });
        }

        let near: Vec<usize> = scored.of_group(group, grade).collect();
        let levels: Vec<Level> = Level::ALL
            .into_iter()
            .filter(|l| near.iter().filter(|&&i| scored.level_of(i) == Some(*l)).nth(1).is_some())
            .collect();
        let level = choice.level.filter(|l| levels.contains(l)).or_else(|| levels.first().copied());
        let of_level = near.into_iter().filter(|&i| level.is_some() && scored.level_of(i) == level);
        let mut lines: Vec<PlaceLine> = of_level.map(|i| self.place_line(&scored, i)).collect();
        let far = |line: &PlaceLine| line.distance.unwrap_or(f64::INFINITY);
        lines.sort_by_cached_key(|line| name_order(&line.place.name));
        lines.sort_by(|a, b| b.status.severity().cmp(&a.status.severity()).then(far(a).total_cmp(&far(b))));
        let tally = lines.iter().map(|line| line.status).collect();
        let places_period = most_common(lines.iter().filter_map(|l| Some(l.latest?.period)));
        let in_period = |l: &&PlaceLine| l.latest.is_some_and(|o| Some(o.period) == places_period);
        let values = lines.iter().filter(in_period).cloned().collect();
        let page = choice.page.min(lines.len().saturating_sub(1) / PLACES_A_PAGE);
        let places: Vec<PlaceLine> = lines.iter().skip(page * PLACES_A_PAGE).take(PLACES_A_PAGE).cloned().collect();
        let mut rows = HashMap::new();
        for line in &places {
            rows.insert(line.place.id.clone(), self.track_row(&scored, line.series, None)?);
        }

        let moves = scored.shared_moves(scored.level_of(at).filter(|own| levels.contains(own)).or(level), group, grade);
        let named = |s: &&Source| planned.measure.source.contains(&s.id);
        let sources = agency.editions.iter().rev().flat_map(|p| &p.sources).filter(named).cloned();
        let mut seen = std::collections::HashSet::new();
        let series = self.series_view(&scored, at)?;
        let of_target = |plan: &&Arc<Plan>| {
            plan.plan.id == planned.plan && Some(&plan.plan.edition) == series.row.target_edition.as_ref()
        };
        let target_source = agency.editions.iter().find(of_target).and_then(|plan| {
            plan.sources.iter().find(|s| Some(s.id.as_str()) == series.row.standing.source.as_deref()).cloned()
        });
        Ok(MeasureView {
            target_source,
            planned: planned.clone(),
            series,
            groups: StudentGroup::sort_for_display(scored.group_codes()),
            grades: scored.grade_codes(),
            periods,
            through: scored.judged_through(),
            by_group,
            levels,
            level,
            places,
            rows,
            tally,
            all_places: lines,
            values,
            places_period,
            page,
            moves,
            sources: sources.filter(|s| seen.insert(s.id.clone())).collect(),
        })
    }

    /// Signal and odds of a series.
    fn series_verdict(&self, scored: &MeasureAssessment, series: usize) -> Result<SignalAndOdds> {
        let outlook = scored.outlook_for(series, &scored.standing_of(series, None)?);
        Ok(SignalAndOdds { signal: scored.signal_of(series), odds: outlook.map(|outlook| outlook.odds) })
    }

    /// Every place of the list of a measure's page, for a file: as published, with status, signal and odds.
    ///
    /// # Errors
    /// As [`Snapshot::measure_view`].
    pub async fn places_table(&self, measure: &str, choice: &MeasureChoice) -> Result<Option<DataTable>> {
        let view = self.measure_view(measure, choice).await?;
        let scored = self.scored_measure(measure).await?;
        if view.level.is_none() {
            return Ok(None);
        }
        let titles = [
            "place",
            "name",
            "status",
            "period",
            "value",
            "signal",
            "no_signal",
            "odds",
            "odds_calibrated",
            "odds_method",
            "no_odds",
        ];
        let (group, grade) = (&view.series.row.group, &view.series.row.grade);
        let further = ["measure", "group", "grade", "unit"].into_iter().chain(super::values::FIGURE);
        let further = further.filter(|title| *title != "value");
        let row = |l: &PlaceLine| -> Result<Vec<String>> {
            let SignalAndOdds { signal, odds } = self.series_verdict(&scored, l.series)?;
            let latest = l.latest.as_ref();
            let figure = self.figure_cells(latest);
            let mut cells = vec![
                l.place.id.to_string(),
                l.place.name.clone(),
                l.status.id().into(),
                latest.map(|o| o.period.to_string()).unwrap_or_default(),
                figure[1].clone(),
                signal.map_or("", |s| s.word.id()).into(),
                signal.map_or_else(NoSignal::reason_text, |_| String::new()),
                odds.map_or(String::new(), |odds| format!("{:.3}", odds.chance)),
                odds.map_or(String::new(), |odds| odds.calibrated.to_string()),
                odds.map_or(String::new(), |odds| format!("{} {}", odds.method, odds.version)),
                odds.map_or_else(NoOdds::reason_text, |_| String::new()),
                measure.to_owned(),
                group.to_string(),
                grade.to_string(),
                view.planned.measure.unit.clone().unwrap_or_default(),
            ];
            cells.extend(figure.into_iter().enumerate().filter(|(i, _)| *i != 1).map(|(_, cell)| cell));
            Ok(cells)
        };
        Ok(Some(DataTable {
            caption: view.planned.measure.name.clone(),
            columns: titles.into_iter().chain(further).map(TableColumn::text_column).collect(),
            rows: view.all_places.iter().map(row).collect::<Result<_>>()?,
        }))
    }

    fn place_line(&self, scored: &MeasureAssessment, series: usize) -> PlaceLine {
        let place = self.place_ref(scored, series);
        let (status, distance) = (scored.status_of(series), scored.distance_to_path(series));
        PlaceLine { place, series, status, distance, latest: scored.latest_result(series) }
    }
}

/// The period that most places have as their latest, the later of two: one place that reports early makes no picture.
fn most_common(periods: impl Iterator<Item = Period>) -> Option<Period> {
    let mut counts = std::collections::BTreeMap::new();
    periods.for_each(|period| *counts.entry(period).or_insert(0) += 1);
    counts.into_iter().max_by_key(|(period, n)| (*n, *period)).map(|(period, _)| period)
}

/// Whether anything can be said of a status yet.
pub(super) fn is_judged(status: Status) -> bool {
    status.tone() != StatusTone::Open
}
