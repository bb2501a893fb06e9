//! Plan: strategies, programs and measures of an edition, and what changed since the one before.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::model::MeasureId;
use headway_delivery::model::plan::{Plan, diff_plans};
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
pub(crate) async fn plan_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let view = ground.snapshot.plan_view(&agency, ask.chosen_value("plan"), ask.chosen_value("edition"))?;
    let content = PlanPage { agency: &agency, ground: &ground, view: &view }.render_content();
    Ok(ground.html_answer(&agency, NavSection::Plan, "Plan", &content))
}

struct PlanPage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a PlanView,
}

impl PlanPage<'_> {
    fn render_content(&self) -> Markup {
        let plan = &self.view.plan;
        html! {
            p.question { "What are we trying to do, and how are we planning to do it?" }
            h1 { (plan_name(plan)) }
            p.meta { "Edition " (plan.plan.edition) ": " (counted_text(plan.strategies.len(), "strategy", "strategies")) ", " (counted_text(plan.programs.len(), "program", "programs")) ", " (counted_text(plan.measures.len(), "measure", "measures")) "." }
            @if let Some(note) = &plan.plan.note { p.note { (note) } }
            p.links { a href=(PageLink::for_agency(self.agency, "plan/summary").with_choice("plan", &plan.plan.id).with_choice("edition", &plan.plan.edition).with_kept(&self.ground.kept)) { "Summary on one page" } @if plan.programs.iter().any(|p| !p.milestones.is_empty()) { " " a href=(PageLink::for_agency(self.agency, "milestones").with_kept(&self.ground.kept)) { "Milestones by state" } } }
            @for node in &self.view.strategies { (self.strategy_section(node, 2)) }
            @if !self.view.programs.is_empty() || !self.view.measures.is_empty() {
                h2 { @if plan.strategies.is_empty() { "What it names" } @else { "Not tied to a strategy" } }
                (self.serving_lists(&self.view.programs, &self.view.measures))
            }
            (self.changes_section())
            (self.editions_section())
            (self.sources_section())
        }
    }

    fn edition_link(&self, plan: &str, edition: &str) -> PageLink {
        PageLink::for_agency(self.agency, "plan")
            .with_choice("plan", plan)
            .with_choice("edition", edition)
            .with_kept(&self.ground.kept)
    }

    fn editions_section(&self) -> Markup {
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
                p { (plan_name(of_plan[of_plan.len() - 1])) ": " @for p in of_plan {
                    @if std::sync::Arc::ptr_eq(p, &self.view.plan) { strong { (p.plan.edition) " (shown)" } } @else { a href=(self.edition_link(&p.plan.id, &p.plan.edition)) { (p.plan.edition) } }
                    " "
                } }
            }
        } }
    }

    fn changes_section(&self) -> Markup {
        let Some(before) = &self.view.before else { return html! {} };
        let changes = diff_plans(before, &self.view.plan);
        let (first, rest) = changes.split_at(changes.len().min(CHANGES));
        html! {
            h2 { "What changed since edition " (before.plan.edition) }
            @if changes.is_empty() { p { "Nothing." } }
            ul { @for change in first { li { (change.to_string()) } } }
            @if !rest.is_empty() { details { summary { (counted_text(rest.len(), "more change", "more changes")) } ul { @for change in rest { li { (change.to_string()) } } } } }
        }
    }

    fn strategy_section(&self, node: &StrategyNode, depth: u8) -> Markup {
        let link =
            PageLink::for_agency(self.agency, "strategy").with_id(&node.strategy.id).with_kept(&self.ground.kept);
        html! {
            @if depth == 2 { h2 { a href=(link) { (node.strategy.name) } } } @else { h3 { a href=(link) { (node.strategy.name) } } }
            @if let Some(text) = &node.strategy.description { p { (text) } }
            (self.serving_lists(&node.programs, &node.measures))
            @for part in &node.parts { (self.strategy_section(part, depth + 1)) }
        }
    }

    fn serving_lists(
        &self,
        programs: &[headway_delivery::model::plan::Program],
        measures: &[(MeasureId, String)],
    ) -> Markup {
        html! {
            @if !measures.is_empty() { p { strong { "Measures" } } ul { @for (id, name) in measures {
                @let twins = measures.iter().filter(|m| m.1 == *name).count() > 1;
                li { a href=(PageLink::for_agency(self.agency, "measure").with_id(id).with_kept(&self.ground.kept)) { (name) } @if twins { " " span.note { (id) } } }
            } } }
            @if !programs.is_empty() { p { strong { "Programs" } } ul { @for p in programs {
                li { a href=(PageLink::for_agency(self.agency, "program").with_id(&p.id).with_kept(&self.ground.kept)) { (p.name) } @if p.priority { " " span.note { "priority" } } }
            } } }
        }
    }

    fn sources_section(&self) -> Markup {
        let plan = &self.view.plan;
        html! { @if !plan.sources.is_empty() {
            h2 { "Sources" }
            ul { @for s in &plan.sources { li { (planned_source(s)) } } }
        } }
    }
}

/// What a plan is called.
pub(super) fn plan_name(plan: &Plan) -> &str {
    plan.plan.name.as_deref().unwrap_or(&plan.plan.id)
}

fn counted_text(n: usize, one: &str, many: &str) -> String {
    headway_render::format::count_with_noun(n, one, many)
}
