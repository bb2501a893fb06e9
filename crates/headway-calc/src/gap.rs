//! `calc gap`: a group against its reference over years.

use headway_stats::gap::{GapTrend, GroupShare, METHOD, VERSION};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, numbers_json, with_note};

pub(super) fn calc_gap(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let year = read_years(&input.required_field("year")?)?;
    let reference = read_shares(&input.required_field("reference")?, year.len())?;
    let group = read_shares(&input.required_field("group")?, year.len())?;
    // First and last are the earliest and the latest year, in whatever order they are given.
    let mut order: Vec<usize> = (0..year.len()).collect();
    order.sort_by(|a, b| year[*a].total_cmp(&year[*b]));
    let sorted = |shares: &[GroupShare]| order.iter().map(|i| shares[*i]).collect::<Vec<GroupShare>>();
    let in_order: Vec<f64> = order.iter().map(|i| year[*i]).collect();
    let gap = headway_stats::gap::measure_gap(&in_order, &sorted(&reference), &sorted(&group));
    let list = |figures: &[f64]| {
        let mut given = vec![f64::NAN; figures.len()];
        order.iter().zip(figures).for_each(|(i, x)| given[*i] = *x);
        numbers_json(&given)
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
        with_note(answer, "fewer than two years with both counts: no change can be told")
    } else if gap.z.is_nan() {
        with_note(answer, "no sampling error (all or none in both): no z")
    } else if gap.gap.iter().chain(&gap.ratio_log).chain(&gap.log_odds).any(|x| x.is_nan()) {
        with_note(answer, "a year without both counts has no gap; a share of 0 or 100 % has no log odds")
    } else {
        answer
    })
}

fn read_years(given: &JsonInput<'_>) -> Result<Vec<f64>, CalcError> {
    let entries = given.array_items()?;
    let years = entries.iter().map(JsonInput::to_number).collect::<Result<Vec<f64>, CalcError>>()?;
    match (1..years.len()).find(|&i| years[..i].contains(&years[i])) {
        Some(i) => Err(entries[i].fault(format!("{} is there twice", years[i]))),
        None => Ok(years),
    }
}

fn read_shares(input: &JsonInput<'_>, years: usize) -> Result<Vec<GroupShare>, CalcError> {
    let (k, n) = (input.required_field("k")?, input.required_field("n")?);
    let (hits, counted) = (k.to_numbers()?, n.to_numbers()?);
    for (given, len) in [(&k, hits.len()), (&n, counted.len())] {
        if len != years {
            return Err(given.fault(format!("{len} entries for {years} years")));
        }
    }
    // Both negative is how public files mask a count: missing.
    let masked = |i: usize| hits[i] < 0.0 && counted[i] < 0.0;
    if let Some(i) = (0..years).find(|&i| !masked(i) && (hits[i] < 0.0 || hits[i] > counted[i])) {
        return Err(k.array_items()?[i].fault(format!("{} is not between 0 and the {} counted", hits[i], counted[i])));
    }
    Ok(std::iter::zip(hits, counted).map(|(k, n)| GroupShare { k, n }).collect())
}
