//! A plan as it is written: strategies, programs, measures and their targets, in one edition.
//!
//! These types are the file format (`plan load`, the published JSON Schema) and what the store keeps.

mod cadence;
mod check;
mod diff;
mod in_force;
mod known;
mod measure;
mod milestone;
mod phase;
mod program;
mod publishing;
mod target;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AgencyId, PeriodKind, PersonId, PlaceId, PlanId, StrategyId, YearEnd};
pub use check::{FindingCode, FindingSeverity, PlanFinding, check_after, check_on, check_plan};
pub use diff::{ChangeSubject, PlanChange, SubjectKind, diff_plans};
pub use in_force::{AgencyPlans, PlannedMeasure, PlansInForce};
pub use measure::{Break, Measure, MeasureKind, Method, Part, Predecessor, SeriesBreak, Succession};
pub use milestone::{MilestoneStanding, MilestoneState};
pub use phase::WorkPhase;
pub use program::{ChainLink, Milestone, MilestoneStatus, Program, Rating, RatingColor};
pub use publishing::{BandRule, PeriodSum, Publishing, Uncounted};
pub use target::{Baseline, Goal, PartGoal, PathPoint, PeriodLabel, Target};

/// One edition of one agency's plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Whose plan it is.
    pub agency: Agency,
    /// Which plan, which edition.
    pub plan: Edition,
    /// Documents that the plan's figures come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Who answers for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
    /// Who is involved, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stakeholders: Vec<Stakeholder>,
    /// Strategic goals or pillars.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strategies: Vec<Strategy>,
    /// What is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<Program>,
    /// What is counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
}

/// The agency whose plan it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// Its name.
    pub name: String,
    /// The place whose results are the agency's own (the state of a state agency), as observations name it.
    #[serde(rename = "place", alias = "unit", default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceId>,
    /// The last day of its fiscal years, where it is not 30 June (month and day; `09-30` for the federal government).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year_ends: Option<YearEnd>,
    /// The last day of its school years, where it is not 30 June.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school_year_ends: Option<YearEnd>,
    /// Said on every page when the agency's data are made up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// How small numbers are published, where a measure does not say otherwise.
    #[serde(default, skip_serializing_if = "Publishing::is_empty")]
    pub publishing: Publishing,
}

impl Agency {
    /// Its own last day of such periods, where it has one.
    pub fn year_ends(&self, kind: PeriodKind) -> Option<YearEnd> {
        match kind {
            PeriodKind::FiscalYear => self.fiscal_year_ends,
            PeriodKind::SchoolYear => self.school_year_ends,
            _ => None,
        }
    }
}

/// The plan's id and edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The plan's id, the same in every edition.
    pub id: PlanId,
    /// The plan's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The edition: a date, as exact as it is known (`2012`, `2012-12`, `2014-01-13`). Editions are ordered by it.
    pub edition: String,
    /// Id of the document it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Who answers for a strategy, program or measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The id that programs and measures name.
    pub id: PersonId,
    /// Name, or role where no name is given.
    pub name: String,
    /// Role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A person or body involved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stakeholder {
    /// The id that programs name.
    pub id: String,
    /// The name.
    pub name: String,
    /// What is at stake for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interest: Option<String>,
    /// How much they can change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub influence: Option<String>,
    /// How they are engaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement: Option<String>,
}

/// A strategic goal or pillar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Strategy {
    /// Its id.
    pub id: StrategyId,
    /// Its name.
    pub name: String,
    /// Its place among the strategies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The strategy that it is part of (a focus area of a pillar).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<StrategyId>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Strategies of earlier editions that it takes the place of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<StrategyId>,
    /// Id of the document it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
