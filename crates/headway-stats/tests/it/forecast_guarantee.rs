//! The panel method is never clearly worse than the last value: on real panels, and where all series were moved by hand.

use crate::beside::Beside;
use crate::hard;
use crate::panels::{self, Owned};
use headway_stats::forecast::TargetSide;
use headway_stats::forecast::backtest::{BacktestPlan, ForecastMethod, run_backtest};
use headway_stats::forecast::panel::{Panel, PeriodForecast};

/// Brier and interval score of the method over those of the last value.
fn beside_naive(owned: &Owned) -> [Beside; 2] {
    Beside::naive(&owned.panel(), BacktestPlan { train_min: 5, horizon: 4, targets: None })
}

/// Those that are worse by more than is allowed.
fn worse(panels: &[Owned]) -> Vec<String> {
    let found = panels.iter().map(|owned| (owned.name, beside_naive(owned)));
    found
        .filter(|(_, [brier, ends])| !brier.no_worse() || !ends.no_worse())
        .map(|(name, [brier, ends])| format!("{name}: Brier {:.3}, intervals {:.3} of naive", brier.ratio, ends.ratio))
        .collect()
}

#[test]
fn no_real_panel_does_worse_than_the_last_value() {
    for set in [panels::all(), panels::second_set(), panels::third_set(), panels::kept_back()] {
        assert_eq!(worse(&set), [""; 0]);
    }
}

#[test]
fn no_short_stretch_of_a_real_panel_does_worse_than_the_last_value() {
    let stretches: Vec<Owned> = panels::second_set()
        .iter()
        .chain(&panels::kept_back())
        .flat_map(|owned| [owned.cut(0, 6), owned.cut(1, 6)])
        .flatten()
        .collect();
    assert_eq!(worse(&stretches), [""; 0]);
}

#[test]
fn hardly_a_made_up_panel_does_worse_than_the_last_value() {
    let made = hard::hard(200, &[6, 7]);
    let worse = worse(&made);
    // A shock of one year that turns the order of the series over can't be told before.
    assert!(worse.len() * 100 <= made.len(), "{} of {}: {worse:?}", worse.len(), made.len());
}

/// The slope of what came on what was said, by the tenths.
fn slope(owned: &Owned, train_min: usize, periods: usize) -> f64 {
    let cut = owned.cut(0, periods).expect("it has as many");
    let plan = BacktestPlan { train_min, horizon: 1, targets: None };
    let score = &run_backtest(&cut.panel(), plan, &[ForecastMethod::Panel])[0];
    let tenths = || score.reliability.iter().filter(|tenth| tenth.n > 0);
    let sum = |f: &dyn Fn(f64, f64) -> f64| tenths().map(|t| t.n as f64 * f(t.chance, t.reached)).sum::<f64>();
    let n = sum(&|_, _| 1.0);
    let (x, y) = (sum(&|x, _| x) / n, sum(&|_, y| y) / n);
    sum(&|a, b| (a - x) * (b - y)) / sum(&|a, _| (a - x) * (a - x))
}

#[test]
fn timid_chances_are_corrected_by_later_years() {
    let owned = hard::noisy(12);
    let (early, late) = (slope(&owned, 5, 6), slope(&owned, 10, 12));
    assert!(early > 1.5, "with no year over the chances are careful: {early}");
    assert!((late - 1.0).abs() < 0.25, "five years later they hold what they say: {late}");
}

#[test]
fn a_small_panel_is_judged_by_a_bootstrap_over_its_series() {
    let small = made("small", 5, |_| 0.0);
    let few = Owned { values: small.values[..40 * small.periods].to_vec(), ..small };
    let [brier, ends] = beside_naive(&few);
    assert!(brier.series == 40 && brier.error > 0.01 && brier.error < 0.2, "{brier:?}");
    assert!(brier.no_worse() && ends.no_worse(), "{brier:?} {ends:?}");
    let [again, _] = beside_naive(&few);
    assert_eq!(brier, again, "the draws are the same each time");
}

/// Numbers in -1/2..1/2 that look random and are the same each time.
fn noise(i: usize) -> f64 {
    let x = (i as f64 * 12.9898 + 4.1).sin() * 43758.5453;
    x - x.floor() - 0.5
}

/// 300 series of 8 periods with levels of their own, moved by `off`.
fn made(name: &'static str, seed: usize, off: impl Fn(usize) -> f64) -> Owned {
    let (rows, periods) = (300, 8);
    let values = (0..rows * periods).map(|i| {
        let (row, t) = (i / periods, i % periods);
        let own: f64 = (0..3).map(|k| noise(i * 7 + k * 13 + seed * 1009)).sum();
        (55.0 + 50.0 * noise(row + seed * 31) + 5.0 * own + off(t)).clamp(0.0, 100.0)
    });
    Owned { name, periods, values: values.collect(), counts: None, reached: TargetSide::AtOrAbove }
}

#[test]
fn a_shock_before_the_forecast_does_no_harm() {
    let from = |at: usize| move |t: usize| f64::from(u8::from(t >= at));
    let mut panels = Vec::new();
    for seed in 1..4 {
        for at in 1..8 {
            panels.push(made("one year", seed, |t| if t == at { -12.0 } else { 0.0 }));
            panels.push(made("level", seed, |t| -12.0 * from(at)(t)));
            panels.push(made("slope", seed, |t| if t > at { -3.0 * (t - at) as f64 } else { 0.0 }));
        }
        panels.push(made("several", seed, |t| if t == 1 || t == 3 { -8.0 } else { 0.0 }));
        panels.push(made("none", seed, |_| 0.0));
    }
    assert_eq!(worse(&panels), [""; 0]);
}

#[test]
fn a_year_off_and_back_does_not_drag_the_level_along() {
    let calm = made("none", 1, |_| 0.0);
    let off = made("one year", 1, |t| if t == 4 { -12.0 } else { 0.0 });
    let [calm, off] = [calm, off].map(|owned| {
        let fitted = owned.panel().fit(2).expect("the panel is large enough");
        let mut out = [PeriodForecast::default(); 2];
        let mean = |row: usize| {
            fitted.forecast_target(&owned.panel().series(row), None, &mut out).expect("all values are known");
            out[1].mean
        };
        (0..300).map(mean).sum::<f64>() / 300.0
    });
    assert!((calm - off).abs() < 0.5, "{calm} and {off}");
}

#[test]
fn intervals_never_narrow_with_the_horizon() {
    let falling = made("falling", 2, |t| -6.5 * t as f64);
    let panels: Vec<Owned> =
        panels::all().into_iter().chain(panels::second_set()).chain([falling, made("calm", 3, |_| 0.0)]).collect();
    for owned in &panels {
        let panel = owned.panel();
        let fitted = panel.fit(6).expect("the panel is large enough");
        let mut out = [PeriodForecast::default(); 6];
        for row in 0..panel.len() {
            if fitted.forecast_target(&panel.series(row), None, &mut out).is_ok() {
                widens(owned.name, &out);
            }
            if panel
                .forecast_row_alone(
                    row,
                    headway_stats::forecast::panel::ForecastGoal::Reach(50.0, owned.reached),
                    &mut out,
                )
                .is_ok()
            {
                widens(owned.name, &out);
            }
        }
        whole_widens(owned, &panel);
    }
}

fn whole_widens(owned: &Owned, panel: &Panel<'_>) {
    let mut out = [PeriodForecast::default(); 6];
    let fitted = panel.fit(6).expect("the panel is large enough");
    for row in 0..panel.len().min(5) {
        if fitted.forecast_whole(&panel.series(row), panel, None, &mut out).is_ok() {
            widens(owned.name, &out);
        }
    }
}

fn widens(name: &str, out: &[PeriodForecast]) {
    for pair in out.windows(2) {
        let [near, far] = [pair[0], pair[1]].map(|a| (a.hi80 - a.lo80, a.hi95 - a.lo95));
        assert!(far.0 >= near.0 - 1e-9 && far.1 >= near.1 - 1e-9, "{name}: {pair:?}");
    }
    for a in out {
        assert!(0.0 <= a.lo95 && a.lo95 <= a.lo80 && a.hi80 <= a.hi95 && a.hi95 <= 100.0, "{name}: {a:?}");
    }
}
