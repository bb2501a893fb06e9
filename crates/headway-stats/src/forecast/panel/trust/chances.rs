//! How far the method's chances are trusted beside the last value's.
//!
//! A chance is the last value's, plus w of what the method sees in the series itself, plus v of what it adds for the change that
//! all series share. The Brier score of a mixture is a quadratic in w and v, so a few sums tell it for every outcome.

use super::super::Panel;
use super::TrustShares;
use super::account::LossAccount;
use super::told::{OriginCase, OriginForecasts};

/// What the weights are thought to be before any year has shown, and how many years that is worth.
const BEFORE: [f64; 2] = [0.75, 0.5];
const BEFORE_YEARS: f64 = 2.0;
/// Steps in which weights are tried, as shares of what the past would have wanted: first from none to all of it, then about the
/// best of these in tenths of a step, so that next to the same results have next to the same weights.
const STEPS: [f64; 2] = [0.05, 0.1];
const FINER: f64 = 0.1;

/// Sums over the bets of one origin for one period: what the own and the shared part add to the last value's chance.
pub(super) struct ChanceBets {
    n: f64,
    /// Products: own by own, own by shared, shared by shared.
    products: [f64; 3],
    came: Option<BetOutcome>,
    /// All series miss the target; all reach it; each does again what it did in an earlier year.
    scenes: Vec<BetOutcome>,
}

/// An outcome (1 reached, 0 not) less the last value's chance: times what each part adds, and squared.
#[derive(Clone, Copy, Default)]
struct BetOutcome {
    along: [f64; 2],
    squares: f64,
}

impl ChanceBets {
    pub(super) fn from_cases(cases: &[OriginCase], panel: &Panel<'_>) -> ChanceBets {
        let mut bets = ChanceBets { n: cases.len() as f64, products: [0.0; 3], came: None, scenes: Vec::new() };
        for case in cases {
            let [own, shared] = case.parts.added_chances();
            bets.products[0] += own * own;
            bets.products[1] += own * shared;
            bets.products[2] += shared * shared;
        }
        let outcome = |reached: &dyn Fn(&OriginCase) -> Option<f64>| {
            let mut outcome = BetOutcome::default();
            for (case, reached) in cases.iter().filter_map(|case| Some((case, reached(case)?))) {
                let (off, [own, shared]) = (reached - case.parts.stands, case.parts.added_chances());
                outcome.along[0] += off * own;
                outcome.along[1] += off * shared;
                outcome.squares += off * off;
            }
            outcome
        };
        let by =
            |value: f64, case: &OriginCase| f64::from(u8::from(panel.reached.is_reached_by(value, case.parts.last)));
        if cases.iter().any(|case| case.value.is_some()) {
            bets.came = Some(outcome(&|case| case.value.map(|value| by(value, case))));
        }
        bets.scenes.extend([outcome(&|_| Some(0.0)), outcome(&|_| Some(1.0))]);
        for k in 0..cases.first().map_or(0, |case| case.earlier.len()) {
            let again =
                |case: &OriginCase| Some(case.earlier[k]).filter(|v| v.is_finite()).map(|value| by(value, case));
            bets.scenes.push(outcome(&again));
        }
        bets
    }

    /// By how much the squared distance is more than the last value's.
    fn excess_loss(&self, outcome: &BetOutcome, w: TrustShares) -> f64 {
        let [oo, os, ss] = self.products;
        w.own * w.own * oo + 2.0 * w.own * w.shared * os + w.shared * w.shared * ss
            - 2.0 * (w.own * outcome.along[0] + w.shared * outcome.along[1])
    }

    /// The least that the last value's squared distance could be if all series went one way, at most that of even odds.
    fn least_distance(&self) -> f64 {
        self.scenes[..2].iter().map(|scene| scene.squares).fold(0.25 * self.n, f64::min)
    }
}

/// The weights that the past would have wanted, no larger than what the method may lose allows.
pub(super) fn choose_shares(now: &OriginForecasts, past: &[OriginForecasts], allowed: f64) -> TrustShares {
    let wish = wished_shares(now, past);
    let mut account = LossAccount::<2>::new(now.origin, now.steps.len());
    for told in past {
        for (i, bets) in told.steps.iter().map(|step| &step.bets).enumerate() {
            match bets.came {
                Some(came) if told.is_over(i, now.origin) => {
                    account.settle_year(allowed * came.squares - bets.excess_loss(&came, told.shares));
                }
                _ => account.add_pending(told.origin + i, allowed * bets.least_distance(), |k| {
                    bets.excess_loss(&bets.scenes[k], told.shares)
                }),
            }
        }
    }
    let of_now = || now.steps.iter().map(|step| &step.bets);
    let scenes = of_now().map(|bets| bets.scenes.len()).min().unwrap_or(0);
    let holds = |w: TrustShares| {
        let lost = |k: usize| {
            of_now().map(move |bets| (bets.excess_loss(&bets.scenes[k], w), allowed * bets.least_distance()))
        };
        (0..scenes).all(|k| account.can_bear(k, lost(k)))
    };
    nearest_shares(now, wish, holds)
}

/// Least squares over the years that are over, each worth as much as another, drawn to what was thought before.
fn wished_shares(now: &OriginForecasts, past: &[OriginForecasts]) -> TrustShares {
    let mut years: std::collections::BTreeMap<usize, (f64, [f64; 3], [f64; 2])> = std::collections::BTreeMap::new();
    for told in past {
        for (i, bets) in
            told.steps.iter().map(|step| &step.bets).enumerate().filter(|(i, _)| told.is_over(*i, now.origin))
        {
            let Some(came) = bets.came else { continue };
            let year = years.entry(told.origin + i).or_default();
            year.0 += bets.n;
            (0..3).for_each(|j| year.1[j] += bets.products[j]);
            (0..2).for_each(|j| year.2[j] += came.along[j]);
        }
    }
    let (n, [oo, ss]) = now.steps.iter().fold((0.0, [0.0; 2]), |(n, sums), step| {
        (n + step.bets.n, [sums[0] + step.bets.products[0], sums[1] + step.bets.products[2]])
    });
    let mut products = [0.0; 3];
    let mut along = [0.0; 2];
    for (n, of_year, came) in years.values() {
        (0..3).for_each(|j| products[j] += of_year[j] / n);
        (0..2).for_each(|j| along[j] += came[j] / n);
    }
    let mut known = [oo / n, ss / n];
    if !years.is_empty() {
        let many = years.len() as f64;
        known = [(known[0] + products[0] / many) / 2.0, (known[1] + products[2] / many) / 2.0];
    }
    for (j, at) in [(0, 0), (1, 2)] {
        let prior = BEFORE_YEARS * known[j] + 1e-9;
        products[at] += prior;
        along[j] += prior * BEFORE[j];
    }
    let [oo, os, ss] = products;
    let whole = oo * ss - os * os;
    let own = (along[0] * ss - along[1] * os) / whole;
    let shared = (along[1] * oo - along[0] * os) / whole;
    let within = |w: f64| if w.is_finite() { w.clamp(0.0, 1.0) } else { 0.0 };
    TrustShares { own: within(own), shared: within(shared) }
}

/// Of the weights up to those wished for that hold, the ones that lose least beside them.
fn nearest_shares(now: &OriginForecasts, wish: TrustShares, holds: impl Fn(TrustShares) -> bool) -> TrustShares {
    let products = now.steps.iter().fold([0.0; 3], |mut sums: [f64; 3], step| {
        (0..3).for_each(|j| sums[j] += step.bets.products[j]);
        sums
    });
    let lost = |w: TrustShares| {
        let off = [w.own - wish.own, w.shared - wish.shared];
        off[0] * off[0] * products[0] + 2.0 * off[0] * off[1] * products[1] + off[1] * off[1] * products[2]
    };
    // No weight at all always holds.
    let (mut best, mut at, mut least) = (TrustShares { own: 0.0, shared: 0.0 }, [0.0; 2], f64::INFINITY);
    for (finer, reach) in [(1.0, [20_i32, 10]), (FINER, [10, 10])] {
        let from = at;
        let tried = |j: usize| {
            let step = finer * STEPS[j];
            (-reach[j]..=reach[j])
                .map(move |i| from[j] + f64::from(i) * step)
                .filter(|share| (0.0..=1.0).contains(share))
        };
        for share in tried(0).flat_map(|a| tried(1).map(move |b| [a, b])) {
            let own = wish.own * share[0];
            let w = TrustShares { own, shared: (wish.shared * share[1]).min(own) };
            if lost(w) < least && holds(w) {
                (best, at, least) = (w, share, lost(w));
            }
        }
    }
    best
}
