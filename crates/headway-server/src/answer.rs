//! Answers of the server's own pages.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use headway_web::{PageViewer, plain_page};
use headway_work::WorkError;
use maud::{Markup, html};

/// A whole page.
pub(crate) fn page_answer(status: StatusCode, title: &str, viewer: &PageViewer, content: &Markup) -> Response {
    (status, Html(plain_page(title, viewer, content).into_string())).into_response()
}

/// A page that says one thing.
pub(crate) fn said_answer(status: StatusCode, title: &str, viewer: &PageViewer, text: &str) -> Response {
    let content = html! { h1 { (title) } p.lede { (text) } p { a href="/" { "Go to the first page" } } };
    page_answer(status, title, viewer, &content)
}

/// The page of a failure or refusal that has no form to be shown in.
pub(crate) fn failed_answer(viewer: &PageViewer, error: &WorkError) -> Response {
    if error.is_refusal() {
        let text = format!("{}.", capital(&error.to_string()));
        let status = if matches!(error, WorkError::Denied(_)) { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
        return said_answer(status, "This can’t be done", viewer, &text);
    }
    tracing::error!(%error, "a page of people failed");
    let text = "Headway needs the database for this, and it does not answer as it should. Try again in a minute; the log says why.";
    said_answer(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer", viewer, text)
}

/// On to another page, after something was done.
pub(crate) fn go_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The same with a cookie kept or forgotten.
pub(crate) fn go_with_cookie(path: &str, cookie: HeaderValue) -> Response {
    ([(header::SET_COOKIE, cookie)], Redirect::to(path)).into_response()
}

/// The text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What went wrong with a form, above its fields; read out when the page opens.
pub(crate) fn form_fault(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p.notice.inline role="alert" { strong { "Not done. " } (capital(text)) "." } } }
}
