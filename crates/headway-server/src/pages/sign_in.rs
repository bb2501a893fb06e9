//! Signing in.

use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use headway_web::{PageViewer, PeerAddress};
use headway_work::{PersonRow, SecretToken, SignInRequest, SignInResult, WorkError};
use maud::{Markup, html};
use serde::Deserialize;

use crate::WebServer;
use crate::answer::{failed_answer, form_fault, go_with_cookie, page_answer};
use crate::client::{client_address, client_name};
use crate::cookie::keep_token;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NextPage {
    #[serde(default)]
    next: String,
}

/// The form, as it was sent.
#[derive(Deserialize)]
pub(crate) struct SignInForm {
    #[serde(default)]
    mail: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// A button of a sample workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct DemoForm {
    person: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub(crate) async fn show_form(State(server): State<WebServer>, Query(asked): Query<NextPage>) -> Response {
    answer_form(&server, StatusCode::OK, None, "", &asked.next).await
}

/// `POST /sign-in`
pub(crate) async fn sign_in(
    State(server): State<WebServer>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let token = server.new_token();
    let peer = peer.map(|Extension(peer)| peer);
    let request = SignInRequest {
        mail: &form.mail,
        password: &form.password,
        client_address: &client_address(&headers, peer, server.inputs.behind_proxy),
        client: &client_name(&headers),
    };
    match server.team().sign_in(server.now(), request, &token).await {
        Ok(SignInResult::Started(_)) => signed_in(&server, &token, &form.next),
        Ok(SignInResult::Wrong) => {
            let text = "Address and password do not belong together. After ten tries the account waits a quarter of an hour; \
                        an admin can send another invitation";
            answer_form(&server, StatusCode::UNAUTHORIZED, Some(text), &form.mail, &form.next).await
        }
        Ok(SignInResult::TooMany(seconds)) => {
            let text = format!("Too many tries. Wait {} and try again", minutes(seconds));
            answer_form(&server, StatusCode::TOO_MANY_REQUESTS, Some(&text), &form.mail, &form.next).await
        }
        Err(error) => failed_answer(&PageViewer::default(), &error),
    }
}

/// `POST /sign-in/demo`
pub(crate) async fn demo_sign_in(
    State(server): State<WebServer>,
    headers: HeaderMap,
    Form(form): Form<DemoForm>,
) -> Response {
    let token = server.new_token();
    let person = form.person.into();
    match server.team().demo_sign_in(server.now(), &person, &client_name(&headers), &token).await {
        Ok(_) => signed_in(&server, &token, &form.next),
        Err(error) => failed_answer(&PageViewer::default(), &error),
    }
}

fn signed_in(server: &WebServer, token: &SecretToken, next: &str) -> Response {
    go_with_cookie(own_path(next), keep_token(token, server.inputs.behind_proxy))
}

/// A path of this server; the first page for anything that leads elsewhere.
fn own_path(next: &str) -> &str {
    let leads_out = next.starts_with("//") || next.contains('\\') || next.contains(|c: char| c.is_control());
    if next.starts_with('/') && !leads_out && next.is_ascii() { next } else { "/" }
}

fn minutes(seconds: i64) -> String {
    match (seconds + 59) / 60 {
        1 => "a minute".to_owned(),
        n => format!("{n} minutes"),
    }
}

async fn answer_form(server: &WebServer, status: StatusCode, fault: Option<&str>, mail: &str, next: &str) -> Response {
    let seats: Result<Vec<PersonRow>, WorkError> = server.team().demo_people().await;
    let seats = match seats {
        Ok(seats) => seats,
        Err(error) => return failed_answer(&PageViewer::default(), &error),
    };
    let content = html! {
        h1 { "Sign in" }
        (form_fault(fault))
        (demo_seats(&seats, next))
        form.stack method="post" action="/sign-in" {
            input type="hidden" name="next" value=(own_path(next));
            div { label for="mail" { "Mail address" } input #mail type="email" name="mail" value=(mail) autocomplete="username" required; }
            div { label for="password" { "Password" } input #password type="password" name="password" autocomplete="current-password" required; }
            button { "Sign in" }
        }
        p.note { "Not asked in yet, or the password is forgotten? An admin of your agency sends a link." }
    };
    page_answer(status, "Sign in", &PageViewer::default(), &content)
}

/// In a sample workspace: a button for each role.
fn demo_seats(seats: &[PersonRow], next: &str) -> Markup {
    html! {
        @if !seats.is_empty() {
            section aria-labelledby="demo" {
                h2 #demo { "This is a demo: choose who you are" }
                p { "These people are made up, one for each role. A button signs in without a password; only a demo has them." }
                ul.seats { @for seat in seats { li {
                    form method="post" action="/sign-in/demo" {
                        input type="hidden" name="next" value=(own_path(next));
                        button name="person" value=(seat.id) { (seat.name) }
                    }
                } } }
            }
            h2 { "Or with a password" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_led_elsewhere() {
        let check = |next: &str, want: &str| assert_eq!(own_path(next), want, "{next}");
        check("/a/x?y=1", "/a/x?y=1");
        check("", "/");
        check("//evil.example", "/");
        check("/\\evil.example", "/");
        check("https://evil.example", "/");
        check("/a\r\nset-cookie: x", "/");
    }
}
