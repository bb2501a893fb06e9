//! `calc moderated`: the latest point of each series of a panel.

use headway_stats::moderated::{METHOD, ModeratedTest, VERSION, test_panel};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, with_note};

/// False discovery rate below which a series is flagged.
const FLAG_BELOW: f64 = 0.05;

pub(super) fn calc_moderated(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let given = input.required_field("series")?.array_items()?;
    let mut series = Vec::with_capacity(given.len());
    for one in &given {
        series.push((one.required_field("id")?.value(), one.required_field("y")?.to_numbers()?));
    }
    let found = test_panel(series.iter().map(|s| s.1.as_slice()));
    let tests: Vec<Value> = std::iter::zip(&series, &found.tests)
        .map(|((id, _), t)| {
            let test = json!({
                "id": id, "change": t.change, "t": t.t, "df": t.df, "p": t.p, "q": t.q, "flag": t.q < FLAG_BELOW,
            });
            match missing_reason(t) {
                Some(why) => with_note(test, why),
                None => test,
            }
        })
        .collect();
    let answer = json!({
        "d0": found.d0,
        "s0_squared": found.s0_squared,
        "series": tests,
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(if found.d0.is_infinite() {
        with_note(answer, "d0 is infinite: the units' variances differ no more than by chance")
    } else if found.s0_squared.is_nan() {
        with_note(answer, "no prior: fewer than two series with a variance")
    } else {
        answer
    })
}

/// Why a series has no t, or no degrees of freedom.
fn missing_reason(t: &ModeratedTest) -> Option<&'static str> {
    if t.t.is_nan() {
        Some("needs a latest value and two earlier ones that differ")
    } else if t.t.is_infinite() {
        Some("no variance to judge by, in the series or its panel: t is infinite")
    } else {
        None
    }
}
