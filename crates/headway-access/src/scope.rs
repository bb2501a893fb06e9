//! What whoever acts may do: resolved once, then asked.

use headway_model::{AgencyId, PersonId};

use crate::{AccessAction, AccessArea, AccessRight, Permit, RoleGrant};

/// Nobody is named who does this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody is named who does this: every change says who made it")]
pub struct NoName;

/// What was asked for is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no role gives the right to {action} in {area}. An admin can grant one")]
pub struct AccessDenied {
    /// What.
    pub action: AccessAction,
    /// Where.
    pub area: AccessArea,
}

/// Whoever acts, with all that decides what may be done.
#[derive(Clone, Debug)]
pub struct AccessScope {
    actor: ScopeActor,
    grants: Vec<RoleGrant>,
}

#[derive(Clone, Debug)]
enum ScopeActor {
    Operator(String),
    Person(PersonId),
    Visitor,
}

/// The scope at one agency that may be read.
#[derive(Clone, Copy, Debug)]
pub struct AgencyScope<'s> {
    scope: &'s AccessScope,
    agency: &'s AgencyId,
}

impl AccessScope {
    /// The operator at the command line of the machine, who may do everything: the files are theirs already.
    ///
    /// # Errors
    /// [`NoName`] for a name of nothing but blanks.
    pub fn operator(name: &str) -> Result<Self, NoName> {
        match name.trim() {
            "" => Err(NoName),
            name => Ok(Self { actor: ScopeActor::Operator(name.to_owned()), grants: Vec::new() }),
        }
    }

    /// A person, by the rows that the store keeps of her.
    pub fn of_person(person: PersonId, grants: Vec<RoleGrant>) -> Self {
        Self { actor: ScopeActor::Person(person), grants }
    }

    /// Somebody who is not signed in: may try to, and nothing else.
    pub fn visitor() -> Self {
        Self { actor: ScopeActor::Visitor, grants: Vec::new() }
    }

    /// The person who acts; `None` for the operator and for a visitor.
    pub fn person(&self) -> Option<&PersonId> {
        match &self.actor {
            ScopeActor::Person(person) => Some(person),
            ScopeActor::Operator(_) | ScopeActor::Visitor => None,
        }
    }

    /// The rows that hold for this person.
    pub fn grants(&self) -> impl Iterator<Item = &RoleGrant> {
        self.grants.iter().filter(|grant| grant.ended_at.is_none())
    }

    /// The rows that give a person `action` in `area`: none when it is not allowed. These decide, and these say why.
    pub fn reasons<'s>(&'s self, action: AccessAction, area: &'s AccessArea) -> impl Iterator<Item = &'s RoleGrant> {
        self.grants.iter().filter(move |grant| grant.gives(action, area))
    }

    /// Whether it is allowed.
    pub fn may(&self, action: AccessAction, area: &AccessArea) -> bool {
        match &self.actor {
            ScopeActor::Operator(_) => true,
            ScopeActor::Visitor => action == AccessAction::SignIn,
            ScopeActor::Person(_) if matches!(action, AccessAction::UseAccount | AccessAction::SignIn) => true,
            ScopeActor::Person(_) => self.reasons(action, area).next().is_some(),
        }
    }

    /// The scope at an agency.
    ///
    /// # Errors
    /// [`AccessDenied`] when it may not be read.
    pub fn agency<'s>(&'s self, agency: &'s AgencyId) -> Result<AgencyScope<'s>, AccessDenied> {
        let (action, area) = (AccessAction::ReadPages, AccessArea::of_agency(agency));
        if self.may(action, &area) {
            Ok(AgencyScope { scope: self, agency })
        } else {
            Err(AccessDenied { action, area })
        }
    }

    /// A permit for an area.
    ///
    /// # Errors
    /// [`AccessDenied`].
    pub fn permit<R: AccessRight>(&self, area: AccessArea) -> Result<Permit<R>, AccessDenied> {
        if !self.may(R::ACTION, &area) {
            return Err(AccessDenied { action: R::ACTION, area });
        }
        let actor = match &self.actor {
            ScopeActor::Operator(name) => name.clone(),
            // No user of a machine has a colon in the name.
            ScopeActor::Person(id) => format!("person:{id}"),
            ScopeActor::Visitor => "visitor".to_owned(),
        };
        Ok(Permit::new(actor, self.person().cloned(), area))
    }
}

impl AgencyScope<'_> {
    /// A permit for the agency.
    ///
    /// # Errors
    /// [`AccessDenied`].
    pub fn permit<R: AccessRight>(&self) -> Result<Permit<R>, AccessDenied> {
        self.scope.permit(AccessArea::of_agency(self.agency))
    }
}
