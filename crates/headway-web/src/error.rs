//! Why a page can't be shown, in words for its reader.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use headway_delivery::Error;

use crate::link::PageLink;

/// A page that can't be shown.
#[derive(Debug)]
pub(crate) enum PageError {
    /// The address names nothing.
    NotFound(String),
    /// What the address names is another agency's: where it is, its name, whose it is.
    Another { text: String, there: Vec<(PageLink, String, String)> },
    /// The address holds a choice that can't be read.
    BadChoice(String),
    /// The choice has several meanings: where each leads, its name, its id.
    Several { text: String, choices: Vec<(PageLink, String, String)> },
    /// The page has another address.
    Elsewhere(PageLink),
    /// The database does not answer, and what is in memory does not answer this.
    Unavailable(String),
    /// A measure's results can't be read or judged: which, why, and what to do.
    Unreadable(String),
    /// Headway failed; the text goes to the log, not to the reader.
    Failed(Error),
}

/// What the page says, and where to go instead; [`dress`](crate::dress::dress) makes the page of it.
#[derive(Clone, Debug)]
pub(crate) struct ErrorPage {
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) choices: Vec<(PageLink, String, String)>,
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { what, id, .. } => Self::NotFound(format!("There is no {what} “{id}” here.")),
            Error::NoResult(text) => Self::NotFound(text),
            Error::Measure(trouble) => Self::Unreadable(trouble.to_string()),
            Error::BadPeriod(text) => Self::BadChoice(text),
            other => match other.unavailable_reason() {
                Some(why) => Self::Unavailable(why),
                None => Self::Failed(other),
            },
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, text, choices) = match self {
            Self::NotFound(text) => (StatusCode::NOT_FOUND, "Not found", text, Vec::new()),
            Self::Another { text, there } => (StatusCode::NOT_FOUND, "Not found", text, there),
            Self::BadChoice(text) => (StatusCode::BAD_REQUEST, "This address can’t be read", text, Vec::new()),
            Self::Several { text, choices } => (StatusCode::MULTIPLE_CHOICES, "Which place?", text, choices),
            Self::Unavailable(why) => {
                let text =
                    format!("This page needs the database, which can’t be asked now: {why}. Try again in a minute.");
                (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer", text, Vec::new())
            }
            Self::Unreadable(why) => {
                tracing::error!(%why, "a measure can't be read");
                let text = format!("{why}. Other measures are answered as ever.");
                (StatusCode::INTERNAL_SERVER_ERROR, "This measure can’t be read", text, Vec::new())
            }
            Self::Elsewhere(link) => return Redirect::to(&link.to_string()).into_response(),
            Self::Failed(error) => {
                tracing::error!(%error, "a page failed");
                let text = "Headway could not make this page. The log says why; nothing was changed.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", text, Vec::new())
            }
        };
        (status, Extension(ErrorPage { title, text, choices })).into_response()
    }
}

impl ErrorPage {
    /// What is said when the router itself refused, or time ran out.
    pub(crate) fn from_status(status: StatusCode) -> Self {
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
