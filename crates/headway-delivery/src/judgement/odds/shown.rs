//! A chance in words, and when it may be called calibrated.

use headway_stats::forecast::Score;

/// Forecasts that a backtest needs before odds count as calibrated.
const FORECASTS: u64 = 100;
/// Years of results that they must have been held against: what all series miss by together in a year is one draw, however many
/// they are.
const YEARS: usize = 3;
/// How far chances may be off, beyond what the number of forecasts explains.
const OFF: f64 = 0.1;

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
