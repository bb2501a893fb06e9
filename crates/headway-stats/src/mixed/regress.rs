//! One result a unit: least squares on what the unit was given, and externally studentized residuals.
//!
//! Source: Cook & Weisberg (1982); checked against R's `lm`, `rstandard`, `rstudent`. About 2.5 % of units are flagged
//! on each side by chance alone, so the Bonferroni flag and the false discovery rate stand beside the plain flag.

use super::solve::{CholeskyFactor, packed_index, packed_len};
use super::{FitFailure, IntervalFlag};
use crate::{fdr, normal};

/// A fitted line y = b0 + x'b + e, Var e = sigma^2 / weight.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearRegression {
    /// Intercept, then one coefficient a covariate.
    pub coef: Vec<f64>,
    /// Their standard errors.
    pub se: Vec<f64>,
    /// Residual standard deviation at weight 1, on n - p degrees of freedom.
    pub sigma: f64,
    /// Share of the (weighted) variance of y that the line takes up.
    pub r2: f64,
    /// One entry a row, in the order given.
    pub units: Vec<UnitResidual>,
}

/// A unit's distance from the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitResidual {
    /// Expectation.
    pub fitted: f64,
    /// y less expectation.
    pub resid: f64,
    /// Share of its own expectation that the unit makes.
    pub leverage: f64,
    /// Residual over its standard error.
    pub rstandard: f64,
    /// The same with sigma estimated without this unit: t on n - p - 1 degrees of freedom. NaN at leverage 1.
    pub rstudent: f64,
    /// Two-sided p-value of `rstudent`.
    pub p: f64,
    /// Whether `p` is below .05, and on which side.
    pub flag: IntervalFlag,
    /// Whether `p` is below .05 / n, and on which side.
    pub flag_bonferroni: IntervalFlag,
    /// False discovery rate (Benjamini-Hochberg) over the units.
    pub q: f64,
}

/// Fits the line. `x` has one row a unit with one value a covariate, all finite; `weights` are positive, all 1 if
/// `None`.
///
/// ```
/// use headway_stats::mixed::{IntervalFlag, fit_regression};
/// // Anscombe's third set (1973): y = 3 + .5 x with one result far off, which R's `rstudent` puts at 1203.5.
/// let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0].map(|x| vec![x]);
/// let y = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73];
/// let fit = fit_regression(&x, &y, None).unwrap();
/// assert!((fit.coef[0] - 3.0025).abs() < 5e-5 && (fit.coef[1] - 0.4997).abs() < 5e-5);
/// assert!((fit.units[2].rstudent - 1203.5).abs() < 0.1);
/// assert_eq!(fit.units[2].flag_bonferroni, IntervalFlag::Above);
/// ```
///
/// # Errors
/// [`FitFailure::TooFew`] with fewer than two rows more than coefficients; [`FitFailure::Collinear`] where a covariate follows
/// from others.
pub fn fit_regression(x: &[Vec<f64>], y: &[f64], weights: Option<&[f64]>) -> Result<LinearRegression, FitFailure> {
    assert_eq!(x.len(), y.len(), "every result has its covariates");
    assert!(weights.is_none_or(|w| w.len() == y.len()), "every result has its weight");
    let p = x.first().map_or(0, Vec::len) + 1;
    if y.len() < p + 2 {
        return Err(FitFailure::TooFew);
    }
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let total: f64 = (0..y.len()).map(weight).sum();
    let mean = |value: &dyn Fn(usize) -> f64| (0..y.len()).map(|i| weight(i) * value(i)).sum::<f64>() / total;
    let means: Vec<f64> = (0..p - 1).map(|j| mean(&|i| x[i][j])).collect();
    let y_mean = mean(&|i| y[i]);
    let row = |i: usize| std::iter::once(1.0).chain(x[i].iter().zip(&means).map(|(x, m)| x - m)).collect::<Vec<f64>>();

    let (mut xx, mut b) = (vec![0.0; packed_len(p)], vec![0.0; p]);
    for (i, y) in y.iter().enumerate() {
        let row = row(i);
        for c in 0..p {
            b[c] += weight(i) * row[c] * (y - y_mean);
            for r in 0..=c {
                xx[packed_index(r, c)] += weight(i) * row[r] * row[c];
            }
        }
    }
    let factor = CholeskyFactor::new(p, &xx)?;
    factor.solve(&mut b);
    let inverse = factor.inverse();
    let resid: Vec<f64> =
        (0..y.len()).map(|i| y[i] - y_mean - row(i).iter().zip(&b).map(|(x, b)| x * b).sum::<f64>()).collect();
    let sse: f64 = resid.iter().enumerate().map(|(i, e)| weight(i) * e * e).sum();
    let sst: f64 = y.iter().enumerate().map(|(i, y)| weight(i) * (y - y_mean).powi(2)).sum();
    let freedom = (y.len() - p) as f64;

    let distance = |i: usize| {
        let mut z = row(i);
        factor.solve_forward(&mut z);
        weight(i) * z.iter().map(|z| z * z).sum::<f64>()
    };
    let mut units: Vec<UnitResidual> = (0..y.len())
        .map(|i| unit_residual(y[i], resid[i], resid[i] * weight(i).sqrt(), distance(i), sse, freedom))
        .collect();
    flag_units(&mut units);

    // From the means of the covariates back to 0: the intercept is c'b with c = (1, -means).
    let mut coef = b;
    coef[0] += y_mean - coef[1..].iter().zip(&means).map(|(b, m)| b * m).sum::<f64>();
    let c: Vec<f64> = std::iter::once(1.0).chain(means.iter().map(|m| -m)).collect();
    let at_zero: f64 = (0..p).map(|i| c[i] * (0..p).map(|j| inverse[i][j] * c[j]).sum::<f64>()).sum();
    let sigma = (sse / freedom).sqrt();
    let se = (0..p).map(|i| sigma * (if i == 0 { at_zero } else { inverse[i][i] }).sqrt()).collect();
    Ok(LinearRegression { coef, se, sigma, r2: 1.0 - sse / sst, units })
}

/// `scaled` is the residual times the root of its weight.
fn unit_residual(y: f64, resid: f64, scaled: f64, leverage: f64, sse: f64, freedom: f64) -> UnitResidual {
    let rest = 1.0 - leverage;
    let rstandard = scaled / (sse / freedom * rest).sqrt();
    let without = (sse - scaled * scaled / rest) / (freedom - 1.0);
    let rstudent = if rest > 1e-12 { scaled / (without * rest).sqrt() } else { f64::NAN };
    UnitResidual {
        fitted: y - resid,
        resid,
        leverage,
        rstandard,
        rstudent,
        p: normal::two_sided_t(rstudent, freedom - 1.0),
        flag: IntervalFlag::None,
        flag_bonferroni: IntervalFlag::None,
        q: f64::NAN,
    }
}

fn flag_units(units: &mut [UnitResidual]) {
    let p: Vec<f64> = units.iter().map(|unit| unit.p).collect();
    let many = units.len() as f64;
    for (unit, q) in units.iter_mut().zip(fdr::q_values(&p)) {
        let side = |hit: bool| if hit { IntervalFlag::from_z(unit.rstudent, 0.0) } else { IntervalFlag::None };
        (unit.flag, unit.flag_bonferroni, unit.q) = (side(unit.p < 0.05), side(unit.p * many < 0.05), q);
    }
}
