//! A plan beside the results that came before it: baselines that are not what the results of their periods say.

use std::sync::Arc;

use headway_lake::{Lake, LakeScan, SeriesFilter};
use headway_model::plan::{Measure, Plan, PlansInForce, Target};
use headway_model::status::{ValueInterval, contradicts_baseline};
use headway_model::{LakeSegment, Period, ValueFlags, VintageRanks};
use jiff::civil::Date;

use super::doubt::number_text;
use crate::{Result, Workspace};

/// How many baselines a sentence names.
const NAMED: usize = 3;

impl Workspace {
    /// Measures of a plan whose stated baselines contradict the results of the same place, group, grade and period, each in a
    /// sentence that says what to do.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn baseline_disagreements(&self, plan: &Plan) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (_, planned) in PlansInForce::from_plans(vec![Arc::new(plan.clone())]).all_measures() {
            for id in &planned.ids {
                let visible = self.store.visible_segments(id, Date::MAX).await?;
                let stated = stated_baselines(&planned.measure);
                if visible.segments.is_empty() || stated.is_empty() {
                    continue;
                }
                let (lake, ranks) = (self.lake.clone(), VintageRanks::in_order(visible.vintages));
                let look = move || contradicted_baselines(&lake, &visible.segments, &ranks, &stated);
                let off = tokio::task::spawn_blocking(look).await.expect("reading the lake does not panic")?;
                found.extend(baseline_sentence(id, &off));
            }
        }
        Ok(found)
    }
}

/// A target that states its baseline, with the period of that.
type StatedBaseline = (Period, Target);

fn stated_baselines(measure: &Measure) -> Vec<StatedBaseline> {
    let stated = |target: &Target| {
        let baseline = target.baseline.as_ref().filter(|baseline| baseline.value.is_some())?;
        Some((baseline.period.to_period(measure.period).ok()?, target.clone()))
    };
    measure.targets.iter().filter_map(stated).collect()
}

/// `0001 in 2020-21: 50, and 56 in the plan`, one for each baseline that the results contradict.
fn contradicted_baselines(
    lake: &Lake,
    segments: &[LakeSegment],
    ranks: &VintageRanks,
    stated: &[StatedBaseline],
) -> Result<Vec<String>> {
    let mut off = Vec::new();
    let rank = |vintage| ranks.rank_of(vintage);
    let places = stated.iter().map(|(_, target)| target.place.clone());
    let scan = LakeScan::new(lake, segments)?.with_filter(SeriesFilter::default().places(places)).with_ranking(&rank);
    scan.for_each(|series| {
        let own = |(_, target): &&StatedBaseline| {
            target.place == series.place && target.group == series.group && target.grade == series.grade
        };
        for (period, target) in stated.iter().filter(own) {
            let is = |row: &usize| {
                series.period[*row] == period.ordinal && !series.flags_at(*row).has_all(ValueFlags::SO_FAR)
            };
            let Some((lo, hi)) = (0..series.len()).rfind(is).and_then(|row| series.value_at(row).bounds()) else {
                continue;
            };
            let value = target.baseline.as_ref().and_then(|baseline| baseline.value);
            if let Some(value) = value.filter(|_| contradicts_baseline(target, ValueInterval { lo, hi })) {
                let result = if lo == hi { number_text(lo) } else { format!("{lo} to {hi}") };
                off.push(format!("{} in {period}: {result}, and {} in the plan", series.place, number_text(value)));
            }
        }
    })?;
    Ok(off)
}

fn baseline_sentence(id: &str, off: &[String]) -> Option<String> {
    let shown = off.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    let more = off.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!off.is_empty()).then(|| {
        format!(
            "the results of {id} are not what the plan starts from ({shown}{more}). Path and pace start from the plan's figures: \
             correct them, or the results"
        )
    })
}
