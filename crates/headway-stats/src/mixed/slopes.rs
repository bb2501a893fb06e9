//! Random intercepts and slopes by restricted maximum likelihood, from sums alone: how far each unit stands from
//! expectation, and how much more (or less) of a covariate it turns into the outcome than units do on average.
//!
//! y = b0 + x'b + u_0 + u_1 s + e, (u_0, u_1) ~ N(0, S sigma^2) with correlation, s one of the covariates (lme4's
//! `(1 + s | unit)`). With G_j = Z_j'Z_j and W_j = (S^-1 + G_j)^-1: A = X'X - sum X'Z W Z'X, b = A^-1 (X'y - sum X'Z W Z'y),
//! r^2 = y'y - sum y'Z W Z'y - b'Ab, deviance = sum ln|I + G_j S| + ln|A| + (N - p)(1 + ln(2 pi r^2 / (N - p))).
//! S = LL' with L lower triangular: the search is over its three entries, which may take any sign, so a variance of 0 or a
//! correlation of 1 is no border to the search. Source: Bates et al. (2015); checked against lme4 1.1-31.

use super::effects::false_discoveries;
use super::newton::{FoundMinimum, PointGradient, minimize_newton};
use super::solve::CholeskyFactor;
use super::spread::SlopeSpread;
use super::sums::CenteredSums;
use super::{FitFailure, IntervalFlag, MixedSums};
use crate::normal;

/// What a model with slopes needs of the rows: the sums of [`MixedSums`], and by unit those of the slope's covariate times all
/// others. One pass, any order, mergeable.
///
/// ```
/// use headway_stats::mixed::SlopeSums;
/// // Three schools with lines 10 + x, 20 + 4 x and 12 + 7 x, off by .5, -1 and .5 at x = -1, 0 and 1; every row is the
/// // mean of four students.
/// let mut sums = SlopeSums::new(1, 0);
/// for (school, (level, slope)) in [(10.0, 1.0), (20.0, 4.0), (12.0, 7.0)].into_iter().enumerate() {
///     let mut own = SlopeSums::new(1, 0);
///     for (x, off) in [(-1.0, 0.5), (0.0, -1.0), (1.0, 0.5)] {
///         own.add_weighted(school, &[x], level + slope * x + off, 4.0);
///     }
///     sums.merge(&own);
/// }
/// let fit = sums.fit().unwrap();
/// // The variance within is 1.5 of a row and 6 of a student. Levels vary by 28 and slopes by 9, of which 1.5 / 3 and
/// // 1.5 / 2 are noise.
/// assert!((fit.fixef[0] - 14.0).abs() < 1e-6 && (fit.fixef[1] - 4.0).abs() < 1e-6);
/// assert!((fit.sigma - 6f64.sqrt()).abs() < 1e-3);
/// assert!((fit.tau2 - 27.5).abs() < 1e-3 && (fit.slope_tau2 - 8.25).abs() < 1e-3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SlopeSums {
    sums: MixedSums,
    slope: usize,
    width: usize,
    /// weight * s * (x, y) sums of each unit, one after another.
    by_unit: Vec<f64>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomSlopes {
    /// Intercept, then one coefficient a covariate.
    pub fixef: Vec<f64>,
    /// Their standard errors.
    pub se: Vec<f64>,
    /// Variance between units where the slope's covariate is 0.
    pub tau2: f64,
    /// Variance of the units' slopes.
    pub slope_tau2: f64,
    /// Covariance of the two.
    pub covariance: f64,
    /// Standard deviation within units.
    pub sigma: f64,
    /// REML deviance at the optimum.
    pub criterion: f64,
    /// tau2 / (tau2 + sigma^2): where the covariate is 0.
    pub icc: f64,
    /// One entry a unit, by its number.
    pub units: Vec<SlopeEffect>,
}

/// What a unit adds to expectation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeEffect {
    /// Rows of the unit.
    pub n: u32,
    /// Mean of y less expectation.
    pub mean_residual: f64,
    /// tau2 / (tau2 + sigma^2 / n): the share of the mean residual that would be kept without a slope.
    pub shrinkage: f64,
    /// Shrunken effect where the covariate is 0, in the unit of y.
    pub u: f64,
    /// Its comparative standard error.
    pub se: f64,
    /// Shrunken slope beyond the average one.
    pub slope: f64,
    /// Its comparative standard error.
    pub slope_se: f64,
    /// Whether the 95 % interval of `u` excludes 0.
    pub flag: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) of u / se; NaN without rows or where no variance was found.
    pub q: f64,
}

impl SlopeSums {
    /// Empty sums for rows of this many covariates, of which the one at `slope` (from 0) has a slope by unit.
    ///
    /// Example: [`SlopeSums`].
    ///
    /// # Panics
    /// If there is no such covariate.
    #[must_use]
    pub fn new(covariates: usize, slope: usize) -> SlopeSums {
        assert!(slope < covariates, "the slope is that of a covariate");
        SlopeSums { sums: MixedSums::new(covariates), slope, width: covariates + 1, by_unit: Vec::new() }
    }

    /// Adds one row, as [`MixedSums::add_row`].
    ///
    /// ```
    /// use headway_stats::mixed::SlopeSums;
    /// let (mut sums, mut weighted) = (SlopeSums::new(1, 0), SlopeSums::new(1, 0));
    /// sums.add_row(0, &[512.0], 530.0);
    /// weighted.add_weighted(0, &[512.0], 530.0, 1.0);
    /// assert_eq!(sums, weighted);
    /// ```
    pub fn add_row(&mut self, unit: usize, x: &[f64], y: f64) {
        self.add_weighted(unit, x, y, 1.0);
    }

    /// Adds one row whose error variance is sigma^2 / weight, as [`MixedSums::add_weighted`].
    ///
    /// Example: [`SlopeSums`].
    pub fn add_weighted(&mut self, unit: usize, x: &[f64], y: f64, weight: f64) {
        if !self.sums.add_weighted(unit, x, y, weight) {
            return;
        }
        self.by_unit.resize(self.sums.units() * self.width, 0.0);
        let sums = &mut self.by_unit[unit * self.width..][..self.width];
        let times = weight * x[self.slope];
        sums.iter_mut().zip(x.iter().chain(std::iter::once(&y))).for_each(|(sum, value)| *sum += times * value);
    }

    /// Adds the sums of other rows; units keep their numbers.
    ///
    /// Example: [`SlopeSums`].
    ///
    /// # Panics
    /// If the covariates or the slope differ.
    pub fn merge(&mut self, other: &SlopeSums) {
        assert_eq!(self.slope, other.slope, "sums of the same slope merge");
        self.sums.merge(&other.sums);
        self.by_unit.resize(self.sums.units() * self.width, 0.0);
        self.by_unit.iter_mut().zip(&other.by_unit).for_each(|(a, b)| *a += b);
    }

    /// Fits the model to what was gathered.
    ///
    /// Example: [`SlopeSums`].
    ///
    /// # Errors
    /// [`FitFailure`] where there are fewer than two units or rows than coefficients, no unit has three rows, a covariate
    /// follows from others, or the search does not settle.
    pub fn fit(&self) -> Result<RandomSlopes, FitFailure> {
        let sums = self.sums.center_sums();
        sums.check_usable()?;
        if sums.unit_rows.iter().all(|n| *n < 3) {
            return Err(FitFailure::TwoRowsEach);
        }
        let model = SlopeModel::new(sums, self);
        let least = model.search_least()?;
        model.finish_fit(&least)
    }
}

/// The sums about the means, the slope's covariate also in units of its own standard deviation.
struct SlopeModel {
    sums: CenteredSums,
    /// Column of the slope's covariate, the intercept counted.
    column: usize,
    /// Its standard deviation over all rows.
    unit: f64,
    /// As `sums.by_unit`, each row times the covariate.
    second: Vec<f64>,
}

/// A unit's two rows of sums, (weight, x, y) and the same times the slope's covariate.
struct SumPair<'a> {
    first: &'a [f64],
    second: &'a [f64],
    /// Z'Z: its entries (0, 0), (0, 1) and (1, 1).
    g: [f64; 3],
}

/// Everything that follows from the spread of the units.
struct SlopeProfile {
    factor: CholeskyFactor,
    b: Vec<f64>,
    r2: f64,
    ln_units: f64,
}

impl SlopeModel {
    fn new(sums: CenteredSums, given: &SlopeSums) -> SlopeModel {
        let (width, column) = (sums.width, given.slope + 1);
        let unit = (sums.xx[super::solve::packed_index(column, column)] / sums.xx[0]).sqrt();
        let mean = sums.means[given.slope];
        let mut second = Vec::with_capacity(sums.by_unit.len());
        for (first, raw) in sums.by_unit.chunks_exact(width + 1).zip(given.by_unit.chunks_exact(width)) {
            let weight = first[0];
            second.push(first[column] / unit);
            for (j, (raw, x)) in raw.iter().zip(&sums.means).enumerate() {
                // sum (s - mean)(x - x mean), from sums about 0 of s x and about the means of s and x.
                let plain = first[j + 1] + weight * x;
                second.push((raw - mean * plain - x * first[column]) / unit);
            }
        }
        SlopeModel { sums, column, unit, second }
    }

    fn unit_pairs(&self) -> impl Iterator<Item = SumPair<'_>> {
        let step = self.sums.width + 1;
        self.sums.by_unit.chunks_exact(step).zip(self.second.chunks_exact(step)).map(|(first, second)| SumPair {
            first,
            second,
            g: [first[0], second[0], second[self.column] / self.unit],
        })
    }

    /// The triangle with the least deviance. The first start is the customary one (as much between units as within), the
    /// second has hardly any slope: on few units the deviance can have two valleys.
    fn search_least(&self) -> Result<FoundMinimum, FitFailure> {
        let from = |start: [f64; 3]| minimize_newton(&start, |l| self.deviance(&SlopeSpread::new([l[0], l[1], l[2]])));
        let (first, second) = (from([1.0, 0.0, 1.0]), from([0.3, 0.0, 0.03]));
        match (first, second) {
            (Ok(a), Ok(b)) => Ok(if a.value <= b.value { a } else { b }),
            (a, b) => a.or(b),
        }
    }

    fn deviance(&self, spread: &SlopeSpread) -> Result<PointGradient, FitFailure> {
        let at = self.profile_at(spread)?;
        Ok(PointGradient { value: self.deviance_value(&at), slope: self.deviance_slope(spread, &at) })
    }

    fn profile_at(&self, spread: &SlopeSpread) -> Result<SlopeProfile, FitFailure> {
        let p = self.sums.width;
        let (mut a, mut xy, mut yy) = (self.sums.xx.clone(), self.sums.xy.clone(), self.sums.yy);
        let mut ln_units = 0.0;
        for unit in self.unit_pairs() {
            let [w00, w01, w11] = spread.conditional_covariance(unit.g);
            ln_units += spread.determinant(unit.g).ln();
            let (mut at, y) = (0, [unit.first[p], unit.second[p]]);
            let wy = [w00 * y[0] + w01 * y[1], w01 * y[0] + w11 * y[1]];
            for (j, xy) in xy.iter_mut().enumerate() {
                let x = [unit.first[j], unit.second[j]];
                let wx = [w00 * x[0] + w01 * x[1], w01 * x[0] + w11 * x[1]];
                for i in 0..=j {
                    a[at] -= wx[0] * unit.first[i] + wx[1] * unit.second[i];
                    at += 1;
                }
                *xy -= x[0] * wy[0] + x[1] * wy[1];
            }
            yy -= y[0] * wy[0] + y[1] * wy[1];
        }
        let factor = CholeskyFactor::new(p, &a)?;
        factor.solve_forward(&mut xy);
        let r2 = yy - xy.iter().map(|z| z * z).sum::<f64>();
        factor.solve_backward(&mut xy);
        if r2 > 0.0 { Ok(SlopeProfile { factor, b: xy, r2, ln_units }) } else { Err(FitFailure::NoNoise) }
    }

    fn deviance_value(&self, at: &SlopeProfile) -> f64 {
        at.ln_units + self.sums.reml_deviance(&at.factor, at.r2)
    }

    /// Derivatives of the deviance by the triangle's entries: 2 (Q L), Q the derivative by S, where b may be held still.
    fn deviance_slope(&self, spread: &SlopeSpread, at: &SlopeProfile) -> Vec<f64> {
        let p = self.sums.width;
        let freedom = self.sums.rows - p as f64;
        let mut q = [0.0; 3];
        let (mut x, mut z) = (vec![0.0; p], vec![0.0; p]);
        for unit in self.unit_pairs() {
            let rest = self.unit_rest(&unit, &at.b);
            x.copy_from_slice(&unit.first[..p]);
            z.copy_from_slice(&unit.second[..p]);
            at.factor.solve_forward(&mut x);
            at.factor.solve_forward(&mut z);
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let scale = freedom / at.r2;
            let lost = [
                dot(&x, &x) + scale * rest[0] * rest[0],
                dot(&x, &z) + scale * rest[0] * rest[1],
                dot(&z, &z) + scale * rest[1] * rest[1],
            ];
            spread.add_derivative(unit.g, lost, &mut q);
        }
        spread.by_entry(q)
    }

    /// Z'(y - Xb).
    fn unit_rest(&self, unit: &SumPair<'_>, b: &[f64]) -> [f64; 2] {
        let of = |row: &[f64]| row[b.len()] - row.iter().zip(b).map(|(x, b)| x * b).sum::<f64>();
        [of(unit.first), of(unit.second)]
    }

    fn finish_fit(&self, least: &FoundMinimum) -> Result<RandomSlopes, FitFailure> {
        let spread = SlopeSpread::new([least.point[0], least.point[1], least.point[2]]).snap_to_zero();
        let at = self.profile_at(&spread)?;
        let sigma2 = at.r2 / (self.sums.rows - self.sums.width as f64);
        // Back from (s - mean) / unit to s: an effect at s = 0 is u_0 - mean / unit u_1.
        let mean = self.sums.means[self.column - 1] / self.unit;
        let back = |[c00, c01, c11]: [f64; 3]| {
            let [c00, c01, c11] = [c00 - 2.0 * mean * c01 + mean * mean * c11, c01 - mean * c11, c11];
            [sigma2 * c00, sigma2 * c01 / self.unit, sigma2 * c11 / self.unit.powi(2)]
        };
        let [tau2, covariance, slope_tau2] = back(spread.covariance());
        let mut units: Vec<SlopeEffect> = std::iter::zip(self.unit_pairs(), &self.sums.unit_rows)
            .map(|(unit, n)| {
                let [w00, w01, w11] = spread.conditional_covariance(unit.g);
                let rest = self.unit_rest(&unit, &at.b);
                let (u, slope) = (w00 * rest[0] + w01 * rest[1], w01 * rest[0] + w11 * rest[1]);
                let (u, slope) = (u - mean * slope, slope / self.unit);
                let [variance, _, slope_variance] = back([w00, w01, w11]).map(|v| v.max(0.0));
                let (se, slope_se) = (variance.sqrt(), slope_variance.sqrt());
                let flag = if se > 0.0 { IntervalFlag::from_z(u / se, normal::Z95) } else { IntervalFlag::None };
                let mean_residual = if *n > 0 { rest[0] / unit.g[0] } else { 0.0 };
                let shrinkage = tau2 * unit.g[0] / (tau2 * unit.g[0] + sigma2);
                SlopeEffect { n: *n, mean_residual, shrinkage, u, se, slope, slope_se, flag, q: f64::NAN }
            })
            .collect();
        let q = false_discoveries(units.iter().map(|unit| (unit.n > 0, unit.u, unit.se)));
        units.iter_mut().zip(q).for_each(|(unit, q)| unit.q = q);
        let (fixef, se) = self.sums.coefficients(&at.factor, &at.b, sigma2);
        let (criterion, icc) = (self.deviance_value(&at), tau2 / (tau2 + sigma2));
        let sigma = sigma2.sqrt();
        Ok(RandomSlopes { fixef, se, tau2, slope_tau2, covariance, sigma, criterion, icc, units })
    }
}
