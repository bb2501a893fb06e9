//! Roles are granted and ended; and the same rows say why somebody can see a thing.

use headway_access::{AccessAction, AccessArea, AccessScope, ManagePeople, Permit, PersonRole, RoleGrant};
use headway_model::PersonId;
use headway_store::{EndGrant, GrantRole};
use jiff::Timestamp;

use crate::{Result, TeamService};

impl TeamService {
    /// Grants a role. Gives its number.
    ///
    /// # Errors
    /// When the role does not fit the area, the permit does not reach it, or the account is closed.
    pub async fn grant_role(
        &self,
        permit: &Permit<ManagePeople>,
        now: Timestamp,
        person: &PersonId,
        (role, area): (PersonRole, &AccessArea),
    ) -> Result<i64> {
        Ok(self.store.write(permit, now, GrantRole { person, role, area }).await?)
    }

    /// Ends a role. Gives whether it still held.
    ///
    /// # Errors
    /// When there is none of this number, or the permit does not reach it.
    pub async fn end_role(&self, permit: &Permit<ManagePeople>, now: Timestamp, number: i64) -> Result<bool> {
        Ok(self.store.write(permit, now, EndGrant { number }).await?)
    }

    /// Why a person may do something there: the rows that give it, none where she may not. The pages decide by the same function
    /// over the same rows.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn explain_access(
        &self,
        person: &PersonId,
        action: AccessAction,
        area: &AccessArea,
    ) -> Result<Vec<RoleGrant>> {
        Ok(self.scope_of(person).await?.reasons(action, area).cloned().collect())
    }

    /// What a person may do, by the rows of now.
    #[expect(clippy::disallowed_methods, reason = "made of the store's own rows, and only asked, never handed on")]
    async fn scope_of(&self, person: &PersonId) -> Result<AccessScope> {
        let grants = self.store.role_grants(Some(person)).await?;
        Ok(AccessScope::of_person(person.clone(), grants))
    }
}
