//! Another group's, or another measure's, figures under a label: the same figures in the same places and period.
//!
//! The figures of a slice (group, grade, period, level) come down to one number that does not depend on their order: two slices
//! with as many figures (five at least, with five different ones among them) and the same number are the same, counts and all.

use std::collections::HashMap;

use headway_lake::{LakeScan, SeriesFilter};
use headway_model::SeriesRows;
use headway_model::{ALL, Grade, Level, MeasureId, StudentGroup, ValueState};

use super::hash::{fnv_hash, mix_bits};
use super::slices::{PerSlice, SlicePeriods};
use super::walk::{CheckContext, CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};
use crate::Result;

/// Fewer figures that are the same say nothing.
const ENOUGH: u64 = 5;
/// So many different ones must be among them.
const DIFFERENT: usize = 5;

/// What slices that differ in one label have in common: the other label, period, level, number and sum of figures.
type AllButLabel<'a> = (&'a str, i32, usize, u64, u64);

/// What will hold of a measure, slice by slice.
#[derive(Default)]
pub(in crate::intake) struct MeasureFingerprints {
    measure: MeasureId,
    slices: PerSlice<[SliceFingerprint; Level::ALL.len()]>,
}

/// The figures of one slice.
#[derive(Clone, Debug, Default)]
struct SliceFingerprint {
    count: u64,
    /// Of these, the import's own.
    new: u64,
    sum: u64,
    different: Vec<f64>,
    first: Option<(String, f64)>,
}

/// Where a slice lies in its measure.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct SlicePosition<'a> {
    grade: &'a str,
    period: i32,
    level: usize,
}

/// What two slices of a measure that are alike differ in.
#[derive(Clone, Copy)]
enum TwinLabel {
    Group,
    Grade,
}

impl MeasureFingerprints {
    pub(super) fn for_measure(measure: &str) -> Self {
        Self { measure: measure.into(), slices: PerSlice::default() }
    }

    pub(super) fn take_series(&mut self, level: Option<Level>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let Some(level) = level else { return };
        let periods = self.slices.for_series(series);
        let place = fnv_hash(series.place);
        for cell in cells {
            let Some(row) = cell.new.or(cell.held) else { continue };
            if series.state_at(row) == ValueState::Exact {
                periods.for_period(cell.period)[level as usize].add_figures(series, place, row, cell.new.is_some());
            }
        }
    }

    fn iter_prints(&self) -> impl Iterator<Item = (&str, SlicePosition<'_>, &SliceFingerprint)> {
        self.slices.iter().flat_map(|SlicePeriods { group, grade, periods }| {
            periods.iter().flat_map(move |(period, levels)| {
                let at = move |level| SlicePosition { grade, period, level };
                levels.iter().enumerate().map(move |(level, print)| (group.as_str(), at(level), print))
            })
        })
    }

    /// Groups, and grades, of the measure that have each other's figures.
    pub(super) fn twin_slice_doubts(&self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        [TwinLabel::Group, TwinLabel::Grade]
            .into_iter()
            .filter_map(|label| self.alike_slice_doubt(about, label))
            .collect()
    }

    fn alike_slice_doubt(&self, about: &CheckedMeasure<'_>, label: TwinLabel) -> Option<ImportDoubt> {
        let mut known: HashMap<AllButLabel<'_>, Vec<(&str, &SliceFingerprint)>> = HashMap::new();
        let (mut count, mut first, mut alone) = (0, None, false);
        for (group, at, print) in self.iter_prints().filter(|(.., print)| print.says_something()) {
            let (same, own) = match label {
                TwinLabel::Group => (at.grade, group),
                TwinLabel::Grade => (group, at.grade),
            };
            let others = known.entry((same, at.period, at.level, print.count, print.sum)).or_default();
            for (other, theirs) in others.iter() {
                // Where a report has one grade only, all grades together are that one.
                if matches!(label, TwinLabel::Grade) && (own == ALL || *other == ALL) {
                    continue;
                }
                // What is known of both was told already.
                let (own, like) = if print.new == print.count { (own, *other) } else { (*other, own) };
                if print.new.max(theirs.new) < print.count {
                    continue;
                }
                count += print.count;
                alone |= print.new == 0 || theirs.new == 0;
                first.get_or_insert_with(|| (own.to_owned(), like.to_owned(), at.period, print.example_text(about)));
            }
            others.push((own, print));
        }
        let (own, other, period, example) = first?;
        let [own, other] = [&own, &other].map(|code| match label {
            TwinLabel::Group => StudentGroup::name_of(code).into_owned(),
            TwinLabel::Grade => Grade::in_words(code),
        });
        let cause = format!("all figures of {own} in {} are those of {other}", about.period_at(period));
        Some(twin_doubt(about.measure, cause, count, example, alone))
    }

    /// The slice by which a measure is known among others: of the latest new period the first that says something.
    fn face_slice(&self) -> Option<(&str, SlicePosition<'_>, &SliceFingerprint)> {
        let new = |(.., print): &(&str, SlicePosition<'_>, &SliceFingerprint)| {
            print.says_something() && print.new == print.count
        };
        let latest = self.iter_prints().filter(new).map(|(_, at, _)| at.period).max()?;
        self.iter_prints().filter(new).find(|(_, at, _)| at.period == latest)
    }
}

impl SliceFingerprint {
    fn add_figures(&mut self, series: &SeriesRows<'_>, place: u64, row: usize, new: bool) {
        let figures = [series.lo[row], series.numerator[row], series.denominator[row]];
        self.count += 1;
        self.new += u64::from(new);
        // Zero has two signs, and no figure many spellings.
        let bits = |x: f64| if x.is_nan() { 1 } else { (x + 0.0).to_bits() };
        self.sum = self.sum.wrapping_add(figures.into_iter().fold(place, |all, figure| mix_bits(all ^ bits(figure))));
        if self.different.len() < DIFFERENT && !self.different.contains(&figures[0]) {
            self.different.push(figures[0]);
        }
        if self.first.is_none() {
            self.first = Some((series.place.to_owned(), figures[0]));
        }
    }

    fn says_something(&self) -> bool {
        self.count >= ENOUGH && self.different.len() == DIFFERENT
    }

    fn example_text(&self, about: &CheckedMeasure<'_>) -> String {
        self.first
            .as_ref()
            .map_or_else(String::new, |(place, value)| format!("{}: {}", about.place_label(place), number_text(*value)))
    }
}

/// Measures of the import that have the figures of each other, or of one that was there before, by the slice that stands for each.
///
/// # Errors
/// When a measure's files can't be read.
pub(super) fn twin_measure_doubts(ground: &CheckContext<'_>, all: &[MeasureFingerprints]) -> Result<Vec<ImportDoubt>> {
    let mut doubts = Vec::new();
    for (place, own) in all.iter().enumerate() {
        let Some((group, at, print)) = own.face_slice() else { continue };
        let new = ground.written.segments().iter().find(|new| new.segment.measure == own.measure);
        let Some(about) = new.map(|new| CheckedMeasure::for_segment(ground, new)) else { continue };
        let here = all[..place].iter().find_map(|other| {
            let mut theirs = other.iter_prints().filter(|(g, a, p)| *g == group && *a == at && p.count == print.count);
            theirs.any(|(.., p)| p.sum == print.sum).then(|| other.measure.clone())
        });
        let other = match here {
            Some(other) => Some((other, false)),
            None => find_stored(ground, &about, (group, at, print))?.map(|other| (other, true)),
        };
        let Some((other, alone)) = other else { continue };
        let of = if group == ALL { String::new() } else { format!(" of {}", StudentGroup::name_of(group)) };
        let cause = format!("all figures{of} in {} are those of measure {other}", about.period_at(at.period));
        doubts.push(twin_doubt(&own.measure, cause, print.count, print.example_text(&about), alone));
    }
    Ok(doubts)
}

/// The measure in the lake that has these figures.
fn find_stored(
    ground: &CheckContext<'_>,
    about: &CheckedMeasure<'_>,
    (group, at, print): (&str, SlicePosition<'_>, &SliceFingerprint),
) -> Result<Option<MeasureId>> {
    for other in ground.others {
        let covers = |segment: &&headway_model::LakeSegment| {
            segment.period_kind == about.kind && (segment.first_period..=segment.last_period).contains(&at.period)
        };
        let segments: Vec<_> = other.segments.iter().filter(covers).cloned().collect();
        if segments.is_empty() || ground.written.segments().iter().any(|new| new.segment.measure == other.measure) {
            continue;
        }
        let filter =
            SeriesFilter::default().with_groups([group]).with_grades([at.grade]).with_periods(at.period..=at.period);
        let rank = |vintage| other.ranks.rank_of(vintage);
        let mut theirs = SliceFingerprint::default();
        LakeScan::new(ground.lake, &segments)?.with_filter(filter).with_ranking(&rank).for_each(|series| {
            let level = about.place_level(series.place).map(|level| level as usize);
            if level == Some(at.level) && series.state_at(0) == ValueState::Exact {
                theirs.add_figures(&series, fnv_hash(series.place), 0, false);
            }
        })?;
        if (theirs.count, theirs.sum) == (print.count, print.sum) {
            return Ok(Some(other.measure.clone()));
        }
    }
    Ok(None)
}

/// What is in the same files is told; what was there before is asked about.
fn twin_doubt(measure: &str, cause: String, count: u64, first: String, alone: bool) -> ImportDoubt {
    let advice = if alone {
        "Was a filter forgotten, or a wrong file taken? Get the right one; if the figures are the same, import with --revises"
    } else {
        "Check the columns in the profile"
    };
    let until = alone.then_some(DoubtAnswer::Revises);
    ImportDoubt {
        kind: DoubtKind::Copied,
        measures: vec![measure.into()],
        cause,
        count,
        of: None,
        first,
        advice: advice.to_owned(),
        until,
    }
}
