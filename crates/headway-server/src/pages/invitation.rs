//! An invitation: looking at it changes nothing, since programs that look through mail open every link; its button accepts it.

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use headway_web::PageViewer;
use headway_work::{OpenInvitation, SHORTEST_PASSWORD, SecretToken, WorkError};
use maud::html;
use serde::Deserialize;

use crate::WebServer;
use crate::answer::{failed_answer, form_fault, go_with_cookie, page_answer, said_answer};
use crate::client::client_name;
use crate::cookie::keep_token;

/// The form, as it was sent.
#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `GET /invitation/{token}`
pub(crate) async fn show_form(State(server): State<WebServer>, Path(token): Path<String>) -> Response {
    answer_form(&server, &token, StatusCode::OK, None).await
}

/// `POST /invitation/{token}`
pub(crate) async fn accept(
    State(server): State<WebServer>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PasswordForm>,
) -> Response {
    if form.password != form.again {
        let text = "the two passwords differ: write the same one twice";
        return answer_form(&server, &token, StatusCode::UNPROCESSABLE_ENTITY, Some(text)).await;
    }
    let (now, link) = (server.now(), SecretToken::from_text(&token));
    let person = match server.team().accept_invitation(now, &link, &form.password, server.random()).await {
        Ok(person) => person,
        Err(WorkError::Invalid { why, .. }) => {
            return answer_form(&server, &token, StatusCode::UNPROCESSABLE_ENTITY, Some(&why)).await;
        }
        Err(error) if error.is_refusal() => return gone(),
        Err(error) => return failed_answer(&PageViewer::default(), &error),
    };
    let session = server.new_token();
    match server.team().begin_session(now, &person.id, &client_name(&headers), &session).await {
        Ok(_) => go_with_cookie("/", keep_token(&session, server.inputs.behind_proxy)),
        Err(error) => failed_answer(&PageViewer::default(), &error),
    }
}

async fn answer_form(server: &WebServer, token: &str, status: StatusCode, fault: Option<&str>) -> Response {
    let found = server.team().find_invitation(server.now(), &SecretToken::from_text(token)).await;
    let OpenInvitation { invitation, person } = match found {
        Ok(Some(open)) => open,
        Ok(None) => return gone(),
        Err(error) => return failed_answer(&PageViewer::default(), &error),
    };
    let content = html! {
        h1 { "Welcome, " (person.name) }
        p.lede { "You are asked in as " strong { (person.mail) } ". Choose a password to accept; until you press the button nothing is used up." }
        (form_fault(fault))
        form.stack method="post" {
            input type="hidden" name="username" value=(person.mail) autocomplete="username";
            div {
                label for="password" { "Password" }
                input #password type="password" name="password" autocomplete="new-password" minlength=(SHORTEST_PASSWORD) aria-describedby="rule" required;
                p.note #rule { "At least " (SHORTEST_PASSWORD) " letters; several words are easy to keep in mind." }
            }
            div { label for="again" { "The same password again" } input #again type="password" name="again" autocomplete="new-password" required; }
            button { "Accept the invitation" }
        }
        p.note { "The invitation holds until " (invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC")) "." }
    };
    page_answer(status, "Invitation", &PageViewer::default(), &content)
}

fn gone() -> Response {
    let text = "This invitation was used already, or another took its place, or its fourteen days are over. Sign in if you have \
                a password; else ask the person who sent it for another link.";
    said_answer(StatusCode::GONE, "This invitation can’t be used", &PageViewer::default(), text)
}
