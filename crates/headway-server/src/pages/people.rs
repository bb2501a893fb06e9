//! Admin: who is there, who is asked in, what was done last.

use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use headway_delivery::access::{AccessAction, AccessArea, ManagePeople, Permit};
use headway_web::{GridColumnKind, PageViewer, ResponsiveTable};
use headway_work::{ActivityRecord, MemberState, NewMember, SecretToken, SignedIn, TeamMember, WorkError};
use maud::{Markup, html};
use serde::Deserialize;

use super::account::moment;
use super::area::{AreaForm, managed_agencies};
use super::roles::{area_words, link_page, role_fields};
use crate::WebServer;
use crate::answer::{failed_answer, form_fault, page_answer};

/// How much of the activity is shown.
const LATEST: u32 = 25;

/// Somebody to be asked in, as the form was sent.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct InviteForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    mail: String,
    #[serde(flatten)]
    area: AreaForm,
}

/// `GET /admin`
pub(crate) async fn show_people(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
) -> Response {
    answer_people(&server, &signed_in, &viewer, StatusCode::OK, (None, &InviteForm::default())).await
}

/// `POST /admin/invite`
pub(crate) async fn invite_person(
    State(server): State<WebServer>,
    Extension(signed_in): Extension<SignedIn>,
    Extension(viewer): Extension<PageViewer>,
    headers: HeaderMap,
    Form(form): Form<InviteForm>,
) -> Response {
    let token = server.new_token();
    match invite(&server, &signed_in, &form, &token).await {
        Ok(()) => {
            let link = invitation_link(&headers, server.inputs.behind_proxy, &token);
            Html(link_page(&viewer, form.name.trim(), &link).into_string()).into_response()
        }
        Err(error) if error.is_refusal() => {
            let (refuse, why) = (StatusCode::UNPROCESSABLE_ENTITY, error.to_string());
            answer_people(&server, &signed_in, &viewer, refuse, (Some(&why), &form)).await
        }
        Err(error) => failed_answer(&viewer, &error),
    }
}

async fn invite(
    server: &WebServer,
    signed_in: &SignedIn,
    form: &InviteForm,
    token: &SecretToken,
) -> Result<(), WorkError> {
    let (role, area) = (form.area.role()?, form.area.area(server).await?);
    let permit = signed_in.scope.permit::<ManagePeople>(area.clone())?;
    let member = NewMember { name: &form.name, mail: &form.mail, role, area };
    server.team().invite_member(&permit, server.now(), &member, token).await.map(drop)
}

/// The permits to manage people that somebody has: the whole workspace's alone, where she has that.
pub(super) fn own_permits(signed_in: &SignedIn) -> Vec<Permit<ManagePeople>> {
    let gives = |area: &AccessArea| signed_in.scope.permit::<ManagePeople>(area.clone()).ok();
    if let Some(everywhere) = gives(&AccessArea::Workspace) {
        return vec![everywhere];
    }
    let managing = signed_in.scope.grants().filter(|grant| grant.gives(AccessAction::ManagePeople, &grant.area));
    managing.filter_map(|grant| gives(&grant.area)).collect()
}

/// Everybody that somebody manages, each once.
pub(super) async fn own_members(server: &WebServer, signed_in: &SignedIn) -> Result<Vec<TeamMember>, WorkError> {
    let mut members: Vec<TeamMember> = Vec::new();
    for permit in own_permits(signed_in) {
        for found in server.team().members(&permit, server.now()).await? {
            match members.iter_mut().find(|member| member.person.id == found.person.id) {
                Some(member) => {
                    member.grants.extend(found.grants);
                    member.grants.sort_by_key(|grant| grant.number);
                    member.grants.dedup_by_key(|grant| grant.number);
                }
                None => members.push(found),
            }
        }
    }
    Ok(members)
}

/// An invitation's whole address, under the name by which the server was asked.
pub(super) fn invitation_link(headers: &HeaderMap, secure: bool, token: &SecretToken) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{host}/invitation/{}", token.reveal())
}

async fn answer_people(
    server: &WebServer,
    signed_in: &SignedIn,
    viewer: &PageViewer,
    status: StatusCode,
    (fault, form): (Option<&str>, &InviteForm),
) -> Response {
    let content = match people_content(server, signed_in, fault, form).await {
        Ok(content) => content,
        Err(error) => return failed_answer(viewer, &error),
    };
    page_answer(status, "People and roles", viewer, &content)
}

async fn people_content(
    server: &WebServer,
    signed_in: &SignedIn,
    fault: Option<&str>,
    form: &InviteForm,
) -> Result<Markup, WorkError> {
    let members = own_members(server, signed_in).await?;
    let (everywhere, agencies) = managed_agencies(server, signed_in).await?;
    let mut activity = Vec::new();
    for permit in own_permits(signed_in) {
        activity.extend(server.team().recent_activity(&permit, LATEST).await?);
    }
    let names = server.team().actor_names().await?;
    let open = members.iter().filter(|member| member.state != MemberState::Closed).count();
    Ok(html! {
        p.question { "Who is there, and who may do what?" }
        h1 { (open) @if open == 1 { " person" } @else { " people" } }
        (member_table(&members))
        h2 #invite { "Ask somebody in" }
        (form_fault(fault))
        form.stack method="post" action="/admin/invite" {
            div { label for="name" { "Name" } input #name name="name" value=(form.name) autocomplete="off" required; }
            div { label for="mail" { "Mail address" } input #mail type="email" name="mail" value=(form.mail) autocomplete="off" required; }
            (role_fields(&form.area, everywhere, &agencies))
            button { "Make the invitation" }
        }
        @if !activity.is_empty() {
            h2 { "What was done last" }
            (activity_table(&activity, &names))
        }
    })
}

fn member_table(members: &[TeamMember]) -> Markup {
    let columns = [
        ("Name", GridColumnKind::Words),
        ("State", GridColumnKind::Words),
        ("Roles", GridColumnKind::Words),
        ("Mail", GridColumnKind::Words),
    ];
    let row = |member: &TeamMember| {
        let roles: Vec<String> =
            member.grants.iter().map(|grant| format!("{} for {}", grant.role, area_words(&grant.area))).collect();
        vec![
            html! { a href={ "/admin/person/" (member.person.id) } { (member.person.name) } },
            state_words(member),
            html! { (roles.join("; ")) },
            html! { (member.person.mail) },
        ]
    };
    ResponsiveTable { label: "People", caption: html! {}, columns: &columns, rows: members.iter().map(row).collect() }
        .table_markup()
}

/// The state, with the day that belongs to it.
pub(super) fn state_words(member: &TeamMember) -> Markup {
    let invitation = member.person.invitation.as_ref();
    html! {
        (member.state.label())
        @match member.state {
            MemberState::Invited | MemberState::InvitationExpired => @if let Some(invitation) = invitation { span.note { ", until " (moment(invitation.expires_at)) } },
            MemberState::Active => @if let Some(at) = invitation.and_then(|it| it.accepted_at) { span.note { ", accepted " (moment(at)) } },
            MemberState::Closed => @if let Some(at) = member.person.closed_at { span.note { ", " (moment(at)) } },
        }
    }
}

fn activity_table(activity: &[ActivityRecord], names: &[(String, String)]) -> Markup {
    let columns = [
        ("What", GridColumnKind::Words),
        ("On what", GridColumnKind::Words),
        ("Who", GridColumnKind::Words),
        ("When", GridColumnKind::Short),
    ];
    let named = |id: &str| names.iter().find(|(actor, _)| actor == id).map_or(id, |(_, name)| name).to_owned();
    let row = |entry: &ActivityRecord| {
        let subject = match entry.subject_kind.as_str() {
            "person" | "session" => named(&format!("person:{}", entry.subject_id)),
            kind => format!("{kind} {}", entry.subject_id),
        };
        let cells = [entry.operation.clone(), subject, named(&entry.who), moment(entry.at)];
        cells.map(|cell| html! { (cell) }).to_vec()
    };
    ResponsiveTable {
        label: "Activity",
        caption: html! {},
        columns: &columns,
        rows: activity.iter().map(row).collect(),
    }
    .table_markup()
}
