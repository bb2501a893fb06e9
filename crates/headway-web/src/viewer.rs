//! Who looks at a page: what the server knows of a session, and pages need of it.

use std::sync::Arc;

use headway_delivery::access::{AccessAction, AccessArea, AccessScope};
use headway_delivery::model::AgencyId;

/// Who looks at a page. The server puts it into the request; where there is none nobody has to sign in, and everything is shown.
#[derive(Clone, Debug, Default)]
pub struct PageViewer(Option<Arc<SignedInViewer>>);

#[derive(Debug)]
struct SignedInViewer {
    scope: AccessScope,
    /// The areas that may be read and whether people are managed: who has the same is shown the same pages.
    audience: String,
}

impl PageViewer {
    /// Somebody who is signed in.
    pub fn signed_in(scope: AccessScope) -> Self {
        let mut areas: Vec<String> = scope.grants().map(|grant| grant.area.to_string()).collect();
        areas.sort();
        areas.dedup();
        let manages = if manages_people(&scope) { "; manages people" } else { "" };
        let audience = format!("{}{manages}", areas.join(", "));
        Self(Some(Arc::new(SignedInViewer { scope, audience })))
    }

    /// Whether an agency's pages may be read.
    pub fn reads_agency(&self, agency: &str) -> bool {
        let area = AccessArea::Agency { agency: AgencyId::from(agency) };
        self.0.as_ref().is_none_or(|viewer| viewer.scope.may(AccessAction::ReadPages, &area))
    }

    /// Whether somebody is signed in.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the pages of people and roles are hers.
    pub(crate) fn manages_people(&self) -> bool {
        self.0.as_ref().is_some_and(|viewer| manages_people(&viewer.scope))
    }

    /// Whether she reads any agency as a whole.
    pub(crate) fn reads_any_agency(&self) -> bool {
        let whole = |area: &AccessArea| matches!(area, AccessArea::Workspace | AccessArea::Agency { .. });
        self.0.as_ref().is_none_or(|viewer| viewer.scope.grants().any(|grant| whole(&grant.area)))
    }

    /// What tells apart whom pages are made for.
    pub(crate) fn audience(&self) -> Option<&str> {
        self.0.as_ref().map(|viewer| viewer.audience.as_str())
    }
}

fn manages_people(scope: &AccessScope) -> bool {
    scope.grants().any(|grant| grant.gives(AccessAction::ManagePeople, &grant.area))
}
