//! False discovery rate over many tests (Benjamini & Hochberg 1995).

/// Name of the method.
pub const METHOD: &str = "benjamini-hochberg";
/// Version of the method.
pub const VERSION: &str = "1";

/// q values in the order of the p values: the smallest false discovery rate at which each would be flagged.
/// A p that is NaN was not tested: its q is NaN and it does not count.
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
