//! Bands in which the US Department of Education publishes rates: the smaller the cohort, the wider the band.
//! The cut at 200 for all students (groups: 300) is read from its files; it documents 300 for both.

/// Name of the method.
pub const METHOD: &str = "federal-bands";
/// Version of the method.
pub const VERSION: &str = "1";

/// A published rate, in whole percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentBand {
    /// "PS": suppressed for privacy; cohorts of 1 to 5.
    Suppressed,
    /// "LTx": below x.
    Below(u8),
    /// "LEx": x or below.
    AtMost(u8),
    /// "x-y": from x to y.
    Between(u8, u8),
    /// "GEx": x or above.
    AtLeast(u8),
    /// "x": the whole percent itself.
    Exact(u8),
}

impl PercentBand {
    /// The whole percents that the band may stand for, ends included; `None` for [`PercentBand::Suppressed`].
    ///
    /// ```
    /// use headway_stats::bands::PercentBand;
    /// assert_eq!(PercentBand::Below(50).percent_range(), Some((0, 49)));
    /// assert_eq!(PercentBand::AtLeast(90).percent_range(), Some((90, 100)));
    /// assert_eq!(PercentBand::Suppressed.percent_range(), None);
    /// ```
    pub fn percent_range(self) -> Option<(u8, u8)> {
        Some(match self {
            Self::Suppressed => return None,
            Self::Below(x) => (0, x - 1),
            Self::AtMost(x) => (0, x),
            Self::Between(x, y) => (x, y),
            Self::AtLeast(x) => (x, 100),
            Self::Exact(x) => (x, x),
        })
    }
}

impl std::fmt::Display for PercentBand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Suppressed => write!(f, "PS"),
            Self::Below(x) => write!(f, "LT{x}"),
            Self::AtMost(x) => write!(f, "LE{x}"),
            Self::Between(x, y) => write!(f, "{x}-{y}"),
            Self::AtLeast(x) => write!(f, "GE{x}"),
            Self::Exact(x) => write!(f, "{x}"),
        }
    }
}

/// The band of `rate` (percent, 0 to 100) in a cohort of `n`, for all students or for a group. The rate is rounded to
/// whole percent first, halves up. `None` for an empty cohort or a rate that is none.
///
/// ```
/// use headway_stats::bands::{PercentBand, band_for_rate};
/// // A group of 40 students is published in bands of ten points, one of 301 to the whole percent, one of 5 not at all.
/// assert_eq!(band_for_rate(40, 44.4, false), Some(PercentBand::Between(40, 49)));
/// assert_eq!(band_for_rate(301, 44.4, false).unwrap().to_string(), "44");
/// assert_eq!(band_for_rate(5, 44.4, false), Some(PercentBand::Suppressed));
/// ```
pub fn band_for_rate(n: u64, rate: f64, all_students: bool) -> Option<PercentBand> {
    if n == 0 || !(0.0..=100.0).contains(&rate) {
        return None;
    }
    let percent = (rate + 0.5).floor() as u8;
    let exact_above = if all_students { 200 } else { 300 };
    Some(match n {
        1..=5 => PercentBand::Suppressed,
        6..=15 if percent < 50 => PercentBand::Below(50),
        6..=15 => PercentBand::AtLeast(50),
        16..=30 => stepped_band(percent, 20),
        31..=60 => stepped_band(percent, 10),
        _ if n <= exact_above => stepped_band(percent, 5),
        _ if percent <= 1 => PercentBand::AtMost(1),
        _ if percent >= 99 => PercentBand::AtLeast(99),
        _ => PercentBand::Exact(percent),
    })
}

/// Bands of equal width; the lowest reaches from 0 to the width itself.
fn stepped_band(percent: u8, width: u8) -> PercentBand {
    match percent {
        p if p <= width => PercentBand::AtMost(width),
        p if p >= 100 - width => PercentBand::AtLeast(100 - width),
        p => {
            let floor = p - p % width;
            PercentBand::Between(if floor == width { width + 1 } else { floor }, floor + width - 1)
        }
    }
}
