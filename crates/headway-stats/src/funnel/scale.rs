//! The scales on which the spread of a unit depends on its size alone.

use super::{FunnelInput, FunnelKind, FunnelLimits, FunnelOptions, Z, both_limits, exact};

/// A standardized ratio's expected number is rounded to two decimals on the log scale, as the SHMI does.
const SHMI_DECIMALS: f64 = 100.0;

/// A unit on the even scale.
#[derive(Clone, Copy)]
pub(super) struct EvenPoint {
    pub(super) y: f64,
    pub(super) s: f64,
}

/// The scale of a kind, with its target.
pub(super) struct FunnelScale {
    kind: FunnelKind,
    target: f64,
    drawn_as_reference: bool,
}

impl FunnelScale {
    pub(super) fn new(options: &FunnelOptions, units: &[FunnelInput]) -> Self {
        let target = match options.kind {
            FunnelKind::RatioShmi | FunnelKind::RatioCqc => 1.0,
            FunnelKind::Proportion | FunnelKind::CountRatio => {
                units.iter().map(|u| u.numerator).sum::<f64>() / units.iter().map(|u| u.denominator).sum::<f64>()
            }
        };
        Self { kind: options.kind, target, drawn_as_reference: options.drawn_as_reference }
    }

    pub(super) fn target(&self) -> f64 {
        self.target
    }

    pub(super) fn is_usable(&self) -> bool {
        self.target > 0.0 && (self.kind != FunnelKind::Proportion || self.target < 1.0)
    }

    pub(super) fn even_target(&self) -> f64 {
        match self.kind {
            FunnelKind::Proportion => self.target.sqrt().asin(),
            FunnelKind::RatioShmi => 0.0,
            FunnelKind::RatioCqc => 1.0,
            FunnelKind::CountRatio => self.target.ln(),
        }
    }

    pub(super) fn unit_spot(&self, unit: &FunnelInput) -> EvenPoint {
        let (k, n) = (unit.numerator, unit.denominator);
        match self.kind {
            FunnelKind::Proportion => EvenPoint { y: (k / n).sqrt().asin(), s: 0.5 / n.sqrt() },
            FunnelKind::RatioShmi => {
                let expected = shmi_expected(n);
                EvenPoint { y: (k / expected).ln(), s: unit.variance.unwrap_or(expected).sqrt() / expected }
            }
            FunnelKind::RatioCqc => EvenPoint { y: (k / n).sqrt(), s: 0.5 * unit.variance.unwrap_or(n).sqrt() / n },
            FunnelKind::CountRatio => {
                let s2 = k / (k + 0.5).powi(2) + n / (n + 0.5).powi(2);
                EvenPoint { y: ((k + 0.5) / (n + 0.5)).ln(), s: s2.sqrt() }
            }
        }
    }

    /// The spot with the standard error its limits are drawn with.
    pub(super) fn drawn_spot(&self, spot: &EvenPoint, unit: &FunnelInput) -> EvenPoint {
        if self.drawn_as_reference && self.kind == FunnelKind::CountRatio {
            return EvenPoint { s: 0.5 / unit.denominator.sqrt(), ..*spot };
        }
        *spot
    }

    /// Limits on the even scale, with the variance between units added, taken back to ratios.
    pub(super) fn funnel_limits(&self, spot: &EvenPoint, tau2: f64) -> FunnelLimits {
        let center = self.even_target();
        let mut limits = both_limits(|z| {
            let half = z * (spot.s * spot.s + tau2).sqrt();
            [self.back_to_ratio(center - half), self.back_to_ratio(center + half)]
        });
        if self.drawn_as_reference && self.kind == FunnelKind::Proportion {
            let half = |s: f64| Z[0] * (s * s + tau2).sqrt();
            limits.p95 = folded_limits(center, half(spot.s), half(one_larger(spot.s)));
        }
        limits
    }

    fn back_to_ratio(&self, y: f64) -> f64 {
        match self.kind {
            FunnelKind::Proportion => y.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
            FunnelKind::RatioShmi | FunnelKind::CountRatio => y.exp(),
            // Below zero there is no square root: the limit is zero.
            FunnelKind::RatioCqc => y.max(0.0).powi(2),
        }
    }

    /// Limits of chance alone.
    pub(super) fn chance_limits(&self, unit: &FunnelInput, spot: &EvenPoint) -> FunnelLimits {
        match self.kind {
            FunnelKind::RatioShmi | FunnelKind::RatioCqc if unit.variance.is_none() => {
                let expected =
                    if self.kind == FunnelKind::RatioShmi { shmi_expected(unit.denominator) } else { unit.denominator };
                exact::both_poisson(expected)
            }
            _ => self.funnel_limits(spot, 0.0),
        }
    }

    pub(super) fn binomial_limits(&self, unit: &FunnelInput) -> Option<FunnelLimits> {
        (self.kind == FunnelKind::Proportion).then(|| exact::both_binomial(unit.denominator, self.target))
    }
}

fn shmi_expected(n: f64) -> f64 {
    let rounded = (n * SHMI_DECIMALS).round() / SHMI_DECIMALS;
    // An expected number that would round to nothing is kept as it is.
    if rounded > 0.0 { rounded } else { n }
}

/// Standard error of a proportion's unit of one more, on the arcsine scale.
fn one_larger(s: f64) -> f64 {
    0.5 / (0.25 / (s * s) + 1.0).sqrt()
}

/// A proportion's 95 % limits as the reference draws them: the sine folds back what lies beyond 0 and 1; only from
/// where the curve turns (seen from a unit of one more) are they cut off at 0 and 1.
fn folded_limits(center: f64, half: f64, half_of_one_larger: f64) -> [f64; 2] {
    let share = |y: f64| y.sin().powi(2);
    let (low, high) = (share(center - half), share(center + half));
    let turned_low = center < half && low > share(center - half_of_one_larger);
    let turned_high = center + half > std::f64::consts::FRAC_PI_2 && high < share(center + half_of_one_larger);
    [if turned_low { 0.0 } else { low }, if turned_high { 1.0 } else { high }]
}
