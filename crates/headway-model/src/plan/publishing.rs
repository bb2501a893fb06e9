//! How small numbers are published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::MeasureId;

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
    /// The measure that has the number of students behind each result, where the results come without counts of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub students: Option<MeasureId>,
    /// What becomes of results whose number of students is not known: `hide` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<Uncounted>,
    /// Measures with the same word here make one whole: every student is counted in one of them (graduated, still in school,
    /// dropped out), so that one follows from the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<String>,
    /// So many counts must stay possible for a hidden one, where the reason that is told leaves as many; 4 when left out. Said of
    /// the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_width: Option<u32>,
    /// A school or district that knows its own figures must not learn another's hidden ones from them; true when left out. Said
    /// of the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insiders: Option<bool>,
    /// A revised figure of fewer students than this is told only if it differs by none or by the n-size or more from the one told
    /// before, which else stays, with its totals that differ by as few; 1000 when left out, 0 for never. Said of the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_below: Option<u32>,
    /// New figures are held back where hidden counts may follow from them and from scores, gaps or odds that earlier releases told:
    /// all that were not told before of the measures that those may be made of, up to their periods. False when left out. Said of
    /// the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_back: Option<bool>,
    /// The measures that a figure of people without a count of its own (a score, a gap, an index, odds) may be made of: where one of
    /// their counts is hidden, it is hidden too. All rates and counts of the agency when left out; `[]` says that it is made of no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_of: Option<Vec<MeasureId>>,
}

impl Publishing {
    /// Whether it says nothing: as good as not there.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of results whose number of students is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Uncounted {
    /// They are hidden.
    Hide,
    /// They are told as their source published them.
    Tell,
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
    pub measure: MeasureId,
    /// Over how many periods, the figure's own the last.
    pub periods: u32,
}
