//! Random intercepts by restricted maximum likelihood, from sums alone.
//!
//! With q = tau^2 / sigma^2 and w_j = q / (1 + n_j q): A = X'X - sum w_j Sx_j Sx_j', b = A^-1 (X'y - sum w_j Sx_j Sy_j),
//! r^2 = y'y - sum w_j Sy_j^2 - b'Ab, deviance = sum ln(1 + n_j q) + ln|A| + (N - p)(1 + ln(2 pi r^2 / (N - p))).
//! Source: Bates et al. (2015), profiled as there; checked against lme4 1.1-31. The search runs on the deviance over a
//! coarse grid and then on the root of its derivative, which is found to the last digits where the deviance is flat.

use super::effects::false_discoveries;
use super::root::find_root;
use super::solve::{CholeskyFactor, packed_index};
use super::sums::CenteredSums;
use super::{FitFailure, IntervalFlag, MixedSums};
use crate::normal;

/// A fitted model y = b0 + x'b + u + e, u ~ N(0, tau2), e ~ N(0, sigma^2).
#[derive(Debug, Clone, PartialEq)]
pub struct RandomIntercepts {
    /// Intercept, then one coefficient a covariate.
    pub fixef: Vec<f64>,
    /// Their standard errors.
    pub se: Vec<f64>,
    /// Variance between units.
    pub tau2: f64,
    /// Standard deviation within units.
    pub sigma: f64,
    /// REML deviance at the optimum.
    pub criterion: f64,
    /// tau2 / (tau2 + sigma^2).
    pub icc: f64,
    /// One entry a unit, by its number.
    pub units: Vec<UnitEffect>,
}

/// What a unit adds to expectation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitEffect {
    /// Rows of the unit; without any, `u` is 0 and `se` is tau.
    pub n: u32,
    /// Mean of y less expectation.
    pub mean_residual: f64,
    /// Share of the mean residual kept: tau2 / (tau2 + sigma^2 / n).
    pub shrinkage: f64,
    /// Shrunken effect, in the unit of y.
    pub u: f64,
    /// Comparative standard error of `u`.
    pub se: f64,
    /// Whether the 95 % interval of `u` excludes 0.
    pub flag: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) of the two-sided p-value of u / se over all units with rows; NaN without rows or
    /// where no variance between units was found.
    pub q: f64,
}

impl MixedSums {
    /// Fits the model to what was gathered.
    ///
    /// ```
    /// use headway_stats::mixed::MixedSums;
    /// // Yields of dyestuff, five from each of six batches (Davies 1947). lme4's manual has 1764.05, 49.51 and 1527.5.
    /// let mut sums = MixedSums::new(0);
    /// let yields = [
    ///     1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560, //
    ///     1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445,
    /// ];
    /// (0..30).for_each(|i| sums.add_row(i / 5, &[], f64::from(yields[i])));
    /// let fit = sums.fit().unwrap();
    /// assert!((fit.tau2 - 1764.05).abs() < 0.01 && (fit.sigma - 49.51).abs() < 0.01);
    /// assert!((fit.fixef[0] - 1527.5).abs() < 1e-6);
    /// ```
    ///
    /// # Errors
    /// [`FitFailure`] where there are fewer than two units or rows than coefficients, no unit has two rows, the rows of a unit
    /// are all alike, or a covariate follows from others.
    pub fn fit(&self) -> Result<RandomIntercepts, FitFailure> {
        let sums = self.center_sums();
        sums.check_usable()?;
        if sums.unit_rows.iter().all(|n| *n < 2) {
            return Err(FitFailure::OneRowEach);
        }
        let ratio = best_ratio(&sums)?;
        let at = InterceptProfile::at_ratio(&sums, ratio)?;
        Ok(at.finish_fit(&sums))
    }
}

/// The variance ratio with the least deviance.
fn best_ratio(sums: &CenteredSums) -> Result<f64, FitFailure> {
    let grid: Vec<f64> = (-16..=16).map(|i| f64::from(i) * 10f64.ln() / 2.0).collect();
    let mut best = (0, f64::INFINITY);
    for (i, ln_q) in grid.iter().enumerate() {
        let deviance = InterceptProfile::at_ratio(sums, ln_q.exp())?.deviance(sums);
        if deviance < best.1 {
            best = (i, deviance);
        }
    }
    // A rank check at a ratio inside the bracket has passed, so between the ends nothing can fail.
    let slope = |ln_q: f64| InterceptProfile::at_ratio(sums, ln_q.exp()).map_or(f64::NAN, |at| at.deviance_slope(sums));
    let (low, high) = (grid[best.0.saturating_sub(1)], grid[(best.0 + 1).min(grid.len() - 1)]);
    let deviance_of_none = InterceptProfile::at_ratio(sums, 0.0)?.deviance(sums);
    if !(slope(low) < 0.0 && slope(high) > 0.0) {
        if best.0 + 1 == grid.len() && deviance_of_none > best.1 {
            return Err(FitFailure::NoNoise);
        }
        // No inner minimum beside the best grid point: the variance is at its border, or there is none at all.
        return Ok(if deviance_of_none <= best.1 { 0.0 } else { grid[best.0].exp() });
    }
    let ratio = find_root(slope, low, high, 1e-14).exp();
    let inner = InterceptProfile::at_ratio(sums, ratio)?.deviance(sums);
    Ok(if inner < deviance_of_none { ratio } else { 0.0 })
}

/// Everything that follows from a variance ratio.
struct InterceptProfile {
    ratio: f64,
    factor: CholeskyFactor,
    b: Vec<f64>,
    r2: f64,
    ln_units: f64,
}

impl InterceptProfile {
    fn at_ratio(sums: &CenteredSums, ratio: f64) -> Result<InterceptProfile, FitFailure> {
        let p = sums.width;
        let (mut a, mut xy, mut yy) = (sums.xx.clone(), sums.xy.clone(), sums.yy);
        let mut ln_units = 0.0;
        for unit in sums.by_unit.chunks_exact(p + 1) {
            let (x, y) = (&unit[..p], unit[p]);
            let w = ratio / (1.0 + unit[0] * ratio);
            ln_units += (unit[0] * ratio).ln_1p();
            for j in 0..p {
                let wx = w * x[j];
                let start = packed_index(0, j);
                for (entry, other) in a[start..=start + j].iter_mut().zip(x) {
                    *entry -= wx * other;
                }
                xy[j] -= wx * y;
            }
            yy -= w * y * y;
        }
        let factor = CholeskyFactor::new(p, &a)?;
        factor.solve_forward(&mut xy);
        let r2 = (yy - xy.iter().map(|z| z * z).sum::<f64>()).max(0.0);
        factor.solve_backward(&mut xy);
        Ok(InterceptProfile { ratio, factor, b: xy, r2, ln_units })
    }

    fn deviance(&self, sums: &CenteredSums) -> f64 {
        self.ln_units + sums.reml_deviance(&self.factor, self.r2)
    }

    /// Derivative of the deviance by the ratio. dw/dq = 1 / (1 + n q)^2, and b may be held still (it is optimal).
    fn deviance_slope(&self, sums: &CenteredSums) -> f64 {
        let p = sums.width;
        let freedom = sums.rows - p as f64;
        let mut scratch = vec![0.0; p];
        let (mut ln_units, mut ln_det, mut r2) = (0.0, 0.0, 0.0);
        for unit in sums.by_unit.chunks_exact(p + 1) {
            let grown = 1.0 + unit[0] * self.ratio;
            let dw = 1.0 / (grown * grown);
            ln_units += unit[0] / grown;
            scratch.copy_from_slice(&unit[..p]);
            let fitted: f64 = scratch.iter().zip(&self.b).map(|(x, b)| x * b).sum();
            r2 -= dw * (unit[p] - fitted).powi(2);
            self.factor.solve_forward(&mut scratch);
            ln_det -= dw * scratch.iter().map(|z| z * z).sum::<f64>();
        }
        ln_units + ln_det + freedom * r2 / self.r2
    }

    fn finish_fit(self, sums: &CenteredSums) -> RandomIntercepts {
        let p = sums.width;
        let sigma2 = self.r2 / (sums.rows - p as f64);
        let tau2 = self.ratio * sigma2;
        let mut units: Vec<UnitEffect> = sums
            .by_unit
            .chunks_exact(p + 1)
            .zip(&sums.unit_rows)
            .map(|(unit, n)| {
                let fitted: f64 = unit[..p].iter().zip(&self.b).map(|(x, b)| x * b).sum();
                let mean_residual = if *n > 0 { (unit[p] - fitted) / unit[0] } else { 0.0 };
                let shrinkage = self.ratio * unit[0] / (1.0 + self.ratio * unit[0]);
                let (u, se) = (shrinkage * mean_residual, (tau2 * (1.0 - shrinkage)).sqrt());
                let flag = if se > 0.0 { IntervalFlag::from_z(u / se, normal::Z95) } else { IntervalFlag::None };
                UnitEffect { n: *n, mean_residual, shrinkage, u, se, flag, q: f64::NAN }
            })
            .collect();
        let q = false_discoveries(units.iter().map(|unit| (unit.n > 0, unit.u, unit.se)));
        units.iter_mut().zip(q).for_each(|(unit, q)| unit.q = q);
        let (fixef, se) = sums.coefficients(&self.factor, &self.b, sigma2);
        let criterion = self.deviance(sums);
        RandomIntercepts {
            fixef,
            se,
            tau2,
            sigma: sigma2.sqrt(),
            criterion,
            icc: if tau2 > 0.0 { tau2 / (tau2 + sigma2) } else { 0.0 },
            units,
        }
    }
}
