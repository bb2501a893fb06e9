//! XmR against NHSRplotthedots (`spc_*.json`), its two faults apart, and the last-point form against the whole chart.

use crate::noise::Noise;
use crate::oracle::{files, numbers};
use headway_stats::xmr::{self, AssuranceIcon, ControlPoint, PointLabel, XmrDirection, XmrOptions};
use serde_json::Value;

fn options(value: &Value) -> XmrOptions {
    XmrOptions {
        direction: match value["improvement_direction"].as_str().unwrap() {
            "increase" => XmrDirection::Increase,
            "decrease" => XmrDirection::Decrease,
            _ => XmrDirection::Neutral,
        },
        target: value["target"].as_f64(),
        fix_after: value["fix_after_n_points"].as_u64().map(|n| n as usize),
        rebase: numbers(&value["rebase_at_index_1based"]).iter().map(|&i| i as usize - 1).collect(),
        screen: value["screen_outliers"].as_bool().unwrap(),
    }
}

fn check_point(name: &str, got: &ControlPoint, want: &Value) {
    let at = format!("{name} point {}", want["i"]);
    let limits = got.limits;
    let figures = [
        ("y", got.y),
        ("mean", limits.mean),
        ("lpl", limits.lpl),
        ("upl", limits.upl),
        ("nlpl", limits.near_lpl),
        ("nupl", limits.near_upl),
    ];
    for (field, figure) in figures {
        match want[field].as_f64() {
            None => assert!(figure.is_nan(), "{at} {field}: {figure} should be missing"),
            Some(w) => assert!((figure - w).abs() <= 1e-9 * w.abs().max(1e-3), "{at} {field}: {figure} is not {w}"),
        }
    }
    assert_eq!(got.outside, want["outside_limits"].as_bool(), "{at} outside");
    assert_eq!(got.close, want["close_to_limits"].as_bool(), "{at} close");
    assert_eq!(got.side.map(i64::from), want["relative_to_mean"].as_i64(), "{at} side");
    assert_eq!(got.label.name(), want["special_cause_type"], "{at} label");
    assert_eq!(got.label != PointLabel::CommonCause, want["special_cause_flag"], "{at} flag");
    assert_eq!(got.kind.name(), want["point_type"], "{at} kind");
    assert_eq!(got.segment as u64, want["rebase_group"].as_u64().unwrap(), "{at} segment");
    assert_eq!(got.trial_limits, want["short_group_warning"], "{at} trial limits");
}

#[test]
fn every_point_label_icon_and_limit_is_the_reference_s() {
    let mut followed = 0;
    for (name, d) in files("spc_") {
        // The two faults of the reference (methods.md section 3): a gap inside is an error there, and one jump in a
        // constant series flags every point. Both have their own test below.
        if d.get("error").is_some() || name == "spc_constant_one_jump.json" {
            continue;
        }
        let input = &d["input"];
        let options = options(&input["options"]);
        let y = numbers(&input["y"]);
        let chart = xmr::xmr_chart(&y, &options).unwrap();
        let points = d["output"]["points"].as_array().unwrap();
        assert_eq!(chart.points().len(), points.len(), "{name}");
        for (got, want) in chart.points().zip(points) {
            check_point(&name, &got, want);
        }
        assert_eq!(chart.variation.unwrap().name(), d["output"]["variation_icon"], "{name}");
        // Without limits the reference says "inconsistent"; we say nothing (oracle/README.md).
        if chart.points().last().unwrap().limits.is_known() {
            assert_eq!(chart.assurance.map(AssuranceIcon::name), d["output"]["assurance_type"].as_str(), "{name}");
        } else {
            assert_eq!(chart.assurance, None, "{name}");
        }
        followed += 1;
    }
    assert!(followed == 0 || followed >= 42, "only {followed} references followed");
}

#[test]
fn a_gap_ends_a_run_and_the_rest_stands() {
    for (_, d) in files("spc_na_middle") {
        let y = numbers(&d["input"]["y"]);
        let chart = xmr::xmr_chart(&y, &options(&d["input"]["options"])).unwrap();
        let limits = chart.point_at(0).limits;
        let known: Vec<f64> = y.iter().copied().filter(|v| v.is_finite()).collect();
        assert!((limits.mean - known.iter().sum::<f64>() / known.len() as f64).abs() < 1e-12);
        assert!(limits.is_known());
        assert!(chart.points().all(|p| p.label == PointLabel::CommonCause));
    }
    // Six above, a gap, six above: no run of seven, whatever the gap hides.
    let mut y = vec![1.0, -20.0, 2.0, -21.0, 3.0, -22.0, 5.0, 6.0, 5.0, 6.0, 5.0, f64::NAN, 6.0, 5.0, 6.0, 5.0, 6.0];
    let run = |y: &[f64]| {
        let chart = xmr::xmr_chart(y, &XmrOptions::default()).unwrap();
        chart.points().filter(|p| p.label == PointLabel::RunAbove).count()
    };
    assert_eq!(run(&y), 0);
    y[11] = 5.0;
    assert_eq!(run(&y), 11);
}

#[test]
fn one_jump_in_a_constant_series_flags_the_jump_alone() {
    for (_, d) in files("spc_constant_one_jump") {
        let y = numbers(&d["input"]["y"]);
        let chart = xmr::xmr_chart(&y, &options(&d["input"]["options"])).unwrap();
        let outside: Vec<f64> = chart.points().filter(|p| p.outside == Some(true)).map(|p| p.y).collect();
        assert_eq!(outside, [43.0]);
        assert!(chart.point_at(0).limits.lpl < 42.0);
    }
}

#[test]
fn the_last_point_alone_reads_as_in_the_chart() {
    let mut noise = Noise::new(3);
    for round in 0..20_000 {
        let n = noise.below(40);
        let drift = noise.normal() * 0.3;
        // Half of the series are whole numbers, so that ties and points on the mean occur.
        let y: Vec<f64> = (0..n)
            .map(|i| match noise.below(25) {
                0 => f64::NAN,
                _ if round % 2 == 0 => (noise.normal() * 2.0 + drift * i as f64).round(),
                _ => noise.normal() + drift * i as f64,
            })
            .collect();
        let fix_after = (round % 3 == 0).then_some(12);
        let screen = round % 5 != 0;
        let chart = xmr::xmr_chart(&y, &XmrOptions { fix_after, screen, ..XmrOptions::default() }).unwrap();
        let latest = xmr::judge_latest(&y, fix_after, screen);
        match (chart.points().last(), latest) {
            (None, None) => {}
            (Some(point), Some(latest)) => {
                assert_eq!(point.label, latest.label, "{y:?}");
                assert_eq!(point.limits.upl.to_bits(), latest.limits.upl.to_bits(), "{y:?}");
            }
            other => panic!("{y:?}: {other:?}"),
        }
    }
}

#[test]
fn options_that_contradict_are_refused() {
    let fix = XmrOptions { fix_after: Some(11), ..XmrOptions::default() };
    assert_eq!(xmr::xmr_chart(&[1.0; 20], &fix).unwrap_err(), xmr::XmrError::FixTooShort(11));
    let rebase = XmrOptions { rebase: vec![20], ..XmrOptions::default() };
    assert_eq!(xmr::xmr_chart(&[1.0; 20], &rebase).unwrap_err(), xmr::XmrError::RebaseOutside(20));
    assert!(xmr::xmr_chart(&[], &XmrOptions::default()).unwrap().variation.is_none());
}
