//! On what scale a measure tells a share: percent, a fraction of one, or per 1,000 or 100,000 students.

use super::figures::Figures;

/// The scales that are looked for: what all students would be.
const SCALES: [f64; 4] = [1.0, 100.0, 1_000.0, 100_000.0];
/// Of ten rows in nine the value is a count of the students, if it is a share.
const OF_TEN: usize = 9;
/// A scale that fits by accident less often than this is believed.
const RARE: f64 = 1e-4;
/// Rows in which a value would be a count by accident more often than this tell nothing.
const TELLS: f64 = 0.5;

/// A value and its students.
pub(super) type Pair = (f64, f64);

/// The scale on which these values are counts of their students: value times students over the scale is a whole number, up to how
/// the value is rounded, in nine of ten rows, and not by accident. Nothing for means, scores and the like.
pub(super) fn of(pairs: &[Pair]) -> Option<f64> {
    let half = 0.5 * 10f64.powi(-(decimals(pairs) as i32));
    let fits = |scale: &f64| {
        let (mut seen, mut held, mut chance) = (0, 0, 1.0f64);
        for &(value, n) in pairs.iter().filter(|(_, n)| *n >= 1.0) {
            let room = (half * n / scale).max(1e-6);
            if 2.0 * room >= TELLS {
                continue;
            }
            let count = value * n / scale;
            let whole = (count - count.round()).abs() <= room * (1.0 + 1e-6) && count > -room && count < n + room;
            seen += 1;
            held += usize::from(whole);
            // None and all of them are counts on many scales.
            if whole && count.round() >= 1.0 && count.round() < n {
                chance *= 2.0 * room;
            }
        }
        10 * held >= OF_TEN * seen && chance < RARE
    };
    SCALES.into_iter().find(fits)
}

/// The scale of a measure that has counts: what its values are of the share that they give.
pub(super) fn of_counts(rows: &[(f64, f64, f64)]) -> f64 {
    let shares = || rows.iter().filter(|(_, k, n)| *k > 0.0 && *n > 0.0);
    let near = |scale: &f64| shares().filter(|(v, k, n)| (v * n / k / scale - 1.0).abs() < 0.2).count();
    let best = SCALES.into_iter().max_by_key(|scale| (near(scale), *scale == PERCENT));
    best.unwrap_or(PERCENT)
}

/// Percent.
pub(super) const PERCENT: f64 = 100.0;

/// How many places after the point the values have, at most.
fn decimals(pairs: &[Pair]) -> usize {
    const MOST: usize = 9;
    let places = |value: f64| format!("{value}").split_once('.').map_or(0, |(_, places)| places.len());
    pairs.iter().map(|(value, _)| places(*value).min(MOST)).max().unwrap_or(0)
}

/// `k` of `n` on this scale, to a tenth of a percent or finer; nothing of nobody is 0.
pub(super) fn share(scale: f64, k: i64, n: u64) -> f64 {
    if n == 0 {
        return 0.0;
    }
    // 1 has three places, 100 one, 1,000 one and 100,000 one.
    let places = if scale < PERCENT { 1_000.0 } else { 10.0 };
    (places * scale * k as f64 / n as f64).round() / places
}

impl Figures {
    /// `k` of `n` students in the measure's own unit.
    pub(super) fn share(&self, k: i64, n: u64) -> f64 {
        share(self.scale, k, n)
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
            let pairs: Vec<Pair> = counts.iter().map(|(k, n)| (round(scale * k / n, places), *n)).collect();
            assert_eq!(of(&pairs), Some(scale), "per {scale}, {places} places");
        }
        let scores = [215.3, 240.1, 198.7, 222.9, 260.4, 231.8, 207.2];
        let mean: Vec<Pair> = scores.into_iter().zip(counts).map(|(score, (_, n))| (score, n)).collect();
        assert_eq!(of(&mean), None, "a score");
        let whole: Vec<Pair> = mean.iter().map(|(score, n)| (score.round(), *n)).collect();
        assert_eq!(of(&whole), None, "a whole number of points");
        assert_eq!(of(&[]), None);
        assert_eq!(of_counts(&[(86.2, 5.0, 58.0), (103.4, 3.0, 29.0)]), 1_000.0);
        assert_eq!(of_counts(&[(0.0, 0.0, 58.0)]), 100.0, "nothing to see");
    }
}
