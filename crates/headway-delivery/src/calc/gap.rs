//! `calc gap`: a group against its reference over years.

use headway_stats::gap::{METHOD, Share, Trend, VERSION};
use serde_json::{Value, json};

use super::{CalcError, Input, list, noted};

pub(super) fn gap(input: &Input<'_>) -> Result<Value, CalcError> {
    let years = input.field("year")?;
    let year = years.numbers()?;
    let reference = shares(&input.field("reference")?, year.len())?;
    let group = shares(&input.field("group")?, year.len())?;
    let gap = headway_stats::gap::gap(&year, &reference, &group);
    let closing = gap.trend.map(|trend| match trend {
        Trend::Closing => "closing",
        Trend::Widening => "widening",
        Trend::NoClearChange => "no clear change",
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
    } else {
        answer
    })
}

fn shares(input: &Input<'_>, years: usize) -> Result<Vec<Share>, CalcError> {
    let (k, n) = (input.field("k")?, input.field("n")?);
    let (hits, counted) = (k.numbers()?, n.numbers()?);
    for (given, len) in [(&k, hits.len()), (&n, counted.len())] {
        if len != years {
            return Err(given.fault(format!("{len} entries for {years} years")));
        }
    }
    if let Some(i) = (0..years).find(|&i| hits[i] < 0.0 || hits[i] > counted[i]) {
        return Err(k.items()?[i].fault(format!("{} is not between 0 and the {} counted", hits[i], counted[i])));
    }
    Ok(std::iter::zip(hits, counted).map(|(k, n)| Share { k, n }).collect())
}
