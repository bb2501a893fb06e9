//! Plan, strategy, program: what we are trying to do, and how.

use headway_model::{MeasureId, StrategyId};
use std::sync::Arc;

use headway_model::plan::{Owner, Plan, Program, Source, Stakeholder, Strategy};

use super::MeasureSummary;
use crate::error::MeasureTrouble;
use crate::{Error, Result, Snapshot};

/// One edition of a plan.
#[derive(Clone, Debug)]
pub struct PlanView {
    /// The edition shown.
    pub plan: Arc<Plan>,
    /// Every edition of every plan of the agency, oldest first.
    pub editions: Vec<Arc<Plan>>,
    /// The edition before the one shown.
    pub before: Option<Arc<Plan>>,
    /// The strategies as a tree.
    pub strategies: Vec<StrategyNode>,
    /// Programs that serve no strategy.
    pub programs: Vec<Program>,
    /// Measures that serve no strategy: id and name.
    pub measures: Vec<(MeasureId, String)>,
}

/// A strategy with what serves it.
#[derive(Clone, Debug)]
pub struct StrategyNode {
    /// The strategy.
    pub strategy: Strategy,
    /// Strategies that are part of it.
    pub parts: Vec<StrategyNode>,
    /// Programs that serve it.
    pub programs: Vec<Program>,
    /// Measures that serve it: id and name.
    pub measures: Vec<(MeasureId, String)>,
}

/// A strategy's page.
#[derive(Clone, Debug)]
pub struct StrategyView {
    /// The edition.
    pub plan: Arc<Plan>,
    /// The strategy with what serves it.
    pub node: StrategyNode,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// Where its measures stand.
    pub measures: Vec<MeasureSummary>,
    /// Those that can't be answered for, and why.
    pub troubles: Vec<MeasureTrouble>,
}

/// A program's page.
#[derive(Clone, Debug)]
pub struct ProgramView {
    /// The edition.
    pub plan: Arc<Plan>,
    /// The program.
    pub program: Program,
    /// Who answers for it.
    pub owner: Option<Owner>,
    /// The strategies that it serves.
    pub strategies: Vec<Strategy>,
    /// Who is involved.
    pub stakeholders: Vec<Stakeholder>,
    /// Where the document is that it comes from.
    pub source: Option<Source>,
    /// Where its measures stand: its own, else those of the strategies that it serves.
    pub measures: Vec<MeasureSummary>,
    /// Those that can't be answered for, and why.
    pub troubles: Vec<MeasureTrouble>,
}

impl Snapshot {
    /// An edition of an agency's plan; the newest of its plans' editions in force when none is named.
    pub fn plan_view(&self, agency: &str, plan: Option<&str>, edition: Option<&str>) -> Result<PlanView> {
        let book = self.agency(agency)?;
        let matches =
            |p: &&Arc<Plan>| plan.is_none_or(|id| p.plan.id == id) && edition.is_none_or(|e| p.plan.edition == e);
        let shown = match edition {
            Some(_) => book.editions.iter().rfind(matches),
            None => book.in_force().into_iter().find(matches),
        };
        let id = || [plan, edition.or(Some("in force"))].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let shown = shown.ok_or_else(|| Error::not_found("edition", id()))?.clone();
        let before = book.editions.iter().rfind(|p| p.plan.id == shown.plan.id && p.plan.edition < shown.plan.edition);
        let free = |serves: &[StrategyId]| !serves.iter().any(|s| shown.strategies.iter().any(|has| has.id == *s));
        Ok(PlanView {
            before: before.cloned(),
            editions: book.editions.clone(),
            strategies: root_strategies(&shown),
            programs: shown.programs.iter().filter(|p| free(&p.serves)).cloned().collect(),
            measures: shown.measures.iter().filter(|m| free(&m.serves)).map(id_and_name).collect(),
            plan: shown,
        })
    }

    /// A strategy of the newest edition that names it.
    pub async fn strategy_view(self: &Arc<Self>, agency: &str, id: &str) -> Result<StrategyView> {
        let book = self.agency(agency)?;
        let has = |plan: &&Arc<Plan>| plan.strategies.iter().any(|s| s.id == id);
        let plan = book.editions.iter().rfind(has);
        let plan = plan.ok_or_else(|| Error::not_found("strategy", id))?.clone();
        let strategy = plan.strategies.iter().find(|s| s.id == id).expect("the plan was found by it");
        let node = strategy_node(&plan, strategy, 0);
        let (measures, troubles) = self.measure_summaries(&measure_ids(&node)).await?;
        let owner = find_owner(&plan, strategy.owner.as_deref());
        Ok(StrategyView { owner, node, measures, troubles, plan })
    }

    /// A program of the newest edition that names it.
    pub async fn program_view(self: &Arc<Self>, agency: &str, id: &str) -> Result<ProgramView> {
        let book = self.agency(agency)?;
        let has = |plan: &&Arc<Plan>| plan.programs.iter().any(|p| p.id == id);
        let plan = book.editions.iter().rfind(has);
        let plan = plan.ok_or_else(|| Error::not_found("program", id))?.clone();
        let program = plan.programs.iter().find(|p| p.id == id).expect("the plan was found by it").clone();
        let strategies: Vec<Strategy> =
            plan.strategies.iter().filter(|s| program.serves.contains(&s.id)).cloned().collect();
        let mut ids = program.measures.clone();
        if ids.is_empty() {
            ids = strategies.iter().flat_map(|s| measure_ids(&strategy_node(&plan, s, 0))).collect();
        }
        let stakeholders = plan.stakeholders.iter().filter(|s| program.stakeholders.contains(&s.id)).cloned().collect();
        let (measures, troubles) = self.measure_summaries(&ids).await?;
        Ok(ProgramView {
            owner: find_owner(&plan, program.owner.as_deref()),
            source: plan.sources.iter().find(|s| program.source.as_ref() == Some(&s.id)).cloned(),
            measures,
            troubles,
            strategies,
            stakeholders,
            program,
            plan,
        })
    }

    /// Where the measures of an edition stand, in the edition's order, and those that can't be answered for.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn edition_summaries(
        self: &Arc<Self>,
        plan: &Plan,
    ) -> Result<(Vec<MeasureSummary>, Vec<MeasureTrouble>)> {
        let ids: Vec<MeasureId> = plan.measures.iter().map(|m| m.id.clone()).collect();
        self.measure_summaries(&ids).await
    }

    /// What is wrong with one measure stays with that measure: the others answer.
    async fn measure_summaries(
        self: &Arc<Self>,
        ids: &[MeasureId],
    ) -> Result<(Vec<MeasureSummary>, Vec<MeasureTrouble>)> {
        let (mut summaries, mut troubles) = (Vec::new(), Vec::new());
        for id in ids {
            let Some((agency, planned)) = self.book.find_measure(id) else { continue };
            match self.measure_summary(planned).await {
                Err(Error::Measure(trouble)) => troubles.push(trouble),
                summary => {
                    let mut summary = summary?.into_iter().collect::<Vec<_>>();
                    self.add_target_outlooks(&agency.agency.id, &mut summary)?;
                    summaries.extend(summary);
                }
            }
        }
        Ok((summaries, troubles))
    }
}

fn find_owner(plan: &Plan, id: Option<&str>) -> Option<Owner> {
    plan.owners.iter().find(|o| Some(o.id.as_str()) == id).cloned()
}

fn id_and_name(measure: &headway_model::plan::Measure) -> (MeasureId, String) {
    (measure.id.clone(), measure.name.clone())
}

fn root_strategies(plan: &Plan) -> Vec<StrategyNode> {
    let known = |id: &StrategyId| plan.strategies.iter().any(|s| s.id == *id);
    let mut tops: Vec<&Strategy> =
        plan.strategies.iter().filter(|s| s.parent.as_ref().is_none_or(|p| !known(p))).collect();
    tops.sort_by_key(|s| s.order.unwrap_or(u32::MAX));
    tops.into_iter().map(|s| strategy_node(plan, s, 0)).collect()
}

/// Strategies nest a few levels deep; a circle of parents (which `plan check` tells) ends at the depth that no plan has.
fn strategy_node(plan: &Plan, strategy: &Strategy, depth: usize) -> StrategyNode {
    let mut below: Vec<&Strategy> =
        plan.strategies.iter().filter(|s| depth < 6 && s.parent.as_ref() == Some(&strategy.id)).collect();
    below.sort_by_key(|s| s.order.unwrap_or(u32::MAX));
    StrategyNode {
        strategy: strategy.clone(),
        parts: below.into_iter().map(|s| strategy_node(plan, s, depth + 1)).collect(),
        programs: plan.programs.iter().filter(|p| p.serves.contains(&strategy.id)).cloned().collect(),
        measures: plan.measures.iter().filter(|m| m.serves.contains(&strategy.id)).map(id_and_name).collect(),
    }
}

/// The strategies of a plan, top level, each with the ids of the measures that serve it or a part of it.
pub(super) fn top_strategies(plan: &Plan) -> Vec<(Strategy, Vec<MeasureId>)> {
    root_strategies(plan).into_iter().map(|node| (node.strategy.clone(), measure_ids(&node))).collect()
}

fn measure_ids(node: &StrategyNode) -> Vec<MeasureId> {
    let own = node.measures.iter().map(|(id, _)| id.clone());
    own.chain(node.parts.iter().flat_map(measure_ids)).collect()
}
