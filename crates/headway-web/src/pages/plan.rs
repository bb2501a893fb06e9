//! Plan: strategies, programs and measures of an edition, and what changed since the one before.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::model::MeasureId;
use headway_delivery::model::plan::{Plan, diff};
use headway_delivery::view::{PlanView, StrategyNode};
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::planned_source;

/// How many changes are shown at once.
const CHANGES: usize = 12;

/// `GET /{agency}/plan`
pub(crate) async fn page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let view = ground.snapshot.plan_view(&agency, ask.chosen("plan"), ask.chosen("edition"))?;
    let content = PlanPage { agency: &agency, ground: &ground, view: &view }.content();
    Ok(ground.answer(&agency, NavSection::Plan, "Plan", &content))
}

struct PlanPage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a PlanView,
}

impl PlanPage<'_> {
    fn content(&self) -> Markup {
        let plan = &self.view.plan;
        html! {
            p.question { "What are we trying to do, and how are we planning to do it?" }
            h1 { (name(plan)) }
            p.meta { "Edition " (plan.plan.edition) ": " (count(plan.strategies.len(), "strategy", "strategies")) ", " (count(plan.programs.len(), "program", "programs")) ", " (count(plan.measures.len(), "measure", "measures")) "." }
            @if let Some(note) = &plan.plan.note { p.note { (note) } }
            p.links { a href=(PageLink::agency(self.agency, "plan/summary").with("plan", &plan.plan.id).with("edition", &plan.plan.edition).keep(&self.ground.kept)) { "Summary on one page" } @if plan.programs.iter().any(|p| !p.milestones.is_empty()) { " " a href=(PageLink::agency(self.agency, "milestones").keep(&self.ground.kept)) { "Milestones by state" } } }
            @for node in &self.view.strategies { (self.strategy(node, 2)) }
            @if !self.view.programs.is_empty() || !self.view.measures.is_empty() {
                h2 { @if plan.strategies.is_empty() { "What it names" } @else { "Not tied to a strategy" } }
                (self.serving(&self.view.programs, &self.view.measures))
            }
            (self.changes())
            (self.editions())
            (self.sources())
        }
    }

    fn link(&self, plan: &str, edition: &str) -> PageLink {
        PageLink::agency(self.agency, "plan").with("plan", plan).with("edition", edition).keep(&self.ground.kept)
    }

    fn editions(&self) -> Markup {
        let mut plans: Vec<&str> = Vec::new();
        for p in self.view.editions.iter().map(|p| p.plan.id.as_str()) {
            if !plans.contains(&p) {
                plans.push(p);
            }
        }
        html! { @if self.view.editions.len() > 1 {
            h2 { "Editions" }
            @for plan in plans {
                @let of_plan: Vec<_> = self.view.editions.iter().filter(|p| p.plan.id == plan).collect();
                p { (name(of_plan[of_plan.len() - 1])) ": " @for p in of_plan {
                    @if std::sync::Arc::ptr_eq(p, &self.view.plan) { strong { (p.plan.edition) " (shown)" } } @else { a href=(self.link(&p.plan.id, &p.plan.edition)) { (p.plan.edition) } }
                    " "
                } }
            }
        } }
    }

    fn changes(&self) -> Markup {
        let Some(before) = &self.view.before else { return html! {} };
        let changes = diff(before, &self.view.plan);
        let (first, rest) = changes.split_at(changes.len().min(CHANGES));
        html! {
            h2 { "What changed since edition " (before.plan.edition) }
            @if changes.is_empty() { p { "Nothing." } }
            ul { @for change in first { li { (change.to_string()) } } }
            @if !rest.is_empty() { details { summary { (count(rest.len(), "more change", "more changes")) } ul { @for change in rest { li { (change.to_string()) } } } } }
        }
    }

    fn strategy(&self, node: &StrategyNode, depth: u8) -> Markup {
        let link = PageLink::agency(self.agency, "strategy").id(&node.strategy.id).keep(&self.ground.kept);
        html! {
            @if depth == 2 { h2 { a href=(link) { (node.strategy.name) } } } @else { h3 { a href=(link) { (node.strategy.name) } } }
            @if let Some(text) = &node.strategy.description { p { (text) } }
            (self.serving(&node.programs, &node.measures))
            @for part in &node.parts { (self.strategy(part, depth + 1)) }
        }
    }

    fn serving(&self, programs: &[headway_delivery::model::plan::Program], measures: &[(MeasureId, String)]) -> Markup {
        html! {
            @if !measures.is_empty() { p { strong { "Measures" } } ul { @for (id, name) in measures {
                @let twins = measures.iter().filter(|m| m.1 == *name).count() > 1;
                li { a href=(PageLink::agency(self.agency, "measure").id(id).keep(&self.ground.kept)) { (name) } @if twins { " " span.note { (id) } } }
            } } }
            @if !programs.is_empty() { p { strong { "Programs" } } ul { @for p in programs {
                li { a href=(PageLink::agency(self.agency, "program").id(&p.id).keep(&self.ground.kept)) { (p.name) } @if p.priority { " " span.note { "priority" } } }
            } } }
        }
    }

    fn sources(&self) -> Markup {
        let plan = &self.view.plan;
        html! { @if !plan.sources.is_empty() {
            h2 { "Sources" }
            ul { @for s in &plan.sources { li { (planned_source(s)) } } }
        } }
    }
}

/// What a plan is called.
pub(super) fn name(plan: &Plan) -> &str {
    plan.plan.name.as_deref().unwrap_or(&plan.plan.id)
}

fn count(n: usize, one: &str, many: &str) -> String {
    headway_render::format::counted(n, one, many)
}
