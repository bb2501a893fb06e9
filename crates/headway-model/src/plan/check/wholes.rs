//! Shares that make one whole though nobody says so: then each follows from the others, and a release must know.

use crate::{GradeCode, GroupCode};
use std::collections::BTreeMap;

use super::{FindingCode, FindingList, list_ids};
use crate::plan::{Measure, Plan};

/// The most measures of the same places and periods that are tried together, and that make one whole.
const MEASURES: usize = 14;
const PARTS: u32 = 6;
/// Shares that are given to a tenth add up to 100 within this.
const ROUNDED: f64 = 0.15;

/// Where a share stands: place or level, group, grade, period, and whether it is a goal.
type SharePosition = (String, GroupCode, GradeCode, String, bool);
/// A measure's position in the plan, and its shares.
type MeasureShares = (usize, BTreeMap<SharePosition, f64>);

pub(super) fn check_wholes(plan: &Plan, found: &mut FindingList) {
    let stated = |measure: &Measure| measure.publishing.whole.is_some();
    let shares: Vec<MeasureShares> = (0..)
        .zip(&plan.measures)
        .filter(|(_, measure)| measure.unit.as_deref() == Some("percent") && !stated(measure))
        .map(|(i, measure)| (i, promised_shares(measure)))
        .filter(|(_, shares)| !shares.is_empty())
        .collect();
    for group in side_by_side(&shares) {
        if group.len() > MEASURES {
            let (first, last) = (&plan.measures[group[0].0], &plan.measures[group[group.len() - 1].0]);
            let message = format!(
                "{} measures, from {} to {}, give shares of the same place and period: too many to try which of them make 100. \
                 If some do, say `publishing: {{ whole: WORD }}` in each",
                group.len(),
                first.id,
                last.id
            );
            found.add_warning(
                FindingCode::BadPublishing,
                format!("measures[{}].publishing.whole", group[0].0),
                message,
            );
        } else {
            check_group(plan, &group, found);
        }
    }
}

/// Measures that give a share of the same place, group, period and kind, by way of others too; each in one group. O(n^2).
fn side_by_side(shares: &[MeasureShares]) -> Vec<Vec<&MeasureShares>> {
    let mut groups: Vec<Vec<&MeasureShares>> = Vec::new();
    for one in shares {
        let meets =
            |group: &Vec<&MeasureShares>| group.iter().any(|other| one.1.keys().any(|spot| other.1.contains_key(spot)));
        let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(meets);
        groups = apart;
        groups.push(joined.into_iter().flatten().chain([one]).collect());
    }
    groups.iter_mut().for_each(|group| group.sort_by_key(|(i, _)| *i));
    groups.sort_by_key(|group| group[0].0);
    groups
}

fn check_group(plan: &Plan, shares: &[&MeasureShares], found: &mut FindingList) {
    let mut sets: Vec<u32> = (1..1u32 << shares.len()).filter(|set| (2..=PARTS).contains(&set.count_ones())).collect();
    sets.sort_by_key(|set| (set.count_ones(), *set));
    let mut told: Vec<u32> = Vec::new();
    for set in sets {
        let parts: Vec<&MeasureShares> =
            (0..shares.len()).filter(|at| set & (1 << at) != 0).map(|at| shares[at]).collect();
        if told.iter().any(|known| known & set == *known) || !make_a_whole(&parts) {
            continue;
        }
        told.push(set);
        let ids = list_ids(parts.iter().map(|(i, _)| plan.measures[*i].id.as_str()));
        let message = format!(
            "the shares of {ids} add up to 100 wherever the plan gives them all: if every student is counted in one of them, \
             say `publishing: {{ whole: WORD }}` with one word in each, so that none of them follows from the others"
        );
        found.add_warning(FindingCode::BadPublishing, format!("measures[{}].publishing.whole", parts[0].0), message);
    }
}

/// The baselines and goals of a measure.
fn promised_shares(measure: &Measure) -> BTreeMap<SharePosition, f64> {
    let mut shares = BTreeMap::new();
    for target in &measure.targets {
        let baseline = target.baseline.as_ref().map(|b| (b.period.to_string(), b.value, false));
        let goal = target.target.as_ref().map(|g| (g.period.to_string(), g.value, true));
        for (period, value, is_goal) in [baseline, goal].into_iter().flatten() {
            if let Some(value) = value {
                let spot = (target.place.clone(), target.group.clone(), target.grade.clone(), period, is_goal);
                shares.insert(spot, value);
            }
        }
    }
    shares
}

/// Whether they add up to 100 wherever all of them are given: once for three or more, twice for two, which may do so by chance.
fn make_a_whole(parts: &[&MeasureShares]) -> bool {
    let Some((first, others)) = parts.split_first() else { return false };
    let sum = |(spot, value): (&SharePosition, &f64)| -> Option<f64> {
        let rest = others.iter().map(|(_, shares)| shares.get(spot).copied());
        Some(value + rest.sum::<Option<f64>>()?)
    };
    let sums: Vec<f64> = first.1.iter().filter_map(sum).collect();
    let enough = if parts.len() > 2 { 1 } else { 2 };
    sums.len() >= enough && sums.iter().all(|sum| (sum - 100.0).abs() <= ROUNDED)
}
