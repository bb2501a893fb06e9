//! Figures of which nothing was known before, beside those that the plan names: a first file of fractions read as percents.

use std::collections::HashMap;

use headway_model::SeriesRows;
use headway_model::plan::{Measure, Target};
use headway_model::{ALL, GradeCode, GroupCode, ValueState};

use super::sample::{ThinnedSample, median};
use super::scale::{ADVICE, FEW, scale_factor};
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// What the plan names of a measure: baselines, targets and the path between them.
#[derive(Default)]
pub(super) struct PlanFigureCheck {
    /// By the id of a place, or of a level.
    figures: HashMap<String, Vec<PlanFigure>>,
    /// The middle one of all of them.
    middle: Option<f64>,
    /// New figures to what the plan has of their own series, and to what it has at all, with the first of each.
    own: PlanRatios,
    all: PlanRatios,
}

struct PlanFigure {
    group: GroupCode,
    grade: GradeCode,
    /// The middle one of those of the series.
    value: f64,
}

#[derive(Default)]
struct PlanRatios {
    logs: ThinnedSample<f64>,
    first: Option<([String; 3], i32, f64, f64)>,
}

impl PlanFigureCheck {
    pub(super) fn for_measure(measure: Option<&Measure>) -> Self {
        let mut figures: HashMap<String, Vec<PlanFigure>> = HashMap::new();
        for target in measure.into_iter().flat_map(|measure| &measure.targets) {
            if let Some(value) = middle_of_target(target) {
                let figure = PlanFigure { group: target.group.clone(), grade: target.grade.clone(), value };
                figures.entry(target.place.clone()).or_default().push(figure);
            }
        }
        let middle = median(figures.values().flatten().map(|figure| figure.value));
        Self { figures, middle, ..Self::default() }
    }

    /// What the plan has of a series itself, or of all of its level.
    pub(super) fn own_figure(&self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>) -> Option<f64> {
        let of = |id: &str| {
            let here = |figure: &&PlanFigure| figure.group == series.group && figure.grade == series.grade;
            self.figures.get(id).and_then(|figures| figures.iter().find(here)).map(|figure| figure.value)
        };
        of(series.place).or_else(|| of(about.place_level(series.place)?.id()))
    }

    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let Some(middle) = self.middle else { return };
        // What was known already says more than the plan.
        if cells.iter().any(|cell| cell.held.is_some()) {
            return;
        }
        let own = self.own_figure(about, series);
        let whole = series.group == ALL && series.grade == ALL;
        let (ratios, beside) = match own {
            Some(own) => (&mut self.own, own),
            None if whole => (&mut self.all, middle),
            None => return,
        };
        for (cell, row) in cells.iter().filter_map(|cell| Some((cell, cell.new?))) {
            let value = series.lo[row];
            if series.state_at(row) == ValueState::Exact && value > 0.0 {
                ratios.logs.push((value / beside).log10());
                ratios.first.get_or_insert_with(|| {
                    ([series.place, series.group, series.grade].map(str::to_owned), cell.period, value, beside)
                });
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        // Beside its own figure one is enough, where it is no count; beside others' it takes several.
        let own = self.own.logs.met_count() >= if about.counts { FEW as u64 } else { 1 };
        let ratios = if own { self.own } else { self.all };
        if !own && ratios.logs.met_count() < FEW as u64 {
            return None;
        }
        let factor = scale_factor(ratios.logs.kept_items())?;
        let ([place, group, grade], period, value, beside) = ratios.first?;
        Some(ImportDoubt {
            kind: DoubtKind::Scale,
            measures: vec![about.measure.into()],
            cause: format!("figures are {factor} of those in the plan"),
            count: ratios.logs.met_count(),
            of: None,
            first: format!(
                "{}: {} in {}, {} in the plan",
                about.series_label(&place, &group, &grade),
                number_text(value),
                about.period_at(period),
                number_text(beside)
            ),
            advice: ADVICE.to_owned(),
            until: Some(DoubtAnswer::Revises),
        })
    }
}

/// The middle one of the figures of a target.
pub(in crate::intake) fn middle_of_target(target: &Target) -> Option<f64> {
    median(target_values(target))
}

/// The figures of one target that are above zero.
pub(in crate::intake) fn target_values(target: &Target) -> impl Iterator<Item = f64> {
    let baseline = target.baseline.as_ref().and_then(|baseline| baseline.value);
    let goal = target.target.as_ref().into_iter().flat_map(|goal| [goal.value, goal.lo, goal.hi]).flatten();
    let path = target.trajectory.iter().map(|point| point.value);
    baseline.into_iter().chain(goal).chain(path).filter(|value| *value > 0.0)
}
