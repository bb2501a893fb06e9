//! The page of an error: what is not there or went wrong, and where to go from here.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, LOCATION};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use maud::html;

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::ErrorPage;
use crate::layout::{AgencyTab, NavSection, PageFrame, render_page};
use crate::link::{PageLink, StickyParams};

/// Gives every answer that is an error its page, inside the frame of the agency that the address begins with.
pub(crate) async fn dress_errors(
    State(site): State<SiteState>,
    ask: QueryParams,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() && status != StatusCode::MULTIPLE_CHOICES {
        return response;
    }
    let said = response.extensions().get::<ErrorPage>().cloned().unwrap_or_else(|| ErrorPage::from_status(status));
    let day = ask.as_of().ok().flatten();
    let ground = site.known_ground(&if day.is_some() { ask.clone() } else { ask.without_choices() }).await;
    let kept = StickyParams { as_of: day, period: None };
    let tabs = ground.map(|ground| ground.tabs).unwrap_or_default();
    if status == StatusCode::NOT_FOUND
        && let Some(there) = ask.moved_link(tabs.iter().map(|tab| &*tab.id))
    {
        return (StatusCode::MOVED_PERMANENTLY, [(LOCATION, there.to_string())]).into_response();
    }
    let first = ask.path().split('/').nth(2).unwrap_or_default();
    let named = |tab: &&AgencyTab| match ask.path_part("agency") {
        Some(id) => tab.id == *id,
        None => PageLink::for_agency(&tab.id, "").to_string()[3..] == *first,
    };
    let agency = tabs.iter().find(named);
    let content = html! {
        h1 { (said.title) }
        p.lede { (said.text) }
        @if !said.choices.is_empty() {
            ul { @for (link, name, id) in &said.choices { li { a href=(link) { (name) } " " span.note { (id) } } } }
        }
        @if let Some(day) = day {
            p { "Asked as of " (day) ": plans, places and results that became known later are left out. " a href=(ask.link_with("as_of", None)) { "Ask as of today" } }
        }
        p {
            @if let Some(agency) = agency { a href=(PageLink::for_agency(&agency.id, "").with_kept(&kept)) { "Go to the home page of " (agency.name) } }
            @else { a href="/" { "Go to the first page" } }
            ", or search above for a measure or a place."
        }
    };
    let frame = PageFrame {
        title: said.title,
        section: NavSection::None,
        agencies: &tabs,
        agency,
        kept: &kept,
        periods: None,
        troubles: &[],
        known: None,
        sought: "",
        here: None,
        viewer: &ask.viewer,
        can_search: ask.viewer.reads_any_agency(),
    };
    let mut page = (status, Html(render_page(&frame, &content).into_string())).into_response();
    if let Some(allowed) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allowed.clone());
    }
    page
}
