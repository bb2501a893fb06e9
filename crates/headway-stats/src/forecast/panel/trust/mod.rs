//! How far the panel's own past lets the method be trusted beside the last value.
//!
//! A rolling origin inside what is known, each time learned anew. What the method won over the last value in the years that
//! are over is what it may lose in a year that nobody foresees; beyond that it is allowed some 2 %. So its scores can't fall
//! far behind those of the last value, whatever comes: a common shock counts as one draw, however many series share it.

mod account;
mod chances;
mod cut;
mod ends;
mod told;

use super::fit::FittedPanel;
use super::{LEAST_POINTS, Panel};
use cut::{PanelCut, thinned_rows};
pub(super) use ends::IntervalChoice;
use told::OriginForecasts;

/// Series that a trial looks at, at most.
const TRIED: usize = 400;
/// Periods ahead that are tried.
const STEPS: usize = 3;
/// Share of the last value's score by which the method may fall behind it in a year like no other: a little under 2 %, which is
/// what is promised, since only a sample of a panel is tried.
const ALLOWED: f64 = 0.019;

/// How a forecast is mixed from the method's own and that of the last value.
#[derive(Debug, Clone)]
pub(super) struct ForecastTrust {
    /// In a chance.
    pub(super) chance: TrustShares,
    /// In the ends of an interval.
    pub(super) ends: IntervalChoice,
}

/// Weights in a chance, 0 to 1 and none without the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TrustShares {
    /// Of what the method sees in the series itself.
    pub(super) own: f64,
    /// Of the change that all series share, at most as much.
    pub(super) shared: f64,
}

impl ForecastTrust {
    /// The method alone.
    pub(super) fn full_trust() -> ForecastTrust {
        ForecastTrust { chance: TrustShares { own: 1.0, shared: 1.0 }, ends: IntervalChoice::full_trust() }
    }

    /// What the past of a panel shows; `now` was learned from all of it.
    pub(super) fn from_past(panel: &Panel<'_>, now: &FittedPanel) -> ForecastTrust {
        let rows = thinned_rows(panel.len());
        let whole = PanelCut::from_panel(panel, &rows, panel.periods);
        let mut past: Vec<OriginForecasts> = Vec::new();
        for origin in LEAST_POINTS..panel.periods {
            let cut = PanelCut::from_panel(panel, &rows, origin);
            if let Ok(fitted) = cut.as_panel().fit_untrusted(STEPS, TRIED) {
                let mut told = OriginForecasts::from_panels(&cut.as_panel(), &fitted, &whole.as_panel(), STEPS);
                told.decide_trust(&past);
                past.push(told);
            }
        }
        let mut told = OriginForecasts::from_panels(&whole.as_panel(), now, &whole.as_panel(), STEPS.min(now.horizon));
        told.decide_trust(&past);
        ForecastTrust { chance: told.shares, ends: told.ends }
    }
}
