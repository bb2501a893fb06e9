//! Rules for small numbers that can't be meant.

use super::{Code, Findings, listed};
use crate::plan::{BandRule, Plan, Publishing};

/// Under this many students a figure tells about persons, whatever the law allows.
const FEW: u32 = 5;
/// Beyond this an n-size hides most schools.
const MANY: u32 = 100;

pub(super) fn check(plan: &Plan, found: &mut Findings) {
    shared("the agency", &plan.agency.publishing, "agency.publishing", found);
    if plan.agency.publishing.sums.is_some() {
        let message = "sums is said of one measure, not of the agency: move it there".to_owned();
        found.error(Code::BadPublishing, "agency.publishing.sums", message);
    }
    for (i, measure) in plan.measures.iter().enumerate() {
        let (rules, place) = (&measure.publishing, format!("measures[{i}].publishing"));
        shared(&format!("measure “{}”", measure.id), rules, &place, found);
        if let (Some(old), Some(new)) = (measure.min_n, rules.n_size)
            && old != new
        {
            let message = format!("measure “{}” has min_n {old} and n_size {new}: keep one", measure.id);
            found.error(Code::BadPublishing, format!("{place}.n_size"), message);
        }
        if rules.bands == Some(BandRule::Federal) && measure.unit.as_deref().is_some_and(|unit| unit != "percent") {
            let message = format!("bands are for percents, and measure “{}” is not one", measure.id);
            found.warn(Code::BadPublishing, format!("{place}.bands"), message);
        }
        if let Some(sums) = &rules.sums {
            let known = plan.measures.iter().any(|other| other.id == sums.measure);
            if sums.measure == measure.id || !known {
                let ids = listed(plan.measures.iter().map(|m| m.id.as_str()).filter(|id| *id != measure.id));
                let message = format!("“{}” is no other measure of this plan (there are: {ids})", sums.measure);
                found.error(Code::BadPublishing, format!("{place}.sums.measure"), message);
            }
            if sums.periods < 2 {
                let message =
                    format!("measure “{}” adds up {} periods: it takes two or more", measure.id, sums.periods);
                found.error(Code::BadPublishing, format!("{place}.sums.periods"), message);
            }
        }
    }
}

fn shared(whose: &str, rules: &Publishing, place: &str, found: &mut Findings) {
    match rules.n_size {
        Some(n @ 0..=1) => {
            let message = format!(
                "an n-size of {n} for {whose} hides nobody: say `people: false` where the figures count no people"
            );
            found.error(Code::BadPublishing, format!("{place}.n_size"), message);
        }
        Some(n) if n < FEW => {
            let message = format!("an n-size of {n} for {whose} is low: no state publishes groups under {FEW}");
            found.warn(Code::BadPublishing, format!("{place}.n_size"), message);
        }
        Some(n) if n > MANY => {
            let message = format!("an n-size of {n} for {whose} hides most schools");
            found.warn(Code::BadPublishing, format!("{place}.n_size"), message);
        }
        _ => {}
    }
    if let Some(share) = rules.extreme_share {
        if !(share > 0.0 && share < 50.0) {
            let message = format!("{share} % for {whose} is no share near 0: between 0 and 50 is wanted");
            found.error(Code::BadPublishing, format!("{place}.extreme_share"), message);
        } else if rules.extremes == Some(false) {
            let message = format!("{whose} codes no extremes, so the share says nothing: take one of them away");
            found.warn(Code::BadPublishing, format!("{place}.extreme_share"), message);
        }
    }
}
