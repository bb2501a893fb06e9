//! Sample quantiles.

/// Quantile of sorted finite values at probability `p` in [0, 1]: R's type 7 (the default of R, NumPy and spreadsheets:
/// straight between order statistics). NaN for no values.
///
/// ```
/// use headway_stats::quantile::sorted_quantile;
/// // R: quantile(1:4, .25)
/// assert_eq!(sorted_quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
/// ```
pub fn sorted_quantile(values: &[f64], p: f64) -> f64 {
    debug_assert!(values.is_sorted(), "quantiles need sorted values");
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    values[below] + (place - below as f64) * (values[above] - values[below])
}

/// The finite values, sorted.
///
/// ```
/// use headway_stats::quantile::sort_finite;
/// assert_eq!(sort_finite(&[3.0, f64::NAN, 1.0, f64::INFINITY]), [1.0, 3.0]);
/// ```
pub fn sort_finite(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    kept.sort_unstable_by(f64::total_cmp);
    kept
}

/// Median of the finite values; NaN for none.
///
/// ```
/// use headway_stats::quantile::median;
/// assert_eq!(median(&[4.0, f64::NAN, 1.0, 3.0]), 3.0);
/// assert_eq!(median(&[1.0, 2.0]), 1.5);
/// ```
pub fn median(values: &[f64]) -> f64 {
    sorted_quantile(&sort_finite(values), 0.5)
}

/// A quantile of a distribution on the positive numbers, from a library's first digits to the last: Newton steps on the log
/// of the distribution function by the log of `x`, which is nearly straight where x is small.
pub(crate) fn polish_quantile(start: f64, p: f64, cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..20 {
        let below = cdf(x);
        let step = (p.ln() - below.ln()) * below / (density(x) * x);
        let next = x * step.clamp(-50.0, 2.0).exp();
        if !next.is_finite() || step.abs() < 1e-15 {
            break;
        }
        x = next;
    }
    x
}
