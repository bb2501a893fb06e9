//! What figures are made of, looked for in the figures themselves.

use headway_stats::relations::{FitRow, MOST_REGRESSORS, by_accident, fit};

use super::super::figures::{Figure, Figures, Shape};
use super::super::formulas::Origin;
use super::table::Table;
use super::terms::{Term, of_measure};
use super::{Derived, Figured, Form};

/// At most so many figures of a measure are looked at, spread over all.
const ROWS: usize = 2_000;
/// At most so many measures are looked for in one.
const MEASURES: usize = 24;
/// At most so many relations of one measure are kept: each says what the others say.
const KEPT: usize = 6;
/// A relation that would hold by accident more often than this, among all that were tried, is none.
const RARE: f64 = 1e-4;
/// After so many rows a relation that failed in more than a quarter of them is left.
const LOOK: usize = 24;
/// Of ten measures that a sum may be made of so many figures must be there where the sum is.
const THERE: usize = 7;

/// A number and half its unit, where it is known.
type Cell = Option<(f64, f64)>;

/// A term and its number in each row that is looked at.
struct Column {
    term: Term,
    cells: Vec<Cell>,
}

impl Figured<'_> {
    /// What the measures of the release are made of. Shares and counts are not looked at: their sums are found as sums.
    pub(crate) fn derived(&self, own: usize) -> Vec<Derived> {
        let wanted: Vec<usize> = (0..own).filter(|&m| self.figures[m].may_be_derived()).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let tables: Vec<Table> = self.figures.iter().map(Table::of).collect();
        wanted.into_iter().flat_map(|m| self.of_one(m, own, &tables)).collect()
    }

    fn of_one(&self, m: usize, own: usize, tables: &[Table<'_>]) -> Vec<Derived> {
        let figures = &self.figures[m];
        let step = figures.rows.len().div_ceil(ROWS).max(1);
        let looked: Vec<(&Figure, (f64, f64))> =
            figures.rows.iter().step_by(step).filter_map(|row| Some((row, tables[m].number_of(row, false)?))).collect();
        let y: Vec<(f64, f64)> = looked.iter().map(|(_, y)| *y).collect();
        let same_kind = |&other: &usize| other != m && self.figures[other].kind == figures.kind;
        let others: Vec<usize> = (0..own).filter(same_kind).take(MEASURES).collect();
        let column = |term: Term| {
            let cell =
                |(row, _): &(&Figure, (f64, f64))| tables[term.measure].number(term.place(row, self)?, term.students);
            Column { term, cells: looked.iter().map(cell).collect() }
        };
        let pairs: Vec<Vec<Column>> =
            others.iter().map(|&other| of_measure(other, self).into_iter().map(column).collect()).collect();
        let students =
            others.iter().filter(|&&other| self.figures[other].shape != Shape::Count && self.figures[other].counts());
        let here: Vec<Column> = others
            .iter()
            .map(|&other| Term::own(other))
            .chain(students.map(|&other| Term { students: true, ..Term::own(other) }))
            .map(column)
            .collect();
        let sets = || pairs.iter().chain([&here]);
        let tried = sets().map(|set| 2.0 * (set.len() * set.len()) as f64).sum::<f64>();
        let mut found: Vec<Derived> = Vec::new();
        for set in sets() {
            for (form, held, of) in set.iter().flat_map(|one| set.iter().filter_map(|other| two(one, other, &y))) {
                let chance = tried * by_accident(&y, held.saturating_sub(1));
                if chance < RARE && found.len() < KEPT {
                    let origin = Origin::Found { held: held as u64, of: of as u64, chance };
                    found.push(Derived { measure: m, form, origin });
                }
            }
        }
        if found.is_empty() {
            found.extend(weights(m, &here, &y));
        }
        found
    }
}

/// Whether a figure is the difference or the quotient of two terms, or a multiple of one: how, in how many rows, and of how many.
fn two(one: &Column, other: &Column, y: &[(f64, f64)]) -> Option<(Form, usize, usize)> {
    if one.term == other.term {
        let times = median(one.cells.iter().zip(y).filter_map(|(x, y)| Some(y.0 / nonzero(*x)?.0)))?;
        let made = |x: Cell, _: Cell| x.map(|(x, half)| (times * x, (times * half).abs()));
        let (held, of) = holds(one, other, y, &made)?;
        return Some((Form::Sum(vec![(one.term, times)], 0.0), held, of));
    }
    let less = |x: Cell, z: Cell| Some((x?.0 - z?.0, x?.1 + z?.1));
    if let Some((held, of)) = holds(one, other, y, &less) {
        return Some((Form::Sum(vec![(one.term, 1.0), (other.term, -1.0)], 0.0), held, of));
    }
    let quotient = |x: Cell, z: Cell| {
        let ((x, x_half), (z, z_half)) = (x?, nonzero(z)?);
        Some((x / z, (x_half + (x / z).abs() * z_half) / z.abs()))
    };
    let both = || one.cells.iter().zip(&other.cells);
    let times = median(both().zip(y).filter_map(|((x, z), y)| Some(y.0 / nonzero(quotient(*x, *z))?.0)))?;
    let made = |x: Cell, z: Cell| quotient(x, z).map(|(q, half)| (times * q, (times * half).abs()));
    let (held, of) = holds(one, other, y, &made)?;
    Some((Form::Quotient(one.term, other.term, times), held, of))
}

fn nonzero(x: Cell) -> Cell {
    x.filter(|(x, _)| *x != 0.0)
}

/// The middle of up to [`LOOK`] numbers.
fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<f64> = numbers.filter(|x| x.is_finite()).take(LOOK).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().filter(|x| *x != 0.0)
}

/// In how many rows a relation of two terms holds, if in nine of ten.
fn holds(one: &Column, other: &Column, y: &[(f64, f64)], made: &dyn Fn(Cell, Cell) -> Cell) -> Option<(usize, usize)> {
    let (mut seen, mut held) = (0, 0);
    for ((x, z), y) in one.cells.iter().zip(&other.cells).zip(y) {
        let Some((value, half)) = made(*x, *z) else { continue };
        // Nothing of nothing says nothing.
        if value == 0.0 && y.0 == 0.0 {
            continue;
        }
        seen += 1;
        held += usize::from((value - y.0).abs() <= (half + y.1) * 1.02 + 1e-9);
        if seen == LOOK && 4 * held < 3 * seen {
            return None;
        }
    }
    (seen > 2 && 10 * held >= 9 * seen).then_some((held, seen))
}

/// What a figure is made of with any coefficients.
fn weights(m: usize, here: &[Column], y: &[(f64, f64)]) -> Option<Derived> {
    let rows = y.len();
    let there = |column: &&Column| 10 * column.cells.iter().flatten().count() >= THERE * rows && !column.term.students;
    let columns: Vec<&Column> = here.iter().filter(there).take(MOST_REGRESSORS).collect();
    let row = |at: usize| {
        let x = columns.iter().map(|column| column.cells[at]).collect::<Option<Vec<(f64, f64)>>>()?;
        Some(FitRow { x, y: y[at] })
    };
    let rows: Vec<FitRow> = (0..rows).filter_map(row).collect();
    let fit = fit(&rows)?;
    let terms: Vec<(Term, f64)> =
        columns.iter().zip(&fit.coefficients).filter(|(_, k)| **k != 0.0).map(|(c, k)| (c.term, *k)).collect();
    let origin = Origin::Found { held: fit.held, of: fit.of, chance: fit.chance };
    Some(Derived { measure: m, form: Form::Sum(terms, fit.constant), origin })
}

impl Figures {
    /// Whether its figures are neither counts nor shares of students, so that no sum of counts says what they are made of.
    fn may_be_derived(&self) -> bool {
        self.shape == Shape::Mean || self.shape == Shape::Share && self.rows.iter().all(|row| row.n.is_none())
    }
}
