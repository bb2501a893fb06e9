//! The same bytes again, read in another way.

use headway_store::Import;

use super::{Answer, Doubt, DoubtKind};

/// The doubt about files whose very bytes another import in force has read: by another text of the same profile (then one of the
/// two readings is wrong), or by another profile (which may read other columns).
pub(in crate::intake) fn of_same_bytes(
    others: &[Import],
    profile: &str,
    shared: &dyn Fn(&Import) -> bool,
) -> Option<Doubt> {
    let name = |profile: &str| profile.split('@').next().unwrap_or_default().to_owned();
    let doubt = |other: &Import, cause: String, advice: String, until| Doubt {
        kind: DoubtKind::Again,
        measures: Vec::new(),
        cause: format!("this file is in already as import {}, {cause}", other.vintage.id),
        count: 0,
        of: None,
        first: String::new(),
        advice,
        until,
    };
    if let Some(other) = others.iter().rev().find(|other| name(&other.vintage.profile) == name(profile)) {
        let id = other.vintage.id;
        let advice = format!(
            "Which reading stands? --replaces {id} puts this one in its place; if both are right, give the profile \
             another name"
        );
        return Some(doubt(
            other,
            "read by an earlier text of this profile".to_owned(),
            advice,
            Some(Answer::Replaces),
        ));
    }
    let other = others.iter().rev().find(|other| shared(other))?;
    let cause = format!("read by the profile {} into the same measures", name(&other.vintage.profile));
    Some(doubt(other, cause, format!("--replaces {} would put this reading in its place", other.vintage.id), None))
}
