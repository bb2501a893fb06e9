//! Figures on another scale than those of the periods beside them: fractions after years of percents, thousands after single ones.

use headway_model::SeriesRows;

use super::pairs::{PairExample, PeriodPair};
use super::per_period::PerPeriod;
use super::sample::{ThinnedSample, median};
use super::walk::CheckedMeasure;
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Powers of ten that a scale is off by, and their names.
const FACTORS: [(f64, &str); 6] = [
    (-2.0, "a hundredth"),
    (2.0, "a hundred times"),
    (-3.0, "a thousandth"),
    (3.0, "a thousand times"),
    (-6.0, "a millionth"),
    (6.0, "a million times"),
];
/// How far the middle ratio may lie from the power of ten, as a decimal logarithm (0.15: from 0.7 to 1.4 times).
const NEAR: f64 = 0.15;
/// How far four in five of the ratios may.
const AROUND: f64 = 0.35;
/// The first example is off by more than this, as a decimal logarithm; figures nearer than so many times are not, without theirs.
const FIRST: f64 = 1.5;
const NEAR_FIRST: f64 = 31.0;
/// Of fewer ratios each one must be as near as the middle one.
pub(super) const FEW: usize = 5;

/// The ratio, in words, of figures whose decimal logarithms of after to before these are; `None` when they are on one scale.
pub(in crate::intake) fn scale_factor(logs: &[f64]) -> Option<&'static str> {
    let middle = median(logs.iter().copied())?;
    let (power, name) = FACTORS.into_iter().find(|(power, _)| (middle - power).abs() <= NEAR)?;
    let around = if logs.len() < FEW { NEAR } else { AROUND };
    let share = if logs.len() < FEW { 1.0 } else { 0.8 };
    let near = logs.iter().filter(|log| (*log - power).abs() <= around).count();
    (near as f64 >= share * logs.len() as f64).then_some(name)
}

/// Of each period of the import, how its figures stand to those of the period beside it.
#[derive(Default)]
pub(super) struct ScaleCheck(PerPeriod<ScaleRatios>);

#[derive(Default)]
struct ScaleRatios {
    logs: ThinnedSample<f64>,
    first: Option<PairExample>,
}

impl ScaleCheck {
    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, pairs: &[PeriodPair]) {
        for pair in pairs {
            let (before, after) = (series.lo[pair.old], series.lo[pair.new]);
            if !(before > 0.0 && after > 0.0) {
                continue;
            }
            let ratios = self.0.for_period(pair.period);
            let log = || (after / before).log10();
            ratios.logs.push_with(log);
            let near = before.max(after) < NEAR_FIRST * before.min(after);
            if ratios.first.is_none() && !near && log().abs() > FIRST {
                ratios.first = Some(PairExample::from_pair(series, pair, before, after));
            }
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let doubt = |(period, ratios): (i32, ScaleRatios)| {
            // A count of one or two places may well be a hundredth of the year before.
            if about.counts && ratios.logs.met_count() < FEW as u64 {
                return None;
            }
            let factor = scale_factor(ratios.logs.kept_items())?;
            Some(ImportDoubt {
                kind: DoubtKind::Scale,
                measures: vec![about.measure.into()],
                cause: format!("figures of {} are {factor} of those of the years beside it", about.period_at(period)),
                count: ratios.logs.met_count(),
                of: None,
                first: ratios.first?.example_text(about),
                advice: ADVICE.to_owned(),
                until: Some(DoubtAnswer::Revises),
            })
        };
        self.0.into_iter().filter_map(doubt).collect()
    }
}

/// What to do about figures on another scale.
pub(super) const ADVICE: &str = "Is the file on another scale (fractions, percents)? Correct `scale` in the profile; if the \
                                 figures are right, import with --revises";

#[cfg(test)]
mod tests {
    use super::scale_factor;

    #[test]
    fn scales_are_told_from_changes() {
        let check = |ratios: &[f64], want: Option<&str>| {
            let logs: Vec<f64> = ratios.iter().map(|ratio| ratio.log10()).collect();
            assert_eq!(scale_factor(&logs), want, "{ratios:?}");
        };
        check(&[], None);
        check(&[0.0101], Some("a hundredth"));
        check(&[0.012, 0.0095, 0.0087], Some("a hundredth"));
        check(&[0.012, 0.5], None);
        check(&[0.9, 1.1, 1.0, 0.97, 0.01, 1.3], None);
        check(&[0.009, 0.011, 0.010, 0.02, 0.0097, 1.0], Some("a hundredth"));
        check(&[98.0, 104.0, 99.0], Some("a hundred times"));
        check(&[0.001, 0.0011], Some("a thousandth"));
        check(&[0.05, 0.05], None);
    }
}
