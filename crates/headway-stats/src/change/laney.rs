//! Laney's p' chart: proportions over time, with the spread that goes beyond sampling error (Laney 2002).

/// Name of the method.
pub const METHOD: &str = "laney-p";
/// Version of the method.
pub const VERSION: &str = "1";

/// Mean moving range of a standard normal series (d2 for pairs).
const D2: f64 = 1.128;

/// The chart of a series of counts.
#[derive(Clone, Debug)]
pub struct LaneyChart {
    /// Sum of hits over sum of counts.
    pub p: f64,
    /// How many times sampling error the series moves from point to point; NaN without two points in a row.
    pub sigma_z: f64,
    /// Standardised value of each point; NaN where there is no count.
    pub z: Vec<f64>,
    /// Three-sigma limits of each point.
    pub lower: Vec<f64>,
    /// See `lower`.
    pub upper: Vec<f64>,
}

/// The p' chart of `k` hits of `n`, point by point; a point whose `n` is not positive is a gap. `plain` leaves the
/// spread at sampling error (the p chart). `None` without any count.
///
/// ```
/// use headway_stats::change::laney::laney_chart;
/// // Sampling error is .05 and every step is two of them: 2 / 1.128 times chance. Limits: .5 +- 3 (.05) 1.773.
/// let chart = laney_chart(&[45.0, 55.0, 45.0, 55.0], &[100.0; 4], false).unwrap();
/// assert!((chart.sigma_z - 2.0 / 1.128).abs() < 1e-12);
/// assert!((chart.upper[0] - 0.7660).abs() < 5e-5 && (chart.lower[0] - 0.2340).abs() < 5e-5);
/// ```
///
/// # Panics
/// If the slices differ in length.
pub fn laney_chart(k: &[f64], n: &[f64], plain: bool) -> Option<LaneyChart> {
    assert_eq!(k.len(), n.len(), "hits and counts go in pairs");
    let known: Vec<bool> = k.iter().zip(n).map(|(k, n)| k.is_finite() && n.is_finite() && *n > 0.0).collect();
    let total = |values: &[f64]| values.iter().zip(&known).filter(|(_, known)| **known).map(|(v, _)| v).sum::<f64>();
    let counted = total(n);
    if counted <= 0.0 {
        return None;
    }
    let p = total(k) / counted;
    let spread: Vec<f64> =
        n.iter().zip(&known).map(|(n, known)| if *known { (p * (1.0 - p) / n).sqrt() } else { f64::NAN }).collect();
    let z: Vec<f64> = (0..k.len()).map(|i| (k[i] / n[i] - p) / spread[i]).collect();
    let steps: Vec<f64> = z.windows(2).map(|pair| (pair[1] - pair[0]).abs()).filter(|s| s.is_finite()).collect();
    let sigma_z = if plain { 1.0 } else { steps.iter().sum::<f64>() / steps.len() as f64 / D2 };
    let half = |s: &f64| 3.0 * s * sigma_z;
    Some(LaneyChart {
        p,
        sigma_z,
        lower: spread.iter().map(|s| p - half(s)).collect(),
        upper: spread.iter().map(|s| p + half(s)).collect(),
        z,
    })
}
