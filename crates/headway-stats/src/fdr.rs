//! False discovery rate over many tests (Benjamini & Hochberg 1995).

/// Name of the method.
pub const METHOD: &str = "benjamini-hochberg";
/// Version of the method.
pub const VERSION: &str = "1";

/// q values in the order of the p values: the smallest false discovery rate at which each would be flagged.
/// A p that is NaN was not tested: its q is NaN and it does not count.
///
/// ```
/// use headway_stats::fdr::q_values;
/// // The 15 p values of Benjamini & Hochberg (1995): at a rate of .05 the first four are flagged.
/// let p = [
///     0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
///     0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
/// ];
/// let q = q_values(&p);
/// assert_eq!(q.iter().filter(|q| **q <= 0.05).count(), 4);
/// assert!((q[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
/// ```
pub fn q_values(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&i| !p[i].is_nan()).collect();
    order.sort_unstable_by(|&a, &b| p[a].total_cmp(&p[b]));
    let tested = order.len() as f64;
    let mut q = vec![f64::NAN; p.len()];
    let mut smallest = 1.0f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        smallest = smallest.min(p[i] * tested / (rank + 1) as f64);
        q[i] = smallest;
    }
    q
}
