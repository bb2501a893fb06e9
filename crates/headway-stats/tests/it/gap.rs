//! Gaps against `gap_texas.json`: 105 gaps of 20 regions and the state.

use crate::oracle::{files, numbers, shared};
use headway_stats::gap::{GapTrend, GroupShare, measure_gap};
use serde_json::Value;
use std::collections::HashMap;

fn check(name: &str, got: &[f64], want: &Value) {
    let want = if want.is_array() { numbers(want) } else { vec![want.as_f64().unwrap()] };
    assert_eq!(got.len(), want.len(), "{name}");
    for (g, w) in got.iter().zip(&want) {
        assert!((g - w).abs() <= 1e-9 * w.abs().max(1e-3), "{name}: {g} is not {w}");
    }
}

fn shares(series: &Value) -> Vec<GroupShare> {
    let (k, n) = (numbers(&series["num"]), numbers(&series["den"]));
    k.into_iter().zip(n).map(|(k, n)| GroupShare { k, n }).collect()
}

#[test]
fn every_texas_gap_is_the_reference_s() {
    let Some(path) = shared("oracle/inputs/texas_grad4yr_region.json") else { return };
    let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let key =
        |s: &Value, group: &str| (s["unit"].as_str().unwrap().to_string(), s[group].as_str().unwrap().to_string());
    let series: HashMap<(String, String), &Value> = all.iter().map(|s| (key(s, "group"), s)).collect();
    for (_, d) in files("gap_texas") {
        let gaps = d["gaps"].as_array().unwrap();
        assert_eq!(gaps.len(), 105);
        for want in gaps {
            let reference = shares(series[&key(want, "reference")]);
            let group = shares(series[&key(want, "group")]);
            let got = measure_gap(&numbers(&want["year"]), &reference, &group);
            let name = format!("{} {}", want["unit"], want["group"]);
            check(&name, &got.gap, &want["gap"]);
            check(&name, &got.se, &want["se"]);
            check(&name, &got.ratio_log, &want["ratio_log"]);
            check(&name, &got.log_odds, &want["log_odds_gap"]);
            check(&name, &[got.change], &want["change"]);
            check(&name, &[got.change_se], &want["change_se"]);
            check(&name, &[got.z], &want["z"]);
            check(&name, &[got.slope], &want["wls_slope"]);
            check(&name, &[got.slope_se], &want["wls_slope_se"]);
            let trend = match got.trend.unwrap() {
                GapTrend::Closing => "closing",
                GapTrend::Widening => "widening",
                GapTrend::NoClearChange => "no clear change",
            };
            assert_eq!(trend, want["closing"], "{name}");
        }
    }
}

#[test]
fn what_cannot_be_computed_is_not_a_number() {
    let share = |k, n| GroupShare { k, n };
    let missing = share(f64::NAN, 0.0);
    let years = [2019.0, 2020.0, 2021.0];
    let one =
        measure_gap(&years, &[share(9.0, 10.0), missing, missing], &[share(5.0, 10.0), share(5.0, 10.0), missing]);
    assert_eq!(one.trend, None);
    assert!(one.change.is_nan() && one.gap[1].is_nan() && one.slope.is_nan());
    // All of all: points stand, odds don't.
    let full = measure_gap(&years[..2], &[share(10.0, 10.0); 2], &[share(5.0, 10.0), share(10.0, 10.0)]);
    assert!(full.log_odds.iter().all(|x| x.is_nan()));
    assert_eq!(full.gap, [50.0, 0.0]);
    // A gap can close in points and widen in odds.
    let near_top = measure_gap(
        &years[..2],
        &[share(8000.0, 10000.0), share(9900.0, 10000.0)],
        &[share(6000.0, 10000.0), share(9000.0, 10000.0)],
    );
    assert_eq!(near_top.trend, Some(GapTrend::Closing));
    assert!(near_top.log_odds[1] > near_top.log_odds[0]);
}
