//! What was foretold at one origin, what it would have been worth, and how far it was trusted then.

use super::super::apply::Parts;
use super::super::fit::Fitted;
use super::super::{Panel, Series};
use super::chances::Bets;
use super::ends::{Ends, Ranges};
use super::{ALLOWED, Shares};

/// Years of the past whose results stand for what may come again.
const SCENES: usize = 5;

/// The forecasts of one origin.
pub(super) struct Told {
    /// Periods known then.
    pub(super) origin: usize,
    /// One a step ahead.
    pub(super) steps: Vec<Step>,
    /// A shock lay in the newest period: nobody could know whether it stays.
    pub(super) fresh: bool,
    pub(super) shares: Shares,
    pub(super) ends: Ends,
}

/// The forecasts of one origin for one period.
pub(super) struct Step {
    pub(super) bets: Bets,
    pub(super) ranges: Ranges,
}

/// One series at an origin, and what came or may come.
pub(super) struct Case {
    pub(super) parts: Parts,
    /// What came; `None` if that is not known.
    pub(super) value: Option<f64>,
    /// Earlier values, newest first, the last one left out; NaN where missing.
    pub(super) earlier: [f64; SCENES],
}

impl Told {
    pub(super) fn gather(past: &Panel<'_>, fitted: &Fitted, whole: &Panel<'_>, steps: usize) -> Told {
        let step = typical_step(past);
        let cases: Vec<Vec<Case>> = (0..steps).map(|i| cases(past, fitted, whole, i)).collect();
        let widths = cases.iter().map(|cases| Ends::as_wide(fitted, cases.iter().map(|case| &case.parts))).collect();
        let ends = Ends { widths, ..Ends::stands() };
        let told = cases
            .iter()
            .enumerate()
            .map(|(i, cases)| Step { bets: Bets::of(cases, past), ranges: Ranges::of(cases, fitted, &ends, i, step) });
        Told {
            origin: past.periods,
            steps: told.collect(),
            fresh: fitted.shaken.open.is_some_and(|(_, age)| age == 0),
            shares: Shares { own: 0.0, shared: 0.0 },
            ends,
        }
    }

    /// Whether the result `i + 1` periods ahead was known at an origin.
    pub(super) fn over(&self, i: usize, origin: usize) -> bool {
        self.origin + i < origin
    }

    /// Decides how far these forecasts are trusted, by those made before and nothing later.
    pub(super) fn trust(&mut self, past: &[Told]) {
        let allowed = if self.fresh { 0.0 } else { ALLOWED };
        self.shares = super::chances::choose(self, past, allowed);
        self.ends = super::ends::choose(self, past, allowed);
    }
}

fn cases(past: &Panel<'_>, fitted: &Fitted, whole: &Panel<'_>, i: usize) -> Vec<Case> {
    let t = past.periods + i;
    let one = |row: usize| {
        let series = past.series(row);
        let parts = fitted.parts(&series, i + 1)?;
        let future = whole.series(row);
        let broken = future.breaks.is_some_and(|breaks| breaks[past.periods..].iter().take(i + 1).any(|b| *b));
        let value = future.values.get(t).copied().filter(|value| value.is_finite() && !broken);
        let over = t < whole.periods;
        // What is over and has no result says nothing.
        (!over || value.is_some()).then(|| Case { parts, value, earlier: earlier(&series) })
    };
    (0..past.len()).filter_map(one).collect()
}

fn earlier(series: &Series<'_>) -> [f64; SCENES] {
    let from = series.breaks.and_then(|breaks| breaks.iter().rposition(|b| *b)).unwrap_or(0);
    let end = series.values.len() - 1;
    std::array::from_fn(|k| end.checked_sub(k + 1).filter(|t| *t >= from).map_or(f64::NAN, |t| series.values[t]))
}

/// Mean absolute yearly change.
fn typical_step(panel: &Panel<'_>) -> f64 {
    let steps = panel.values.chunks_exact(panel.periods).flat_map(|row| row.windows(2)).map(|w| (w[1] - w[0]).abs());
    let (sum, many) = steps.filter(|s| s.is_finite()).fold((0.0, 0.0), |(sum, many), s| (sum + s, many + 1.0));
    if many > 0.0 { sum / many } else { 0.0 }
}
