//! `calc bands`: the federal published band of a rate.

use headway_stats::bands::{METHOD, VERSION, band_for_rate};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, with_note};

pub(super) fn calc_bands(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let n = input.required_field("n")?.to_count()?;
    let rate = match (input.optional_field("rate")?, input.optional_field("k")?) {
        (Some(rate), _) => {
            let percent = rate.to_number()?;
            if !(0.0..=100.0).contains(&percent) {
                return Err(rate.fault("a rate is a percentage from 0 to 100"));
            }
            percent
        }
        (None, Some(k)) => {
            let hits = k.to_count()?;
            if hits > n {
                return Err(k.fault(format!("more hits than the {n} counted")));
            }
            100.0 * hits as f64 / n as f64
        }
        (None, None) => return Err(input.fault("give the rate (percent) or k, the hits")),
    };
    let all_students = input.optional_field("all_students")?.map_or(Ok(false), |a| a.to_bool())?;
    let found = band_for_rate(n, rate, all_students);
    let ends = found.and_then(headway_stats::bands::PercentBand::percent_range);
    let answer = json!({
        "n": n,
        "band": found.map(|b| b.to_string()),
        "lo": ends.map(|e| e.0),
        "hi": ends.map(|e| e.1),
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(match (found, ends) {
        (None, _) => with_note(answer, "an empty cohort has no band"),
        (Some(_), None) => with_note(answer, "too few students: the rate is not told at all"),
        _ => answer,
    })
}
