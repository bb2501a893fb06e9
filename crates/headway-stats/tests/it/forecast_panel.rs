//! The panel method judged by rolling origin on real panels, beside what one series alone can say; and its properties.

use crate::panels::{self, Owned};
use headway_stats::forecast::TargetSide;
use headway_stats::forecast::backtest::{BacktestPlan, BacktestScore, ForecastMethod, ReliabilityTenth, run_backtest};
use headway_stats::forecast::panel::{ForecastGoal, NoPanel, Panel, PeriodForecast};

const METHODS: [ForecastMethod; 5] =
    [ForecastMethod::Panel, ForecastMethod::Naive, ForecastMethod::Drift, ForecastMethod::Ols, ForecastMethod::Theta];

#[expect(clippy::print_stderr, reason = "the table of METHODS.md comes from here")]
fn show(name: &str, s: &BacktestScore) {
    eprintln!(
        "{name:16} {:8} n {:6} mase {:.3} cover80 {:.1} cover95 {:.1} interval score {:.2} brier {:.4}",
        format!("{:?}", s.method),
        s.n,
        s.mase,
        100.0 * s.cover80,
        100.0 * s.cover95,
        s.interval_score95_scaled,
        s.brier
    );
}

/// Scores by panel and method, printed.
fn judge(panels: &[Owned]) -> Vec<Vec<BacktestScore>> {
    let plan = BacktestPlan { train_min: 5, horizon: 4, targets: None };
    panels
        .iter()
        .map(|owned| {
            let scores = run_backtest(&owned.panel(), plan, &METHODS);
            scores.iter().for_each(|score| show(owned.name, score));
            scores
        })
        .collect()
}

fn mean(all: &[Vec<BacktestScore>], method: usize, f: fn(&BacktestScore) -> f64) -> f64 {
    all.iter().map(|scores| f(&scores[method])).sum::<f64>() / all.len() as f64
}

/// On the mean of the panels: better than each rival, and intervals that hold what they say.
#[expect(clippy::print_stderr, reason = "the table of METHODS.md comes from here")]
fn check(all: &[Vec<BacktestScore>], slack80: f64, slack95: f64) {
    for (i, method) in METHODS.iter().enumerate() {
        let of = |f: fn(&BacktestScore) -> f64| mean(all, i, f);
        let n: u64 = all.iter().map(|scores| scores[i].n).sum();
        let pooled =
            |f: fn(&BacktestScore) -> f64| all.iter().map(|s| f(&s[i]) * s[i].n as f64).sum::<f64>() / n as f64;
        eprintln!(
            "mean of {} panels {method:?}: mase {:.3} cover80 {:.1} cover95 {:.1} interval score {:.2} brier {:.4}; of all forecasts cover80 {:.1} cover95 {:.1}",
            all.len(),
            of(|s| s.mase),
            100.0 * of(|s| s.cover80),
            100.0 * of(|s| s.cover95),
            of(|s| s.interval_score95_scaled),
            of(|s| s.brier),
            100.0 * pooled(|s| s.cover80),
            100.0 * pooled(|s| s.cover95)
        );
    }
    for (rival, method) in METHODS.iter().enumerate().skip(1) {
        for f in
            [|s: &BacktestScore| s.interval_score95_scaled, |s: &BacktestScore| s.brier, |s: &BacktestScore| s.mase]
        {
            assert!(mean(all, 0, f) < mean(all, rival, f), "{method:?} is better");
        }
    }
    let (c80, c95) = (mean(all, 0, |s| s.cover80), mean(all, 0, |s| s.cover95));
    assert!((c80 - 0.80).abs() <= slack80, "80 % intervals cover {c80}");
    assert!((c95 - 0.95).abs() <= slack95, "95 % intervals cover {c95}");
    // Where all series drift, ranges that are no narrower than those of the last value are still too narrow.
    assert!(all.iter().all(|scores| scores[0].cover95 >= 0.85), "a panel is under 85 %");
    let tenth = |i: usize| {
        let sum = |f: fn(&ReliabilityTenth) -> f64| all.iter().map(|s| f(&s[0].reliability[i])).sum::<f64>();
        let n = sum(|r| r.n as f64);
        let weighted = |f: fn(&ReliabilityTenth) -> f64| sum(f) / n;
        (
            n,
            weighted(|r| if r.n > 0 { r.chance * r.n as f64 } else { 0.0 }),
            weighted(|r| if r.n > 0 { r.reached * r.n as f64 } else { 0.0 }),
        )
    };
    for i in 0..10 {
        let (n, chance, reached) = tenth(i);
        eprintln!("chance {chance:.3} came {reached:.3} of {n}");
    }
    for scores in all {
        let counted: u64 = scores[0].reliability.iter().map(|tenth| tenth.n).sum();
        assert_eq!(counted, scores[0].n, "every chance is in one tenth");
        assert!(scores.windows(2).all(|pair| pair[0].n == pair[1].n), "all methods are judged on the same cases");
    }
}

#[test]
fn intervals_and_chances_hold_on_real_panels() {
    let panels = panels::all();
    if panels.len() < 12 {
        return;
    }
    check(&judge(&panels), 0.02, 0.02);
}

#[test]
fn intervals_and_chances_hold_on_panels_not_used_to_choose() {
    let panels = panels::second_set();
    if panels.len() < 6 {
        return;
    }
    check(&judge(&panels), 0.02, 0.02);
}

/// Numbers that look random and are the same each time.
fn noise(i: usize) -> f64 {
    let x = (i as f64 * 12.9898 + 4.1).sin() * 43758.5453;
    x - x.floor() - 0.5
}

fn made(rows: usize, periods: usize, value: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..rows * periods).map(|i| value(i / periods, i % periods)).collect()
}

fn percent(values: &[f64], periods: usize) -> Panel<'_> {
    Panel {
        periods,
        values,
        counts: None,
        breaks: None,
        bounds: (Some(0.0), Some(100.0)),
        reached: TargetSide::AtOrAbove,
    }
}

#[test]
fn intervals_are_nested_and_chances_fall_as_targets_rise() {
    let values = made(60, 9, |u, t| (60.0 + u as f64 * 0.6 + t as f64 + 12.0 * noise(u * 31 + t)).min(100.0));
    let panel = percent(&values, 9);
    let fitted = panel.fit(4).unwrap();
    for row in 0..60 {
        let mut before = [1.0; 4];
        for target in [0.0, 40.0, 60.0, 70.0, 80.0, 90.0, 99.0, 101.0] {
            let mut out = [PeriodForecast::default(); 4];
            fitted.forecast_target(&panel.series(row), Some(target), &mut out).unwrap();
            let last = fitted.goal_chance(&panel.series(row), ForecastGoal::Reach(target, panel.reached), 4).unwrap();
            assert_eq!((last.chance, last.naive), (out[3].chance, out[3].chance_naive));
            for (a, before) in out.iter().zip(&mut before) {
                assert!(0.0 <= a.lo95 && a.lo95 <= a.lo80 && a.lo80 <= a.hi80 && a.hi80 <= a.hi95 && a.hi95 <= 100.0);
                assert!(a.lo95 <= a.mean && a.mean <= a.hi95);
                assert!((0.0..=1.0).contains(&a.chance) && (0.0..=1.0).contains(&a.chance_naive));
                assert!(a.chance <= *before, "a higher target is not likelier");
                *before = a.chance;
            }
        }
        assert_eq!(before, [0.0; 4], "what is out of bounds is not reached");
    }
}

#[test]
fn a_series_reads_the_same_alone_and_in_its_panel() {
    let values = made(80, 8, |u, t| 50.0 + u as f64 * 0.3 + 9.0 * noise(u * 17 + t));
    let panel = percent(&values, 8);
    let fitted = panel.fit(2).unwrap();
    let mut backwards: Vec<f64> = Vec::new();
    (0..80).rev().for_each(|row| backwards.extend_from_slice(panel.series(row).values));
    let again = percent(&backwards, 8).fit(2).unwrap();
    let (mut a, mut b) = ([PeriodForecast::default(); 2], [PeriodForecast::default(); 2]);
    for row in 0..80 {
        fitted.forecast_target(&panel.series(row), Some(60.0), &mut a).unwrap();
        again.forecast_target(&panel.series(row), Some(60.0), &mut b).unwrap();
        for (a, b) in a.iter().zip(&b) {
            assert!(
                (a.mean - b.mean).abs() < 1e-6 && (a.hi95 - b.hi95).abs() < 1e-6 && (a.chance - b.chance).abs() < 0.011
            );
        }
    }
}

#[test]
fn a_break_starts_the_level_anew() {
    let before = made(40, 9, |u, t| 80.0 + 4.0 * noise(u * 13 + t) - if t >= 5 { 40.0 } else { 0.0 });
    let marks: Vec<bool> = (0..40 * 9).map(|i| i % 9 == 5).collect();
    let marked = Panel { breaks: Some(&marks), ..percent(&before, 9) };
    let unmarked = percent(&before, 9);
    let mut out = [[PeriodForecast::default(); 1]; 2];
    for (panel, out) in [marked, unmarked].iter().zip(&mut out) {
        panel.fit(1).unwrap().forecast_target(&panel.series(3), None, out).unwrap();
    }
    let width = |a: &PeriodForecast| a.hi95 - a.lo95;
    assert!((out[0][0].mean - 40.0).abs() < 3.0, "the level is that after the break: {:?}", out[0][0]);
    assert!(width(&out[0][0]) < 15.0, "the fall at the break is no error: {:?}", out[0][0]);
    assert!(width(&out[1][0]) > 2.0 * width(&out[0][0]), "unmarked, the fall widens the interval");
}

#[test]
fn odd_panels_give_numbers_or_a_reason() {
    assert_eq!(percent(&[], 0).fit(1).unwrap_err(), NoPanel::TooFewPeriods(0));
    assert_eq!(percent(&[50.0; 12], 6).fit(1).unwrap_err(), NoPanel::TooFewSeries(2));
    let holes = made(50, 6, |_, t| if t < 2 { f64::NAN } else { 50.0 });
    assert_eq!(percent(&holes, 6).fit(1).unwrap_err(), NoPanel::TooFewSeries(0));
    for still in [0.0, 50.0, 100.0] {
        let values = vec![still; 40 * 7];
        let panel = percent(&values, 7);
        let mut out = [PeriodForecast::default(); 3];
        panel.fit(3).unwrap().forecast_target(&panel.series(0), Some(still), &mut out).unwrap();
        assert!(
            out.iter().all(|a| (a.mean - still).abs() < 1e-6 && a.chance == 1.0 && a.chance_naive == 1.0),
            "{out:?}"
        );
    }
    let late = made(40, 7, |u, t| if u == 0 && t < 3 { f64::NAN } else { 50.0 + 9.0 * noise(u * 7 + t) });
    let panel = percent(&late, 7);
    let refused = panel.fit(1).unwrap().forecast_target(&panel.series(0), None, &mut [PeriodForecast::default()]);
    assert_eq!(refused.unwrap_err().to_string(), "needs 5 points, has 4");
}

/// Whatever its length, its gaps, breaks and horizon: a panel gives finite numbers in order, or a reason.
#[test]
fn short_and_gapped_panels_give_numbers_or_a_reason() {
    const ROWS: usize = 36;
    let check = |periods: usize, missing: &[usize], broken: usize, horizon: usize| {
        let value = |u: usize, t: usize| 40.0 + u as f64 + 8.0 * noise(u * 23 + t);
        let values = made(ROWS, periods, |u, t| if missing.contains(&t) { f64::NAN } else { value(u, t) });
        let counts = made(ROWS, periods, |u, t| if (u + t) % 5 == 0 { f64::NAN } else { 30.0 + u as f64 });
        let breaks: Vec<bool> = (0..ROWS * periods).map(|i| i % periods == broken).collect();
        let panel = Panel { counts: Some(&counts), breaks: Some(&breaks), ..percent(&values, periods) };
        let case = format!("{periods} periods, missing {missing:?}, a break in {broken}, {horizon} ahead");
        let Ok(fitted) = panel.fit(horizon) else {
            assert!(periods - missing.len() < 5, "{case}: there is enough for a panel");
            return;
        };
        let mut out = vec![PeriodForecast::default(); horizon];
        for row in 0..ROWS {
            if fitted.forecast_target(&panel.series(row), Some(60.0), &mut out).is_ok() {
                let sound = |a: &PeriodForecast| {
                    let ends = [a.lo95, a.lo80, a.hi80, a.hi95];
                    ends.is_sorted() && ends[0] >= 0.0 && ends[3] <= 100.0 && (0.0..=1.0).contains(&a.chance)
                };
                assert!(out.iter().all(sound), "{case}: {out:?}");
            }
        }
    };
    for periods in 1..=9 {
        for missing in [vec![], vec![1], vec![periods - 1], vec![2, 3], vec![0, 2, 4]] {
            let missing: Vec<usize> = missing.into_iter().filter(|t| *t < periods).collect();
            for broken in [0, periods / 2, periods - 1] {
                for horizon in [1, periods, periods + 4] {
                    check(periods, &missing, broken, horizon);
                }
            }
        }
    }
}

#[test]
fn every_method_is_found_by_its_name() {
    assert!(ForecastMethod::ALL.iter().all(|method| ForecastMethod::from_name(method.name()) == Some(*method)));
    assert_eq!(ForecastMethod::from_name("crystal ball"), None);
}

#[test]
fn more_cases_make_narrower_intervals() {
    // Ten thousand cases keep still, twenty jump about.
    let size = |u: usize| if u.is_multiple_of(2) { 20.0 } else { 10_000.0 };
    let values = made(200, 9, |u, t| 60.0 + noise(u * 29 + t) * 170.0 / f64::sqrt(size(u)));
    let counts = made(200, 9, |u, _| size(u));
    let panel = Panel { counts: Some(&counts), ..percent(&values, 9) };
    let fitted = panel.fit(1).unwrap();
    let mut width = [0.0; 2];
    let mut out = [PeriodForecast::default()];
    for row in 0..200 {
        fitted.forecast_target(&panel.series(row), None, &mut out).unwrap();
        width[row % 2] += out[0].hi80 - out[0].lo80;
    }
    assert!(width[0] > 2.0 * width[1], "{width:?}");
}
