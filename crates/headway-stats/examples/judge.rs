//! A table by panel: how the panel method did beside the last value, drift, the straight line and Theta.
//! `cargo run -p headway-stats --example judge [SETS] [LEAST PERIODS] [NAME]`; sets are `all`, `second`, `third`, `kept`, `early` and
//! `late` (their first and last 6 to 8 periods), `hard` (made up), `short` (of these, 200 series of 6 and 7 periods) and, with
//! shocks put on real panels by hand, `cut` and `shocks`, divided by commas.
#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(dead_code, reason = "the tables are shared with the tests, which use more of them")]

#[path = "../tests/it/beside.rs"]
mod beside;
#[path = "../tests/it/hard.rs"]
mod hard;
#[path = "../tests/it/oracle.rs"]
mod oracle;
#[path = "../tests/it/panels.rs"]
mod panels;
#[path = "../tests/it/table.rs"]
mod table;

use beside::Beside;
use headway_stats::forecast::backtest::{BacktestPlan, BacktestScore, ForecastMethod, run_backtest};
use headway_stats::quantile::median;
use panels::Owned;

const METHODS: [ForecastMethod; 5] =
    [ForecastMethod::Panel, ForecastMethod::Naive, ForecastMethod::Drift, ForecastMethod::Ols, ForecastMethod::Theta];

struct Judged {
    name: &'static str,
    scores: Vec<BacktestScore>,
    /// Brier and interval score beside naive.
    beside: [Beside; 2],
}

fn main() {
    let arg = |n: usize| std::env::args().nth(n);
    let sets = arg(1).unwrap_or_else(|| "all,second,third".to_owned());
    let train_min = arg(2).and_then(|t| t.parse().ok()).unwrap_or(5);
    let name = arg(3).unwrap_or_default();
    let mut judged: Vec<Judged> = Vec::new();
    for owned in sets.split(',').flat_map(set).filter(|owned| owned.name.contains(&name)) {
        let plan = BacktestPlan { train_min, horizon: 4, targets: None };
        let scores = run_backtest(&owned.panel(), plan, &METHODS);
        if scores[0].n > 0 {
            scores.iter().for_each(|score| show(&owned, score, &scores[1]));
            judged.push(Judged { name: owned.name, scores, beside: Beside::naive(&owned.panel(), plan) });
        }
    }
    sum_up(&judged);
}

fn set(name: &str) -> Vec<Owned> {
    match name {
        "all" => panels::all(),
        "second" => panels::second_set(),
        "third" => panels::third_set(),
        "kept" => panels::kept_back(),
        "hard" => hard::hard(250, &[6, 7, 8, 9, 10, 12]),
        "short" => hard::hard(200, &[6, 7]),
        "early" => stretches(|_, _| 0),
        "late" => stretches(|all, periods| all - periods),
        "cut" => cut(),
        "shocks" => shocked(),
        other => panic!("no set is named {other}"),
    }
}

fn show(owned: &Owned, s: &BacktestScore, naive: &BacktestScore) {
    println!(
        "{:28} {:2} periods {:18} n {:6} mase {:.3} 80 % {:.1} 95 % {:.1} interval score {:.2} ({:.2} of naive) Brier {:.4} ({:.3} of naive)",
        owned.name,
        owned.periods,
        s.method.name(),
        s.n,
        s.mase,
        100.0 * s.cover80,
        100.0 * s.cover95,
        s.interval_score95_scaled,
        s.interval_score95 / naive.interval_score95,
        s.brier,
        s.brier / naive.brier
    );
}

fn sum_up(judged: &[Judged]) {
    for (i, method) in METHODS.iter().enumerate() {
        let mean = |f: fn(&BacktestScore) -> f64| {
            judged.iter().map(|one| f(&one.scores[i])).sum::<f64>() / judged.len() as f64
        };
        println!(
            "mean of {} panels, {:18} mase {:.3} 80 % {:.1} 95 % {:.1} interval score {:.2} Brier {:.4}",
            judged.len(),
            method.name(),
            mean(|s| s.mase),
            100.0 * mean(|s| s.cover80),
            100.0 * mean(|s| s.cover95),
            mean(|s| s.interval_score95_scaled),
            mean(|s| s.brier)
        );
    }
    let worse = judged.iter().filter(|one| one.beside.iter().any(|beside| !beside.no_worse()));
    let worse: Vec<&str> = worse.map(|one| one.name).collect();
    println!("{} of {} panels are over 2 % worse than naive: {worse:?}", worse.len(), judged.len());
    for (i, what) in ["Brier", "interval score"].into_iter().enumerate() {
        let worst = judged.iter().map(|one| (one.beside[i].ratio, one.name)).max_by(|a, b| a.0.total_cmp(&b.0));
        println!("worst {what} beside naive: {worst:?}");
    }
}

/// The real panels' stretches of 6 to 8 periods.
fn stretches(from: fn(usize, usize) -> usize) -> Vec<Owned> {
    let real = ["all", "second", "third", "kept"].into_iter().flat_map(set);
    real.flat_map(|owned| {
        (6..=8)
            .filter(|periods| *periods < owned.periods)
            .filter_map(|periods| owned.cut(from(owned.periods, periods), periods))
            .collect::<Vec<_>>()
    })
    .collect()
}

/// Every third of the real panels, cut to 6 to 8 periods, with one period off and back.
fn cut() -> Vec<Owned> {
    let mut made = Vec::new();
    for owned in ["all", "second", "third", "kept"].into_iter().flat_map(set) {
        for periods in (6..9).filter(|periods| *periods <= owned.periods) {
            for at in (1..periods - 1).filter(|at| (at + periods + owned.name.len()) % 12 == 0) {
                for size in [-12.0, 12.0, -4.0] {
                    let middle = median(&owned.values) + size;
                    if (5.0..=95.0).contains(&middle) {
                        made.push(moved(
                            &owned,
                            periods,
                            format!("{size} in {at}"),
                            |t| if t == at { size } else { 0.0 },
                        ));
                    }
                }
            }
        }
    }
    made
}

/// Real panels with shocks of several kinds in any period.
fn shocked() -> Vec<Owned> {
    const NAMES: [&str; 7] =
        ["ma graduation", "ma core", "ma college", "ma hispanic", "mi math4", "mi lunch", "tx graduation"];
    let mut made = Vec::new();
    for owned in ["all", "second"].into_iter().flat_map(set).filter(|owned| NAMES.contains(&owned.name)) {
        for at in (1..owned.periods - 1).filter(|at| (at + owned.name.len()) % 6 == 0) {
            let from = |t: usize| f64::from(u8::from(t >= at));
            let mut put = |kind: &str, off: &dyn Fn(usize) -> f64| {
                made.push(moved(&owned, owned.periods, format!("{kind} in {at}"), off));
            };
            put("off by 12", &|t| if t == at { -12.0 } else { 0.0 });
            put("12 lower", &|t| -12.0 * from(t));
            put("6 higher", &|t| 6.0 * from(t));
            put("3 lower a year", &|t| -3.0 * from(t) * (t + 1 - at.min(t)) as f64);
            put("off by 8 twice", &|t| if t == at || t == at + 2 { -8.0 } else { 0.0 });
        }
    }
    made
}

fn moved(owned: &Owned, periods: usize, shock: String, off: impl Fn(usize) -> f64) -> Owned {
    let mut values = owned.first(&owned.values, periods);
    values.iter_mut().enumerate().for_each(|(i, v)| *v = (*v + off(i % periods)).clamp(0.0, 100.0));
    let counts = owned.counts.as_ref().map(|counts| owned.first(counts, periods));
    Owned { name: format!("{} {shock}", owned.name).leak(), periods, values, counts, reached: owned.reached }
}
