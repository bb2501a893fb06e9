//! A chance in words, and when it may be called calibrated.

use headway_stats::forecast::Score;
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

/// What a backtest showed of chances, beyond whether they count as calibrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Past {
    /// There was no backtest, or too few forecasts for a word.
    Untested,
    /// What came lay about as far from even odds as was said.
    Held,
    /// What came lay nearer to even odds than was said.
    TooBold,
    /// What came lay farther from even odds than was said.
    TooTimid,
}

impl Past {
    /// How chances leaned, by the line through the tenths of a backtest: what came beside even odds over what was said.
    pub fn of(score: &Score) -> Self {
        if score.n < FORECASTS || score.periods < 2 {
            return Self::Untested;
        }
        let tenths = score.reliability.iter().filter(|t| t.n > 0);
        let (along, apart) = tenths.fold((0.0, 0.0), |(along, apart), t| {
            let (n, said, came) = (t.n as f64, t.chance - 0.5, t.reached - 0.5);
            (along + n * said * came, apart + n * said * said)
        });
        match along / apart {
            slope if slope < *HELD.start() => Self::TooBold,
            slope if slope > *HELD.end() => Self::TooTimid,
            _ => Self::Held,
        }
    }

    /// "too bold" or "too timid"; `None` for the others.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::TooBold => Some("too bold"),
            Self::TooTimid => Some("too timid"),
            Self::Untested | Self::Held => None,
        }
    }
}

/// How chances of a kin did in a backtest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof {
    pub(crate) calibrated: bool,
    pub(crate) past: Past,
}

impl Proof {
    pub(crate) const NONE: Self = Self { calibrated: false, past: Past::Untested };

    pub(crate) fn of(own: &Score, last: &Score) -> Self {
        Self { calibrated: calibrated_by(own, last), past: Past::of(own) }
    }
}

/// A chance in words and whole tens.
pub fn words(chance: f64) -> String {
    match (10.0 * chance).round() as i64 {
        ..=0 => "less than 1 in 10".to_owned(),
        10.. => "more than 9 in 10".to_owned(),
        tenths => format!("about {tenths} in 10"),
    }
}

/// Whether a backtest shows that odds mean what they say: 100 forecasts or more held against the results of three years or more,
/// 80 % intervals held 75 to 85 % and 95 % intervals 90 % or more of what came, chances nearer to what came (Brier) than those of
/// the last value, and not off by more than a tenth.
pub fn calibrated_by(own: &Score, last: &Score) -> bool {
    own.n >= FORECASTS
        && own.periods >= YEARS
        && (0.75..=0.85).contains(&own.cover80)
        && own.cover95 >= 0.90
        && own.brier < last.brier
        && off(own) <= OFF
}

/// Root mean square distance of what was said from what came over the tenths, less what comes of so few forecasts alone (Brocker
/// 2012): else a small backtest could never pass.
fn off(score: &Score) -> f64 {
    let tenths = score.reliability.iter().filter(|t| t.n > 1);
    let (sum, n) = tenths.fold((0.0, 0.0), |(sum, n), t| {
        let many = t.n as f64;
        let by_chance = t.reached * (1.0 - t.reached) / (many - 1.0);
        (sum + many * ((t.chance - t.reached).powi(2) - by_chance), n + many)
    });
    if n > 0.0 { (sum / n).max(0.0).sqrt() } else { f64::INFINITY }
}
