//! A chance in words, and when it may be called calibrated.

use headway_stats::forecast::BacktestScore;
use headway_stats::forecast::backtest::ReliabilityTenth;
use serde::Serialize;

/// Forecasts that a backtest needs before odds count as calibrated.
const FORECASTS: u64 = 100;
/// Years of results that they must have been held against: what all series miss by together in a year is one draw, however many
/// they are.
const YEARS: usize = 3;
/// How far chances may be off, beyond what the number of forecasts explains.
const OFF: f64 = 0.1;

/// Slopes of what came on what was said, within which chances held: below, they were too bold, above, too timid.
const HELD: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// How far what came may lie from what was said, on average over all forecasts.
const SHIFT: f64 = 0.05;

/// What a backtest showed of chances, beyond whether they count as calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OddsRecord {
    /// There was no backtest, or too few forecasts for a word.
    Untested,
    /// What came lay about where it was said.
    Held,
    /// What was forecast came more often than was said, whatever was said.
    TooLow,
    /// What was forecast came less often than was said, whatever was said.
    TooHigh,
    /// Great and small chances lay farther apart than what came of them.
    TooBold,
    /// Great and small chances lay nearer together than what came of them.
    TooTimid,
}

impl OddsRecord {
    /// How chances leaned, by the line through the tenths of a backtest, what came over what was said: its height (a shift) or
    /// its slope, whichever explains more of the distance between the two.
    pub fn from_score(score: &BacktestScore) -> Self {
        if score.n < FORECASTS || score.periods < 2 {
            return Self::Untested;
        }
        let tenths = || score.reliability.iter().filter(|t| t.n > 0);
        let n: f64 = tenths().map(|t| t.n as f64).sum();
        let mean = |of: fn(&ReliabilityTenth) -> f64| tenths().map(|t| t.n as f64 * of(t)).sum::<f64>() / n;
        let (said, came) = (mean(|t| t.chance), mean(|t| t.reached));
        let (along, apart) = tenths().fold((0.0, 0.0), |(along, apart), t| {
            let (n, x, y) = (t.n as f64, t.chance - said, t.reached - came);
            (along + n * x * y, apart + n * x * x)
        });
        let (shift, slope) = (came - said, if apart > 0.0 { along / apart } else { 1.0 });
        let by_slope = (slope - 1.0).abs() * (apart / n).sqrt();
        match (shift.abs() > SHIFT, !HELD.contains(&slope)) {
            (true, leans) if !leans || shift.abs() >= by_slope => {
                if shift > 0.0 {
                    Self::TooLow
                } else {
                    Self::TooHigh
                }
            }
            (_, true) if slope < 1.0 => Self::TooBold,
            (_, true) => Self::TooTimid,
            _ => Self::Held,
        }
    }

    /// "too low", "too high", "too bold" or "too timid"; `None` for the others.
    pub fn lean_text(self) -> Option<&'static str> {
        match self {
            Self::TooLow => Some("too low"),
            Self::TooHigh => Some("too high"),
            Self::TooBold => Some("too bold"),
            Self::TooTimid => Some("too timid"),
            Self::Untested | Self::Held => None,
        }
    }
}

/// How chances of a kin did in a backtest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OddsProof {
    pub(crate) calibrated: bool,
    pub(crate) past: OddsRecord,
}

impl OddsProof {
    pub(crate) const NONE: Self = Self { calibrated: false, past: OddsRecord::Untested };

    pub(crate) fn from_scores(own: &BacktestScore, last: &BacktestScore) -> Self {
        Self { calibrated: calibrated_by(own, last), past: OddsRecord::from_score(own) }
    }
}

/// A chance in whole tenths, as it is told.
pub(super) fn whole_tenths(chance: f64) -> i64 {
    (10.0 * chance).round() as i64
}

/// A chance in words and whole tens.
pub fn chance_text(chance: f64) -> String {
    match whole_tenths(chance) {
        ..=0 => "less than 1 in 10".to_owned(),
        10.. => "more than 9 in 10".to_owned(),
        tenths => format!("about {tenths} in 10"),
    }
}

/// Whether a backtest shows that odds mean what they say: 100 forecasts or more held against the results of three years or more,
/// 80 % intervals held 75 to 85 % and 95 % intervals 90 % or more of what came, chances nearer to what came (Brier) than those of
/// the last value, not off by more than a tenth, and not leaning to one side ([`OddsRecord`]). Pages, tables and the backtest's own headline
/// all ask here.
pub fn calibrated_by(own: &BacktestScore, last: &BacktestScore) -> bool {
    own.n >= FORECASTS
        && own.periods >= YEARS
        && (0.75..=0.85).contains(&own.cover80)
        && own.cover95 >= 0.90
        && own.brier < last.brier
        && calibration_error(own) <= OFF
        && OddsRecord::from_score(own) == OddsRecord::Held
}

/// Root mean square distance of what was said from what came over the tenths, less what comes of so few forecasts alone (Brocker
/// 2012): else a small backtest could never pass.
fn calibration_error(score: &BacktestScore) -> f64 {
    let tenths = score.reliability.iter().filter(|t| t.n > 1);
    let (sum, n) = tenths.fold((0.0, 0.0), |(sum, n), t| {
        let many = t.n as f64;
        let by_chance = t.reached * (1.0 - t.reached) / (many - 1.0);
        (sum + many * ((t.chance - t.reached).powi(2) - by_chance), n + many)
    });
    if n > 0.0 { (sum / n).max(0.0).sqrt() } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use headway_stats::forecast::ForecastMethod;

    use super::*;

    /// What a backtest shows in which so many forecasts of a chance came true in so many of a hundred.
    fn check(tenths: &[(u64, f64, f64)], past: OddsRecord) {
        let mut reliability = [ReliabilityTenth { n: 0, chance: f64::NAN, reached: f64::NAN }; 10];
        for (of, &(n, chance, reached)) in reliability.iter_mut().zip(tenths) {
            *of = ReliabilityTenth { n, chance, reached };
        }
        let score = BacktestScore {
            method: ForecastMethod::Panel,
            n: tenths.iter().map(|t| t.0).sum(),
            periods: 4,
            mae: 1.0,
            mase: 1.0,
            cover80: 0.8,
            cover95: 0.95,
            interval_score95: 1.0,
            interval_score95_scaled: 1.0,
            brier: 0.2,
            reliability,
        };
        assert_eq!(OddsRecord::from_score(&score), past, "{tenths:?}");
    }

    #[test]
    fn a_shift_is_told_from_a_slope() {
        check(&[(60, 0.2, 0.21), (60, 0.5, 0.48), (60, 0.8, 0.81)], OddsRecord::Held);
        check(&[(60, 0.2, 0.4), (60, 0.5, 0.7), (60, 0.8, 0.98)], OddsRecord::TooLow);
        check(&[(60, 0.2, 0.05), (60, 0.5, 0.32), (60, 0.8, 0.6)], OddsRecord::TooHigh);
        check(&[(60, 0.2, 0.4), (60, 0.5, 0.5), (60, 0.8, 0.6)], OddsRecord::TooBold);
        check(&[(60, 0.3, 0.1), (60, 0.5, 0.5), (60, 0.7, 0.9)], OddsRecord::TooTimid);
        // All on one side of even odds: it came more often than was said, by as much everywhere.
        let shifted = [(56, 0.26, 0.55), (278, 0.36, 0.64), (752, 0.45, 0.66), (1506, 0.56, 0.73), (1205, 0.64, 0.85)];
        check(&shifted, OddsRecord::TooLow);
        check(&[(200, 0.55, 0.56)], OddsRecord::Held);
        check(&[(200, 0.55, 0.75)], OddsRecord::TooLow);
        check(&[(20, 0.5, 0.9), (20, 0.6, 0.9)], OddsRecord::Untested);
    }
}
