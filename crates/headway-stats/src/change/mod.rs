//! Two proportions: is the change from one year (or group) to the other more than sampling error?
//! Sampling error alone understates how much real figures move from year to year: see [`crate::moderated`] and
//! [`laney`].

mod fisher;
pub mod laney;

use crate::normal::{self, Z95, two_sided};
use crate::quantile::polish_quantile;
use statrs::function::beta::{beta_reg, inv_beta_reg, ln_beta};

/// Name of the method.
pub const METHOD: &str = "change";
/// Version of the method.
pub const VERSION: &str = "1";

/// `k` of `n`: at least one counted, and no more hits than counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitCount {
    k: u64,
    n: u64,
}

impl HitCount {
    /// `None` where n is 0 or k above n.
    ///
    /// ```
    /// use headway_stats::change::HitCount;
    /// assert!(HitCount::new(56, 70).is_some());
    /// assert!(HitCount::new(0, 0).is_none(), "nobody was counted");
    /// assert!(HitCount::new(71, 70).is_none(), "more hits than counted");
    /// ```
    pub fn new(k: u64, n: u64) -> Option<Self> {
        (n > 0 && k <= n).then_some(Self { k, n })
    }

    /// The proportion.
    ///
    /// ```
    /// use headway_stats::change::HitCount;
    /// assert_eq!(HitCount::new(56, 70).unwrap().share(), 0.8);
    /// ```
    pub fn share(self) -> f64 {
        self.k as f64 / self.n as f64
    }

    /// Log odds with half a count added on both sides (Haldane), finite for 0 and n.
    fn log_odds(self) -> f64 {
        ((self.k as f64 + 0.5) / ((self.n - self.k) as f64 + 0.5)).ln()
    }
}

/// An interval, ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// What can be said of a change from the first to the second. Intervals are two-sided 95 %.
#[derive(Clone, Copy, Debug)]
pub struct CountChange {
    /// The proportions.
    pub p: [f64; 2],
    /// Second minus first.
    pub diff: f64,
    /// Wilson score intervals of each.
    pub wilson: [ConfidenceInterval; 2],
    /// Clopper and Pearson's exact intervals of each.
    pub clopper_pearson: [ConfidenceInterval; 2],
    /// Newcombe's hybrid score interval of the difference (his method 10).
    pub newcombe: ConfidenceInterval,
    /// Agresti and Caffo's interval of the difference: Wald's, one hit and one miss added on both sides.
    pub agresti_caffo: ConfidenceInterval,
    /// z of the pooled test; NaN where all or none hit.
    pub z_pooled: f64,
    /// Its two-sided p.
    pub p_pooled: f64,
    /// Fisher's exact test, two-sided: the tables no likelier than the one seen.
    pub fisher_p: f64,
    /// Cohen's h, the difference of 2 asin sqrt p.
    pub cohen_h: f64,
    /// Log odds ratio, half a count added to each cell.
    pub log_odds_ratio: f64,
}

/// The change from `first` to `second`.
///
/// ```
/// use headway_stats::change::{HitCount, change_between};
/// // 48 of 80, then 56 of 70: Newcombe (1998) gives .0524 to .3339 for the difference by his method 10.
/// let change = change_between(HitCount::new(48, 80).unwrap(), HitCount::new(56, 70).unwrap());
/// assert!((change.diff - 0.2).abs() < 1e-12);
/// assert!((change.newcombe.lo - 0.0524).abs() < 5e-5);
/// assert!((change.newcombe.hi - 0.3339).abs() < 5e-5);
/// ```
pub fn change_between(first: HitCount, second: HitCount) -> CountChange {
    let (p1, p2) = (first.share(), second.share());
    let (w1, w2) = (wilson(first), wilson(second));
    let z = z_pooled(first, second);
    CountChange {
        p: [p1, p2],
        diff: p2 - p1,
        wilson: [w1, w2],
        clopper_pearson: [clopper_pearson(first), clopper_pearson(second)],
        newcombe: newcombe([p1, p2], [w1, w2]),
        agresti_caffo: agresti_caffo(first, second),
        z_pooled: z,
        p_pooled: two_sided(z),
        fisher_p: fisher::two_sided(first, second),
        cohen_h: 2.0 * (p2.sqrt().asin() - p1.sqrt().asin()),
        log_odds_ratio: second.log_odds() - first.log_odds(),
    }
}

/// Wilson's score interval, 95 %.
///
/// ```
/// use headway_stats::change::{HitCount, wilson};
/// // 81 of 263: Newcombe (1998) gives .2553 to .3662.
/// let interval = wilson(HitCount::new(81, 263).unwrap());
/// assert!((interval.lo - 0.2553).abs() < 5e-5 && (interval.hi - 0.3662).abs() < 5e-5);
/// ```
pub fn wilson(count: HitCount) -> ConfidenceInterval {
    let (n, p) = (count.n as f64, count.share());
    let z2 = Z95 * Z95;
    let center = p + z2 / (2.0 * n);
    let half = Z95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At 0 and n the end is exact on paper; say so rather than leave a rounding error.
    ConfidenceInterval {
        lo: if count.k == 0 { 0.0 } else { (center - half) / scale },
        hi: if count.k == count.n { 1.0 } else { (center + half) / scale },
    }
}

/// Clopper and Pearson's exact interval, 95 %.
///
/// ```
/// use headway_stats::change::{HitCount, clopper_pearson};
/// // 81 of 263: Newcombe (1998) gives .2527 to .3676. None of 10: the upper end is 1 - .025^(1/10).
/// let interval = clopper_pearson(HitCount::new(81, 263).unwrap());
/// assert!((interval.lo - 0.2527).abs() < 5e-5 && (interval.hi - 0.3676).abs() < 5e-5);
/// let none = clopper_pearson(HitCount::new(0, 10).unwrap());
/// assert!(none.lo == 0.0 && (none.hi - (1.0 - 0.025f64.powf(0.1))).abs() < 1e-12);
/// ```
pub fn clopper_pearson(count: HitCount) -> ConfidenceInterval {
    let (k, misses) = (count.k as f64, (count.n - count.k) as f64);
    ConfidenceInterval {
        lo: if count.k == 0 { 0.0 } else { beta_quantile(k, misses + 1.0, 0.025) },
        hi: if count.k == count.n { 1.0 } else { beta_quantile(k + 1.0, misses, 0.975) },
    }
}

/// Quantile of the beta distribution. The library's is good to six digits where it lies near 0 (none of 150,000).
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if a.min(b) > LARGE {
        return large_beta_quantile(a, b, p);
    }
    let density = |x: f64| ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - ln_beta(a, b)).exp();
    let below = |x: f64| if x < 1.0 { beta_reg(a, b, x) } else { 1.0 };
    // Its search need not end with many cases.
    let start = if a + b > 2.0 * LARGE { large_beta_quantile(a, b, p) } else { inv_beta_reg(a, b, p) };
    polish_quantile(start, p, below, density)
}

/// Above this many hits and misses the expansion for large ones is exact enough.
const LARGE: f64 = 1e5;

/// Abramowitz & Stegun 26.5.22, good to nine digits and more where both parameters are large.
fn large_beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let y = -normal::quantile(p);
    let (ra, rb) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
    let (lambda, h) = ((y * y - 3.0) / 6.0, 2.0 / (ra + rb));
    let w = y * (h + lambda).sqrt() / h - (rb - ra) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
    a / (a + b * (2.0 * w).exp())
}

fn newcombe(p: [f64; 2], wilson: [ConfidenceInterval; 2]) -> ConfidenceInterval {
    let diff = p[1] - p[0];
    ConfidenceInterval {
        lo: diff - (p[1] - wilson[1].lo).hypot(wilson[0].hi - p[0]),
        hi: diff + (wilson[1].hi - p[1]).hypot(p[0] - wilson[0].lo),
    }
}

fn agresti_caffo(first: HitCount, second: HitCount) -> ConfidenceInterval {
    let padded = |c: HitCount| ((c.k + 1) as f64 / (c.n + 2) as f64, (c.n + 2) as f64);
    let ((p1, n1), (p2, n2)) = (padded(first), padded(second));
    let half = Z95 * (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
    ConfidenceInterval { lo: p2 - p1 - half, hi: p2 - p1 + half }
}

fn z_pooled(first: HitCount, second: HitCount) -> f64 {
    let (n1, n2) = (first.n as f64, second.n as f64);
    let p = (first.k + second.k) as f64 / (n1 + n2);
    (second.share() - first.share()) / (p * (1.0 - p) * (1.0 / n1 + 1.0 / n2)).sqrt()
}
