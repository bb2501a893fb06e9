//! Who works on a measure: strategies, programs, the owner; and all that an owner answers for.

use headway_model::plan::{AgencyPlans, Owner, Plan, Program, Strategy};
use headway_model::{MeasureId, PersonId, ProgramId, StrategyId};

use crate::{Error, Result, Snapshot};

/// What a plan sets to work on a measure: ids and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeasureWork {
    /// The strategies that it serves.
    pub strategies: Vec<(StrategyId, String)>,
    /// The programs that are to move it; where no program names it, those of its strategies.
    pub programs: Vec<(ProgramId, String)>,
    /// Who answers for it.
    pub owner: Option<(PersonId, String)>,
}

/// What an owner answers for, in the editions in force: ids and names.
#[derive(Clone, Debug)]
pub struct OwnerView {
    /// The owner.
    pub owner: Owner,
    /// Strategies.
    pub strategies: Vec<(StrategyId, String)>,
    /// Programs.
    pub programs: Vec<(ProgramId, String)>,
    /// Measures.
    pub measures: Vec<(MeasureId, String)>,
}

impl Snapshot {
    /// Who works on a measure, by the newest edition that names it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a measure that no plan names.
    pub fn measure_work(&self, measure: &str) -> Result<MeasureWork> {
        let (agency, planned) = self.measure(measure)?;
        let named = |plan: &&std::sync::Arc<Plan>| plan.plan.id == planned.plan && plan.plan.edition == planned.edition;
        let Some(plan) = agency.editions.iter().rfind(named) else { return Ok(MeasureWork::default()) };
        let measure = &planned.measure;
        let serves = |s: &&Strategy| measure.serves.contains(&s.id);
        let own = |p: &&Program| p.measures.contains(&measure.id);
        let of_strategy = |p: &&Program| p.measures.is_empty() && p.serves.iter().any(|s| measure.serves.contains(s));
        let mut programs: Vec<(ProgramId, String)> = plan.programs.iter().filter(own).map(program_name).collect();
        if programs.is_empty() {
            programs = plan.programs.iter().filter(of_strategy).map(program_name).collect();
        }
        let owner = plan.owners.iter().find(|o| Some(&o.id) == measure.owner.as_ref());
        Ok(MeasureWork {
            strategies: plan.strategies.iter().filter(serves).map(strategy_name).collect(),
            programs,
            owner: owner.map(|o| (o.id.clone(), o.name.clone())),
        })
    }

    /// What an owner answers for.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an agency that is not there, or an owner that no edition in force names.
    pub fn owner_view(&self, agency: &str, id: &str) -> Result<OwnerView> {
        let book = self.agency(agency)?;
        let owner = plan_owners(book).find(|o| o.id == id).cloned().ok_or_else(|| Error::not_found("owner", id))?;
        let mut view = OwnerView { owner, strategies: Vec::new(), programs: Vec::new(), measures: Vec::new() };
        let answers = |of: &Option<PersonId>| of.as_deref() == Some(id);
        for plan in book.in_force() {
            view.strategies.extend(plan.strategies.iter().filter(|s| answers(&s.owner)).map(strategy_name));
            view.programs.extend(plan.programs.iter().filter(|p| answers(&p.owner)).map(program_name));
            let measures = plan.measures.iter().filter(|m| answers(&m.owner));
            view.measures.extend(measures.map(|m| (m.id.clone(), m.name.clone())));
        }
        Ok(view)
    }
}

/// The owners that the editions in force name.
pub(super) fn plan_owners(book: &AgencyPlans) -> impl Iterator<Item = &Owner> {
    book.in_force().into_iter().flat_map(|plan| &plan.owners)
}

fn strategy_name(strategy: &Strategy) -> (StrategyId, String) {
    (strategy.id.clone(), strategy.name.clone())
}

fn program_name(program: &Program) -> (ProgramId, String) {
    (program.id.clone(), program.name.clone())
}
