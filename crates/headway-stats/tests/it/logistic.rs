//! The logistic model against glmer (`lme_exam_glmm_pass.json`), and by its properties.

use crate::mixed::{close, close_relative, number_units};
use crate::oracle::files;
use crate::table::Table;
use headway_stats::mixed::{FitFailure, IntervalFlag, OutcomeRows};

#[test]
fn yes_and_no_agree_with_glmer() {
    for (name, d) in files("lme_exam_glmm_pass") {
        let Some(table) = Table::input("exam.csv") else { return };
        let (names, unit) = number_units(&table.text("school"));
        let (y, x) = (table.numbers("normexam"), table.numbers("standLRT"));
        let mut rows = OutcomeRows::new(1);
        for i in 0..y.len() {
            rows.add_row(unit[i], &[x[i]], f64::from(u8::from(y[i] > 0.0)), 1.0);
        }
        let (fit, want) = (rows.fit().unwrap(), &d["laplace"]);
        // glmer stops short of the maximum: its modes at a deviance equal to seven digits, its search of (tau, b) soon after.
        close_relative(&name, fit.tau2, &want["tau2"], 2e-4);
        close_relative(&name, fit.ln_likelihood, &want["logLik"], 1e-7);
        assert!(fit.ln_likelihood >= want["logLik"].as_f64().unwrap() - 1e-9, "as high as glmer's, or higher");
        for (j, column) in ["(Intercept)", "standLRT"].into_iter().enumerate() {
            close(&format!("{name} {column}"), fit.fixef[j], &want["fixef"][column], 1e-4);
            close_relative(&format!("{name} {column} se"), fit.se[j], &want["se"][column], 1e-3);
        }
        for want in d["units"].as_array().unwrap() {
            let at = names.iter().position(|n| Some(n.as_str()) == want["unit"].as_str()).expect("the unit is known");
            close(&format!("{name} {} u", want["unit"]), fit.units[at].u, &want["u"], 1e-4);
            close(&format!("{name} {} se", want["unit"]), fit.units[at].se, &want["se"], 1e-4);
        }
    }
}

/// 15 units of 20 rows, one covariate; the share of hits differs by unit.
fn rows() -> Vec<(usize, f64, f64)> {
    let wave = |i: usize, k: f64| ((i as f64 + 1.0) * k).sin();
    (0..300)
        .map(|i| {
            let (unit, x) = (i / 20, wave(i, 0.7) * 2.0);
            let odds = 0.3 + 0.8 * x + 1.2 * wave(unit, 2.3);
            (unit, x, f64::from(u8::from(odds + 2.5 * wave(i, 12.9898) > 0.0)))
        })
        .collect()
}

#[test]
fn counts_are_as_their_rows() {
    // Rows of one unit and covariate told one by one, or together as hits of so many.
    let (mut single, mut together) = (OutcomeRows::new(1), OutcomeRows::new(1));
    for unit in 0..12usize {
        for level in 0..3usize {
            let (hits, of) = ((unit * 5 + level * 3) % 7 + level, 12);
            together.add_row(unit, &[level as f64], hits as f64, of as f64);
            (0..of).for_each(|i| {
                single.add_row(unit, &[level as f64], f64::from(u8::from(i < hits)), 1.0);
            });
        }
    }
    let (a, b) = (single.fit().unwrap(), together.fit().unwrap());
    assert!((a.tau2 - b.tau2).abs() < 1e-8 && (a.fixef[1] - b.fixef[1]).abs() < 1e-8, "{a:?} {b:?}");
    assert!((a.se[0] - b.se[0]).abs() < 1e-6 && (a.units[3].u - b.units[3].u).abs() < 1e-8);
    assert!(b.ln_likelihood > a.ln_likelihood, "the order of hits is not told");
}

#[test]
fn hits_and_misses_change_places() {
    let (mut hits, mut misses) = (OutcomeRows::new(1), OutcomeRows::new(1));
    for (unit, x, y) in rows() {
        hits.add_row(unit, &[x * 100.0 - 7.0], y, 1.0);
        misses.add_row(unit, &[x], 1.0 - y, 1.0);
    }
    let (a, b) = (hits.fit().unwrap(), misses.fit().unwrap());
    assert!((a.tau2 - b.tau2).abs() < 1e-7 && (a.ln_likelihood - b.ln_likelihood).abs() < 1e-9);
    assert!((a.fixef[1] * 100.0 + b.fixef[1]).abs() < 1e-7, "{a:?} {b:?}");
    assert!((a.fixef[0] - 7.0 * a.fixef[1] + b.fixef[0]).abs() < 1e-7);
    assert!(a.units.iter().zip(&b.units).all(|(a, b)| (a.u + b.u).abs() < 1e-7 && (a.se - b.se).abs() < 1e-7));
}

#[test]
fn units_that_do_not_differ_have_no_variance() {
    let mut same = OutcomeRows::new(0);
    (0..10).for_each(|unit| {
        same.add_row(unit, &[], 4.0, 10.0);
    });
    let fit = same.fit().unwrap();
    assert_eq!(fit.tau2, 0.0);
    assert!((fit.fixef[0] - (0.4f64 / 0.6).ln()).abs() < 1e-10, "{fit:?}");
    // Without a variance it is the plain binomial's: 1 / sqrt(n p q).
    assert!((fit.se[0] - (1.0f64 / 24.0).sqrt()).abs() < 1e-6, "{fit:?}");
    assert!(fit.units.iter().all(|u| u.u == 0.0 && u.flag == IntervalFlag::None && u.q.is_nan()));
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let of = |rows: &[(usize, f64, f64)]| {
        let mut outcomes = OutcomeRows::new(1);
        for (unit, x, y) in rows {
            outcomes.add_row(*unit, &[*x], *y, 1.0);
        }
        outcomes.fit()
    };
    let all: Vec<_> = rows().into_iter().map(|(unit, x, _)| (unit, x, 1.0)).collect();
    assert_eq!(of(&all).unwrap_err(), FitFailure::AllOrNone);
    let constant: Vec<_> = rows().into_iter().map(|(unit, _, y)| (unit, 3.0, y)).collect();
    assert_eq!(of(&constant).unwrap_err(), FitFailure::Collinear(1));
    let alone: Vec<_> = rows().into_iter().enumerate().map(|(i, (_, x, y))| (i, x, y)).collect();
    assert_eq!(of(&alone).unwrap_err(), FitFailure::OneRowEach);
    // Hits wherever x is positive: the odds of a hit grow without end.
    let parted: Vec<_> = rows().into_iter().map(|(unit, x, _)| (unit, x, f64::from(u8::from(x > 0.0)))).collect();
    assert_eq!(of(&parted).unwrap_err(), FitFailure::NotSettled);
    assert_eq!(of(&[]).unwrap_err(), FitFailure::TooFew);
    let mut impossible = OutcomeRows::new(0);
    assert!(!impossible.add_row(0, &[], 3.0, 2.0) && !impossible.add_row(0, &[], f64::NAN, 2.0));
    assert_eq!(impossible.left_out(), 2);
}
