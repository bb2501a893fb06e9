//! Home: what needs attention now.

use std::sync::Arc;

use headway_model::plan::{Milestone, Plan, Program, Strategy};
use headway_model::status::{Standing, Tone};
use headway_model::{ALL, Level, Value};
use headway_store::Import;

use super::{PlaceOutlook, PlaceTally, Tally, plan};
use crate::book::PlannedMeasure;
use crate::error::MeasureTrouble;
use crate::scored::{Observed, Scored};
use crate::track::TrackRow;
use crate::{Error, Result, Snapshot};

/// What a leader sees first.
#[derive(Clone, Debug)]
pub struct HomeView {
    /// The edition in force of each plan.
    pub plans: Vec<Arc<Plan>>,
    /// The strategies of those plans, top level, each with the ids of the measures that serve it or a part of it.
    pub strategies: Vec<(Strategy, Vec<String>)>,
    /// Every measure of the editions in force, those that most need attention first; measures without a figure last.
    pub measures: Vec<MeasureSummary>,
    /// Measures that only earlier editions name.
    pub dropped: Vec<MeasureSummary>,
    /// Milestones that are late, then those that are due next.
    pub milestones: Vec<MilestoneDue>,
    /// The places with most promises off track, of the level that the measures are listed for; at most six.
    pub trouble: Vec<PlaceTally>,
    /// The measures that can't be answered for.
    pub troubles: Vec<MeasureTrouble>,
    /// The latest imports with figures of this agency's measures.
    pub imports: Vec<Import>,
}

/// A measure in a line: the agency's own place, all students, and how the districts stand.
#[derive(Clone, Debug)]
pub struct MeasureSummary {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// Where the agency's own place stands.
    pub row: TrackRow,
    /// Its observations.
    pub observed: Vec<Observed>,
    /// The result before the latest, and where the place stood when that was the latest; none where one of the two is missing.
    pub before: Option<(Observed, Standing)>,
    /// Status of the districts (schools, where there are no districts), all students.
    pub places: Tally,
    /// What may come of the promise there; none where that was not asked for.
    pub outlook: Option<PlaceOutlook>,
    /// Which level that is.
    pub level: Option<Level>,
}

/// A milestone that is late or due.
#[derive(Clone, Debug)]
pub struct MilestoneDue {
    /// Its program.
    pub program: Program,
    /// The milestone.
    pub milestone: Milestone,
    /// Whether its planned end has passed, and it is not done.
    pub late: bool,
}

impl MeasureSummary {
    /// Whether a figure is promised here: a target to keep, or one whose parts have figures.
    pub fn is_promise(&self) -> bool {
        let standing = &self.row.standing;
        !standing.target.is_none() || !standing.parts.is_empty()
    }

    /// Whether any result is known.
    pub fn has_results(&self) -> bool {
        let of_part = |part: &headway_model::status::PartStanding| !part.standing.value.is_none();
        !self.observed.is_empty() || self.row.standing.parts.iter().any(of_part)
    }
}

impl Snapshot {
    /// The agency's home page.
    pub async fn home(&self, agency: &str) -> Result<HomeView> {
        let book = self.agency(agency)?;
        let (mut measures, mut dropped, mut troubles) = (Vec::new(), Vec::new(), Vec::new());
        for planned in &book.measures {
            let summary = match self.summary(planned).await {
                Err(Error::Measure(trouble)) => {
                    troubles.push(trouble);
                    continue;
                }
                summary => summary?,
            };
            let Some(summary) = summary else { continue };
            if planned.current { measures.push(summary) } else { dropped.push(summary) }
        }
        for summary in &mut measures {
            let Some(level) = summary.level.filter(|_| summary.is_promise()) else { continue };
            let known = self.place_outlooks(agency, level).await?;
            summary.outlook = known.measures.get(&summary.planned.measure.id).copied();
        }
        // Judged before open, then by need of attention; a measure that nothing came for says least.
        let order = |s: &MeasureSummary| {
            (s.observed.is_empty(), std::cmp::Reverse(s.row.standing.status.severity()), s.planned.measure.name.clone())
        };
        measures.sort_by_key(order);
        dropped.sort_by_key(order);
        let vintages: std::collections::BTreeSet<_> =
            measures.iter().chain(&dropped).flat_map(|m| m.observed.iter().map(|o| o.vintage)).collect();
        let imports = self.visible_imports().filter(|i| vintages.contains(&i.vintage.id)).take(5).cloned().collect();
        let plans: Vec<Arc<Plan>> = book.in_force().into_iter().cloned().collect();
        let strategies = plans.iter().flat_map(|p| plan::tops(p)).collect();
        let level = measures.iter().filter_map(|m| m.level).min();
        let off = |t: &&PlaceTally| level.is_some() && t.place.level == level && t.tally.of_tone(Tone::Bad) > 0;
        let mut trouble: Vec<PlaceTally> =
            self.place_tallies(agency).await?.iter().filter(off).take(6).cloned().collect();
        self.add_outlooks(agency, &mut trouble).await?;
        let milestones = self.milestones_due(agency)?;
        Ok(HomeView { plans, strategies, measures, dropped, milestones, trouble, troubles, imports })
    }

    /// A measure in a line; `None` when it has no series at all.
    pub async fn summary(&self, planned: &PlannedMeasure) -> Result<Option<MeasureSummary>> {
        let scored = self.scored(&planned.measure.id).await?;
        let home = scored.home.clone().unwrap_or_default();
        let Some(series) = scored.find(ALL, ALL, &home).or_else(|| (!scored.is_empty()).then_some(0)) else {
            return Ok(None);
        };
        let level_of = |i: usize| scored.level(i);
        let of_level = |level| scored.of_group(ALL, ALL).filter(move |&i| level_of(i) == Some(level));
        let level = [Level::District, Level::School].into_iter().find(|level| of_level(*level).next().is_some());
        let places = level.map(|l| of_level(l).map(|i| scored.status(i)).collect()).unwrap_or_default();
        let (row, observed) = (self.row(&scored, series, None)?, scored.observed(series));
        Ok(Some(MeasureSummary {
            planned: planned.clone(),
            before: before(&scored, &row, &observed)?,
            row,
            observed,
            places,
            outlook: None,
            level,
        }))
    }

    fn milestones_due(&self, agency: &str) -> Result<Vec<MilestoneDue>> {
        let mut due = Vec::new();
        for program in self.agency(agency)?.in_force().iter().flat_map(|plan| &plan.programs) {
            let open = |m: &&Milestone| m.standing(self.as_of).state.is_open();
            for milestone in program.milestones.iter().filter(open) {
                let Some(end) = milestone.planned_end else { continue };
                due.push(MilestoneDue {
                    program: program.clone(),
                    milestone: milestone.clone(),
                    late: end < self.as_of,
                });
            }
        }
        due.sort_by_key(|d| d.milestone.planned_end);
        let next = due.iter().filter(|d| !d.late).count().saturating_sub(5);
        due.truncate(due.len() - next);
        Ok(due)
    }
}

/// The result before the latest, and where the series stood then. `None` where a row speaks of an earlier result than the
/// latest, which then changed nothing.
fn before(scored: &Scored, row: &TrackRow, observed: &[Observed]) -> Result<Option<(Observed, Standing)>> {
    if observed.iter().any(|o| o.over && o.value != Value::Missing && Some(o.period) > row.standing.period) {
        return Ok(None);
    }
    let earlier = |o: &&Observed| Some(o.period) < row.standing.period && o.value != Value::Missing;
    let Some(last) = observed.iter().rev().find(earlier) else { return Ok(None) };
    Ok(Some((*last, scored.stood(row.series, last.period)?)))
}
