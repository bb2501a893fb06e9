//! Bright spots against lme4, lm and metafor (`lme_*.json`, `eb_*.json`), and by their properties.

use crate::oracle::files;
use crate::table::Table;
use headway_stats::mixed::counts::{EffectScale, VarianceEstimator, shrink_effects};
use headway_stats::mixed::{FitFailure, IntervalFlag, MixedSums, fit_regression};
use serde_json::Value;

pub(crate) fn close(name: &str, got: f64, want: &Value, tolerance: f64) {
    let want = want.as_f64().expect("a number");
    assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{name}: {got} is not {want}");
}

pub(crate) fn close_relative(name: &str, got: f64, want: &Value, tolerance: f64) {
    let want = want.as_f64().expect("a number");
    assert!((got - want).abs() <= tolerance * want.abs(), "{name}: {got} is not {want}");
}

pub(crate) fn flag_name(flag: IntervalFlag) -> &'static str {
    match flag {
        IntervalFlag::Above => "above",
        IntervalFlag::Below => "below",
        IntervalFlag::None => "",
    }
}

type Columns = Vec<(&'static str, Vec<f64>)>;

/// The input table, unit column, outcome and covariates (name as in R's output, values) of a reference file.
fn model(id: &str) -> Option<(Table, &'static str, &'static str, Columns)> {
    let open = |name: &str| Table::input(name);
    Some(match id {
        "exam_null" => (open("exam.csv")?, "school", "normexam", vec![]),
        "exam_va" => {
            let t = open("exam.csv")?;
            let x = vec![("standLRT", t.numbers("standLRT"))];
            (t, "school", "normexam", x)
        }
        "exam_va_ctx" => {
            let t = open("exam.csv")?;
            let x = vec![
                ("standLRT", t.numbers("standLRT")),
                ("sexM", t.is("sex", "M")),
                ("schgendboys", t.is("schgend", "boys")),
                ("schgendgirls", t.is("schgend", "girls")),
                ("schavg", t.numbers("schavg")),
            ];
            (t, "school", "normexam", x)
        }
        "gcsemv" => {
            let t = open("gcsemv.csv")?;
            let x = vec![("written", t.numbers("written")), ("genderM", t.is("gender", "M"))];
            (t, "school", "course", x)
        }
        "mathpnl_district" => {
            let t = open("mathpnl.csv")?;
            let years = ["yr1993", "yr1994", "yr1995", "yr1996", "yr1997", "yr1998"];
            let mut x: Vec<(&str, Vec<f64>)> = years.iter().map(|name| (*name, t.is("yr", &name[2..]))).collect();
            x.push(("lunch", t.numbers("lunch")));
            x.push(("lrexpp", t.numbers("lrexpp")));
            (t, "distid", "math4", x)
        }
        _ => return None,
    })
}

/// Unit names in order of first appearance, and each row's number in it.
pub(crate) fn number_units(names: &[&str]) -> (Vec<String>, Vec<usize>) {
    let mut seen = std::collections::HashMap::new();
    let mut order = Vec::new();
    let numbers = names
        .iter()
        .map(|name| {
            *seen.entry(*name).or_insert_with(|| {
                order.push((*name).to_string());
                order.len() - 1
            })
        })
        .collect();
    (order, numbers)
}

fn gather(unit: &[usize], y: &[f64], x: &[(&str, Vec<f64>)], rows: std::ops::Range<usize>) -> MixedSums {
    let mut sums = MixedSums::new(x.len());
    for i in rows {
        sums.add_row(unit[i], &x.iter().map(|(_, column)| column[i]).collect::<Vec<f64>>(), y[i]);
    }
    sums
}

#[test]
fn random_intercepts_agree_with_lme4() {
    let mut checked = 0;
    for (name, d) in files("lme_") {
        let id = name.trim_start_matches("lme_").trim_end_matches(".json");
        let Some((table, unit, y, x)) = model(id) else { continue };
        let (names, number) = number_units(&table.text(unit));
        let y = table.numbers(y);
        // In three parts, as three files would be read.
        let cuts = [0, y.len() / 3, y.len() / 2, y.len()];
        let mut sums = MixedSums::new(x.len());
        cuts.windows(2).for_each(|cut| sums.merge(&gather(&number, &y, &x, cut[0]..cut[1])));
        let fit = sums.fit().unwrap();
        let reml = &d["REML"];
        close_relative(&name, fit.tau2, &reml["var"][0]["vcov"], 1e-6);
        close_relative(&name, fit.sigma, &reml["sigma"], 1e-6);
        close_relative(&name, fit.criterion, &reml["criterion"], 1e-9);
        close(&name, fit.icc, &d["icc"], 1e-6);
        let columns = std::iter::once("(Intercept)").chain(x.iter().map(|(name, _)| *name));
        for (j, column) in columns.enumerate() {
            close_relative(&format!("{name} {column}"), fit.fixef[j], &reml["fixef"][column], 1e-5);
            close_relative(&format!("{name} {column} se"), fit.se[j], &reml["se"][column], 1e-5);
        }
        for want in d["units"].as_array().unwrap() {
            let at = names.iter().position(|n| Some(n.as_str()) == want["unit"].as_str()).expect("the unit is known");
            let got = &fit.units[at];
            assert_eq!(u64::from(got.n), want["n"].as_u64().unwrap());
            close(&name, got.u, &want["u"], 1e-5);
            close(&name, got.se, &want["se_comparative"], 1e-5);
            close(&name, got.shrinkage, &want["shrinkage"], 1e-5);
            close(&name, got.mean_residual, &want["mean_fixed_residual"], 1e-5);
            assert_eq!(flag_name(got.flag), want["flag"].as_str().unwrap(), "{name} {want}");
        }
        let flagged = |flag: IntervalFlag| fit.units.iter().filter(|u| u.flag == flag).count() as u64;
        assert_eq!(flagged(IntervalFlag::Above), d["n_above"].as_u64().unwrap());
        assert_eq!(flagged(IntervalFlag::Below), d["n_below"].as_u64().unwrap());
        checked += 1;
    }
    assert!(checked == 0 || checked == 5, "{checked} of 5 random intercept files were checked");
}

#[test]
fn unit_level_regression_agrees_with_lm() {
    for (id, file, unit, y, x, weight) in [
        (
            "ca_ols",
            "caschools.csv",
            Some("district"),
            "score",
            &["lunch", "english", "calworks", "log income"][..],
            None,
        ),
        (
            "ca_wls",
            "caschools.csv",
            Some("district"),
            "score",
            &["lunch", "english", "calworks", "log income"][..],
            Some("students"),
        ),
        ("meap93_ols", "meap93.csv", None, "math10", &["lnchprg", "lexpend", "lenroll"][..], None),
    ] {
        let Some(table) = Table::input(file) else { return };
        let d = files(&format!("lme_{id}")).remove(0).1;
        let columns: Vec<Vec<f64>> = x
            .iter()
            .map(|name| match name.strip_prefix("log ") {
                Some(name) => table.numbers(name).iter().map(|v| v.ln()).collect(),
                None => table.numbers(name),
            })
            .collect();
        let y = table.numbers(y);
        let rows: Vec<Vec<f64>> = (0..y.len()).map(|i| columns.iter().map(|c| c[i]).collect()).collect();
        let weights = weight.map(|name| table.numbers(name));
        let fit = fit_regression(&rows, &y, weights.as_deref()).unwrap();
        let names: Vec<String> = match unit {
            Some(column) => table.text(column).iter().map(|s| (*s).to_string()).collect(),
            None => (1..=y.len()).map(|i| i.to_string()).collect(),
        };
        close_relative(id, fit.sigma, &d["sigma"], 1e-9);
        close_relative(id, fit.r2, &d["r2"], 1e-9);
        let labels = std::iter::once("(Intercept)".to_string())
            .chain(x.iter().map(|name| name.strip_prefix("log ").map_or((*name).to_string(), |n| format!("log({n})"))));
        for (j, label) in labels.enumerate() {
            close_relative(id, fit.coef[j], &d["coef"][&label], 1e-8);
            close_relative(id, fit.se[j], &d["se"][&label], 1e-8);
        }
        for (want, (name, got)) in d["units"].as_array().unwrap().iter().zip(names.iter().zip(&fit.units)) {
            assert_eq!(want["unit"].as_str().unwrap(), name);
            close(id, got.fitted, &want["fitted"], 1e-9);
            close(id, got.resid, &want["resid"], 1e-7);
            close(id, got.leverage, &want["leverage"], 1e-9);
            close(id, got.rstandard, &want["rstandard"], 1e-8);
            close(id, got.rstudent, &want["rstudent"], 1e-8);
        }
        let above = |flag: fn(&headway_stats::mixed::UnitResidual) -> IntervalFlag| {
            names
                .iter()
                .zip(&fit.units)
                .filter(|(_, u)| flag(u) == IntervalFlag::Above)
                .map(|(n, _)| n.clone())
                .collect::<Vec<_>>()
        };
        let listed =
            |key: &str| d[key].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_string()).collect::<Vec<_>>();
        assert_eq!(above(|u| u.flag), listed("flagged_above"), "{id}");
        assert_eq!(above(|u| u.flag_bonferroni), listed("flagged_above_bonferroni"), "{id}");
    }
}

#[test]
fn shrunken_counts_agree_with_metafor() {
    for (name, d) in files("eb_") {
        let units = d["units"].as_array().unwrap();
        for (scale, code, yi, vi) in
            [(EffectScale::Logit, "PLO", "yi_logit", "vi_logit"), (EffectScale::Arcsine, "PAS", "yi_asin", "vi_asin")]
        {
            let (mut y, mut v) = (Vec::new(), Vec::new());
            for unit in units {
                let effect = scale.counts_to_effect(unit["k"].as_f64().unwrap(), unit["n"].as_f64().unwrap()).unwrap();
                close(&name, effect.0, &unit[yi], 1e-12);
                close(&name, effect.1, &unit[vi], 1e-12);
                y.push(effect.0);
                v.push(effect.1);
            }
            for (estimator, word) in
                [(VarianceEstimator::Dl, "DL"), (VarianceEstimator::Pm, "PM"), (VarianceEstimator::Reml, "REML")]
            {
                let (fit, want) = (shrink_effects(&y, &v, estimator).unwrap(), &d[format!("{code}_{word}")]);
                let name = format!("{name} {code} {word}");
                close_relative(&name, fit.tau2, &want["tau2"], 1e-9);
                close_relative(&name, fit.mu, &want["mu"], 1e-9);
                close_relative(&name, fit.mu_se, &want["mu_se"], 1e-9);
                close_relative(&name, fit.q_statistic, &want["QE"], 1e-9);
                close_relative(&name, fit.i2, &want["I2"], 1e-9);
                for (j, unit) in fit.units.iter().enumerate() {
                    close(&name, unit.blup, &want["blup"][j], 1e-9);
                    close(&name, unit.blup_se, &want["blup_se"][j], 1e-9);
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let mut sums = MixedSums::new(2);
    for i in 0..20 {
        let x = f64::from(i);
        sums.add_row(i as usize % 4, &[x, 2.0 * x + 1.0], x.sin());
    }
    assert_eq!(sums.fit().unwrap_err(), FitFailure::Collinear(2));
    assert_eq!(MixedSums::new(1).fit().unwrap_err(), FitFailure::TooFew);
    let mut one_unit = MixedSums::new(0);
    (0..9).for_each(|i| one_unit.add_row(0, &[], f64::from(i)));
    assert_eq!(one_unit.fit().unwrap_err(), FitFailure::TooFew);
    let mut one_row = MixedSums::new(0);
    (0..9).for_each(|i| one_row.add_row(i, &[], (i as f64).sin()));
    assert_eq!(one_row.fit().unwrap_err(), FitFailure::OneRowEach);
    one_unit.add_row(1, &[], f64::NAN);
    assert_eq!((one_unit.left_out(), one_unit.rows()), (1, 9));
    assert_eq!(EffectScale::Logit.counts_to_effect(3.0, 0.0), None);
    assert_eq!(EffectScale::Logit.counts_to_effect(4.0, 3.0), None);
}

#[test]
fn units_that_do_not_differ_have_no_variance() {
    // Every unit holds the same values: the mean squares between units are 0.
    let mut sums = MixedSums::new(0);
    for unit in 0..10 {
        [1.0, 2.0, 3.0, 4.0].iter().for_each(|y| sums.add_row(unit, &[], *y));
    }
    let fit = sums.fit().unwrap();
    assert_eq!(fit.tau2, 0.0);
    assert!(fit.units.iter().all(|u| u.u == 0.0 && u.flag == IntervalFlag::None));
}

#[test]
fn a_far_off_covariate_changes_nothing_but_the_intercept() {
    let rows: Vec<(usize, f64, f64)> =
        (0..200).map(|i| (i % 11, (i as f64 * 1.7).sin(), (i as f64 * 0.3).cos() + (i % 11) as f64 * 0.2)).collect();
    let fit = |shift: f64| {
        let mut sums = MixedSums::new(1);
        rows.iter().for_each(|(unit, x, y)| sums.add_row(*unit, &[x + shift], *y));
        sums.fit().unwrap()
    };
    let (near, far) = (fit(0.0), fit(1e4));
    assert!((near.tau2 - far.tau2).abs() < 1e-7 * near.tau2);
    assert!((near.fixef[1] - far.fixef[1]).abs() < 1e-6 * near.se[1]);
    assert!((near.fixef[0] - far.fixef[0] - 1e4 * far.fixef[1]).abs() < 1e-5);
}
