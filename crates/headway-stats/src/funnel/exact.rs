//! Exact limits of chance alone.

use super::FunnelLimits;
use crate::quantile::polish_quantile;
use statrs::distribution::{Binomial, ChiSquared, Continuous, ContinuousCDF, DiscreteCDF};

/// Tail probability of the 95 % and 99.8 % limits.
const TAILS: [f64; 2] = [0.025, 0.001];

/// Exact Poisson limits of observed over expected, with `tail` beyond each: from the chi-square distribution.
///
/// ```
/// use headway_stats::funnel::poisson_limits;
/// // Garwood (1936): 95 % limits of a count of 10 are 4.795 and 18.390.
/// let [low, high] = poisson_limits(10.0, 0.025);
/// assert!((low - 0.4795).abs() < 5e-5 && (high - 1.8390).abs() < 5e-5);
/// ```
pub fn poisson_limits(expected: f64, tail: f64) -> [f64; 2] {
    // The library's quantile is only good to nine decimals, which is nothing where little is expected.
    let chi = |p: f64, df: f64| {
        let distribution = ChiSquared::new(df).expect("degrees of freedom are positive");
        polish_quantile(distribution.inverse_cdf(p), p, |x| distribution.cdf(x), |x| distribution.pdf(x))
    };
    let double = 2.0 * expected;
    [chi(tail, double) / double, chi(1.0 - tail, double + 2.0) / double]
}

pub(super) fn both_poisson(expected: f64) -> FunnelLimits {
    FunnelLimits { p95: poisson_limits(expected, TAILS[0]), p998: poisson_limits(expected, TAILS[1]) }
}

/// Exact binomial limit of a share of `n` at probability `q` when the chance of a hit is `theta`, interpolated between
/// counts (Spiegelhalter 2005, appendix A.1). `theta` lies strictly between 0 and 1; `n` is rounded to a whole number.
///
/// ```
/// use headway_stats::funnel::binomial_limit;
/// // Two tosses: no head with chance 1/4, at most one with 3/4. A half lies halfway from 0 to 1 of 2.
/// assert!((binomial_limit(2.0, 0.5, 0.5) - 0.25).abs() < 1e-12);
/// assert!((binomial_limit(2.0, 0.5, 0.75) - 0.5).abs() < 1e-12);
/// ```
pub fn binomial_limit(n: f64, theta: f64, q: f64) -> f64 {
    let n = n.round() as u64;
    let distribution = Binomial::new(theta, n).expect("theta is a probability");
    // Smallest r with F(r) >= q, by halving: F(n) = 1.
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if distribution.cdf(middle) >= q { high = middle } else { low = middle + 1 }
    }
    let at = distribution.cdf(high);
    let below = if high == 0 { 0.0 } else { distribution.cdf(high - 1) };
    let part = (at - q) / (at - below);
    (high as f64 - part) / n as f64
}

pub(super) fn both_binomial(n: f64, theta: f64) -> FunnelLimits {
    let limits = |tail: f64| [binomial_limit(n, theta, tail), binomial_limit(n, theta, 1.0 - tail)];
    FunnelLimits { p95: limits(TAILS[0]), p998: limits(TAILS[1]) }
}
