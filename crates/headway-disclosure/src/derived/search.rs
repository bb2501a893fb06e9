//! What figures are made of, looked for in the figures themselves.

use std::collections::BTreeMap;

use headway_stats::relations::MOST_REGRESSORS;

use super::super::figures::{CountKind, CountedFigure};
use super::super::formulas::SumOrigin;
use super::order::Order;
use super::ratios::{find_near, find_ratio};
use super::table::{Cell, FigureTable};
use super::terms::{DerivedTerm, TermPlace, What, of_measure};
use super::weights::find_weights;
use super::{DerivationContext, DerivationForm, DerivedMeasure};

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

/// A term and its number in each row that is looked at.
pub(super) struct TermColumn {
    pub(super) term: DerivedTerm,
    pub(super) cells: Vec<Cell>,
}

/// What is explained: its numbers, row by row, and which of them say something.
pub(super) struct Explained {
    pub(super) measure: usize,
    pub(super) y: Vec<(f64, f64)>,
    /// The number that most rows have: whatever is mostly the same holds there.
    pub(super) dull: Option<f64>,
}

impl Explained {
    pub(super) fn from_numbers(measure: usize, y: Vec<(f64, f64)>) -> Self {
        let mut values: Vec<f64> = y.iter().map(|(value, _)| *value).collect();
        values.sort_by(f64::total_cmp);
        let most = values.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
        let dull = most.filter(|same| same.len() > 2).map(|same| same[0]);
        Self { measure, y, dull }
    }

    /// The chance that as many rows come within their room by accident, where the numbers spread like these. One row is left out, as a
    /// factor is fitted.
    fn chance_of(&self, rooms: &[f64]) -> f64 {
        let mut values: Vec<f64> =
            self.y.iter().map(|(value, _)| *value).filter(|value| Some(*value) != self.dull).collect();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        let spread = if values.is_empty() { 0.0 } else { at(0.95) - at(0.05) };
        // Never less than one in a million a row: values repeat themselves.
        let one = |room: &f64| if spread > 0.0 { (2.0 * room / spread).clamp(1e-6, 1.0) } else { 1.0 };
        rooms.iter().skip(1).map(one).product()
    }
}

impl DerivationContext<'_> {
    /// What the agency's own measures, the first so many, are made of. Others' measures may be what they are made of. Shares and
    /// counts are looked at last: of those only what no sum says, and what is made of measures that come before them.
    pub(crate) fn find_derived(&self, own: usize) -> Vec<DerivedMeasure> {
        let order = Order::from_figures(self.figures, own);
        let tables: Vec<FigureTable> = self.figures.iter().map(FigureTable::from_figures).collect();
        (0..own).flat_map(|m| self.of_one(m, &order, &tables)).collect()
    }

    pub(super) fn of_one(&self, m: usize, order: &Order, tables: &[FigureTable<'_>]) -> Vec<DerivedMeasure> {
        let figures = &self.figures[m];
        let others: Vec<usize> = (0..self.figures.len()).filter(|&other| order.made_of(m, other)).collect();
        let others: Vec<usize> =
            others.into_iter().filter(|&other| self.figures[other].kind == figures.kind).take(MEASURES).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let step = figures.rows.len().div_ceil(ROWS).max(1);
        let numbers = figures.rows.iter().step_by(step);
        let looked: Vec<(&CountedFigure, (f64, f64))> =
            numbers.filter_map(|row| Some((row, tables[m].number_of(row, What::Figure)?))).collect();
        let explained = Explained::from_numbers(m, looked.iter().map(|(_, y)| *y).collect());
        let column = |term: DerivedTerm| {
            let cells = looked.iter().map(|(row, _)| term.number_for_row(row, self, &tables[term.measure])).collect();
            TermColumn { term, cells }
        };
        let pairs: Vec<Vec<TermColumn>> =
            others.iter().map(|&other| of_measure(other, self).into_iter().map(column).collect()).collect();
        let here: Vec<TermColumn> = self.terms_here(&others).into_iter().map(column).collect();
        let mut found: Vec<DerivedMeasure> = Vec::new();
        let sets = || pairs.iter().chain([&here]);
        let tried = sets().map(|set| 2.0 * (set.len() * set.len()) as f64).sum::<f64>();
        for set in sets() {
            for (form, held) in
                set.iter().flat_map(|one| set.iter().filter_map(|other| form_of_two(one, other, &explained)))
            {
                let chance = tried * explained.chance_of(&held.rooms);
                if chance < RARE && found.len() < KEPT && !order.is_sum(m, &form) {
                    let origin = SumOrigin::Found { held: held.held as u64, of: held.seen as u64, chance };
                    found.push(DerivedMeasure { measure: m, form, origin });
                }
            }
        }
        if found.is_empty() {
            let sums = self.sum_columns(&here, &pairs);
            let made = |columns: &Vec<&TermColumn>| {
                find_weights(&explained, columns).filter(|made| !order.is_sum(m, &made.form))
            };
            found.extend(sums.iter().find_map(made));
        }
        if found.is_empty() && !order.counts(m) {
            found.extend(find_ratio(&explained, &here).or_else(|| find_near(&explained, &here, tried)));
        }
        found
    }

    /// Figures of these measures at the place of the row, their students, and how many reached them.
    fn terms_here(&self, measures: &[usize]) -> Vec<DerivedTerm> {
        let counted = |m: &usize| self.figures[*m].shape != CountKind::Count && self.figures[*m].has_counts();
        let figures = measures.iter().map(|&m| DerivedTerm::own_figure(m));
        let students = measures.iter().copied().filter(counted);
        let shares = students.clone().filter(|&m| self.figures[m].shape == CountKind::Share);
        figures
            .chain(students.map(|m| DerivedTerm { what: What::Students, ..DerivedTerm::own_figure(m) }))
            .chain(shares.map(|m| DerivedTerm { what: What::Reached, ..DerivedTerm::own_figure(m) }))
            .collect()
    }

    /// Columns that a sum with any coefficients is looked for in: figures here; counts here; figures here and above.
    fn sum_columns<'a>(&self, here: &'a [TermColumn], pairs: &'a [Vec<TermColumn>]) -> [Vec<&'a TermColumn>; 3] {
        let is_count = |m: usize| self.figures[m].shape == CountKind::Count;
        let figures = here.iter().filter(|column| column.term.what == What::Figure);
        let counts = here.iter().filter(|column| match column.term.what {
            What::Figure => is_count(column.term.measure),
            What::Students => false,
            What::Reached => true,
        });
        let plain = |column: &&TermColumn| column.term.group.is_none() && column.term.back == 0;
        let up = |column: &&TermColumn| matches!(column.term.of, TermPlace::Itself | TermPlace::Above | TermPlace::Top);
        let above = pairs.iter().flatten().filter(plain).filter(up);
        [figures.collect(), counts.collect(), above.collect()].map(|mut columns: Vec<&TermColumn>| {
            columns.retain(|column| column.is_there());
            columns.truncate(MOST_REGRESSORS);
            columns
        })
    }
}

/// In how many rows a relation holds, of how many, and in how many that say something.
struct Held {
    held: usize,
    seen: usize,
    /// How far off each telling row may be; rows with the same terms are one.
    rooms: Vec<f64>,
}

/// Whether a figure is the difference or the quotient of two terms, or a multiple of one: how, and in how many rows.
fn form_of_two(one: &TermColumn, other: &TermColumn, of: &Explained) -> Option<(DerivationForm, Held)> {
    let y = &of.y;
    if one.term == other.term {
        let times = median(one.cells.iter().zip(y).filter_map(|(x, y)| Some(y.0 / nonzero(*x)?.0)))?;
        return [round_factor(times), times].into_iter().find_map(|times| {
            let made = |x: Cell, _: Cell| x.map(|(x, half)| (times * x, (times * half).abs()));
            Some((DerivationForm::Sum(vec![(one.term, times)], 0.0), held_rows(one, other, of, &made)?))
        });
    }
    let less = |x: Cell, z: Cell| Some((x?.0 - z?.0, x?.1 + z?.1));
    if let Some(held) = held_rows(one, other, of, &less) {
        return Some((DerivationForm::Sum(vec![(one.term, 1.0), (other.term, -1.0)], 0.0), held));
    }
    let quotient = |x: Cell, z: Cell| {
        let ((x, x_half), (z, z_half)) = (x?, nonzero(z)?);
        Some((x / z, (x_half + (x / z).abs() * z_half) / z.abs()))
    };
    let both = || one.cells.iter().zip(&other.cells);
    let times = median(both().zip(y).filter_map(|((x, z), y)| Some(y.0 / nonzero(quotient(*x, *z))?.0)))?;
    [round_factor(times), times].into_iter().find_map(|times| {
        let made = |x: Cell, z: Cell| quotient(x, z).map(|(q, half)| (times * q, (times * half).abs()));
        Some((DerivationForm::Quotient(one.term, other.term, times), held_rows(one, other, of, &made)?))
    })
}

/// A factor in three digits: what rounding left of a round one.
fn round_factor(times: f64) -> f64 {
    let place = 10f64.powf(times.abs().log10().floor() - 2.0);
    (times / place).round() * place
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

/// In how many rows a relation of two terms holds, if in nine of ten, and in nine of ten of those that say something.
fn held_rows(one: &TermColumn, other: &TermColumn, of: &Explained, made: &dyn Fn(Cell, Cell) -> Cell) -> Option<Held> {
    let (mut seen, mut held, mut seen_telling, mut telling) = (0, 0, 0, 0);
    let mut rooms: BTreeMap<(u64, u64), f64> = BTreeMap::new();
    for ((x, z), y) in one.cells.iter().zip(&other.cells).zip(&of.y) {
        let Some((value, half)) = made(*x, *z) else { continue };
        // Nothing of nothing says nothing.
        if value == 0.0 && y.0 == 0.0 {
            continue;
        }
        let (says, holds) = (Some(y.0) != of.dull, (value - y.0).abs() <= (half + y.1) * 1.02 + 1e-9);
        seen += 1;
        held += usize::from(holds);
        seen_telling += usize::from(says);
        telling += usize::from(says && holds);
        if says && holds {
            let bits = |cell: &Cell| cell.map_or(u64::MAX, |(value, _)| value.to_bits());
            let room = rooms.entry((bits(x), bits(z))).or_insert(0.0);
            *room = room.max(half + y.1);
        }
        if seen == LOOK && 4 * held < 3 * seen {
            return None;
        }
    }
    let nine = |held: usize, of: usize| of > 2 && 10 * held >= 9 * of;
    (nine(held, seen) && nine(telling, seen_telling)).then(|| Held { held, seen, rooms: rooms.into_values().collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores of three groups in six years that lie near each other, beside two rates that each year has once.
    #[test]
    fn numbers_that_hardly_differ_prove_nothing() {
        let years = [(79.1, 30.0), (77.5, 29.4), (76.7, 29.1), (78.6, 29.8), (79.9, 30.3), (78.1, 29.6)];
        let scores: Vec<(f64, f64)> = (0..18).map(|at| (487.2 + f64::from(at * 7 % 5) * 0.4, 0.05)).collect();
        let column = |measure: usize, of: fn(&(f64, f64)) -> f64| TermColumn {
            term: DerivedTerm::own_figure(measure),
            cells: (0..18).map(|at| Some((of(&years[at / 3]), 0.05))).collect(),
        };
        let explained = Explained::from_numbers(0, scores);
        let (_, held) = form_of_two(&column(1, |rates| rates.0), &column(2, |rates| rates.1), &explained)
            .expect("a multiple of the quotient comes within its rounding");
        assert!(held.held >= 17, "{} rows", held.held);
        assert!(explained.chance_of(&held.rooms) > RARE, "{}", explained.chance_of(&held.rooms));
    }
}
