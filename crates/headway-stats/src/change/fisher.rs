//! Fisher's exact test of a two by two table.

use super::HitCount;

/// Tables count as no likelier than the one seen up to this relative error.
const TIE: f64 = 1.0 + 1e-7;

/// Two-sided p: the share of tables with the same margins that are no likelier than the one seen. Weights are carried
/// outward from the likeliest table by their ratios, so that nothing overflows and large counts lose no digits; where they
/// are too small for a number the walk ends.
pub(super) fn two_sided(first: HitCount, second: HitCount) -> f64 {
    let tables = FisherTables::from_counts(first, second);
    let mut seen = 0.0;
    tables.visit_tables(|k, weight| {
        if k == first.k {
            seen = weight * TIE;
        }
    });
    let (mut tail, mut sum) = (0.0, 0.0);
    tables.visit_tables(|_, weight| {
        sum += weight;
        if weight <= seen {
            tail += weight;
        }
    });
    tail / sum
}

/// The tables with the margins of one, by the hits in its first row.
struct FisherTables {
    n1: f64,
    n2: f64,
    total: f64,
    lowest: u64,
    mode: u64,
    highest: u64,
}

impl FisherTables {
    fn from_counts(first: HitCount, second: HitCount) -> Self {
        let (n1, n2, hits) = (first.n as f64, second.n as f64, first.k + second.k);
        let (lowest, highest) = (hits.saturating_sub(second.n), hits.min(first.n));
        let total = hits as f64;
        let mode = ((total + 1.0) * (n1 + 1.0) / (n1 + n2 + 2.0)).floor() as u64;
        Self { n1, n2, total, lowest, mode: mode.clamp(lowest, highest), highest }
    }

    /// Weight of the table with k + 1 hits over that with k.
    fn weight_ratio(&self, k: u64) -> f64 {
        let k = k as f64;
        (self.n1 - k) * (self.total - k) / ((k + 1.0) * (self.n2 - self.total + k + 1.0))
    }

    /// Hits and weight of every table, that of the likeliest being 1.
    fn visit_tables(&self, mut each: impl FnMut(u64, f64)) {
        let mut weight = 1.0f64;
        each(self.mode, weight);
        for k in self.mode..self.highest {
            weight *= self.weight_ratio(k);
            if weight < f64::MIN_POSITIVE {
                break;
            }
            each(k + 1, weight);
        }
        weight = 1.0;
        for k in (self.lowest..self.mode).rev() {
            weight /= self.weight_ratio(k);
            if weight < f64::MIN_POSITIVE {
                break;
            }
            each(k, weight);
        }
    }
}
