//! Derivatives of the log gamma function (Abramowitz & Stegun 6.3, 6.4).

pub use statrs::function::gamma::digamma;

/// Below this the recurrence climbs before the asymptotic series is summed.
const LARGE: f64 = 12.0;

/// psi'(x) for x > 0.
///
/// ```
/// use headway_stats::special::trigamma;
/// // Abramowitz & Stegun 6.4.2: pi^2 / 6 at 1.
/// assert!((trigamma(1.0) - std::f64::consts::PI.powi(2) / 6.0).abs() < 1e-14);
/// ```
pub fn trigamma(x: f64) -> f64 {
    let (sum, x) = climb_to_large(x, |x| 1.0 / (x * x));
    let r = 1.0 / (x * x);
    let tail = r * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * 5.0 / 66.0))));
    sum + (1.0 + 0.5 / x + tail) / x
}

/// psi''(x) for x > 0.
fn tetragamma(x: f64) -> f64 {
    let (sum, x) = climb_to_large(x, |x| -2.0 / (x * x * x));
    let r = 1.0 / (x * x);
    let tail = r * (0.5 - r * (1.0 / 6.0 - r * (1.0 / 6.0 - r * (0.3 - r * 5.0 / 6.0))));
    sum - r * (1.0 + 1.0 / x + tail)
}

fn climb_to_large(mut x: f64, term: impl Fn(f64) -> f64) -> (f64, f64) {
    debug_assert!(x > 0.0, "polygamma functions are taken of positive numbers only");
    let mut sum = 0.0;
    while x < LARGE {
        sum += term(x);
        x += 1.0;
    }
    (sum, x)
}

/// The y > 0 with psi'(y) = x, for x > 0, by Newton's method on 1 / psi' (convex: it converges from any start;
/// Smyth 2004, appendix).
///
/// ```
/// use headway_stats::special::trigamma_inverse;
/// assert!((trigamma_inverse(std::f64::consts::PI.powi(2) / 6.0) - 1.0).abs() < 1e-12);
/// assert!(trigamma_inverse(0.0).is_nan());
/// ```
pub fn trigamma_inverse(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x > 1e7 {
        return 1.0 / x.sqrt();
    }
    if x < 1e-6 {
        return 1.0 / x;
    }
    let mut y = 0.5 + 1.0 / x;
    for _ in 0..50 {
        let value = trigamma(y);
        let step = value * (1.0 - value / x) / tetragamma(y);
        y += step;
        if (step / y).abs() < 1e-14 {
            break;
        }
    }
    y
}
