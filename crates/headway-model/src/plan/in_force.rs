//! The plans in force on a day, with what earlier editions promised and was not taken back.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{MeasureId, PlanId};

use super::{Agency, Measure, Plan, Succession, Target};

/// Every agency's plans as of a day.
#[derive(Debug, Default)]
pub struct PlansInForce {
    /// The agencies, by name.
    pub agencies: Vec<AgencyPlans>,
    /// Where a measure is: agency, place among its measures.
    by_measure: HashMap<MeasureId, (usize, usize)>,
}

/// One agency's part of the book.
#[derive(Clone, Debug)]
pub struct AgencyPlans {
    /// The agency, as its newest edition calls it.
    pub agency: Agency,
    /// Every edition up to the day, oldest first, plan by plan.
    pub editions: Vec<Arc<Plan>>,
    /// Every measure that any edition up to the day names; the newest wording of each.
    pub measures: Vec<PlannedMeasure>,
}

/// A measure with its place in the plan's history.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedMeasure {
    /// The measure as the newest edition that names it says, with targets of earlier editions that it does not revise.
    pub measure: Arc<Measure>,
    /// Id of the plan.
    pub plan: PlanId,
    /// The newest edition that names it.
    pub edition: String,
    /// Whether that is the edition in force; else a later edition dropped the measure.
    pub current: bool,
    /// The edition that no longer names it, where one does not: it was dropped. Its promises are judged as before.
    pub dropped: Option<String>,
    /// For each of its targets the edition that states it: this one, or an earlier one whose target was not taken back.
    pub target_editions: Vec<String>,
    /// Measures of the lake that hold its history: its own id, and the ids that it was renamed from.
    pub ids: Vec<MeasureId>,
}

impl PlannedMeasure {
    /// The edition that states a target of the measure.
    pub fn edition_of(&self, target: &Target) -> Option<&str> {
        let at = self.measure.targets.iter().position(|own| own == target)?;
        self.target_editions.get(at).map(String::as_str)
    }
}

impl PlansInForce {
    /// The book of these editions, oldest first inside each plan.
    pub fn from_plans(plans: Vec<Arc<Plan>>) -> Self {
        let mut book = Self::default();
        for plan in plans {
            let known = book.agencies.iter().position(|a| a.agency.id == plan.agency.id);
            let at = known.unwrap_or_else(|| {
                let agency = plan.agency.clone();
                book.agencies.push(AgencyPlans { agency, editions: Vec::new(), measures: Vec::new() });
                book.agencies.len() - 1
            });
            book.agencies[at].add_edition(plan);
        }
        for (a, agency) in book.agencies.iter().enumerate() {
            for (m, planned) in agency.measures.iter().enumerate() {
                // An id that a measure had before finds it too, unless another has it now.
                for former in &planned.ids {
                    book.by_measure.entry(former.clone()).or_insert((a, m));
                }
            }
            for (m, planned) in agency.measures.iter().enumerate() {
                book.by_measure.insert(planned.measure.id.clone(), (a, m));
            }
        }
        book
    }

    /// The agency of this id.
    pub fn find_agency(&self, id: &str) -> Option<&AgencyPlans> {
        self.agencies.iter().find(|a| a.agency.id == id)
    }

    /// The measure of this id, or that had it before it was renamed, with its agency.
    pub fn find_measure(&self, id: &str) -> Option<(&AgencyPlans, &PlannedMeasure)> {
        let (a, m) = *self.by_measure.get(id)?;
        Some((&self.agencies[a], &self.agencies[a].measures[m]))
    }

    /// Every measure, with its agency.
    pub fn all_measures(&self) -> impl Iterator<Item = (&AgencyPlans, &PlannedMeasure)> {
        self.agencies.iter().flat_map(|a| a.measures.iter().map(move |m| (a, m)))
    }
}

impl AgencyPlans {
    fn add_edition(&mut self, plan: Arc<Plan>) {
        if self.editions.last().is_none_or(|newest| newest.plan.edition <= plan.plan.edition) {
            self.agency = plan.agency.clone();
        }
        for planned in self.measures.iter_mut().filter(|m| m.plan == plan.plan.id) {
            planned.current = false;
            planned.dropped.get_or_insert_with(|| plan.plan.edition.clone());
        }
        for measure in &plan.measures {
            let planned = self.planned_measure(&plan, measure);
            // A measure that was renamed is one with what it was before: the new name takes the old one's place.
            let still = |id: &MeasureId| plan.measures.iter().any(|m| m.id == *id && m.id != measure.id);
            let before = |m: &PlannedMeasure| planned.ids.contains(&m.measure.id) && !still(&m.measure.id);
            let at = self.measures.iter().position(before).unwrap_or(self.measures.len());
            self.measures.retain(|m| !before(m));
            self.measures.insert(at, planned);
        }
        self.editions.push(plan);
    }

    fn planned_measure(&self, plan: &Plan, measure: &Measure) -> PlannedMeasure {
        let mut merged = measure.clone();
        merged.year_ends = measure.year_ends.or_else(|| plan.agency.year_ends(measure.period));
        let mut ids = vec![measure.id.clone()];
        let mut target_editions = vec![plan.plan.edition.clone(); measure.targets.len()];
        let renamed = measure.replaces.iter().filter(|p| p.how == Succession::Renamed).map(|p| &p.measure);
        for id in std::iter::once(&measure.id).chain(renamed) {
            ids.push(id.clone());
            let Some(earlier) = self.measures.iter().find(|m| m.ids.contains(id)) else { continue };
            let old = earlier.measure.targets.iter().zip(&earlier.target_editions);
            let kept = old.filter(|(old, _)| !is_revised(old, &measure.targets) && !merged.targets.contains(old));
            let (kept, editions): (Vec<Target>, Vec<String>) = kept.map(|(old, of)| (old.clone(), of.clone())).unzip();
            merged.targets.extend(kept);
            target_editions.extend(editions);
            ids.extend(earlier.ids.iter().cloned());
        }
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        let (plan, edition) = (plan.plan.id.clone(), plan.plan.edition.clone());
        PlannedMeasure { measure: Arc::new(merged), plan, edition, current: true, dropped: None, target_editions, ids }
    }

    /// The edition in force of each plan.
    pub fn in_force(&self) -> Vec<&Arc<Plan>> {
        let last = |plan: &Arc<Plan>| {
            self.editions.iter().rfind(|p| p.plan.id == plan.plan.id).is_some_and(|p| Arc::ptr_eq(p, plan))
        };
        self.editions.iter().filter(|plan| last(plan)).collect()
    }
}

/// A later edition revises a promise when it gives a figure for the same place, group, grade and period, or has it word by
/// word. A measure that is only named again takes no promise back.
fn is_revised(old: &Target, new: &[Target]) -> bool {
    let same_series = |t: &&Target| t.place == old.place && t.group == old.group && t.grade == old.grade;
    let period = |t: &Target| t.target.as_ref().map(|g| g.period.clone());
    new.iter().filter(same_series).any(|t| t == old || (t.target.is_some() && period(t) == period(old)))
}
