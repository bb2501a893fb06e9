//! Units that stand out from what is expected of them: random intercepts, shrunken counts and unit-level regression.
//!
//! Roads to the same answer, by what is known: rows below the unit ([`MixedSums`]; [`SlopeSums`] where units also turn a
//! covariate into more or less; [`OutcomeRows`] where a row is yes or no), counts by unit ([`counts::shrink_effects`]),
//! one result a unit ([`fit_regression`]).

pub mod counts;
mod effects;
mod lasting;
mod logistic;
mod newton;
mod persist;
mod regress;
mod reml;
mod root;
mod slopes;
pub(crate) mod solve;
mod spread;
mod sums;

pub use lasting::{LastingEffect, LastingModel, ReachProbability, fit_lasting};
pub use logistic::{LogisticEffect, LogisticFit, OutcomeRows};
pub use persist::{FlagCounts, count_persistence};
pub use regress::{LinearRegression, UnitResidual, fit_regression};
pub use reml::{RandomIntercepts, UnitEffect};
pub use slopes::{RandomSlopes, SlopeEffect, SlopeSums};
pub use sums::MixedSums;

/// Name of the method on rows below the unit.
pub const RANDOM_INTERCEPTS: &str = "random-intercepts-reml";
/// Name of the method on counts by unit.
pub const SHRUNKEN_COUNTS: &str = "shrunken-counts";
/// Name of the method on one result a unit.
pub const STUDENTIZED: &str = "studentized-residuals";
/// Name of the method on results of several years.
pub const LASTING: &str = "lasting-distance";
/// Name of the method on rows below the unit, with a slope by unit.
pub const RANDOM_SLOPES: &str = "random-slopes-reml";
/// Name of the method on rows of yes or no below the unit.
pub const LOGISTIC: &str = "random-intercepts-logistic";
/// Version of all six.
pub const VERSION: &str = "1";

/// Where a unit stands by its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalFlag {
    /// The whole interval lies above expectation.
    Above,
    /// The whole interval lies below.
    Below,
    /// The interval holds the expectation.
    None,
}

impl IntervalFlag {
    /// The flag of a standardized effect at this cut.
    fn from_z(z: f64, cut: f64) -> IntervalFlag {
        if z > cut {
            IntervalFlag::Above
        } else if z < -cut {
            IntervalFlag::Below
        } else {
            IntervalFlag::None
        }
    }
}

/// Share of units flagged on one side where no unit differs from expectation.
pub const BY_CHANCE: f64 = 0.025;

/// Why a model could not be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitFailure {
    /// Fewer rows than coefficients plus one, or fewer than two units.
    TooFew,
    /// No unit has two rows, so differences between units and noise cannot be told apart: regress over the units.
    OneRowEach,
    /// No unit has three rows, so units' slopes cannot be told from noise.
    TwoRowsEach,
    /// This column (0 is the intercept) is a sum of those before it, or constant.
    Collinear(usize),
    /// The variance search did not settle in its number of steps.
    NotSettled,
    /// The covariates (and units) say every row exactly: there is no noise to judge by.
    NoNoise,
    /// All rows are hits, or none is.
    AllOrNone,
}

impl std::fmt::Display for FitFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FitFailure::TooFew => write!(f, "too few rows or units"),
            FitFailure::OneRowEach => write!(f, "no unit has two rows"),
            FitFailure::Collinear(column) => write!(f, "column {column} follows from the columns before it"),
            FitFailure::TwoRowsEach => write!(f, "no unit has three rows, which a slope by unit needs"),
            FitFailure::NoNoise => write!(f, "the covariates leave no noise within units to judge by"),
            FitFailure::AllOrNone => write!(f, "all rows are hits, or none is: units can't be told apart"),
            FitFailure::NotSettled => {
                write!(f, "the search for the variance did not settle (of counts, the method PM always does)")
            }
        }
    }
}

impl std::error::Error for FitFailure {}
