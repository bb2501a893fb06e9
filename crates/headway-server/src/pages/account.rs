//! One's own account: roles, password, where one is signed in.

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use headway_web::{GridColumnKind, PageViewer, ResponsiveTable};
use headway_work::{SHORTEST_PASSWORD, SessionRow, SignedIn, WorkError};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::roles::grant_words;
use crate::WebServer;
use crate::answer::{failed_answer, form_fault, go_to, go_with_cookie, page_answer};
use crate::cookie::forget_token;

/// The form of another password, as it was sent.
#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    #[serde(default)]
    present: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /account`
pub(crate) async fn show_account(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
) -> Response {
    answer_account(&server, &signed_in, &viewer, StatusCode::OK, None).await
}

/// `POST /account/password`
pub(crate) async fn change_password(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Form(form): Form<ChangeForm>,
) -> Response {
    let refuse = StatusCode::UNPROCESSABLE_ENTITY;
    if form.password != form.again {
        let text = "the two new passwords differ: write the same one twice";
        return answer_account(&server, &signed_in, &viewer, refuse, Some(text)).await;
    }
    let texts = (form.present.as_str(), form.password.as_str());
    match server.team().change_password(server.now(), &signed_in, texts, server.random()).await {
        Ok(()) => go_to("/account"),
        Err(WorkError::Invalid { why, .. }) => answer_account(&server, &signed_in, &viewer, refuse, Some(&why)).await,
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// `POST /account/session/{number}/end`
pub(crate) async fn end_session(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path(number): Path<i64>,
) -> Response {
    match server.team().end_session(server.now(), &signed_in.scope, number).await {
        Ok(_) => go_to("/account"),
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
) -> Response {
    match server.team().end_session(server.now(), &signed_in.scope, signed_in.session.number).await {
        Ok(_) => go_with_cookie("/sign-in", forget_token(server.inputs.behind_proxy)),
        Err(error) => failed_answer(&viewer, &error),
    }
}

async fn answer_account(
    server: &WebServer,
    signed_in: &SignedIn,
    viewer: &PageViewer,
    status: StatusCode,
    fault: Option<&str>,
) -> Response {
    let person = &signed_in.person;
    let sessions = match server.team().open_sessions(server.now(), &person.id).await {
        Ok(sessions) => sessions,
        Err(error) => return failed_answer(viewer, &error),
    };
    let names = match server.team.actor_names().await {
        Ok(names) => names,
        Err(error) => return failed_answer(viewer, &error),
    };
    let content = html! {
        h1 { "Your account" }
        p.lede { (person.name) ", " (person.mail) }
        form method="post" action="/sign-out" { button { "Sign out" } }
        h2 { "Your roles" }
        @if signed_in.scope.grants().next().is_none() { p { "You have no role yet. An admin can grant one." } }
        ul { @for grant in signed_in.scope.grants() { li { (grant_words(grant, &names)) } } }
        h2 { "Where you are signed in" }
        (session_table(&sessions, signed_in.session.number))
        h2 #password { "Another password" }
        (form_fault(fault))
        (password_form())
    };
    page_answer(status, "Your account", viewer, &content)
}

fn session_table(sessions: &[SessionRow], own: i64) -> Markup {
    let columns = [
        ("Browser", GridColumnKind::Words),
        ("Since", GridColumnKind::Short),
        ("Last used", GridColumnKind::Short),
        ("End it", GridColumnKind::Words),
    ];
    let row = |session: &SessionRow| {
        vec![
            html! { @if session.client.is_empty() { "a browser that does not say its name" } @else { (session.client) } },
            html! { (moment(session.begun_at)) },
            html! { (moment(session.used_at)) },
            html! {
                @if session.number == own { "this one" }
                @else { form.inline method="post" action={ "/account/session/" (session.number) "/end" } {
                    button.plain aria-label={ "End the session of " (moment(session.begun_at)) } { "End" }
                } }
            },
        ]
    };
    ResponsiveTable {
        label: "Sessions",
        caption: html! {},
        columns: &columns,
        rows: sessions.iter().map(row).collect(),
    }
    .table_markup()
}

fn password_form() -> Markup {
    html! {
        p { "Your other sessions end when you change it." }
        form.stack method="post" action="/account/password" {
            div { label for="present" { "Present password" } input #present type="password" name="present" autocomplete="current-password" required; }
            div { label for="new" { "New password, at least " (SHORTEST_PASSWORD) " letters" } input #new type="password" name="password" autocomplete="new-password" minlength=(SHORTEST_PASSWORD) required; }
            div { label for="again" { "The new password again" } input #again type="password" name="again" autocomplete="new-password" required; }
            button { "Change the password" }
        }
    }
}

/// A moment for people, to the minute.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
