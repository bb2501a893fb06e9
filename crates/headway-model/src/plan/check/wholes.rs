//! Shares that make one whole though nobody says so: then each follows from the others, and a release must know.

use std::collections::BTreeMap;

use super::{Code, Findings, listed};
use crate::plan::{Measure, Plan};

/// The most measures that are looked at together, and that make one whole.
const MEASURES: usize = 14;
const PARTS: u32 = 6;
/// Shares that are given to a tenth add up to 100 within this.
const ROUNDED: f64 = 0.15;

/// Where a share stands: place or level, group, grade, period, and whether it is a goal.
type Spot = (String, String, String, String, bool);

pub(super) fn check(plan: &Plan, found: &mut Findings) {
    let stated = |measure: &Measure| measure.publishing.whole.is_some();
    let shares: Vec<(usize, BTreeMap<Spot, f64>)> = (0..)
        .zip(&plan.measures)
        .filter(|(_, measure)| measure.unit.as_deref() == Some("percent") && !stated(measure))
        .map(|(i, measure)| (i, shares(measure)))
        .filter(|(_, shares)| !shares.is_empty())
        .take(MEASURES)
        .collect();
    let mut sets: Vec<u32> = (1..1u32 << shares.len()).filter(|set| (2..=PARTS).contains(&set.count_ones())).collect();
    sets.sort_by_key(|set| (set.count_ones(), *set));
    let mut told: Vec<u32> = Vec::new();
    for set in sets {
        let parts: Vec<&(usize, BTreeMap<Spot, f64>)> =
            (0..shares.len()).filter(|at| set & (1 << at) != 0).map(|at| &shares[at]).collect();
        if told.iter().any(|known| known & set == *known) || !make_a_whole(&parts) {
            continue;
        }
        told.push(set);
        let ids = listed(parts.iter().map(|(i, _)| plan.measures[*i].id.as_str()));
        let message = format!(
            "the shares of {ids} add up to 100 wherever the plan gives them all: if every student is counted in one of them, \
             say `publishing: {{ whole: WORD }}` with one word in each, so that none of them follows from the others"
        );
        found.warn(Code::BadPublishing, format!("measures[{}].publishing.whole", parts[0].0), message);
    }
}

/// The baselines and goals of a measure.
fn shares(measure: &Measure) -> BTreeMap<Spot, f64> {
    let mut shares = BTreeMap::new();
    for target in &measure.targets {
        let baseline = target.baseline.as_ref().map(|b| (b.period.to_string(), b.value, false));
        let goal = target.target.as_ref().map(|g| (g.period.to_string(), g.value, true));
        for (period, value, is_goal) in [baseline, goal].into_iter().flatten() {
            if let Some(value) = value {
                let spot = (target.unit.clone(), target.group.clone(), target.grade.clone(), period, is_goal);
                shares.insert(spot, value);
            }
        }
    }
    shares
}

/// Whether they add up to 100 wherever all of them are given: once for three or more, twice for two, which may do so by chance.
fn make_a_whole(parts: &[&(usize, BTreeMap<Spot, f64>)]) -> bool {
    let Some((first, others)) = parts.split_first() else { return false };
    let sum = |(spot, value): (&Spot, &f64)| -> Option<f64> {
        let rest = others.iter().map(|(_, shares)| shares.get(spot).copied());
        Some(value + rest.sum::<Option<f64>>()?)
    };
    let sums: Vec<f64> = first.1.iter().filter_map(sum).collect();
    let enough = if parts.len() > 2 { 1 } else { 2 };
    sums.len() >= enough && sums.iter().all(|sum| (sum - 100.0).abs() <= ROUNDED)
}
