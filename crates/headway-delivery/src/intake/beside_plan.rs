//! A plan beside the results that came before it: those that lie on another scale than its baselines and targets.

use std::collections::HashMap;
use std::sync::Arc;

use headway_lake::{Lake, LakeScan, SeriesFilter};
use headway_model::plan::{Measure, Plan, PlansInForce};
use headway_model::{LakeSegment, Period, ValueState, VintageRanks};
use jiff::civil::Date;

use super::doubt::{median, middle_of_target, number_text, scale_factor, target_values};
use crate::{Result, Workspace};

/// How many places with targets of their own are looked at, a measure.
const PLACES: usize = 50;
/// Figures of other units than percent.
const FEW: usize = 5;

impl Workspace {
    /// Measures of a plan whose figures in the lake lie on another scale than its targets, each in a sentence that says what to do.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn scale_disagreements(&self, plan: &Plan) -> Result<Vec<String>> {
        self.off_scale(&PlansInForce::from_plans(vec![Arc::new(plan.clone())])).await
    }

    async fn off_scale(&self, book: &PlansInForce) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for (_, planned) in book.all_measures() {
            for id in &planned.ids {
                let visible = self.store.visible_segments(id, Date::MAX).await?;
                let targets = TargetValues::from_measure(&planned.measure);
                if visible.segments.is_empty() || targets.places.is_empty() {
                    continue;
                }
                let (lake, ranks) = (self.lake.clone(), VintageRanks::in_order(visible.vintages));
                let look = move || targets.scale_difference(&lake, &visible.segments, &ranks);
                let off = tokio::task::spawn_blocking(look).await.expect("reading the lake does not panic")?;
                found.extend(off.map(|off| format!("the figures of {id} are {off}")));
            }
        }
        Ok(found)
    }
}

/// What a measure's targets name, by place, group and grade.
struct TargetValues {
    /// Of so many figures on their ratio says something: a count may well be a hundredth of what was meant.
    enough: usize,
    /// The middle one of each series, and all of them.
    figures: HashMap<[String; 3], (f64, Vec<f64>)>,
    places: Vec<String>,
}

impl TargetValues {
    fn from_measure(measure: &Measure) -> Self {
        let enough = if measure.unit.as_deref() == Some("percent") { 1 } else { FEW };
        let mut found = Self { enough, figures: HashMap::new(), places: Vec::new() };
        for target in &measure.targets {
            let Some(middle) = middle_of_target(target) else { continue };
            if !found.places.contains(&target.place) {
                if found.places.len() == PLACES {
                    continue;
                }
                found.places.push(target.place.clone());
            }
            found
                .figures
                .entry([&*target.place, &*target.group, &*target.grade].map(str::to_owned))
                .or_insert((middle, target_values(target).collect()));
        }
        found
    }

    /// One figure of a target that lies on another scale than the results of its series, which the others do not.
    fn odd_figure(&self, results: &[([String; 3], f64)]) -> Option<String> {
        let odd = |(key, middle): &([String; 3], f64)| {
            let (_, figures) = self.figures.get(key)?;
            let factor = |figure: &f64| Some((scale_factor(&[(middle / figure).log10()])?, *figure));
            let (factor, figure) = figures.iter().find_map(factor).filter(|_| self.enough == 1)?;
            let of = if factor.ends_with("times") { "" } else { " of" };
            Some(format!(
                "{factor}{of} one figure in the plan (first: {} {} in the middle, {} in the plan). Correct it, or import again on its \
                 scale with --replaces",
                key[0],
                number_text(*middle),
                number_text(figure)
            ))
        };
        results.iter().find_map(odd)
    }

    /// How the figures of the same series stand to these, where they are on another scale.
    fn scale_difference(&self, lake: &Lake, segments: &[LakeSegment], ranks: &VintageRanks) -> Result<Option<String>> {
        let (mut logs, mut first, mut results) = (Vec::new(), None, Vec::new());
        let rank = |vintage| ranks.rank_of(vintage);
        let scan = LakeScan::new(lake, segments)?
            .with_filter(SeriesFilter::default().places(self.places.clone()))
            .with_ranking(&rank);
        let kind = scan.measure_and_kind().map(|(_, kind)| kind);
        scan.for_each(|series| {
            let place = [series.place, series.group, series.grade].map(str::to_owned);
            let Some((planned, _)) = self.figures.get(&place) else { return };
            let exact = (0..series.len()).filter(|row| series.state_at(*row) == ValueState::Exact);
            results.extend(median(exact.map(|row| series.lo[row])).map(|middle| (place.clone(), middle)));
            for row in
                (0..series.len()).filter(|row| series.state_at(*row) == ValueState::Exact && series.lo[*row] > 0.0)
            {
                logs.push((series.lo[row] / planned).log10());
                first.get_or_insert((series.place.to_owned(), series.period[row], series.lo[row], *planned));
            }
        })?;
        let factor = scale_factor(&logs).filter(|_| logs.len() >= self.enough);
        if factor.is_none() {
            return Ok(self.odd_figure(&results));
        }
        let told = factor.zip(first.zip(kind)).map(|(factor, ((place_id, ordinal, value, planned), kind))| {
            format!(
                "{factor} of those in the plan (first: {place_id} {} in {}, {} in the plan). Correct `scale` in the profile and \
                 import again with --replaces, or correct the plan",
                number_text(value),
                Period { kind, ordinal },
                number_text(planned)
            )
        });
        Ok(told)
    }
}
