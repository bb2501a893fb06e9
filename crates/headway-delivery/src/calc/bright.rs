//! `calc bright-spots`: units that stand out, by rows below the unit, by counts, or by one result a unit.

use std::collections::HashMap;

use headway_stats::mixed::counts::{Estimator, Scale, shrink};
use headway_stats::mixed::{Flag, RandomIntercepts, Regression, Sums, regress};
use serde_json::{Map, Value, json};

use super::{CalcError, Input, noted};

pub(super) fn bright_spots(input: &Input<'_>) -> Result<Value, CalcError> {
    if input.has("units") {
        return by_counts(input);
    }
    let table = Table::read(input)?;
    // One row a unit leaves nothing to tell the unit from its row: then the unit stands out of a line through all of them.
    let single = table.rows.len() == table.units.len();
    let models = [("random-intercepts", false), ("regression", true)];
    let regression = input.maybe("model")?.map_or(Ok(single), |m| m.word(&models))?;
    if regression { table.regression(input) } else { table.intercepts(input) }
}

/// Rows with their unit, result and covariates. A row with a missing figure is left out and counted.
struct Table<'a> {
    /// Coefficients after the intercept: a column of numbers by its name, a column of texts as one yes-or-no column for each
    /// text but the first in order, by name and text (`sexM`).
    names: Vec<String>,
    units: Vec<&'a Value>,
    rows: Vec<Row>,
    left_out: usize,
}

struct Row {
    unit: usize,
    y: f64,
    x: Vec<f64>,
    weight: f64,
}

/// A covariate as it is given.
struct Column<'a> {
    name: &'a str,
    /// The texts in order; empty for a column of numbers.
    texts: Vec<&'a str>,
}

impl<'a> Column<'a> {
    fn of(name: &'a str, rows: &[Input<'a>]) -> Result<Self, CalcError> {
        let mut texts = Vec::new();
        for row in rows {
            match row.maybe(name)? {
                Some(cell) if cell.value().is_string() => texts.push(cell.text()?),
                _ => {}
            }
        }
        texts.sort_unstable();
        texts.dedup();
        Ok(Self { name, texts })
    }

    fn names(&self) -> Vec<String> {
        match self.texts.get(1..) {
            None => vec![self.name.to_owned()],
            Some(texts) => texts.iter().map(|t| format!("{}{t}", self.name)).collect(),
        }
    }

    /// The row's figures; NaN where the cell is missing.
    fn read(&self, row: &Input<'_>, into: &mut Vec<f64>) -> Result<(), CalcError> {
        let cell = row.maybe(self.name)?;
        if self.texts.is_empty() {
            into.push(cell.map_or(Ok(f64::NAN), |c| c.number())?);
            return Ok(());
        }
        let text = cell.map(|c| c.text()).transpose()?;
        into.extend(self.texts[1..].iter().map(|t| text.map_or(f64::NAN, |own| f64::from(u8::from(own == *t)))));
        Ok(())
    }
}

impl<'a> Table<'a> {
    fn read(input: &Input<'a>) -> Result<Self, CalcError> {
        let (y, unit) = (input.field("y")?.text()?, input.field("unit")?.text()?);
        let weights = input.maybe("weights")?.map(|w| w.text()).transpose()?;
        let rows = input.field("rows")?.items()?;
        let x = input.maybe("x")?.map_or(Ok(Vec::new()), |x| x.items())?;
        let columns = x.iter().map(|x| Column::of(x.text()?, &rows)).collect::<Result<Vec<Column>, CalcError>>()?;
        let names = columns.iter().flat_map(Column::names).collect();
        let mut table = Self { names, units: Vec::new(), rows: Vec::with_capacity(rows.len()), left_out: 0 };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for row in &rows {
            let figure = |name: &str| row.maybe(name)?.map_or(Ok(f64::NAN), |v| v.number());
            let id = row.field(unit)?.value();
            let mut found = Row { unit: 0, y: figure(y)?, x: Vec::new(), weight: weights.map_or(Ok(1.0), figure)? };
            for column in &columns {
                column.read(row, &mut found.x)?;
            }
            if !found.y.is_finite() || !found.weight.is_finite() || found.x.iter().any(|v| !v.is_finite()) {
                table.left_out += 1;
                continue;
            }
            if found.weight <= 0.0 {
                return Err(row.fault("a weight must be positive"));
            }
            found.unit = *numbers.entry(id.to_string()).or_insert_with(|| {
                table.units.push(id);
                table.units.len() - 1
            });
            table.rows.push(found);
        }
        Ok(table)
    }

    fn intercepts(&self, input: &Input<'_>) -> Result<Value, CalcError> {
        let mut sums = Sums::new(self.names.len());
        for row in &self.rows {
            sums.add(row.unit, &row.x, row.y);
        }
        let fit = sums.fit().map_err(|error| input.fault(error.to_string()))?;
        let units = std::iter::zip(&self.units, &fit.units).map(|(id, u)| {
            json!({
                "unit": id, "n": u.n, "mean_fixed_residual": u.mean_residual, "shrinkage": u.shrinkage, "u": u.u,
                "se_comparative": u.se, "flag": flag(u.flag), "q": u.q,
            })
        });
        let RandomIntercepts { tau2, sigma, criterion, icc, .. } = fit;
        let answer = json!({
            "fixef": self.named(&fit.fixef),
            "se": self.named(&fit.se),
            "tau2": tau2,
            "sigma": sigma,
            "criterion": criterion,
            "icc": icc,
            "units": units.collect::<Vec<Value>>(),
            "model": "random-intercepts",
        });
        Ok(self.finish(answer, tau2 == 0.0))
    }

    fn regression(&self, input: &Input<'_>) -> Result<Value, CalcError> {
        let x: Vec<Vec<f64>> = self.rows.iter().map(|r| r.x.clone()).collect();
        let y: Vec<f64> = self.rows.iter().map(|r| r.y).collect();
        let weights: Vec<f64> = self.rows.iter().map(|r| r.weight).collect();
        let weighted = input.maybe("weights")?.is_some();
        let fit = regress(&x, &y, weighted.then_some(&weights)).map_err(|error| input.fault(error.to_string()))?;
        let units = std::iter::zip(&self.rows, &fit.units).map(|(row, u)| {
            json!({
                "unit": self.units[row.unit], "fitted": u.fitted, "resid": u.resid, "leverage": u.leverage,
                "rstandard": u.rstandard, "rstudent": u.rstudent, "p": u.p, "flag": flag(u.flag),
                "flag_bonferroni": flag(u.flag_bonferroni), "q": u.q,
            })
        });
        let units = units.collect::<Vec<Value>>();
        let Regression { sigma, r2, .. } = fit;
        let answer = json!({
            "coef": self.named(&fit.coef),
            "se": self.named(&fit.se),
            "sigma": sigma,
            "r2": r2,
            "units": units,
            "model": "regression",
        });
        Ok(self.finish(answer, false))
    }

    fn finish(&self, mut answer: Value, no_spread: bool) -> Value {
        answer["n"] = json!(self.rows.len());
        answer["n_units"] = json!(self.units.len());
        answer["left_out"] = json!(self.left_out);
        answer["by_chance"] = json!(headway_stats::mixed::BY_CHANCE * self.units.len() as f64);
        if no_spread {
            noted(answer, "no variance between units was found: no unit stands out, and q is null")
        } else {
            answer
        }
    }

    /// Coefficients by name, the intercept first.
    fn named(&self, values: &[f64]) -> Value {
        let names = std::iter::once("(Intercept)").chain(self.names.iter().map(String::as_str));
        Value::Object(names.zip(values).map(|(name, v)| (name.to_owned(), json!(v))).collect::<Map<String, Value>>())
    }
}

fn by_counts(input: &Input<'_>) -> Result<Value, CalcError> {
    let scale = input.field("scale")?.word(&[("logit", Scale::Logit), ("arcsine", Scale::Arcsine)])?;
    let methods = [("REML", Estimator::Reml), ("PM", Estimator::Pm), ("DL", Estimator::Dl)];
    let estimator = input.maybe("method")?.map_or(Ok(Estimator::Reml), |m| m.word(&methods))?;
    let rows = input.field("units")?;
    let (mut ids, mut y, mut v) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows.items()? {
        let (k, n) = (row.field("k")?, row.field("n")?);
        let (effect, variance) = scale
            .effect(k.number()?, n.number()?)
            .ok_or_else(|| k.fault("not a count of hits among the n counted (n must be positive)"))?;
        ids.push(row.field("unit")?.value());
        y.push(effect);
        v.push(variance);
    }
    let fit = shrink(&y, &v, estimator).map_err(|error| rows.fault(error.to_string()))?;
    let units = std::iter::zip(ids, &fit.units).map(|(id, u)| {
        json!({
            "unit": id, "y": u.y, "v": u.v, "blup": u.blup, "blup_se": u.blup_se, "proportion": scale.proportion(u.blup),
            "shrinkage": u.shrinkage, "se_comparative": u.se_comparative, "flag": flag(u.flag), "q": u.q,
        })
    });
    let units = units.collect::<Vec<Value>>();
    let answer = json!({
        "mu": fit.mu,
        "mu_se": fit.mu_se,
        "tau2": fit.tau2,
        "QE": fit.q_statistic,
        "I2": fit.i2,
        "by_chance": headway_stats::mixed::BY_CHANCE * units.len() as f64,
        "units": units,
    });
    Ok(if fit.tau2 == 0.0 {
        noted(answer, "no variance between units was found: no unit stands out, and q is null")
    } else {
        answer
    })
}

/// As the reference outputs write it: empty for a unit that does not stand out.
fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::Above => "above",
        Flag::Below => "below",
        Flag::None => "",
    }
}
