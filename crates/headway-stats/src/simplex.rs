//! Least and most of one count after the other over the same equations: a dense simplex that goes on from the last
//! vertex. Rows come from tables, so that nearly all entries are whole and small; what is within rounding of a whole
//! number is set to it, and the choice of pivots (Bland's) can't cycle but by rounding. Where rounding stands in the way
//! nothing is proved, and the answer is `None`: whoever asks takes that as not safe.

const TINY: f64 = 1e-9;
/// What may be left of the makeshift variables, and what an equation may be off by for each one of its right side.
const SOLVED: f64 = 1e-6;
/// Pivots for each cell and row that one question may take: far beyond what any table took, and short of endless.
const PIVOTS: usize = 100;

/// Terms (cell, coefficient) and right side.
pub(crate) type Equation = (Vec<(usize, f64)>, f64);

/// How a walk ended.
#[derive(PartialEq)]
enum Walk {
    /// At the least cost.
    AtLeast,
    /// The cost falls without end.
    Endless,
    /// Not at all: only rounding lets it go on for so long.
    Lost,
}

/// The solutions with no negative count, at one of their vertices.
pub(crate) struct SimplexSolver {
    cells: usize,
    /// The equations as they were given.
    given: Vec<Equation>,
    /// Rows of `cells` entries and the right side, solved for the basis.
    rows: Vec<Vec<f64>>,
    /// The cell that each row gives; `cells` or more is none yet.
    basis: Vec<usize>,
    /// Cells that were 0 at some vertex: their least is known.
    was_zero: Vec<bool>,
}

impl SimplexSolver {
    /// The solutions of `rows` (terms, right side). `None` if none was found: there is none, or rounding stood in the way.
    pub(crate) fn new(cells: usize, given: Vec<Equation>) -> Option<Self> {
        let dense = |(terms, right): &Equation| {
            let mut row = vec![0.0; cells + 1];
            for &(i, k) in terms {
                row[i] = k;
            }
            row[cells] = *right;
            if *right < 0.0 {
                row.iter_mut().for_each(|x| *x = -*x);
            }
            row
        };
        let rows: Vec<Vec<f64>> = given.iter().map(dense).collect();
        let basis = (cells..cells + rows.len()).collect();
        let mut simplex = Self { cells, given, rows, basis, was_zero: vec![false; cells] };
        simplex.start_basis().then(|| {
            simplex.note_zeros();
            simplex
        })
    }

    /// Drives the rows' own makeshift variables to zero and out, and drops rows that say nothing new. False if they do not
    /// come to zero.
    fn start_basis(&mut self) -> bool {
        let mut cost = vec![0.0; self.cells + 1];
        for row in &self.rows {
            for (c, x) in cost.iter_mut().zip(row) {
                *c -= x;
            }
        }
        if self.walk_down(&mut cost) != Walk::AtLeast || cost[self.cells].abs() >= SOLVED {
            return false;
        }
        for at in (0..self.rows.len()).rev() {
            if self.basis[at] >= self.cells {
                match (0..self.cells).find(|&j| self.rows[at][j].abs() > TINY) {
                    Some(j) => self.pivot(at, j, &mut []),
                    None => {
                        self.rows.swap_remove(at);
                        self.basis.swap_remove(at);
                    }
                }
            }
        }
        true
    }

    /// The least that cell `i` can be.
    pub(crate) fn least_of_cell(&mut self, i: usize) -> Option<f64> {
        if self.was_zero[i] {
            return self.is_solved().then_some(0.0);
        }
        let mut cost = self.reduced_costs(i, 1.0);
        // No count is below zero: only rounding could let it fall without end.
        (self.walk_down(&mut cost) == Walk::AtLeast && self.is_solved()).then(|| self.cell_value(i))
    }

    /// The most that cell `i` can be; may be infinite.
    pub(crate) fn most_of_cell(&mut self, i: usize) -> Option<f64> {
        let mut cost = self.reduced_costs(i, -1.0);
        match self.walk_down(&mut cost) {
            Walk::Lost => None,
            _ if !self.is_solved() => None,
            Walk::AtLeast => Some(self.cell_value(i)),
            Walk::Endless => Some(f64::INFINITY),
        }
    }

    /// Whether the counts at this vertex solve the equations as they were given, none of them negative.
    fn is_solved(&self) -> bool {
        let mut counts = vec![0.0; self.cells];
        for (row, &b) in self.rows.iter().zip(&self.basis) {
            counts[b] = row[self.cells];
        }
        let off = |(terms, right): &Equation| terms.iter().map(|&(i, k)| k * counts[i]).sum::<f64>() - right;
        counts.iter().all(|&count| count > -SOLVED)
            && self.given.iter().all(|given| off(given).abs() < SOLVED * given.1.abs().max(1.0))
    }

    /// Cell `i` at the vertex where the last question ended.
    pub(crate) fn cell_value(&self, i: usize) -> f64 {
        self.basis.iter().position(|&b| b == i).map_or(0.0, |at| self.rows[at][self.cells])
    }

    /// Reduced costs of `sign` times cell `i`.
    fn reduced_costs(&self, i: usize, sign: f64) -> Vec<f64> {
        let mut cost = vec![0.0; self.cells + 1];
        match self.basis.iter().position(|&b| b == i) {
            None => cost[i] = sign,
            Some(at) => {
                for (c, x) in cost.iter_mut().zip(&self.rows[at]) {
                    *c = -sign * x;
                }
                cost[i] = 0.0;
            }
        }
        cost
    }

    /// Walks from vertex to vertex while the cost falls.
    fn walk_down(&mut self, cost: &mut [f64]) -> Walk {
        for _ in 0..PIVOTS * (self.cells + self.rows.len()) {
            let Some(enter) = (0..self.cells).find(|&j| cost[j] < -TINY) else { return Walk::AtLeast };
            let mut leave: Option<(f64, usize)> = None;
            for (at, row) in self.rows.iter().enumerate() {
                if row[enter] > TINY {
                    let step = row[self.cells] / row[enter];
                    let first = leave.is_none_or(|(least, other)| {
                        step < least - TINY || (step < least + TINY && self.basis[at] < self.basis[other])
                    });
                    if first {
                        leave = Some((step, at));
                    }
                }
            }
            let Some((_, at)) = leave else { return Walk::Endless };
            self.pivot(at, enter, cost);
            self.note_zeros();
        }
        Walk::Lost
    }

    fn note_zeros(&mut self) {
        let mut positive = vec![false; self.cells];
        for (row, &b) in self.rows.iter().zip(&self.basis) {
            if b < self.cells && row[self.cells] > TINY {
                positive[b] = true;
            }
        }
        // Before the start is done the counts do not solve the relations yet.
        if self.basis.iter().all(|&b| b < self.cells) {
            for (zero, positive) in self.was_zero.iter_mut().zip(positive) {
                *zero |= !positive;
            }
        }
    }

    fn pivot(&mut self, at: usize, enter: usize, cost: &mut [f64]) {
        let scale = 1.0 / self.rows[at][enter];
        let mut pivot_row = std::mem::take(&mut self.rows[at]);
        pivot_row.iter_mut().for_each(|x| *x = clean_rounding(*x * scale));
        let support: Vec<usize> = (0..pivot_row.len()).filter(|&j| pivot_row[j] != 0.0).collect();
        let clear = |row: &mut [f64]| {
            let factor = row[enter];
            if factor != 0.0 {
                for &j in &support {
                    row[j] = clean_rounding(row[j] - factor * pivot_row[j]);
                }
                row[enter] = 0.0;
            }
        };
        self.rows.iter_mut().filter(|row| !row.is_empty()).for_each(|row| clear(row));
        if !cost.is_empty() {
            clear(cost);
        }
        self.rows[at] = pivot_row;
        self.basis[at] = enter;
    }
}

fn clean_rounding(x: f64) -> f64 {
    let whole = x.round();
    if (x - whole).abs() < TINY { whole } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two counts that add up to 5, and the second is at most 3.
    fn simplex() -> SimplexSolver {
        let equations = vec![(vec![(0, 1.0), (1, 1.0)], 5.0), (vec![(1, 1.0), (2, 1.0)], 3.0)];
        SimplexSolver::new(3, equations).expect("there are such counts")
    }

    #[test]
    fn least_and_most() {
        let mut simplex = simplex();
        assert_eq!([simplex.least_of_cell(0), simplex.most_of_cell(0)], [Some(2.0), Some(5.0)]);
        assert_eq!([simplex.least_of_cell(1), simplex.most_of_cell(1)], [Some(0.0), Some(3.0)]);
        let mut open = SimplexSolver::new(2, vec![(vec![(0, 1.0), (1, -1.0)], 1.0)]).expect("there are such counts");
        assert_eq!([open.least_of_cell(0), open.most_of_cell(0)], [Some(1.0), Some(f64::INFINITY)]);
        assert!(SimplexSolver::new(1, vec![(vec![(0, 1.0)], -1.0)]).is_none(), "no count is negative");
    }

    #[test]
    fn what_rounding_moved_is_not_proved() {
        let at = |by: f64| {
            let mut simplex = simplex();
            simplex.rows[0][3] += by;
            [simplex.least_of_cell(0), simplex.most_of_cell(0), simplex.least_of_cell(1), simplex.most_of_cell(1)]
        };
        assert!(at(1e-12).iter().all(Option::is_some), "within what rounding may do");
        assert_eq!(at(0.01), [None; 4]);
    }
}
