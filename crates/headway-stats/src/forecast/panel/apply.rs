//! One series read with the panel's figures: forecast, intervals, chance. Nothing is allocated here.

use super::filter::{SeriesState, relative_noise};
use super::fit::FittedPanel;
use super::lesson::{center_features, lesson_effect};
use super::noise::OwnNoise;
use super::scale::TargetSide;
use super::trust::{IntervalChoice, TrustShares};
use super::{CaseSteps, PanelRow, TooFewPoints};
use crate::normal;

/// Forecast of one period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PeriodForecast {
    /// Point forecast (the middle of what may come).
    pub mean: f64,
    /// Lower end of the 80 % interval.
    pub lo80: f64,
    /// Upper end of the 80 % interval.
    pub hi80: f64,
    /// Lower end of the 95 % interval.
    pub lo95: f64,
    /// Upper end of the 95 % interval.
    pub hi95: f64,
    /// Chance that the target is reached in this period; NaN without a target.
    pub chance: f64,
    /// The same if the last value stood and only the series' own yearly steps spread it.
    pub chance_naive: f64,
}

/// What a series was read to be, whether or not it has points enough for a probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesOutlook {
    /// Smoothed level of the last period, in the unit of the series.
    pub level: f64,
    /// Standard deviation of an observation, on the scale values are smoothed on.
    pub noise: f64,
}

/// The chance that a target is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetChance {
    /// By the panel.
    pub chance: f64,
    /// If the last value stood and only the series' own yearly steps spread it.
    pub naive: f64,
}

/// What a period is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ForecastGoal {
    /// This value, on this side.
    Reach(f64, TargetSide),
    /// From the first value to the second, both included.
    Within(f64, f64),
}

impl ForecastGoal {
    /// The chance of the goal from that of reaching a value on a side.
    pub(super) fn chance_from(self, reach: impl Fn(f64, TargetSide) -> TargetChance) -> TargetChance {
        match self {
            ForecastGoal::Reach(target, reached) => reach(target, reached),
            ForecastGoal::Within(lo, hi) => {
                // What is not under the band and not over it.
                let (above, below) = (reach(lo, TargetSide::AtOrAbove), reach(hi, TargetSide::AtOrBelow));
                let inside = |a: f64, b: f64| (a + b - 1.0).max(0.0);
                TargetChance { chance: inside(above.chance, below.chance), naive: inside(above.naive, below.naive) }
            }
        }
    }
}

/// A series, read.
pub(super) struct SeriesReading {
    state: SeriesState,
    /// How its values move.
    cases: CaseSteps,
    /// Its noise.
    noise: f64,
    /// The state's features less the panel's middle.
    lean: [f64; 3],
    steps: SeriesSteps,
}

/// A forecast in its parts, before they are mixed: what is tried on a panel's past.
pub(super) struct ForecastParts {
    /// The last value.
    pub(super) last: f64,
    /// The chance that it is reached again by the last value's own forecast.
    pub(super) stands: f64,
    /// The same by the method, without and with the change that all series share.
    own: f64,
    shared: f64,
    /// The last value's intervals.
    pub(super) stands95: [f64; 2],
    pub(super) stands80: [f64; 2],
    /// Middle of the own range and how far its ends lie from it, on the scale values are smoothed on; without and with the
    /// shared change.
    ends: [(f64, [f64; 4]); 2],
}

impl ForecastParts {
    /// What the own view adds to the last value's chance, and the shared change to both.
    pub(super) fn added_chances(&self) -> [f64; 2] {
        [self.own - self.stands, self.shared - self.own]
    }

    /// Own ends as [`FittedPanel::own_ends`] has them.
    pub(super) fn own_ends(&self, fitted: &FittedPanel, shared: bool, factor: f64) -> [f64; 4] {
        let (mean, off) = self.ends[usize::from(shared)];
        off.map(|off| fitted.scale.back_to_value(mean + factor * off))
    }
}

/// What may come a number of periods ahead, on the scale values are smoothed on.
pub(super) struct AheadSpread<'a> {
    pub(super) mean: f64,
    pub(super) spread: f64,
    /// Evenly likely standardized errors.
    points: &'a [f64],
}

impl FittedPanel {
    /// Forecasts the periods after the last into `out`, at most the horizon of the fit. `target` is what each of these
    /// periods is held against.
    ///
    /// Example: [`FittedPanel`].
    ///
    /// # Errors
    /// [`TooFewPoints`] where the series has too few; `out` is left as it was.
    pub fn forecast_target(
        &self,
        series: &PanelRow<'_>,
        target: Option<f64>,
        out: &mut [PeriodForecast],
    ) -> Result<SeriesOutlook, TooFewPoints> {
        let target = target.filter(|target| target.is_finite());
        self.forecast_goal(series, target.map(|target| ForecastGoal::Reach(target, self.reached)), out)
    }

    /// The same, held against a goal that need not be the panel's: either side of a target, or a band.
    ///
    /// Example: [`FittedPanel`].
    ///
    /// # Errors
    /// [`TooFewPoints`] where the series has too few; `out` is left as it was.
    pub fn forecast_goal(
        &self,
        series: &PanelRow<'_>,
        goal: Option<ForecastGoal>,
        out: &mut [PeriodForecast],
    ) -> Result<SeriesOutlook, TooFewPoints> {
        series.check_enough()?;
        let read = self.read_series(series);
        let ends = &self.trust.ends;
        let TrustShares { own, shared } = self.trust.chance;
        // As much of the shared change as the chance takes of it.
        let carried = if own > 0.0 { shared / own } else { 0.0 };
        for (i, ahead) in out.iter_mut().enumerate() {
            let coming = self.look_ahead(&read, i + 1);
            let chance = goal.map(|goal| {
                goal.chance_from(|target, reached| self.reach_chance(target, reached, &read, &coming, i + 1))
            });
            let [lo95, lo80, hi80, hi95] = self.own_ends(&coming, i + 1, ends.shared, ends.width_ahead(i + 1));
            let mixed = |p: f64, own: [f64; 2], wide: f64| {
                self.widen_interval(
                    IntervalChoice::mix_intervals(read.steps.interval_ends(self, i + 1, p), own, ends.weight),
                    wide,
                )
            };
            let [lo95, hi95] = mixed(0.975, [lo95, hi95], ends.wide[0]);
            let [lo80, hi80] = mixed(0.9, [lo80, hi80], ends.wide[1]).map(|end| end.clamp(lo95, hi95.max(lo95)));
            let mean = self.scale.back_to_value(coming.mean - (1.0 - carried) * self.shared_change(i + 1));
            *ahead = PeriodForecast {
                mean: mean.clamp(lo80, hi80.max(lo80)),
                lo80,
                hi80,
                lo95,
                hi95,
                chance: chance.map_or(f64::NAN, |c| c.chance),
                chance_naive: chance.map_or(f64::NAN, |c| c.naive),
            };
        }
        never_narrower(out, self.scale.bounds());
        Ok(SeriesOutlook { level: self.scale.back_to_value(read.state.level), noise: read.noise })
    }

    /// The chance of a goal `steps` periods after the last: that of [`FittedPanel::forecast_goal`] without the
    /// rest, for millions of series.
    ///
    /// Example: [`FittedPanel`].
    ///
    /// # Errors
    /// [`TooFewPoints`] where the series has too few.
    pub fn goal_chance(
        &self,
        series: &PanelRow<'_>,
        goal: ForecastGoal,
        steps: usize,
    ) -> Result<TargetChance, TooFewPoints> {
        series.check_enough()?;
        let read = self.read_series(series);
        let coming = self.look_ahead(&read, steps);
        Ok(goal.chance_from(|target, reached| self.reach_chance(target, reached, &read, &coming, steps)))
    }

    pub(super) fn look_ahead(&self, read: &SeriesReading, steps: usize) -> AheadSpread<'_> {
        assert!((1..=self.horizon).contains(&steps), "the panel was fitted for fewer periods ahead");
        let (state, drift) = (&read.state, self.drift[self.periods - 1]);
        let mean =
            state.forecast_ahead(&self.weights, drift, steps) + lesson_effect(self.lessons[steps - 1], read.lean);
        let spread = read.noise * state.error_variance(&self.weights, steps).sqrt();
        let points = self.spread.distribution_for((steps + state.age).min(self.horizon), state.level, spread);
        AheadSpread { mean, spread, points }
    }

    fn reach_chance(
        &self,
        target: f64,
        reached: TargetSide,
        read: &SeriesReading,
        coming: &AheadSpread<'_>,
        steps: usize,
    ) -> TargetChance {
        let bar = read.cases.target_bar(target, reached);
        let z = (self.scale.scale_bar(bar) - coming.mean) / coming.spread;
        let naive = read.steps.naive_chance(self.periods, steps, bar, reached);
        let with = share_reaching(coming.points, z, reached);
        // What no bound allows is not made likelier by a mean of two.
        if !naive.is_finite() || !z.is_finite() {
            return TargetChance { chance: with, naive };
        }
        let TrustShares { own, shared } = self.trust.chance;
        let without = if own == shared {
            with
        } else {
            share_reaching(coming.points, z + self.shared_change(steps) / coming.spread, reached)
        };
        TargetChance { chance: naive + own * (without - naive) + shared * (with - without), naive }
    }

    /// What the panel's usual yearly change adds, on the scale values are smoothed on.
    fn shared_change(&self, steps: usize) -> f64 {
        self.weights.drift * self.drift[self.periods - 1] * steps as f64
    }

    /// Own ends of the 95 % interval and, within, of the 80 % one, with or without the shared change and `factor` times as wide.
    fn own_ends(&self, coming: &AheadSpread<'_>, steps: usize, shared: bool, factor: f64) -> [f64; 4] {
        let mean = if shared { coming.mean } else { coming.mean - self.shared_change(steps) };
        [0.025, 0.1, 0.9, 0.975]
            .map(|p| self.scale.back_to_value(mean + factor * coming.spread * point_quantile(coming.points, p)))
    }

    /// An interval made wider or narrower about its middle, within the bounds.
    pub(super) fn widen_interval(&self, [lo, hi]: [f64; 2], factor: f64) -> [f64; 2] {
        let more = (factor - 1.0) * (hi - lo) / 2.0;
        [self.scale.clip_to_bounds(lo - more), self.scale.clip_to_bounds(hi + more)]
    }

    /// The parts of a forecast that the last value is reached again; `None` where there are too few points.
    pub(super) fn forecast_parts(&self, series: &PanelRow<'_>, steps: usize) -> Option<ForecastParts> {
        series.check_enough().ok()?;
        let read = self.read_series(series);
        let (_, last) = read.steps.last?;
        let coming = self.look_ahead(&read, steps);
        let bar = read.cases.target_bar(last, self.reached);
        let z = (self.scale.scale_bar(bar) - coming.mean) / coming.spread;
        let more = self.shared_change(steps);
        let stands = read.steps.naive_chance(self.periods, steps, bar, self.reached);
        let [own, shared] = if z.is_finite() {
            [z + more / coming.spread, z].map(|z| share_reaching(coming.points, z, self.reached))
        } else {
            [stands; 2]
        };
        let ends = |shared: bool| {
            let mean = if shared { coming.mean } else { coming.mean - more };
            (mean, [0.025, 0.1, 0.9, 0.975].map(|p| coming.spread * point_quantile(coming.points, p)))
        };
        Some(ForecastParts {
            last,
            stands,
            own,
            shared,
            stands95: read.steps.interval_ends(self, steps, 0.975),
            stands80: read.steps.interval_ends(self, steps, 0.9),
            ends: [ends(false), ends(true)],
        })
    }

    pub(super) fn read_series(&self, series: &PanelRow<'_>) -> SeriesReading {
        assert_eq!(series.values.len(), self.periods, "a series has the panel's periods");
        let mut steps = SeriesSteps::default();
        let mut state = SeriesState::START;
        let mut own = OwnNoise::default();
        let mut n = None;
        for (t, raw) in series.values.iter().enumerate() {
            if series.breaks.is_some_and(|breaks| breaks[t]) {
                state.break_off();
                steps = SeriesSteps::default();
            }
            let value = if self.shaken.passing[t] { f64::NAN } else { self.scale.to_scale(*raw) };
            let lean = if t > 0 {
                lesson_effect(self.lessons[0], center_features(state.error_features(), self.centers[t - 1]))
            } else {
                0.0
            };
            let drift = if t > 0 { self.drift[t - 1] } else { 0.0 };
            let judged = t >= 2 && state.points >= 2 && state.age == 0 && !self.shaken.moved[t];
            let expected = state.error_variance(&self.weights, 1) * self.variance;
            let surprise = state.advance_period(&self.weights, drift, value);
            if self.shaken.moved[t] {
                state.widen_for_shock(self.shaken.uneven[t]);
            }
            if judged {
                own.add_error(surprise - lean - self.shared_error[t - 1], expected);
            }
            if let Some(counts) = series.counts {
                n = if counts[t] > 0.0 { Some(counts[t]) } else { n };
            }
            let noise = relative_noise(&self.weights, self.typical, n.or(self.typical).unwrap_or(1.0));
            state.take_value(&self.weights, noise, value, surprise, self.common[t]);
            if raw.is_finite() {
                steps.add_value(t, *raw);
            }
        }
        let noise = own.standard_deviation(self.variance, self.worth);
        let cases = CaseSteps::from_series(series, self.scale.bounds());
        SeriesReading {
            lean: center_features(state.error_features(), self.centers[self.periods - 1]),
            state,
            cases,
            noise,
            steps,
        }
    }
}

/// Widens intervals that are narrower than those of a period nearer: what is farther off is no surer. What a bound leaves no
/// room for goes to the other side.
pub(in crate::forecast) fn never_narrower(out: &mut [PeriodForecast], (low, high): (Option<f64>, Option<f64>)) {
    let widen = |lo: f64, hi: f64, least: f64| {
        let more = (least - (hi - lo)).max(0.0) / 2.0;
        let (mut lo, mut hi) = (lo - more, hi + more);
        if let Some(low) = low.filter(|low| lo < *low) {
            (lo, hi) = (low, hi + (low - lo));
        }
        if let Some(high) = high.filter(|high| hi > *high) {
            (lo, hi) = (lo - (hi - high), high);
        }
        (low.map_or(lo, |low| lo.max(low)), hi)
    };
    let (mut least80, mut least95) = (0.0, 0.0);
    for ahead in out {
        if ahead.lo95.is_nan() || ahead.hi95.is_nan() {
            continue;
        }
        (ahead.lo80, ahead.hi80) = widen(ahead.lo80, ahead.hi80, least80);
        (ahead.lo95, ahead.hi95) = widen(ahead.lo95, ahead.hi95, least95);
        (ahead.lo95, ahead.hi95) = (ahead.lo95.min(ahead.lo80), ahead.hi95.max(ahead.hi80));
        (least80, least95) = (ahead.hi80 - ahead.lo80, ahead.hi95 - ahead.lo95);
    }
}

/// Straight between the evenly likely points.
fn point_quantile(points: &[f64], p: f64) -> f64 {
    let place = (p * points.len() as f64 - 0.5).clamp(0.0, (points.len() - 1) as f64);
    let below = place.floor() as usize;
    let above = (below + 1).min(points.len() - 1);
    points[below] + (place - below as f64) * (points[above] - points[below])
}

/// Share of the points that reach z.
fn share_reaching(points: &[f64], z: f64, reached: TargetSide) -> f64 {
    let many = points.len() as f64;
    match reached {
        TargetSide::AtOrAbove => (points.len() - points.partition_point(|p| *p < z - 1e-9)) as f64 / many,
        TargetSide::AtOrBelow => points.partition_point(|p| *p <= z + 1e-9) as f64 / many,
    }
}

/// The steps a series took, for the naive chance.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SeriesSteps {
    last: Option<(usize, f64)>,
    squares: f64,
    many: f64,
}

impl SeriesSteps {
    /// Those since the last break.
    pub(super) fn since_break(series: &PanelRow<'_>) -> SeriesSteps {
        let mut steps = SeriesSteps::default();
        for (t, value) in series.values.iter().enumerate() {
            if series.breaks.is_some_and(|breaks| breaks[t]) {
                steps = SeriesSteps::default();
            }
            if value.is_finite() {
                steps.add_value(t, *value);
            }
        }
        steps
    }

    fn add_value(&mut self, t: usize, value: f64) {
        if let Some((before, last)) = self.last {
            self.squares += (value - last).powi(2) / (t - before) as f64;
            self.many += 1.0;
        }
        self.last = Some((t, value));
    }

    /// Ends of a central interval to probability p, within the bounds; NaN without a step.
    fn interval_ends(&self, fitted: &FittedPanel, ahead: usize, p: f64) -> [f64; 2] {
        let Some((t, last)) = self.last.filter(|_| self.many > 0.0) else { return [f64::NAN; 2] };
        let half = (self.squares / self.many * (fitted.periods - 1 - t + ahead) as f64).sqrt() * normal::quantile(p);
        [last - half, last + half].map(|end| fitted.scale.clip_to_bounds(end))
    }

    pub(super) fn naive_chance(&self, periods: usize, ahead: usize, target: f64, reached: TargetSide) -> f64 {
        let Some((t, last)) = self.last else { return f64::NAN };
        let variance = self.squares / self.many.max(1.0) * (periods - 1 - t + ahead) as f64;
        if variance == 0.0 {
            return f64::from(u8::from(reached.is_reached_by(last, target)));
        }
        normal::cdf(reached.sign() * (last - target) / variance.sqrt())
    }
}
