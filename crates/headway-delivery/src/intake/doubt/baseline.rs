//! New figures of the periods from which the plan's targets start: those that contradict the baseline that the plan states.

use std::collections::HashMap;

use headway_model::SeriesRows;
use headway_model::ValueFlags;
use headway_model::plan::{Measure, Target};
use headway_model::status::{ValueInterval, contradicts_baseline};

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// The baselines that a plan states for single places, and what contradicts them.
#[derive(Default)]
pub(super) struct BaselineCheck {
    /// By place: the baseline's period and its target.
    targets: HashMap<String, Vec<(i32, Target)>>,
    count: u64,
    met: u64,
    first: Option<([String; 3], i32, [f64; 2], f64)>,
}

impl BaselineCheck {
    pub(super) fn for_measure(planned: Option<&Measure>) -> Self {
        let mut targets: HashMap<String, Vec<(i32, Target)>> = HashMap::new();
        let stated =
            planned.into_iter().flat_map(|measure| measure.targets.iter().map(move |target| (measure, target)));
        for (measure, target) in stated {
            let period = target.baseline.as_ref().and_then(|it| it.period.to_period(measure.period).ok());
            let Some(period) = period else { continue };
            targets.entry(target.place.clone()).or_default().push((period.ordinal, target.clone()));
        }
        Self { targets, ..Self::default() }
    }

    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        // Most places have no target of their own.
        let Some(targets) = self.targets.get(series.place) else { return };
        let own = targets.iter().filter(|(_, target)| target.group == series.group && target.grade == series.grade);
        for (period, target) in own {
            let row = cells.iter().find(|cell| cell.period == *period).and_then(|cell| cell.new);
            let Some(row) = row.filter(|row| !series.flags_at(*row).has_all(ValueFlags::SO_FAR)) else { continue };
            let Some((lo, hi)) = series.value_at(row).bounds() else { continue };
            self.met += 1;
            if contradicts_baseline(target, ValueInterval { lo, hi }) {
                self.count += 1;
                let stated = target.baseline.as_ref().and_then(|it| it.value).unwrap_or(f64::NAN);
                self.first.get_or_insert_with(|| {
                    ([series.place, series.group, series.grade].map(str::to_owned), *period, [lo, hi], stated)
                });
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let ([place, group, grade], period, [lo, hi], stated) = self.first?;
        let figure = match (lo.is_finite(), hi.is_finite()) {
            (true, true) if lo == hi => number_text(lo),
            (true, true) => format!("{} to {}", number_text(lo), number_text(hi)),
            (true, false) => format!("{} or more", number_text(lo)),
            _ => format!("{} or less", number_text(hi)),
        };
        Some(ImportDoubt {
            kind: DoubtKind::Baseline,
            measures: vec![about.measure.into()],
            cause: "the plan's baselines are not what these figures say".to_owned(),
            count: self.count,
            of: Some(self.met),
            first: format!(
                "{}, {}: {figure}, and the plan starts from {}",
                about.series_label(&place, &group, &grade),
                about.period_at(period),
                number_text(stated)
            ),
            advice: "Check the file and the plan: path and pace start from the plan's figure".to_owned(),
            until: None,
        })
    }
}
