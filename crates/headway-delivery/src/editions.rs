//! Plans go in and out: load, export, list.

use std::collections::BTreeMap;
use std::sync::Arc;

use headway_access::{EditPlan, Permit};
use headway_model::plan::{
    FindingSeverity, Milestone, Plan, PlanChange, PlanFinding, PlansInForce, Program, check_plan, diff_plans,
};
use headway_store::{EditionChoice, EditionRow, LoadEdition, LoadedEdition, Store};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Error, Result, Workspace};

/// The plans in force on a day, from the store.
pub(crate) async fn read_plans(store: &Store, as_of: Date) -> Result<PlansInForce> {
    let day = as_of.to_string();
    let mut plans: Vec<Arc<Plan>> = Vec::new();
    for row in store.all_editions().await? {
        if row.edition <= day {
            let plan = store.find_plan(&row.agency, &row.plan, EditionChoice::Edition(&row.edition)).await?;
            plans.extend(plan.map(|plan| Arc::new(plan.known_on(as_of))));
        }
    }
    Ok(PlansInForce::from_plans(plans))
}

impl Workspace {
    /// Loads an edition. Findings of `plan check` that are errors keep it out; the caller shows them.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan has errors, when another agency has its id but for capitals or a measure of the same id, or when another
    /// plan of the agency has a program or strategy of the same id.
    pub async fn load_plan(&self, plan: &Plan, permit: &Permit<EditPlan>, now: Timestamp) -> Result<LoadedEdition> {
        let errors: Vec<PlanFinding> =
            check_plan(plan).into_iter().filter(|f| f.severity == FindingSeverity::Error).collect();
        if !errors.is_empty() {
            let text =
                format!("the plan has {} errors and was not loaded: `headway plan check` lists them", errors.len());
            return Err(Error::Refused(text));
        }
        self.no_shared_work(plan).await?;
        for agency in self.store.all_agencies().await?.iter().filter(|a| a.id != plan.agency.id) {
            if agency.id.to_lowercase() == plan.agency.id.to_lowercase() {
                return Err(Error::Refused(format!(
                    "agency {} differs from {}, which has a plan here, in capitals alone: write it like that, or give it another id",
                    plan.agency.id, agency.id
                )));
            }
            self.no_shared_measure(plan, &agency.id).await?;
        }
        Ok(self.store.write(permit, now, LoadEdition { plan }).await?)
    }

    /// What `plan` changes in the edition of its name, where that is loaded already; none where it is not, or says the same.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn edition_changes(&self, plan: &Plan) -> Result<Option<Vec<PlanChange>>> {
        let when = EditionChoice::Edition(&plan.plan.edition);
        let loaded = self.store.find_plan(&plan.agency.id, &plan.plan.id, when).await?;
        Ok(loaded.map(|loaded| diff_plans(&loaded, plan)).filter(|changes| !changes.is_empty()))
    }

    /// Milestones (`program/milestone`) whose reports in the edition before are in no report of `plan`, or whose actual start or end
    /// it leaves out, so that they no longer count.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn lost_reports(&self, plan: &Plan) -> Result<Vec<String>> {
        let rows = self.store.all_editions().await?;
        let own = |row: &&EditionRow| row.agency == plan.agency.id && row.plan == plan.plan.id;
        let before =
            rows.iter().filter(own).map(|row| row.edition.as_str()).filter(|e| *e < plan.plan.edition.as_str());
        let Some(edition) = before.max() else { return Ok(Vec::new()) };
        let earlier = self.store.find_plan(&plan.agency.id, &plan.plan.id, EditionChoice::Edition(edition)).await?;
        let milestones = |plan: &Plan| -> Vec<(String, Milestone)> {
            let of = |program: &Program| {
                let named = |m: &Milestone| (format!("{}/{}", program.id, m.id), m.clone());
                program.milestones.iter().map(named).collect::<Vec<_>>()
            };
            plan.programs.iter().flat_map(of).collect()
        };
        let now: BTreeMap<String, Milestone> = milestones(plan).into_iter().collect();
        let lost = |(id, before): &(String, Milestone)| {
            let Some(now) = now.get(id) else { return false };
            let date = |before: Option<Date>, now: Option<Date>| before.is_some() && now.is_none();
            before.history.iter().any(|report| !now.history.contains(report))
                || date(before.actual_start, now.actual_start)
                || date(before.actual_end, now.actual_end)
        };
        Ok(earlier.iter().flat_map(milestones).filter(lost).map(|(id, _)| id).collect())
    }

    /// A measure's id is one thing in a workspace: its observations belong to all who name it.
    async fn no_shared_measure(&self, plan: &Plan, agency: &str) -> Result<()> {
        for row in self.store.all_editions().await?.iter().filter(|row| row.agency == agency) {
            let other = self.store.find_plan(&row.agency, &row.plan, EditionChoice::Edition(&row.edition)).await?;
            let theirs = other.iter().flat_map(|p| &p.measures);
            let clash = theirs.filter(|t| plan.measures.iter().any(|m| m.id == t.id)).map(|m| m.id.clone()).next();
            if let Some(id) = clash {
                return Err(Error::Refused(format!(
                    "measure {id} is in a plan of agency {agency} already: give one of them another id, since observations are found by it"
                )));
            }
        }
        Ok(())
    }

    /// A program's or strategy's id is one thing in an agency: its page and lists are found by it.
    async fn no_shared_work(&self, plan: &Plan) -> Result<()> {
        let others = self.store.all_editions().await?;
        let others = others.iter().filter(|row| row.agency == plan.agency.id && row.plan != plan.plan.id);
        for row in others {
            let other = self.store.find_plan(&row.agency, &row.plan, EditionChoice::Edition(&row.edition)).await?;
            let Some(other) = other else { continue };
            let program = plan.programs.iter().find(|own| other.programs.iter().any(|its| its.id == own.id));
            let strategy = plan.strategies.iter().find(|own| other.strategies.iter().any(|its| its.id == own.id));
            let clash = program
                .map(|program| ("program", program.id.as_str()))
                .or(strategy.map(|strategy| ("strategy", strategy.id.as_str())));
            if let Some((what, id)) = clash {
                return Err(Error::Refused(format!(
                    "{what} {id} is in plan {} of this agency already (edition {}): give one of them another id, since pages \
                     and reports find it by its id alone",
                    row.plan, row.edition
                )));
            }
        }
        Ok(())
    }

    /// Every loaded edition.
    pub async fn all_editions(&self) -> Result<Vec<EditionRow>> {
        Ok(self.store.all_editions().await?)
    }

    /// A loaded plan: the agency and plan may be left out where there is only one.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] when several would fit, with their names.
    pub async fn loaded_plan(&self, agency: Option<&str>, plan: Option<&str>, edition: Option<&str>) -> Result<Plan> {
        let fits = |row: &&EditionRow| agency.is_none_or(|a| a == row.agency) && plan.is_none_or(|p| p == row.plan);
        let rows = self.store.all_editions().await?;
        let mut plans: Vec<(&str, &str)> =
            rows.iter().filter(fits).map(|r| (r.agency.as_str(), r.plan.as_str())).collect();
        plans.dedup();
        let (agency, plan) = match plans.as_slice() {
            [one] => *one,
            [] => return Err(Error::not_found("plan", plan.or(agency).unwrap_or("any").to_owned())),
            several => {
                let names: Vec<String> = several.iter().map(|(a, p)| format!("--agency {a} --plan {p}")).collect();
                return Err(Error::Refused(format!("there are several plans; say which: {}", names.join(", or "))));
            }
        };
        let when = edition.map_or(EditionChoice::Newest, EditionChoice::Edition);
        let found = self.store.find_plan(agency, plan, when).await?;
        found.ok_or_else(|| Error::not_found("edition", edition.unwrap_or("newest").to_owned()))
    }
}
