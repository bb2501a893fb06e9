//! What was foretold at one origin, what it would have been worth, and how far it was trusted then.

use super::super::apply::ForecastParts;
use super::super::fit::FittedPanel;
use super::super::{Panel, PanelRow};
use super::chances::ChanceBets;
use super::ends::{IntervalChoice, IntervalScores};
use super::{ALLOWED, TrustShares};

/// Years of the past whose results stand for what may come again.
const SCENES: usize = 5;

/// The forecasts of one origin.
pub(super) struct OriginForecasts {
    /// Periods known then.
    pub(super) origin: usize,
    /// One a step ahead.
    pub(super) steps: Vec<OriginStep>,
    /// A shock lay in the newest period: nobody could know whether it stays.
    pub(super) fresh: bool,
    pub(super) shares: TrustShares,
    pub(super) ends: IntervalChoice,
}

/// The forecasts of one origin for one period.
pub(super) struct OriginStep {
    pub(super) bets: ChanceBets,
    pub(super) ranges: IntervalScores,
}

/// One series at an origin, and what came or may come.
pub(super) struct OriginCase {
    pub(super) parts: ForecastParts,
    /// What came; `None` if that is not known.
    pub(super) value: Option<f64>,
    /// Earlier values, newest first, the last one left out; NaN where missing.
    pub(super) earlier: [f64; SCENES],
}

impl OriginForecasts {
    pub(super) fn from_panels(
        past: &Panel<'_>,
        fitted: &FittedPanel,
        whole: &Panel<'_>,
        steps: usize,
    ) -> OriginForecasts {
        let step = typical_step(past);
        let cases: Vec<Vec<OriginCase>> = (0..steps).map(|i| past_cases(past, fitted, whole, i)).collect();
        let widths =
            cases.iter().map(|cases| IntervalChoice::as_wide(fitted, cases.iter().map(|case| &case.parts))).collect();
        let ends = IntervalChoice { widths, ..IntervalChoice::of_last_value() };
        let told = cases.iter().enumerate().map(|(i, cases)| OriginStep {
            bets: ChanceBets::from_cases(cases, past),
            ranges: IntervalScores::from_cases(cases, fitted, &ends, i, step),
        });
        OriginForecasts {
            origin: past.periods,
            steps: told.collect(),
            fresh: fitted.shaken.open.is_some_and(|(_, age)| age == 0),
            shares: TrustShares { own: 0.0, shared: 0.0 },
            ends,
        }
    }

    /// Whether the result `i + 1` periods ahead was known at an origin.
    pub(super) fn is_over(&self, i: usize, origin: usize) -> bool {
        self.origin + i < origin
    }

    /// Decides how far these forecasts are trusted, by those made before and nothing later.
    pub(super) fn decide_trust(&mut self, past: &[OriginForecasts]) {
        let allowed = if self.fresh { 0.0 } else { ALLOWED };
        self.shares = super::chances::choose_shares(self, past, allowed);
        self.ends = super::ends::choose_ends(self, past, allowed);
    }
}

fn past_cases(past: &Panel<'_>, fitted: &FittedPanel, whole: &Panel<'_>, i: usize) -> Vec<OriginCase> {
    let t = past.periods + i;
    let one = |row: usize| {
        let series = past.series(row);
        let parts = fitted.forecast_parts(&series, i + 1)?;
        let future = whole.series(row);
        let broken = future.breaks.is_some_and(|breaks| breaks[past.periods..].iter().take(i + 1).any(|b| *b));
        let value = future.values.get(t).copied().filter(|value| value.is_finite() && !broken);
        let over = t < whole.periods;
        // What is over and has no result says nothing.
        (!over || value.is_some()).then(|| OriginCase { parts, value, earlier: earlier_values(&series) })
    };
    (0..past.len()).filter_map(one).collect()
}

fn earlier_values(series: &PanelRow<'_>) -> [f64; SCENES] {
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
