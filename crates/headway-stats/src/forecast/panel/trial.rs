//! How far the panel's own past lets the method be trusted beside the last value: a rolling origin inside what is known, each
//! time learned anew. Chances and interval ends are drawn towards those of the last value by what the past showed; the
//! mean of two is never worse than the mean of their scores (both scores are convex).

use super::apply::{Ahead, Steps};
use super::fit::Fitted;
use super::{LEAST_POINTS, Panel};

/// Series that a trial looks at, at most.
const TRIED: usize = 400;
/// Periods ahead that are tried.
const STEPS: usize = 3;
/// What the method is trusted before any trial, in chances and in ends, and how many years that is worth.
const BEFORE: f64 = 0.65;
const BEFORE_ENDS: f64 = 0.5;
const BEFORE_YEARS: f64 = 2.0;
/// Weights that are tried for the ends of intervals.
const WEIGHTS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// What it costs to leave the first trust, as a share of the interval score.
const DEPARTURE: f64 = 0.3;

/// The weights of the method beside the last value, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trust {
    /// In a chance.
    pub(super) chance: f64,
    /// In the ends of an interval.
    pub(super) ends: f64,
}

impl Trust {
    /// The method alone.
    pub(super) const FULL: Trust = Trust { chance: 1.0, ends: 1.0 };

    /// What the past of a panel shows.
    pub(super) fn learn(panel: &Panel<'_>) -> Trust {
        let mut tally = Tally::default();
        let rows = thinned(panel.len());
        let whole = Cut::of(panel, &rows, panel.periods);
        for origin in LEAST_POINTS..panel.periods {
            let past = Cut::of(panel, &rows, origin);
            let steps = STEPS.min(panel.periods - origin);
            if let Ok(fitted) = past.panel().learn(steps, TRIED) {
                tally.judge(&past.panel(), &fitted, &whole.panel(), steps);
            }
        }
        tally.trust()
    }
}

fn thinned(many: usize) -> Vec<usize> {
    (0..many.min(TRIED)).map(|i| i * many / many.min(TRIED)).collect()
}

/// Some rows of a panel, cut to the periods before an origin.
struct Cut<'a> {
    periods: usize,
    values: Vec<f64>,
    counts: Option<Vec<f64>>,
    breaks: Option<Vec<bool>>,
    of: Panel<'a>,
}

impl<'a> Cut<'a> {
    fn of(panel: &Panel<'a>, rows: &[usize], origin: usize) -> Cut<'a> {
        fn cut<T: Copy>(cells: &[T], rows: &[usize], periods: usize, origin: usize) -> Vec<T> {
            rows.iter().flat_map(|row| &cells[row * periods..row * periods + origin]).copied().collect()
        }
        Cut {
            periods: origin,
            values: cut(panel.values, rows, panel.periods, origin),
            counts: panel.counts.map(|c| cut(c, rows, panel.periods, origin)),
            breaks: panel.breaks.map(|b| cut(b, rows, panel.periods, origin)),
            of: *panel,
        }
    }

    fn panel(&self) -> Panel<'_> {
        Panel {
            periods: self.periods,
            values: &self.values,
            counts: self.counts.as_deref(),
            breaks: self.breaks.as_deref(),
            ..self.of
        }
    }
}

/// Sums over the forecasts of the past.
#[derive(Default)]
struct Tally {
    /// Years whose results were foreseen.
    years: std::collections::BTreeSet<usize>,
    /// Of chances: distance of the outcome from the last value's times that of the method's, and the latter squared.
    along: f64,
    apart: f64,
    /// Interval scores under each weight.
    scores: [f64; WEIGHTS.len()],
}

impl Tally {
    fn judge(&mut self, past: &Panel<'_>, fitted: &Fitted, whole: &Panel<'_>, steps: usize) {
        let mut out = vec![Ahead::default(); steps];
        for row in 0..past.len() {
            let series = past.series(row);
            let Some(last) = series.values.iter().rev().find(|v| v.is_finite()).copied() else { continue };
            if fitted.forecast(&series, Some(last), &mut out).is_err() {
                continue;
            }
            let (future, stands) = (whole.series(row), Steps::of(&series));
            for (i, ahead) in out.iter().enumerate() {
                let t = past.periods + i;
                if future.breaks.is_some_and(|breaks| breaks[t]) {
                    break;
                }
                let value = future.values[t];
                if value.is_finite() {
                    self.years.insert(t);
                    self.add(
                        ahead,
                        stands.ends(fitted, i + 1, 0.975),
                        value,
                        f64::from(u8::from(whole.reached.by(value, last))),
                    );
                }
            }
        }
    }

    fn add(&mut self, ahead: &Ahead, [lo, hi]: [f64; 2], value: f64, came: f64) {
        if ahead.chance_naive.is_finite() {
            let way = ahead.chance - ahead.chance_naive;
            self.along += way * (came - ahead.chance_naive);
            self.apart += way * way;
        }
        if lo.is_finite() {
            for (score, weight) in self.scores.iter_mut().zip(WEIGHTS) {
                let (lo, hi) = (lo + weight * (ahead.lo95 - lo), hi + weight * (ahead.hi95 - hi));
                *score += hi - lo + 40.0 * ((lo - value).max(0.0) + (value - hi).max(0.0));
            }
        }
    }

    fn trust(&self) -> Trust {
        let years = self.years.len() as f64;
        if years == 0.0 {
            return Trust { chance: BEFORE, ends: BEFORE_ENDS };
        }
        let prior = BEFORE_YEARS / years * self.apart;
        let chance = if self.apart > 0.0 { (self.along + prior * BEFORE) / (self.apart + prior) } else { BEFORE };
        let least = self.scores.iter().copied().fold(f64::INFINITY, f64::min);
        let cost = |i: &usize| {
            let score = if least > 0.0 { self.scores[*i] / least } else { 1.0 };
            score + DEPARTURE * (WEIGHTS[*i] - BEFORE_ENDS).powi(2) / years
        };
        let best = (0..WEIGHTS.len()).min_by(|a, b| cost(a).total_cmp(&cost(b))).expect("weights are tried");
        Trust { chance: chance.clamp(0.0, 1.0), ends: WEIGHTS[best] }
    }
}
