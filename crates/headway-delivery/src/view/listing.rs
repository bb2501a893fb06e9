//! What there is: the measures of plans and results.

use headway_model::plan::{AgencyPlans, PlannedMeasure};
use headway_model::{AgencyId, Direction, Level, MeasureId, Period, PeriodKind, Place, PlanId, name_order};
use serde::Serialize;

use crate::snapshot::part_ids;
use crate::{Error, Result, Snapshot};

/// A measure in a list. Serializes to an entry of `measures --format json` (docs/json.md).
#[derive(Clone, Debug, Serialize)]
pub struct MeasureLine {
    /// Its id.
    pub measure: MeasureId,
    /// Its name; the id where no plan names it.
    pub name: String,
    /// The agency whose plan names it; `None` for a measure of results only.
    pub agency: Option<AgencyId>,
    /// The plan's id.
    pub plan: Option<PlanId>,
    /// The newest edition that names it.
    pub edition: Option<String>,
    /// Whether that edition is in force; else a later one dropped the measure.
    pub current: bool,
    /// Unit of its values.
    pub measured_in: Option<String>,
    /// Which way is better.
    pub direction: Option<Direction>,
    /// The kind of its periods.
    pub period_kind: PeriodKind,
    /// Its first period with results.
    pub first_period: Option<String>,
    /// Its last period with results.
    pub last_period: Option<String>,
    /// How many rows of results there are.
    pub rows: u64,
    /// The period whose result is due and not in.
    pub overdue: Option<String>,
}

impl Snapshot {
    /// Every measure that a plan names or that has results on the day: those of plans as planned, then the others by id.
    ///
    /// # Errors
    /// When a store can't be read, or a plan's figures can't be computed with.
    pub async fn measures_list(&self) -> Result<Vec<MeasureLine>> {
        let catalog = self.catalog_view().await?;
        let mut lines = Vec::new();
        for (agency, planned) in self.book.all_measures() {
            let measure = &planned.measure;
            let overdue =
                self.summary_if_sound(planned).await?.and_then(|summary| summary.awaited_result().overdue_results());
            let parts = part_ids(measure);
            let own = || catalog.lake.iter().filter(|m| planned.ids.contains(&m.measure) || parts.contains(&m.measure));
            let name = |ordinal| Period { kind: measure.period, ordinal }.to_string();
            lines.push(MeasureLine {
                measure: measure.id.clone(),
                name: measure.name.clone(),
                agency: Some(agency.agency.id.clone()),
                plan: Some(planned.plan.clone()),
                edition: Some(planned.edition.clone()),
                current: planned.current,
                measured_in: measure.unit.clone(),
                direction: measure.direction,
                period_kind: measure.period,
                first_period: own().map(|m| m.first_period).min().map(name),
                last_period: own().map(|m| m.last_period).max().map(name),
                rows: own().map(|m| m.rows).sum(),
                overdue: overdue.map(|overdue| overdue.due.to_string()),
            });
        }
        lines.extend(catalog.unplanned.iter().map(|m| MeasureLine {
            measure: m.measure.clone(),
            name: m.measure.to_string(),
            agency: None,
            plan: None,
            edition: None,
            current: false,
            measured_in: None,
            direction: None,
            period_kind: m.period_kind,
            first_period: Some(Period { kind: m.period_kind, ordinal: m.first_period }.to_string()),
            last_period: Some(Period { kind: m.period_kind, ordinal: m.last_period }.to_string()),
            rows: m.rows,
            overdue: None,
        }));
        Ok(lines)
    }

    /// Places by name: those with every word of `words` in their name or id, of a level, and of a place and what is below it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a place that is not there.
    pub fn places_list(&self, words: &str, level: Option<Level>, within: Option<&str>) -> Result<Vec<&Place>> {
        if let Some(top) = within.filter(|top| self.places.get(top).is_none()) {
            return Err(self.no_place(top));
        }
        let mut places: Vec<&Place> = match words.trim() {
            "" => self.places.iter().collect(),
            words => self.places.search_places(words, usize::MAX),
        };
        places.retain(|place| {
            level.is_none_or(|level| place.level == level)
                && within.is_none_or(|top| self.places.is_within(&place.id, top))
        });
        places.sort_by_cached_key(|place| (place.level, name_order(&place.name), place.id.clone()));
        Ok(places)
    }

    /// What is said of a place that is not there.
    pub(crate) fn no_place(&self, id: &str) -> Error {
        Error::not_among("place", id, self.places.iter().map(|place| (place.id.as_str(), place.name.as_str())))
    }

    /// The measure of this id, with its agency, for a question that only a plan can answer.
    ///
    /// # Errors
    /// [`Error::NoResult`] for a measure that has results and that no plan names: what is missing, and what to do. Else as
    /// [`Snapshot::measure`].
    pub(crate) async fn in_a_plan(&self, id: &str) -> Result<(&AgencyPlans, &PlannedMeasure)> {
        if let Some(found) = self.book.find_measure(id) {
            return Ok(found);
        }
        if self.catalog_view().await?.unplanned.iter().any(|m| m.measure == id) {
            let day = self.as_of.to_string();
            if let Some(edition) = self.first_edition_with(id, &day).await? {
                return Err(Error::NoResult(format!(
                    "no plan names the measure “{id}” on {day}: the first that does is the edition {edition}. Ask as of a later day; \
                     `headway show {id}` and `headway track --measure {id}` show what was known"
                )));
            }
            return Err(Error::NoResult(format!(
                "no plan names the measure “{id}”: its results are there, but nobody said which way is better and what is promised. \
                 Name it in a plan and load that (`headway plan load`). Until then `headway show {id}` and `headway track --measure \
                 {id}` show its results"
            )));
        }
        Err(self.explain_measure(id).await)
    }

    /// Why there is no measure of this id on the day: it is known later, or nothing knows it.
    pub(crate) async fn explain_measure(&self, id: &str) -> Error {
        match self.known_later(id).await {
            Ok(Some(text)) => Error::NoResult(text),
            Ok(None) => self.no_measure(id),
            Err(error) => error,
        }
    }

    /// From which edition or import on a measure is known that is not on the day.
    async fn known_later(&self, id: &str) -> Result<Option<String>> {
        let day = self.as_of.to_string();
        let mut since = Vec::new();
        if let Some(edition) = self.first_edition_with(id, &day).await? {
            since.push(format!("the plan names it from the edition {edition} on"));
        }
        let brought = &self.catalog_view().await?.brought;
        let later = self.imports.iter().filter(|i| i.vintage.known_from > self.as_of && i.vintage.undone_at.is_none());
        let first = later.filter(|i| brought.get(&i.vintage.id).is_some_and(|of| of.iter().any(|m| m == id)));
        if let Some(known_from) = first.map(|i| i.vintage.known_from).min() {
            since.push(format!("its results are known from {known_from} on"));
        }
        Ok((!since.is_empty()).then(|| {
            format!("nothing was known of the measure “{id}” on {day}: {}. Ask as of a later day.", since.join("; "))
        }))
    }
}
