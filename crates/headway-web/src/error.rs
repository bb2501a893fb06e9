//! What a reader sees when something is not there or went wrong: what, and where to go from here.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use headway_delivery::Error;
use maud::html;

use crate::layout::{Frame, Section, page};

/// A page that can't be shown.
#[derive(Debug)]
pub(crate) enum PageError {
    /// The address names nothing.
    NotFound(String),
    /// The address holds a choice that can't be read.
    BadChoice(String),
    /// Headway failed; the text goes to the log, not to the reader.
    Failed(Error),
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound { what, id } => Self::NotFound(format!("There is no {what} “{id}” here.")),
            Error::NoResult(text) => Self::NotFound(text),
            Error::BadPeriod(text) => Self::BadChoice(text),
            other => Self::Failed(other),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, text) = match self {
            Self::NotFound(text) => (StatusCode::NOT_FOUND, "Not found", text),
            Self::BadChoice(text) => (StatusCode::BAD_REQUEST, "This address can’t be read", text),
            Self::Failed(error) => {
                tracing::error!(%error, "a page failed");
                let text = "Headway could not make this page. The log says why; nothing was changed.".to_owned();
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", text)
            }
        };
        let frame = Frame { title, section: Section::None, agencies: &[], agency: None, as_of: None };
        let content = html! {
            h1 { (title) }
            p.lede { (text) }
            p { a href="/" { "Go to the first page" } ", or search above for a measure or a place." }
        };
        (status, Html(page(&frame, &content).into_string())).into_response()
    }
}
