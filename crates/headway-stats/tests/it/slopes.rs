//! Random slopes against lme4 (`lme_exam_va_slope.json`), and by their properties.

use crate::mixed::{close, close_relative, flag_name, number_units};
use crate::oracle::files;
use crate::table::Table;
use headway_stats::mixed::{FitFailure, MixedSums, RandomSlopes, SlopeSums};

fn variances(fit: &RandomSlopes) -> [f64; 3] {
    [fit.tau2, fit.slope_tau2, fit.covariance]
}

#[test]
fn random_slopes_agree_with_lme4() {
    for (name, d) in files("lme_exam_va_slope") {
        let Some(table) = Table::input("exam.csv") else { return };
        let (names, unit) = number_units(&table.text("school"));
        let (y, x) = (table.numbers("normexam"), table.numbers("standLRT"));
        // In three parts, as three files would be read.
        let mut sums = SlopeSums::new(1, 0);
        for cut in [0, y.len() / 3, y.len() / 2, y.len()].windows(2) {
            let mut part = SlopeSums::new(1, 0);
            (cut[0]..cut[1]).for_each(|i| part.add_row(unit[i], &[x[i]], y[i]));
            sums.merge(&part);
        }
        let (fit, reml) = (sums.fit().unwrap(), &d["REML"]);
        // lme4's own search stops 1.4e-9 above the least deviance, a few millionths away (METHODS.md).
        for (i, got) in variances(&fit).into_iter().enumerate() {
            close_relative(&format!("{name} {i}"), got, &reml["var"][i]["vcov"], 2e-5);
        }
        close_relative(&name, fit.sigma, &reml["sigma"], 1e-6);
        close_relative(&name, fit.criterion, &reml["criterion"], 1e-9);
        assert!(fit.criterion <= reml["criterion"].as_f64().unwrap() + 1e-9, "lower than lme4's, or as low");
        for (j, column) in ["(Intercept)", "standLRT"].into_iter().enumerate() {
            close_relative(&format!("{name} {column}"), fit.fixef[j], &reml["fixef"][column], 1e-5);
            close_relative(&format!("{name} {column} se"), fit.se[j], &reml["se"][column], 1e-5);
        }
        close(&name, fit.icc, &d["icc"], 1e-5);
        for want in d["units"].as_array().unwrap() {
            let at = names.iter().position(|n| Some(n.as_str()) == want["unit"].as_str()).expect("the unit is known");
            let got = &fit.units[at];
            assert_eq!(u64::from(got.n), want["n"].as_u64().unwrap());
            for (field, got) in [
                ("u", got.u),
                ("se_comparative", got.se),
                ("slope", got.slope),
                ("slope_se", got.slope_se),
                ("shrinkage", got.shrinkage),
                ("mean_fixed_residual", got.mean_residual),
            ] {
                close(&format!("{name} {} {field}", want["unit"]), got, &want[field], 1e-5);
            }
            assert_eq!(flag_name(got.flag), want["flag"].as_str().unwrap(), "{name} {want}");
        }
    }
}

/// Rows of `units` units of 12: an intercept and a slope that vary by unit, and some noise that repeats no pattern.
fn rows(units: usize) -> Vec<(usize, [f64; 2], f64)> {
    let wave = |i: usize, k: f64| ((i as f64 + 1.0) * k).sin();
    (0..units * 12)
        .map(|i| {
            let (unit, s, other) = (i / 12, wave(i, 0.7) * 2.0 + 1.0, wave(i, 1.9));
            let y = 3.0 + 0.5 * s - other + wave(unit, 2.3) + (0.4 * wave(unit, 2.3) + 0.3 * wave(unit, 5.1)) * s;
            (unit, [s, other], y + 0.8 * wave(i, 12.9898))
        })
        .collect()
}

fn fit(rows: &[(usize, [f64; 2], f64)]) -> RandomSlopes {
    let mut sums = SlopeSums::new(2, 0);
    rows.iter().for_each(|(unit, x, y)| sums.add_row(*unit, x, *y));
    sums.fit().unwrap()
}

#[test]
fn another_zero_and_unit_of_the_covariate_change_only_what_they_must() {
    let near = rows(20);
    let far: Vec<_> = near.iter().map(|(unit, [s, o], y)| (*unit, [s * 10.0 + 2000.0, *o], *y)).collect();
    let (near, far) = (fit(&near), fit(&far));
    assert!((near.criterion - far.criterion - 2.0 * (0.1f64).ln()).abs() < 1e-6, "ln|A| counts the unit once");
    assert!((near.slope_tau2 / 100.0 / far.slope_tau2 - 1.0).abs() < 1e-6);
    assert!((near.sigma / far.sigma - 1.0).abs() < 1e-8);
    for (a, b) in near.units.iter().zip(&far.units) {
        assert!((a.slope / 10.0 - b.slope).abs() < 1e-7 && (a.u - (b.u + 2000.0 * b.slope)).abs() < 1e-5);
    }
}

#[test]
fn without_slopes_it_is_the_model_of_intercepts() {
    // The slope's covariate says the same of every unit: no variance of slopes is to be found.
    let same: Vec<_> = rows(20)
        .into_iter()
        .map(|(unit, [s, o], _)| (unit, [s, o], 1.0 + s + (unit as f64).sin() + ((s * 37.0 + o * 11.0).sin() * 0.5)))
        .collect();
    let slopes = fit(&same);
    let mut sums = MixedSums::new(2);
    same.iter().for_each(|(unit, x, y)| sums.add_row(*unit, x, *y));
    let intercepts = sums.fit().unwrap();
    assert!(slopes.criterion <= intercepts.criterion + 1e-9, "a larger model is no worse");
    assert!(slopes.slope_tau2 < 0.05 * slopes.tau2, "{slopes:?}");
}

#[test]
fn what_has_no_slope_is_refused() {
    let mut sums = SlopeSums::new(1, 0);
    (0..40).for_each(|i| sums.add_row(i / 2, &[f64::from(i as i32).sin()], f64::from(i as i32 * 7 % 5)));
    assert_eq!(sums.fit().unwrap_err(), FitFailure::TwoRowsEach);
    assert_eq!(SlopeSums::new(1, 0).fit().unwrap_err(), FitFailure::TooFew);
    let mut exact = SlopeSums::new(1, 0);
    (0..40).for_each(|i| exact.add_row(i / 8, &[f64::from(i as i32)], 2.0 * f64::from(i as i32)));
    assert!(exact.fit().is_err(), "nothing but the line: no noise to judge by");
    let mut constant = SlopeSums::new(1, 0);
    (0..40).for_each(|i| constant.add_row(i / 8, &[5.0], f64::from(i as i32 * 7 % 5)));
    assert_eq!(constant.fit().unwrap_err(), FitFailure::Collinear(1));
}
