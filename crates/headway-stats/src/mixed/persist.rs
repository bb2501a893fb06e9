//! Standing out year after year: one flag is often luck, two seldom.

use super::IntervalFlag;
use crate::normal;

/// How often a unit was flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlagCounts {
    /// Years with a result.
    pub years: usize,
    /// Years flagged above.
    pub above: usize,
    /// Years flagged below.
    pub below: usize,
}

/// Counts a unit's flags over the years that have one (`None` is a year without a result).
///
/// ```
/// use headway_stats::mixed::{IntervalFlag, count_persistence};
/// let (above, within) = (Some(IntervalFlag::Above), Some(IntervalFlag::None));
/// let counts = count_persistence(&[above, None, within, above]);
/// assert_eq!((counts.years, counts.above, counts.below), (3, 2, 0));
/// ```
#[must_use]
pub fn count_persistence(flags: &[Option<IntervalFlag>]) -> FlagCounts {
    let count = |wanted: IntervalFlag| flags.iter().flatten().filter(|flag| **flag == wanted).count();
    FlagCounts {
        years: flags.iter().flatten().count(),
        above: count(IntervalFlag::Above),
        below: count(IntervalFlag::Below),
    }
}

impl FlagCounts {
    /// Flagged above in `least` years or more and never below: worth a visit.
    ///
    /// ```
    /// use headway_stats::mixed::FlagCounts;
    /// assert!(FlagCounts { years: 5, above: 3, below: 0 }.is_bright(3));
    /// assert!(!FlagCounts { years: 5, above: 3, below: 1 }.is_bright(3), "it also stood out below");
    /// ```
    #[must_use]
    pub fn is_bright(&self, least: usize) -> bool {
        self.above >= least && self.below == 0
    }

    /// Chance that a unit like any other is flagged above in `least` or more of these years, years being independent.
    ///
    /// ```
    /// use headway_stats::mixed::FlagCounts;
    /// let counts = FlagCounts { years: 2, above: 1, below: 0 };
    /// // One year in forty is flagged by chance: both of two are .025 squared, one at least is 1 - .975 squared.
    /// assert!((counts.chance_of_luck(2) - 0.000625).abs() < 1e-9);
    /// assert!((counts.chance_of_luck(1) - 0.049375).abs() < 1e-9);
    /// ```
    #[must_use]
    pub fn chance_of_luck(&self, least: usize) -> f64 {
        let p = 1.0 - normal::cdf(normal::Z95);
        let mut term = (1.0 - p).powi(self.years as i32);
        let mut fewer = 0.0;
        for k in 0..least.min(self.years + 1) {
            fewer += term;
            term *= (self.years - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
        }
        (1.0 - fewer).max(0.0)
    }
}
