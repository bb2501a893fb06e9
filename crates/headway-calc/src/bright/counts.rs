//! Units of which only k of n is known.

use headway_stats::mixed::counts::{EffectScale, VarianceEstimator, shrink_effects};
use headway_stats::mixed::{IntervalFlag, SHRUNKEN_COUNTS};
use serde_json::{Value, json};

use super::{NO_SPREAD, flag_word};
use crate::{CalcError, JsonInput, with_note};

pub(super) fn calc_counts(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let scale = input
        .required_field("scale")?
        .one_of_words(&[("logit", EffectScale::Logit), ("arcsine", EffectScale::Arcsine)])?;
    let methods = [("REML", VarianceEstimator::Reml), ("PM", VarianceEstimator::Pm), ("DL", VarianceEstimator::Dl)];
    let estimator =
        input.optional_field("method")?.map_or(Ok(VarianceEstimator::Reml), |m| m.one_of_words(&methods))?;
    let rows = input.required_field("units")?;
    let (mut ids, mut y, mut v) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows.array_items()? {
        let (k, n) = (row.required_field("k")?, row.required_field("n")?);
        let (hits, of) = (k.to_number()?, n.to_number()?);
        // Without students there is nothing to judge a unit by.
        let effect =
            if (hits, of) == (0.0, 0.0) { Some((f64::NAN, f64::NAN)) } else { scale.counts_to_effect(hits, of) };
        let (effect, variance) = effect.ok_or_else(|| k.fault("not a count of hits among the n counted"))?;
        ids.push(row.required_field("unit")?.value());
        y.push(effect);
        v.push(variance);
    }
    let known = |x: &[f64]| x.iter().copied().filter(|x| x.is_finite()).collect::<Vec<f64>>();
    let fit = shrink_effects(&known(&y), &known(&v), estimator);
    let mut judged = fit.iter().flat_map(|fit| &fit.units);
    let units = ids.iter().zip(y.iter().zip(&v)).map(|(id, (y, v))| {
        let judged = if y.is_finite() { judged.next() } else { None };
        json!({
            "unit": id, "y": y, "v": v, "blup": judged.map(|u| u.blup), "blup_se": judged.map(|u| u.blup_se),
            "proportion": judged.map(|u| scale.effect_to_proportion(u.blup)), "shrinkage": judged.map(|u| u.shrinkage),
            "se_comparative": judged.map(|u| u.se_comparative), "flag": flag_word(judged.map_or(IntervalFlag::None, |u| u.flag)),
            "q": judged.map(|u| u.q),
        })
    });
    let units = units.collect::<Vec<Value>>();
    let known = fit.as_ref().ok();
    let answer = json!({
        "mu": known.map(|fit| fit.mu),
        "mu_se": known.map(|fit| fit.mu_se),
        "tau2": known.map(|fit| fit.tau2),
        "QE": known.map(|fit| fit.q_statistic),
        "I2": known.map(|fit| fit.i2),
        "by_chance": headway_stats::mixed::BY_CHANCE * units.len() as f64,
        "units": units,
        "method": SHRUNKEN_COUNTS,
        "method_version": headway_stats::mixed::VERSION,
    });
    Ok(match &fit {
        Err(why) => with_note(answer, &why.to_string()),
        Ok(fit) if fit.tau2 == 0.0 => with_note(answer, NO_SPREAD),
        Ok(_) if y.iter().any(|y| y.is_nan()) => with_note(answer, "a unit without students is not judged"),
        Ok(_) => answer,
    })
}
