//! The first page: the agencies of the workspace; with one agency, its home.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use headway_delivery::view::MeasureLine;
use headway_render::format;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::link::PageLink;

/// `GET /`
pub(crate) async fn start_page(State(site): State<SiteState>, ask: QueryParams) -> Result<Response, PageError> {
    let ground = site.load_ground(&ask).await?;
    if let [only] = ground.tabs.as_slice() {
        return Ok(Redirect::temporary(&PageLink::for_agency(&only.id, "").with_kept(&ground.kept).to_string())
            .into_response());
    }
    let results = if ground.tabs.is_empty() { ground.snapshot.measures_list().await? } else { Vec::new() };
    let content = html! {
        h1 { "Is the promise being kept?" }
        p.lede { "Headway keeps an agency’s plan, numbers and decisions in one place, and says for every measure, place and student group where the promise stands." }
        @if ground.tabs.is_empty() {
            (nothing_planned(&results))
        } @else {
            ul.cards { @for tab in &ground.tabs {
                li.card {
                    h2 { a href=(PageLink::for_agency(&tab.id, "").with_kept(&ground.kept)) { (tab.name) } }
                    @if tab.simulated { p { strong { "Simulated data" } } }
                }
            } }
        }
    };
    Ok(Html(ground.common_page("Agencies", &content).into_string()).into_response())
}

/// Without a plan: what to do first, and the results that came in already.
fn nothing_planned(results: &[MeasureLine]) -> Markup {
    let load = html! { "Load a plan with " code { "headway plan load FILE" } };
    if results.is_empty() {
        return html! {
            h2 { "Nothing is loaded yet" }
            p { (load) ", then bring in results with " code { "headway import FILE --profile PROFILE" } "." }
        };
    }
    html! {
        h2 { "No plan is loaded yet" }
        p { "Results of " (format::count_with_noun(results.len(), "measure", "measures")) " have come in, and no plan names them yet. " (load) "." }
        ul { @for line in results {
            li { (line.name) @if let (Some(first), Some(last)) = (&line.first_period, &line.last_period) { ", " (first) " to " (last) } }
        } }
    }
}
