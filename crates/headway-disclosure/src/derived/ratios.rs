//! Figures that are a quotient with a sum in it (spending a student, of several kinds of spending), and quotients that only come
//! near: divided by another count of the same students.

use headway_stats::relations::{FitRow, fit_relation};

use super::super::formulas::SumOrigin;
use super::search::{Explained, TermColumn};
use super::table::Cell;
use super::terms::DerivedTerm;
use super::{DerivationForm, DerivedMeasure};

/// At most so many rows, counts and other terms are looked at.
const ROWS: usize = 240;
const COUNTS: usize = 8;
const TERMS: usize = 8;
/// A quotient that is off by up to this share gives a count of a few away all the same.
const NEAR: f64 = 0.03;
/// It would come so near by accident less often than this.
const RARE: f64 = 1e-4;

impl TermColumn {
    /// Whether all of its numbers are whole.
    fn is_count(&self) -> bool {
        let mut known = self.cells.iter().flatten().peekable();
        known.peek().is_some() && known.all(|(x, half)| *half == 0.0 && *x >= 0.0 && x.fract() == 0.0)
    }
}

/// The quotient with a sum in it that a figure is.
pub(super) fn find_ratio(of: &Explained, columns: &[TermColumn]) -> Option<DerivedMeasure> {
    let columns: Vec<&TermColumn> = columns.iter().filter(|column| column.is_there()).collect();
    columns.iter().take(COUNTS).find_map(|count| {
        let others: Vec<&TermColumn> =
            columns.iter().copied().filter(|other| other.term != count.term).take(TERMS).collect();
        let over = |y: (f64, f64), z: (f64, f64)| Some((y.0 * z.0, y.1 * z.0.abs() + z.1 * y.0.abs()));
        let under = |y: (f64, f64), z: (f64, f64)| {
            let made = z.0 / y.0;
            (y.0 != 0.0).then(|| (made, (z.1 + made.abs() * y.1) / y.0.abs()))
        };
        let sum = |made: &dyn Fn((f64, f64), (f64, f64)) -> Cell| fitted_sum(of, count, &others, made);
        let own = vec![(count.term, 1.0)];
        let ratio = sum(&over).map(|(terms, origin)| (DerivationForm::Ratio(terms, own.clone()), origin));
        let ratio = ratio.or_else(|| sum(&under).map(|(terms, origin)| (DerivationForm::Ratio(own, terms), origin)));
        ratio.map(|(form, origin)| DerivedMeasure { measure: of.measure, form, origin })
    })
}

/// Terms with their coefficients that add up to what is made of the figure and the count.
fn fitted_sum(
    of: &Explained,
    count: &TermColumn,
    others: &[&TermColumn],
    made: &dyn Fn((f64, f64), (f64, f64)) -> Cell,
) -> Option<(Vec<(DerivedTerm, f64)>, SumOrigin)> {
    let step = of.y.len().div_ceil(ROWS).max(1);
    let row = |at: usize| {
        let x = others.iter().map(|column| column.cells[at]).collect::<Option<Vec<(f64, f64)>>>()?;
        let z = count.cells[at].filter(|(z, _)| *z != 0.0)?;
        Some(FitRow { x, y: made(of.y[at], z)? })
    };
    let rows: Vec<FitRow> = (0..of.y.len()).step_by(step).filter_map(row).collect();
    let fit = fit_relation(&rows)?;
    let used = others.iter().zip(&fit.coefficients).filter(|(_, k)| **k != 0.0);
    let terms: Vec<(DerivedTerm, f64)> = used.map(|(column, k)| (column.term, *k)).collect();
    let origin = SumOrigin::Found { held: fit.held, of: fit.of, chance: fit.chance };
    (fit.held as usize > 3 * terms.len()).then_some((terms, origin))
}

/// The quotient with a count that a figure comes near to in nine of ten rows.
pub(super) fn find_near(of: &Explained, columns: &[TermColumn], tried: f64) -> Option<DerivedMeasure> {
    let mut logs: Vec<f64> = of.y.iter().filter(|(y, _)| *y > 0.0).map(|(y, _)| y.ln()).collect();
    logs.sort_by(f64::total_cmp);
    let at = |share: f64| logs.get((logs.len().saturating_sub(1) as f64 * share).round() as usize).copied();
    let spread = at(0.95)? - at(0.05)?;
    let one = if spread > 0.0 { (2.0 * NEAR / spread).clamp(1e-6, 1.0) } else { 1.0 };
    let pairs = columns.iter().flat_map(|one| columns.iter().map(move |other| (one, other)));
    let with_count = pairs.filter(|(x, z)| x.term != z.term && (x.is_count() || z.is_count()));
    with_count.into_iter().find_map(|(x, z)| {
        let (mut seen, mut held) = (0u64, 0u64);
        for ((x, z), (y, _)) in x.cells.iter().zip(&z.cells).zip(&of.y) {
            let (Some((x, _)), Some((z, _))) = (x, z) else { continue };
            if *z > 0.0 && *x > 0.0 && *y > 0.0 {
                seen += 1;
                held += u64::from((y * z / x).ln().abs() <= NEAR);
            }
        }
        let chance = tried * one.powi(i32::try_from(held).unwrap_or(i32::MAX));
        let holds = 10 * held >= 9 * seen && chance < RARE;
        holds.then_some(DerivedMeasure {
            measure: of.measure,
            form: DerivationForm::Near(x.term, z.term),
            origin: SumOrigin::Found { held, of: seen, chance },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws() -> impl FnMut(u64) -> f64 {
        let mut state = 3u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as f64
        }
    }

    /// Students, two kinds of spending, and what `made` makes of them, rounded to hundredths.
    fn columns(made: impl Fn(f64, f64, f64, f64) -> f64) -> (Explained, Vec<TermColumn>) {
        let mut draw = draws();
        let rows: Vec<[f64; 4]> = (0..60)
            .map(|_| {
                let n = 4.0 + draw(300);
                [n, n * (5_000.0 + draw(4_000)), n * (2_000.0 + draw(2_000)) + draw(9_000), draw(401)]
            })
            .collect();
        let y = rows.iter().map(|&[n, a, b, odd]| ((100.0 * made(n, a, b, odd)).round() / 100.0, 0.005)).collect();
        let column = |at: usize| {
            let cells = rows.iter().map(|row| Some((row[at], 0.0))).collect();
            TermColumn { term: DerivedTerm::own_figure(at), cells }
        };
        (Explained::from_numbers(3, y), (0..3).map(column).collect())
    }

    fn measures(terms: &[(DerivedTerm, f64)]) -> Vec<usize> {
        terms.iter().map(|(term, _)| term.measure).collect()
    }

    #[test]
    fn quotients_with_a_sum_are_found() {
        let (y, found) = columns(|n, a, b, _| (a + b) / n);
        let Some(DerivationForm::Ratio(over, under)) = find_ratio(&y, &found).map(|found| found.form) else {
            panic!("spending a student")
        };
        assert_eq!((measures(&over), measures(&under)), (vec![1, 2], vec![0]));
        let (y, found) = columns(|_, a, b, odd| (a + b) / (20.0 + odd));
        assert_eq!(find_ratio(&y, &found), None, "divided by something else");
    }

    #[test]
    fn quotients_that_come_near_are_found_and_scores_are_none() {
        let (y, found) = columns(|n, a, _, odd| a / (n * (0.98 + odd / 10_000.0)));
        assert_eq!(find_ratio(&y, &found), None);
        let near = find_near(&y, &found, 100.0).map(|found| found.form);
        let [students, spending] = [0, 1].map(DerivedTerm::own_figure);
        assert_eq!(near, Some(DerivationForm::Near(spending, students)));
        let (y, found) = columns(|_, _, _, odd| 480.0 + odd / 20.0);
        assert_eq!(find_near(&y, &found, 100.0), None, "all within some percent of 490");
    }
}
