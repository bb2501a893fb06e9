//! A panel's past: every series filtered side by side, and what forecasts made along the way missed by.

use super::filter::{State, Weights, noise};
use super::scale::Scale;
use super::{LEAST_POINTS, Panel};
use crate::quantile;

/// Series a panel-wide figure is taken from, at least.
const LEAST_TOGETHER: usize = 10;
/// Years of no change the usual yearly change is averaged with.
const STILL_YEARS: f64 = 2.0;
/// Known points a series needs before its errors count.
const LEAST_PAST: usize = 2;

/// Series picked from a panel, on the scale they are smoothed on, period after period.
pub(super) struct Sample {
    pub(super) periods: usize,
    pub(super) rows: usize,
    y: Vec<f64>,
    n: Option<Vec<f64>>,
    /// Breaks so far; errors across a break do not count.
    breaks: Option<Vec<u16>>,
    /// Harmonic mean of cases: the count at which an observation has relative variance 1.
    pub(super) typical: Option<f64>,
}

impl Sample {
    /// At most `most` series with enough points, evenly spread over the panel.
    pub(super) fn draw(panel: &Panel<'_>, scale: Scale, most: usize) -> Sample {
        let usable: Vec<usize> = (0..panel.len()).filter(|row| panel.series(*row).known().0 >= LEAST_POINTS).collect();
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
                y[t * rows + u] = scale.to(series.values[t]);
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
        Sample { periods, rows, y, n, breaks, typical }
    }

    fn value(&self, t: usize, u: usize) -> f64 {
        self.y[t * self.rows + u]
    }

    fn noise(&self, weights: &Weights, t: usize, u: usize) -> f64 {
        match (&self.n, self.typical) {
            (Some(n), Some(typical)) => {
                let n = n[t * self.rows + u];
                noise(weights, Some(typical), if n > 0.0 { n } else { typical })
            }
            _ => 1.0,
        }
    }

    fn breaks_between(&self, s: usize, t: usize, u: usize) -> bool {
        self.breaks.as_ref().is_some_and(|breaks| breaks[s * self.rows + u] != breaks[t * self.rows + u])
    }

    /// Filters all series with these weights.
    pub(super) fn pass(&self, weights: &Weights) -> Pass {
        let mut now = vec![State::START; self.rows];
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
                surprises[u] = state.advance(weights, usual, self.value(t, u));
            }
            let shared = together(&surprises);
            for (u, state) in now.iter_mut().enumerate() {
                state.update(weights, self.noise(weights, t, u), self.value(t, u), surprises[u], shared.unwrap_or(0.0));
            }
            unseen += 1.0;
            if let Some(shared) = shared {
                changes.push(weights.drift * usual + shared / unseen);
                unseen = 0.0;
                // The median: one interrupted year is not a trend.
                let years = changes.len() as f64;
                usual = quantile::median(&changes) * years / (years + STILL_YEARS);
            }
            common.push(shared.unwrap_or(0.0));
            drift.push(usual);
            states.extend_from_slice(&now);
        }
        Pass { weights: *weights, states, common, drift }
    }

    /// Errors of the forecasts made at period `s`, `steps` ahead: NaN where a value is missing at either end (a forecast
    /// from before a gap looks further ahead than its steps say), a break lies between, or there is too little past.
    pub(super) fn errors(&self, pass: &Pass, s: usize, steps: usize) -> Vec<f64> {
        (0..self.rows)
            .map(|u| {
                let state = &pass.states[s * self.rows + u];
                if state.points < LEAST_PAST || state.age > 0 || self.breaks_between(s, s + steps, u) {
                    return f64::NAN;
                }
                self.value(s + steps, u) - state.ahead(&pass.weights, pass.drift[s], steps)
            })
            .collect()
    }
}

/// The panel filtered with one set of weights.
pub(super) struct Pass {
    pub(super) weights: Weights,
    /// States after each period, series after series.
    states: Vec<State>,
    /// The part of each period's surprise that all series share.
    pub(super) common: Vec<f64>,
    /// The panel's usual yearly change as known after each period: the median, drawn to 0.
    pub(super) drift: Vec<f64>,
}

impl Pass {
    pub(super) fn state(&self, sample: &Sample, s: usize, u: usize) -> &State {
        &self.states[s * sample.rows + u]
    }
}

/// Mean of the finite values between their 10 % and 90 % points; `None` for fewer than [`LEAST_TOGETHER`].
pub(super) fn together(values: &[f64]) -> Option<f64> {
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

/// Median of the finite values by selection; NaN for none.
pub(super) fn middle(values: &[f64]) -> f64 {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if kept.is_empty() {
        return f64::NAN;
    }
    let half = kept.len() / 2;
    *kept.select_nth_unstable_by(half, f64::total_cmp).1
}
