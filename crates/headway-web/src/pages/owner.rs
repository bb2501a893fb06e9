//! Owner: what somebody answers for.

use axum::extract::{Path, State};
use axum::response::Html;
use maud::html;

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::layout::NavSection;
use crate::link::PageLink;

/// `GET /{agency}/owner/{owner}`
pub(crate) async fn owner_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.bare_ground(&ask).await?;
    let view = ground.snapshot.owner_view(&agency, &id)?;
    let lists = [
        ("Strategies", "strategy", as_texts(&view.strategies)),
        ("Programs", "program", as_texts(&view.programs)),
        ("Measures", "measure", as_texts(&view.measures)),
    ];
    let content = html! {
        p.crumbs { a href=(PageLink::for_agency(&agency, "plan").with_kept(&ground.kept)) { "Plan" } }
        h1 { (view.owner.name) }
        @if let Some(role) = view.owner.role.as_ref().filter(|role| **role != view.owner.name) { p.meta { (role) } }
        @if lists.iter().all(|(_, _, items)| items.is_empty()) { p { "The plans in force name nothing that this owner answers for." } }
        @for (title, page, items) in lists { @if !items.is_empty() {
            h2 { (title) }
            ul { @for (id, name) in items { li { a href=(PageLink::for_agency(&agency, page).with_id(id).with_kept(&ground.kept)) { (name) } } } }
        } }
    };
    Ok(ground.html_answer(&agency, NavSection::Plan, &view.owner.name, &content))
}

fn as_texts(items: &[(impl AsRef<str>, String)]) -> Vec<(&str, &str)> {
    items.iter().map(|(id, name)| (id.as_ref(), name.as_str())).collect()
}
