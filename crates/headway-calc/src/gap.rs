//! `calc gap`: a group against its reference over years.

use headway_stats::gap::{GapTrend, GroupShare, METHOD, VERSION};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, list, noted};

pub(super) fn gap(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let year = years(&input.field("year")?)?;
    let reference = shares(&input.field("reference")?, year.len())?;
    let group = shares(&input.field("group")?, year.len())?;
    // First and last are the earliest and the latest year, in whatever order they are given.
    let mut order: Vec<usize> = (0..year.len()).collect();
    order.sort_by(|a, b| year[*a].total_cmp(&year[*b]));
    let sorted = |shares: &[GroupShare]| order.iter().map(|i| shares[*i]).collect::<Vec<GroupShare>>();
    let in_order: Vec<f64> = order.iter().map(|i| year[*i]).collect();
    let gap = headway_stats::gap::gap(&in_order, &sorted(&reference), &sorted(&group));
    let list = |figures: &[f64]| {
        let mut given = vec![f64::NAN; figures.len()];
        order.iter().zip(figures).for_each(|(i, x)| given[*i] = *x);
        list(&given)
    };
    let closing = gap.trend.map(|trend| match trend {
        GapTrend::Closing => "closing",
        GapTrend::Widening => "widening",
        GapTrend::NoClearChange => "no clear change",
    });
    let answer = json!({
        "gap": list(&gap.gap),
        "se": list(&gap.se),
        "change": gap.change,
        "change_se": gap.change_se,
        "z": gap.z,
        "closing": closing,
        "wls_slope": gap.slope,
        "wls_slope_se": gap.slope_se,
        "ratio_log": list(&gap.ratio_log),
        "log_odds_gap": list(&gap.log_odds),
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(if gap.change.is_nan() {
        noted(answer, "fewer than two years with both counts: no change can be told")
    } else if gap.z.is_nan() {
        noted(answer, "no sampling error (all or none in both): no z")
    } else if gap.gap.iter().chain(&gap.ratio_log).chain(&gap.log_odds).any(|x| x.is_nan()) {
        noted(answer, "a year without both counts has no gap; a share of 0 or 100 % has no log odds")
    } else {
        answer
    })
}

fn years(given: &JsonInput<'_>) -> Result<Vec<f64>, CalcError> {
    let entries = given.items()?;
    let years = entries.iter().map(JsonInput::number).collect::<Result<Vec<f64>, CalcError>>()?;
    match (1..years.len()).find(|&i| years[..i].contains(&years[i])) {
        Some(i) => Err(entries[i].fault(format!("{} is there twice", years[i]))),
        None => Ok(years),
    }
}

fn shares(input: &JsonInput<'_>, years: usize) -> Result<Vec<GroupShare>, CalcError> {
    let (k, n) = (input.field("k")?, input.field("n")?);
    let (hits, counted) = (k.numbers()?, n.numbers()?);
    for (given, len) in [(&k, hits.len()), (&n, counted.len())] {
        if len != years {
            return Err(given.fault(format!("{len} entries for {years} years")));
        }
    }
    // Both negative is how public files mask a count: missing.
    let masked = |i: usize| hits[i] < 0.0 && counted[i] < 0.0;
    if let Some(i) = (0..years).find(|&i| !masked(i) && (hits[i] < 0.0 || hits[i] > counted[i])) {
        return Err(k.items()?[i].fault(format!("{} is not between 0 and the {} counted", hits[i], counted[i])));
    }
    Ok(std::iter::zip(hits, counted).map(|(k, n)| GroupShare { k, n }).collect())
}
