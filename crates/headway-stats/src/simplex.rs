//! Least and most of one count after the other over the same equations: a dense simplex that goes on from the last
//! vertex. Rows come from tables, so that nearly all entries are whole and small; what is within rounding of a whole
//! number is set to it, and the choice of pivots (Bland's) can't cycle.

const TINY: f64 = 1e-9;
/// What may be left of the makeshift variables.
const SOLVED: f64 = 1e-6;

/// The solutions with no negative count, at one of their vertices.
pub(crate) struct Simplex {
    cells: usize,
    /// Rows of `cells` entries and the right side, solved for the basis.
    rows: Vec<Vec<f64>>,
    /// The cell that each row gives; `cells` or more is none yet.
    basis: Vec<usize>,
    /// Cells that were 0 at some vertex: their least is known.
    was_zero: Vec<bool>,
}

impl Simplex {
    /// The solutions of `rows` (terms, right side). `None` if none was found: there is none, or rounding stood in the way.
    pub(crate) fn new(cells: usize, rows: &[(Vec<(usize, f64)>, f64)]) -> Option<Self> {
        let dense = |(terms, right): &(Vec<(usize, f64)>, f64)| {
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
        let rows: Vec<Vec<f64>> = rows.iter().map(dense).collect();
        let basis = (cells..cells + rows.len()).collect();
        let mut simplex = Self { cells, rows, basis, was_zero: vec![false; cells] };
        simplex.start().then(|| {
            simplex.note_zeros();
            simplex
        })
    }

    /// Drives the rows' own makeshift variables to zero and out, and drops rows that say nothing new. False if they do not
    /// come to zero.
    fn start(&mut self) -> bool {
        let mut cost = vec![0.0; self.cells + 1];
        for row in &self.rows {
            for (c, x) in cost.iter_mut().zip(row) {
                *c -= x;
            }
        }
        self.descend(&mut cost);
        if cost[self.cells].abs() >= SOLVED {
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
    pub(crate) fn least(&mut self, i: usize) -> f64 {
        if self.was_zero[i] {
            return 0.0;
        }
        let mut cost = self.cost(i, 1.0);
        // No count is below zero: only rounding could let it fall without end.
        if self.descend(&mut cost) { self.value(i) } else { 0.0 }
    }

    /// The most that cell `i` can be; may be infinite.
    pub(crate) fn most(&mut self, i: usize) -> f64 {
        let mut cost = self.cost(i, -1.0);
        if self.descend(&mut cost) { self.value(i) } else { f64::INFINITY }
    }

    /// Cell `i` at the vertex where the last question ended.
    pub(crate) fn value(&self, i: usize) -> f64 {
        self.basis.iter().position(|&b| b == i).map_or(0.0, |at| self.rows[at][self.cells])
    }

    /// Reduced costs of `sign` times cell `i`.
    fn cost(&self, i: usize, sign: f64) -> Vec<f64> {
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

    /// Walks from vertex to vertex while the cost falls; false if it falls without end.
    fn descend(&mut self, cost: &mut [f64]) -> bool {
        while let Some(enter) = (0..self.cells).find(|&j| cost[j] < -TINY) {
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
            let Some((_, at)) = leave else { return false };
            self.pivot(at, enter, cost);
            self.note_zeros();
        }
        true
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
        pivot_row.iter_mut().for_each(|x| *x = clean(*x * scale));
        let support: Vec<usize> = (0..pivot_row.len()).filter(|&j| pivot_row[j] != 0.0).collect();
        let clear = |row: &mut [f64]| {
            let factor = row[enter];
            if factor != 0.0 {
                for &j in &support {
                    row[j] = clean(row[j] - factor * pivot_row[j]);
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

fn clean(x: f64) -> f64 {
    let whole = x.round();
    if (x - whole).abs() < TINY { whole } else { x }
}
