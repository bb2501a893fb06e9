//! Chances of small counts: a share of n students moves in steps, and the least count that attains a target decides.

use headway_stats::forecast::TargetSide;
use headway_stats::forecast::backtest::{BacktestPlan, ForecastMethod, each_forecast};
use headway_stats::forecast::panel::{CaseSteps, ForecastGoal, Panel, PanelRow, PeriodForecast};

const PERIODS: usize = 8;
const BOUNDS: (Option<f64>, Option<f64>) = (Some(0.0), Some(100.0));

fn percent(k: usize, n: usize) -> f64 {
    100.0 * k as f64 / n as f64
}

/// Targets in tenths of a percent, odd ones, and those that counts make.
fn targets(n: usize) -> Vec<f64> {
    let tenths = (0..=1000).step_by(7).map(|t| f64::from(t) / 10.0);
    tenths.chain((0..=n).map(|k| percent(k, n))).chain([100.0, 81.25, 33.333]).collect()
}

fn still(value: f64, n: usize) -> ([f64; PERIODS], [f64; PERIODS]) {
    ([value; PERIODS], [n as f64; PERIODS])
}

#[test]
fn the_least_count_that_attains_the_target_decides() {
    for n in 1..=40 {
        for k in 0..=n {
            let (values, counts) = still(percent(k, n), n);
            let cases =
                CaseSteps::from_series(&PanelRow { values: &values, counts: Some(&counts), breaks: None }, BOUNDS);
            for target in targets(n) {
                for reached in [TargetSide::AtOrAbove, TargetSide::AtOrBelow] {
                    let bar = cases.target_bar(target, reached);
                    let said = (n, k, target, reached, bar);
                    assert_eq!(
                        reached.is_reached_by(percent(k, n), bar),
                        reached.is_reached_by(percent(k, n), target),
                        "{said:?}"
                    );
                    // Halfway between two counts: none is near.
                    assert!((percent(k, n) - bar).abs() > 0.49 * percent(1, n), "{said:?}");
                }
            }
        }
    }
}

#[test]
fn a_series_that_stands_at_a_count_reaches_what_that_count_reaches() {
    for n in 1..=40 {
        for k in 0..=n {
            let (values, counts) = still(percent(k, n), n);
            let panel = panel(&values, &counts);
            for target in targets(n) {
                for reached in [TargetSide::AtOrAbove, TargetSide::AtOrBelow] {
                    let chance = alone(&panel, ForecastGoal::Reach(target, reached));
                    let sure = f64::from(u8::from(reached.is_reached_by(percent(k, n), target)));
                    assert!(near(chance, sure), "{k} of {n}, {target} {reached:?}: {chance:?}");
                }
                let (lo, hi) = (target - 2.0, target + 2.0);
                let sure = f64::from(u8::from((lo..=hi).contains(&percent(k, n))));
                let chance = alone(&panel, ForecastGoal::Within(lo, hi));
                assert!(near(chance, sure), "{k} of {n}, {lo} to {hi}: {chance:?}");
            }
        }
    }
}

/// Kin and wholes are read by the same rule.
#[test]
fn so_does_a_series_of_a_panel_and_the_whole_of_one() {
    for n in [5, 12, 30] {
        let rows: Vec<usize> = (0..60).map(|row| row % (n + 1)).collect();
        let values: Vec<f64> = rows.iter().flat_map(|k| [percent(*k, n); PERIODS]).collect();
        let counts = vec![n as f64; values.len()];
        let panel = panel(&values, &counts);
        let fitted = panel.fit(2).expect("sixty series are enough");
        let mut out = [PeriodForecast::default(); 2];
        for (row, k) in rows.iter().enumerate() {
            for target in targets(n) {
                for reached in [TargetSide::AtOrAbove, TargetSide::AtOrBelow] {
                    let sure = f64::from(u8::from(reached.is_reached_by(percent(*k, n), target)));
                    let chance = fitted
                        .goal_chance(&panel.series(row), ForecastGoal::Reach(target, reached), 2)
                        .expect("it is known");
                    let near = (chance.chance - sure).abs() < 0.05 && (chance.naive - sure).abs() < 0.05;
                    assert!(near, "{k} of {n}, {target} {reached:?}: {chance:?}");
                    let goal = Some(ForecastGoal::Reach(target, reached));
                    if fitted.forecast_whole(&panel.series(row), &panel, goal, &mut out).is_ok() {
                        assert!(
                            (out[1].chance - sure).abs() < 0.05,
                            "whole: {k} of {n}, {target} {reached:?}: {out:?}"
                        );
                    }
                }
            }
        }
    }
}

/// 24 of 30 stays 24 of 30: no method has won by rounding up.
#[test]
fn a_backtest_holds_methods_to_the_same_count() {
    let rows = 40;
    let values = vec![80.0; rows * PERIODS];
    let counts = vec![30.0; values.len()];
    let targets = vec![81.0; rows];
    let plan = BacktestPlan { train_min: 5, horizon: 2, targets: Some(&targets) };
    let mut many = 0;
    each_forecast(&panel(&values, &counts), plan, &ForecastMethod::ALL, |method, held| {
        many += 1;
        assert!(held.ahead.chance < 0.05 && held.reached == Some(false), "{:?}: {held:?}", ForecastMethod::ALL[method]);
    });
    assert!(many > 0);
}

/// Published rounded, 20 of 30 is 66.7, and that meets a target of 66.7; exact, it doesn't.
#[test]
fn rounded_shares_reach_what_they_show() {
    let bar = |value: f64, target: f64| {
        let (values, counts) = still(value, 30);
        CaseSteps::from_series(&PanelRow { values: &values, counts: Some(&counts), breaks: None }, BOUNDS)
            .target_bar(target, TargetSide::AtOrAbove)
    };
    let (nineteen, twenty) = (percent(39, 60), percent(41, 60));
    assert!((bar(66.7, 66.7) - nineteen).abs() < 1e-9);
    assert!((bar(percent(20, 30), 66.7) - twenty).abs() < 1e-9);
    assert!((bar(67.0, 67.0) - nineteen).abs() < 1e-9);
    // A mean score of 30 students is no share of them: it moves finely.
    assert!((bar(71.4, 72.0) - 71.95).abs() < 1e-9);
    assert_eq!((bar(80.0, 100.1), bar(80.0, -1.0)), (f64::INFINITY, f64::NEG_INFINITY));
}

fn panel<'a>(values: &'a [f64], counts: &'a [f64]) -> Panel<'a> {
    Panel {
        periods: PERIODS,
        values,
        counts: Some(counts),
        breaks: None,
        bounds: BOUNDS,
        reached: TargetSide::AtOrAbove,
    }
}

fn near((chance, naive): (f64, f64), sure: f64) -> bool {
    (chance - sure).abs() < 1e-6 && (naive - sure).abs() < 1e-6
}

fn alone(panel: &Panel<'_>, goal: ForecastGoal) -> (f64, f64) {
    let mut out = [PeriodForecast::default(); 2];
    panel.forecast_row_alone(0, goal, &mut out).expect("eight points are enough");
    (out[1].chance, out[1].chance_naive)
}
