//! The roles, and what each gives.

use std::fmt;

use serde::Serialize;

use crate::{AccessAction, AccessArea};

/// A role that people are granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonRole {
    /// Reads.
    Viewer,
    /// Reads, and updates her own programs and measures.
    Contributor,
    /// Reads, and accepts or returns updates.
    Reviewer,
    /// Brings in results, keeps profiles, publishes.
    Data,
    /// Edits everything of the agency.
    Delivery,
    /// Reads all, decides, rates.
    Leader,
    /// Programs, runs, awards, monitoring.
    Grants,
    /// Its own place, and the people there.
    District,
    /// People, roles, settings.
    Admin,
}

impl PersonRole {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Viewer,
        Self::Contributor,
        Self::Reviewer,
        Self::Data,
        Self::Delivery,
        Self::Leader,
        Self::Grants,
        Self::District,
        Self::Admin,
    ];

    /// Its name at the command line, in forms and in the store.
    pub fn id(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Reviewer => "reviewer",
            Self::Data => "data",
            Self::Delivery => "delivery",
            Self::Leader => "leader",
            Self::Grants => "grants",
            Self::District => "district",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// What it is for, in one line.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Viewer => "Reads the pages",
            Self::Contributor => "Reads the pages and answers for programs and measures",
            Self::Reviewer => "Reads the pages and reviews updates",
            Self::Data => "Reads the pages, brings in results and publishes",
            Self::Delivery => "Reads the pages and edits the plan of the agency",
            Self::Leader => "Reads the pages, decides and rates",
            Self::Grants => "Reads the pages and runs grant programs",
            Self::District => "Reads the pages of one place and manages the people there",
            Self::Admin => "Reads the pages and manages people, roles and settings",
        }
    }

    /// Whether the role gives this where it holds. What is not listed is not given.
    pub fn gives(self, action: AccessAction) -> bool {
        match action {
            AccessAction::ReadPages => true,
            AccessAction::EditPlan => self == Self::Delivery,
            AccessAction::ImportData | AccessAction::PublishRelease => self == Self::Data,
            AccessAction::ManagePeople => matches!(self, Self::Admin | Self::District),
            AccessAction::ChangeSettings => self == Self::Admin,
            AccessAction::KeepStore | AccessAction::UseAccount | AccessAction::SignIn => false,
        }
    }

    /// Whether the role can be granted there: a district's only for a place, one that writes for the whole of an agency not for
    /// a part of it.
    pub fn fits(self, area: &AccessArea) -> bool {
        match self {
            Self::Viewer => true,
            Self::Contributor | Self::Reviewer => !matches!(area, AccessArea::Place { .. }),
            Self::District => matches!(area, AccessArea::Place { .. }),
            Self::Data | Self::Delivery | Self::Leader | Self::Grants | Self::Admin => {
                matches!(area, AccessArea::Workspace | AccessArea::Agency { .. })
            }
        }
    }
}

impl fmt::Display for PersonRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
