//! Figures known before that have another value now. A revision changes some of them; another report changes nearly all.
//!
//! The rule: of at least ten figures that both have nine in ten differ, in all or within one period or one student group, by more
//! than a hundredth in the middle. Where they differ by less (recomputed rates) that is told, and holds nothing back. A file that
//! has less than half of what was known may be a list of corrections, in which all differ: it is held back where they differ by
//! more than a twentieth, and nothing is said where by less. Of fewer than ten figures (two at least) all must differ, by a
//! twentieth, and the file must have three quarters of what was known. A figure that is only given with more decimals than before
//! does not differ.

use std::collections::BTreeMap;

use headway_model::SeriesRows;
use headway_model::{Grade, GradeCode, GroupCode, StudentGroup, ValueState};

use super::sample::{ThinnedSample, median};
use super::scale::scale_factor;
use super::slices::PerSlice;
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// From so many common figures on a share says something.
const ENOUGH: u64 = 10;
/// The share that is nearly all.
const NEARLY_ALL: f64 = 0.9;
/// Changes up to this share of the figures are recomputed rates.
const SMALL: f64 = 0.01;
/// Among few figures, or few of those known, only changes beyond this share are doubted.
const LARGE: f64 = 0.05;

/// The common figures of a measure.
#[derive(Default)]
pub(super) struct RevisionCheck {
    slices: PerSlice<RevisionTally>,
    /// Before and after of those that differ.
    changes: ThinnedSample<(f64, f64)>,
    first: BTreeMap<RevisionScope, RevisionExample>,
}

#[derive(Clone, Copy, Default)]
struct RevisionTally {
    new: u64,
    common: u64,
    differ: u64,
    gone: u64,
}

/// Of what nearly every figure differs; the widest is said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RevisionScope {
    All,
    Period(i32),
    Group(GroupCode, GradeCode),
}

struct RevisionExample {
    series: [String; 3],
    period: i32,
    before: f64,
    after: f64,
}

impl RevisionCheck {
    pub(super) fn take_series(&mut self, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let exact = |row: usize| (series.state_at(row) == ValueState::Exact).then_some(series.lo[row]);
        for cell in cells {
            let tally = self.slices.for_series(series).for_period(cell.period);
            match (cell.known, cell.new) {
                (None, Some(_)) => tally.new += 1,
                (Some(_), None) => tally.gone += 1,
                (Some(known), Some(new)) => {
                    tally.new += 1;
                    let (Some(before), Some(after)) = (exact(known), exact(new)) else { continue };
                    tally.common += 1;
                    if is_different(before, after) {
                        tally.differ += 1;
                        self.changes.push((before, after));
                        self.keep_first(series, cell.period, before, after);
                    }
                }
                (None, None) => {}
            }
        }
    }

    fn keep_first(&mut self, series: &SeriesRows<'_>, period: i32, before: f64, after: f64) {
        let group = RevisionScope::Group(series.group.into(), series.grade.into());
        for scope in [RevisionScope::All, RevisionScope::Period(period), group] {
            self.first.entry(scope).or_insert_with(|| RevisionExample {
                series: [series.place, series.group, series.grade].map(str::to_owned),
                period,
                before,
                after,
            });
        }
    }

    /// The doubt, if there is one.
    pub(super) fn find_doubt(&self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        let middle = |of: fn((f64, f64)) -> f64| median(self.changes.kept_items().iter().copied().map(of));
        let change = middle(|(before, after)| (after - before).abs())?;
        let relative = change / middle(|(before, _)| before.abs())?;
        let (scope, tally) = self.widest_scope(relative)?;
        let first = &self.first[&scope];
        let of = match &scope {
            RevisionScope::All => String::new(),
            RevisionScope::Period(period) => format!(" of {}", about.period_at(*period)),
            RevisionScope::Group(group, grade) if grade == headway_model::ALL => {
                format!(" of {}", StudentGroup::name_of(group))
            }
            RevisionScope::Group(group, grade) => {
                format!(" of {}, {},", StudentGroup::name_of(group), Grade::in_words(grade))
            }
        };
        let [place, group, grade] = &first.series;
        let [before, after] = [first.before, first.after].map(number_text);
        let example = format!(
            "{}, {}: {before} before, {after} now; the median change is {}",
            about.series_label(place, group, grade),
            about.period_at(first.period),
            number_text(change)
        );
        let ratios = self.changes.kept_items().iter().filter(|(before, after)| before * after > 0.0);
        let ratios: Vec<f64> = ratios.map(|(before, after)| (after / before).log10()).collect();
        let corrections = tally.gone > tally.common;
        if corrections && relative <= LARGE {
            return None;
        }
        let small = relative <= SMALL;
        let (cause, advice) = match scale_factor(&ratios) {
            Some(factor) => (
                format!("nearly every figure{of} that was known is {factor} of what it was"),
                "Is the file on another scale (fractions, percents)? Correct `scale` in the profile; if the figures \
                 are right, import with --revises",
            ),
            None if small => (format!("nearly every figure{of} that was known changes a little"), ""),
            None => (
                format!("nearly every figure{of} that was known has another value now"),
                "Is this another report (another grade, subject or group of students)? Give it measures of its own in \
                 the profile; if the figures are revised, import with --revises",
            ),
        };
        Some(ImportDoubt {
            kind: DoubtKind::Revised,
            measures: vec![about.measure.into()],
            cause,
            count: tally.differ,
            of: Some(tally.common),
            first: example,
            advice: advice.to_owned(),
            until: (!small).then_some(DoubtAnswer::Revises),
        })
    }

    /// The widest part of the measure in which nearly every figure differs.
    fn widest_scope(&self, relative: f64) -> Option<(RevisionScope, RevisionTally)> {
        let mut all = RevisionTally::default();
        let (mut periods, mut groups) = (BTreeMap::<i32, RevisionTally>::new(), Vec::new());
        for slice in self.slices.iter() {
            let mut own = RevisionTally::default();
            for (period, tally) in slice.periods.iter() {
                periods.entry(period).or_default().add_tally(*tally);
                own.add_tally(*tally);
            }
            groups.push((slice, own));
        }
        // What is gone counts only in periods that the file has.
        periods.values().filter(|tally| tally.new > 0).for_each(|tally| all.add_tally(*tally));
        let few = all.common >= 2 && all.differ == all.common && all.gone * 3 <= all.common && relative > LARGE;
        if all.is_nearly_all() || (all.common < ENOUGH && few) {
            return Some((RevisionScope::All, all));
        }
        if let Some((period, tally)) = periods.into_iter().find(|(_, tally)| tally.is_nearly_all()) {
            return Some((RevisionScope::Period(period), tally));
        }
        let (slice, tally) = groups.into_iter().find(|(_, tally)| tally.is_nearly_all())?;
        Some((RevisionScope::Group(slice.group.clone(), slice.grade.clone()), tally))
    }
}

impl RevisionTally {
    fn add_tally(&mut self, other: Self) {
        self.new += other.new;
        self.common += other.common;
        self.differ += other.differ;
        self.gone += other.gone;
    }

    fn is_nearly_all(self) -> bool {
        self.common >= ENOUGH && self.differ as f64 >= NEARLY_ALL * self.common as f64
    }
}

/// Whether two figures differ, and not only in the number of decimals that are given.
fn is_different(a: f64, b: f64) -> bool {
    if a == b {
        return false;
    }
    let digits = decimal_count(a).min(decimal_count(b));
    (a - b).abs() > 0.500_001 * 0.1_f64.powi(digits)
}

/// How many decimals a number is given with, up to six.
fn decimal_count(x: f64) -> i32 {
    (0..6)
        .find(|&digits| {
            let scaled = x * 10_f64.powi(digits);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
        })
        .unwrap_or(6)
}

#[cfg(test)]
mod tests {
    use super::is_different;

    #[test]
    fn more_decimals_are_no_change() {
        let check = |a, b, want| {
            assert_eq!(is_different(a, b), want, "{a} {b}");
            assert_eq!(is_different(b, a), want, "{b} {a}");
        };
        check(82.0, 82.0, false);
        check(81.9, 81.93, false);
        check(81.9, 81.95, false);
        check(81.9, 81.96, true);
        check(81.9, 82.1, true);
        check(82.0, 81.6, false);
        check(82.0, 83.0, true);
        check(0.0, 1.0, true);
    }
}
