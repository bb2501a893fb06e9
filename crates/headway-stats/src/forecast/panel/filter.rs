//! One series' level, trend and uncertainty, moved on a period at a time.
//!
//! Local level with a panel-wide part: of each surprise, what all series share (`common`) moves the level in full, what
//! is the series' own moves it by the Kalman gain, which is smaller where few cases stand behind a value.

/// Smoothing weights shared by the panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SmoothingWeights {
    /// Variance of the level's own movement a period, over the variance of an observation.
    pub(super) movement: f64,
    /// Share of the observation variance that falls as cases grow.
    pub(super) sampling: f64,
    /// Weight of the newest own surprise in the own trend, as a share of the gain.
    pub(super) trend: f64,
    /// Share of the panel's usual yearly change that is carried on.
    pub(super) drift: f64,
}

/// What is left of the own trend from one period to the next.
pub(super) const DAMPING: f64 = 0.85;

/// A series' state after a period.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeriesState {
    /// Smoothed level; NaN before the first known value.
    pub(super) level: f64,
    pub(super) trend: f64,
    /// Variance of the level, over the variance of an observation.
    pub(super) variance: f64,
    /// Relative variance of the newest observation.
    pub(super) noise: f64,
    /// Newest known value.
    pub(super) last: f64,
    sum: f64,
    /// Known values since the last break.
    pub(super) points: usize,
    /// Periods since the newest known value.
    pub(super) age: usize,
}

impl SeriesState {
    pub(super) const START: SeriesState = SeriesState {
        level: f64::NAN,
        trend: 0.0,
        variance: 0.0,
        noise: 1.0,
        last: f64::NAN,
        sum: 0.0,
        points: 0,
        age: 0,
    };

    /// Forgets the level where values stop being comparable.
    pub(super) fn break_off(&mut self) {
        *self = SeriesState { noise: self.noise, ..SeriesState::START };
    }

    /// Moves on to the next period and returns the surprise (value less forecast): NaN for a missing or a first value.
    pub(super) fn advance_period(&mut self, weights: &SmoothingWeights, drift: f64, value: f64) -> f64 {
        self.trend *= DAMPING;
        self.level += self.trend + weights.drift * drift;
        self.variance += weights.movement;
        value - self.level
    }

    /// Makes room for a move that differs from series to series `uneven` times as much as moves do.
    pub(super) fn widen_for_shock(&mut self, uneven: f64) {
        self.variance += (uneven * uneven - 1.0) * (self.variance + self.noise);
    }

    /// Takes the value of the period in; `common` is the part of the surprise all series share.
    pub(super) fn take_value(
        &mut self,
        weights: &SmoothingWeights,
        noise: f64,
        value: f64,
        surprise: f64,
        common: f64,
    ) {
        if value.is_nan() {
            self.level += common;
            self.age += 1;
            return;
        }
        self.noise = noise;
        self.last = value;
        self.sum += value;
        self.points += 1;
        self.age = 0;
        if surprise.is_nan() {
            (self.level, self.trend, self.variance) = (value, 0.0, noise);
            return;
        }
        let gain = self.variance / (self.variance + noise);
        let own = surprise - common;
        self.level += common + gain * own;
        self.trend += weights.trend * gain * own;
        self.variance *= 1.0 - gain;
    }

    /// Forecast this many periods ahead, before what past errors teach.
    pub(super) fn forecast_ahead(&self, weights: &SmoothingWeights, drift: f64, steps: usize) -> f64 {
        let mut damped = 0.0;
        for _ in 0..steps {
            damped = DAMPING * (1.0 + damped);
        }
        self.level + damped * self.trend + weights.drift * drift * steps as f64
    }

    /// Variance of the error of such a forecast, over the variance of an observation.
    pub(super) fn error_variance(&self, weights: &SmoothingWeights, steps: usize) -> f64 {
        self.variance + weights.movement * steps as f64 + self.noise
    }

    /// What past errors are regressed on: the level, the newest value's distance from it, the mean's distance from it.
    pub(super) fn error_features(&self) -> [f64; 3] {
        [self.level, self.last - self.level, self.sum / self.points as f64 - self.level]
    }
}

/// Relative observation variance of a value with `n` cases, where `typical` cases have 1.
pub(super) fn relative_noise(weights: &SmoothingWeights, typical: Option<f64>, n: f64) -> f64 {
    match typical {
        Some(typical) => weights.sampling * typical / n + (1.0 - weights.sampling),
        None => 1.0,
    }
}
