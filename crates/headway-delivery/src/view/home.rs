//! Home: what needs attention now.

use std::sync::Arc;

use headway_analytics::{Observed, Scored};
use headway_model::plan::{Plan, PlannedMeasure, Strategy};
use headway_model::status::{Standing, Tone};
use headway_model::{ALL, Level, MeasureId};
use headway_store::Import;

use super::promised::{Promised, Whom};
use super::{MilestoneFilter, MilestoneLine, PlaceOutlook, PlaceTally, plan};
use crate::error::MeasureTrouble;
use crate::track::TrackRow;
use crate::{Error, Result, Snapshot};

/// So many milestones that come next are shown.
const NEXT: usize = 5;

/// What a leader sees first.
#[derive(Clone, Debug)]
pub struct HomeView {
    /// The edition in force of each plan.
    pub plans: Vec<Arc<Plan>>,
    /// The strategies of those plans, top level, each with the ids of the measures that serve it or a part of it.
    pub strategies: Vec<(Strategy, Vec<MeasureId>)>,
    /// Every measure of the editions in force, those that most need attention first; measures without a figure last.
    pub measures: Vec<MeasureSummary>,
    /// Measures that only earlier editions name.
    pub dropped: Vec<MeasureSummary>,
    /// Milestones that need a look, then those whose planned date comes next.
    pub milestones: Vec<MilestoneLine>,
    /// How many milestones there are, and how many of them need a look.
    pub milestones_count: (usize, usize),
    /// The places with most promises off track, of the level that the measures are listed for; at most six.
    pub trouble: Vec<PlaceTally>,
    /// The measures that can't be answered for.
    pub troubles: Vec<MeasureTrouble>,
    /// The latest imports with figures of this agency's measures.
    pub imports: Vec<Import>,
}

/// A promise in a line; a measure without one has a line of the agency's own place, all students.
#[derive(Clone, Debug)]
pub struct MeasureSummary {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    /// For whom its figure is promised.
    pub whom: Whom,
    /// Where that place and group stand; the agency's own place, all students, where the promise is for several places.
    pub row: TrackRow,
    /// Its observations.
    pub observed: Vec<Observed>,
    /// The result before the latest, and where the place stood when that was the latest; none where one of the two is missing.
    pub before: Option<(Observed, Standing)>,
    /// What may come of a promise for several places, of all students; none where that was not asked for.
    pub outlook: Option<PlaceOutlook>,
    /// The level of the places below: districts, or schools where there are none.
    pub level: Option<Level>,
}

impl MeasureSummary {
    /// Whether a figure is promised here: a target to keep, or one whose parts have figures.
    pub fn is_promise(&self) -> bool {
        let standing = &self.row.standing;
        self.many().is_some() || !standing.target.is_none() || !standing.parts.is_empty()
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
            let lines = match self.promises_of(planned).await {
                Err(Error::Measure(trouble)) => {
                    troubles.push(trouble);
                    continue;
                }
                lines => lines?,
            };
            if planned.current { measures.extend(lines) } else { dropped.extend(lines) }
        }
        self.add_promise_outlooks(agency, &mut measures).await?;
        // Judged before open, then by need of attention; a measure that nothing came for says least.
        let order = |s: &MeasureSummary| {
            (s.observed.is_empty(), std::cmp::Reverse(s.severity()), s.planned.measure.name.clone())
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
        let all =
            self.milestones(&MilestoneFilter { agency: Some(agency.to_owned()), ..MilestoneFilter::default() })?;
        let milestones_count = (all.len(), all.iter().filter(|it| it.state.is_trouble()).count());
        let milestones = milestones_shown(all);
        Ok(HomeView { plans, strategies, measures, dropped, milestones, milestones_count, trouble, troubles, imports })
    }

    /// A measure in a line for each of its promises, one line without any; none when it has no series at all.
    ///
    /// # Errors
    /// [`Error::Measure`] when it can't be read or judged.
    pub async fn promises_of(&self, planned: &PlannedMeasure) -> Result<Vec<MeasureSummary>> {
        let scored = self.scored(&planned.measure.id).await?;
        let home = scored.home.clone().unwrap_or_default();
        let own = scored.find(ALL, ALL, &home).or_else(|| (!scored.is_empty()).then_some(0));
        let Some(own) = own else { return Ok(Vec::new()) };
        let promised = Promised::all(&scored);
        if promised.is_empty() {
            return Ok(vec![self.line(planned, &scored, own, Whom::Own)?]);
        }
        // Every line for several places stands on that of the agency's own: it is judged once.
        let own = if promised.iter().any(|p| p.one().is_none()) {
            Some(self.line(planned, &scored, own, Whom::Own)?)
        } else {
            None
        };
        let line = |promised: &Promised<'_>| {
            let whom = promised.whom(&scored, |i| self.place_ref(&scored, i).name)?;
            match (&whom, &own, promised.one()) {
                (Whom::Many(places), Some(own), _) => {
                    Ok(Some(MeasureSummary { level: places.level, whom, ..own.clone() }))
                }
                (_, _, Some(series)) => self.line(planned, &scored, series, whom).map(Some),
                _ => Ok(None),
            }
        };
        promised.iter().filter_map(|promised| line(promised).transpose()).collect()
    }

    /// What may come of the promises for several places. Of student groups it is not said: their places are too many to learn of
    /// for a page.
    pub(super) async fn add_promise_outlooks(&self, agency: &str, measures: &mut [MeasureSummary]) -> Result<()> {
        for summary in measures.iter_mut().filter(|m| m.planned.current) {
            let Some(level) = summary.many().filter(|places| places.is_of_all()).and_then(|places| places.level) else {
                continue;
            };
            let known = self.place_outlooks(agency, level).await?;
            summary.outlook = known.measures.get(&summary.planned.measure.id).copied();
        }
        Ok(())
    }

    fn line(&self, planned: &PlannedMeasure, scored: &Scored, series: usize, whom: Whom) -> Result<MeasureSummary> {
        let (group, grade, _) = scored.key(series);
        let has = |level: &Level| scored.of_group(group, grade).any(|i| scored.level(i) == Some(*level));
        let level = [Level::District, Level::School].into_iter().find(has);
        let (row, observed) = (self.row(scored, series, None)?, scored.observed(series));
        Ok(MeasureSummary {
            planned: planned.clone(),
            whom,
            before: before(scored, series, &observed)?,
            row,
            observed,
            outlook: None,
            level,
        })
    }
}

/// Those that need a look, and the open ones whose planned date comes next: `NEXT` of them.
fn milestones_shown(all: Vec<MilestoneLine>) -> Vec<MilestoneLine> {
    let (mut shown, mut rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.state.is_trouble());
    rest.retain(|it| it.state.is_open() && it.next.is_some());
    rest.sort_by_key(|it| it.next);
    shown.extend(rest.into_iter().take(NEXT));
    shown
}

/// The result before the latest, and where the series stood then.
fn before(scored: &Scored, series: usize, observed: &[Observed]) -> Result<Option<(Observed, Standing)>> {
    let Some(latest) = Observed::latest(observed) else { return Ok(None) };
    let earlier = &observed[..observed.partition_point(|o| o.period < latest.period)];
    let Some(last) = Observed::latest(earlier) else { return Ok(None) };
    Ok(Some((*last, scored.stood(series, last.period)?)))
}
