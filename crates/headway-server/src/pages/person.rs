//! Admin: one person, her roles, why she can see something, and the end of her account.

use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use headway_delivery::access::{AccessAction, AccessArea, ManagePeople, Permit, RoleGrant};
use headway_web::PageViewer;
use headway_work::{Belongings, MemberState, PersonId, SecretToken, SignedIn, TeamMember, WorkError};
use maud::{Markup, html};

use super::account::moment;
use super::area::{AreaForm, managed_agencies};
use super::people::{invitation_link, own_members, own_permits, state_words};
use super::roles::{NamedIds, grant_words, link_page, role_fields};
use crate::WebServer;
use crate::answer::{capital, failed_answer, form_fault, go_to, page_answer, said_answer};

/// `GET /admin/person/{person}`
pub(crate) async fn show_person(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path(person): Path<String>,
    Query(asked): Query<AreaForm>,
) -> Response {
    answer_person(&server, &signed_in, &viewer, &person.into(), (None, &asked)).await
}

/// `POST /admin/person/{person}/role`
pub(crate) async fn grant_role(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path(person): Path<String>,
    Form(form): Form<AreaForm>,
) -> Response {
    let person = PersonId::from(person);
    match grant(&server, &signed_in, &person, &form).await {
        Ok(_) => go_to(&format!("/admin/person/{person}")),
        Err(error) if error.is_refusal() => {
            answer_person(&server, &signed_in, &viewer, &person, (Some(&error.to_string()), &form)).await
        }
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// `POST /admin/person/{person}/role/{number}/end`
pub(crate) async fn end_role(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path((person, number)): Path<(String, i64)>,
) -> Response {
    match end_by_number(&server, &signed_in, number).await {
        Ok(_) => go_to(&format!("/admin/person/{}", PersonId::from(person))),
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// `POST /admin/person/{person}/invite`
pub(crate) async fn invite_again(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path(person): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (person, token) = (PersonId::from(person), server.new_token());
    match new_link(&server, &signed_in, &person, &token).await {
        Ok(name) => {
            let link = invitation_link(&headers, server.inputs.behind_proxy, &token);
            Html(link_page(&viewer, &name, &link).into_string()).into_response()
        }
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// `POST /admin/person/{person}/close`
pub(crate) async fn close_account(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    Path(person): Path<String>,
) -> Response {
    let person = PersonId::from(person);
    match close(&server, &signed_in, &person).await {
        Ok(_) => go_to(&format!("/admin/person/{person}")),
        Err(error) => failed_answer(&viewer, &error),
    }
}

/// The permit with which a person's account can be touched: one that reaches all of her roles.
async fn permit_for(
    server: &WebServer,
    signed_in: &SignedIn,
    person: &PersonId,
) -> Result<Permit<ManagePeople>, WorkError> {
    for permit in own_permits(signed_in) {
        if server.team().reaches(&permit, person).await? {
            return Ok(permit);
        }
    }
    let why =
        "some of the roles of this person are not yours to manage: ask an admin of the whole workspace".to_owned();
    Err(WorkError::Invalid { field: "person", why })
}

/// Ends a role by the permit that reaches it.
async fn end_by_number(server: &WebServer, signed_in: &SignedIn, number: i64) -> Result<bool, WorkError> {
    let mut last = WorkError::Invalid { field: "role", why: "you manage nobody".to_owned() };
    for permit in own_permits(signed_in) {
        match server.team().end_role(&permit, server.now(), number).await {
            Err(error) if error.is_refusal() => last = error,
            done => return done,
        }
    }
    Err(last)
}

async fn new_link(
    server: &WebServer,
    signed_in: &SignedIn,
    person: &PersonId,
    token: &SecretToken,
) -> Result<String, WorkError> {
    let permit = permit_for(server, signed_in, person).await?;
    server.team().invite_again(&permit, server.now(), person, token).await?;
    Ok(server.team().member(&permit, server.now(), person).await?.person.name)
}

async fn close(server: &WebServer, signed_in: &SignedIn, person: &PersonId) -> Result<Belongings, WorkError> {
    let permit = permit_for(server, signed_in, person).await?;
    server.team().close_member(&permit, server.now(), person).await
}

async fn grant(server: &WebServer, signed_in: &SignedIn, person: &PersonId, form: &AreaForm) -> Result<i64, WorkError> {
    let (role, area) = (form.role()?, form.area(server).await?);
    let permit = signed_in.scope.permit::<ManagePeople>(area.clone())?;
    server.team().grant_role(&permit, server.now(), person, (role, &area)).await
}

/// What is hers, as far as it is the viewer's to manage.
async fn belongings(server: &WebServer, signed_in: &SignedIn, person: &PersonId) -> Result<Belongings, WorkError> {
    let mut all = Belongings::default();
    for permit in own_permits(signed_in) {
        let found = server.team().belongings(&permit, person).await?;
        all.grants.extend(found.grants);
        all.invitations = found.invitations;
    }
    all.grants.sort_by_key(|grant| std::cmp::Reverse(grant.number));
    all.grants.dedup_by_key(|grant| grant.number);
    Ok(all)
}

async fn answer_person(
    server: &WebServer,
    signed_in: &SignedIn,
    viewer: &PageViewer,
    person: &PersonId,
    (fault, form): (Option<&str>, &AreaForm),
) -> Response {
    let member = match own_members(server, signed_in).await {
        Ok(members) => members.into_iter().find(|member| member.person.id == *person),
        Err(error) => return failed_answer(viewer, &error),
    };
    let Some(member) = member else {
        let text = "There is no such person, or none whose roles are yours to manage.";
        return said_answer(StatusCode::NOT_FOUND, "Not found", viewer, text);
    };
    match person_content(server, signed_in, &member, (fault, form)).await {
        Ok(content) => {
            let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            page_answer(status, &member.person.name, viewer, &content)
        }
        Err(error) => failed_answer(viewer, &error),
    }
}

async fn person_content(
    server: &WebServer,
    signed_in: &SignedIn,
    member: &TeamMember,
    (fault, form): (Option<&str>, &AreaForm),
) -> Result<Markup, WorkError> {
    let person = &member.person;
    let (everywhere, agencies) = managed_agencies(server, signed_in).await?;
    let hers = belongings(server, signed_in, &person.id).await?;
    let names = &server.team.actor_names().await?;
    let why =
        if fault.is_none() && !form.agency.is_empty() { Some(explain(server, member, form).await?) } else { None };
    let closed = member.state == MemberState::Closed;
    let path = format!("/admin/person/{}", person.id);
    Ok(html! {
        p.crumbs { a href="/admin" { "People" } }
        h1 { (person.name) }
        p.lede { (person.mail) ": " (state_words(member)) }
        h2 { "Roles" }
        @if member.grants.is_empty() { p { "No role that holds." } }
        ul { @for grant in &member.grants { li {
            (grant_words(grant, names)) " "
            form.inline method="post" action={ (path) "/role/" (grant.number) "/end" } {
                button.plain aria-label={ "End the role " (grant.role) " for " (grant.area) } { "End" }
            }
        } } }
        @if !closed {
            h2 #grant { "Another role" }
            (form_fault(fault))
            form.stack method="post" action={ (path) "/role" } { (role_fields(form, everywhere, &agencies)) button { "Grant the role" } }
        }
        (why_section(&path, form, (&agencies, names), why.as_ref()))
        (belongings_section(&hers, closed, names))
        @if !closed { (ending_section(&path, member)) }
    })
}

/// Whether and why she can see something: the same rows that decide.
async fn explain(
    server: &WebServer,
    member: &TeamMember,
    form: &AreaForm,
) -> Result<(AccessArea, Result<Vec<RoleGrant>, String>), WorkError> {
    match form.area(server).await {
        Ok(area) => {
            let rows = server.team().explain_access(&member.person.id, AccessAction::ReadPages, &area).await?;
            Ok((area, Ok(rows)))
        }
        Err(error) => Ok((AccessArea::Workspace, Err(error.to_string()))),
    }
}

fn why_section(
    path: &str,
    form: &AreaForm,
    (agencies, names): (&NamedIds, &NamedIds),
    why: Option<&(AccessArea, Result<Vec<RoleGrant>, String>)>,
) -> Markup {
    html! {
        h2 #why { "Why can she see this?" }
        @match why {
            None => {}
            Some((_, Err(text))) => p.notice.inline role="alert" { (capital(text)) "." },
            Some((area, Ok(rows))) if rows.is_empty() => p.answer { "She can’t see the pages of " (area) ": no role of hers gives it." },
            Some((area, Ok(rows))) => {
                p.answer { "She can see the pages of " (area) " by:" }
                ul { @for grant in rows { li { (grant_words(grant, names)) } } }
            }
        }
        form.stack action={ (path) "#why" } {
            div { label for="why-agency" { "Agency" } select #why-agency name="agency" {
                @for (id, name) in agencies { option value=(id) selected[form.agency == *id] { (name) } }
            } }
            div { label for="why-place" { "Page of this place (its id)" } input #why-place name="place" value=(form.place) autocomplete="off"; }
            button { "Explain" }
        }
    }
}

fn belongings_section(hers: &Belongings, closed: bool, names: &NamedIds) -> Markup {
    let ended: Vec<&RoleGrant> = hers.grants.iter().filter(|grant| grant.ended_at.is_some()).collect();
    html! {
        @if !ended.is_empty() || !hers.invitations.is_empty() {
            h2 #hers { @if closed { "What was hers, to hand over" } @else { "Earlier, and still open" } }
            ul {
                @for grant in ended { li { (grant_words(grant, names)) } }
                @for (invitation, person) in &hers.invitations { li {
                    "Invitation of " a href={ "/admin/person/" (person.id) } { (person.name) } ", not accepted, until " (moment(invitation.expires_at))
                } }
            }
        }
    }
}

fn ending_section(path: &str, member: &TeamMember) -> Markup {
    html! {
        h2 { "The account" }
        form.stack method="post" action={ (path) "/invite" } {
            p { @if member.state == MemberState::Active { "A forgotten password: a new link sets another one, and ends every session once it is used." } @else { "A new link takes the place of the one before." } }
            button.plain { "Make a new link" }
        }
        details {
            summary { "Close the account" }
            form.stack method="post" action={ (path) "/close" } {
                p { "Roles, sessions and open links end at once. The name stays in history, and what was hers is listed here for handing over." }
                button { "Close the account of " (member.person.name) }
            }
        }
    }
}
