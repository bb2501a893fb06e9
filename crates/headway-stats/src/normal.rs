//! The normal and t distributions, thin over `statrs`.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::erf::{erfc, erfc_inv};
use std::f64::consts::SQRT_2;

/// Standard normal quantile of .975, for two-sided 95 % intervals.
pub const Z95: f64 = 1.959_963_984_540_054;
/// Standard normal quantile of .999, for two-sided 99.8 % limits.
pub const Z998: f64 = 3.090_232_306_167_813;

/// P(Z <= z).
///
/// ```
/// use headway_stats::normal::cdf;
/// assert_eq!(cdf(0.0), 0.5);
/// assert!((cdf(1.0) - 0.8413).abs() < 5e-5);
/// ```
pub fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside.
///
/// ```
/// use headway_stats::normal::{Z95, quantile};
/// assert!((quantile(0.975) - Z95).abs() < 1e-12);
/// assert_eq!(quantile(1.0), f64::INFINITY);
/// assert!(quantile(1.1).is_nan());
/// ```
pub fn quantile(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { -SQRT_2 * erfc_inv(2.0 * p) } else { f64::NAN }
}

/// P(|Z| >= |z|).
///
/// ```
/// use headway_stats::normal::two_sided;
/// assert!((two_sided(-1.96) - 0.05).abs() < 5e-5);
/// ```
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// P(|T| >= |t|) on `df` degrees of freedom; infinite degrees are the normal distribution. NaN where `t` is, or where
/// `df` is not positive.
///
/// ```
/// use headway_stats::normal::{two_sided, two_sided_t};
/// // Tables of Student's t: 2.228 for 10 degrees of freedom at 5 %.
/// assert!((two_sided_t(2.228, 10.0) - 0.05).abs() < 5e-5);
/// assert_eq!(two_sided_t(1.5, f64::INFINITY), two_sided(1.5));
/// ```
pub fn two_sided_t(t: f64, df: f64) -> f64 {
    if df.is_infinite() && df > 0.0 {
        return two_sided(t);
    }
    match StudentsT::new(0.0, 1.0, df) {
        Ok(distribution) if !t.is_nan() => 2.0 * distribution.cdf(-t.abs()),
        _ => f64::NAN,
    }
}
