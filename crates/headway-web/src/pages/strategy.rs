//! Strategy: what it is for, what serves it, where its measures stand.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::view::MeasureSummary;
use maud::html;

use super::home::split_by_target;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{MeasureTable, measure_table, target_headline, target_outlook};

/// `GET /{agency}/strategy/{id}`
pub(crate) async fn strategy_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.strategy_view(&agency, &id).await?;
    let node = &view.node;
    let (targets, watched, named) = split_by_target(&view.measures);
    let others: Vec<&MeasureSummary> = watched.into_iter().chain(named).collect();
    let content = html! {
        p.crumbs { a href=(PageLink::for_agency(&agency, "plan").with_choice("plan", &view.plan.plan.id).with_kept(&ground.kept)) { (view.plan.plan.name.as_deref().unwrap_or(&view.plan.plan.id)) } ", edition " (view.plan.plan.edition) }
        h1 { (node.strategy.name) }
        @if let Some(text) = &node.strategy.description { p { (text) } }
        @if !targets.is_empty() { p.lede { (target_headline(&targets)) "." } (target_outlook(&targets)) }
        p.meta { "Owner: " @if let Some(owner) = &view.owner { a href=(PageLink::for_agency(&agency, "owner").with_id(&owner.id).with_kept(&ground.kept)) { (owner.name) } } @else { "the plan names none" } }
        @if view.measures.is_empty() && view.troubles.is_empty() { p { "No measure serves this strategy." } } @else if !view.measures.is_empty() {
            h2 { "Its measures" }
            @let table = |name, caption, targets| MeasureTable { agency: &agency, kept: &ground.kept, name, caption, targets };
            @if !targets.is_empty() { (measure_table(&table("p", "Measures with a target that serve this strategy", true), &targets)) }
            @if !others.is_empty() { (measure_table(&table("w", "Measures without a target that serve this strategy", false), &others)) }
        }
        @if !node.parts.is_empty() {
            h2 { "Parts" }
            ul { @for part in &node.parts { li { a href=(PageLink::for_agency(&agency, "strategy").with_id(&part.strategy.id).with_kept(&ground.kept)) { (part.strategy.name) } } } }
        }
        @if !node.programs.is_empty() {
            h2 { "Programs" }
            ul { @for p in &node.programs { li {
                a href=(PageLink::for_agency(&agency, "program").with_id(&p.id).with_kept(&ground.kept)) { (p.name) } @if p.priority { " " span.note { "priority" } }
                @if let Some(text) = &p.description { ": " (text) }
            } } }
        }
    };
    Ok(ground.html_answer(&agency, NavSection::Plan, &node.strategy.name, &content))
}
