//! Units of which only k of n is known.

use headway_stats::mixed::SHRUNKEN_COUNTS;
use headway_stats::mixed::counts::{Estimator, Scale, shrink};
use serde_json::{Value, json};

use super::{NO_SPREAD, flag};
use crate::calc::{CalcError, Input, noted};

pub(super) fn counts(input: &Input<'_>) -> Result<Value, CalcError> {
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
        "method": SHRUNKEN_COUNTS,
        "method_version": headway_stats::mixed::VERSION,
    });
    Ok(if fit.tau2 == 0.0 { noted(answer, NO_SPREAD) } else { answer })
}
