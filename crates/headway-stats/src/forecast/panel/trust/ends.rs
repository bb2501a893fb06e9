//! How far the ends of the method's intervals are trusted beside the last value's, and how wide they are.
//!
//! The method's ranges are first made as wide, on the mean of the series, as the last value's: under a shock that nobody foresees
//! the narrower loses more. Past interval scores then say how much of both, and how wide.

use super::super::apply::ForecastParts;
use super::super::fit::FittedPanel;
use super::account::LossAccount;
use super::told::{OriginCase, OriginForecasts};

/// Weights of the method's own ends that are tried, and widths.
const WEIGHTS: [f64; 4] = [0.0, 0.35, 0.65, 1.0];
const WIDTHS: [f64; 5] = [0.85, 1.0, 1.15, 1.3, 1.5];
/// Yearly steps of a shock to all series that ends must stand; none, which the narrowest stands best, only after a fresh shock: the
/// last value's ends are wide by it already.
const SHOCKS: [f64; 5] = [0.0, -10.0, -3.0, 3.0, 10.0];
/// How many years what is thought before is worth.
const BEFORE_YEARS: f64 = 1.0;
/// The width thought right before any year has shown, of 95 and of 80 % intervals: from five points a deviation is told poorly,
/// which far ends feel; and what other widths are thought to cost.
const USUAL: [f64; 2] = [1.1, 1.0];
const UNUSUAL: f64 = 0.3;

/// How an interval is made.
#[derive(Debug, Clone)]
pub(in super::super) struct IntervalChoice {
    /// Weight of the own ends beside the last value's.
    pub(in super::super) weight: f64,
    /// Whether they carry the shared change on.
    pub(in super::super) shared: bool,
    /// Factor of the width, of 95 and of 80 % intervals.
    pub(in super::super) wide: [f64; 2],
    /// For each step ahead, the factor by which own ranges become as wide as the last value's, without and with the shared
    /// change.
    pub(super) widths: Vec<[f64; 2]>,
}

/// A year that is over: how many results came, and what each choice of 95 % and of 80 % ends cost.
type YearOver = (f64, Vec<f64>, Vec<f64>);

impl IntervalChoice {
    pub(super) fn full_trust() -> IntervalChoice {
        IntervalChoice { weight: 1.0, shared: true, wide: [1.0; 2], widths: vec![[1.0; 2]] }
    }

    /// The last value's.
    pub(super) fn of_last_value() -> IntervalChoice {
        IntervalChoice { weight: 0.0, shared: false, ..IntervalChoice::full_trust() }
    }

    /// The factor of own ranges `steps` ahead.
    pub(in super::super) fn width_ahead(&self, steps: usize) -> f64 {
        let at = (steps - 1).min(self.widths.len() - 1);
        self.widths[at][usize::from(self.shared)]
    }

    /// The factors under which own 95 % ranges are as wide as the last value's on the mean.
    pub(super) fn as_wide<'a>(
        fitted: &FittedPanel,
        parts: impl Iterator<Item = &'a ForecastParts> + Clone,
    ) -> [f64; 2] {
        [false, true].map(|shared| {
            let stands: f64 = parts.clone().map(|p| p.stands95[1] - p.stands95[0]).sum();
            let mut factor = 1.0;
            for _ in 0..3 {
                let own: f64 = parts.clone().map(|p| p.own_ends(fitted, shared, factor)).map(|e| e[3] - e[0]).sum();
                if own > 0.0 && stands > 0.0 {
                    factor = (factor * stands / own).clamp(0.2, 5.0);
                }
            }
            factor
        })
    }
}

/// Interval scores of one origin and one period, one a choice.
pub(super) struct IntervalScores {
    n: f64,
    /// Of 95 % intervals: weight, shared change, width.
    came: Vec<f64>,
    /// The same in each scene: shocks, then earlier years.
    scenes: Vec<Vec<f64>>,
    /// Of 80 % intervals.
    came80: Vec<f64>,
    known: bool,
}

/// Every choice of weight, shared change and width; the last value's as they are come first.
fn all_choices() -> impl Iterator<Item = (usize, bool, usize)> {
    let mixed = (0..WEIGHTS.len())
        .flat_map(|w| [false, true].into_iter().filter(move |shared| w > 0 || !*shared).map(move |shared| (w, shared)));
    mixed.flat_map(|(w, shared)| (0..WIDTHS.len()).map(move |r| (w, shared, r)))
}

/// The place of the last value's ends as they are.
const STANDS: usize = 1;

fn interval_score([lo, hi]: [f64; 2], value: f64, share: f64) -> f64 {
    hi - lo + 2.0 / share * ((lo - value).max(0.0) + (value - hi).max(0.0))
}

impl IntervalScores {
    pub(super) fn from_cases(
        cases: &[OriginCase],
        fitted: &FittedPanel,
        ends: &IntervalChoice,
        i: usize,
        step: f64,
    ) -> IntervalScores {
        let many = all_choices().count();
        let seen = cases.first().map_or(0, |case| case.earlier.len());
        let mut ranges = IntervalScores {
            n: cases.len() as f64,
            came: vec![0.0; many],
            scenes: vec![vec![0.0; many]; SHOCKS.len() + seen],
            came80: vec![0.0; many],
            known: cases.iter().any(|case| case.value.is_some()),
        };
        for case in cases {
            let p = &case.parts;
            let own = [false, true].map(|shared| p.own_ends(fitted, shared, ends.widths[i][usize::from(shared)]));
            let shocks = SHOCKS.map(|size| fitted.scale.clip_to_bounds(p.last + size * step));
            for (at, (w, shared, r)) in all_choices().enumerate() {
                let [lo95, lo80, hi80, hi95] = own[usize::from(shared)];
                let wide = |stands: [f64; 2], own: [f64; 2]| {
                    fitted.widen_interval(IntervalChoice::mix_intervals(stands, own, WEIGHTS[w]), WIDTHS[r])
                };
                let both95 = wide(p.stands95, [lo95, hi95]);
                for (k, value) in shocks.iter().chain(&case.earlier).enumerate() {
                    if value.is_finite() {
                        ranges.scenes[k][at] += interval_score(both95, *value, 0.05);
                    }
                }
                if let Some(value) = case.value {
                    ranges.came[at] += interval_score(both95, value, 0.05);
                    ranges.came80[at] += interval_score(wide(p.stands80, [lo80, hi80]), value, 0.2);
                }
            }
        }
        ranges
    }

    /// The least of the last value's scores.
    fn least_score(&self) -> f64 {
        self.scenes[SHOCKS.len()..].iter().map(|scene| scene[STANDS]).filter(|s| *s > 0.0).fold(f64::INFINITY, f64::min)
    }
}

impl IntervalChoice {
    /// A mean of two intervals.
    pub(in super::super) fn mix_intervals(stands: [f64; 2], own: [f64; 2], weight: f64) -> [f64; 2] {
        std::array::from_fn(|i| if stands[i].is_finite() { stands[i] + weight * (own[i] - stands[i]) } else { own[i] })
    }
}

/// The choice that scored best in the years that are over, drawn to what is thought before, of those that hold.
pub(super) fn choose_ends(now: &OriginForecasts, past: &[OriginForecasts], allowed: f64) -> IntervalChoice {
    let many = all_choices().count();
    let mut account = LossAccount::<{ SHOCKS.len() }>::new(now.origin, now.steps.len());
    let mut years = std::collections::BTreeMap::<usize, (f64, Vec<f64>, Vec<f64>)>::new();
    for told in past {
        let used = told.ends.choice_index();
        for (i, ranges) in told.steps.iter().map(|step| &step.ranges).enumerate().filter(|(_, r)| r.n > 0.0) {
            if ranges.known && told.is_over(i, now.origin) {
                account.settle_year((1.0 + allowed) * ranges.came[STANDS] - ranges.came[used]);
                let year = years.entry(told.origin + i).or_insert_with(|| (0.0, vec![0.0; many], vec![0.0; many]));
                year.0 += ranges.n;
                (0..many).for_each(|at| {
                    year.1[at] += ranges.came[at];
                    year.2[at] += ranges.came80[at];
                });
            } else {
                let lost = |k: usize| ranges.scenes[k][used] - ranges.scenes[k][STANDS];
                account.add_pending(told.origin + i, allowed * finite_or_zero(ranges.least_score()), lost);
            }
        }
    }
    let of_now = || now.steps.iter().map(|step| &step.ranges).filter(|ranges| ranges.n > 0.0);
    let scenes = of_now().map(|ranges| ranges.scenes.len()).min().unwrap_or(0);
    let holds = |at: usize| {
        at == STANDS
            || (usize::from(!now.fresh)..scenes).all(|k| {
                let lost = |scene: &Vec<f64>| scene[at] - (1.0 + allowed) * scene[STANDS];
                let steps = now.steps.iter().map(|step| (step.ranges.scenes.get(k).map_or(0.0, lost), 0.0));
                account.can_bear(k, steps)
            })
    };
    let cost = |before: f64, of: &dyn Fn(&YearOver) -> f64| {
        let shown: f64 = years.values().map(of).sum();
        (shown + BEFORE_YEARS * before) / (years.len() as f64 + BEFORE_YEARS)
    };
    let of95 = |at: usize| cost(prior_score(at, USUAL[0]), &|year| score_ratio(year.1[at], year.1[STANDS]));
    let of80 = |at: usize| cost(prior_score(at, USUAL[1]), &|year| score_ratio(year.2[at], year.2[STANDS]));
    let best = (0..many).filter(|at| holds(*at)).min_by(|a, b| of95(*a).total_cmp(&of95(*b))).unwrap_or(STANDS);
    let (w, shared, r) = all_choices().nth(best).unwrap_or((0, false, STANDS));
    let alike = all_choices().enumerate().filter(|(_, (v, s, _))| (*v, *s) == (w, shared));
    let r80 = alike.min_by(|a, b| of80(a.0).total_cmp(&of80(b.0))).map_or(r, |(_, (_, _, r80))| r80);
    IntervalChoice { weight: WEIGHTS[w], shared, wide: [WIDTHS[r], WIDTHS[r80]], widths: now.ends.widths.clone() }
}

impl IntervalChoice {
    /// The place of this choice among all.
    fn choice_index(&self) -> usize {
        let same = |(w, shared, r): (usize, bool, usize)| {
            (WEIGHTS[w], shared, WIDTHS[r]) == (self.weight, self.shared, self.wide[0])
        };
        all_choices().position(same).unwrap_or(STANDS)
    }
}

fn finite_or_zero(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

fn score_ratio(score: f64, stands: f64) -> f64 {
    if stands > 0.0 { score / stands } else { 1.0 }
}

/// What is thought of a choice before any year has shown, over the last value's score.
fn prior_score(at: usize, usual: f64) -> f64 {
    let (w, _, r) = all_choices().nth(at).unwrap_or((0, false, STANDS));
    let weight = WEIGHTS[w];
    // Most is won by a mean of both.
    1.0 - 0.2 * (weight - 0.65 * weight * weight) + UNUSUAL * (WIDTHS[r] - usual).powi(2)
}
