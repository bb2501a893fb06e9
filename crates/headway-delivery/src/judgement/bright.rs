//! Bright spots: places that do better than expected of them, year after year, and more than chance explains (METHODS.md).
//!
//! Each year has its own expectation: least squares on the place's intake. With counts known all is done on the arcsine scale,
//! where sampling error is known, and each year's distances are shrunken by it; else the studentized distances are judged.
//! What of the distances lasts over the years makes the list, at a false discovery rate over all places looked at.

mod words;

use std::sync::Arc;

use headway_model::{Level, Period};
use headway_stats::mixed::counts::{Estimator, Scale, shrink};
use headway_stats::mixed::{BY_CHANCE, Flag, Lasting, LastingEffect, Unfit, lasting, regress};
use headway_stats::normal::Z95;
use serde::Serialize;

use super::intake::Intake;
use super::{Kin, KinKey};
use crate::scored::Scored;

/// Name of the method.
pub const METHOD: &str = headway_stats::mixed::LASTING;
/// Its version.
pub const VERSION: &str = headway_stats::mixed::VERSION;
/// Places that an expectation needs.
pub const LEAST_PLACES: usize = 30;
/// Years looked at, the latest ones.
const YEARS: usize = 6;
/// False discovery rate of the list.
const LISTED_BELOW: f64 = 0.05;
/// Years flagged that a bright spot needs: one is often luck.
const YEARS_FLAGGED: usize = 2;

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBright {
    /// The measure has no better side.
    NoBetterSide,
    /// Fewer places than an expectation needs have results in two years; holds how many have one at all.
    TooFewPlaces(usize),
    /// The expectation can't be fitted.
    Unfit(Unfit),
}

impl NoBright {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::NoBetterSide => "neither more nor less is better for this measure".to_owned(),
            Self::TooFewPlaces(n) => {
                format!(
                    "an expectation needs {LEAST_PLACES} places with exact results in two years or more; there are {n}"
                )
            }
            Self::Unfit(why) => format!("no expectation can be fitted: {why}"),
        }
    }
}

/// The places of one level, judged over several years.
#[derive(Clone, Debug)]
pub struct Bright {
    /// The years, oldest first.
    pub years: Vec<Period>,
    /// Groups whose shares make the expectation; none where the lake has no counts by group.
    pub intake: Vec<String>,
    /// How many places lack a published share of some group.
    pub filled: usize,
    /// Whether counts are known and sampling error is taken out.
    pub counted: bool,
    /// Share of the variance between places that intake explains in the last year.
    pub explained: f64,
    /// How much of a lasting distance is left after a year (1: all).
    pub lasts: f64,
    /// One a place that was judged in some year, the furthest on the better side first.
    pub places: Vec<BrightPlace>,
    /// How many places are flagged as better in any one year where no place differs.
    pub by_chance: f64,
}

/// One place.
#[derive(Clone, Debug, PartialEq)]
pub struct BrightPlace {
    /// Number of its series.
    pub series: usize,
    /// Its result in the last year; `None` where there is none.
    pub value: Option<f64>,
    /// How many of its students make the result.
    pub hits: Option<f64>,
    /// Students behind it.
    pub count: Option<f64>,
    /// What is expected of it in the last year.
    pub expected: f64,
    /// The lasting part of its distance from that, in the measure's unit, plus is the better side.
    pub distance: f64,
    /// 95 % interval of the distance.
    pub interval: (f64, f64),
    /// False discovery rate over the places.
    pub q: f64,
    /// Year by year: better or worse than expected beyond its own noise; `None` without a result.
    pub years: Vec<Option<Side>>,
    /// Whether it is a bright spot.
    pub bright: bool,
    /// Whether it were one without intake: every place held against the same expectation.
    pub without_intake: bool,
    /// Whether it also does better than its own results of the year before and its intake let expect.
    pub progress: bool,
}

/// Where a year's result lies to expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Better than expected.
    Better,
    /// As expected.
    Within,
    /// Worse than expected.
    Worse,
}

impl Bright {
    /// The bright spots.
    pub fn list(&self) -> impl Iterator<Item = &BrightPlace> {
        self.places.iter().filter(|p| p.bright)
    }
}

impl BrightPlace {
    /// Years flagged as better.
    pub fn better(&self) -> usize {
        self.years.iter().filter(|y| **y == Some(Side::Better)).count()
    }

    /// Whether every year with a result was flagged as better, two at least.
    pub fn in_all_years(&self) -> bool {
        self.better() >= YEARS_FLAGGED && self.years.iter().flatten().all(|y| *y == Side::Better)
    }
}

impl Scored {
    /// The places of a level, judged for one student group and grade.
    ///
    /// # Errors
    /// [`NoBright`]: why nothing can be said.
    pub fn bright(&self, level: Level, group: &str, grade: &str) -> Arc<Result<Bright, NoBright>> {
        let key = KinKey { level: Some(level), group: group.to_owned(), grade: grade.to_owned() };
        self.judged.bright.get(key.clone(), || self.find_bright(&key))
    }

    fn find_bright(&self, key: &KinKey) -> Result<Bright, NoBright> {
        let sign =
            self.planned.measure.direction.and_then(headway_model::Direction::sign).ok_or(NoBright::NoBetterSide)?;
        let kin = self.kin(key);
        let table = Table::of(&kin)?;
        let intake = Intake::of(self, key, &kin);
        let own = table.fit(|cell| Some(intake.at(cell)))?;
        let plain = table.fit(|_| Some(Vec::new()))?;
        // The first year has no year before it; a place without one is left out of that year.
        let progress = table.fit(|cell| {
            let before = cell.checked_sub(1).filter(|_| cell % kin.periods > 0).map(|before| table.y[before])?;
            before.is_finite().then(|| intake.at(cell).into_iter().chain([before]).collect())
        });
        let mut places: Vec<BrightPlace> = (0..kin.series.len())
            .filter(|row| own.lasting.units[*row].years > 0)
            .map(|row| {
                let last = kin.cells(row).end - 1;
                let effect = own.lasting.units[row];
                let beyond = |u: f64| sign * (table.back(own.expected[row] + u) - table.back(own.expected[row]));
                let ends = (beyond(effect.u - sign * Z95 * effect.se), beyond(effect.u + sign * Z95 * effect.se));
                BrightPlace {
                    series: kin.series[row],
                    value: Some(kin.values[last]).filter(|v| v.is_finite()),
                    hits: Some(kin.hits[last]).filter(|k| k.is_finite()),
                    count: Some(kin.counts[last]).filter(|n| n.is_finite()),
                    expected: table.back(own.expected[row]),
                    distance: beyond(effect.u),
                    interval: ends,
                    q: effect.q,
                    years: own.sides(row, sign),
                    bright: own.bright(row, sign),
                    without_intake: plain.bright(row, sign),
                    progress: progress.as_ref().is_ok_and(|fit| fit.bright(row, sign)),
                }
            })
            .collect();
        places.sort_by(|a, b| b.distance.total_cmp(&a.distance));
        let kind = self.period_kind();
        Ok(Bright {
            years: table.years.iter().map(|t| kin.period(*t, kind)).collect(),
            intake: intake.groups.clone(),
            filled: intake.filled,
            counted: table.counted,
            explained: own.explained,
            lasts: own.lasting.rho,
            by_chance: BY_CHANCE * places.len() as f64,
            places,
        })
    }
}

/// The results of a kin on the scale on which they are judged.
struct Table<'a> {
    kin: &'a Kin,
    /// Columns of the kin that are looked at.
    years: Vec<usize>,
    counted: bool,
    /// Result on the scale, cell by cell of the kin; NaN where there is none.
    y: Vec<f64>,
    /// Its sampling variance; 0 where counts are not known.
    v: Vec<f64>,
}

/// One expectation held against a table.
struct Fit {
    /// Flags by row and year.
    flags: Vec<Option<Flag>>,
    years: usize,
    lasting: Lasting,
    /// Expectation of each row in the last year, on the scale.
    expected: Vec<f64>,
    explained: f64,
}

impl<'a> Table<'a> {
    fn of(kin: &'a Kin) -> Result<Self, NoBright> {
        let cells = 0..kin.values.len();
        let effect = |cell: usize| Scale::Arcsine.effect(kin.hits[cell], kin.counts[cell]);
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
        // Years before a break are another series: only what follows the last break of most places counts.
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
    fn back(&self, effect: f64) -> f64 {
        if self.counted { 100.0 * Scale::Arcsine.proportion(effect) } else { effect }
    }

    /// Holds the table against the expectation from `x`, fitted year by year; `x` is `None` for a cell that is left out.
    fn fit(&self, x: impl Fn(usize) -> Option<Vec<f64>>) -> Result<Fit, NoBright> {
        let (rows, years) = (self.kin.series.len(), self.years.len());
        let mut flags = vec![None; rows * years];
        let mut residuals = vec![f64::NAN; rows * years];
        let (mut expected, mut explained) = (vec![f64::NAN; rows], 0.0);
        for (i, t) in self.years.iter().enumerate() {
            let given: Vec<(usize, Option<Vec<f64>>)> =
                (0..rows).map(|row| row * self.kin.periods + t).map(|cell| (cell, x(cell))).collect();
            let Some(line) = self.line(&given)? else { continue };
            for (row, own) in line.units {
                (flags[row * years + i], residuals[row * years + i]) = (Some(own.0), own.1);
            }
            (expected, explained) = (line.expected, line.explained);
        }
        let weights = self.weights(&residuals);
        let lasting = lasting(&residuals, years, weights.as_deref()).map_err(NoBright::Unfit)?;
        Ok(Fit { flags, years, lasting, expected, explained })
    }

    /// One year's line; `None` where too few cells are given.
    fn line(&self, given: &[(usize, Option<Vec<f64>>)]) -> Result<Option<Line>, NoBright> {
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
            match weighted(&x, &y, &v) {
                Ok(line) => break (line, used),
                // Column 0 is the intercept.
                Err(Unfit::Collinear(column)) if column > 0 => drop(used.remove(column - 1)),
                Err(other) => return Err(NoBright::Unfit(other)),
            }
        };
        let resid: Vec<f64> = line.units.iter().map(|u| u.resid).collect();
        let flags: Vec<Flag> = if self.counted {
            let shrunken = shrink(&resid, &v, Estimator::Pm).map_err(NoBright::Unfit)?;
            shrunken.units.iter().map(|u| u.flag).collect()
        } else {
            line.units.iter().map(|u| u.flag).collect()
        };
        let at = |x: &Vec<f64>| line.coef[0] + used.iter().zip(&line.coef[1..]).map(|(c, b)| b * x[*c]).sum::<f64>();
        let units = known.iter().zip(flags.into_iter().zip(resid)).map(|(k, own)| (k.0, own)).collect();
        let expected = given.iter().map(|(_, x)| x.as_ref().map_or(f64::NAN, at)).collect();
        Ok(Some(Line { units, expected, explained: line.r2 }))
    }

    /// One over the noise of each residual: sampling variance, and what moves from year to year beyond it.
    fn weights(&self, residuals: &[f64]) -> Option<Vec<f64>> {
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

/// One year's expectation: each known row's flag and residual, every row's expectation.
struct Line {
    units: Vec<(usize, (Flag, f64))>,
    expected: Vec<f64>,
    explained: f64,
}

/// Least squares; with sampling variances known, once more with weights by them and by the variance that is left.
fn weighted(x: &[Vec<f64>], y: &[f64], v: &[f64]) -> Result<headway_stats::mixed::Regression, Unfit> {
    let plain = regress(x, y, None)?;
    if v.iter().all(|v| *v == 0.0) {
        return Ok(plain);
    }
    let mean = v.iter().sum::<f64>() / v.len() as f64;
    let between = (plain.sigma.powi(2) - mean).max(0.0);
    let weights: Vec<f64> = v.iter().map(|v| mean / (v + between)).collect();
    regress(x, y, Some(&weights))
}

impl Fit {
    fn sides(&self, row: usize, sign: f64) -> Vec<Option<Side>> {
        let side = |flag: Flag| match (flag, sign > 0.0) {
            (Flag::None, _) => Side::Within,
            (Flag::Above, true) | (Flag::Below, false) => Side::Better,
            (Flag::Above, false) | (Flag::Below, true) => Side::Worse,
        };
        self.flags[row * self.years..(row + 1) * self.years].iter().map(|f| f.map(side)).collect()
    }

    /// Lasting distance on the better side at the false discovery rate, flagged in two years or more.
    fn bright(&self, row: usize, sign: f64) -> bool {
        let LastingEffect { u, q, .. } = self.lasting.units[row];
        let years = self.sides(row, sign).iter().filter(|s| **s == Some(Side::Better)).count();
        sign * u > 0.0 && q < LISTED_BELOW && years >= YEARS_FLAGGED
    }
}
