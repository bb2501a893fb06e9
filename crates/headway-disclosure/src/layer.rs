//! One kind of count (students, or those who reached it) over all that a release tells of it: which must be hidden.

mod attack;
mod before;
mod complete;
mod course;
mod insiders;
mod less;
mod width;

use headway_stats::suppress::{CellRole, SuppressionCell};

use super::StepWeakness;
use super::links::AdditiveConstraint;

/// No bound.
pub(super) const ENDLESS: i64 = i64::MAX;

/// One count.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedCell {
    pub(super) role: CellRole,
    /// The count, where it is known.
    pub(super) truth: Option<i64>,
    /// The students behind it, where they are known and bound it.
    pub(super) students: Option<i64>,
    /// What a reader knows of it when it is hidden: least and most.
    pub(super) hidden: (i64, i64),
    /// The same when nothing more is told than that it is hidden.
    pub(super) wide: (i64, i64),
    /// What else holds it from below, though nobody is told (those who reached it are among the students).
    pub(super) floor: i64,
    /// The least important are hidden first.
    pub(super) importance: f64,
    /// The place that it is of: who is there knows it.
    pub(super) place: u32,
    /// Told exactly if that is possible at all: totals of the places above all others.
    pub(super) pinned: bool,
    /// A count that it could have by all that is known, where it is not known itself.
    pub(super) could_be: Option<i64>,
    /// An earlier release did not tell it, though it is not small: where it can be helped it does not follow now.
    pub(super) untold: bool,
    /// What is in a total and in none of its parts.
    pub(super) left_over: bool,
    /// What the source tells of a result that nobody knows here.
    pub(super) band: Option<(i64, i64)>,
}

/// What is asked of a solution besides that nothing follows.
#[derive(Clone, Debug)]
pub(super) struct ProtectionDemands {
    /// Nothing but in tests.
    pub(super) weakness: StepWeakness,
    /// So many counts must stay possible for a protected one, where the reason that is told allows as many.
    pub(super) least_width: i64,
    /// Nobody who knows the figures of a place and of those below it learns another's. For each place those that it lies below,
    /// itself first, without those above all others, who know everything.
    pub(super) insiders: Option<Vec<Vec<u32>>>,
}

/// All counts of a kind that hang together, with the sums between them.
#[derive(Default)]
pub(super) struct CountTable {
    pub(super) cells: Vec<CountedCell>,
    pub(super) links: Vec<AdditiveConstraint>,
}

/// What became of each count.
#[derive(Default)]
pub(super) struct SuppressionSolution {
    /// Not told.
    pub(super) hidden: Vec<bool>,
    /// Told nothing more of than that they are hidden, because a range or a reason would give somebody away.
    pub(super) wide: Vec<bool>,
    /// Cells that follow all the same, from what was told before.
    pub(super) exposed: Vec<u32>,
    /// Cells of which less is told because else something would have followed, though no single sum asks for it.
    pub(super) given_up: Vec<bool>,
    /// Protected cells without a proof, though nothing was found that they follow from.
    pub(super) unproved: u64,
    /// Protected cells that stay narrower than was asked for, and those that somebody inside could work out.
    pub(super) narrow: u64,
    pub(super) open_inside: u64,
    /// How many are protected, and how many of those by linear algebra alone.
    pub(super) protected: u64,
    pub(super) algebra: u64,
}

impl CountedCell {
    /// Whether it must not follow, whatever it costs.
    fn is_protected(&self) -> bool {
        matches!(self.role, CellRole::Protect | CellRole::Unknown) && !self.untold
    }

    fn cell_to_solve(&self, wide: bool) -> SuppressionCell {
        let (lo, hi) = if wide { self.wide } else { self.hidden };
        let (down, up) = match self.truth {
            Some(truth) => {
                let up = if hi == ENDLESS { SuppressionCell::ENDLESS } else { (hi - truth).max(0) };
                let lo = lo.max(self.floor);
                let down = if lo == -ENDLESS { SuppressionCell::ENDLESS } else { (truth - lo).max(0) };
                (down, up)
            }
            None if self.could_be.is_some() => {
                let count = self.could_be.unwrap_or_default();
                (
                    if lo == -ENDLESS { SuppressionCell::ENDLESS } else { (count - lo).max(0) },
                    if hi == ENDLESS { SuppressionCell::ENDLESS } else { (hi - count).max(0) },
                )
            }
            // It can only be said that it could be more.
            None => (0, if hi == ENDLESS { SuppressionCell::ENDLESS } else { 0 }),
        };
        SuppressionCell { role: self.role, down, up }
    }
}
