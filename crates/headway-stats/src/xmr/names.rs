//! The words of the reference's outputs (NHSRplotthedots), which `calc` answers in.

use super::{AssuranceIcon, PointKind, PointLabel, VariationIcon};

impl PointLabel {
    /// The reference's word for it.
    ///
    /// ```
    /// use headway_stats::xmr::PointLabel;
    /// assert_eq!(PointLabel::RunAbove.name(), "7 Points Above CL");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::CommonCause => "Common Cause",
            Self::AboveLimit => "Above UCL",
            Self::BelowLimit => "Below LCL",
            Self::Rising => "7 Point Trend (Increasing)",
            Self::Falling => "7 Point Trend (Decreasing)",
            Self::TwoOfThreeAbove => "2 in 3 Above CL",
            Self::TwoOfThreeBelow => "2 in 3 Below CL",
            Self::RunAbove => "7 Points Above CL",
            Self::RunBelow => "7 Points Below CL",
        }
    }
}

impl PointKind {
    /// The reference's word for it.
    ///
    /// ```
    /// use headway_stats::xmr::PointKind;
    /// assert_eq!(PointKind::Improvement.name(), "special_cause_improvement");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::CommonCause => "common_cause",
            Self::Improvement => "special_cause_improvement",
            Self::Concern => "special_cause_concern",
            Self::NeutralHigh => "special_cause_neutral_high",
            Self::NeutralLow => "special_cause_neutral_low",
        }
    }
}

impl VariationIcon {
    /// The reference's word for it.
    ///
    /// ```
    /// use headway_stats::xmr::VariationIcon;
    /// assert_eq!(VariationIcon::ConcernLow.name(), "concern_low");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::CommonCause => "common_cause",
            Self::ImprovementHigh => "improvement_high",
            Self::ImprovementLow => "improvement_low",
            Self::ConcernHigh => "concern_high",
            Self::ConcernLow => "concern_low",
            Self::NeutralHigh => "neutral_high",
            Self::NeutralLow => "neutral_low",
        }
    }
}

impl AssuranceIcon {
    /// The reference's word for it.
    ///
    /// ```
    /// use headway_stats::xmr::AssuranceIcon;
    /// assert_eq!(AssuranceIcon::Pass.name(), "consistent_pass");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Fail => "consistent_fail",
            Self::Pass => "consistent_pass",
            Self::Inconsistent => "inconsistent",
        }
    }
}
