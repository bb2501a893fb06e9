//! Figures outside of the bounds that the plan says a measure has.

use headway_model::SeriesRows;
use headway_model::ValueFlags;
use headway_model::plan::Measure;

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// The figures outside of the plan's bounds.
#[derive(Default)]
pub(super) struct BoundsCheck {
    bounds: Option<[f64; 2]>,
    count: u64,
    first: Option<([String; 3], i32, [f64; 2], bool)>,
}

impl BoundsCheck {
    pub(super) fn for_measure(planned: Option<&Measure>) -> Self {
        // A percent has bounds of its own.
        let percent = planned.is_some_and(|measure| measure.unit.as_deref() == Some("percent"));
        let bounds = planned.and_then(|measure| measure.bounds).or(percent.then_some([0.0, 100.0]));
        Self { bounds, ..Self::default() }
    }

    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let Some([lowest, highest]) = self.bounds else { return };
        for (cell, row) in cells.iter().filter_map(|cell| Some((cell, cell.new?))) {
            let Some((lo, hi)) = series.value_at(row).bounds() else { continue };
            // What a bound leaves open is not said to be beyond.
            let outside = |x: f64| x.is_finite() && !(lowest..=highest).contains(&x);
            if !outside(lo) && !outside(hi) {
                continue;
            }
            self.count += 1;
            self.first.get_or_insert_with(|| {
                let strict = series.flags_at(row).has_all(ValueFlags::STRICT);
                ([series.place, series.group, series.grade].map(str::to_owned), cell.period, [lo, hi], strict)
            });
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let ([place, group, grade], period, [lo, hi], strict) = self.first?;
        let [lowest, highest] = self.bounds?.map(number_text);
        let figure = match [lo, hi].map(|x| x.is_finite().then(|| number_text(x))) {
            [Some(lo), Some(hi)] if lo == hi => lo,
            [Some(lo), Some(hi)] => format!("{lo} to {hi}"),
            [Some(lo), None] if strict => format!("more than {lo}"),
            [None, Some(hi)] if strict => format!("less than {hi}"),
            [Some(lo), None] => format!("{lo} or more"),
            [None, Some(hi)] => format!("{hi} or less"),
            [None, None] => String::new(),
        };
        Some(ImportDoubt {
            kind: DoubtKind::Bounds,
            measures: vec![about.measure.into()],
            cause: format!("figures outside of the plan's bounds, {lowest} to {highest}"),
            count: self.count,
            of: None,
            first: format!("{}, {}: {figure}", about.series_label(&place, &group, &grade), about.period_at(period)),
            advice: "Check the file, or the measure's `bounds` in the plan".to_owned(),
            until: None,
        })
    }
}
