//! Home: what needs attention now.

use headway_model::MeasureId;
use std::sync::Arc;

use headway_model::plan::{AgencyPlans, Plan, Strategy};
use headway_model::status::StatusTone;
use headway_store::CatalogImport;

use super::summary::sort_by_need;
use super::{MeasureSummary, MilestoneFilter, MilestoneLine, PlaceTally, plan};
use crate::error::MeasureTrouble;
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
    /// The places with most targets off track, of the highest level below the agency; at most six.
    pub trouble: Vec<PlaceTally>,
    /// The measures that can't be answered for.
    pub troubles: Vec<MeasureTrouble>,
    /// The latest imports with figures of this agency's measures.
    pub imports: Vec<CatalogImport>,
}

impl Snapshot {
    /// The agency's home page. Chances that are not known yet are being computed.
    pub async fn home_view(self: &Arc<Self>, agency: &str) -> Result<HomeView> {
        let book = self.agency(agency)?;
        let Summaries { mut measures, dropped, troubles } = self.summaries_of(book).await?;
        self.add_target_outlooks(agency, &mut measures)?;
        let vintages: std::collections::BTreeSet<_> =
            measures.iter().chain(&dropped).flat_map(|m| m.observed.iter().map(|o| o.vintage)).collect();
        let imports = self.visible_imports().filter(|i| vintages.contains(&i.vintage.id)).take(5).cloned().collect();
        let plans: Vec<Arc<Plan>> = book.in_force().into_iter().cloned().collect();
        let strategies = plans.iter().flat_map(|p| plan::top_strategies(p)).collect();
        let level = measures.iter().filter_map(|m| m.level).min();
        let off = |t: &&PlaceTally| level.is_some() && t.place.level == level && t.tally.of_tone(StatusTone::Bad) > 0;
        let mut trouble: Vec<PlaceTally> =
            self.place_tallies(agency).await?.iter().filter(off).take(6).cloned().collect();
        self.add_outlooks(agency, &mut trouble)?;
        let all =
            self.milestone_lines(&MilestoneFilter { agency: Some(agency.to_owned()), ..MilestoneFilter::default() })?;
        let milestones_count = (all.len(), all.iter().filter(|it| it.state.is_trouble()).count());
        let milestones = milestones_shown(all);
        Ok(HomeView { plans, strategies, measures, dropped, milestones, milestones_count, trouble, troubles, imports })
    }

    /// Every measure of an agency in a line, those that most need attention first; judged, with no chances yet.
    pub(crate) async fn summaries_of(&self, book: &AgencyPlans) -> Result<Summaries> {
        let mut found = Summaries::default();
        for planned in &book.measures {
            match self.measure_summary(planned).await {
                Err(Error::Measure(trouble)) => found.troubles.push(trouble),
                summary if planned.current => found.measures.extend(summary?),
                summary => found.dropped.extend(summary?),
            }
        }
        sort_by_need(&mut found.measures);
        sort_by_need(&mut found.dropped);
        Ok(found)
    }
}

/// The measures of an agency.
#[derive(Default)]
pub(crate) struct Summaries {
    /// Those of the editions in force.
    measures: Vec<MeasureSummary>,
    /// Those that only earlier editions name.
    dropped: Vec<MeasureSummary>,
    /// Those that can't be answered for.
    troubles: Vec<MeasureTrouble>,
}

/// Those that need a look, and the open ones whose planned date comes next: `NEXT` of them.
fn milestones_shown(all: Vec<MilestoneLine>) -> Vec<MilestoneLine> {
    let (mut shown, mut rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| it.state.is_trouble());
    rest.retain(|it| it.state.is_open() && it.next.is_some());
    rest.sort_by_key(|it| it.next);
    shown.extend(rest.into_iter().take(NEXT));
    shown
}
