//! What is promised: baselines, targets, the path between them.

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Grade, GradeCode, GroupCode, Period, PeriodError, PeriodKind, StudentGroup};

/// A promise for one place, group and grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The place's id, or a level (`state`, `district`): then it holds for every place of that level.
    #[serde(rename = "place", alias = "unit")]
    pub place: String,
    /// The student group's code; of crossed groups in any order (`mhi+female` is `female+mhi`).
    #[serde(default = "all_students", skip_serializing_if = "is_all", deserialize_with = "group_code")]
    pub group: GroupCode,
    /// The grade; every known spelling is read as its code (`03` as `3`).
    #[serde(default = "all_grades", skip_serializing_if = "is_all", deserialize_with = "grade_code")]
    pub grade: GradeCode,
    /// Where it started; none where the target is to set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// What is to be reached, by when. None where a source names the target without its figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Goal>,
    /// The agreed path between baseline and target; straight when left out. Yearly targets are points of the path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trajectory: Vec<PathPoint>,
    /// In force from this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub valid_from: Option<Date>,
    /// In force until this day; a revised target ends here and is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub valid_to: Option<Date>,
    /// Id of the document it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where a promise started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The period.
    pub period: PeriodLabel,
    /// The value; none where it is to be read from the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Recomputed on the new scale after a break in the series.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bridged: bool,
}

/// What is to be reached: one value, a band, or several parts at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// By when.
    pub period: PeriodLabel,
    /// One value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// A band: lowest value that keeps the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lo: Option<f64>,
    /// A band: highest value that keeps the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hi: Option<f64>,
    /// The parts of a compound target; all must be met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartGoal>,
    /// The year is for setting a baseline (US federal reports); no figure is promised.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub set_baseline: bool,
}

impl Goal {
    /// Whether it promises a figure: a value, a band or parts.
    pub fn has_figure(&self) -> bool {
        self.value.is_some() || self.lo.is_some() || self.hi.is_some() || !self.parts.is_empty()
    }
}

/// What one part of a compound target promises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartGoal {
    /// The part's id in the measure.
    pub part: String,
    /// What is to be reached.
    pub value: f64,
}

/// A point of the agreed path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathPoint {
    /// The period.
    pub period: PeriodLabel,
    /// The value expected then.
    pub value: f64,
}

/// A period as the plan writes it (`2014`, `2013-14`); the measure says of which kind it is.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String", extend("type" = ["string", "integer"]))]
pub struct PeriodLabel(pub String);

impl PeriodLabel {
    /// The period that is meant.
    ///
    /// # Errors
    /// [`PeriodError`] when it is no period of that kind.
    pub fn to_period(&self, kind: PeriodKind) -> Result<Period, PeriodError> {
        Period::parse(kind, &self.0)
    }
}

impl fmt::Display for PeriodLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plain year is written as a number, as people do in YAML.
impl Serialize for PeriodLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<i32>() {
            Ok(year) if year.to_string() == self.0 => serializer.serialize_i32(year),
            _ => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for PeriodLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum YearOrText {
            Year(i32),
            Text(String),
        }
        Ok(match YearOrText::deserialize(deserializer)? {
            YearOrText::Year(year) => Self(year.to_string()),
            YearOrText::Text(text) => Self(text),
        })
    }
}

fn all_students() -> GroupCode {
    crate::ALL.into()
}

fn all_grades() -> GradeCode {
    crate::ALL.into()
}

/// Reads a grade by any of its spellings.
fn group_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<GroupCode, D::Error> {
    String::deserialize(deserializer).map(|text| GroupCode::from(&*StudentGroup::canonical_code(&text)))
}

fn grade_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<GradeCode, D::Error> {
    String::deserialize(deserializer).map(|text| Grade::code_of(&text).into())
}

fn is_all(text: &str) -> bool {
    text == crate::ALL
}
