//! `calc change`: two proportions.

use headway_stats::change::{Count, Interval, METHOD, VERSION};
use serde_json::{Value, json};

use super::{CalcError, Input, noted};

pub(super) fn change(input: &Input<'_>) -> Result<Value, CalcError> {
    let (first, second) = (count(input, "k1", "n1")?, count(input, "k2", "n2")?);
    let c = headway_stats::change::change(first, second);
    let answer = json!({
        "p1": c.p[0],
        "p2": c.p[1],
        "diff": c.diff,
        "wilson1": ends(c.wilson[0]),
        "wilson2": ends(c.wilson[1]),
        "clopper_pearson1": ends(c.clopper_pearson[0]),
        "clopper_pearson2": ends(c.clopper_pearson[1]),
        "newcombe": ends(c.newcombe),
        "agresti_caffo": ends(c.agresti_caffo),
        "z_pooled": c.z_pooled,
        "p_pooled": c.p_pooled,
        "fisher_p": c.fisher_p,
        "cohen_h": c.cohen_h,
        "log_odds_ratio": c.log_odds_ratio,
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(if c.z_pooled.is_nan() { noted(answer, "all or none hit in both: no pooled test") } else { answer })
}

fn count(input: &Input<'_>, k: &str, n: &str) -> Result<Count, CalcError> {
    let (hits, counted) = (input.field(k)?, input.field(n)?);
    let of = counted.count()?;
    if of == 0 {
        return Err(counted.fault("nothing is counted: n must be 1 or more"));
    }
    Count::new(hits.count()?, of).ok_or_else(|| hits.fault(format!("more hits than the {of} counted")))
}

fn ends(interval: Interval) -> Value {
    json!([interval.lo, interval.hi])
}
