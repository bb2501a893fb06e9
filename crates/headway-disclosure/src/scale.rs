//! On what scale a measure tells a share: percent, a fraction of one, or per 1,000 or 100,000 students.

use headway_model::{Value, decimals_written};

use super::figures::{CountedFigure, MeasureFigures};

/// The scales that are looked for: what all students would be.
const SCALES: [f64; 4] = [1.0, 100.0, 1_000.0, 100_000.0];
/// Of ten rows in nine the value is a count of the students, if it is a share.
const OF_TEN: usize = 9;
/// A scale that fits by accident less often than this is believed.
const RARE: f64 = 1e-4;
/// Rows in which a value would be a count by accident more often than this tell nothing.
const TELLS: f64 = 0.5;
/// The most that a scale is a multiple of one of [`SCALES`].
const MOST_TIMES: u64 = 100;
/// At most so many numbers are looked at for what they have in common.
const LOOK: usize = 2_000;

/// A value and its students.
pub(super) type ValuePair = (f64, f64);

/// The scale on which these values are counts of their students: value times students over the scale is a whole number, up to how
/// the value is rounded, in nine of ten rows, and not by accident. Where all of these numbers are multiples of one (a rate per 200 or
/// 2,000), that many times the scale. Nothing for means, scores and the like.
pub(super) fn counting_scale(pairs: &[ValuePair]) -> Option<f64> {
    let half = 0.5 * 10f64.powi(-(most_decimals(pairs) as i32));
    // The largest first: what is whole on it is a multiple on those below.
    SCALES.into_iter().rev().find_map(|scale| fitting_scale(pairs, half, scale))
}

/// This scale, or a multiple of it, if the values are counts of their students on it.
fn fitting_scale(pairs: &[ValuePair], half: f64, scale: f64) -> Option<f64> {
    let (mut seen, mut chance) = (0, 1.0f64);
    // The whole numbers with their students, and how far off each may be.
    let mut counts: Vec<(f64, f64, f64)> = Vec::new();
    for &(value, n) in pairs.iter().filter(|(_, n)| *n >= 1.0) {
        let room = (half * n / scale).max(1e-6);
        if 2.0 * room >= TELLS {
            continue;
        }
        let count = value * n / scale;
        seen += 1;
        if (count - count.round()).abs() <= room * (1.0 + 1e-6) {
            counts.push((count, n, room));
        }
    }
    let times = common_factor(&counts);
    counts.retain(|(count, n, room)| *count > -room && *count < n * times + room);
    // None and all of them are counts on many scales.
    for (_, _, room) in counts.iter().filter(|(k, n, _)| k.round() >= times && k.round() < n * times) {
        chance *= 2.0 * room;
    }
    (10 * counts.len() >= OF_TEN * seen && chance < RARE).then_some(scale * times)
}

/// What nine of ten of these numbers that are not zero are multiples of, if not by accident; 1 where there is nothing.
fn common_factor(counts: &[(f64, f64, f64)]) -> f64 {
    let some: Vec<u64> = counts.iter().map(|(k, _, _)| k.round() as u64).filter(|k| *k > 0).take(LOOK).collect();
    let shared = |times: &u64| {
        let held = some.iter().filter(|k| **k % times == 0).count();
        10 * held >= OF_TEN * some.len() && (*times as f64).powf(some.len() as f64) * RARE > 1.0
    };
    (2..=MOST_TIMES).rev().find(shared).map_or(1.0, |times| times as f64)
}

/// The scale of a measure that has counts: what its values are of the share that they give.
pub(super) fn of_counts(rows: &[(f64, f64, f64)]) -> f64 {
    let shares = || rows.iter().filter(|(_, k, n)| *k > 0.0 && *n > 0.0);
    let near = |scale: f64| shares().filter(|(v, k, n)| (v * n / k / scale - 1.0).abs() < 0.2).count();
    let best = SCALES.into_iter().max_by_key(|scale| (near(*scale), *scale == PERCENT));
    if best.is_some_and(|scale| near(scale) > 0) {
        return best.unwrap_or(PERCENT);
    }
    // Per 200, 400, 500 and the like.
    let mut ratios: Vec<f64> = shares().map(|(v, k, n)| v * n / k).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = ratios.get(ratios.len() / 2).copied().unwrap_or(PERCENT);
    let place = 10f64.powf(middle.abs().log10().floor());
    let other = (middle / place).round() * place;
    if middle > 0.0 && 10 * near(other) >= OF_TEN * ratios.len() { other } else { PERCENT }
}

/// Percent.
pub(super) const PERCENT: f64 = 100.0;

/// How many places after the point the values have, at most.
fn most_decimals(pairs: &[ValuePair]) -> usize {
    const MOST: usize = 9;
    let places = |value: f64| format!("{value}").split_once('.').map_or(0, |(_, places)| places.len());
    pairs.iter().map(|(value, _)| places(*value).min(MOST)).max().unwrap_or(0)
}

/// `k` of `n` on this scale, to a tenth of a percent or finer; nothing of nobody is 0.
pub(super) fn scaled_share(scale: f64, k: i64, n: u64) -> f64 {
    if n == 0 {
        return 0.0;
    }
    // 1 has three places, 100 one, 1,000 one and 100,000 one.
    let places = if scale < PERCENT { 1_000.0 } else { 10.0 };
    (places * scale * k as f64 / n as f64).round() / places
}

impl MeasureFigures {
    /// `k` of `n` students in the measure's own unit.
    pub(super) fn share_in_unit(&self, k: i64, n: u64) -> f64 {
        scaled_share(self.scale, k, n)
    }

    /// `k` of `n` students in the measure's own unit, or the rate that the source made in another way: what the agency's own pages
    /// judge. Of more decimals than people write it is told as rates are.
    pub(super) fn rate_in_unit(&self, figure: &CountedFigure, k: i64, n: u64) -> f64 {
        match figure.value {
            Value::Exact { value } if figure.is_own_rate(self.scale) => {
                let tenth = (10.0 * value).round() / 10.0;
                if decimals_written(value).is_some() { value } else { tenth }
            }
            _ => self.share_in_unit(k, n),
        }
    }

    /// A percent in the measure's own unit.
    pub(super) fn in_unit(&self, percent: f64) -> f64 {
        if self.scale == PERCENT { percent } else { percent * self.scale / PERCENT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_seen_on_any_scale_and_a_mean_on_none() {
        let counts = [(3.0, 29.0), (5.0, 58.0), (7.0, 31.0), (22.0, 115.0), (2.0, 43.0), (9.0, 77.0), (0.0, 12.0)];
        let round = |x: f64, places: i32| (x * 10f64.powi(places)).round() / 10f64.powi(places);
        for (scale, places) in [(1.0, 4), (100.0, 2), (1_000.0, 1), (1_000.0, 2), (100_000.0, 0)] {
            let pairs: Vec<ValuePair> = counts.iter().map(|(k, n)| (round(scale * k / n, places), *n)).collect();
            assert_eq!(counting_scale(&pairs), Some(scale), "per {scale}, {places} places");
        }
        let scores = [215.3, 240.1, 198.7, 222.9, 260.4, 231.8, 207.2];
        let mean: Vec<ValuePair> = scores.into_iter().zip(counts).map(|(score, (_, n))| (score, n)).collect();
        assert_eq!(counting_scale(&mean), None, "a score");
        let whole: Vec<ValuePair> = mean.iter().map(|(score, n)| (score.round(), *n)).collect();
        assert_eq!(counting_scale(&whole), None, "a whole number of points");
        assert_eq!(counting_scale(&[]), None);
        for per in [200.0, 400.0, 500.0, 2_000.0] {
            let many = || (1..40).map(|at| (f64::from(at * 7 % 23), f64::from(40 + at % 19)));
            let pairs: Vec<ValuePair> = many().map(|(k, n)| (round(per * k / n, 1), n)).collect();
            assert_eq!(counting_scale(&pairs), Some(per), "per {per}");
            let rows: Vec<(f64, f64, f64)> = many().map(|(k, n)| (round(per * k / n, 1), k, n)).collect();
            assert_eq!(of_counts(&rows), per, "per {per}, with counts");
        }
        assert_eq!(of_counts(&[(86.2, 5.0, 58.0), (103.4, 3.0, 29.0)]), 1_000.0);
        assert_eq!(of_counts(&[(0.0, 0.0, 58.0)]), 100.0, "nothing to see");
    }
}
