//! The same bytes again, read in another way.

use headway_store::CatalogImport;

use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// The doubt about files whose very bytes another import in force has read. By another text of the same profile, into the same
/// measures: then one of the two readings is wrong, and a person says which. By another profile, or into other measures: that
/// may be meant, and is told. By another profile into other measures there is nothing to doubt.
pub(in crate::intake) fn of_same_bytes(
    others: &[CatalogImport],
    profile: &str,
    shared: &dyn Fn(&CatalogImport) -> bool,
) -> Option<ImportDoubt> {
    let name = |profile: &str| profile.split('@').next().unwrap_or_default().to_owned();
    let doubt = |other: &CatalogImport, cause: String, advice: String, until| ImportDoubt {
        kind: DoubtKind::Again,
        measures: Vec::new(),
        cause: format!("this file is in already as import {}, {cause}", other.vintage.id),
        count: 0,
        of: None,
        first: String::new(),
        advice,
        until,
    };
    let same = |other: &&CatalogImport| name(&other.vintage.profile) == name(profile);
    if let Some(other) = others.iter().rev().find(|other| same(other) && shared(other)) {
        let id = other.vintage.id;
        let advice = format!(
            "Which reading stands? --replaces {id} puts this one in its place; if both are right, give the profile \
             another name"
        );
        return Some(doubt(
            other,
            "read by another text of this profile".to_owned(),
            advice,
            Some(DoubtAnswer::Replaces),
        ));
    }
    let other = others.iter().rev().find(|other| same(other) || shared(other))?;
    let cause = match same(&other) {
        true => "read by another text of this profile into other measures".to_owned(),
        false => format!("read by the profile {} into the same measures", name(&other.vintage.profile)),
    };
    let advice = format!("If one reading was a mistake, --replaces {} puts this one in its place", other.vintage.id);
    Some(doubt(other, cause, advice, None))
}
