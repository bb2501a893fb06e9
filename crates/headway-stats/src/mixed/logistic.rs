//! Rows of yes or no (or counts) below the unit: the log odds of a hit given covariates, with a random intercept by unit.
//!
//! ln p/(1-p) = b0 + x'b + u, u ~ N(0, tau2), by maximum likelihood, the integral over u by Laplace's method at each unit's
//! mode (glmer's default, nAGQ = 1). With u = t v, v ~ N(0, 1), a unit adds max_v [sum ln f - v^2 / 2] - ln(1 + t^2 W) / 2,
//! W the information of its rows at the mode. b and t are searched together on exact first derivatives (the mode's own move
//! counts). Source: Bates et al. (2015), section 5 of lme4's notes on glmer; checked against lme4 1.1-31.

use super::effects::false_discoveries;
use super::newton::{FoundMinimum, PointGradient, minimize_newton};
use super::solve::{CholeskyFactor, packed_index, packed_len};
use super::{FitFailure, IntervalFlag};
use crate::normal;
use statrs::function::factorial::ln_binomial;

/// The rows, as they came. Unlike the sums of a linear model they can't be shortened.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeRows {
    covariates: usize,
    rows: Vec<OutcomeRow>,
    /// One value a covariate, row after row.
    x: Vec<f64>,
    units: usize,
    left_out: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct OutcomeRow {
    unit: u32,
    hits: f64,
    of: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticFit {
    /// Intercept, then one coefficient a covariate, in log odds.
    pub fixef: Vec<f64>,
    /// Their standard errors; that tau2 is estimated counts.
    pub se: Vec<f64>,
    /// Variance between units, in log odds.
    pub tau2: f64,
    /// Log likelihood, by Laplace's method.
    pub ln_likelihood: f64,
    /// tau2 / (tau2 + pi^2 / 3), on the scale of log odds.
    pub icc: f64,
    /// One entry a unit, by its number.
    pub units: Vec<LogisticEffect>,
}

/// What a unit adds to the log odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogisticEffect {
    /// Rows of the unit; without any, `u` is 0 and `se` is tau.
    pub n: u32,
    /// Its hits.
    pub hits: f64,
    /// Of so many.
    pub of: f64,
    /// Mode of the unit's effect, in log odds.
    pub u: f64,
    /// Its comparative standard error.
    pub se: f64,
    /// Whether the 95 % interval of `u` excludes 0.
    pub flag: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) of u / se; NaN without rows or where no variance was found.
    pub q: f64,
}

impl OutcomeRows {
    /// No rows yet, of this many covariates, the intercept not counted.
    ///
    /// ```
    /// use headway_stats::mixed::OutcomeRows;
    /// // A student of school 0 who passed, with one covariate: what was known a year before.
    /// let mut rows = OutcomeRows::new(1);
    /// assert!(rows.add_row(0, &[512.0], 1.0, 1.0));
    /// ```
    #[must_use]
    pub fn new(covariates: usize) -> OutcomeRows {
        OutcomeRows { covariates, rows: Vec::new(), x: Vec::new(), units: 0, left_out: 0 }
    }

    /// Adds a row: `hits` of `of` (1 or 0 of 1 for a person). A row with a value that is not finite, nothing counted or
    /// more hits than counted is left out and counted. Whether it was taken in.
    ///
    /// ```
    /// use headway_stats::mixed::OutcomeRows;
    /// let mut rows = OutcomeRows::new(0);
    /// assert!(rows.add_row(0, &[], 30.0, 40.0));
    /// assert!(!rows.add_row(0, &[], 41.0, 40.0), "more passed than were tested");
    /// ```
    pub fn add_row(&mut self, unit: usize, x: &[f64], hits: f64, of: f64) -> bool {
        assert_eq!(x.len(), self.covariates, "a row has one value for each covariate");
        let known = of.is_finite() && of > 0.0 && (0.0..=of).contains(&hits) && x.iter().all(|v| v.is_finite());
        if !known {
            self.left_out += 1;
            return false;
        }
        self.units = self.units.max(unit + 1);
        self.rows.push(OutcomeRow { unit: unit as u32, hits, of });
        self.x.extend(x);
        true
    }

    /// Rows left out because a value was missing or impossible.
    ///
    /// ```
    /// use headway_stats::mixed::OutcomeRows;
    /// let mut rows = OutcomeRows::new(0);
    /// rows.add_row(0, &[], 30.0, 40.0);
    /// rows.add_row(0, &[], 30.0, f64::NAN);
    /// assert_eq!(rows.left_out(), 1);
    /// ```
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Fits the model.
    ///
    /// ```
    /// use headway_stats::mixed::OutcomeRows;
    /// let mut rows = OutcomeRows::new(0);
    /// rows.add_row(0, &[], 30.0, 40.0);
    /// rows.add_row(1, &[], 10.0, 40.0);
    /// let fit = rows.fit().unwrap();
    /// // One is as far above a half as the other below: log odds of 0 in the middle.
    /// let u = fit.units[0].u;
    /// assert!(fit.fixef[0].abs() < 1e-6 && (u + fit.units[1].u).abs() < 1e-6);
    /// // At the mode, hits beyond expectation are u / tau2.
    /// assert!((30.0 - 40.0 / (1.0 + (-u).exp()) - u / fit.tau2).abs() < 1e-4);
    /// ```
    ///
    /// # Errors
    /// [`FitFailure`] where there are fewer than two units or rows than coefficients, no unit has two outcomes, all are hits or
    /// none is, a covariate follows from others, or the search does not settle: covariates tell hits from misses exactly.
    pub fn fit(&self) -> Result<LogisticFit, FitFailure> {
        let model = LogisticModel::new(self)?;
        let mut start = vec![0.0; self.covariates + 2];
        start[0] = model.ln_odds();
        start[self.covariates + 1] = 1.0;
        let least = minimize_newton(&start, |point| model.deviance(point))?;
        model.finish_fit(&least)
    }
}

/// Rows by unit, covariates about their means in units of their standard deviations.
struct LogisticModel {
    /// Coefficients: the intercept and the covariates.
    width: usize,
    rows: Vec<OutcomeRow>,
    /// (1, x), `width` numbers a row.
    x: Vec<f64>,
    means: Vec<f64>,
    scales: Vec<f64>,
    /// Where each unit's rows begin, and the end.
    starts: Vec<usize>,
    ln_choices: f64,
}

/// A unit's mode and what follows from it.
struct EffectMode {
    v: f64,
    /// Information of its rows there.
    information: f64,
}

impl LogisticModel {
    fn new(given: &OutcomeRows) -> Result<LogisticModel, FitFailure> {
        let width = given.covariates + 1;
        let mut order: Vec<usize> = (0..given.rows.len()).collect();
        order.sort_by_key(|i| given.rows[*i].unit);
        let rows: Vec<OutcomeRow> = order.iter().map(|i| given.rows[*i]).collect();
        let starts: Vec<usize> =
            (0..=given.units).map(|unit| rows.partition_point(|row| (row.unit as usize) < unit)).collect();
        let total: f64 = rows.iter().map(|row| row.of).sum();
        let hits: f64 = rows.iter().map(|row| row.hits).sum();
        if starts.windows(2).filter(|w| w[0] < w[1]).count() < 2 || rows.len() <= width {
            return Err(FitFailure::TooFew);
        }
        if hits == 0.0 || hits == total {
            return Err(FitFailure::AllOrNone);
        }
        if starts.windows(2).all(|w| rows[w[0]..w[1]].iter().map(|row| row.of).sum::<f64>() < 2.0) {
            return Err(FitFailure::OneRowEach);
        }
        let column = |j: usize| order.iter().zip(&rows).map(move |(i, row)| (given.x[i * (width - 1) + j], row.of));
        let means: Vec<f64> = (0..width - 1).map(|j| column(j).map(|(x, of)| of * x).sum::<f64>() / total).collect();
        let scales: Vec<f64> = (0..width - 1)
            .map(|j| (column(j).map(|(x, of)| of * (x - means[j]).powi(2)).sum::<f64>() / total).sqrt())
            // A constant column is found out just below.
            .map(|scale| if scale > 0.0 { scale } else { 1.0 })
            .collect();
        let mut x = Vec::with_capacity(rows.len() * width);
        for i in &order {
            x.push(1.0);
            x.extend((0..width - 1).map(|j| (given.x[i * (width - 1) + j] - means[j]) / scales[j]));
        }
        let ln_choices = rows.iter().map(ln_choices).sum();
        let model = LogisticModel { width, rows, x, means, scales, starts, ln_choices };
        model.check_independent()?;
        Ok(model)
    }

    /// No covariate follows from those before it.
    fn check_independent(&self) -> Result<(), FitFailure> {
        let mut xx = vec![0.0; packed_len(self.width)];
        for (row, x) in self.rows.iter().zip(self.x.chunks_exact(self.width)) {
            for j in 0..self.width {
                for i in 0..=j {
                    xx[packed_index(i, j)] += row.of * x[i] * x[j];
                }
            }
        }
        CholeskyFactor::new(self.width, &xx).map(|_| ())
    }

    /// Log odds of a hit over all rows.
    fn ln_odds(&self) -> f64 {
        let (hits, of) = self.rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.hits, sum.1 + row.of));
        (hits / (of - hits)).ln()
    }

    /// -2 ln likelihood and its derivatives at (b, t).
    fn deviance(&self, point: &[f64]) -> Result<PointGradient, FitFailure> {
        let (b, t) = (&point[..self.width], point[self.width]);
        let base: Vec<f64> =
            self.x.chunks_exact(self.width).map(|x| x.iter().zip(b).map(|(x, b)| x * b).sum()).collect();
        let (mut value, mut slope) = (self.ln_choices, vec![0.0; self.width + 1]);
        for range in self.starts.windows(2).map(|w| w[0]..w[1]) {
            let mode = self.unit_mode(range.clone(), &base, t);
            value += self.add_unit(range, &base, t, &mode, &mut slope);
        }
        slope.iter_mut().for_each(|s| *s *= -2.0);
        if value.is_finite() { Ok(PointGradient { value: -2.0 * value, slope }) } else { Err(FitFailure::NotSettled) }
    }

    /// Adds a unit's derivatives to `slope`; its part of the log likelihood.
    fn add_unit(
        &self,
        range: std::ops::Range<usize>,
        base: &[f64],
        t: f64,
        mode: &EffectMode,
        slope: &mut [f64],
    ) -> f64 {
        let p = self.width;
        let whole = 1.0 + t * t * mode.information;
        let (mut value, mut rest) = (-mode.v * mode.v / 2.0 - whole.ln() / 2.0, 0.0);
        // Sums over the rows: w x, w' and w' x, with w' the derivative of the information by the log odds.
        let (mut wx, mut skew, mut skew_x) = (vec![0.0; p], 0.0, vec![0.0; p]);
        for i in range {
            let row = &self.rows[i];
            let odds = base[i] + t * mode.v;
            let chance = logistic(odds);
            value += row.hits * odds - row.of * soft_plus(odds);
            let w = row.of * chance * (1.0 - chance);
            let dw = w * (1.0 - 2.0 * chance);
            rest += row.hits - row.of * chance;
            skew += dw;
            for (j, x) in self.x[i * p..(i + 1) * p].iter().enumerate() {
                slope[j] += (row.hits - row.of * chance) * x;
                wx[j] += w * x;
                skew_x[j] += dw * x;
            }
        }
        // The mode moves with b and t, and the information with it.
        for j in 0..p {
            let dv = -t * wx[j] / whole;
            slope[j] -= t * t * (skew_x[j] + skew * t * dv) / whole / 2.0;
        }
        let dv = (rest - t * mode.v * mode.information) / whole;
        slope[p] += rest * mode.v - (2.0 * t * mode.information + t * t * skew * (mode.v + t * dv)) / whole / 2.0;
        value
    }

    /// The v with t (hits - expected hits) = v, by Newton's method kept within what is known to hold it.
    fn unit_mode(&self, range: std::ops::Range<usize>, base: &[f64], t: f64) -> EffectMode {
        let (mut v, mut low, mut high) = (0.0, f64::NEG_INFINITY, f64::INFINITY);
        let mut information = 0.0;
        for _ in 0..200 {
            let mut rest = 0.0;
            information = 0.0;
            for i in range.clone() {
                let (row, chance) = (&self.rows[i], logistic(base[i] + t * v));
                rest += row.hits - row.of * chance;
                information += row.of * chance * (1.0 - chance);
            }
            let uphill = t * rest - v;
            if uphill > 0.0 {
                low = v
            } else {
                high = v
            }
            let mut next = v + uphill / (1.0 + t * t * information);
            if !(low..=high).contains(&next) {
                next = (low + high) / 2.0;
            }
            if (next - v).abs() <= 1e-13 * v.abs().max(1.0) {
                break;
            }
            v = next;
        }
        EffectMode { v, information }
    }

    fn finish_fit(&self, least: &FoundMinimum) -> Result<LogisticFit, FitFailure> {
        let p = self.width;
        // The sign of t says nothing; within a millionth of 0 no variance was found.
        let t = if least.point[p].abs() < 1e-6 { 0.0 } else { least.point[p].abs() };
        let b = &least.point[..p];
        let base: Vec<f64> = self.x.chunks_exact(p).map(|x| x.iter().zip(b).map(|(x, b)| x * b).sum()).collect();
        let mut units: Vec<LogisticEffect> =
            self.starts.windows(2).map(|w| self.unit_effect(w[0]..w[1], &base, t)).collect();
        let q = false_discoveries(units.iter().map(|unit| (unit.n > 0, unit.u, unit.se)));
        units.iter_mut().zip(q).for_each(|(unit, q)| unit.q = q);
        let (fixef, se) = self.coefficients(least, t)?;
        let tau2 = t * t;
        let icc = tau2 / (tau2 + std::f64::consts::PI.powi(2) / 3.0);
        Ok(LogisticFit { fixef, se, tau2, ln_likelihood: -least.value / 2.0, icc, units })
    }

    fn unit_effect(&self, range: std::ops::Range<usize>, base: &[f64], t: f64) -> LogisticEffect {
        let rows = &self.rows[range.clone()];
        let (hits, of) = (rows.iter().map(|row| row.hits).sum(), rows.iter().map(|row| row.of).sum());
        let mode = self.unit_mode(range, base, t);
        let (u, se) = (t * mode.v, t / (1.0 + t * t * mode.information).sqrt());
        let flag = if se > 0.0 { IntervalFlag::from_z(u / se, normal::Z95) } else { IntervalFlag::None };
        LogisticEffect { n: rows.len() as u32, hits, of, u, se, flag, q: f64::NAN }
    }

    /// Coefficients and standard errors for the covariates as they were given. The covariance is twice the inverse of the
    /// deviance's second derivatives; without variance between units, of those by the coefficients alone.
    fn coefficients(&self, least: &FoundMinimum, t: f64) -> Result<(Vec<f64>, Vec<f64>), FitFailure> {
        let p = self.width;
        let many = if t > 0.0 { p + 1 } else { p };
        let inverse = CholeskyFactor::new(many, &least.hessian[..packed_len(many)])
            .map_err(|_| FitFailure::NotSettled)?
            .inverse();
        // The intercept at 0 is c'b with c = (1, -means / scales).
        let c: Vec<f64> =
            std::iter::once(1.0).chain(self.means.iter().zip(&self.scales).map(|(m, s)| -m / s)).collect();
        let mut fixef: Vec<f64> = (0..p).map(|j| c[j] * least.point[j]).collect();
        fixef[0] = fixef.iter().sum();
        let at_zero: f64 = (0..p).map(|i| c[i] * (0..p).map(|j| inverse[i][j] * c[j]).sum::<f64>()).sum();
        let mut se = vec![(2.0 * at_zero).sqrt()];
        for j in 1..p {
            fixef[j] = least.point[j] / self.scales[j - 1];
            se.push((2.0 * inverse[j][j]).sqrt() / self.scales[j - 1]);
        }
        Ok((fixef, se))
    }
}

/// ln of the ways to choose the hits, for whole counts; a share of a whole (a weight) has none.
fn ln_choices(row: &OutcomeRow) -> f64 {
    let whole = |x: f64| x.fract() == 0.0 && x < 9e15;
    if whole(row.hits) && whole(row.of) { ln_binomial(row.of as u64, row.hits as u64) } else { 0.0 }
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// ln(1 + e^odds), which overflows nowhere.
fn soft_plus(odds: f64) -> f64 {
    odds.max(0.0) + (-odds.abs()).exp().ln_1p()
}
