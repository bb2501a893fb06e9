//! The panel method is never clearly worse than the last value: on real panels, and where all series were moved by hand.

use crate::panels::{self, Owned};
use headway_stats::forecast::Reached;
use headway_stats::forecast::backtest::{Method, Plan, backtest};
use headway_stats::forecast::panel::{Ahead, Panel};

/// Brier and interval score of the method over those of the last value.
fn beside_naive(owned: &Owned) -> (f64, f64) {
    let plan = Plan { train_min: 5, horizon: 4, targets: None };
    let [ours, naive] = &backtest(&owned.panel(), plan, &[Method::Panel, Method::Naive])[..] else { unreachable!() };
    (ours.brier / naive.brier, ours.interval_score95 / naive.interval_score95)
}

fn check(owned: &Owned, brier: f64, ends: f64) {
    let found = beside_naive(owned);
    assert!(
        found.0 <= brier && found.1 <= ends,
        "{}: Brier {:.3}, intervals {:.3} of naive",
        owned.name,
        found.0,
        found.1
    );
}

#[test]
fn no_real_panel_does_clearly_worse_than_the_last_value() {
    for owned in panels::all().iter().chain(&panels::second_set()) {
        // Most of the years of these two are interrupted: one origin is left, with the pandemic before it.
        let ends = if ["ma chronic", "ma attendance"].contains(&owned.name) { 1.05 } else { 1.02 };
        check(owned, 1.02, ends);
    }
}

#[test]
fn unmarked_interruptions_cost_little_beside_the_last_value() {
    for owned in panels::third_set().iter().chain(&panels::kept_back()) {
        let too_short = owned.name == "ny lunch" || owned.name == "ma unexcused (u)";
        if !too_short {
            // The two whose pandemic years stand unmarked and shook them while they were judged.
            let shaken = ["ma attend (u)", "ma discipline(u)", "ma chronic20 (u)"].contains(&owned.name);
            let (brier, ends) = if shaken { (1.07, 1.17) } else { (1.02, 1.03) };
            check(owned, brier, ends);
        }
    }
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
    Owned { name, periods, values: values.collect(), counts: None, reached: Reached::AtOrAbove }
}

#[test]
fn a_shock_before_the_forecast_does_no_harm() {
    let from = |at: usize| move |t: usize| f64::from(u8::from(t >= at));
    for seed in 1..4 {
        for at in 1..5 {
            check(&made("one year", seed, |t| if t == at { -12.0 } else { 0.0 }), 1.02, 1.02);
            check(&made("level", seed, |t| -12.0 * from(at)(t)), 1.02, 1.02);
            check(&made("slope", seed, |t| if t > at { -3.0 * (t - at) as f64 } else { 0.0 }), 1.02, 1.02);
        }
        check(&made("several", seed, |t| if t == 1 || t == 3 { -8.0 } else { 0.0 }), 1.02, 1.02);
        check(&made("none", seed, |_| 0.0), 1.02, 1.02);
    }
}

#[test]
fn a_year_off_and_back_does_not_drag_the_level_along() {
    let calm = made("none", 1, |_| 0.0);
    let off = made("one year", 1, |t| if t == 4 { -12.0 } else { 0.0 });
    let [calm, off] = [calm, off].map(|owned| {
        let fitted = owned.panel().fit(2).expect("the panel is large enough");
        let mut out = [Ahead::default(); 2];
        let mean = |row: usize| {
            fitted.forecast(&owned.panel().series(row), None, &mut out).expect("all values are known");
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
        let mut out = [Ahead::default(); 6];
        for row in 0..panel.len() {
            if fitted.forecast(&panel.series(row), None, &mut out).is_ok() {
                widens(owned.name, &out);
            }
            if panel.alone(row, headway_stats::forecast::panel::Goal::Reach(50.0, owned.reached), &mut out).is_ok() {
                widens(owned.name, &out);
            }
        }
        whole_widens(owned, &panel);
    }
}

fn whole_widens(owned: &Owned, panel: &Panel<'_>) {
    let mut out = [Ahead::default(); 6];
    let fitted = panel.fit(6).expect("the panel is large enough");
    for row in 0..panel.len().min(5) {
        if fitted.whole(&panel.series(row), panel, None, &mut out).is_ok() {
            widens(owned.name, &out);
        }
    }
}

fn widens(name: &str, out: &[Ahead]) {
    for pair in out.windows(2) {
        let [near, far] = [pair[0], pair[1]].map(|a| (a.hi80 - a.lo80, a.hi95 - a.lo95));
        assert!(far.0 >= near.0 - 1e-9 && far.1 >= near.1 - 1e-9, "{name}: {pair:?}");
    }
    for a in out {
        assert!(0.0 <= a.lo95 && a.lo95 <= a.lo80 && a.hi80 <= a.hi95 && a.hi95 <= 100.0, "{name}: {a:?}");
    }
}
