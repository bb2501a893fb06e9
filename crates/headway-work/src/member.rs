//! The team as an admin sees it: who is there, in which state, with which roles, and what was whose.

use headway_access::{AccessArea, ManagePeople, Permit, RoleGrant};
use headway_model::PersonId;
use headway_store::{ActivityFilter, ActivityRecord, ClosePerson, InvitationRow, PersonRow};
use jiff::Timestamp;
use serde::Serialize;

use crate::{Result, TeamService};

/// A member of the team.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// The person.
    pub person: PersonRow,
    /// Whether she can sign in.
    pub state: MemberState,
    /// The roles that hold, as far as the one who asks manages them.
    pub grants: Vec<RoleGrant>,
}

/// Whether a member can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberState {
    /// Asked in; has not answered, and can until the invitation's last moment.
    Invited,
    /// Asked in; has not answered, and the invitation's days are over.
    InvitationExpired,
    /// Has an account.
    Active,
    /// The account is closed.
    Closed,
}

/// What is, or was, somebody's: what is listed for handing over when an account closes.
#[derive(Clone, Debug, Default)]
pub struct Belongings {
    /// Roles, those that ended too, the newest first.
    pub grants: Vec<RoleGrant>,
    /// Invitations that she made and nobody has accepted.
    pub invitations: Vec<(InvitationRow, PersonRow)>,
}

impl MemberState {
    /// The state of a person at `now`.
    pub fn of_person(person: &PersonRow, now: Timestamp) -> Self {
        let invited = person.invitation.as_ref().is_some_and(|invitation| invitation.is_open(now));
        match (person.closed_at, person.has_account) {
            (Some(_), _) => Self::Closed,
            (None, true) => Self::Active,
            (None, false) if invited => Self::Invited,
            (None, false) => Self::InvitationExpired,
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::InvitationExpired => "invitation expired",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }
}

impl TeamService {
    /// Everybody who has, or had, a role in the permit's area.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn members(&self, permit: &Permit<ManagePeople>, now: Timestamp) -> Result<Vec<TeamMember>> {
        let grants = self.store.role_grants(None).await?;
        let managed = |grant: &&RoleGrant| permit.area().includes(&grant.area);
        let member = |person: PersonRow| {
            let hers = grants.iter().filter(|grant| grant.person == person.id).filter(managed);
            let grants: Vec<RoleGrant> = hers.clone().filter(|grant| grant.ended_at.is_none()).cloned().collect();
            let known = hers.count() > 0;
            known.then(|| TeamMember { state: MemberState::of_person(&person, now), person, grants })
        };
        Ok(self.store.people().await?.into_iter().filter_map(member).collect())
    }

    /// One member.
    ///
    /// # Errors
    /// When there is none, or none that the permit reaches.
    pub async fn member(&self, permit: &Permit<ManagePeople>, now: Timestamp, person: &PersonId) -> Result<TeamMember> {
        let found = self.members(permit, now).await?.into_iter().find(|member| member.person.id == *person);
        Ok(found.ok_or_else(|| headway_store::StoreError::NoSuchPerson { person: person.to_string() })?)
    }

    /// Whether a permit reaches every role that a person has or had: then her account can be touched with it.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn reaches(&self, permit: &Permit<ManagePeople>, person: &PersonId) -> Result<bool> {
        let grants = self.store.role_grants(Some(person)).await?;
        Ok(grants.iter().all(|grant| permit.area().includes(&grant.area)))
    }

    /// Closes an account. Gives what was hers at that moment.
    ///
    /// # Errors
    /// When it is closed, or has roles outside of the permit's reach.
    pub async fn close_member(
        &self,
        permit: &Permit<ManagePeople>,
        now: Timestamp,
        person: &PersonId,
    ) -> Result<Belongings> {
        let hers = self.belongings(permit, person).await?;
        self.store.write(permit, now, ClosePerson { person }).await?;
        Ok(hers)
    }

    /// What is, or was, hers, as far as the permit reaches.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn belongings(&self, permit: &Permit<ManagePeople>, person: &PersonId) -> Result<Belongings> {
        let mut grants = self.store.role_grants(Some(person)).await?;
        grants.retain(|grant| permit.area().includes(&grant.area));
        grants.reverse();
        let mut invitations = Vec::new();
        for invitation in self.store.invitations_by(&format!("person:{person}")).await? {
            let invited = self.store.person(&invitation.person).await?;
            invitations.push((invitation, invited));
        }
        Ok(Belongings { grants, invitations })
    }

    /// What was done last, newest first. Only whoever manages the whole workspace sees it: it names every agency's things.
    ///
    /// # Errors
    /// When the permit holds for less; when the store can't be read.
    pub async fn recent_activity(&self, permit: &Permit<ManagePeople>, limit: u32) -> Result<Vec<ActivityRecord>> {
        if *permit.area() != AccessArea::Workspace {
            return Ok(Vec::new());
        }
        Ok(self.store.list_activity(ActivityFilter::default(), limit).await?)
    }

    /// The names of people by how activity calls them (`person:ID`).
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn actor_names(&self) -> Result<Vec<(String, String)>> {
        let people = self.store.people().await?;
        Ok(people.into_iter().map(|person| (format!("person:{}", person.id), person.name)).collect())
    }
}
