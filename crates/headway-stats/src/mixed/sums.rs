//! The sums a random intercept model needs, gathered row by row: one pass, any order, mergeable.

use super::FitFailure;
use super::solve::{CholeskyFactor, packed_index, packed_len};

/// Sufficient statistics of y = b0 + x'b + u_unit + e: sums and cross products over all rows, and sums by unit.
/// Rows need not be kept, nor come in any order; sums over parts of the rows [`merge`](MixedSums::merge) into the whole.
///
/// Units are numbered from 0 by the caller; memory is (covariates + 3) numbers a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedSums {
    /// Covariates and y behind them.
    width: usize,
    rows: u64,
    left_out: u64,
    /// Sum of ln weight, which the REML criterion needs.
    ln_weights: f64,
    /// Packed cross products of (1, x, y).
    cross: Vec<f64>,
    /// (weight, x, y) sums of each unit, one after another.
    by_unit: Vec<f64>,
    unit_rows: Vec<u32>,
}

impl MixedSums {
    /// Empty sums for rows of this many covariates, the intercept not counted.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// // Students by school, with one covariate: what they knew a year before.
    /// let mut sums = MixedSums::new(1);
    /// sums.add_row(0, &[512.0], 530.0);
    /// assert_eq!((sums.rows(), sums.units()), (1, 1));
    /// ```
    #[must_use]
    pub fn new(covariates: usize) -> MixedSums {
        let width = covariates + 1;
        MixedSums {
            width,
            rows: 0,
            left_out: 0,
            ln_weights: 0.0,
            cross: vec![0.0; packed_len(width + 1)],
            by_unit: Vec::new(),
            unit_rows: Vec::new(),
        }
    }

    /// Adds one row; `x` has one value a covariate. A row with a value that is not finite is left out and counted.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let mut sums = MixedSums::new(1);
    /// sums.add_row(0, &[512.0], 530.0);
    /// sums.add_row(0, &[f64::NAN], 541.0);
    /// assert_eq!((sums.rows(), sums.left_out()), (1, 1));
    /// ```
    pub fn add_row(&mut self, unit: usize, x: &[f64], y: f64) {
        self.add_weighted(unit, x, y, 1.0);
    }

    /// Adds one row whose error variance is sigma^2 / weight. A weight that is not positive leaves the row out. Whether it
    /// was taken in.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let mut sums = MixedSums::new(0);
    /// for school in 0..2 {
    ///     sums.add_weighted(school, &[], 530.0, 25.0); // means of 25 and of 75 students
    ///     sums.add_weighted(school, &[], 542.0, 75.0);
    /// }
    /// assert!(!sums.add_weighted(1, &[], 541.0, 0.0), "of nobody");
    /// // The schools do not differ, so their mean is that of all students: (530 + 3 (542)) / 4.
    /// assert!((sums.fit().unwrap().fixef[0] - 539.0).abs() < 1e-9);
    /// ```
    pub fn add_weighted(&mut self, unit: usize, x: &[f64], y: f64, weight: f64) -> bool {
        assert_eq!(x.len() + 1, self.width, "a row has one value for each covariate");
        if !(y.is_finite() && weight > 0.0 && weight.is_finite() && x.iter().all(|v| v.is_finite())) {
            self.left_out += 1;
            return false;
        }
        if unit >= self.unit_rows.len() {
            self.unit_rows.resize(unit + 1, 0);
            self.by_unit.resize((unit + 1) * (self.width + 1), 0.0);
        }
        self.rows += 1;
        self.unit_rows[unit] += 1;
        if weight != 1.0 {
            self.ln_weights += weight.ln();
        }
        let sums = &mut self.by_unit[unit * (self.width + 1)..][..self.width + 1];
        let mut at = 0;
        let mut cross_column = |value: f64, before: &[f64], sum: &mut f64| {
            let weighted = weight * value;
            *sum += weighted;
            let column = &mut self.cross[at..at + before.len() + 2];
            column[0] += weighted;
            for (entry, other) in column[1..].iter_mut().zip(before) {
                *entry += weighted * other;
            }
            column[before.len() + 1] += weighted * value;
            at += before.len() + 2;
        };
        // Column 0 is the intercept: its square is the weight itself.
        sums[0] += weight;
        for (j, value) in x.iter().enumerate() {
            cross_column(*value, &x[..j], &mut sums[j + 1]);
        }
        cross_column(y, x, &mut sums[self.width]);
        true
    }

    /// Adds the sums of other rows; units keep their numbers.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let gather = |rows: &[(usize, f64)]| {
    ///     let mut sums = MixedSums::new(0);
    ///     rows.iter().for_each(|(unit, y)| sums.add_row(*unit, &[], *y));
    ///     sums
    /// };
    /// let (mut first, second) = (gather(&[(0, 530.0), (1, 500.0)]), gather(&[(0, 541.0), (2, 520.0)]));
    /// first.merge(&second);
    /// assert_eq!((first.rows(), first.units()), (4, 3));
    /// assert_eq!(first, gather(&[(0, 530.0), (0, 541.0), (1, 500.0), (2, 520.0)]));
    /// ```
    pub fn merge(&mut self, other: &MixedSums) {
        assert_eq!(self.width, other.width, "sums of the same covariates merge");
        if other.unit_rows.len() > self.unit_rows.len() {
            self.unit_rows.resize(other.unit_rows.len(), 0);
            self.by_unit.resize(other.by_unit.len(), 0.0);
        }
        self.rows += other.rows;
        self.left_out += other.left_out;
        self.ln_weights += other.ln_weights;
        self.cross.iter_mut().zip(&other.cross).for_each(|(a, b)| *a += b);
        self.by_unit.iter_mut().zip(&other.by_unit).for_each(|(a, b)| *a += b);
        self.unit_rows.iter_mut().zip(&other.unit_rows).for_each(|(a, b)| *a += b);
    }

    /// Rows taken in.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let mut sums = MixedSums::new(0);
    /// sums.add_row(0, &[], 530.0);
    /// sums.add_row(0, &[], f64::NAN);
    /// assert_eq!(sums.rows(), 1);
    /// ```
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows left out because a value was missing.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let mut sums = MixedSums::new(0);
    /// sums.add_row(0, &[], f64::NAN);
    /// assert_eq!(sums.left_out(), 1);
    /// ```
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Units numbered so far, those without a row included.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// let mut sums = MixedSums::new(0);
    /// sums.add_row(4, &[], 530.0);
    /// assert_eq!(sums.units(), 5); // 0 to 4, four of them without a row
    /// ```
    #[must_use]
    pub fn units(&self) -> usize {
        self.unit_rows.len()
    }

    /// The sums about the weighted means of the columns, which keeps far-off columns (years, counts) accurate.
    pub(super) fn center_sums(&self) -> CenteredSums {
        let width = self.width;
        let step = width + 1;
        let total: f64 = self.by_unit.iter().step_by(step).sum();
        // cross holds columns 1..=width; column j begins at packed(0, j) - 1 for want of column 0.
        let cross = |i: usize, j: usize| self.cross[packed_index(i, j) - 1];
        let means: Vec<f64> = (1..=width).map(|j| cross(0, j) / total).collect();
        let mut xx = vec![0.0; packed_len(width)];
        xx[0] = total;
        for j in 1..width {
            for i in 1..=j {
                xx[packed_index(i, j)] = cross(i, j) - total * means[i - 1] * means[j - 1];
            }
        }
        let y_mean = means[width - 1];
        let mut xy = vec![0.0; width];
        for (i, entry) in xy.iter_mut().enumerate().skip(1) {
            *entry = cross(i, width) - total * means[i - 1] * y_mean;
        }
        let yy = cross(width, width) - total * y_mean * y_mean;
        // Results that are all alike leave nothing but rounding.
        let yy = if yy <= 4.0 * f64::EPSILON * cross(width, width) { 0.0 } else { yy };
        let mut by_unit = self.by_unit.clone();
        for unit in by_unit.chunks_exact_mut(step) {
            for j in 1..=width {
                unit[j] -= unit[0] * means[j - 1];
            }
        }
        let (rows, ln_weights) = (self.rows as f64, self.ln_weights);
        CenteredSums { width, rows, ln_weights, means, xx, xy, yy, by_unit, unit_rows: self.unit_rows.clone() }
    }
}

/// Sums about the means: columns are (1, x - mean x), then y - mean y.
#[derive(Debug)]
pub(super) struct CenteredSums {
    /// Coefficients: the intercept and the covariates.
    pub(super) width: usize,
    pub(super) rows: f64,
    pub(super) ln_weights: f64,
    /// Means of the covariates, then of y.
    pub(super) means: Vec<f64>,
    pub(super) xx: Vec<f64>,
    pub(super) xy: Vec<f64>,
    pub(super) yy: f64,
    /// (weight, x, y) sums by unit, `width + 1` numbers each.
    pub(super) by_unit: Vec<f64>,
    pub(super) unit_rows: Vec<u32>,
}

impl CenteredSums {
    /// Enough rows and units for a variance between units, and no covariate that follows from others.
    pub(super) fn check_usable(&self) -> Result<(), FitFailure> {
        if self.unit_rows.iter().filter(|n| **n > 0).count() < 2 || self.rows <= self.width as f64 {
            return Err(FitFailure::TooFew);
        }
        CholeskyFactor::new(self.width, &self.xx).map(|_| ())
    }

    /// REML deviance less the units' part: ln|A| and the residual sum of squares.
    pub(super) fn reml_deviance(&self, factor: &CholeskyFactor, r2: f64) -> f64 {
        let freedom = self.rows - self.width as f64;
        let scale = 1.0 + (2.0 * std::f64::consts::PI * r2 / freedom).ln();
        factor.ln_det() + freedom * scale - self.ln_weights
    }

    /// Coefficients and standard errors from `b` about the means and the factor of its precision: the intercept is moved
    /// from the means of the covariates back to 0.
    pub(super) fn coefficients(&self, factor: &CholeskyFactor, b: &[f64], sigma2: f64) -> (Vec<f64>, Vec<f64>) {
        let p = self.width;
        let inverse = factor.inverse();
        let mut fixef = b.to_vec();
        fixef[0] += self.means[p - 1] - fixef[1..].iter().zip(&self.means).map(|(b, m)| b * m).sum::<f64>();
        // The intercept at 0 is c'b with c = (1, -means).
        let c: Vec<f64> = std::iter::once(1.0).chain(self.means[..p - 1].iter().map(|m| -m)).collect();
        let at_zero: f64 = (0..p).map(|i| c[i] * (0..p).map(|j| inverse[i][j] * c[j]).sum::<f64>()).sum();
        let mut se: Vec<f64> = (0..p).map(|i| (sigma2 * inverse[i][i]).sqrt()).collect();
        se[0] = (sigma2 * at_zero).sqrt();
        (fixef, se)
    }
}
