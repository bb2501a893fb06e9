//! A permit: proof that whoever acts was asked about, carried by every write.

use std::marker::PhantomData;

use headway_model::PersonId;

use crate::{AccessArea, AccessRight, KeepStore};

/// Says that somebody may do `R` in an area. Only an [`AccessScope`](crate::AccessScope) makes one.
#[derive(Clone, Debug)]
pub struct Permit<R: AccessRight> {
    actor: String,
    person: Option<PersonId>,
    area: AccessArea,
    right: PhantomData<R>,
}

impl<R: AccessRight> Permit<R> {
    pub(crate) fn new(actor: String, person: Option<PersonId>, area: AccessArea) -> Self {
        Self { actor, person, area, right: PhantomData }
    }

    /// Who acts, as activity names it: `person:ID`, or the name of the operator at the command line.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The person who acts; `None` for the operator and for a visitor.
    pub fn person(&self) -> Option<&PersonId> {
        self.person.as_ref()
    }

    /// Where it holds. The store refuses what lies outside.
    pub fn area(&self) -> &AccessArea {
        &self.area
    }
}

impl Permit<KeepStore> {
    /// The permit for a step of that work: who looks after the whole store writes everything that this takes.
    pub fn for_step<R: AccessRight>(&self) -> Permit<R> {
        Permit::new(self.actor.clone(), self.person.clone(), self.area.clone())
    }
}
