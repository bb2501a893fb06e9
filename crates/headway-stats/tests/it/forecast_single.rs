//! One-series forecasts against R's forecast package (`fc_*.json`).

use crate::oracle::{files, numbers};
use headway_stats::forecast::{self, SeriesForecast, SmoothedSeries};
use serde_json::Value;

const EXACT: f64 = 1e-9;

fn close(name: &str, got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{name}: {got} is not {want}");
}

fn check(name: &str, got: &SeriesForecast, want: &Value, tolerance: f64) {
    let sides =
        [("mean", &got.mean), ("lo80", &got.lo80), ("hi80", &got.hi80), ("lo95", &got.lo95), ("hi95", &got.hi95)];
    for (side, got) in sides {
        let want = numbers(&want[side]);
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(&want) {
            close(&format!("{name} {side}"), *g, *w, tolerance);
        }
    }
}

#[test]
fn naive_drift_and_mean_are_exact() {
    for (name, d) in files("fc_") {
        let y = numbers(&d["y"]);
        check(&name, &forecast::naive(&y, 5).unwrap(), &d["naive"], EXACT);
        check(&name, &forecast::drift(&y, 5).unwrap(), &d["drift"], EXACT);
        check(&name, &forecast::meanf(&y, 5).unwrap(), &d["meanf"], EXACT);
    }
}

#[test]
fn straight_lines_are_exact() {
    for (name, d) in files("fc_") {
        let y = numbers(&d["y"]);
        let (line, want) = (forecast::ols(&y, 5).unwrap(), &d["ols"]);
        for (got, key) in [(line.intercept, "intercept"), (line.slope, "slope"), (line.sigma, "sigma")] {
            close(&name, got, want[key].as_f64().unwrap(), EXACT);
        }
        for (got, key) in [(&line.forecast.mean, "fit"), (&line.forecast.lo95, "lwr"), (&line.forecast.hi95, "upr")] {
            let want = numbers(&want["pred"][key]);
            got.iter().zip(&want).for_each(|(g, w)| close(&name, *g, *w, EXACT));
        }
        let (line, mk, want) =
            (forecast::theil_sen(&y, 5).unwrap(), forecast::mann_kendall(&y).unwrap(), &d["theil_sen"]);
        let pairs = [
            (line.slope, "slope"),
            (line.intercept, "intercept_median"),
            (mk.s, "mk_S"),
            (mk.var, "mk_var"),
            (mk.z, "mk_z"),
        ];
        for (got, key) in pairs {
            close(&format!("{name} {key}"), got, want[key].as_f64().unwrap(), EXACT);
        }
        assert_eq!(mk.tau.is_none(), want["kendall_tau"].is_null(), "{name}");
        if let Some(tau) = mk.tau {
            close(&name, tau, want["kendall_tau"].as_f64().unwrap(), EXACT);
        }
    }
}

/// Log likelihood within 1e-3; forecast and upper end within 1 % of the mean yearly step.
fn check_smoothed(name: &str, y: &[f64], got: &SmoothedSeries, want: &Value) {
    if let (Some(got), Some(want)) = (got.loglik, want["loglik"].as_f64()) {
        assert!((got - want).abs() <= 1e-3, "{name}: log likelihood {got} is not {want}");
    }
    let step = y.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>() / (y.len() - 1) as f64;
    for (side, got) in [("mean", &got.forecast.mean), ("lo80", &got.forecast.lo80), ("hi95", &got.forecast.hi95)] {
        for (g, w) in got.iter().zip(numbers(&want[side])) {
            assert!((g - w).abs() <= 0.01 * step + 1e-9, "{name} {side}: {g} is not {w}, mean step {step}");
        }
    }
}

#[test]
fn smoothers_reach_the_reference_likelihood_and_forecast() {
    for (name, d) in files("fc_") {
        let y = numbers(&d["y"]);
        check_smoothed(&format!("{name} ses"), &y, &forecast::ses(&y, 5).unwrap(), &d["ses"]);
        check_smoothed(&format!("{name} holt"), &y, &forecast::holt(&y, 5).unwrap(), &d["holt"]);
        check_smoothed(&format!("{name} theta"), &y, &forecast::theta(&y, 5).unwrap(), &d["theta"]);
    }
}

#[test]
fn a_missing_period_keeps_its_place_in_time() {
    let y = [10.0, 12.0, f64::NAN, 16.0, 18.0, f64::NAN];
    let line = forecast::ols(&y, 2).unwrap();
    close("ols", line.forecast.mean[0], 22.0, 1e-12);
    close("theil_sen", forecast::theil_sen(&y, 2).unwrap().forecast.mean[1], 24.0, 1e-12);
    close("drift", forecast::drift(&y, 2).unwrap().mean[0], 22.0, 1e-12);
    close("holt", forecast::holt(&y, 2).unwrap().forecast.mean[0], 22.0, 1e-6);
    // Two steps since the last value: its interval is that of two steps ahead.
    let naive = forecast::naive(&[10.0, 12.0, 10.0, f64::NAN], 1).unwrap();
    assert_eq!(naive.mean, [10.0]);
    let known = forecast::naive(&[10.0, 12.0, 10.0], 2).unwrap();
    close("naive", naive.hi95[0], known.hi95[1], 1e-12);
}

#[test]
fn too_few_points_are_refused_with_the_number_needed() {
    let y = [1.0, f64::NAN, 2.0];
    assert_eq!(forecast::theil_sen(&y, 1).unwrap_err().to_string(), "needs 3 points, has 2");
    assert!(forecast::naive(&y, 1).is_ok());
    assert!(forecast::naive(&[], 1).is_err());
    let one = [f64::NAN, 2.0];
    assert!(forecast::holt(&one, 1).is_err() && forecast::ols(&one, 1).is_err() && forecast::drift(&one, 1).is_err());
}

/// R forecast 8.20 on two points: `holt`, `thetaf` and `ses`, three periods ahead.
#[test]
fn two_points_are_carried_on_as_the_reference_does() {
    let agree = |name: &str, got: &[f64], want: [f64; 3]| {
        assert!(got.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-5), "{name}: {got:?} is not {want:?}");
    };
    let y = [5.0, 6.0];
    let trend = forecast::holt(&y, 3).unwrap();
    agree("holt", &trend.forecast.mean, [6.831_225, 7.662_450, 8.493_675]);
    agree("holt", &trend.forecast.lo95, [5.445_321, 5.668_621, 5.863_869]);
    let half = forecast::theta(&y, 3).unwrap();
    agree("theta", &half.forecast.mean, [6.1, 6.6, 7.1]);
    agree("theta", &half.forecast.hi95, [7.485_904, 8.013_350, 8.540_274]);
    agree("ses", &forecast::ses(&[5.0], 3).unwrap().forecast.hi95, [5.0; 3]);
    assert!(
        forecast::holt(&[5.0], 3).is_err()
            && forecast::theta(&[5.0], 3).is_err()
            && forecast::naive(&[f64::NAN], 3).is_err()
    );
}
