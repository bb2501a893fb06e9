//! What the step can be made to leave out, to show in tests what each part of it is good for.

/// Parts of the step that are left out. The program never leaves any out: [`crate::Headway::release`] is the whole step, and what
/// comes of [`crate::Headway::weakened_release`] can't be kept as a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weakness {
    /// Nothing is hidden for the sake of others.
    pub no_secondary: bool,
    /// Students who are not in a group are not looked at.
    pub no_complement: bool,
    /// What earlier releases told is forgotten.
    pub no_earlier: bool,
    /// Sums are not looked for in the data.
    pub no_finding: bool,
    /// Sums under other codes and over periods are not looked at.
    pub no_ties: bool,
    /// What is in a total and in none of its parts is not looked at.
    pub no_missing: bool,
    /// Tables that share cells are not looked at together.
    pub no_joining: bool,
    /// Places of one level are taken for one grouping.
    pub no_groupings: bool,
}
