//! Figures that slid by rows: each place has what the place before or behind it had, as where a cell of a column was lost.
//!
//! Looked for among all students of a level, in the order of ids, of ids with their numbers as numbers, and of names: files have
//! one of these. The figures have slid where nine places in ten (of eight at least) are nearer to the neighbour's past than to
//! their own, and the middle one four times as near. Numbers of students tell, and values where there are none.

use std::collections::BTreeMap;

use headway_model::SeriesRows;
use headway_model::{ALL, Level};

use super::evidence::figure_distance;
use super::pairs::PeriodPair;
use super::per_period::PerPeriod;
use super::sample::median;
use super::walk::{CheckedMeasure, number_text};
use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Fewer places say nothing.
const ENOUGH: usize = 8;
/// So many of a level are kept, in the order of their ids.
const KEPT: usize = 20_000;
/// By how many rows figures may have slid.
const SHIFTS: [isize; 6] = [1, -1, 2, -2, 3, -3];
/// The share of the places that must be nearer to their neighbour's past.
const NEARLY_ALL: f64 = 0.9;
/// How much nearer the middle one must be.
const NEARER: f64 = 0.25;
/// Places that changed by less than this in the middle are where they were: a twentieth of the students, two points.
const LEAST: [f64; 2] = [0.05, 2.0];

/// Of each level and new period, what its places have and had.
#[derive(Default)]
pub(super) struct RowShiftCheck(BTreeMap<Level, PerPeriod<ShiftPlaces>>);

#[derive(Default)]
struct ShiftPlaces {
    beside: i32,
    rows: Vec<ShiftRow>,
}

/// A place: students and value.
struct ShiftRow {
    id: String,
    before: [f64; 2],
    after: [f64; 2],
}

/// What was found: which rows, by how many places they slid, and the place that shows it.
struct RowShift {
    shift: isize,
    count: usize,
    of: usize,
    first: (usize, usize),
    what: usize,
}

impl RowShiftCheck {
    pub(super) fn take_series(&mut self, level: Option<Level>, series: &SeriesRows<'_>, pairs: &[PeriodPair]) {
        if series.group != ALL || series.grade != ALL {
            return;
        }
        let Some(level) = level else { return };
        for pair in pairs.iter().filter(|pair| pair.first) {
            let places = self.0.entry(level).or_default().for_period(pair.period);
            if places.rows.len() < KEPT {
                let of = |row: usize| [series.denominator[row], series.lo[row]];
                places.beside = pair.beside;
                places.rows.push(ShiftRow { id: series.place.to_owned(), before: of(pair.old), after: of(pair.new) });
            }
        }
    }

    /// One doubt for all levels and periods: the first that is found.
    pub(super) fn find_doubt(&mut self, about: &CheckedMeasure<'_>) -> Option<ImportDoubt> {
        self.0.values_mut().flat_map(PerPeriod::iter_mut).find_map(|(period, places)| {
            let found = places.find_slide(about)?;
            Some(slid_doubt(about, (period, places), &found))
        })
    }
}

fn slid_doubt(about: &CheckedMeasure<'_>, (period, places): (i32, &ShiftPlaces), found: &RowShift) -> ImportDoubt {
    let RowShift { shift, count, of, first: (own, other), what } = *found;
    let [own, other] = [own, other].map(|at| &places.rows[at]);
    let rows = if shift.abs() == 1 { "a row".to_owned() } else { format!("{} rows", shift.abs()) };
    let students = if what == 0 { " students" } else { "" };
    let (period, beside) = (about.period_at(period), about.period_at(places.beside));
    ImportDoubt {
        kind: DoubtKind::Copied,
        measures: vec![about.measure.into()],
        cause: format!(
            "figures of {period} have slid by {rows}: places have what a neighbour in the file had in {beside}"
        ),
        count: count as u64,
        of: Some(of as u64),
        first: format!(
            "{}: {}{students} in {beside}, {} in {period}; {} had {}",
            about.place_label(&own.id),
            number_text(own.before[what]),
            number_text(own.after[what]),
            about.place_label(&other.id),
            number_text(other.before[what]),
        ),
        advice:
            "Was a cell of the file lost or moved? Get the right file; if the figures are right, import with --revises"
                .to_owned(),
        until: Some(DoubtAnswer::Revises),
    }
}

impl ShiftPlaces {
    fn find_slide(&mut self, about: &CheckedMeasure<'_>) -> Option<RowShift> {
        if self.rows.len() < ENOUGH {
            return None;
        }
        // Most files have nothing slid, and that is soon seen: in every order the places moved as far.
        let (what, own) = self.middle_move().filter(|(what, own)| *own >= LEAST[*what])?;
        self.in_order(what, own).or_else(|| {
            self.rows.sort_by_cached_key(|row| natural_key(&row.id));
            self.in_order(what, own).or_else(|| {
                let name = |id: &str| about.find_place(id).map_or_else(|| id.to_owned(), |place| place.name.clone());
                self.rows.sort_by_cached_key(|row| name(&row.id));
                self.in_order(what, own)
            })
        })
    }

    /// What tells (students, or values where most have none), and how far the middle place lies from its own past by it.
    fn middle_move(&self) -> Option<(usize, f64)> {
        let counted = self.rows.iter().filter(|row| row.before[0] > 0.0 && row.after[0] > 0.0).count();
        let what = usize::from(2 * counted < self.rows.len());
        let own = self.rows.iter().map(|row| figure_distance(what, row.after[what], row.before[what]));
        Some((what, median(own.filter(|x| x.is_finite()))?))
    }

    /// The same in the order in which they are now; the middle place moved by `moved`.
    fn in_order(&self, what: usize, moved: f64) -> Option<RowShift> {
        // Where more places than this are not nearer to their neighbour's past, they are not nearly all.
        let most = ((1.0 - NEARLY_ALL) * self.rows.len() as f64) as usize + 1;
        SHIFTS.into_iter().find_map(|shift| {
            let (mut near, mut nearer, mut first) = (Vec::new(), 0, None);
            for (at, row) in self.rows.iter().enumerate() {
                let Some(other_at) = at.checked_add_signed(shift) else { continue };
                let Some(other) = self.rows.get(other_at) else { continue };
                let after = row.after[what];
                let (own, others) =
                    (figure_distance(what, after, row.before[what]), figure_distance(what, after, other.before[what]));
                if own.is_finite() && others.is_finite() {
                    near.push(others);
                    if others < own {
                        nearer += 1;
                        first.get_or_insert((at, other_at));
                    } else if near.len() - nearer > most {
                        return None;
                    }
                }
            }
            let of = near.len();
            let nearly = of >= ENOUGH && nearer as f64 >= NEARLY_ALL * of as f64;
            let slid = nearly && median(near.into_iter())? <= NEARER * moved;
            slid.then_some(RowShift { shift, count: nearer, of, first: first?, what })
        })
    }
}

/// An id whose numbers are in the order of numbers: `D2` before `D10`.
fn natural_key(id: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, numbers) = rest.split_at(words);
        let digits = numbers.find(|c: char| !c.is_ascii_digit()).unwrap_or(numbers.len());
        let (digits, left) = numbers.split_at(digits);
        parts.push((text.to_owned(), digits.parse().unwrap_or(u64::MAX)));
        rest = left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_slid_are_told_from_rows_that_changed() {
        let sizes = [120.0, 540.0, 75.0, 900.0, 310.0, 48.0, 260.0, 1500.0, 88.0, 410.0, 33.0, 700.0];
        let check = |after: &dyn Fn(usize) -> f64, want: Option<isize>| {
            let row = |(at, size): (usize, &f64)| ShiftRow {
                id: format!("D{}", at + 1),
                before: [*size, 50.0],
                after: [after(at), 50.0],
            };
            let places = ShiftPlaces { beside: 2020, rows: sizes.iter().enumerate().map(row).collect() };
            let (what, moved) = places.middle_move().expect("there are places");
            let found = if moved < LEAST[what] { None } else { places.in_order(what, moved) };
            assert_eq!(found.map(|found| found.shift), want);
        };
        let of = |at: usize| sizes[at % sizes.len()] * (1.0 + 0.01 * (at % 4) as f64);
        check(&of, None);
        check(&|at| of(at + 1), Some(1));
        check(&|at| of(at + 2), Some(2));
        check(&|at| of(at + sizes.len() - 1), Some(-1));
        check(&|at| 1.2 * of(at), None);
        check(&|at| (if at % 2 == 0 { 2.0 } else { 0.7 }) * of(at), None);
        check(&|at| of(7 * at + 3), None);
    }

    #[test]
    fn numbers_in_ids_are_numbers() {
        let mut ids = ["D10", "D2", "D1", "D1a", "x"];
        ids.sort_by_cached_key(|id| natural_key(id));
        assert_eq!(ids, ["D1", "D1a", "D2", "D10", "x"]);
    }
}
