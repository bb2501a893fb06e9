//! `calc change`: two proportions.

use headway_stats::change::{ConfidenceInterval, HitCount, METHOD, VERSION, clopper_pearson, wilson};
use serde_json::{Value, json};

use super::{CalcError, JsonInput, with_note};

pub(super) fn calc_change(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let (first, second) = match (read_count(input, "k1", "n1")?, read_count(input, "k2", "n2")?) {
        (Some(first), Some(second)) => (first, second),
        known => return Ok(of_none(known)),
    };
    let c = headway_stats::change::change_between(first, second);
    let answer = json!({
        "p1": c.p[0],
        "p2": c.p[1],
        "diff": c.diff,
        "wilson1": interval_json(c.wilson[0]),
        "wilson2": interval_json(c.wilson[1]),
        "clopper_pearson1": interval_json(c.clopper_pearson[0]),
        "clopper_pearson2": interval_json(c.clopper_pearson[1]),
        "newcombe": interval_json(c.newcombe),
        "agresti_caffo": interval_json(c.agresti_caffo),
        "z_pooled": c.z_pooled,
        "p_pooled": c.p_pooled,
        "fisher_p": c.fisher_p,
        "cohen_h": c.cohen_h,
        "log_odds_ratio": c.log_odds_ratio,
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(if c.z_pooled.is_nan() { with_note(answer, "all or none hit in both: no pooled test") } else { answer })
}

/// Nothing is counted on one side: what the other says alone.
fn of_none((first, second): (Option<HitCount>, Option<HitCount>)) -> Value {
    let answer = json!({
        "p1": first.map(HitCount::share),
        "p2": second.map(HitCount::share),
        "diff": null,
        "wilson1": first.map(|c| interval_json(wilson(c))),
        "wilson2": second.map(|c| interval_json(wilson(c))),
        "clopper_pearson1": first.map(|c| interval_json(clopper_pearson(c))),
        "clopper_pearson2": second.map(|c| interval_json(clopper_pearson(c))),
        "newcombe": null,
        "agresti_caffo": null,
        "z_pooled": null,
        "p_pooled": null,
        "fisher_p": null,
        "cohen_h": null,
        "log_odds_ratio": null,
        "method": METHOD,
        "method_version": VERSION,
    });
    with_note(answer, "nothing is counted on one side: there is no change to tell")
}

/// The largest count that is tested.
const LARGEST: u64 = 1_000_000_000_000;

/// `None` where nothing is counted.
fn read_count(input: &JsonInput<'_>, k: &str, n: &str) -> Result<Option<HitCount>, CalcError> {
    let (hits, counted) = (input.required_field(k)?, input.required_field(n)?);
    let of = counted.to_count()?;
    if of > LARGEST {
        return Err(counted.fault(format!("{of} is too large a count: Fisher's test would take minutes")));
    }
    let many = hits.to_count()?;
    if many > of {
        return Err(hits.fault(format!("more hits than the {of} counted")));
    }
    Ok(HitCount::new(many, of))
}

fn interval_json(interval: ConfidenceInterval) -> Value {
    json!([interval.lo, interval.hi])
}
