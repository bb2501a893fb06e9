//! A measure in one line: where its own place stands, and how many of its other targets are on track, kind by kind.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use headway_analytics::{MeasureAssessment, SeriesObservation};
use headway_model::plan::PlannedMeasure;
use headway_model::status::{PartAssessment, Status, StatusTally, TargetAssessment, TargetReach};
use headway_model::{ALL, Level, Period, Value};

use super::promised::TargetSeries;
use super::{AwaitedResult, OutlookState};
use crate::track::TrackRow;
use crate::{Result, Snapshot};

/// A measure with all its targets.
#[derive(Clone, Debug)]
pub struct MeasureSummary {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// Where the agency's own place stands, all students.
    pub row: TrackRow,
    /// Whether that place has a series; else the row is that of another place.
    pub own: bool,
    /// The results of that place.
    pub observed: Vec<SeriesObservation>,
    /// The result before the latest, and where the place stood when that was the latest; none where one of the two is missing.
    pub before: Option<EarlierResult>,
    /// The targets in force, those of one kind together, the agency's own first.
    pub targets: Vec<TargetLine>,
    /// The level of the places below: districts, or schools where there are none.
    pub level: Option<Level>,
}

/// The result before the latest.
#[derive(Clone, Debug)]
pub struct EarlierResult {
    /// The result; none of a compound measure, which has results of its parts alone.
    pub result: Option<SeriesObservation>,
    /// Where the place stood when it was the latest.
    pub standing: TargetAssessment,
    /// The period of the latest.
    pub latest: Period,
}

/// The targets of a measure for one kind of places and students.
#[derive(Clone, Debug)]
pub struct TargetLine {
    /// For whom they are.
    pub reach: TargetReach,
    /// How they stand: a status for each place, student group and grade that is held to a figure. Empty while no result came.
    pub stand: StatusTally,
    /// The result that is awaited: one that is owed, else the next.
    pub awaited: AwaitedResult,
    /// What may come of those for all students of a level.
    pub outlook: OutlookState,
}

impl TargetLine {
    /// How many results are owed.
    pub fn late_results(&self) -> usize {
        self.stand.0.iter().filter(|(status, _)| *status == Status::NotReporting).map(|(_, n)| n).sum()
    }
}

impl MeasureSummary {
    /// How the agency's own target stands, all students; none where it has none.
    pub fn own_status(&self) -> Option<Status> {
        let own = self.targets.first().filter(|line| line.reach == TargetReach::OWN);
        own.map(|_| self.row.standing.status)
    }

    /// The targets for student groups, grades and other places.
    pub fn other_targets(&self) -> &[TargetLine] {
        &self.targets[usize::from(self.own_status().is_some())..]
    }

    /// Whether any result is known.
    pub fn has_results(&self) -> bool {
        let of_part = |part: &PartAssessment| !part.standing.value.is_none();
        !self.observed.is_empty() || self.row.standing.parts.iter().any(of_part)
    }

    /// How much it needs attention: by its own target, else by the worst of the others.
    pub fn severity(&self) -> u8 {
        let worst = || self.targets.iter().filter_map(|line| line.stand.0.first()).map(|(status, _)| status.severity());
        self.own_status().map_or_else(|| worst().max().unwrap_or(0), Status::severity)
    }
}

impl Snapshot {
    /// A measure in a line; none when it has no series at all.
    ///
    /// # Errors
    /// [`crate::Error::Measure`] when it can't be read or judged.
    pub async fn measure_summary(&self, planned: &PlannedMeasure) -> Result<Option<MeasureSummary>> {
        let scored = self.scored_measure(&planned.measure.id).await?;
        let Some(own) = own_series(&scored) else { return Ok(None) };
        let has = |level: &Level| scored.of_group(ALL, ALL).any(|i| scored.level_of(i) == Some(*level));
        let observed = scored.observations_of(own);
        Ok(Some(MeasureSummary {
            planned: planned.clone(),
            row: self.track_row(&scored, own, None)?,
            own: scored.home.as_deref().is_none_or(|home| scored.key_of(own).2 == home),
            before: result_before(&scored, own, &observed)?,
            observed,
            targets: target_lines(&scored)?,
            level: [Level::District, Level::School].into_iter().find(has),
        }))
    }

    /// Says of the targets for all students of a level what may come of them, as far as that is known. Of student groups it is not
    /// said: their places are too many to learn of for a page.
    pub(super) fn add_target_outlooks(self: &Arc<Self>, agency: &str, measures: &mut [MeasureSummary]) -> Result<()> {
        for summary in measures.iter_mut().filter(|m| m.planned.current) {
            for line in &mut summary.targets {
                let Some(level) = line.reach.whole_level() else { continue };
                line.outlook = match self.known_outlooks(agency, level)? {
                    None => OutlookState::Computing,
                    Some(known) => {
                        let of_measure = known.measures.get(&summary.planned.measure.id);
                        of_measure.map_or(OutlookState::NotAsked, |outlook| OutlookState::Known(*outlook))
                    }
                };
            }
        }
        Ok(())
    }
}

/// The series of the agency's own place, all students; where it has none the first there is.
pub(super) fn own_series(scored: &MeasureAssessment) -> Option<usize> {
    let home = scored.home.as_deref().unwrap_or_default();
    scored.find_series(ALL, ALL, home).or_else(|| (!scored.is_empty()).then_some(0))
}

/// The targets in force, counted by kind.
fn target_lines(scored: &MeasureAssessment) -> Result<Vec<TargetLine>> {
    let mut kinds: BTreeMap<TargetReach, Vec<TargetSeries<'_>>> = BTreeMap::new();
    for promised in TargetSeries::all_of_measure(scored) {
        kinds.entry(promised.target_reach(scored)).or_default().push(promised);
    }
    let line = |(reach, of): (TargetReach, Vec<TargetSeries<'_>>)| {
        let series = of.iter().flat_map(TargetSeries::keeping_series).collect::<Vec<_>>();
        Ok(TargetLine {
            reach,
            stand: series.iter().map(|i| scored.status_of(*i)).collect(),
            awaited: AwaitedResult::of_series(scored, &series)?,
            outlook: OutlookState::NotAsked,
        })
    };
    kinds.into_iter().map(line).collect()
}

/// The result before the latest, and where the series stood then; of a compound measure that of its parts.
fn result_before(
    scored: &MeasureAssessment,
    series: usize,
    observed: &[SeriesObservation],
) -> Result<Option<EarlierResult>> {
    let found = |result: Option<SeriesObservation>, last: Period, latest: Period| {
        let standing = scored.standing_through(series, last)?;
        Ok(Some(EarlierResult { result, standing, latest }))
    };
    if let Some(latest) = SeriesObservation::latest_result(observed) {
        let earlier = &observed[..observed.partition_point(|o| o.period < latest.period)];
        return match SeriesObservation::latest_result(earlier) {
            Some(last) => found(Some(*last), last.period, latest.period),
            None => Ok(None),
        };
    }
    let parts = scored.parts_observed(scored.key_of(series));
    let results =
        parts.iter().flat_map(|(_, observed)| observed).filter(|o| o.is_result() && o.value != Value::Missing);
    let periods: BTreeSet<Period> = results.map(|o| o.period).collect();
    let mut newest = periods.into_iter().rev();
    match (newest.next(), newest.next()) {
        (Some(latest), Some(last)) => found(None, last, latest),
        _ => Ok(None),
    }
}

/// Measures in the order in which they need attention: judged before open, and what nothing came for last.
pub(super) fn sort_by_need(measures: &mut [MeasureSummary]) {
    measures.sort_by_key(|m| (m.observed.is_empty(), Reverse(m.severity()), m.planned.measure.name.clone()));
}
