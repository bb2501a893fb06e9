//! Sums with any coefficients that a figure may be.

use headway_stats::relations::{ColumnFit, FitRow, fit_relation};

use super::super::formulas::SumOrigin;
use super::search::{Explained, TermColumn};
use super::terms::DerivedTerm;
use super::{DerivationForm, DerivedMeasure};

/// Of ten figures that a sum may be made of so many must be there where the sum is.
const THERE: usize = 7;

impl TermColumn {
    /// Whether it is there in most rows.
    pub(super) fn is_there(&self) -> bool {
        10 * self.cells.iter().flatten().count() >= THERE * self.cells.len()
    }
}

/// What a figure is made of with any coefficients.
pub(super) fn find_weights(of: &Explained, columns: &[&TermColumn]) -> Option<DerivedMeasure> {
    let row = |at: usize| {
        let x = columns.iter().map(|column| column.cells[at]).collect::<Option<Vec<(f64, f64)>>>()?;
        Some(FitRow { x, y: of.y[at] })
    };
    let rows: Vec<FitRow> = (0..of.y.len()).filter_map(row).collect();
    let fit = fit_relation(&rows).filter(|fit| holds_where_it_tells(fit, &rows, of.dull))?;
    let fit = round_coefficients(&fit, &rows, of.dull).unwrap_or(fit);
    let used = columns.iter().zip(&fit.coefficients).filter(|(_, k)| **k != 0.0);
    let terms: Vec<(DerivedTerm, f64)> = used.map(|(column, k)| (column.term, *k)).collect();
    let origin = SumOrigin::Found { held: fit.held, of: fit.of, chance: fit.chance };
    Some(DerivedMeasure { measure: of.measure, form: DerivationForm::Sum(terms, fit.constant), origin })
}

/// The same in round coefficients, if these hold as well: whole numbers, else twentieths.
fn round_coefficients(fit: &ColumnFit, rows: &[FitRow], dull: Option<f64>) -> Option<ColumnFit> {
    let to = |place: f64| {
        let coefficients: Vec<f64> = fit.coefficients.iter().map(|k| (k / place).round() * place).collect();
        let round = ColumnFit { coefficients, constant: fit.constant.round(), ..fit.clone() };
        let held = rows.iter().filter(|row| round.holds_in_row(row)).count();
        let holds = 10 * held >= 9 * rows.len() && round.coefficients.iter().any(|k| *k != 0.0);
        (holds && holds_where_it_tells(&round, rows, dull)).then_some(round)
    };
    [1.0, 0.05].into_iter().find_map(to)
}

/// Whether it holds in nine of ten rows in which the figure is not the one that most rows have.
fn holds_where_it_tells(fit: &ColumnFit, rows: &[FitRow], dull: Option<f64>) -> bool {
    let telling = || rows.iter().filter(|row| Some(row.y.0) != dull);
    let held = telling().filter(|row| fit.holds_in_row(row)).count();
    held > 2 * fit.coefficients.iter().filter(|k| **k != 0.0).count() && 10 * held >= 9 * telling().count()
}
