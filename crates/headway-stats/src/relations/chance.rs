//! How likely columns that have nothing to do with each other add up to nothing.
//!
//! The null: what is added and what is taken away are Poisson counts with one mean, half of what the row holds of these
//! columns. So they are balanced already and only the draw of counts moves them apart, which is as favorable to chance as
//! columns without a tie between them can be. Their difference is zero with probability exp(-2m) I0(2m) (Skellam 1946),
//! about 1 / (2 sqrt(pi m)): one in 6 where the row holds 20, one in 36 at 800. A row of zeros holds with certainty and
//! says nothing. Rows with the same counts are one row. Where a source rounds to tens, ten is the unit.

/// The chance that a row that holds `total` of the columns (their sizes added up) comes out at zero.
pub(super) fn of_row(total: f64, unit: f64) -> f64 {
    // A rounded count in its unit has 1 / unit of the variance of as many single ones.
    scaled_bessel(total / (unit * unit))
}

/// The chance that a relation holds by accident in all of some rows, which hold so many of its columns each (their sizes added up).
pub fn by_chance(totals: impl Iterator<Item = u64>) -> f64 {
    totals.map(|total| of_row(total as f64, 1.0)).product()
}

/// exp(-x) I0(x) for x >= 0 (Abramowitz & Stegun 9.8.1 and 9.8.2, good to 1e-6).
fn scaled_bessel(x: f64) -> f64 {
    if x <= 3.75 {
        let t = (x / 3.75).powi(2);
        let series = [1.0, 3.515_622_9, 3.089_942_4, 1.206_749_2, 0.265_973_2, 0.036_076_8, 0.004_581_3];
        return (-x).exp() * series.iter().rev().fold(0.0, |sum, k| sum * t + k);
    }
    let t = 3.75 / x;
    let series = [
        0.398_942_28,
        0.013_285_92,
        0.002_253_19,
        -0.001_575_65,
        0.009_162_81,
        -0.020_577_06,
        0.026_355_37,
        -0.016_476_33,
        0.003_923_77,
    ];
    series.iter().rev().fold(0.0, |sum, k| sum * t + k) / x.sqrt()
}

/// An upper bound of the chance that at most `misses` of rows that each hold with the chance `p` do not (Chernoff).
pub(super) fn few_misses(p: &[f64], misses: usize) -> f64 {
    let bound = |z: f64| {
        let rows: f64 = p.iter().map(|p| (p + (1.0 - p) * z).ln()).sum();
        rows - misses as f64 * z.ln()
    };
    if misses == 0 {
        return p.iter().product();
    }
    // The bound's logarithm is convex in ln z: golden section.
    let (mut from, mut to) = (-30.0f64, 0.0f64);
    const GOLDEN: f64 = 0.618_033_988_749_895;
    for _ in 0..60 {
        let (a, b) = (to - GOLDEN * (to - from), from + GOLDEN * (to - from));
        if bound(a.exp()) < bound(b.exp()) { to = b } else { from = a }
    }
    bound(((from + to) / 2.0).exp()).min(0.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_counting() {
        // exp(-2m) I0(2m) is the sum over k of the squared Poisson probability of k.
        let direct = |mean: f64| {
            let mut p = (-mean).exp();
            let mut sum = 0.0;
            for k in 0..400 {
                sum += p * p;
                p *= mean / f64::from(k + 1);
            }
            sum
        };
        for mean in [0.0, 0.3, 1.0, 1.9, 5.0, 40.0, 150.0] {
            assert!((of_row(2.0 * mean, 1.0) - direct(mean)).abs() < 1e-6, "{mean}");
        }
        assert_eq!(of_row(3000.0, 10.0), of_row(30.0, 1.0));
        // Never below the binomial tail, and not far above it.
        for (n, misses, p) in [(10, 0, 0.2), (20, 2, 0.1), (50, 5, 0.3)] {
            let choose = |k: i32| (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product::<f64>();
            let exact: f64 = (0..=misses).map(|k| choose(k) * (1.0f64 - p).powi(k) * p.powi(n - k)).sum();
            let bound = few_misses(&vec![p; n as usize], misses as usize);
            assert!(bound >= exact * 0.999_999 && bound < 12.0 * exact, "{n} {misses} {p}: {bound} {exact}");
        }
        assert_eq!(few_misses(&[], 0), 1.0);
    }
}
