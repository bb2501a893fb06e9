//! What each route needs. A route that is not listed is opened by nobody.

use headway_delivery::access::{AccessArea, PartKind, PlanPart};

/// What whoever opens a route must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RouteNeed {
    /// Anybody: it shows nothing of the workspace.
    Nothing,
    /// Somebody who is not signed in yet.
    Visitor,
    /// Anybody who is signed in; what she may not read is left out.
    Person,
    /// Somebody who reads an agency as a whole.
    Reader,
    /// Somebody who manages people.
    Manager,
    /// Somebody who reads there.
    Reading(AccessArea),
    /// Nobody.
    Denied,
}

/// The need of a route, by its pattern and what stands in its path; an address that no route has shows a page that says so, to whoever
/// is signed in.
pub(crate) fn route_need(route: Option<&str>, part: impl Fn(&str) -> Option<String>) -> RouteNeed {
    match route {
        Some("/health" | "/static/style.css" | "/static/headway.js" | "/favicon.svg") => RouteNeed::Nothing,
        Some("/sign-in" | "/sign-in/demo" | "/invitation/{token}") => RouteNeed::Visitor,
        Some("/sign-out" | "/account" | "/account/password" | "/account/session/{number}/end") => RouteNeed::Person,
        None | Some("/" | "/about") => RouteNeed::Person,
        Some("/search") => RouteNeed::Reader,
        Some(route) if route == "/admin" || route.starts_with("/admin/") => RouteNeed::Manager,
        Some(route) if route == "/a/{agency}" || route.starts_with("/a/{agency}/") => {
            read_area(route, part).map_or(RouteNeed::Denied, RouteNeed::Reading)
        }
        Some(_) => RouteNeed::Denied,
    }
}

/// What a page of an agency belongs to: one place, one part of the plan, or else the agency as a whole.
fn read_area(route: &str, part: impl Fn(&str) -> Option<String>) -> Option<AccessArea> {
    let agency = part("agency")?.into();
    if route == "/a/{agency}/place/{place}" {
        return Some(AccessArea::Place { agency, place: part("place")?.into() });
    }
    let kind = PartKind::ALL.into_iter().find(|kind| route.starts_with(&format!("/a/{{agency}}/{}/{{", kind.id())));
    Some(match kind {
        Some(kind) => AccessArea::Part { agency, part: PlanPart { kind, id: part(kind.id())? } },
        None => AccessArea::Agency { agency },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(route: &str) -> RouteNeed {
        route_need(Some(route), |name| Some(format!("<{name}>")))
    }

    /// The routes of this crate and of the pages, from the files that say them: a new one has to be thought of.
    #[test]
    fn every_route_is_listed() {
        let files = [include_str!("lib.rs"), include_str!("../../headway-web/src/lib.rs")];
        let routes = |file: &'static str| file.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let all: Vec<&str> = files.into_iter().flat_map(routes).collect();
        assert!(all.len() > 40, "{all:?}");
        for route in all {
            assert_ne!(need(route), RouteNeed::Denied, "{route} is in no list");
        }
    }

    #[test]
    fn what_is_not_listed_is_denied() {
        for route in ["/new", "/api/v1/measures", "/a", "/accounts", "/administration", "/sign-in/other"] {
            assert_eq!(need(route), RouteNeed::Denied, "{route}");
        }
        assert_eq!(route_need(Some("/a/{agency}"), |_| None), RouteNeed::Denied);
    }

    #[test]
    fn a_page_belongs_to_what_it_shows() {
        let agency = || "<agency>".into();
        let part = |kind| {
            let part = PlanPart { kind, id: format!("<{}>", kind.id()) };
            RouteNeed::Reading(AccessArea::Part { agency: agency(), part })
        };
        let whole = RouteNeed::Reading(AccessArea::Agency { agency: agency() });
        let place = RouteNeed::Reading(AccessArea::Place { agency: agency(), place: "<place>".into() });
        assert_eq!(need("/a/{agency}"), whole);
        assert_eq!(need("/a/{agency}/measures"), whole);
        assert_eq!(need("/a/{agency}/places.json"), whole);
        assert_eq!(need("/a/{agency}/place/{place}"), place);
        assert_eq!(need("/a/{agency}/measure/{measure}/values.csv"), part(PartKind::Measure));
        assert_eq!(need("/a/{agency}/program/{program}"), part(PartKind::Program));
    }
}
