//! Ids that a plan writes a little otherwise than results do: `10` for the place `0010`, `ST` for `st`, measure `R` for `r`. They are
//! two things, and the plan's has no results.

use std::collections::{BTreeSet, HashMap};

use headway_model::plan::{AgencyPlans, Measure, Plan, PlansInForce};
use headway_model::{Level, MeasureId, PlaceId};
use jiff::civil::Date;

use crate::editions::read_plans;
use crate::intake::{DoubtKind, ImportDoubt};
use crate::{Result, Workspace};

/// How many ids a sentence names.
const NAMED: usize = 3;

/// An id without what people and spreadsheets change: capitals, white space, signs, zeros before digits.
pub(crate) fn plain_id(id: &str) -> String {
    let mut plain = String::new();
    let mut after_digit = false;
    for c in id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase) {
        // A zero with no digit before it.
        if c != '0' || after_digit {
            plain.push(c);
        }
        after_digit = c.is_ascii_digit() && (after_digit || c != '0');
    }
    plain
}

/// The ids of a plan that nothing has, each with the one of `known` that it may mean.
fn meant_ids<'a>(planned: impl Iterator<Item = &'a str>, known: &BTreeSet<String>) -> Vec<(&'a str, String)> {
    let mut alike: HashMap<String, &String> = HashMap::new();
    known.iter().for_each(|id| {
        alike.entry(plain_id(id)).or_insert(id);
    });
    let meant = |id: &'a str| {
        let other = alike.get(&plain_id(id)).filter(|_| !known.contains(id))?;
        Some((id, (*other).clone()))
    };
    planned.collect::<BTreeSet<_>>().into_iter().filter_map(meant).collect()
}

/// The places that a plan names one by one.
fn planned_places(plan: &Plan) -> impl Iterator<Item = &str> {
    let is_level = |text: &str| Level::ALL.iter().any(|level| level.id() == text);
    let targets = plan.measures.iter().flat_map(|measure: &Measure| &measure.targets);
    let targets = targets.map(|target| target.place.as_str()).filter(move |place| !is_level(place));
    plan.agency.place.iter().map(PlaceId::as_str).chain(targets)
}

/// `the plan's 10 may mean 0010, which has results`.
fn meant_sentence(what: &str, meant: &[(&str, String)]) -> Option<String> {
    let pairs: Vec<String> = meant.iter().take(NAMED).map(|(id, other)| format!("{id} (is {other} meant?)")).collect();
    let more = meant.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!meant.is_empty()).then(|| {
        format!(
            "no results have the {what} that the plan names, and some have one that is written almost so: {}{more}. Write ids in the \
             plan as the results have them",
            pairs.join(", ")
        )
    })
}

impl Workspace {
    /// Places and measures of a plan that no results have, where results have one of nearly the same id, each kind in a sentence that
    /// says what to do.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn name_disagreements(&self, plan: &Plan) -> Result<Vec<String>> {
        let lake: BTreeSet<String> =
            self.store.lake_measures(Date::MAX).await?.into_iter().map(|known| known.measure.to_string()).collect();
        if lake.is_empty() {
            return Ok(Vec::new());
        }
        let mut others = lake.clone();
        for (_, planned) in read_plans(&self.store, Date::MAX).await?.all_measures() {
            planned.ids.iter().for_each(|id| {
                others.remove(id.as_str());
            });
        }
        // A measure that its own results have is not asked about, nor one that another plan names.
        let book = PlansInForce::from_plans(vec![std::sync::Arc::new(plan.clone())]);
        let without: Vec<MeasureId> = book
            .all_measures()
            .filter(|(_, planned)| {
                planned.measure.parts.is_empty() && !planned.ids.iter().any(|id| lake.contains(id.as_str()))
            })
            .map(|(_, planned)| planned.measure.id.clone())
            .collect();
        let measures = meant_ids(without.iter().map(MeasureId::as_str), &others);
        let stated = self.store.place_statements(Date::MAX).await?;
        let known: BTreeSet<String> = stated.into_iter().map(|stored| stored.statement.place.to_string()).collect();
        let places = meant_ids(planned_places(plan), &known);
        Ok([meant_sentence("measure", &measures), meant_sentence("place", &places)].into_iter().flatten().collect())
    }

    /// The same for all plans.
    pub(crate) async fn all_name_disagreements(&self) -> Result<Vec<String>> {
        let mut found = BTreeSet::new();
        let book = read_plans(&self.store, Date::MAX).await?;
        for plan in book.agencies.iter().flat_map(AgencyPlans::in_force) {
            found.extend(self.name_disagreements(plan).await?);
        }
        Ok(found.into_iter().collect())
    }
}

impl Workspace {
    /// Tells of places and measures of an import that a plan may mean by an id of its own, which nothing has: `places` are the ids
    /// that the files name, `measures` those that come for the first time.
    pub(crate) async fn names_beside_plans(
        &self,
        places: &BTreeSet<String>,
        measures: &BTreeSet<String>,
    ) -> Result<Vec<ImportDoubt>> {
        let book = read_plans(&self.store, Date::MAX).await?;
        let plans: Vec<_> = book.agencies.iter().flat_map(AgencyPlans::in_force).collect();
        let named: Vec<PlaceId> = plans.iter().flat_map(|plan| planned_places(plan)).map(PlaceId::from).collect();
        let stated = self.store.statements_of(&named, Date::MAX).await?;
        let has_results: BTreeSet<&str> = stated.iter().map(|stored| stored.statement.place.as_str()).collect();
        let named = named.iter().map(PlaceId::as_str).filter(|id| !has_results.contains(id));
        let lake = self.store.lake_measures(Date::MAX).await?;
        let planned = book.all_measures().flat_map(|(_, planned)| &planned.ids).map(MeasureId::as_str);
        let planned: BTreeSet<&str> =
            planned.filter(|id| lake.iter().all(|known| known.measure.as_str() != *id)).collect();
        let found = [("place", meant_ids(named, places)), ("measure", meant_ids(planned.into_iter(), measures))];
        let doubt = |(what, meant): (&str, Vec<(&str, String)>)| {
            let (planned, own) = meant.first()?;
            Some(ImportDoubt {
                kind: DoubtKind::Missing,
                measures: Vec::new(),
                cause: match meant.len() {
                    1 => format!(
                        "the plan names a {what} that has no results, and this file one that is written almost so"
                    ),
                    count => format!(
                        "the plan names {count} {what}s that have no results, and this file has some that are written almost so"
                    ),
                },
                count: 0,
                of: None,
                first: format!("{planned} in the plan, {own} here"),
                advice: "If they are one, write its id in the plan as it is here".to_owned(),
                until: None,
            })
        };
        Ok(found.into_iter().filter_map(doubt).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_are_written_almost_alike() {
        let check = |a: &str, b: &str, alike: bool| assert_eq!(plain_id(a) == plain_id(b), alike, "{a} {b}");
        check("10", "0010", true);
        check("ST", "st", true);
        check("D-01", "d1", true);
        check("D01", "D 1", true);
        check("100", "10", false);
        check("0", "00", true);
        check("D10", "D100", false);
        check("math-3", "math_3", true);
        check("math-3", "math-30", false);
        let known = BTreeSet::from(["0010".to_owned(), "st".to_owned()]);
        assert_eq!(meant_ids(["10", "st", "D7"].into_iter(), &known), [("10", "0010".to_owned())]);
    }
}
