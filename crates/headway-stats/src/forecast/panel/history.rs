//! A panel's past: every series filtered side by side, and what forecasts made along the way missed by.

use super::filter::{SeriesState, SmoothingWeights, relative_noise};
use super::scale::PanelScale;
use super::{LEAST_POINTS, Panel};
use crate::quantile;
use crate::shock::{SharedShock, ShockKind};

/// Series a panel-wide figure is taken from, at least.
const LEAST_TOGETHER: usize = 10;
/// Years of no change the usual yearly change is averaged with.
const STILL_YEARS: f64 = 2.0;
/// Periods for which a move is fresh: it may still be undone.
const FRESH: usize = 2;
/// Changes of the panel from which a usual one is told.
const LEAST_CHANGES: usize = 3;
/// How much the variance of the usual change counts beside its square.
const UNLIKE: f64 = 1.0;
/// Known points a series needs before its errors count.
const LEAST_PAST: usize = 2;

/// Where a panel was shaken: what all series moved by together and unusually, one entry a period.
#[derive(Debug, Clone)]
pub(super) struct ShockPeriods {
    /// The period is off and was undone: its values say nothing of the others.
    pub(super) passing: Vec<bool>,
    /// The level is another from here on.
    pub(super) moved: Vec<bool>,
    /// How far apart series moved then, as a multiple of what is usual.
    pub(super) uneven: Vec<f64>,
    /// The yearly change is another from here on.
    pub(super) bent: Option<usize>,
    /// How far the newest period is off by what moved in it and the two before, on the scale values are smoothed on, and how
    /// many periods ago that began: nobody knows whether it stays.
    pub(super) open: Option<(f64, usize)>,
    /// Sizes of the shocks of single periods, on the same scale, and whether each stayed.
    pub(super) sizes: Vec<(f64, bool)>,
}

impl ShockPeriods {
    pub(super) fn from_shocks(shocks: &[SharedShock], periods: usize) -> ShockPeriods {
        let none = || vec![false; periods];
        let mut shaken = ShockPeriods {
            passing: none(),
            moved: none(),
            uneven: vec![1.0; periods],
            bent: None,
            open: None,
            sizes: Vec::new(),
        };
        for shock in shocks {
            if matches!(shock.kind, ShockKind::Passing | ShockKind::Level) {
                shaken.sizes.push((shock.size.abs(), shock.kind != ShockKind::Passing));
            }
            match shock.kind {
                ShockKind::Passing => shaken.passing[shock.period..=shock.until].fill(true),
                ShockKind::Slope => shaken.bent = Some(shock.period),
                ShockKind::Level | ShockKind::Open => {
                    (shaken.moved[shock.period], shaken.uneven[shock.period]) = (true, shock.uneven.max(1.0));
                    let age = periods - 1 - shock.period;
                    if age <= FRESH {
                        let (off, since) = shaken.open.unwrap_or((0.0, age));
                        shaken.open = Some((off + shock.size, since));
                    }
                }
            }
        }
        shaken
    }
}

/// Series picked from a panel, on the scale they are smoothed on, period after period.
pub(super) struct PanelSample {
    pub(super) periods: usize,
    pub(super) rows: usize,
    y: Vec<f64>,
    n: Option<Vec<f64>>,
    /// Breaks so far; errors across a break do not count.
    breaks: Option<Vec<u16>>,
    /// What all series were shaken by, period after period.
    pub(super) shaken: ShockPeriods,
    /// Harmonic mean of cases: the count at which an observation has relative variance 1.
    pub(super) typical: Option<f64>,
}

impl PanelSample {
    /// At most `most` series with enough points, evenly spread over the panel.
    pub(super) fn from_panel(panel: &Panel<'_>, scale: PanelScale, most: usize, shaken: &ShockPeriods) -> PanelSample {
        let usable: Vec<usize> =
            (0..panel.len()).filter(|row| panel.series(*row).count_known().0 >= LEAST_POINTS).collect();
        let kept: Vec<usize> =
            if usable.len() > most { (0..most).map(|i| usable[i * usable.len() / most]).collect() } else { usable };
        let (periods, rows) = (panel.periods, kept.len());
        let mut y = vec![f64::NAN; periods * rows];
        let mut n = panel.counts.map(|_| vec![f64::NAN; periods * rows]);
        let mut breaks = panel.breaks.map(|_| vec![0; periods * rows]);
        for (u, row) in kept.into_iter().enumerate() {
            let series = panel.series(row);
            let (mut count, mut broken) = (f64::NAN, 0);
            for t in 0..periods {
                y[t * rows + u] = if shaken.passing[t] { f64::NAN } else { scale.to_scale(series.values[t]) };
                if let (Some(n), Some(counts)) = (&mut n, series.counts) {
                    count = if counts[t] > 0.0 { counts[t] } else { count };
                    n[t * rows + u] = count;
                }
                if let (Some(breaks), Some(marks)) = (&mut breaks, series.breaks) {
                    broken += u16::from(marks[t]);
                    breaks[t * rows + u] = broken;
                }
            }
        }
        let typical = n.as_ref().and_then(|n| {
            let median = quantile::median(&n.iter().map(|n| 1.0 / n).collect::<Vec<f64>>());
            (median > 0.0).then_some(1.0 / median)
        });
        PanelSample { periods, rows, y, n, breaks, shaken: shaken.clone(), typical }
    }

    fn value_at(&self, t: usize, u: usize) -> f64 {
        self.y[t * self.rows + u]
    }

    fn noise_at(&self, weights: &SmoothingWeights, t: usize, u: usize) -> f64 {
        match (&self.n, self.typical) {
            (Some(n), Some(typical)) => {
                let n = n[t * self.rows + u];
                relative_noise(weights, Some(typical), if n > 0.0 { n } else { typical })
            }
            _ => 1.0,
        }
    }

    fn breaks_between(&self, s: usize, t: usize, u: usize) -> bool {
        self.breaks.as_ref().is_some_and(|breaks| breaks[s * self.rows + u] != breaks[t * self.rows + u])
    }

    /// Filters all series with these weights.
    pub(super) fn filter_all(&self, weights: &SmoothingWeights) -> FilterPass {
        let mut now = vec![SeriesState::START; self.rows];
        let mut states = Vec::with_capacity(self.periods * self.rows);
        let (mut common, mut drift) = (Vec::with_capacity(self.periods), Vec::with_capacity(self.periods));
        let (mut usual, mut changes) = (0.0, Vec::with_capacity(self.periods));
        // Periods since the panel's change was last seen: after a gap one surprise holds the change of them all.
        let mut unseen = 0.0;
        let mut surprises = vec![f64::NAN; self.rows];
        for t in 0..self.periods {
            for (u, state) in now.iter_mut().enumerate() {
                if t > 0 && self.breaks_between(t - 1, t, u) {
                    state.break_off();
                }
                surprises[u] = state.advance_period(weights, usual, self.value_at(t, u));
                if self.shaken.moved[t] {
                    state.widen_for_shock(self.shaken.uneven[t]);
                }
            }
            let shared = trimmed_mean(&surprises);
            for (u, state) in now.iter_mut().enumerate() {
                state.take_value(
                    weights,
                    self.noise_at(weights, t, u),
                    self.value_at(t, u),
                    surprises[u],
                    shared.unwrap_or(0.0),
                );
            }
            unseen += 1.0;
            if let Some(shared) = shared {
                if self.shaken.bent == Some(t) {
                    changes.clear();
                }
                if !self.shaken.moved[t] {
                    changes.push(weights.drift * usual + shared / unseen);
                }
                unseen = 0.0;
                usual = usual_change(&changes);
            }
            common.push(shared.unwrap_or(0.0));
            drift.push(usual);
            states.extend_from_slice(&now);
        }
        FilterPass { weights: *weights, states, common, drift }
    }

    /// Errors of the forecasts made at period `s`, `steps` ahead: NaN where a value is missing at either end (a forecast
    /// from before a gap looks further ahead than its steps say), a break lies between, or there is too little past.
    pub(super) fn forecast_errors(&self, pass: &FilterPass, s: usize, steps: usize) -> Vec<f64> {
        if self.shaken.moved[s + 1..=s + steps].contains(&true) {
            return vec![f64::NAN; self.rows];
        }
        (0..self.rows)
            .map(|u| {
                let state = &pass.states[s * self.rows + u];
                if state.points < LEAST_PAST || state.age > 0 || self.breaks_between(s, s + steps, u) {
                    return f64::NAN;
                }
                self.value_at(s + steps, u) - state.forecast_ahead(&pass.weights, pass.drift[s], steps)
            })
            .collect()
    }
}

/// The median, which one interrupted year does not move, drawn to 0 by how few and how unlike each other the changes are.
fn usual_change(changes: &[f64]) -> f64 {
    let years = changes.len() as f64;
    if changes.len() < LEAST_CHANGES {
        return 0.0;
    }
    let middle = quantile::median(changes);
    let off = changes.iter().map(|c| (c - middle).abs()).sum::<f64>() / years;
    let sure = middle * middle / (middle * middle + UNLIKE * off * off / years + f64::MIN_POSITIVE);
    middle * sure * years / (years + STILL_YEARS)
}

/// The panel filtered with one set of weights.
pub(super) struct FilterPass {
    pub(super) weights: SmoothingWeights,
    /// States after each period, series after series.
    states: Vec<SeriesState>,
    /// The part of each period's surprise that all series share.
    pub(super) common: Vec<f64>,
    /// The panel's usual yearly change as known after each period: the median, drawn to 0.
    pub(super) drift: Vec<f64>,
}

impl FilterPass {
    pub(super) fn state_at(&self, sample: &PanelSample, s: usize, u: usize) -> &SeriesState {
        &self.states[s * sample.rows + u]
    }
}

/// Mean of the finite values between their 10 % and 90 % points; `None` for fewer than [`LEAST_TOGETHER`].
pub(super) fn trimmed_mean(values: &[f64]) -> Option<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if kept.len() < LEAST_TOGETHER {
        return None;
    }
    let cut = kept.len() / 10;
    let end = kept.len() - cut;
    kept.select_nth_unstable_by(cut, f64::total_cmp);
    kept[cut..].select_nth_unstable_by(end - cut - 1, f64::total_cmp);
    Some(kept[cut..end].iter().sum::<f64>() / (end - cut) as f64)
}

/// Median of the finite values by selection, halfway between the middle two of an even number, so that a measure counted the
/// other way round has the same; NaN for none.
pub(super) fn finite_median(values: &[f64]) -> f64 {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if kept.is_empty() {
        return f64::NAN;
    }
    let half = kept.len() / 2;
    let even = kept.len().is_multiple_of(2);
    let (below, at, _) = kept.select_nth_unstable_by(half, f64::total_cmp);
    if even { f64::midpoint(below.iter().copied().fold(f64::NEG_INFINITY, f64::max), *at) } else { *at }
}
