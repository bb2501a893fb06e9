//! What is counted.

use std::num::NonZeroU8;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::publishing::Publishing;
use super::target::{PeriodLabel, Target};
use crate::{Direction, MeasureId, Period, PeriodKind, PersonId, StrategyId, YearEnd};

/// A measure: what is counted, which way is better, when results are due, and what is promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its id, as observations name it.
    pub id: MeasureId,
    /// Its name.
    pub name: String,
    /// Exactly what is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// For whom success is expected (`k12-students`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Unit of the value: `percent`, `count`, `rate`, `currency`, `days`, `weeks`, `score`, ...; none where the plan names no unit yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Which way is better. Required: without it a measure can't be saved (invariant 9). `None` exists so that `plan check`
    /// can name every measure that lacks it instead of stopping at the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The kind of its periods.
    pub period: PeriodKind,
    /// The last day of its school years, fiscal years or cohorts, where it is not the agency's (month and day: `09-30`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year_ends: Option<YearEnd>,
    /// From the end of a period until its result is due (ISO 8601 duration, `P13M`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_lag: Option<String>,
    /// How often results come, in words. Counted where it says so plainly: `every two years`, `biennial`, `P2Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadence: Option<String>,
    /// A result comes every so many periods: 2 for every second one, whose periods between owe nothing. Read from `cadence`
    /// when left out, else from the years of the path, or from the results once there are three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU8>,
    /// Role of the measure; goal when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MeasureKind>,
    /// The strategies that it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serves: Vec<StrategyId>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The goal in the plan's own words; `plan check` compares its figures with the targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal_text: Option<String>,
    /// How far below the trajectory is still `near`, in the measure's unit; half a year's required progress when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<f64>,
    /// Natural bounds of the value, lowest and highest (percent: 0 and 100 when left out).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 2]>,
    /// Smallest number of students that may be published (n-size).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_n: Option<u32>,
    /// How small numbers are published, where it is not as the agency says.
    #[serde(default, skip_serializing_if = "Publishing::is_empty")]
    pub publishing: Publishing,
    /// By which method it must report; the trajectory method when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Periods in which the series breaks or has no usable value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<SeriesBreak>,
    /// The parts of a compound measure ("within 24 hours", "within 48 hours"); a part's observations are under `measure.part`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Measures of earlier editions that it continues.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Predecessor>,
    /// What is promised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
    /// Ids of the documents it comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<String>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Measure {
    /// Ordinals of the periods that the plan marks so.
    pub fn marked_periods(&self, kind: Break) -> Vec<i32> {
        let of_kind = self.breaks.iter().filter(|b| b.kind == kind);
        of_kind.filter_map(|b| Some(b.period.to_period(self.period).ok()?.ordinal)).collect()
    }

    /// A measure of which no plan says anything: its id is its name, and nothing is promised.
    pub fn without_plan(id: &str, period: PeriodKind) -> Self {
        Self {
            id: id.into(),
            name: id.to_owned(),
            definition: None,
            audience: None,
            unit: None,
            direction: None,
            period,
            year_ends: None,
            result_lag: None,
            cadence: None,
            every: None,
            kind: None,
            serves: Vec::new(),
            owner: None,
            goal_text: None,
            tolerance: None,
            bounds: None,
            min_n: None,
            publishing: Publishing::default(),
            method: None,
            breaks: Vec::new(),
            parts: Vec::new(),
            replaces: Vec::new(),
            targets: Vec::new(),
            source: Vec::new(),
            note: None,
        }
    }
}

impl Measure {
    /// The last day of one of its periods.
    pub fn period_end(&self, period: Period) -> Date {
        period.end_by(self.year_ends)
    }

    /// Whether one of its periods is over on a day: from the day after its last one on. The figures of a period in progress
    /// are marked so, and decide nothing.
    pub fn is_over(&self, period: Period, day: Date) -> bool {
        self.period_end(period) < day
    }

    /// A result comes every so many periods, where the plan says so: by `every`, else by plain words of `cadence`.
    pub fn result_rhythm(&self) -> Option<i32> {
        let stated = self.every.map(|every| i32::from(every.get()));
        stated.or_else(|| super::cadence::periods_between(self.cadence.as_deref()?, self.period))
    }
}

/// What a measure is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureKind {
    /// The promise itself.
    Goal,
    /// A leading indicator.
    Progress,
    /// Watched because success elsewhere could harm it.
    Perverse,
}

/// A named method of status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Distance to the agreed path (the default).
    Trajectory,
    /// US federal performance reports.
    Gpra,
    /// Growth rate against required growth rate (Statistics Canada, Open SDG).
    Cagr,
    /// Extended trend of five years (German sustainability strategy).
    Trend,
}

/// A period that is not like the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesBreak {
    /// The first period of the new series, or the period without a usable value.
    pub period: PeriodLabel,
    /// Which of the two.
    pub kind: Break,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is wrong with a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Break {
    /// From here on values are not comparable with earlier ones.
    Break,
    /// The period has no usable value (no test was given).
    Missing,
}

/// One part of a compound measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its id inside the measure.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Unit of the value, when it is not the measure's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Which way is better, when it is not the measure's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
}

/// A measure of an earlier edition that this one continues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Predecessor {
    /// Its id.
    pub measure: MeasureId,
    /// What happened to it.
    pub how: Succession,
}

/// What happened to a measure between two editions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Succession {
    /// The same thing under a new id: its history is this measure's history.
    Renamed,
    /// This is one of the parts that it was split into.
    Split,
    /// It was merged into this one with others.
    Merged,
    /// Something similar took its place; histories are not joined.
    Replaced,
}
