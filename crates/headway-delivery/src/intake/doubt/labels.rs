//! Slices of a measure beside each other, place by place: one that is on another scale than the others, two that make a whole and
//! lie on one side of it; those whose labels were exchanged are found in `relabeled`.
//!
//! Of each level the same 64 places are looked at in every slice, those whose ids have the smallest hashes: files are wrong in
//! columns, and columns are wrong in nearly all places.

use std::collections::HashMap;

use headway_model::SeriesRows;
use headway_model::{ALL, Grade, Level, StudentGroup, ValueState};

use super::evidence::figure_distance;
use super::figures::PriorFigures;
use super::hash::fnv_hash;
use super::pairs::PeriodPair;
use super::sample::median;
use super::scale::{self, scale_factor};
use super::slices::{PerSlice, SlicePeriods};
use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// How many places of a level are looked at.
const PLACES: usize = 64;
/// Fewer places that two slices share say nothing of exchanged labels.
const ENOUGH: usize = 5;
/// The least that the middle place must have changed: a twentieth of the students, three points.
const LEAST: [f64; 2] = [0.05, 3.0];
/// How many slices of a period and level are held against other measures.
const STRANGE: usize = 8;
/// Two parts that both lie off their whole by more than two rounded halves can't make it.
const OFF: f64 = 1.01;
/// The share of the places that is nearly all.
const NEARLY_ALL: f64 = 0.8;

/// The slices of a measure, by level.
#[derive(Default)]
pub(super) struct LabelCheck(PerSlice<[SliceFigures; Level::ALL.len()]>);

/// The figures of a slice, of the places with the smallest hashes, in their order.
#[derive(Default)]
pub(super) struct SliceFigures {
    pub(super) rows: Vec<SlicePlaceRow>,
    /// How many are the import's own.
    new: usize,
}

pub(super) struct SlicePlaceRow {
    hash: u64,
    pub(super) id: Box<str>,
    /// Students and value now, and in the period beside it.
    pub(super) now: [f64; 2],
    /// It comes with both its counts, and was held against them.
    counted: bool,
    pub(super) before: Option<(i32, [f64; 2])>,
    /// By how much both changed before that; not finite where nothing tells.
    pub(super) change: [f64; 2],
}

/// A slice of one period and level.
#[derive(Clone, Copy)]
pub(super) struct LevelSlice<'a> {
    pub(super) group: &'a str,
    pub(super) grade: &'a str,
    pub(super) period: i32,
    pub(super) level: usize,
    pub(super) figures: &'a SliceFigures,
}

impl LabelCheck {
    pub(super) fn take_series(
        &mut self,
        level: Option<Level>,
        series: &SeriesRows<'_>,
        (cells, pairs): (&[PeriodRows], &[PeriodPair]),
        beside: &PriorFigures,
    ) {
        let Some((first, last)) = beside.periods else { return };
        let Some(level) = level else { return };
        let periods = self.0.for_series(series);
        let hash = place_hash(series.place);
        let figures = |row: usize| [series.denominator[row], series.lo[row]];
        for cell in cells.iter().filter(|cell| (first..=last).contains(&cell.period)) {
            let Some(row) = cell.new.or(cell.held).filter(|row| series.state_at(*row) == ValueState::Exact) else {
                continue;
            };
            periods.for_period(cell.period)[level as usize].keep_row(hash, cell.new.is_some(), || {
                let pair = pairs.iter().find(|pair| pair.period == cell.period && pair.first);
                let before = pair.map(|pair| (pair.beside, figures(pair.old)));
                let counted = !series.numerator[row].is_nan() && !series.denominator[row].is_nan();
                let change = pair.map_or([f64::NAN; 2], |pair| pair.change_before(series, cells));
                SlicePlaceRow { hash, id: series.place.into(), now: figures(row), counted, before, change }
            });
        }
    }

    /// All slices, those of one period and level together.
    pub(super) fn all_slices(&self) -> Vec<LevelSlice<'_>> {
        let mut all = Vec::new();
        for SlicePeriods { group, grade, periods } in self.0.iter() {
            for (period, levels) in periods.iter() {
                let with = levels.iter().enumerate().filter(|(_, figures)| !figures.rows.is_empty());
                all.extend(with.map(|(level, figures)| LevelSlice { group, grade, period, level, figures }));
            }
        }
        all.sort_by_key(|at| (at.period, at.level));
        all
    }

    /// Only the slices that moved far, the first [`STRANGE`] of each period and level.
    pub(super) fn into_strange(mut self) -> Self {
        let mut kept: HashMap<(i32, usize), usize> = HashMap::new();
        for slice in self.0.iter_mut() {
            for (period, levels) in slice.periods.iter_mut() {
                for (level, figures) in levels.iter_mut().enumerate() {
                    let kept = kept.entry((period, level)).or_default();
                    if figures.is_strange() && *kept < STRANGE {
                        *kept += 1;
                    } else {
                        *figures = SliceFigures::default();
                    }
                }
            }
        }
        self.0.retain(|slice| slice.periods.iter().any(|(_, levels)| levels.iter().any(|of| !of.rows.is_empty())));
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().next().is_none()
    }

    /// Shares of a slice that are a hundredth of those of another in the same places, or of other levels in the same period.
    pub(super) fn scale_doubt(&self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        if !about.bare_shares {
            return None;
        }
        let all = self.all_slices();
        let mut found: Vec<(&LevelSlice<'_>, &LevelSlice<'_>)> = Vec::new();
        for slices in all.chunk_by(|a, b| a.period == b.period) {
            let beside = |small: &LevelSlice<'_>| slices.iter().find(|other| other.is_hundredfold(small));
            let small = slices.iter().filter(|at| at.figures.are_fractions());
            found.extend(small.filter_map(|at| Some((at, beside(at)?))).filter(|(a, b)| a.is_new() || b.is_new()));
        }
        let (small, other) = found.first()?;
        let row = small.figures.rows.first()?;
        Some(ImportDoubt {
            kind: DoubtKind::Scale,
            measures: vec![about.measure.into()],
            cause: format!(
                "figures of {} are a hundredth of those of {} in {}",
                small.slice_name(),
                other.slice_name(),
                about.period_at(small.period)
            ),
            count: found.iter().map(|(small, _)| small.figures.rows.len() as u64).sum(),
            of: None,
            first: format!("{}: {}", about.series_label(&row.id, small.group, small.grade), number_text(row.now[1])),
            advice: scale::ADVICE.to_owned(),
            until: Some(DoubtAnswer::Revises),
        })
    }

    /// Women and men (or a group and all others) whose rates both lie above, or below, that of all students.
    pub(super) fn one_sided(&self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        if !about.shares {
            return None;
        }
        let all = self.all_slices();
        all.chunk_by(|a, b| (a.period, a.level) == (b.period, b.level)).find_map(|slices| {
            let find = |group: &str, grade: &str| slices.iter().find(|at| at.group == group && at.grade == grade);
            slices.iter().find_map(|part| {
                let other = find(&complement_group(part.group)?, part.grade)?;
                let whole = find(ALL, part.grade)?;
                if !part.is_new() && !other.is_new() && !whole.is_new() {
                    return None;
                }
                let (met, off, first) = on_one_side(part.figures, other.figures, whole.figures);
                if met < ENOUGH || (off as f64) < NEARLY_ALL * met as f64 {
                    return None;
                }
                let [part_row, other_row, whole_row] = first?;
                let [name, other_name] = [part.group, other.group].map(|code| StudentGroup::name_of(code).into_owned());
                Some(ImportDoubt {
                    kind: DoubtKind::Parts,
                    measures: vec![about.measure.into()],
                    cause: format!("rates of {name} and {other_name} both lie on one side of all students'"),
                    count: off as u64,
                    of: Some(met as u64),
                    first: format!(
                        "{}, {}: {name} {}, {other_name} {}, all students {}",
                        about.series_label(&part_row.id, ALL, part.grade),
                        about.period_at(part.period),
                        number_text(part_row.now[1]),
                        number_text(other_row.now[1]),
                        number_text(whole_row.now[1])
                    ),
                    advice: "Check the columns in the profile".to_owned(),
                    until: None,
                })
            })
        })
    }
}

impl SliceFigures {
    /// Keeps the row of a place, which is made only if its hash is among the smallest.
    fn keep_row(&mut self, hash: u64, new: bool, row: impl FnOnce() -> SlicePlaceRow) {
        self.new += usize::from(new);
        if self.rows.len() == PLACES && self.rows.last().is_some_and(|last| last.hash < hash) {
            return;
        }
        let at = self.rows.partition_point(|kept| kept.hash < hash);
        self.rows.insert(at, row());
        self.rows.truncate(PLACES);
    }

    /// Pairs of rows of the same places.
    pub(super) fn row_pairs<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (&'a SlicePlaceRow, &'a SlicePlaceRow)> {
        let find = |hash: u64| other.rows.binary_search_by_key(&hash, |row| row.hash).ok().map(|at| &other.rows[at]);
        self.rows.iter().filter_map(move |row| Some((row, find(row.hash)?)))
    }

    /// How far the middle place lies from its own past, by students and by value.
    fn middle_move(&self, what: usize) -> Option<f64> {
        let rows = self.rows.iter().filter_map(|row| Some((row.now, row.before?.1)));
        median_of_enough(rows.map(|(now, before)| figure_distance(what, now[what], before[what])))
    }

    /// Whether it is new, and moved farther than one year's change mostly is.
    fn is_strange(&self) -> bool {
        self.new > 0 && (0..2).any(|what| self.middle_move(what).is_some_and(|moved| moved >= LEAST[what]))
    }

    /// Whether all figures can be fractions, none has counts, and there are some above zero.
    fn are_fractions(&self) -> bool {
        let few = |row: &SlicePlaceRow| !row.counted && (0.0..=1.0).contains(&row.now[1]);
        self.rows.iter().all(few) && self.rows.iter().filter(|row| row.now[1] > 0.0).count() >= ENOUGH
    }
}

impl LevelSlice<'_> {
    pub(super) fn is_new(&self) -> bool {
        self.figures.new > 0
    }

    /// `Female`, `All students of schools`: the level goes without saying where one is meant.
    fn slice_name(&self) -> String {
        let level = Level::ALL[self.level].place_nouns().1;
        let grade = if self.grade == ALL { String::new() } else { format!(", {},", Grade::in_words(self.grade)) };
        format!("{}{grade} of {level}", StudentGroup::name_of(self.group))
    }

    /// Group, grade, period and level.
    pub(super) fn slice_key(&self) -> (&str, &str, i32, usize) {
        (self.group, self.grade, self.period, self.level)
    }

    /// Whether it is another slice, or the same of another measure.
    pub(super) fn differs_from(&self, other: &Self) -> bool {
        !std::ptr::eq(self.figures, other.figures)
    }

    /// Whether it moved farther than one year's change mostly is.
    pub(super) fn is_strange(&self) -> bool {
        self.figures.is_strange()
    }

    /// How far the middle place lies from its own past, by students or by value, where that is far.
    pub(super) fn far_move(&self, what: usize) -> Option<f64> {
        self.figures.middle_move(what).filter(|moved| *moved >= LEAST[what])
    }

    /// The period beside it, what tells, and the first row.
    pub(super) fn example_row(&self) -> Option<(i32, usize, &SlicePlaceRow)> {
        let what = usize::from(self.far_move(0).is_none());
        let row = self.figures.rows.iter().find(|row| row.before.is_some())?;
        Some((row.before?.0, what, row))
    }

    /// Whether it is, in the same places, a hundred times a slice of fractions; or one of the same group at another level.
    fn is_hundredfold(&self, small: &Self) -> bool {
        let log = |a: f64, b: f64| (a / b).log10();
        if self.level == small.level {
            let pairs = small.figures.row_pairs(self.figures).filter(|(a, b)| a.now[1] > 0.0 && b.now[1] > 0.0);
            let logs: Vec<f64> = pairs.map(|(a, b)| log(a.now[1], b.now[1])).collect();
            return logs.len() >= ENOUGH && scale_factor(&logs) == Some("a hundredth");
        }
        let clear = self.figures.rows.iter().filter(|row| row.now[1] > 1.0).count();
        if (self.group, self.grade) != (small.group, small.grade) || clear < ENOUGH || clear < self.figures.rows.len() {
            return false;
        }
        let middle_of = |at: &Self| median(at.figures.rows.iter().map(|row| row.now[1]).filter(|value| *value > 0.0));
        middle_of(small).zip(middle_of(self)).is_some_and(|(a, b)| scale_factor(&[log(a, b)]) == Some("a hundredth"))
    }
}

/// The group of all others, where one has a name.
fn complement_group(group: &str) -> Option<String> {
    match group {
        "female" => Some("male".to_owned()),
        group => group.strip_prefix("non-").map(str::to_owned),
    }
}

/// How many places have all three figures, in how many both parts lie on one side of the whole, and the first of these.
fn on_one_side<'a>(
    part: &'a SliceFigures,
    other: &'a SliceFigures,
    whole: &'a SliceFigures,
) -> (usize, usize, Option<[&'a SlicePlaceRow; 3]>) {
    let (mut met, mut off, mut first) = (0, 0, None);
    for (row, whole_row) in part.row_pairs(whole) {
        let Ok(at) = other.rows.binary_search_by_key(&row.hash, |row| row.hash) else { continue };
        let other_row = &other.rows[at];
        met += 1;
        let (a, b) = (row.now[1] - whole_row.now[1], other_row.now[1] - whole_row.now[1]);
        if (a > OFF && b > OFF) || (a < -OFF && b < -OFF) {
            off += 1;
            first.get_or_insert([row, other_row, whole_row]);
        }
    }
    (met, off, first)
}

/// The middle one of enough numbers.
pub(super) fn median_of_enough(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let numbers: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    if numbers.len() >= ENOUGH { median(numbers.into_iter()) } else { None }
}

/// FNV-1a, mixed: which places are looked at, the same in every run.
fn place_hash(text: &str) -> u64 {
    let hash = fnv_hash(text);
    (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd)
}
