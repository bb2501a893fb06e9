//! Two proportions against `change_two_proportions.json`; Laney's chart by its definition.

use crate::oracle::files;
use headway_stats::change::{ConfidenceInterval, HitCount, change_between, laney};
use serde_json::Value;

fn check(name: &str, got: f64, want: &Value) {
    let want = want.as_f64().unwrap();
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1e-3), "{name}: {got} is not {want}");
}

fn check_interval(name: &str, got: ConfidenceInterval, want: &Value) {
    check(name, got.lo, &want[0]);
    check(name, got.hi, &want[1]);
}

#[test]
fn every_figure_is_the_reference_s() {
    for (_, d) in files("change_two_proportions") {
        for case in d["cases"].as_array().unwrap() {
            let count = |k: &str, n: &str| HitCount::new(case[k].as_u64().unwrap(), case[n].as_u64().unwrap()).unwrap();
            let got = change_between(count("k1", "n1"), count("k2", "n2"));
            let name = case.to_string();
            check(&name, got.p[0], &case["p1"]);
            check(&name, got.p[1], &case["p2"]);
            check(&name, got.diff, &case["diff"]);
            check_interval(&name, got.wilson[0], &case["wilson1"]);
            check_interval(&name, got.wilson[1], &case["wilson2"]);
            check_interval(&name, got.clopper_pearson[0], &case["clopper_pearson1"]);
            check_interval(&name, got.newcombe, &case["newcombe"]);
            check_interval(&name, got.agresti_caffo, &case["agresti_caffo"]);
            check(&name, got.z_pooled, &case["z_pooled"]);
            check(&name, got.p_pooled, &case["p_pooled"]);
            check(&name, got.fisher_p, &case["fisher_p"]);
            check(&name, got.cohen_h, &case["cohen_h"]);
            check(&name, got.log_odds_ratio, &case["log_odds_ratio"]);
        }
    }
}

#[test]
fn the_ends_are_safe() {
    assert!(HitCount::new(1, 0).is_none());
    assert!(HitCount::new(3, 2).is_none());
    let none = HitCount::new(0, 7).unwrap();
    let all = HitCount::new(9, 9).unwrap();
    let same = change_between(none, none);
    assert!(same.z_pooled.is_nan() && same.p_pooled.is_nan());
    assert_eq!(same.fisher_p, 1.0);
    let apart = change_between(none, all);
    assert!(apart.fisher_p > 0.0 && apart.fisher_p < 1e-3);
    assert_eq!((apart.wilson[0].lo, apart.wilson[1].hi), (0.0, 1.0));
    // 1 / C(16, 7), the likeliest-to-least order holding one table alone.
    assert!((apart.fisher_p - 1.0 / 11440.0).abs() < 1e-15);
}

#[test]
fn laney_s_limits_follow_their_definition() {
    let k = [870.0, 902.0, 845.0, f64::NAN, 911.0, 880.0];
    let n = [1000.0, 1010.0, 990.0, 1000.0, 1005.0, 1000.0];
    let chart = laney::laney_chart(&k, &n, false).unwrap();
    let p: f64 = (870.0 + 902.0 + 845.0 + 911.0 + 880.0) / (1000.0 + 1010.0 + 990.0 + 1005.0 + 1000.0);
    assert!((chart.p - p).abs() < 1e-15);
    let z = |i: usize| (k[i] / n[i] - p) / (p * (1.0 - p) / n[i]).sqrt();
    // The gap takes two moving ranges with it.
    let sigma = ((z(1) - z(0)).abs() + (z(2) - z(1)).abs() + (z(5) - z(4)).abs()) / 3.0 / 1.128;
    assert!((chart.sigma_z - sigma).abs() < 1e-12);
    assert!((chart.upper[1] - (p + 3.0 * sigma * (p * (1.0 - p) / n[1]).sqrt())).abs() < 1e-12);
    assert!(chart.lower[3].is_nan());
    assert_eq!(laney::laney_chart(&k, &n, true).unwrap().sigma_z, 1.0);
    assert!(laney::laney_chart(&[], &[], false).is_none());
}

/// R: `fisher.test(matrix(c(5e4, 5e4, 50400, 49600), 2))$p.value`, `qbeta(.025, 5e8, 5e8 + 1)`; ten thousand million students
/// cost a short walk.
#[test]
fn large_counts_are_tested_too() {
    let of = |k1, n1, k2, n2| change_between(HitCount::new(k1, n1).unwrap(), HitCount::new(k2, n2).unwrap());
    let want = 0.074_358_992_256_887_7;
    assert!((of(50_000, 100_000, 50_400, 100_000).fisher_p - want).abs() < 1e-9 * want);
    let half = of(500_000_000, 1_000_000_000, 5_000_000_000, 10_000_000_000);
    assert_eq!(half.fisher_p, 1.0);
    let low = half.clopper_pearson[0].lo;
    assert!((low - 0.499969009748422).abs() < 1e-9, "{low}");
    assert_eq!(of(0, 1_000_000_000, 1_000_000_000, 1_000_000_000).fisher_p, 0.0);
}
