//! `calc moderated`: the latest point of each series of a panel.

use headway_stats::moderated::{METHOD, ModeratedTest, VERSION, test_panel};
use serde_json::{Value, json};

use super::rows::{RowSource, RowsAnswer};
use super::{CalcError, JsonInput, with_note};

/// False discovery rate below which a series is flagged.
const FLAG_BELOW: f64 = 0.05;

pub(super) fn calc_moderated(input: &JsonInput<'_>) -> Result<RowsAnswer, CalcError> {
    let given = input.required_field("series")?.array_items()?;
    let mut series = Vec::with_capacity(given.len());
    for one in &given {
        series.push((one.required_field("id")?.value(), one.required_field("y")?.to_numbers()?));
    }
    let found = test_panel(series.iter().map(|s| s.1.as_slice()));
    let answer = json!({
        "d0": found.d0,
        "s0_squared": found.s0_squared,
        "series": null,
        "method": METHOD,
        "method_version": VERSION,
    });
    let answer = if found.d0.is_infinite() {
        with_note(answer, "d0 is infinite: the units' variances differ no more than by chance")
    } else if found.s0_squared.is_nan() {
        with_note(answer, "no prior: fewer than two series with a variance")
    } else {
        answer
    };
    let ids = series.into_iter().map(|(id, _)| id.clone()).collect();
    Ok(RowsAnswer::new(answer, "series", SeriesTests { ids, tests: found.tests }))
}

/// The test of each series.
struct SeriesTests {
    ids: Vec<Value>,
    tests: Vec<ModeratedTest>,
}

impl RowSource for SeriesTests {
    fn row_count(&self) -> usize {
        self.tests.len()
    }

    fn row_json(&self, at: usize) -> Value {
        let (id, t) = (&self.ids[at], &self.tests[at]);
        let test = json!({
            "id": id, "change": t.change, "t": t.t, "df": t.df, "p": t.p, "q": t.q, "flag": t.q < FLAG_BELOW,
        });
        match missing_reason(t) {
            Some(why) => with_note(test, why),
            None => test,
        }
    }
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
