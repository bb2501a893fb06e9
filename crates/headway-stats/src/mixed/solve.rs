//! Small symmetric positive definite systems: Cholesky factor of a matrix held as its packed upper triangle.

use super::FitFailure;

/// Index of (row, column), row <= column, in a packed upper triangle: column after column.
pub(crate) fn packed_index(row: usize, column: usize) -> usize {
    debug_assert!(row <= column);
    column * (column + 1) / 2 + row
}

/// Entries of a packed triangle of `p` columns.
pub(crate) fn packed_len(p: usize) -> usize {
    p * (p + 1) / 2
}

/// A factor U with U'U = A.
#[derive(Debug, Clone)]
pub(crate) struct CholeskyFactor {
    p: usize,
    u: Vec<f64>,
}

impl CholeskyFactor {
    /// Factors `a`. A column of which less than 1e-10 of its own square is left after the columns before it is taken as
    /// a sum of those.
    pub(crate) fn new(p: usize, a: &[f64]) -> Result<CholeskyFactor, FitFailure> {
        let mut u = a.to_vec();
        for j in 0..p {
            for i in 0..=j {
                let mut sum = a[packed_index(i, j)];
                for k in 0..i {
                    sum -= u[packed_index(k, i)] * u[packed_index(k, j)];
                }
                if i < j {
                    u[packed_index(i, j)] = sum / u[packed_index(i, i)];
                } else if sum > 1e-10 * a[packed_index(j, j)] {
                    u[packed_index(j, j)] = sum.sqrt();
                } else {
                    return Err(FitFailure::Collinear(j));
                }
            }
        }
        Ok(CholeskyFactor { p, u })
    }

    /// ln |A|.
    pub(crate) fn ln_det(&self) -> f64 {
        (0..self.p).map(|j| 2.0 * self.u[packed_index(j, j)].ln()).sum()
    }

    /// Solves U'z = b in place. The squared length of z is b'A^-1 b.
    pub(crate) fn solve_forward(&self, b: &mut [f64]) {
        for j in 0..self.p {
            let done: f64 = (0..j).map(|k| self.u[packed_index(k, j)] * b[k]).sum();
            b[j] = (b[j] - done) / self.u[packed_index(j, j)];
        }
    }

    /// Solves U x = z in place.
    pub(crate) fn solve_backward(&self, b: &mut [f64]) {
        for i in (0..self.p).rev() {
            let done: f64 = (i + 1..self.p).map(|k| self.u[packed_index(i, k)] * b[k]).sum();
            b[i] = (b[i] - done) / self.u[packed_index(i, i)];
        }
    }

    /// Solves A x = b in place.
    pub(crate) fn solve(&self, b: &mut [f64]) {
        self.solve_forward(b);
        self.solve_backward(b);
    }

    /// A^-1 as full rows.
    pub(crate) fn inverse(&self) -> Vec<Vec<f64>> {
        (0..self.p)
            .map(|i| {
                let mut row = vec![0.0; self.p];
                row[i] = 1.0;
                self.solve(&mut row);
                row
            })
            .collect()
    }
}
