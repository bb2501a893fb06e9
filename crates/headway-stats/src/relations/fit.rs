//! A column that is made of others with any coefficients: an index with weights over outcomes, a difference of rates.

/// The most columns that are looked at at once.
pub const MOST_REGRESSORS: usize = 16;
/// So many rows more than coefficients are needed.
const MORE_ROWS: usize = 8;
/// How often the rows that fit worst are left out and the rest is fitted again.
const ROUNDS: usize = 8;
/// A fit that would come about by accident more often than this is none.
const RARE: f64 = 1e-6;
/// Fitted coefficients are a little off for the rounding of what they were fitted to: so much more room is given.
const ROOM: f64 = 1.5;
/// A column is a sum of those before it if so little of it is left.
const NOTHING: f64 = 1e-9;

/// One row: the columns, how far each may be off for being rounded, and the same of what may be made of them.
#[derive(Clone, Debug)]
pub struct FitRow {
    /// Columns, each with half the unit that it is rounded to.
    pub x: Vec<(f64, f64)>,
    /// What is explained, with half its unit.
    pub y: (f64, f64),
}

/// How a column is made of others.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnFit {
    /// The coefficient of each column; 0 where it takes no part.
    pub coefficients: Vec<f64>,
    /// What is added to all.
    pub constant: f64,
    /// In how many rows it holds, up to rounding.
    pub held: u64,
    /// Of how many.
    pub of: u64,
    /// The chance that it holds so often by accident, about.
    pub chance: f64,
}

impl ColumnFit {
    /// Whether it holds in a row, up to rounding.
    ///
    /// ```
    /// use headway_stats::relations::{ColumnFit, FitRow};
    /// // Twice the column and 1, published to the tenth: half a tenth off is rounding, three tenths are not.
    /// let fit = ColumnFit { coefficients: vec![2.0], constant: 1.0, held: 30, of: 30, chance: 0.0 };
    /// let row = |y| FitRow { x: vec![(4.0, 0.0)], y: (y, 0.05) };
    /// assert!(fit.holds_in_row(&row(9.05)));
    /// assert!(!fit.holds_in_row(&row(9.3)));
    /// ```
    pub fn holds_in_row(&self, row: &FitRow) -> bool {
        times_off(row, &self.coefficients, self.constant) <= 1.0
    }
}

/// How many times its room for rounding a row is off what these coefficients make of it.
fn times_off(row: &FitRow, coefficients: &[f64], constant: f64) -> f64 {
    let made: f64 = row.x.iter().zip(coefficients).map(|((x, _), c)| c * x).sum();
    let room: f64 = row.x.iter().zip(coefficients).map(|((_, half), c)| c.abs() * half).sum();
    (row.y.0 - made - constant).abs() / ((row.y.1 + room) * ROOM + 1e-9)
}

/// Fits by least squares over rows that are complete, without those that fit worst, and takes columns out as long as it holds
/// without them. Nothing where it does not hold, up to rounding, in nine of ten rows, or where there are not many more rows than
/// coefficients. The answer depends on the order of columns alone.
///
/// ```
/// use headway_stats::relations::{FitRow, fit_relation};
/// // An index of half of one rate and a quarter of another; the third takes no part.
/// let rates = |i: i32| [f64::from(i * 37 % 101), f64::from(i * 61 % 97), f64::from(i * 13 % 89)];
/// let row = |[a, b, c]: [f64; 3]| FitRow { x: [a, b, c].map(|x| (x, 0.0)).to_vec(), y: (0.5 * a + 0.25 * b, 0.005) };
/// let fit = fit_relation(&(1..=40).map(|i| row(rates(i))).collect::<Vec<FitRow>>()).unwrap();
/// assert!((fit.coefficients[0] - 0.5).abs() < 1e-9 && (fit.coefficients[1] - 0.25).abs() < 1e-9);
/// assert_eq!((fit.coefficients[2], fit.held, fit.of), (0.0, 40, 40));
/// ```
pub fn fit_relation(rows: &[FitRow]) -> Option<ColumnFit> {
    let columns = rows.first()?.x.len();
    if columns == 0 || columns > MOST_REGRESSORS {
        return None;
    }
    let mut used: Vec<usize> = (0..columns).collect();
    let mut best = fit_with(rows, &used, columns)?;
    for column in (0..columns).rev() {
        let without: Vec<usize> = used.iter().copied().filter(|&c| c != column).collect();
        if best.coefficients[column] == 0.0 {
            used = without;
        } else if !without.is_empty()
            && let Some(fit) = fit_with(rows, &without, columns).filter(|fit| fit.held >= best.held)
        {
            (used, best) = (without, fit);
        }
    }
    Some(best)
}

/// The chance that one column comes within its rounding of another `held` times by accident, where its values spread like this.
///
/// ```
/// use headway_stats::relations::by_accident;
/// // Values from 0 to 100, nine tenths of them between 5 and 95, in whole numbers: one meets another once in 90.
/// let y: Vec<(f64, f64)> = (0..=100).map(|i| (f64::from(i), 0.5)).collect();
/// assert!((by_accident(&y, 1) - 1.0 / 90.0).abs() < 1e-12);
/// assert!((by_accident(&y, 2) - 1.0 / 8100.0).abs() < 1e-12);
/// ```
pub fn by_accident(y: &[(f64, f64)], held: usize) -> f64 {
    let mut values: Vec<f64> = y.iter().map(|(value, _)| *value).collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    let spread = if values.is_empty() { 0.0 } else { at(0.95) - at(0.05) };
    let room = y.iter().map(|(_, half)| 2.0 * half).fold(0.0, f64::max);
    // Never less than one in a million a row: values repeat themselves.
    let one = if spread > 0.0 { (room / spread).clamp(1e-6, 1.0) } else { 1.0 };
    one.powi(i32::try_from(held).unwrap_or(i32::MAX))
}

fn fit_with(rows: &[FitRow], used: &[usize], columns: usize) -> Option<ColumnFit> {
    let least = 2 * (used.len() + 1) + MORE_ROWS;
    if rows.len() < least {
        return None;
    }
    let mut within: Vec<usize> = (0..rows.len()).collect();
    let mut last = None;
    for _ in 0..ROUNDS {
        let (coefficients, constant) = solve_least_squares(rows, &within, used, columns)?;
        let off = rows.iter().map(|row| times_off(row, &coefficients, constant));
        let mut order: Vec<(f64, usize)> = off.zip(0..).collect();
        let held = order.iter().filter(|(times, _)| *times <= 1.0).count();
        last = Some((coefficients, constant, held));
        if held == rows.len() {
            break;
        }
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let keep = (rows.len() * 9).div_ceil(10);
        let mut next: Vec<usize> = order.into_iter().take(keep).map(|(_, at)| at).collect();
        next.sort_unstable();
        if next == within {
            break;
        }
        within = next;
    }
    let (coefficients, constant, held) = last?;
    let free = coefficients.iter().filter(|c| **c != 0.0).count() + 1;
    let room = |row: &FitRow| row.x.iter().zip(&coefficients).map(|((_, half), c)| c.abs() * half).sum::<f64>();
    let y: Vec<(f64, f64)> = rows.iter().map(|row| (row.y.0, (row.y.1 + room(row)) * ROOM)).collect();
    let chance = by_accident(&y, held.saturating_sub(free));
    let holds = 10 * held >= 9 * rows.len() && chance < RARE && free > 1;
    holds.then_some(ColumnFit { coefficients, constant, held: held as u64, of: rows.len() as u64, chance })
}

/// Least squares over these rows and columns, by orthogonal columns; those that are sums of others get 0.
fn solve_least_squares(rows: &[FitRow], within: &[usize], used: &[usize], columns: usize) -> Option<(Vec<f64>, f64)> {
    let many = within.len() as f64;
    let mean = |of: &dyn Fn(&FitRow) -> f64| within.iter().map(|&at| of(&rows[at])).sum::<f64>() / many;
    let y_mean = mean(&|row| row.y.0);
    let mut rest: Vec<f64> = within.iter().map(|&at| rows[at].y.0 - y_mean).collect();
    // Gram-Schmidt twice over, with what each orthogonal column is made of.
    let mut base: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    let means: Vec<f64> = (0..columns).map(|c| mean(&|row| row.x[c].0)).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for &column in used {
        let mut vector: Vec<f64> = within.iter().map(|&at| rows[at].x[column].0 - means[column]).collect();
        let mut made = vec![0.0; columns];
        made[column] = 1.0;
        let size = dot(&vector, &vector);
        for _ in 0..2 {
            for (known, of) in &base {
                let times = dot(&vector, known) / dot(known, known);
                vector.iter_mut().zip(known).for_each(|(v, k)| *v -= times * k);
                made.iter_mut().zip(of).for_each(|(m, k)| *m -= times * k);
            }
        }
        if dot(&vector, &vector) > NOTHING * size.max(f64::MIN_POSITIVE) {
            base.push((vector, made));
        }
    }
    let mut coefficients = vec![0.0; columns];
    for (vector, made) in &base {
        let times = dot(&rest, vector) / dot(vector, vector);
        rest.iter_mut().zip(vector).for_each(|(r, v)| *r -= times * v);
        coefficients.iter_mut().zip(made).for_each(|(c, m)| *c += times * m);
    }
    let constant = y_mean - coefficients.iter().zip(&means).map(|(c, m)| c * m).sum::<f64>();
    let finite = constant.is_finite() && coefficients.iter().all(|c| c.is_finite());
    finite.then_some((coefficients, constant))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers below `most`, the same every time.
    fn draws() -> impl FnMut(u64) -> f64 {
        let mut state = 7u64;
        move |most| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % most) as f64
        }
    }

    /// An index of four shares that add up to 100, rounded to a tenth; every `odd`th row is another's.
    fn index(rows: usize, odd: usize) -> Vec<FitRow> {
        let mut draw = draws();
        let row = |at: usize| {
            let counts: Vec<f64> = (0..4).map(|_| 1.0 + draw(20)).collect();
            let n: f64 = counts.iter().sum();
            let x: Vec<(f64, f64)> = counts.iter().map(|k| (100.0 * k / n, 0.0)).collect();
            let made = 0.5 * x[1].0 + x[2].0 + 1.25 * x[3].0;
            let y = if odd > 0 && at.is_multiple_of(odd) { made + 7.0 } else { (made * 10.0).round() / 10.0 };
            FitRow { x, y: (y, 0.05) }
        };
        (0..rows).map(row).collect()
    }

    #[test]
    fn weights_of_an_index_are_found() {
        for odd in [0, 15] {
            let found = fit_relation(&index(60, odd)).unwrap_or_else(|| panic!("every {odd}th is off"));
            assert!(found.held >= 54, "{found:?}");
            let at = |k: [f64; 4]| found.constant + found.coefficients.iter().zip(k).map(|(c, k)| c * k).sum::<f64>();
            for (k, index) in [([100.0, 0.0, 0.0, 0.0], 0.0), ([0.0, 0.0, 100.0, 0.0], 100.0)] {
                assert!((at(k) - index).abs() < 0.5, "{found:?}");
            }
        }
    }

    #[test]
    fn what_is_made_of_something_else_is_not_found() {
        let mut draw = draws();
        let mut rows = index(60, 0);
        rows.iter_mut().for_each(|row| row.y.0 += draw(9));
        assert_eq!(fit_relation(&rows), None);
        assert_eq!(fit_relation(&index(12, 0)), None, "too few rows");
        assert_eq!(fit_relation(&[]), None);
    }

    #[test]
    fn accidents_are_rarer_the_finer_and_the_more() {
        let y: Vec<(f64, f64)> = (0..20).map(|at| (f64::from(at), 0.05)).collect();
        assert!(by_accident(&y, 10) < 1e-15);
        assert!(by_accident(&y, 1) > 1e-3);
        assert_eq!(by_accident(&[(3.0, 0.05); 9], 9), 1.0, "they are all the same");
    }
}
