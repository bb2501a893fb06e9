//! Plan: strategies, programs and measures of an edition, and what changed since the one before.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use headway_delivery::view::{PlanView, StrategyNode};
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground, chosen};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;

/// `GET /{agency}/plan`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.plan_view(&agency, chosen(&ask.plan), chosen(&ask.edition))?;
    let content = Page { agency: &agency, ground: &ground, view: &view }.content();
    Ok(Html(ground.page(&agency, Section::Plan, "Plan", &content).into_string()))
}

struct Page<'a> {
    agency: &'a str,
    ground: &'a Ground,
    view: &'a PlanView,
}

impl Page<'_> {
    fn content(&self) -> Markup {
        let plan = &self.view.plan;
        html! {
            p.question { "What are we trying to do, and how are we planning to do it?" }
            h1 { (plan.plan.name.as_deref().unwrap_or(&plan.plan.id)) }
            p.meta { "Edition " (plan.plan.edition) ": " (count(plan.strategies.len(), "strategy", "strategies")) ", " (count(plan.programs.len(), "program", "programs")) ", " (count(plan.measures.len(), "measure", "measures")) "." }
            @if let Some(note) = &plan.plan.note { p.note { (note) } }
            (self.editions())
            @for node in &self.view.strategies { (self.strategy(node, 2)) }
            @if !self.view.programs.is_empty() || !self.view.measures.is_empty() {
                h2 { "Not tied to a strategy" }
                (self.serving(&self.view.programs, &self.view.measures))
            }
            (self.sources())
        }
    }

    fn link(&self, plan: &str, edition: &str) -> Link {
        Link::agency(self.agency, "plan").with("plan", plan).with("edition", edition).as_of(self.ground.as_of)
    }

    fn editions(&self) -> Markup {
        html! { @if self.view.editions.len() > 1 {
            p { "Editions: " @for p in &self.view.editions {
                @let shown = std::sync::Arc::ptr_eq(p, &self.view.plan);
                @if shown { strong { (p.plan.id) " " (p.plan.edition) } } @else { a href=(self.link(&p.plan.id, &p.plan.edition)) { (p.plan.id) " " (p.plan.edition) } }
                " "
            } }
        } }
    }

    fn strategy(&self, node: &StrategyNode, depth: u8) -> Markup {
        let link = Link::agency(self.agency, "strategy").id(&node.strategy.id).as_of(self.ground.as_of);
        html! {
            @if depth == 2 { h2 { a href=(link) { (node.strategy.name) } } } @else { h3 { a href=(link) { (node.strategy.name) } } }
            @if let Some(text) = &node.strategy.description { p { (text) } }
            (self.serving(&node.programs, &node.measures))
            @for part in &node.parts { (self.strategy(part, depth + 1)) }
        }
    }

    fn serving(&self, programs: &[headway_delivery::model::plan::Program], measures: &[(String, String)]) -> Markup {
        html! {
            @if !measures.is_empty() { p { strong { "Measures" } } ul { @for (id, name) in measures {
                li { a href=(Link::agency(self.agency, "measure").id(id).as_of(self.ground.as_of)) { (name) } }
            } } }
            @if !programs.is_empty() { p { strong { "Programs" } } ul { @for p in programs {
                li { a href=(Link::agency(self.agency, "program").id(&p.id).as_of(self.ground.as_of)) { (p.name) } @if p.priority { " " span.note { "priority" } } }
            } } }
        }
    }

    fn sources(&self) -> Markup {
        let plan = &self.view.plan;
        html! { @if !plan.sources.is_empty() {
            h2 { "Sources" }
            ul { @for s in &plan.sources { li { @if let Some(url) = &s.url { a href=(url) rel="noreferrer" { (s.title) } } @else { (s.title) } } } }
        } }
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    headway_render::format::counted(n, one, many)
}
