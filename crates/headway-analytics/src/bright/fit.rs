//! Expectations held against the results of a panel, year by year, and what of the distances lasts.

use headway_stats::mixed::counts::{EffectScale, VarianceEstimator, shrink_effects};
use headway_stats::mixed::{FitFailure, IntervalFlag, LastingModel, ReachProbability, fit_lasting, fit_regression};

use super::super::PeerResults;
use super::{AtLeast, ExpectationSide, LEAST_PLACES, LEAST_RESULTS, LISTED_BELOW, NoBright, YEARS};

/// The results of a kin on the scale on which they are judged.
pub(super) struct ResultTable<'a> {
    kin: &'a PeerResults,
    /// Columns of the kin that are looked at.
    pub(super) years: Vec<usize>,
    pub(super) counted: bool,
    /// Result on the scale, cell by cell of the kin; NaN where there is none.
    pub(super) y: Vec<f64>,
    /// Its sampling variance; 0 where counts are not known.
    v: Vec<f64>,
}

/// One expectation held against a table.
pub(super) struct ExpectationFit {
    /// Flags by row and year.
    flags: Vec<Option<IntervalFlag>>,
    /// Distances from expectation by row and year, in the measure's unit; NaN where there is none.
    distances: Vec<f64>,
    years: usize,
    pub(super) lasting: LastingModel,
    /// Expectation of each row in the last year, on the scale.
    pub(super) expected: Vec<f64>,
    pub(super) explained: f64,
}

/// Whether a row is a bright spot, and how sure that is.
#[derive(Clone, Copy)]
pub(super) struct ListedRow {
    pub(super) beyond: ReachProbability,
    pub(super) bright: bool,
}

/// The lasting distance that each row must reach, on the scale.
pub(super) struct LeastDistances {
    pub(super) at_least: AtLeast,
    rows: Vec<f64>,
}

impl<'a> ResultTable<'a> {
    pub(super) fn from_kin(kin: &'a PeerResults) -> Result<Self, NoBright> {
        let cells = 0..kin.values.len();
        let effect = |cell: usize| EffectScale::Arcsine.counts_to_effect(kin.hits[cell], kin.counts[cell]);
        let known = cells.clone().filter(|c| kin.values[*c].is_finite());
        let with_counts = known.clone().filter(|c| effect(*c).is_some()).count();
        let counted = kin.shares && with_counts as f64 >= 0.9 * known.count() as f64 && with_counts > 0;
        let mut table = Self { kin, years: Vec::new(), counted, y: kin.values.clone(), v: vec![0.0; kin.values.len()] };
        if counted {
            for cell in cells {
                let found = if kin.values[cell].is_finite() { effect(cell) } else { None };
                (table.y[cell], table.v[cell]) = found.unwrap_or((f64::NAN, f64::NAN));
            }
        }
        // What lies before a break is another series: of a place, and of all where most have one.
        for row in 0..kin.series.len() {
            table.y[kin.row_cells(row).start..kin.since_break(row).start].fill(f64::NAN);
        }
        let broken = |t: &usize| {
            let marks = (0..kin.series.len()).filter(|row| kin.breaks[row * kin.periods + t]).count();
            2 * marks > kin.series.len()
        };
        let from = (0..kin.periods).rev().find(broken).unwrap_or(0);
        let places = |t: usize| (0..kin.series.len()).filter(|row| table.y[row * kin.periods + t].is_finite()).count();
        let mut years: Vec<usize> = (from..kin.periods).filter(|t| places(*t) >= LEAST_PLACES).collect();
        years.drain(..years.len().saturating_sub(YEARS));
        if years.len() < 2 || years.last() != Some(&(kin.periods - 1)) {
            let most = (from..kin.periods).map(places).max().unwrap_or(0);
            return Err(NoBright::TooFewPlaces(most));
        }
        Ok(Self { years, ..table })
    }

    /// From the scale to the measure's unit.
    pub(super) fn to_measure_unit(&self, effect: f64) -> f64 {
        if self.counted { 100.0 * EffectScale::Arcsine.effect_to_proportion(effect) } else { effect }
    }

    /// From the measure's unit to the scale; `None` out of bounds.
    fn to_scale(&self, value: f64) -> Option<f64> {
        if self.counted { (0.0..=100.0).contains(&value).then(|| (value / 100.0).sqrt().asin()) } else { Some(value) }
    }

    /// Holds the table against the expectation from `x`, fitted year by year; `x` is `None` for a cell that is left out.
    pub(super) fn fit_years(&self, x: impl Fn(usize) -> Option<Vec<f64>>) -> Result<ExpectationFit, NoBright> {
        let (rows, years) = (self.kin.series.len(), self.years.len());
        let mut flags = vec![None; rows * years];
        let mut residuals = vec![f64::NAN; rows * years];
        let mut distances = vec![f64::NAN; rows * years];
        let (mut expected, mut explained) = (vec![f64::NAN; rows], 0.0);
        for (i, t) in self.years.iter().enumerate() {
            let given: Vec<(usize, Option<Vec<f64>>)> =
                (0..rows).map(|row| row * self.kin.periods + t).map(|cell| (cell, x(cell))).collect();
            let Some(line) = self.fit_line(&given)? else { continue };
            for (row, own) in line.places {
                let (at, given) = (row * years + i, line.expected[row]);
                (flags[at], residuals[at]) = (Some(own.flag), own.residual);
                distances[at] = self.to_measure_unit(given + own.distance) - self.to_measure_unit(given);
            }
            (expected, explained) = (line.expected, line.explained);
        }
        let weights = self.residual_weights(&residuals);
        let lasting = fit_lasting(&residuals, years, weights.as_deref()).map_err(NoBright::Unfit)?;
        Ok(ExpectationFit { flags, distances, years, lasting, expected, explained })
    }

    /// One year's line; `None` where too few cells are given.
    fn fit_line(&self, given: &[(usize, Option<Vec<f64>>)]) -> Result<Option<YearLine>, NoBright> {
        let known: Vec<(usize, usize, &Vec<f64>)> = given
            .iter()
            .enumerate()
            .filter(|(_, (cell, _))| self.y[*cell].is_finite())
            .filter_map(|(row, (cell, x))| Some((row, *cell, x.as_ref()?)))
            .collect();
        if known.len() < LEAST_PLACES {
            return Ok(None);
        }
        let y: Vec<f64> = known.iter().map(|k| self.y[k.1]).collect();
        let v: Vec<f64> = known.iter().map(|k| self.v[k.1]).collect();
        let mut used: Vec<usize> = (0..known[0].2.len()).collect();
        let (line, used) = loop {
            let x: Vec<Vec<f64>> = known.iter().map(|k| used.iter().map(|c| k.2[*c]).collect()).collect();
            match weighted_regression(&x, &y, &v) {
                Ok(line) => break (line, used),
                // Column 0 is the intercept.
                Err(FitFailure::Collinear(column)) if column > 0 => drop(used.remove(column - 1)),
                Err(other) => return Err(NoBright::Unfit(other)),
            }
        };
        let resid: Vec<f64> = line.units.iter().map(|u| u.resid).collect();
        let of_year: Vec<RowInYear> = if self.counted {
            let shrunken = shrink_effects(&resid, &v, VarianceEstimator::Pm).map_err(NoBright::Unfit)?;
            let own = |u: &headway_stats::mixed::counts::ShrunkenUnit| (u.flag, u.y, u.blup - shrunken.mu);
            shrunken.units.iter().map(own).map(RowInYear::from).collect()
        } else {
            line.units.iter().map(|u| (u.flag, u.resid, u.resid)).map(RowInYear::from).collect()
        };
        let at = |x: &Vec<f64>| line.coef[0] + used.iter().zip(&line.coef[1..]).map(|(c, b)| b * x[*c]).sum::<f64>();
        let places = known.iter().zip(of_year).map(|(k, own)| (k.0, own)).collect();
        let expected = given.iter().map(|(_, x)| x.as_ref().map_or(f64::NAN, at)).collect();
        Ok(Some(YearLine { places, expected, explained: line.r2 }))
    }

    /// One over the noise of each residual: sampling variance, and what moves from year to year beyond it.
    fn residual_weights(&self, residuals: &[f64]) -> Option<Vec<f64>> {
        if !self.counted {
            return None;
        }
        let years = self.years.len();
        let v = |at: usize| self.v[(at / years) * self.kin.periods + self.years[at % years]];
        let pairs = (0..residuals.len()).filter(|at| at % years > 0).map(|at| (at - 1, at));
        let moved: Vec<f64> = pairs
            .map(|(a, b)| (residuals[b] - residuals[a]).powi(2) / 2.0 - f64::midpoint(v(a), v(b)))
            .filter(|m| m.is_finite())
            .collect();
        let beyond = (moved.iter().sum::<f64>() / moved.len().max(1) as f64).max(0.0);
        let weight = |at: usize| 1.0 / (v(at) + beyond);
        Some((0..residuals.len()).map(|at| if residuals[at].is_finite() { weight(at) } else { 1.0 }).collect())
    }
}

/// One row in one year, on the scale.
struct RowInYear {
    flag: IntervalFlag,
    residual: f64,
    /// The residual, less what the draw of students explains of it.
    distance: f64,
}

impl From<(IntervalFlag, f64, f64)> for RowInYear {
    fn from((flag, residual, distance): (IntervalFlag, f64, f64)) -> Self {
        Self { flag, residual, distance }
    }
}

/// One year's expectation: each known row's distance from it, every row's expectation.
struct YearLine {
    places: Vec<(usize, RowInYear)>,
    expected: Vec<f64>,
    explained: f64,
}

/// Least squares; with sampling variances known, once more with weights by them and by the variance that is left.
fn weighted_regression(
    x: &[Vec<f64>],
    y: &[f64],
    v: &[f64],
) -> Result<headway_stats::mixed::LinearRegression, FitFailure> {
    let plain = fit_regression(x, y, None)?;
    if v.iter().all(|v| *v == 0.0) {
        return Ok(plain);
    }
    let mean = v.iter().sum::<f64>() / v.len() as f64;
    let between = (plain.sigma.powi(2) - mean).max(0.0);
    let weights: Vec<f64> = v.iter().map(|v| mean / (v + between)).collect();
    fit_regression(x, y, Some(&weights))
}

impl ExpectationFit {
    pub(super) fn sides_of_row(&self, row: usize, sign: f64) -> Vec<Option<ExpectationSide>> {
        let side = |flag: IntervalFlag| match (flag, sign > 0.0) {
            (IntervalFlag::None, _) => ExpectationSide::Within,
            (IntervalFlag::Above, true) | (IntervalFlag::Below, false) => ExpectationSide::Better,
            (IntervalFlag::Above, false) | (IntervalFlag::Below, true) => ExpectationSide::Worse,
        };
        self.flags[row * self.years..(row + 1) * self.years].iter().map(|f| f.map(side)).collect()
    }

    /// Distances of a row by year, plus is the better side.
    pub(super) fn yearly_distances(&self, row: usize, sign: f64) -> Vec<Option<f64>> {
        let own = &self.distances[row * self.years..(row + 1) * self.years];
        own.iter().map(|d| d.is_finite().then_some(sign * d)).collect()
    }

    /// Which rows have a lasting distance of at least `least` on the better side, at the false discovery rate, from results of two
    /// years or more. To ask that they stood out in two single years as well makes the list worse (METHODS.md).
    pub(super) fn bright_rows(&self, sign: f64, least: impl Fn(usize) -> f64) -> Vec<ListedRow> {
        let found = self.lasting.units_beyond(sign, least);
        let listed = |(row, beyond): (usize, ReachProbability)| ListedRow {
            beyond,
            bright: beyond.q < LISTED_BELOW && self.lasting.units[row].years >= LEAST_RESULTS,
        };
        found.into_iter().enumerate().map(listed).collect()
    }
}

impl LeastDistances {
    /// What is asked for; else one standard deviation of the lasting distances, or a year of the promised `progress` where that
    /// is more. A place too near to the end of the scale to be so far above expectation is not listed.
    pub(super) fn choose_least(
        table: &ResultTable<'_>,
        own: &ExpectationFit,
        sign: f64,
        asked: Option<f64>,
        progress: Option<f64>,
    ) -> Self {
        let spread = own.lasting.tau2.sqrt();
        let known = || own.expected.iter().copied().filter(|e| e.is_finite());
        let middle = headway_stats::quantile::median(&known().collect::<Vec<f64>>());
        let in_unit =
            |scaled: f64| (table.to_measure_unit(middle + sign * scaled) - table.to_measure_unit(middle)).abs();
        let scaled = |expected: f64, points: f64| {
            let to = table.to_scale(table.to_measure_unit(expected) + sign * points);
            to.map_or(f64::INFINITY, |to| (to - expected).abs())
        };
        let at_least = match (asked, progress) {
            (Some(points), _) => AtLeast::Asked(points.max(0.0)),
            (None, Some(points)) if points > in_unit(spread) => AtLeast::YearOfProgress(points),
            _ => AtLeast::Spread(in_unit(spread)),
        };
        let of_row = |expected: &f64| match at_least {
            AtLeast::Asked(points) => scaled(*expected, points),
            AtLeast::YearOfProgress(points) => scaled(*expected, points).max(spread),
            AtLeast::Spread(_) => spread.max(progress.map_or(0.0, |points| scaled(*expected, points))),
        };
        Self { at_least, rows: own.expected.iter().map(of_row).collect() }
    }

    pub(super) fn least_for_row(&self, row: usize) -> f64 {
        self.rows[row]
    }
}
