//! One measure, every series of it, judged: what tallies, lists and pages are made from.

mod judge;
mod keys;
mod observed;
mod promises;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use headway_model::plan::{Measure, Method, PlannedMeasure, Target};
use headway_model::status::{
    self, AssessmentRequest, NoteKind, PaceRecord, PeriodCalendar, SeriesPoint, Status, StatusNote, TargetAssessment,
    TrajectoryError,
};
use headway_model::{Level, Period, PeriodKind, PlaceDirectory, PlaceId, SeriesKey, SeriesPanel};
use jiff::civil::Date;

use crate::{AssessmentCache, Error, Result};
use keys::series_position;
pub use observed::SeriesObservation;
use observed::{first_observations, status_points};
pub use promises::{MeasureTargets, nearest_promise};

/// A measure's observations with the status of each series. Series are numbered: those with observations first, in the
/// order of the lake (group, grade, place), then those that a target names and nothing came for.
#[derive(Debug)]
pub struct MeasureAssessment {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// The day as of which it is judged.
    pub as_of: Date,
    /// The place whose results are the agency's own.
    pub home: Option<PlaceId>,
    panel: Arc<SeriesPanel>,
    parts: Arc<[(String, SeriesPanel)]>,
    silent: Arc<[SeriesKey]>,
    levels: Arc<[Option<Level>]>,
    /// Series of places that have closed, or not opened yet: nothing is promised of them, and nothing waited for.
    absent: Arc<[usize]>,
    /// Status, and distance to the path in the measure's place (not a number where there is none).
    standings: Vec<(Status, f64)>,
    /// The last period that is looked at; all when `None`.
    through: Option<Period>,
    paces: Mutex<HashMap<PaceKey, Option<Arc<PaceRecord>>>>,
    /// What was learned of its panels.
    pub(crate) judged: AssessmentCache,
}

/// Level, group, grade, steps: places are compared with places of their own kind.
type PaceKey = (Option<Level>, String, String, i32);

impl MeasureAssessment {
    /// Judges what was read of a measure as of a day. `home` is the agency's own place, `parts` are those of a compound
    /// measure, by id.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan's figures can't be computed with.
    pub fn new(
        planned: &PlannedMeasure,
        home: Option<PlaceId>,
        as_of: Date,
        places: &PlaceDirectory,
        panel: SeriesPanel,
        parts: Vec<(String, SeriesPanel)>,
    ) -> Result<Self> {
        let silent = keys::silent_keys(planned, home.as_deref(), &panel, &parts);
        let mut scored = Self {
            planned: planned.clone(),
            as_of,
            home,
            panel: Arc::new(panel),
            parts: parts.into(),
            silent: silent.into(),
            levels: Arc::default(),
            absent: Arc::default(),
            standings: Vec::new(),
            through: None,
            paces: Mutex::default(),
            judged: AssessmentCache::default(),
        };
        (scored.levels, scored.absent) = (scored.levels_in(places), scored.absent_in(places));
        scored.standings = scored.judge_series()?;
        Ok(scored)
    }

    /// The same, judged as if `last` were the latest period: what came after it is not looked at, and the day is the one on
    /// which its result was due. Figures and targets are those known now, the places those of the period; the observations are
    /// shared.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan's result lag can't be read.
    pub fn through_period(&self, last: Period, places: &PlaceDirectory) -> Result<Self> {
        let mut earlier = Self {
            planned: self.planned.clone(),
            as_of: self.own_calendar()?.due_date(last).min(self.as_of),
            home: self.home.clone(),
            panel: Arc::clone(&self.panel),
            parts: Arc::clone(&self.parts),
            silent: Arc::clone(&self.silent),
            levels: self.levels_in(places),
            absent: self.absent_in(places),
            standings: Vec::new(),
            through: Some(last),
            paces: Mutex::default(),
            judged: AssessmentCache::default(),
        };
        earlier.standings = earlier.judge_series()?;
        Ok(earlier)
    }

    fn levels_in(&self, places: &PlaceDirectory) -> Arc<[Option<Level>]> {
        (0..self.len()).map(|i| level_of(places, self.home.as_deref(), self.key_of(i).2)).collect()
    }

    fn absent_in(&self, places: &PlaceDirectory) -> Arc<[usize]> {
        (0..self.len()).filter(|i| !places.is_open(self.key_of(*i).2)).collect()
    }

    /// Whether it would be judged the same among these places: of every series the level is the same, and whether its place is open.
    pub fn is_same_in(&self, places: &PlaceDirectory) -> bool {
        self.levels == self.levels_in(places) && self.absent == self.absent_in(places)
    }

    /// Whether the place of a series has closed, or not opened yet.
    fn is_absent(&self, series: usize) -> bool {
        self.absent.binary_search(&series).is_ok()
    }

    /// The period that is judged as the latest, when that was asked for.
    pub fn judged_through(&self) -> Option<Period> {
        self.through
    }

    /// The kind of the measure's periods.
    pub fn period_kind(&self) -> PeriodKind {
        self.planned.measure.period
    }

    /// The level of a series' place, where known.
    pub fn level_of(&self, series: usize) -> Option<Level> {
        self.levels[series]
    }

    /// The computed status of a series, by the measure's own method.
    pub fn status_of(&self, series: usize) -> Status {
        self.standings[series].0
    }

    /// Distance to the path in the measure's place, the good side up; `None` where there is no path or no figure.
    pub fn distance_to_path(&self, series: usize) -> Option<f64> {
        Some(self.standings[series].1).filter(|distance| !distance.is_nan())
    }

    /// Every observation of a series as known on the day, oldest first.
    pub fn observations_of(&self, series: usize) -> Vec<SeriesObservation> {
        if series < self.panel.len() { self.read_from(&self.panel, series) } else { Vec::new() }
    }

    /// The latest completed observation with any published state.
    pub fn latest_result(&self, series: usize) -> Option<SeriesObservation> {
        SeriesObservation::latest_result(&self.observations_of(series)).copied()
    }

    /// Where a series stands, in full, by `method` or by the measure's own.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan's figures can't be computed with (`plan check` names them).
    pub fn standing_of(&self, series: usize, method: Option<Method>) -> Result<TargetAssessment> {
        self.judge_standing(series, self.as_of, None, method)
    }

    /// Where a series stood when its result of `last` was the latest: [`MeasureAssessment::through`] for one series.
    ///
    /// # Errors
    /// As [`MeasureAssessment::standing`].
    pub fn standing_through(&self, series: usize, last: Period) -> Result<TargetAssessment> {
        self.judge_standing(series, self.own_calendar()?.due_date(last).min(self.as_of), Some(last), None)
    }

    fn judge_standing(
        &self,
        series: usize,
        as_of: Date,
        last: Option<Period>,
        method: Option<Method>,
    ) -> Result<TargetAssessment> {
        let seen = |observed: Vec<SeriesObservation>| -> Vec<SeriesPoint> {
            let until = observed.partition_point(|o| last.is_none_or(|last| o.period <= last));
            status_points(&observed[..until])
        };
        let own = seen(self.observations_of(series));
        let parts = self.parts_observed(self.key_of(series));
        let parts: Vec<(&str, Vec<SeriesPoint>)> =
            parts.into_iter().map(|(id, observed)| (id, seen(observed))).collect();
        let parts: Vec<(&str, &[SeriesPoint])> = parts.iter().map(|(id, points)| (*id, points.as_slice())).collect();
        let targets = self.targets_on(series, as_of);
        let measure = &self.planned.measure;
        let question = AssessmentRequest { measure, targets: &targets, points: &own, parts: &parts, as_of, method };
        let mut standing = status::judge_standing(&question).map_err(refused_error)?;
        if let Some(edition) = &self.planned.dropped {
            let text = format!(
                "Edition {edition} of the plan dropped this measure; what was promised before is judged as it was."
            );
            standing.notes.push(StatusNote::new(NoteKind::Dropped, text));
        }
        Ok(standing)
    }

    /// Every observation of each part of a compound measure, by the part's id.
    pub fn parts_observed(&self, key: (&str, &str, &str)) -> Vec<(&str, Vec<SeriesObservation>)> {
        let of_part =
            |panel: &SeriesPanel| series_position(panel, key).map_or_else(Vec::new, |at| self.read_from(panel, at));
        self.parts.iter().map(|(id, panel)| (id.as_str(), of_part(panel))).collect()
    }

    /// The number of a part of a compound measure.
    pub(crate) fn part_number(&self, id: &str) -> Option<usize> {
        self.parts.iter().position(|(own, _)| own == id)
    }

    /// Every observation of one part, by its number.
    pub(crate) fn part_observed(&self, series: usize, part: usize) -> Vec<SeriesObservation> {
        let panel = &self.parts[part].1;
        series_position(panel, self.key_of(series)).map_or_else(Vec::new, |at| self.read_from(panel, at))
    }

    /// The targets that hold for a series, those no longer in force too.
    pub fn targets_of(&self, series: usize) -> Vec<&Target> {
        self.targets_on(series, self.as_of)
    }

    fn targets_on(&self, series: usize, as_of: Date) -> Vec<&Target> {
        let (group, grade, place) = self.key_of(series);
        match self.level_of(series) {
            _ if self.is_absent(series) => Vec::new(),
            Some(level) => status::applicable_targets(&self.planned.measure, place, level, group, grade, as_of),
            None => {
                let own = |t: &&Target| t.place == place && t.group == group && t.grade == grade;
                self.planned.measure.targets.iter().filter(own).collect()
            }
        }
    }

    fn own_calendar(&self) -> Result<PeriodCalendar> {
        measure_calendar(&self.planned.measure)
    }

    /// The rows of a series that are looked at.
    fn visible_rows(&self, panel: &SeriesPanel, at: usize) -> Range<usize> {
        let rows = panel.series[at].rows.clone();
        let seen = |last: Period| panel.period[rows.clone()].partition_point(|p| *p <= last.ordinal);
        rows.start..rows.start + self.through.map_or(rows.len(), seen)
    }

    fn read_from(&self, panel: &SeriesPanel, at: usize) -> Vec<SeriesObservation> {
        let seen = self.visible_rows(panel, at).len();
        first_observations(panel, at, seen, &self.planned.measure, self.as_of)
    }
}

/// The level of a place; `home` is the agency's own.
pub fn level_of(places: &PlaceDirectory, home: Option<&str>, place: &str) -> Option<Level> {
    let own = || (home == Some(place)).then_some(Level::State);
    places.level_of(place).or_else(own).or_else(|| Level::of_id(place))
}

/// When a measure's periods end, and when their results are due.
///
/// # Errors
/// [`Error::Refused`] when the plan's rhythm or lag can't be read.
pub fn measure_calendar(measure: &Measure) -> Result<PeriodCalendar> {
    PeriodCalendar::for_measure(measure).map_err(refused_error)
}

fn refused_error(error: TrajectoryError) -> Error {
    Error::Refused(format!("{error} (`headway plan check` lists every such fault)"))
}
