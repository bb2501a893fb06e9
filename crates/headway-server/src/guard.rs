//! Before every route: who is there, and may she open it?

use axum::extract::{FromRequestParts as _, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use headway_delivery::access::{AccessAction, AccessArea, AccessScope};
use headway_web::PageViewer;
use headway_work::SignedIn;

use crate::WebServer;
use crate::answer::{failed_answer, go_to, said_answer};
use crate::cookie::read_token;
use crate::need::{RouteNeed, route_need};

/// Lets a request through to its page, with who asks; or answers why not.
pub(crate) async fn guard(State(server): State<WebServer>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let need = need_of(&mut parts).await;
    if need == RouteNeed::Nothing {
        return next.run(Request::from_parts(parts, body)).await;
    }
    if !server.asks_to_sign_in() {
        return match need {
            // Nobody was asked in yet: pages are read, on this machine or behind a proxy that knows who is there.
            RouteNeed::Person | RouteNeed::Reader | RouteNeed::Reading(_) if !is_own(&parts) => {
                next.run(Request::from_parts(parts, body)).await
            }
            _ => nobody_is_here(),
        };
    }
    let signed_in = match read_token(&parts.headers, server.inputs.behind_proxy) {
        Some(token) => match server.team().signed_in(server.now(), &token).await {
            Ok(signed_in) => signed_in,
            Err(error) => return failed_answer(&PageViewer::default(), &error),
        },
        None => None,
    };
    let Some(signed_in) = signed_in else {
        if need == RouteNeed::Visitor {
            return next.run(Request::from_parts(parts, body)).await;
        }
        return ask_to_sign_in(&parts);
    };
    let viewer = PageViewer::signed_in(signed_in.scope.clone());
    if let Some(answer) = refused(&need, &signed_in, &viewer, &parts) {
        return answer;
    }
    parts.extensions.insert(viewer);
    parts.extensions.insert(signed_in);
    next.run(Request::from_parts(parts, body)).await
}

async fn need_of(parts: &mut Parts) -> RouteNeed {
    let route = parts.extensions.get::<MatchedPath>().cloned();
    let named = RawPathParams::from_request_parts(parts, &()).await.ok();
    let part = |name: &str| named.as_ref()?.iter().find(|(key, _)| *key == name).map(|(_, text)| text.to_owned());
    route_need(route.as_ref().map(MatchedPath::as_str), part)
}

/// Whether it is one of the server's own pages, of people and accounts.
fn is_own(parts: &Parts) -> bool {
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    ["/account", "/sign-", "/admin", "/invitation"].iter().any(|own| route.starts_with(own))
}

fn nobody_is_here() -> Response {
    let text = "This workspace has no people yet, so nobody signs in and nothing can be changed here. On its machine, \
                `headway person add NAME MAIL --role admin` asks the first one in.";
    said_answer(StatusCode::NOT_FOUND, "Nobody signs in here", &PageViewer::default(), text)
}

/// Why somebody who is signed in does not get what she asks for; `None` where she does.
fn refused(need: &RouteNeed, signed_in: &SignedIn, viewer: &PageViewer, parts: &Parts) -> Option<Response> {
    let scope = &signed_in.scope;
    let allowed = match need {
        RouteNeed::Nothing | RouteNeed::Visitor => true,
        RouteNeed::Person if parts.uri.path() == "/" => return first_page(scope, viewer),
        RouteNeed::Person => true,
        RouteNeed::Reader => reads_whole(scope),
        RouteNeed::Manager => scope.grants().any(|grant| grant.gives(AccessAction::ManagePeople, &grant.area)),
        RouteNeed::Reading(area) => scope.may(AccessAction::ReadPages, area),
        RouteNeed::Denied => false,
    };
    let text =
        "No role of yours opens this page. Your account lists the roles that you have; an admin can grant another one.";
    (!allowed).then(|| said_answer(StatusCode::FORBIDDEN, "This page is not yours to open", viewer, text))
}

fn reads_whole(scope: &AccessScope) -> bool {
    scope.grants().any(|grant| matches!(grant.area, AccessArea::Workspace | AccessArea::Agency { .. }))
}

/// Who reads no agency as a whole begins at the page of her own place, or part of the plan.
fn first_page(scope: &AccessScope, viewer: &PageViewer) -> Option<Response> {
    if reads_whole(scope) {
        return None;
    }
    let own = scope.grants().find_map(|grant| match &grant.area {
        AccessArea::Place { agency, place } => Some(["a", agency.as_str(), "place", place.as_str()]),
        AccessArea::Part { agency, part } => Some(["a", agency.as_str(), part.kind.id(), part.id.as_str()]),
        AccessArea::Workspace | AccessArea::Agency { .. } => None,
    });
    Some(match own {
        Some(parts) => go_to(&parts.map(|part| format!("/{}", escaped(part))).concat()),
        None => {
            let text = "You are signed in, and have no role that opens a page. An admin can grant one.";
            said_answer(StatusCode::FORBIDDEN, "There is nothing here for you yet", viewer, text)
        }
    })
}

/// To the page for signing in, and back afterwards.
fn ask_to_sign_in(parts: &Parts) -> Response {
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let text = "Your session is over, so nothing was changed. Sign in and do it again.";
        return said_answer(StatusCode::UNAUTHORIZED, "Sign in first", &PageViewer::default(), text);
    }
    let asked = parts.uri.path_and_query().map_or("/", |asked| asked.as_str());
    if asked == "/" {
        return go_to("/sign-in");
    }
    go_to(&format!("/sign-in?next={}", escaped(asked)))
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
