//! The models of rows, from a table to the answer.

use headway_stats::mixed::{
    LOGISTIC, LinearRegression, LogisticFit, MixedSums, OutcomeRows, RANDOM_INTERCEPTS, RANDOM_SLOPES,
    RandomIntercepts, RandomSlopes, STUDENTIZED, SlopeSums, fit_regression,
};
use headway_stats::normal::Z95;
use serde_json::{Value, json};

use super::table::ModelTable;
use super::{ModelFailure, flag_word};
use crate::{JsonInput, with_note};

pub(super) fn fit_intercepts(table: &ModelTable<'_>) -> Result<Value, ModelFailure> {
    let mut sums = MixedSums::new(table.names.len());
    let origin = table.first_result();
    for row in &table.rows {
        sums.add_weighted(row.unit, &row.x, row.y - origin, row.weight);
    }
    let mut fit = sums.fit()?;
    fit.fixef[0] += origin;
    let units = std::iter::zip(&table.units, &fit.units).map(|(id, u)| {
        let own = json!({
            "unit": id, "n": u.n, "mean_fixed_residual": u.mean_residual, "shrinkage": u.shrinkage, "u": u.u,
            "se_comparative": u.se, "flag": flag_word(u.flag), "q": u.q,
        });
        with_interval(own, u.u, u.se)
    });
    let units = units.collect::<Vec<Value>>();
    let RandomIntercepts { tau2, sigma, criterion, icc, .. } = fit;
    let answer = json!({
        "fixef": table.name_coefficients(&fit.fixef),
        "se": table.name_coefficients(&fit.se),
        "tau2": tau2,
        "sigma": sigma,
        "criterion": criterion,
        "icc": icc,
        "units": units,
        "model": "random-intercepts",
    });
    Ok(table.finish_answer(answer, RANDOM_INTERCEPTS, tau2 == 0.0))
}

pub(super) fn fit_slopes(table: &ModelTable<'_>, input: &JsonInput<'_>) -> Result<Value, ModelFailure> {
    let given = input.required_field("slope")?;
    let name = given.to_text()?;
    let slope = table.names.iter().position(|n| n == name).ok_or_else(|| {
        given.fault(format!("“{name}” is not among the covariates of numbers: {}", table.names.join(", ")))
    })?;
    let mut sums = SlopeSums::new(table.names.len(), slope);
    let origin = table.first_result();
    for row in &table.rows {
        sums.add_weighted(row.unit, &row.x, row.y - origin, row.weight);
    }
    let mut fit = sums.fit()?;
    fit.fixef[0] += origin;
    let units = std::iter::zip(&table.units, &fit.units).map(|(id, u)| {
        let own = json!({
            "unit": id, "n": u.n, "mean_fixed_residual": u.mean_residual, "shrinkage": u.shrinkage, "u": u.u,
            "se_comparative": u.se, "flag": flag_word(u.flag), "q": u.q, "slope": u.slope, "slope_se": u.slope_se,
        });
        with_interval(own, u.u, u.se)
    });
    let units = units.collect::<Vec<Value>>();
    let RandomSlopes { tau2, slope_tau2, covariance, sigma, criterion, icc, .. } = fit;
    let answer = json!({
        "fixef": table.name_coefficients(&fit.fixef),
        "se": table.name_coefficients(&fit.se),
        "tau2": tau2,
        "tau2_slope": slope_tau2,
        "covariance": covariance,
        "correlation": covariance / (tau2 * slope_tau2).sqrt(),
        "sigma": sigma,
        "criterion": criterion,
        "icc": icc,
        "units": units,
        "slope": name,
        "model": "random-slopes",
    });
    Ok(table.finish_answer(answer, RANDOM_SLOPES, tau2 == 0.0 && slope_tau2 == 0.0))
}

pub(super) fn fit_logistic(table: &ModelTable<'_>) -> Result<Value, ModelFailure> {
    let mut rows = OutcomeRows::new(table.names.len());
    for row in &table.rows {
        // Shares of whole counts, but for rounding.
        let hits = row.y * row.weight;
        let hits = if (hits - hits.round()).abs() < 1e-6 { hits.round() } else { hits };
        if !rows.add_row(row.unit, &row.x, hits, row.weight) {
            let why = "neither yes (1) nor no (0), nor the share of hits among as many as its weight says";
            return Err(row.given.fault(format!("{} is {why}", row.y)).into());
        }
    }
    let fit = rows.fit()?;
    let units = std::iter::zip(&table.units, &fit.units).map(|(id, u)| {
        let own = json!({
            "unit": id, "n": u.n, "hits": u.hits, "of": u.of, "u": u.u, "se": u.se, "se_comparative": u.se,
            "flag": flag_word(u.flag), "q": u.q,
        });
        with_interval(own, u.u, u.se)
    });
    let units = units.collect::<Vec<Value>>();
    let LogisticFit { tau2, ln_likelihood, icc, .. } = fit;
    let answer = json!({
        "fixef": table.name_coefficients(&fit.fixef),
        "se": table.name_coefficients(&fit.se),
        "tau2": tau2,
        "logLik": ln_likelihood,
        "icc": icc,
        "units": units,
        "model": "logistic",
    });
    Ok(table.finish_answer(answer, LOGISTIC, tau2 == 0.0))
}

pub(super) fn regression_answer(table: &ModelTable<'_>, input: &JsonInput<'_>) -> Result<Value, ModelFailure> {
    let x: Vec<Vec<f64>> = table.rows.iter().map(|r| r.x.clone()).collect();
    let y: Vec<f64> = table.rows.iter().map(|r| r.y).collect();
    let weights: Vec<f64> = table.rows.iter().map(|r| r.weight).collect();
    let weighted = input.optional_field("weights")?.is_some();
    let fit = fit_regression(&x, &y, weighted.then_some(&weights))?;
    let units = std::iter::zip(&table.rows, &fit.units).map(|(row, u)| {
        json!({
            "unit": table.units[row.unit], "fitted": u.fitted, "resid": u.resid, "leverage": u.leverage,
            "rstandard": u.rstandard, "rstudent": u.rstudent, "p": u.p, "flag": flag_word(u.flag),
            "flag_bonferroni": flag_word(u.flag_bonferroni), "q": u.q,
        })
    });
    let units = units.collect::<Vec<Value>>();
    let above =
        |field: &str| -> Vec<&Value> { units.iter().filter(|u| u[field] == "above").map(|u| &u["unit"]).collect() };
    let LinearRegression { sigma, r2, .. } = fit;
    let answer = json!({
        "coef": table.name_coefficients(&fit.coef),
        "se": table.name_coefficients(&fit.se),
        "sigma": sigma,
        "r2": r2,
        "flagged_above": above("flag"),
        "flagged_above_bonferroni": above("flag_bonferroni"),
        "units": units,
        "model": "regression",
    });
    let answer = table.finish_answer(answer, STUDENTIZED, false);
    Ok(if sigma == 0.0 {
        with_note(answer, "the covariates say every result exactly: no unit stands out")
    } else if fit.units.iter().any(|u| u.rstudent.is_nan()) {
        with_note(answer, "a unit that a coefficient rests on alone (leverage 1) can't be judged")
    } else {
        answer
    })
}

/// Adds an effect's z and 95 % interval, as the reference outputs have them.
fn with_interval(mut unit: Value, u: f64, se: f64) -> Value {
    unit["z"] = json!(u / se);
    unit["lo95"] = json!(u - Z95 * se);
    unit["hi95"] = json!(u + Z95 * se);
    unit
}
