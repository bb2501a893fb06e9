//! What the step can be made to leave out, to show in tests what each part of it is good for.

/// Parts of the step that are left out. The program never leaves any out: `Headway::release` is the whole step, and what
/// comes of `Headway::weakened_release` can't be kept as a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepWeakness {
    /// Nothing is hidden for the sake of others.
    pub no_secondary: bool,
    /// Students who are not in a group are not looked at.
    pub no_complement: bool,
    /// What earlier releases told is forgotten.
    pub no_earlier: bool,
    /// Sums are not looked for in the data.
    pub no_finding: bool,
    /// Figures of now are not held against those that an earlier release told of measures, groups and grades that are gone, or of
    /// another agency.
    pub no_past_sums: bool,
    /// Sums under other codes and over periods are not looked at.
    pub no_ties: bool,
    /// Shares on another scale than percent are taken for means.
    pub no_scales: bool,
    /// Shares of all students by group are taken for rates of the groups.
    pub no_shares: bool,
    /// Figures that are made of others are told even where those are not.
    pub no_derived: bool,
    /// Figures without a count of their own are told beside hidden counts.
    pub no_made_of: bool,
    /// What is in a total and in none of its parts is not looked at.
    pub no_missing: bool,
    /// Sums over two codes at once (a district's of its schools' grades) are not looked at.
    pub no_margins: bool,
    /// Tables that share cells are not looked at together.
    pub no_joining: bool,
    /// Totals of figures that stay are told as they are now.
    pub no_kept_totals: bool,
    /// Places of one level are taken for one grouping.
    pub no_groupings: bool,
}
