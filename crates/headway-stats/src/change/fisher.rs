//! Fisher's exact test of a two by two table.

use super::Count;

/// Tables count as no likelier than the one seen up to this relative error.
const TIE: f64 = 1.0 + 1e-7;

/// Two-sided p: the share of tables with the same margins that are no likelier than the one seen. Weights are carried
/// outward from the likeliest table by their ratios, so that nothing overflows and large counts lose no digits.
pub(super) fn two_sided(first: Count, second: Count) -> f64 {
    let (n1, n2, hits) = (first.n as f64, second.n as f64, first.k + second.k);
    let lowest = hits.saturating_sub(second.n);
    let highest = hits.min(first.n);
    let total = hits as f64;
    let mode = (((total + 1.0) * (n1 + 1.0) / (n1 + n2 + 2.0)).floor() as u64).clamp(lowest, highest);
    // Weight of the table with k + 1 hits in the first, over that with k.
    let ratio = |k: u64| {
        let k = k as f64;
        (n1 - k) * (total - k) / ((k + 1.0) * (n2 - total + k + 1.0))
    };
    let mut weights = vec![0.0; (highest - lowest + 1) as usize];
    let at = |k: u64| (k - lowest) as usize;
    weights[at(mode)] = 1.0f64;
    for k in mode..highest {
        weights[at(k + 1)] = weights[at(k)] * ratio(k);
    }
    for k in (lowest..mode).rev() {
        weights[at(k)] = weights[at(k + 1)] / ratio(k);
    }
    let seen = weights[at(first.k)] * TIE;
    let sum: f64 = weights.iter().sum();
    let tail: f64 = weights.iter().filter(|&&w| w <= seen).sum();
    tail / sum
}
