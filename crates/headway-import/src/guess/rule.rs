//! One `[[values]]` of a guess.

use super::scale::GuessedScale;

/// One `[[values]]` of the guess.
#[derive(Clone, Debug, Default)]
pub(super) struct GuessedRule {
    /// The columns it takes, those that serve it behind.
    pub(super) columns: Vec<usize>,
    pub(super) measure: String,
    /// A header pattern, when it takes several.
    pub(super) pattern: Option<String>,
    /// How its numbers are to be read, and whether that is proved.
    pub(super) scale: GuessedScale,
    pub(super) group: Option<String>,
    /// What the publisher's own codes of groups mean; a code outside them is left to the person.
    pub(super) codes: Option<&'static [(&'static str, &'static str)]>,
    pub(super) grade: Option<String>,
    pub(super) period: Option<String>,
    /// Its periods are two years each: school years.
    pub(super) school_years: bool,
    pub(super) numerator: Option<String>,
    pub(super) denominator: Option<String>,
    /// Only rows with this text in this column.
    pub(super) when: Option<(usize, String)>,
}
