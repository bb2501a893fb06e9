//! `calc bands`: the federal published band of a rate.

use headway_stats::bands::{METHOD, VERSION, band};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, noted};

pub(super) fn bands(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let n = input.field("n")?.count()?;
    let rate = match (input.maybe("rate")?, input.maybe("k")?) {
        (Some(rate), _) => {
            let percent = rate.number()?;
            if !(0.0..=100.0).contains(&percent) {
                return Err(rate.fault("a rate is a percentage from 0 to 100"));
            }
            percent
        }
        (None, Some(k)) => {
            let hits = k.count()?;
            if hits > n {
                return Err(k.fault(format!("more hits than the {n} counted")));
            }
            100.0 * hits as f64 / n as f64
        }
        (None, None) => return Err(input.fault("give the rate (percent) or k, the hits")),
    };
    let all_students = input.maybe("all_students")?.map_or(Ok(false), |a| a.truth())?;
    let found = band(n, rate, all_students);
    let ends = found.and_then(headway_stats::bands::PercentBand::percents);
    let answer = json!({
        "n": n,
        "band": found.map(|b| b.to_string()),
        "lo": ends.map(|e| e.0),
        "hi": ends.map(|e| e.1),
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(match (found, ends) {
        (None, _) => noted(answer, "an empty cohort has no band"),
        (Some(_), None) => noted(answer, "too few students: the rate is not told at all"),
        _ => answer,
    })
}
