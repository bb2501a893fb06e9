//! The normal and t distributions, thin over `statrs`.

use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::erf::{erfc, erfc_inv};
use std::f64::consts::SQRT_2;

/// Standard normal quantile of .975, for two-sided 95 % intervals.
pub const Z95: f64 = 1.959_963_984_540_054;
/// Standard normal quantile of .999, for two-sided 99.8 % limits.
pub const Z998: f64 = 3.090_232_306_167_813;

/// P(Z <= z).
pub fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The z with P(Z <= z) = p; infinite at 0 and 1, NaN outside.
pub fn quantile(p: f64) -> f64 {
    if (0.0..=1.0).contains(&p) { -SQRT_2 * erfc_inv(2.0 * p) } else { f64::NAN }
}

/// P(|Z| >= |z|).
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// P(|T| >= |t|) on `df` degrees of freedom; infinite degrees are the normal distribution. NaN where `t` is, or where
/// `df` is not positive.
pub fn two_sided_t(t: f64, df: f64) -> f64 {
    if df.is_infinite() && df > 0.0 {
        return two_sided(t);
    }
    match StudentsT::new(0.0, 1.0, df) {
        Ok(distribution) if !t.is_nan() => 2.0 * distribution.cdf(-t.abs()),
        _ => f64::NAN,
    }
}
