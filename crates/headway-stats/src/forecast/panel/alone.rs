//! The fall-back where a panel is too small: a series by itself, with the panel's bounds and its cases.

use super::apply::never_narrower;
use super::{CaseSteps, ForecastGoal, Panel, PanelRow, PeriodForecast, TargetChance, TargetSide, TooFewPoints};
use crate::forecast::{SeriesForecast, forecast_alone, naive};

/// Name of the fall-back: Theta of the series alone, with Student's t and intervals widened by a fifth.
pub const ALONE: &str = "theta-t";
/// Its version.
pub const ALONE_VERSION: &str = "2";

impl Panel<'_> {
    /// Forecasts the periods after the last from the values of one row since its last break, and nothing else
    /// ([`forecast_alone`]), clipped to the bounds. Targets are reached as in the panel method
    /// ([`CaseSteps`]).
    ///
    /// ```
    /// use headway_stats::forecast::panel::{ForecastGoal, Panel, PeriodForecast, TargetSide};
    /// let (counts, breaks, bounds, reached) = (None, None, (Some(0.0), Some(100.0)), TargetSide::AtOrAbove);
    /// let panel = Panel { periods: 6, values: &[86.0, 89.0, 90.0, 93.0, 94.0, 97.0], counts, breaks, bounds, reached };
    /// let mut out = [PeriodForecast::default(); 5];
    /// panel.forecast_row_alone(0, ForecastGoal::Reach(90.0, TargetSide::AtOrAbove), &mut out).unwrap();
    /// // A percentage that rises by 2 a year stays within 100, and is almost surely above 90 next year.
    /// assert!(out[0].mean > 97.0 && out[4].hi95 == 100.0 && out[0].chance > 0.9);
    /// ```
    ///
    /// # Errors
    /// [`TooFewPoints`] where fewer than 5 are known since the break; `out` is left as it was.
    pub fn forecast_row_alone(
        &self,
        row: usize,
        goal: ForecastGoal,
        out: &mut [PeriodForecast],
    ) -> Result<(), TooFewPoints> {
        let series = self.series(row);
        let from = series.breaks.and_then(|breaks| breaks.iter().rposition(|b| *b)).unwrap_or(0);
        let y = &series.values[from..];
        let (own, stands) = (forecast_alone(y, out.len())?, naive(y, out.len())?);
        let (lo, hi) = self.bounds;
        let counts = series.counts.map(|counts| &counts[from..]);
        let cases = CaseSteps::from_series(&PanelRow { values: y, counts, breaks: None }, self.bounds);
        let reach = |f: &SeriesForecast, i: usize, target: f64, reached: TargetSide| {
            let possible = lo.is_none_or(|lo| target >= lo || reached == TargetSide::AtOrAbove)
                && hi.is_none_or(|hi| target <= hi || reached == TargetSide::AtOrBelow);
            if possible { f.chance_of_target(i + 1, cases.target_bar(target, reached), reached) } else { 0.0 }
        };
        let clip = |v: f64| v.max(lo.unwrap_or(v)).min(hi.unwrap_or(v));
        for (i, ahead) in out.iter_mut().enumerate() {
            let chance = goal.chance_from(|target, reached| TargetChance {
                chance: reach(&own, i, target, reached),
                naive: reach(&stands, i, target, reached),
            });
            *ahead = PeriodForecast {
                mean: clip(own.mean[i]),
                lo80: clip(own.lo80[i]),
                hi80: clip(own.hi80[i]),
                lo95: clip(own.lo95[i]),
                hi95: clip(own.hi95[i]),
                chance: chance.chance,
                chance_naive: chance.naive,
            };
        }
        never_narrower(out, self.bounds);
        Ok(())
    }
}
