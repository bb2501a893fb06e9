//! The scale values are smoothed on, and what it means to reach a target.

use std::f64::consts::FRAC_PI_2;

/// Which side of a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSide {
    /// At the target or above.
    AtOrAbove,
    /// At the target or below.
    AtOrBelow,
}

impl TargetSide {
    /// Whether a value reaches a target.
    ///
    /// ```
    /// use headway_stats::forecast::panel::TargetSide;
    /// assert!(TargetSide::AtOrAbove.is_reached_by(80.0, 80.0));
    /// assert!(!TargetSide::AtOrBelow.is_reached_by(81.0, 80.0));
    /// ```
    #[must_use]
    pub fn is_reached_by(self, value: f64, target: f64) -> bool {
        match self {
            TargetSide::AtOrAbove => value >= target,
            TargetSide::AtOrBelow => value <= target,
        }
    }

    /// +1 where more is needed, -1 where less is.
    pub(crate) fn sign(self) -> f64 {
        match self {
            TargetSide::AtOrAbove => 1.0,
            TargetSide::AtOrBelow => -1.0,
        }
    }
}

/// Arcsine scale between two bounds, which makes the noise of a share about equal everywhere; else as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PanelScale {
    lo: Option<f64>,
    hi: Option<f64>,
}

impl PanelScale {
    pub(super) fn new((lo, hi): (Option<f64>, Option<f64>)) -> PanelScale {
        assert!(lo.zip(hi).is_none_or(|(lo, hi)| lo < hi), "the lower bound lies below the upper");
        PanelScale { lo, hi }
    }

    /// A value on the scale; NaN for one that is missing or out of bounds.
    pub(super) fn to_scale(self, value: f64) -> f64 {
        if self.lo.is_some_and(|lo| value < lo) || self.hi.is_some_and(|hi| value > hi) {
            return f64::NAN;
        }
        match (self.lo, self.hi) {
            (Some(lo), Some(hi)) => ((value - lo) / (hi - lo)).sqrt().asin(),
            _ => value,
        }
    }

    /// The least and greatest possible value.
    pub(super) fn bounds(self) -> (Option<f64>, Option<f64>) {
        (self.lo, self.hi)
    }

    /// A value clipped to the bounds.
    pub(super) fn clip_to_bounds(self, value: f64) -> f64 {
        value.max(self.lo.unwrap_or(value)).min(self.hi.unwrap_or(value))
    }

    /// Back, clipped to the bounds.
    pub(super) fn back_to_value(self, scaled: f64) -> f64 {
        match (self.lo, self.hi) {
            (Some(lo), Some(hi)) => lo + (hi - lo) * scaled.clamp(0.0, FRAC_PI_2).sin().powi(2),
            (Some(lo), None) => scaled.max(lo),
            (None, Some(hi)) => scaled.min(hi),
            (None, None) => scaled,
        }
    }

    /// Where a bar ([`CaseSteps::target_bar`](super::CaseSteps::target_bar)) lies on the scale.
    pub(super) fn scale_bar(self, bar: f64) -> f64 {
        if bar.is_infinite() { bar } else { self.to_scale(self.clip_to_bounds(bar)) }
    }
}
