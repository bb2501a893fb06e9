//! How small numbers are published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How small numbers are published; a measure's own word goes before its agency's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publishing {
    /// Results of fewer students are hidden (n-size); 10 when nobody says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_size: Option<u32>,
    /// Shares near 0 and 100 % are published as "5 or less", "95 or more"; true when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extremes: Option<bool>,
    /// The smallest share, in percent, that "or less" may name; by the number of students when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extreme_share: Option<f64>,
    /// Rates are published as bands; none when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<BandRule>,
    /// Whether the figures count people; true when left out. Where they do not, nothing is hidden for being small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<bool>,
    /// The measure whose counts this one adds up over several periods (a three-year rate).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sums: Option<PeriodSum>,
}

impl Publishing {
    /// Whether it says nothing: as good as not there.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Bands in which rates are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BandRule {
    /// Those of the US Department of Education: the smaller the cohort, the wider.
    Federal,
    /// None.
    None,
}

/// Counts of another measure, added up over periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodSum {
    /// The measure of single periods.
    pub measure: String,
    /// Over how many periods, the figure's own the last.
    pub periods: u32,
}
