//! Numbers of students with decimals: a rate that was taken for the numerator.
//!
//! Full-time equivalents have decimals too. So it is asked only where no numerator is above 100, as no rate is, while the students
//! behind it are whole and more; and not where the figures known before are of that kind.

use headway_model::SeriesRows;

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Fewer numerators say nothing.
const ENOUGH: u64 = 5;
/// The share of them that must have decimals.
const MOSTLY: f64 = 0.5;
/// No rate is higher.
const HIGHEST: f64 = 100.0;

/// Numerators with decimals, of the import and of those known before.
#[derive(Default)]
pub(super) struct BrokenCounts {
    new: NumeratorTally,
    known: NumeratorTally,
    first: Option<([String; 3], i32, [f64; 2])>,
}

#[derive(Default)]
struct NumeratorTally {
    met: u64,
    broken: u64,
    /// The highest numerator, and whether all students are whole.
    highest: f64,
    broken_students: u64,
}

impl BrokenCounts {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        if !about.shares {
            return;
        }
        for cell in cells {
            let counts = |row: usize| [series.numerator[row], series.denominator[row]];
            if let Some(counts) = cell.held.map(counts) {
                self.known.add_counts(counts);
            }
            let Some(new) = cell.new.map(counts) else { continue };
            if self.new.add_counts(new) {
                let series = || [series.place, series.group, series.grade].map(str::to_owned);
                self.first.get_or_insert_with(|| (series(), cell.period, new));
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let Self { new, known, first } = self;
        let ([place, group, grade], period, [numerator, students]) = first?;
        if !new.look_like_rates() || known.look_like_rates() {
            return None;
        }
        Some(ImportDoubt {
            kind: DoubtKind::Scale,
            measures: vec![about.measure.into()],
            cause: "numerators have decimals, and none is above 100".to_owned(),
            count: new.broken,
            of: Some(new.met),
            first: format!(
                "{}, {}: {} of {}",
                about.series_label(&place, &group, &grade),
                about.period_at(period),
                number_text(numerator),
                number_text(students)
            ),
            advice: "Is it a rate? Then name its column as `column` in the profile; if students are counted in parts, import \
                     with --revises"
                .to_owned(),
            until: Some(DoubtAnswer::Revises),
        })
    }
}

impl NumeratorTally {
    /// Adds a numerator and its students; whether it has decimals.
    fn add_counts(&mut self, [numerator, students]: [f64; 2]) -> bool {
        if numerator.is_nan() || students.is_nan() {
            return false;
        }
        let broken = numerator.fract() != 0.0;
        self.met += 1;
        self.broken += u64::from(broken);
        self.broken_students += u64::from(students.fract() != 0.0);
        self.highest = self.highest.max(numerator);
        broken
    }

    fn look_like_rates(&self) -> bool {
        let share = |count: u64| count as f64 >= MOSTLY * self.met as f64;
        self.met >= ENOUGH && share(self.broken) && !share(self.broken_students) && self.highest <= HIGHEST
    }
}
