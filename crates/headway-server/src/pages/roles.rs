//! Roles in words, and the forms that grant them.

use headway_delivery::access::{AccessArea, PersonRole, RoleGrant};
use headway_web::{PageViewer, plain_page};
use maud::{Markup, html};

use super::account::moment;
use super::area::AreaForm;

/// Names by id: of agencies, or of people as activity calls them.
pub(super) type NamedIds = [(String, String)];

/// `delivery, for agency ma-dese. Reads the pages and edits the plan of the agency. Granted … by …`; `names` of people by how activity
/// calls them.
pub(super) fn grant_words(grant: &RoleGrant, names: &NamedIds) -> Markup {
    let named = |actor: &str| names.iter().find(|(id, _)| id == actor).map_or(actor, |(_, name)| name).to_owned();
    html! {
        strong { (grant.role) } ", for " (grant.area) ". " (grant.role.purpose()) ". "
        span.note { "Granted " (moment(grant.granted_at)) " by " (named(&grant.granted_by))
            @if let Some(at) = grant.ended_at { ", ended " (moment(at)) @if let Some(by) = &grant.ended_by { " by " (named(by)) } } }
    }
}

/// The fields of a role: which, and where. `agencies`: ids and names of those that may be chosen.
pub(super) fn role_fields(chosen: &AreaForm, everywhere: bool, agencies: &NamedIds) -> Markup {
    html! {
        div { label for="role" { "Role" } select #role name="role" aria-describedby="roles" {
            @for role in PersonRole::ALL { option value=(role) selected[chosen.role == role.id()] { (role) ": " (role.purpose()) } }
        } }
        div { label for="agency" { "Where" } select #agency name="agency" {
            @if everywhere { option value="" selected[chosen.agency.is_empty()] { "The whole workspace" } }
            @for (id, name) in agencies { option value=(id) selected[chosen.agency == *id] { (name) } }
        } }
        div {
            label for="place" { "Only this place of the agency (its id)" }
            input #place name="place" value=(chosen.place) autocomplete="off" aria-describedby="roles";
        }
        div { label for="part_kind" { "Or only this part of its plan" } select #part_kind name="part_kind" {
            @for (value, text) in [("", "all of it"), ("strategy", "a strategy"), ("program", "a program"), ("measure", "a measure")] {
                option value=(value) selected[chosen.part_kind == value] { (text) }
            }
        } }
        div { label for="part" { "Id of that part" } input #part name="part" value=(chosen.part) autocomplete="off"; }
        p.note #roles { "The role district is for one place; a contributor may have one part of the plan." }
    }
}

/// An area as a link to what it is, where that has a page.
pub(super) fn area_words(area: &AccessArea) -> String {
    area.to_string()
}

/// A page that is shown once and holds a secret link.
pub(super) fn link_page(viewer: &PageViewer, name: &str, link: &str) -> Markup {
    let content = html! {
        h1 { "The invitation of " (name) }
        p.lede { "Send this link to " (name) ". It is shown this once, holds for fourteen days, and can be used once." }
        p { code #link { (link) } }
        p { a href="/admin" { "Back to the people" } }
    };
    plain_page("Invitation", viewer, &content)
}
