//! What a reader sees when something is not there or went wrong: what, and where to go from here.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::ALLOW;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use headway_delivery::Error;
use maud::html;

use crate::Site;
use crate::ask::Ask;
use crate::layout::{Frame, Section, page};
use crate::link::{Kept, Link};

/// A page that can't be shown.
#[derive(Debug)]
pub(crate) enum PageError {
    /// The address names nothing.
    NotFound(String),
    /// The address holds a choice that can't be read.
    BadChoice(String),
    /// The choice has several meanings: where each leads, its name, its id.
    Several { text: String, choices: Vec<(Link, String, String)> },
    /// The page has another address.
    Elsewhere(Link),
    /// Headway failed; the text goes to the log, not to the reader.
    Failed(Error),
}

/// What the page says; [`dress`] makes the page of it.
#[derive(Clone, Debug)]
struct Said {
    title: &'static str,
    text: String,
    choices: Vec<(Link, String, String)>,
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { what, id, .. } => Self::NotFound(format!("There is no {what} “{id}” here.")),
            Error::NoResult(text) => Self::NotFound(text),
            Error::BadPeriod(text) => Self::BadChoice(text),
            other => Self::Failed(other),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, text, choices) = match self {
            Self::NotFound(text) => (StatusCode::NOT_FOUND, "Not found", text, Vec::new()),
            Self::BadChoice(text) => (StatusCode::BAD_REQUEST, "This address can’t be read", text, Vec::new()),
            Self::Several { text, choices } => (StatusCode::MULTIPLE_CHOICES, "Which place?", text, choices),
            Self::Elsewhere(link) => return Redirect::to(&link.to_string()).into_response(),
            Self::Failed(error) => {
                tracing::error!(%error, "a page failed");
                let text = "Headway could not make this page. The log says why; nothing was changed.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", text, Vec::new())
            }
        };
        (status, Extension(Said { title, text, choices })).into_response()
    }
}

impl Said {
    /// What is said when the router itself refused, or time ran out.
    fn of(status: StatusCode) -> Self {
        let (title, text) = match status {
            StatusCode::NOT_FOUND => ("Not found", "There is no page at this address."),
            StatusCode::METHOD_NOT_ALLOWED => ("Nothing can be changed here", "The pages are for reading only."),
            StatusCode::SERVICE_UNAVAILABLE => ("This takes too long", "The page was given up. Try again in a minute."),
            s if s.is_client_error() => {
                ("This address can’t be read", "Part of it is not text that can be understood.")
            }
            _ => ("Something went wrong", "Headway could not make this page. The log says why; nothing was changed."),
        };
        Self { title, text: text.to_owned(), choices: Vec::new() }
    }
}

/// Gives every answer that is an error its page, inside the frame of the agency that the address begins with.
pub(crate) async fn dress(State(site): State<Site>, ask: Ask, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() && status != StatusCode::MULTIPLE_CHOICES {
        return response;
    }
    let said = response.extensions().get::<Said>().cloned().unwrap_or_else(|| Said::of(status));
    let day = ask.as_of().ok().flatten();
    let ground = site.bare_ground(&if day.is_some() { ask.clone() } else { Ask::default() }).await;
    let kept = Kept { as_of: day, period: None };
    let tabs = ground.map(|ground| ground.tabs).unwrap_or_default();
    let first = ask.path().split('/').nth(1).unwrap_or_default();
    let agency = tabs.iter().find(|tab| Link::agency(&tab.id, "").to_string()[1..] == *first);
    let content = html! {
        h1 { (said.title) }
        p.lede { (said.text) }
        @if !said.choices.is_empty() {
            ul { @for (link, name, id) in &said.choices { li { a href=(link) { (name) } " " span.note { (id) } } } }
        }
        @if let Some(day) = day {
            p { "Asked as of " (day) ": plans, places and results that became known later are left out. " a href=(ask.link("as_of", None)) { "Ask as of today" } }
        }
        p {
            @if let Some(agency) = agency { a href=(Link::agency(&agency.id, "").keep(&kept)) { "Go to the home page of " (agency.name) } }
            @else { a href="/" { "Go to the first page" } }
            ", or search above for a measure or a place."
        }
    };
    let frame = Frame {
        title: said.title,
        section: Section::None,
        agencies: &tabs,
        agency,
        kept: &kept,
        periods: None,
        known: None,
        sought: "",
        here: None,
    };
    let mut page = (status, Html(page(&frame, &content).into_string())).into_response();
    if let Some(allowed) = response.headers().get(ALLOW) {
        page.headers_mut().insert(ALLOW, allowed.clone());
    }
    page
}
