//! A figure that is a tenth of its own past, or ten times it, where that was steady: its decimal point has moved.
//!
//! (Counts are looked at in `jumps`.)

use headway_model::SeriesRows;

use super::pairs::{PairExample, PeriodPair};
use super::sample::{ThinnedSample, median};
use super::walk::{CheckedMeasure, PeriodRows};
use super::{DoubtKind, ImportDoubt};

/// How near to a tenth a figure must lie, as a decimal logarithm (0.06: from 0.87 to 1.15 times).
const NEAR: f64 = 0.06;
/// The larger figure is at least this.
const LEAST: f64 = 20.0;
/// How many usual changes the figure has moved at least.
const CHANGES: f64 = 6.0;
/// What a usual change is at least, in points.
const USUAL: f64 = 2.0;
/// The share of the figures that may be so; where more are, it is no fault of theirs.
const FEW: f64 = 0.1;

/// Figures that may have lost their decimal point.
#[derive(Default)]
pub(super) struct DecimalPointCheck {
    met: u64,
    /// How far figures moved a year before.
    changes: ThinnedSample<f64>,
    /// How far each moved, now and before.
    tenths: Vec<(f64, f64, PairExample)>,
}

/// How many are kept.
const KEPT: usize = 1_000;

impl DecimalPointCheck {
    pub(super) fn take_series(
        &mut self,
        about: &CheckedMeasure<'_>,
        series: &SeriesRows<'_>,
        cells: &[PeriodRows],
        pairs: &[PeriodPair],
    ) {
        if about.counts {
            return;
        }
        for pair in pairs {
            let (before, after) = (series.lo[pair.old], series.lo[pair.new]);
            self.met += 1;
            self.changes.push_with(|| pair.change_before(series, cells)[1]);
            let counted = !series.numerator[pair.new].is_nan() && !series.denominator[pair.new].is_nan();
            if counted || before.max(after) < LEAST || before <= 0.0 || after <= 0.0 || self.tenths.len() == KEPT {
                continue;
            }
            if ((after / before).log10().abs() - 1.0).abs() <= NEAR {
                let example = PairExample::from_pair(series, pair, before, after);
                self.tenths.push(((after - before).abs(), pair.change_before(series, cells)[1], example));
            }
        }
    }

    pub(super) fn into_doubt(self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let usual = 1.5 * median(self.changes.kept_items().iter().copied().filter(|change| change.is_finite()))?;
        let far = CHANGES * usual.max(USUAL);
        // What jumped a year before may jump again.
        let steady = |(moved, earlier, _): &(f64, f64, PairExample)| *moved >= far && *earlier <= 0.5 * moved;
        let odd: Vec<(f64, f64, PairExample)> = self.tenths.into_iter().filter(steady).collect();
        let few = odd.len() as f64 <= (FEW * self.met as f64).max(1.0);
        let count = odd.len() as u64;
        let (.., first) = odd.into_iter().next().filter(|_| few)?;
        Some(ImportDoubt {
            kind: DoubtKind::Jump,
            measures: vec![about.measure.into()],
            cause: "figures are ten times those of the period before, or a tenth, where others are not".to_owned(),
            count,
            of: Some(self.met),
            first: first.example_text(about),
            advice: "Has a decimal point moved? Check the file".to_owned(),
            until: None,
        })
    }
}
