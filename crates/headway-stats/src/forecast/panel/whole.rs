//! A whole (a state) forecast from the panel of its parts (its districts) and its own last value.
//!
//! One series of 10 points can't tell noise from change; its parts can. The whole moves by the mean of its parts' forecast
//! changes, weighted by cases. It misses by what all parts miss by together: what they miss by on their own averages out.

use super::apply::{ForecastGoal, PeriodForecast, SeriesSteps, TargetChance, never_narrower};
use super::fit::FittedPanel;
use super::{CaseSteps, LEAST_SERIES, Panel, PanelRow, TargetSide};
use crate::forecast::ErrorShape;

/// Name of the method.
pub const WHOLE: &str = "panel-whole";
/// Version of the method.
pub const WHOLE_VERSION: &str = "3";

/// Why a whole can't be read from its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWhole {
    /// The whole has too few points, or none in the last period.
    TooFewPoints,
    /// Fewer than [`LEAST_SERIES`] parts have points enough and a value in the last period; holds how many have.
    TooFewParts(usize),
    /// The panel's past is too short to tell what all series miss by together.
    TooShort,
}

impl FittedPanel {
    /// Forecasts the periods after the last into `out`. `parts` is the panel that this was learned from, each weighing as much
    /// as the cases behind its last value (all alike where no cases are known); the whole has its periods
    /// ([`PanelRow::over_periods`]) and bounds.
    ///
    /// ```
    /// use headway_stats::forecast::panel::{Panel, PanelRow, PeriodForecast, TargetSide};
    /// let (counts, breaks, bounds, reached) = (None, None, (None, None), TargetSide::AtOrAbove);
    /// // Forty districts rise by 1 a year and move by up to 4 points to either side on their own; the state is at 79.
    /// let own = |i: usize| 4.0 * ((i as f64).sin() * 1e4).fract();
    /// let values: Vec<f64> = (0..40 * 10).map(|i| (50 + i / 10 + i % 10) as f64 + own(i)).collect();
    /// let parts = Panel { periods: 10, values: &values, counts, breaks, bounds, reached };
    /// let state: Vec<f64> = (70..80).map(f64::from).collect();
    /// let (whole, mut ahead) = (PanelRow { values: &state, counts, breaks }, [PeriodForecast::default(); 1]);
    /// parts.fit(1).unwrap().forecast_whole(&whole, &parts, None, &mut ahead).unwrap();
    /// // The state rises too, and more surely: what districts do on their own averages out.
    /// assert!((ahead[0].mean - 80.0).abs() < 0.5 && ahead[0].hi95 - ahead[0].lo95 < 4.0);
    /// ```
    ///
    /// # Errors
    /// [`NoWhole`]: why this can't be done; `out` is left as it was.
    pub fn forecast_whole(
        &self,
        whole: &PanelRow<'_>,
        parts: &Panel<'_>,
        goal: Option<ForecastGoal>,
        out: &mut [PeriodForecast],
    ) -> Result<(), NoWhole> {
        let own_last = whole.values.last().map_or(f64::NAN, |value| self.scale.to_scale(*value));
        if whole.check_enough().is_err() || !own_last.is_finite() {
            return Err(NoWhole::TooFewPoints);
        }
        let (mut moved, mut noise) = (vec![0.0; out.len()], vec![0.0; out.len()]);
        let (mut cases, mut used) = (0.0, 0);
        for part in (0..parts.len()).map(|row| parts.series(row)) {
            let n = part.counts.map_or(1.0, |counts| counts[parts.periods - 1]);
            let last = part.values.last().map_or(f64::NAN, |value| self.scale.to_scale(*value));
            if part.check_enough().is_err() || !last.is_finite() || n.is_nan() || n <= 0.0 {
                continue;
            }
            let read = self.read_series(&part);
            for i in 0..out.len() {
                let coming = self.look_ahead(&read, i + 1);
                moved[i] += n * (coming.mean - last);
                noise[i] += (n * coming.spread).powi(2);
            }
            cases += n;
            used += 1;
        }
        if used < LEAST_SERIES {
            return Err(NoWhole::TooFewParts(used));
        }
        if self.spread.of_whole.iter().any(|(deviation, _)| *deviation == 0.0) {
            return Err(NoWhole::TooShort);
        }
        let (steps, cases_of) = (SeriesSteps::since_break(whole), CaseSteps::from_series(whole, self.scale.bounds()));
        for (i, ahead) in out.iter_mut().enumerate() {
            let (deviation, freedom) = self.spread.of_whole[i];
            let mean = own_last + moved[i] / cases;
            let spread = (noise[i] / (cases * cases) + deviation * deviation).sqrt();
            let shape = ErrorShape::T(freedom);
            let at = |p: f64| self.scale.back_to_value(mean + spread * shape.quantile(p));
            let reach = |target: f64, reached: TargetSide| {
                let bar = cases_of.target_bar(target, reached);
                let z = reached.sign() * (self.scale.scale_bar(bar) - mean) / spread;
                let chance = if z.is_finite() { shape.chance_above(z) } else { f64::from(u8::from(z < 0.0)) };
                TargetChance { chance, naive: steps.naive_chance(self.periods, i + 1, bar, reached) }
            };
            let chance = goal.map(|goal| goal.chance_from(reach));
            *ahead = PeriodForecast {
                mean: self.scale.back_to_value(mean),
                lo80: at(0.1),
                hi80: at(0.9),
                lo95: at(0.025),
                hi95: at(0.975),
                chance: chance.map_or(f64::NAN, |c| c.chance),
                chance_naive: chance.map_or(f64::NAN, |c| c.naive),
            };
        }
        never_narrower(out, self.scale.bounds());
        Ok(())
    }
}

/// A series moved to the periods of another panel.
#[derive(Debug, Clone)]
pub struct ShiftedSeries {
    values: Vec<f64>,
    counts: Vec<f64>,
    breaks: Vec<bool>,
}

impl PanelRow<'_> {
    /// The same over `periods` periods, the first of which lies `later` periods after the own first; what the series does not
    /// reach is missing.
    ///
    /// ```
    /// use headway_stats::forecast::panel::PanelRow;
    /// // From 2020 on; another panel begins in 2021 and has three years.
    /// let own = PanelRow { values: &[70.0, 72.0, 74.0], counts: Some(&[500.0, 510.0, 520.0]), breaks: None };
    /// let moved = own.over_periods(1, 3);
    /// assert_eq!(moved.as_series().values[..2], [72.0, 74.0]);
    /// assert!(moved.as_series().values[2].is_nan());
    /// ```
    #[must_use]
    pub fn over_periods(&self, later: i32, periods: usize) -> ShiftedSeries {
        let at = |t: usize| {
            let own = i64::from(later) + t as i64;
            usize::try_from(own).ok().filter(|own| *own < self.values.len())
        };
        let cells = || (0..periods).map(at);
        ShiftedSeries {
            values: cells().map(|t| t.map_or(f64::NAN, |t| self.values[t])).collect(),
            counts: cells().map(|t| self.counts.zip(t).map_or(f64::NAN, |(counts, t)| counts[t])).collect(),
            breaks: cells().map(|t| self.breaks.zip(t).is_some_and(|(breaks, t)| breaks[t])).collect(),
        }
    }
}

impl ShiftedSeries {
    /// As the methods take it.
    ///
    /// ```
    /// use headway_stats::forecast::panel::PanelRow;
    /// let own = PanelRow { values: &[70.0, 72.0], counts: Some(&[500.0, 510.0]), breaks: None };
    /// let moved = own.over_periods(0, 2);
    /// assert_eq!(moved.as_series().counts, Some(&[500.0, 510.0][..]));
    /// ```
    #[must_use]
    pub fn as_series(&self) -> PanelRow<'_> {
        PanelRow { values: &self.values, counts: Some(&self.counts), breaks: Some(&self.breaks) }
    }
}
