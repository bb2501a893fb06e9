//! Figures of the past that a plan states (baselines, points of paths): a release has them only where it tells that result.

use std::sync::Arc;

use headway_model::plan::{Measure, PeriodLabel, Target};
use headway_model::{Level, MeasureId, Period};

use super::{PublishedRow, PublishedValue, ReleaseMeasure, ReleasePlaces, ShownValue};

/// Takes out of the plans of a release what they state of a result that it hides or tells less of. Returns how many figures of
/// which measure.
pub(super) fn withhold_stated(measures: &mut [ReleaseMeasure], places: &ReleasePlaces) -> Vec<(MeasureId, usize)> {
    let mut counts = Vec::new();
    let mut plans: Vec<Arc<Measure>> = Vec::new();
    for measure in measures.iter() {
        if plans.iter().all(|plan| plan.id != measure.plan.id) {
            plans.push(Arc::clone(&measure.plan));
        }
    }
    for plan in plans {
        let of_it: Vec<&ReleaseMeasure> = measures.iter().filter(|m| m.plan.id == plan.id).collect();
        let mut told = Measure::clone(&plan);
        let count: usize = told
            .targets
            .iter_mut()
            .map(|target| Stated { plan: &plan, of_it: &of_it, places }.clear_hidden(target))
            .sum();
        if count > 0 {
            counts.push((plan.id.clone(), count));
            let told = Arc::new(told);
            measures.iter_mut().filter(|m| m.plan.id == plan.id).for_each(|m| m.plan = Arc::clone(&told));
        }
    }
    counts
}

/// What a plan states of a measure, beside the results of the measure and its parts.
struct Stated<'a> {
    plan: &'a Measure,
    of_it: &'a [&'a ReleaseMeasure],
    places: &'a ReleasePlaces,
}

impl Stated<'_> {
    /// The path begins after the last figure that is taken out: a line over a hole would be another path than the agreed one.
    fn clear_hidden(&self, target: &mut Target) -> usize {
        let rows = self.result_rows(target);
        let period = |label: &PeriodLabel| label.to_period(self.plan.period).ok();
        let hidden =
            |label: &PeriodLabel| period(label).filter(|at| rows.iter().any(|r| r.period == *at && !r.is_told()));
        let points: Vec<Period> = target.trajectory.iter().filter_map(|point| hidden(&point.period)).collect();
        let start = target.baseline.as_ref().filter(|b| b.value.is_some()).and_then(|b| hidden(&b.period));
        if let Some(last) = points.iter().max() {
            target.trajectory.retain(|point| period(&point.period).is_some_and(|at| at > *last));
            target.baseline.take_if(|b| period(&b.period).is_none_or(|at| at < *last));
        }
        if let Some(baseline) = target.baseline.as_mut().filter(|_| start.is_some()) {
            baseline.value = None;
        }
        points.len() + usize::from(start.is_some())
    }

    /// The results that a target's stated figures are of. What is stated for a level is nobody's own result, unless one place
    /// alone is of that level.
    fn result_rows(&self, target: &Target) -> Vec<&PublishedRow> {
        let (group, grade) = (target.group.as_str(), target.grade.as_str());
        let Some(level) = Level::of_id(&target.place) else {
            return self.of_it.iter().flat_map(|m| m.series(group, grade, &target.place)).collect();
        };
        let mut of_level = self.places.iter().filter(|(_, place)| place.level == Some(level)).map(|(id, _)| id);
        match (of_level.next(), of_level.next()) {
            (Some(only), None) => self.of_it.iter().flat_map(|m| m.series(group, grade, only)).collect(),
            _ => Vec::new(),
        }
    }
}

impl PublishedRow {
    /// Whether all is told that the agency knows of it: no range, no rounded share, no figure of before. What its own source
    /// hides or rounds is told as far as the source tells it, and no further.
    pub fn is_told(&self) -> bool {
        let kept_back = |figure: &PublishedValue| match figure.shown() {
            ShownValue::Hidden(reason) => reason != super::HiddenReason::BySource,
            ShownValue::Exact(_) | ShownValue::Range(_) | ShownValue::Missing(_) => false,
        };
        let value = matches!(self.value.shown(), ShownValue::Exact(_) | ShownValue::Missing(_));
        value && !kept_back(&self.numerator) && !self.as_told_before
    }
}
