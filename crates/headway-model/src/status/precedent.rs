//! Precedent: has anybody ever kept such a pace for so long?

use serde::Serialize;

use crate::Direction;

/// The history of one place: exact values by ordinal of the period, rising. Equal lengths.
#[derive(Clone, Copy, Debug)]
pub struct ValueHistory<'a> {
    /// Ordinals, strictly rising.
    pub period: &'a [i32],
    /// Values; NaN where none is known.
    pub value: &'a [f64],
}

/// The share of place histories in which a pace was kept, with its count: never one without the other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PacePrecedent {
    /// Histories that kept the pace at least once over as many years.
    pub kept: u64,
    /// Histories long enough to tell.
    pub of: u64,
    /// `kept / of`; null when no history is long enough.
    pub share: Option<f64>,
}

/// The best pace of each of many places over one span of time: made once a measure and span, asked once a series.
#[derive(Clone, Debug)]
pub struct PaceRecord {
    /// Best pace of each place in the direction wanted, rising.
    best: Vec<f64>,
    sign: f64,
}

impl PaceRecord {
    /// The best paces over exactly `steps` periods (`steps / per_year` years). Both ends of a span need a value; a span that
    /// crosses a break (ordinal of the first period of a new series) does not count. O(points) and one sort of the places.
    /// `None` for "maintain", which has no pace, and for less than one step.
    pub fn new<'a>(
        histories: impl IntoIterator<Item = ValueHistory<'a>>,
        steps: i32,
        per_year: f64,
        direction: Direction,
        breaks: &[i32],
    ) -> Option<Self> {
        let sign = direction.sign()?;
        if steps < 1 {
            return None;
        }
        let years = f64::from(steps) / per_year;
        let mut best: Vec<f64> = histories
            .into_iter()
            .filter_map(|history| best_gain(history, steps, sign, breaks))
            .map(|gain| gain / years)
            .collect();
        best.sort_by(f64::total_cmp);
        Some(Self { best, sign })
    }

    /// In how many histories `pace` (units a year, as in [`super::Score::pace_needed`]) was ever kept.
    pub fn precedent_for(&self, pace: f64) -> PacePrecedent {
        let wanted = self.sign * pace;
        let scale = wanted.abs();
        let below = self.best.partition_point(|&b| super::without_noise(b - wanted, scale) < 0.0);
        let of = self.best.len() as u64;
        let kept = of - below as u64;
        PacePrecedent { kept, of, share: (of > 0).then(|| kept as f64 / of as f64) }
    }
}

/// The largest gain of one history over `steps` periods: two markers that move forward together.
fn best_gain(history: ValueHistory<'_>, steps: i32, sign: f64, breaks: &[i32]) -> Option<f64> {
    debug_assert!(history.period.is_sorted(), "a history is in order");
    let mut best: Option<f64> = None;
    let mut from = 0;
    for (to, &end) in history.period.iter().enumerate() {
        while history.period[from] < end - steps {
            from += 1;
        }
        let start = history.period[from];
        let gain = sign * (history.value[to] - history.value[from]);
        let crosses = breaks.iter().any(|b| *b > start && *b <= end);
        if start == end - steps && !crosses && !gain.is_nan() {
            best = Some(best.map_or(gain, |b| b.max(gain)));
        }
    }
    best
}
