//! Bright spots: places that do better than expected of them, year after year, and more than chance explains (METHODS.md).
//!
//! Each year has its own expectation: least squares on the place's intake. With counts known all is done on the arcsine scale,
//! where sampling error is known, and each year's distances are shrunken by it; else the studentized distances are judged.
//! What of the distances lasts over the years makes the list: places that are so far above expectation that a visit pays, at a
//! false discovery rate over all places looked at.

mod fit;
mod persistence;
mod words;

use std::sync::Arc;

use headway_model::plan::Break;
use headway_model::{GroupCode, Level, Period, ValueFlags};
use headway_stats::mixed::{BY_CHANCE, FitFailure};
use headway_stats::normal::Z95;
use serde::Serialize;

use super::PeerKey;
use super::intake::StudentComposition;
use crate::MeasureAssessment;
use fit::{LeastDistances, ResultTable};
pub use persistence::{PersistenceMap, PersistenceRow, YearStanding};

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
/// Years with results that a bright spot needs: one is often luck.
const LEAST_RESULTS: usize = 2;

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBright {
    /// The measure has no better side.
    NoBetterSide,
    /// Fewer places than an expectation needs have results in two years; holds how many have one at all.
    TooFewPlaces(usize),
    /// The expectation can't be fitted.
    Unfit(FitFailure),
}

impl NoBright {
    /// In words.
    pub fn reason_text(self) -> String {
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
pub struct BrightAnalysis {
    /// The years, oldest first.
    pub years: Vec<Period>,
    /// Groups whose shares make the expectation; none where the lake has no counts by group.
    pub intake: Vec<GroupCode>,
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
    /// The lasting distance from which on a place is listed.
    pub least: AtLeast,
    /// How many of those listed are nearer to expectation than that, by the model.
    pub nearer: f64,
}

/// The lasting distance from which on a place is worth a visit, in the measure's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "by", content = "points", rename_all = "kebab-case")]
pub enum AtLeast {
    /// As asked for.
    Asked(f64),
    /// One standard deviation of the lasting distances of all places (at a middle expectation).
    Spread(f64),
    /// A year of the progress that is promised for the agency as a whole, which is more than that deviation.
    YearOfProgress(f64),
}

impl AtLeast {
    /// The distance.
    pub fn points(self) -> f64 {
        match self {
            Self::Asked(points) | Self::Spread(points) | Self::YearOfProgress(points) => points,
        }
    }
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
    /// Chance, by the model, that its lasting distance is smaller than the list asks for.
    pub smaller: f64,
    /// False discovery rate over the places: the share of smaller distances among places at least as sure as this one.
    pub q: f64,
    /// Year by year: better or worse than expected beyond its own noise; `None` without a result.
    pub years: Vec<Option<ExpectationSide>>,
    /// Year by year, the distance from that year's expectation in the measure's unit, plus is the better side; drawn to 0 by
    /// what the draw of students explains where counts are known.
    pub yearly: Vec<Option<f64>>,
    /// Whether it is a bright spot.
    pub bright: bool,
    /// Whether it were one without intake: every place held against the same expectation.
    pub without_intake: bool,
    /// Whether it also does better, by whatever lasting distance, than its own results of the year before and its intake let
    /// expect.
    pub progress: bool,
}

/// Where a year's result lies to expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectationSide {
    /// Better than expected.
    Better,
    /// As expected.
    Within,
    /// Worse than expected.
    Worse,
}

impl BrightAnalysis {
    /// How many bright spots there are, of how many places: the one count, for every page, picture and answer.
    pub fn headline_text(&self, (one, many): (&str, &str)) -> String {
        let of = headway_render::format::count_with_noun(self.places.len(), one, many);
        match self.bright_places().count() {
            0 => format!("None of {of} does better than expected year after year"),
            1 => format!("One of {of} does better than expected year after year"),
            n => format!("{} of {of} do better than expected year after year", headway_render::format::count_text(n)),
        }
    }

    /// The bright spots.
    pub fn bright_places(&self) -> impl Iterator<Item = &BrightPlace> {
        self.places.iter().filter(|p| p.bright)
    }
}

impl BrightPlace {
    /// Years flagged as better.
    pub fn better_years(&self) -> usize {
        self.years.iter().filter(|y| **y == Some(ExpectationSide::Better)).count()
    }

    /// Years flagged as worse.
    pub fn worse_years(&self) -> usize {
        self.years.iter().filter(|y| **y == Some(ExpectationSide::Worse)).count()
    }

    /// Whether every year with a result was flagged as better, two at least.
    pub fn in_all_years(&self) -> bool {
        self.better_years() >= LEAST_RESULTS && self.years.iter().flatten().all(|y| *y == ExpectationSide::Better)
    }
}

impl MeasureAssessment {
    /// The places of a level, judged for one student group and grade. `at_least` is the lasting distance, in the measure's unit,
    /// from which on a place is listed; the plain choice ([`AtLeast`]) where none is given.
    ///
    /// # Errors
    /// [`NoBright`]: why nothing can be said.
    pub fn bright_spots(
        &self,
        level: Level,
        group: &str,
        grade: &str,
        at_least: Option<f64>,
    ) -> Arc<Result<BrightAnalysis, NoBright>> {
        let key = PeerKey { level: Some(level), group: group.into(), grade: grade.into(), part: None };
        match at_least {
            None => self.judged.bright.get(key.clone(), || self.find_bright(&key, None)),
            // Not kept: anybody can ask for any number of distances.
            asked => Arc::new(self.find_bright(&key, asked)),
        }
    }

    fn find_bright(&self, key: &PeerKey, asked: Option<f64>) -> Result<BrightAnalysis, NoBright> {
        let sign =
            self.planned.measure.direction.and_then(headway_model::Direction::sign).ok_or(NoBright::NoBetterSide)?;
        let kin = self.kin_for(key);
        let table = ResultTable::from_kin(&kin)?;
        let intake = StudentComposition::for_kin(self, key, &kin);
        let own = table.fit_years(|cell| Some(intake.shares_at(cell)))?;
        let plain = table.fit_years(|_| Some(Vec::new()))?;
        // The first year has no year before it, nor has one in which the series starts anew; a place without one is left out of
        // that year.
        let progress = table.fit_years(|cell| {
            let follows = cell % kin.periods > 0 && !kin.breaks[cell];
            let before = cell.checked_sub(1).filter(|_| follows).map(|before| table.y[before])?;
            before.is_finite().then(|| intake.shares_at(cell).into_iter().chain([before]).collect())
        });
        let least = LeastDistances::choose_least(&table, &own, sign, asked, self.year_of_progress(key));
        let listed = own.bright_rows(sign, |row| least.least_for_row(row));
        let without_intake = plain.bright_rows(sign, |row| least.least_for_row(row));
        let progress = progress.map(|fit| fit.bright_rows(sign, |_| 0.0)).unwrap_or_default();
        let mut places: Vec<BrightPlace> = (0..kin.series.len())
            .filter(|row| own.lasting.units[*row].years > 0)
            .map(|row| {
                let last = kin.row_cells(row).end - 1;
                let effect = own.lasting.units[row];
                let beyond = |u: f64| {
                    sign * (table.to_measure_unit(own.expected[row] + u) - table.to_measure_unit(own.expected[row]))
                };
                let ends = (beyond(effect.u - sign * Z95 * effect.se), beyond(effect.u + sign * Z95 * effect.se));
                BrightPlace {
                    series: kin.series[row],
                    value: Some(kin.values[last]).filter(|v| v.is_finite()),
                    hits: Some(kin.hits[last]).filter(|k| k.is_finite()),
                    count: Some(kin.counts[last]).filter(|n| n.is_finite()),
                    expected: table.to_measure_unit(own.expected[row]),
                    distance: beyond(effect.u),
                    interval: ends,
                    smaller: listed[row].beyond.smaller,
                    q: listed[row].beyond.q,
                    years: own.sides_of_row(row, sign),
                    yearly: own.yearly_distances(row, sign),
                    bright: listed[row].bright,
                    without_intake: without_intake[row].bright,
                    progress: progress.get(row).is_some_and(|found| found.bright),
                }
            })
            .collect();
        places.sort_by(|a, b| b.distance.total_cmp(&a.distance));
        let kind = self.period_kind();
        Ok(BrightAnalysis {
            years: table.years.iter().map(|t| kin.period_of_cell(*t, kind)).collect(),
            intake: intake.groups.clone(),
            filled: intake.filled,
            counted: table.counted,
            explained: own.explained,
            lasts: own.lasting.rho,
            by_chance: BY_CHANCE * places.len() as f64,
            least: least.at_least,
            nearer: places.iter().filter(|p| p.bright).map(|p| p.smaller).sum(),
            places,
        })
    }

    /// What the agency as a whole promises to gain in a year, for this group and grade; `None` where it promises nothing, or
    /// where the series breaks on the way and baseline and target can't be compared.
    fn year_of_progress(&self, key: &PeerKey) -> Option<f64> {
        let series = self.find_series(&key.group, &key.grade, self.home.as_deref()?)?;
        let standing = self.standing_of(series, None).ok()?;
        let (from, to) = (standing.baseline_period?, standing.target_period?);
        let told = self
            .observations_of(series)
            .into_iter()
            .filter(|o| o.flags.has_all(ValueFlags::BREAK))
            .map(|o| o.period.ordinal);
        let mut broken = self.planned.measure.marked_periods(Break::Break).into_iter().chain(told);
        let bridged = || self.targets_of(series).iter().any(|t| t.baseline.as_ref().is_some_and(|b| b.bridged));
        if broken.any(|period| (from.ordinal + 1..=to.ordinal).contains(&period)) && !bridged() {
            return None;
        }
        let years = f64::from(to.ordinal - from.ordinal) / self.period_kind().per_year();
        let gain = standing.target.exact_number()? - standing.baseline.exact_number()?;
        (years > 0.0).then(|| gain.abs() / years)
    }
}
