//! The first page: the agencies of the workspace; with one agency, its home.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::link::Link;

/// `GET /`
pub(crate) async fn page(State(site): State<Site>, ask: Ask) -> Result<Response, PageError> {
    let ground = site.ground(&ask).await?;
    if let [only] = ground.tabs.as_slice() {
        return Ok(Redirect::temporary(&Link::agency(&only.id, "").keep(&ground.kept).to_string()).into_response());
    }
    let content = html! {
        h1 { "Is the promise being kept?" }
        p.lede { "Headway keeps an agency’s plan, numbers and decisions in one place, and says for every measure, place and student group where the promise stands." }
        @if ground.tabs.is_empty() {
            h2 { "Nothing is loaded yet" }
            p { "Load a plan with " code { "headway plan load FILE" } ", then bring in results with " code { "headway import FILE --profile PROFILE" } "." }
        } @else {
            ul.cards { @for tab in &ground.tabs {
                li.card {
                    h2 { a href=(Link::agency(&tab.id, "").keep(&ground.kept)) { (tab.name) } }
                    @if tab.simulated { p { strong { "Simulated data" } } }
                }
            } }
        }
    };
    Ok(Html(ground.common("Agencies", &content).into_string()).into_response())
}
