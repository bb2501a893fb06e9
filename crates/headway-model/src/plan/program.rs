//! What is done: programs, their work plans and delivery chains.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{MeasureId, PersonId, ProgramId, StrategyId};

/// A program: priority project, initiative, federal program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The strategies that it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<StrategyId>,
    /// The measures that it is to move.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureId>,
    /// A priority project of the plan.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority: bool,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Who is involved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stakeholders: Vec<String>,
    /// Assistance Listing number of a federal program (`84.010`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistance_listing: Option<String>,
    /// The law it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statute: Option<String>,
    /// Money for it, in dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// The dated steps of its work plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    /// From the leader's intent to changed practice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delivery_chain: Vec<ChainLink>,
    /// A human's judgement of the likelihood of delivery.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<Rating>,
    /// Id of the document it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A dated step of a work plan; planned and actual dates are kept apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Its id, unique in its program.
    pub id: String,
    /// What is reached.
    pub name: String,
    /// Planned start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub planned_start: Option<Date>,
    /// Planned end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub planned_end: Option<Date>,
    /// Actual start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub actual_start: Option<Date>,
    /// Actual end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub actual_end: Option<Date>,
    /// Every status that was reported, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<MilestoneStatus>,
}

/// A status that somebody reported for a milestone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneStatus {
    /// When.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Date,
    /// In the reporter's own word (`in progress`, `launched`, ...).
    pub status: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One actor of a delivery chain, and the link to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChainLink {
    /// Who acts.
    pub actor: String,
    /// At which level.
    pub level: crate::Level,
    /// How many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How strong the link to the next actor is, 1 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<u8>,
    /// How many of the next actors it reaches, 1 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u8>,
    /// How well feedback comes back, 1 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<u8>,
}

/// A human judgement, never computed and never overwritten by a computed status (invariant 7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// When.
    #[schemars(with = "String", extend("format" = "date"))]
    pub date: Date,
    /// What is rated: `overall`, `planning`, `capacity`, `evidence`.
    pub element: String,
    /// The rating.
    pub color: RatingColor,
    /// Why.
    pub rationale: String,
    /// Who rated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The four-color scale of likelihood of delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RatingColor {
    /// Highly problematic.
    Red,
    /// Problematic.
    AmberRed,
    /// Mixed.
    AmberGreen,
    /// Good.
    Green,
}
