//! A role, granted to a person for an area: the rows that decide, and that say why.

use headway_model::PersonId;
use jiff::Timestamp;
use serde::Serialize;

use crate::{AccessAction, AccessArea, PersonRole};

/// A role that a person was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleGrant {
    /// Its number in the workspace.
    pub number: i64,
    /// Who has it.
    pub person: PersonId,
    /// The role.
    pub role: PersonRole,
    /// Where it holds.
    pub area: AccessArea,
    /// Since when.
    pub granted_at: Timestamp,
    /// Who granted it: as activity names people.
    pub granted_by: String,
    /// When it ended; `None` while it holds.
    pub ended_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<String>,
}

impl RoleGrant {
    /// Whether it gives `action` in `area`. Reading is inherited downwards: who reads an agency reads its places and the parts of
    /// its plan; people are managed from above too. Other writing is not inherited: it holds where it was granted, and the
    /// workspace stands for each of its agencies.
    pub fn gives(&self, action: AccessAction, area: &AccessArea) -> bool {
        let is_inherited = matches!(action, AccessAction::ReadPages | AccessAction::ManagePeople);
        let each_agency = self.area == AccessArea::Workspace && matches!(area, AccessArea::Agency { .. });
        let reaches = if is_inherited { self.area.includes(area) } else { self.area == *area || each_agency };
        self.ended_at.is_none() && self.role.gives(action) && reaches
    }
}
