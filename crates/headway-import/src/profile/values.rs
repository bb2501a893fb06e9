//! What the value columns hold.

use std::collections::BTreeMap;

use headway_model::LARGEST_FIGURE;
use serde::Deserialize;

use super::{NamedPattern, OneOrMany, PartRule, PeriodPart, TextTemplate, TokenMeaning};

/// What one value column, or all columns of a header pattern, hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRule {
    /// The measure's id.
    pub measure: PartRule,
    /// The column, by header or short name.
    pub column: Option<String>,
    /// The columns, by header pattern; its named groups can be used in every template of this rule.
    pub pattern: Option<NamedPattern>,
    /// How the numbers are to be read.
    pub scale: NumberScale,
    /// Header (or short name) of the numerator's column.
    pub numerator: Option<TextTemplate>,
    /// Header (or short name) of the denominator's column.
    pub denominator: Option<TextTemplate>,
    /// Takes only this out of a cell before it is read: group 1, or the whole match. A cell in which it is not found is refused,
    /// unless it is a token.
    pub pick: Option<NamedPattern>,
    /// Header (or short name) of a column beside it that holds marks of the profile's `[marks]`.
    pub marks: Option<TextTemplate>,
    /// By how many points a rate may differ from what its own counts make, beyond its rounding.
    #[serde(default)]
    pub tolerance: f64,
    /// A column beside it that masks the value.
    pub mask: Option<MaskRule>,
    /// Lowest and highest number that is believed; for percents and fractions 0 and 100 unless given.
    pub range: Option<[f64; 2]>,
    /// Only rows with these texts in these columns.
    #[serde(default)]
    pub when: BTreeMap<String, OneOrMany>,
    /// Place, where it is not the row's.
    #[serde(rename = "unit")]
    pub place: Option<PartRule>,
    /// Student group, where it is not the profile's.
    pub group: Option<PartRule>,
    /// Grade, where it is not the profile's.
    pub grade: Option<PartRule>,
    /// Period, where it is not the profile's.
    pub period: Option<PeriodPart>,
    /// Tokens of these columns, over the profile's.
    #[serde(default)]
    pub tokens: BTreeMap<String, TokenMeaning>,
    /// Whether a file may lack the column.
    #[serde(default)]
    pub optional: bool,
}

/// How the numbers of a column are to be read. Never guessed: every rule says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberScale {
    /// 0 to 100, with or without a percent sign.
    Percent,
    /// 0 to 1, stored as percent; a cell with a percent sign is refused.
    Fraction,
    /// With a percent sign 0 to 100, without one 0 to 1 (`"92%"` and `0.92` in one column).
    Signed,
    /// `0.92`, `92%` and `92` in one column: with a sign, or above 1, percent; below 1 a fraction; a bare `1` only where
    /// numerator and denominator say which.
    Mixed,
    /// Counts: whole numbers, or parts of one (full-time equivalents).
    Count,
    /// Any other number as it is (scores, days).
    Number,
    /// Money: a currency sign is dropped.
    Currency,
}

/// A mask in its own column (`1` = above 95 %).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskRule {
    /// Header (or short name) of the mask's column.
    pub column: TextTemplate,
    /// What each mask means; an empty cell masks nothing, any other text is refused.
    pub tokens: BTreeMap<String, TokenMeaning>,
    /// Texts that mask nothing besides the empty cell.
    #[serde(default)]
    pub none: Vec<String>,
}

/// The mark between the whole and the decimals of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum DecimalMark {
    /// `1,234.5`.
    #[default]
    #[serde(rename = ".")]
    Point,
    /// `1.234,5`.
    #[serde(rename = ",")]
    Comma,
}

impl DecimalMark {
    /// The mark itself.
    pub(crate) fn decimal_byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }

    /// The mark that can only part thousands.
    pub(crate) fn thousands_byte(self) -> u8 {
        match self {
            Self::Point => b',',
            Self::Comma => b'.',
        }
    }
}

impl NumberScale {
    /// Whether the numbers are shares of a whole, which their counts can be held against.
    pub(crate) fn is_share(self) -> bool {
        matches!(self, Self::Percent | Self::Fraction | Self::Signed | Self::Mixed)
    }
}

impl ValueRule {
    pub(super) fn check_rule(&self) -> Result<(), String> {
        let computed = self.numerator.is_some() && self.denominator.is_some();
        if !(0.0..=100.0).contains(&self.tolerance) {
            return Err("values: tolerance is a number of points from 0 to 100".into());
        }
        if self.column.is_none() && self.pattern.is_none() && self.pick.is_some() {
            return Err("values: pick takes a part of a cell, and a computed percent has no cell".into());
        }
        match (&self.column, &self.pattern) {
            (Some(_), Some(_)) => Err("values: give column or pattern, not both".into()),
            (None, None) if !computed => {
                Err("values: give column or pattern (or numerator and denominator, to compute the percent)".into())
            }
            (None, None) if self.scale != NumberScale::Percent => {
                Err("values: what is computed from numerator and denominator is a percent".into())
            }
            _ => Ok(()),
        }
    }

    /// Lowest and highest number believed.
    pub(crate) fn believed_range(&self) -> [f64; 2] {
        match (self.range, self.scale) {
            (Some(range), _) => range.map(|end| end.clamp(-LARGEST_FIGURE, LARGEST_FIGURE)),
            (None, NumberScale::Percent | NumberScale::Fraction | NumberScale::Signed | NumberScale::Mixed) => {
                [0.0, 100.0]
            }
            (None, NumberScale::Count) => [0.0, LARGEST_FIGURE],
            (None, NumberScale::Number | NumberScale::Currency) => [-LARGEST_FIGURE, LARGEST_FIGURE],
        }
    }
}
