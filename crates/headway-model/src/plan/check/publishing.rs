//! Rules for small numbers that can't be meant.

use super::{FindingCode, FindingList, list_ids};
use crate::plan::{BandRule, Plan, Publishing};

/// Under this many students a figure tells about persons, whatever the law allows.
const FEW: u32 = 5;
/// Beyond this an n-size hides most schools.
const MANY: u32 = 100;

pub(super) fn check_publishing(plan: &Plan, found: &mut FindingList) {
    check_shared_rules("the agency", &plan.agency.publishing, "agency.publishing", found);
    if plan.agency.publishing.sums.is_some() {
        let message = "sums is said of one measure, not of the agency: move it there".to_owned();
        found.add_error(FindingCode::BadPublishing, "agency.publishing.sums", message);
    }
    for (word, said) in
        [("students", plan.agency.publishing.students.is_some()), ("whole", plan.agency.publishing.whole.is_some())]
    {
        if said {
            let message = format!("{word} is said of one measure, not of the agency: move it there");
            found.add_error(FindingCode::BadPublishing, format!("agency.publishing.{word}"), message);
        }
    }
    check_whole_words(plan, found);
    made_of(plan, None, &plan.agency.publishing, "agency.publishing", found);
    for (i, measure) in plan.measures.iter().enumerate() {
        let (rules, place) = (&measure.publishing, format!("measures[{i}].publishing"));
        of_the_agency(&measure.id, rules, &place, found);
        made_of(plan, Some(&measure.id), rules, &place, found);
        if let Some(students) = &rules.students {
            let known = plan.measures.iter().any(|other| other.id == *students);
            if *students == measure.id || !known {
                let ids = list_ids(plan.measures.iter().map(|m| m.id.as_str()).filter(|id| *id != measure.id));
                let message = format!("“{students}” is no other measure of this plan (there are: {ids})");
                found.add_error(FindingCode::BadPublishing, format!("{place}.students"), message);
            }
        }
        check_shared_rules(&format!("measure “{}”", measure.id), rules, &place, found);
        if let (Some(old), Some(new)) = (measure.min_n, rules.n_size)
            && old != new
        {
            let message = format!("measure “{}” has min_n {old} and n_size {new}: keep one", measure.id);
            found.add_error(FindingCode::BadPublishing, format!("{place}.n_size"), message);
        }
        if rules.bands == Some(BandRule::Federal) && measure.unit.as_deref().is_some_and(|unit| unit != "percent") {
            let message = format!("bands are for percents, and measure “{}” is not one", measure.id);
            found.add_warning(FindingCode::BadPublishing, format!("{place}.bands"), message);
        }
        if let Some(sums) = &rules.sums {
            let known = plan.measures.iter().any(|other| other.id == sums.measure);
            if sums.measure == measure.id || !known {
                let ids = list_ids(plan.measures.iter().map(|m| m.id.as_str()).filter(|id| *id != measure.id));
                let message = format!("“{}” is no other measure of this plan (there are: {ids})", sums.measure);
                found.add_error(FindingCode::BadPublishing, format!("{place}.sums.measure"), message);
            }
            if sums.periods < 2 {
                let message =
                    format!("measure “{}” adds up {} periods: it takes two or more", measure.id, sums.periods);
                found.add_error(FindingCode::BadPublishing, format!("{place}.sums.periods"), message);
            }
        }
    }
}

/// What a figure may be made of are other measures of the plan.
fn made_of(plan: &Plan, own: Option<&str>, rules: &Publishing, place: &str, found: &mut FindingList) {
    for (at, id) in rules.made_of.iter().flatten().enumerate() {
        let known = || plan.measures.iter().map(|m| m.id.as_str()).filter(|id| Some(*id) != own);
        if !known().any(|other| other == id) {
            let message = format!("“{id}” is no other measure of this plan (there are: {})", list_ids(known()));
            found.add_error(FindingCode::BadPublishing, format!("{place}.made_of[{at}]"), message);
        }
    }
}

/// A word that only one measure has makes nothing whole.
fn check_whole_words(plan: &Plan, found: &mut FindingList) {
    for (i, measure) in plan.measures.iter().enumerate() {
        let Some(whole) = &measure.publishing.whole else { continue };
        let same = plan.measures.iter().filter(|other| other.publishing.whole.as_ref() == Some(whole)).count();
        if same < 2 {
            let message = format!(
                "measure “{}” is a part of the whole “{whole}”, and no other measure is: give the other parts the same word",
                measure.id
            );
            found.add_warning(FindingCode::BadPublishing, format!("measures[{i}].publishing.whole"), message);
        }
    }
}

/// What is decided over all figures of a release together is said of the agency.
fn of_the_agency(id: &str, rules: &Publishing, place: &str, found: &mut FindingList) {
    for (word, said) in [
        ("least_width", rules.least_width.is_some()),
        ("insiders", rules.insiders.is_some()),
        ("late_below", rules.late_below.is_some()),
        ("hold_back", rules.hold_back.is_some()),
    ] {
        if said {
            let message = format!("{word} is said of the agency, not of measure “{id}”: move it to agency.publishing");
            found.add_error(FindingCode::BadPublishing, format!("{place}.{word}"), message);
        }
    }
}

fn check_shared_rules(whose: &str, rules: &Publishing, place: &str, found: &mut FindingList) {
    match rules.n_size {
        Some(n @ 0..=1) => {
            let message = format!(
                "an n-size of {n} for {whose} hides nobody: say `people: false` where the figures count no people"
            );
            found.add_error(FindingCode::BadPublishing, format!("{place}.n_size"), message);
        }
        Some(n) if n < FEW => {
            let message = format!("an n-size of {n} for {whose} is low: no state publishes groups under {FEW}");
            found.add_warning(FindingCode::BadPublishing, format!("{place}.n_size"), message);
        }
        Some(n) if n > MANY => {
            let message = format!("an n-size of {n} for {whose} hides most schools");
            found.add_warning(FindingCode::BadPublishing, format!("{place}.n_size"), message);
        }
        _ => {}
    }
    if let Some(share) = rules.extreme_share {
        if !(share > 0.0 && share < 50.0) {
            let message = format!("{share} % for {whose} is no share near 0: between 0 and 50 is wanted");
            found.add_error(FindingCode::BadPublishing, format!("{place}.extreme_share"), message);
        } else if rules.extremes == Some(false) {
            let message = format!("{whose} codes no extremes, so the share says nothing: take one of them away");
            found.add_warning(FindingCode::BadPublishing, format!("{place}.extreme_share"), message);
        }
    }
}
