//! Where a right holds: the workspace, an agency, one of its places, one part of its plan.

use std::fmt;

use headway_model::{AgencyId, PlaceId};
use serde::Serialize;

/// Where a role is granted, and what something that is asked for belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum AccessArea {
    /// Every agency of the workspace, those to come too, and the workspace itself.
    Workspace,
    /// One agency.
    Agency {
        /// Which.
        agency: AgencyId,
    },
    /// One place of an agency.
    Place {
        /// The agency.
        agency: AgencyId,
        /// The place.
        place: PlaceId,
    },
    /// One part of an agency's plan.
    Part {
        /// The agency.
        agency: AgencyId,
        /// The part.
        part: PlanPart,
    },
}

/// One part of a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlanPart {
    /// What it is.
    #[serde(rename = "part")]
    pub kind: PartKind,
    /// Its id.
    pub id: String,
}

/// What a part of a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A strategy.
    Strategy,
    /// A program.
    Program,
    /// A measure.
    Measure,
}

impl PartKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Strategy, Self::Program, Self::Measure];

    /// Its name in files, forms and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Strategy => "strategy",
            Self::Program => "program",
            Self::Measure => "measure",
        }
    }

    /// The one of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

impl AccessArea {
    /// The agency of this id.
    pub fn of_agency(agency: &AgencyId) -> Self {
        Self::Agency { agency: agency.clone() }
    }

    /// The agency that it belongs to; `None` for the workspace.
    pub fn agency(&self) -> Option<&AgencyId> {
        match self {
            Self::Workspace => None,
            Self::Agency { agency } | Self::Place { agency, .. } | Self::Part { agency, .. } => Some(agency),
        }
    }

    /// Whether `other` is this area or lies below it: workspace, agency, then its places and parts.
    pub fn includes(&self, other: &Self) -> bool {
        match self {
            Self::Workspace => true,
            Self::Agency { agency } => other.agency() == Some(agency),
            Self::Place { .. } | Self::Part { .. } => self == other,
        }
    }
}

/// As people read it, by ids: `the whole workspace`, `agency ma-dese`, `place 0035 of ma-dese`, `program ewis of ma-dese`.
impl fmt::Display for AccessArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workspace => f.write_str("the whole workspace"),
            Self::Agency { agency } => write!(f, "agency {agency}"),
            Self::Place { agency, place } => write!(f, "place {place} of {agency}"),
            Self::Part { agency, part } => write!(f, "{} {} of {agency}", part.kind.id(), part.id),
        }
    }
}
