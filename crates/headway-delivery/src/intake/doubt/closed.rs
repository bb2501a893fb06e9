//! Figures of places for periods in which they were closed, or not open yet.

use headway_model::SeriesRows;
use headway_model::{Period, PlaceLife};

use super::walk::{CheckedMeasure, PeriodRows};
use super::{DoubtKind, ImportDoubt};

/// Figures of periods that began after a place's last day, and of those that ended before its first one.
#[derive(Default)]
pub(super) struct ClosureCheck {
    after: ClosureCases,
    before: ClosureCases,
}

#[derive(Default)]
struct ClosureCases {
    count: u64,
    first: String,
}

impl ClosureCases {
    fn add_figure(&mut self, first: impl FnOnce() -> String) {
        if self.count == 0 {
            self.first = first();
        }
        self.count += 1;
    }
}

impl ClosureCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let Some(life) = about.ground.places.place_life(series.place) else { return };
        for (cell, row) in cells.iter().filter_map(|cell| Some((cell, cell.new?))) {
            // A closed place may well be listed without a figure.
            if series.value_at(row).bounds().is_some() {
                let place = || about.series_label(series.place, series.group, series.grade);
                self.check_figure(life, about.period_at(cell.period), &place);
            }
        }
    }

    pub(super) fn check_figure(&mut self, life: &PlaceLife, period: Period, place: &dyn Fn() -> String) {
        if let Some(closed) = life.closed.filter(|closed| *closed < period.first_day()) {
            self.after.add_figure(|| format!("{}, {period}; closed on {closed}", place()));
        } else if let Some(opened) = life.opened.filter(|opened| *opened > period.last_day()) {
            self.before.add_figure(|| format!("{}, {period}; opened on {opened}", place()));
        }
    }

    pub(super) fn into_doubts(self, measure: &str) -> Vec<ImportDoubt> {
        let causes = [
            ("figures of periods after a place had closed", self.after),
            ("figures of periods before a place opened", self.before),
        ];
        let doubt = |(cause, found): (&str, ClosureCases)| {
            (found.count > 0).then(|| ImportDoubt {
                kind: DoubtKind::Closed,
                measures: vec![measure.into()],
                cause: cause.to_owned(),
                count: found.count,
                of: None,
                first: found.first,
                advice: "Check the id in the file, or the days in the register".to_owned(),
                until: None,
            })
        };
        causes.into_iter().filter_map(doubt).collect()
    }
}
