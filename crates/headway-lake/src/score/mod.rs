//! The scoring pass: every series of a measure in one streaming pass, in parallel, with no hash table over series.
//!
//! Of each series: first exact value since it broke and latest, their difference, limits and signal, expected value and status, distance
//! to the reference group of the same place and how it changed, and the rank of the change among its peers (places of its level)
//! inside its group and grade. What
//! a series promises and how it is judged comes in as a function; what is found goes to a scorecard in Parquet.
//!
//! A place's row of the reference group lies in another part of the files, so a first small pass reads that group alone
//! into a sorted table of two figures a place; the main pass walks along it as it walks along the places.

mod card;
mod file;
mod judge;
mod odds;
mod reference;

use std::path::Path;

use headway_model::{LakeSegment, SeriesRows, SoFar, ValueFlags, ValueState};
use rayon::prelude::*;

use crate::{Lake, LakeError, LakeScan, Result, ScanColumns, ScanPart, SeriesFilter, VintageRanking};
use card::ScorecardRows;
pub use card::ScorecardTotals;
use file::CardFile;
pub use judge::{SeriesJudgment, SeriesSummary, judge_by, status_series};
use odds::SeriesHistory;
pub use odds::{OddsBy, SeriesGoal};
use reference::ReferenceGroup;

/// What to score.
pub struct ScoringOptions<'a> {
    /// Vintages to look at, and which of two holds.
    pub rank: &'a VintageRanking<'a>,
    /// Which figures are figures so far.
    pub so_far: SoFar,
    /// Series and periods to look at.
    pub filter: SeriesFilter,
    /// Columns that the judging function reads.
    pub columns: ScanColumns,
    /// The group that gaps are measured against.
    pub reference: &'a str,
    /// Measure gaps only between equal periods: the latest with the latest, the first with the first.
    pub equal_periods: bool,
    /// Periods whose values count for nothing, as if no result had come.
    pub missing: Vec<i32>,
    /// Periods at which every series starts anew.
    pub broken: Vec<i32>,
    /// Places of one number are ranked among each other: a state not among its districts.
    pub peers: &'a (dyn Fn(&str) -> u8 + Sync),
    /// How likely promises are kept; `None` leaves it out. Reads all columns.
    pub odds: Option<&'a OddsBy<'a>>,
    /// What the file says of itself: keys and values of its metadata.
    pub about: Vec<(String, String)>,
}

impl Default for ScoringOptions<'_> {
    fn default() -> Self {
        Self {
            rank: &|id| Some(id),
            so_far: SoFar::default(),
            filter: SeriesFilter::default(),
            columns: ScanColumns { counts: false, ..ScanColumns::ALL },
            reference: headway_model::ALL,
            equal_periods: true,
            missing: Vec::new(),
            broken: Vec::new(),
            peers: &|_| 0,
            odds: None,
            about: Vec::new(),
        }
    }
}

/// Scores every series that has an exact value and writes the scorecard to `out`, whole or not at all. Gives its totals.
///
/// Memory: the series of one group and grade, some 120 bytes each (with odds 45 bytes more for each of its observations),
/// and the reference table.
pub fn score_measure(
    lake: &Lake,
    segments: &[LakeSegment],
    scoring: &ScoringOptions<'_>,
    judge: &(dyn Fn(&SeriesRows<'_>, &SeriesSummary<'_>) -> SeriesJudgment + Sync),
    out: &Path,
) -> Result<ScorecardTotals> {
    let reference = ReferenceGroup::read_group(lake, segments, scoring)?;
    let columns = if scoring.odds.is_some() { ScanColumns::ALL } else { scoring.columns };
    let scan = open_scan(lake, segments, scoring, scoring.filter.clone(), columns)?;
    let parts = scan.split_into_parts();
    let read = |part: &ScanPart| -> Result<Vec<ScorecardRows>> {
        let mut cards = Vec::new();
        let mut place = reference.start_cursor();
        let mut values = ExactValues::default();
        scan.visit_part(part, &mut |series| {
            let Some(facts) = values.summarize_series(&series, scoring) else { return };
            let judgement = judge(&series, &facts);
            let beside = reference.find_values(&mut place, series.grade, series.place);
            let card = ScorecardRows::for_series(&mut cards, &series);
            card.push_series(series.place, &facts, &judgement, beside, scoring.equal_periods);
            if let Some(by) = scoring.odds {
                if card.past.is_empty() {
                    card.past.push(SeriesHistory::default());
                }
                card.past[0].push_series(&series, scoring, by, judgement.goal);
            }
        })?;
        Ok(cards)
    };
    let mut file = CardFile::new(out, scoring)?;
    // While some parts are read, what the parts before gave is ranked and written.
    let mut waiting: Vec<ScorecardRows> = Vec::new();
    for some in parts.chunks(4 * rayon::current_num_threads()) {
        let before = std::mem::take(&mut waiting);
        let (written, found) = rayon::join(
            || before.into_iter().try_for_each(|card| file.push_card(card)),
            || some.par_iter().map(read).collect::<Result<Vec<_>>>(),
        );
        written?;
        waiting = found?.into_iter().flatten().collect();
    }
    waiting.into_iter().try_for_each(|card| file.push_card(card))?;
    file.finish_file()
}

fn open_scan<'a>(
    lake: &Lake,
    segments: &[LakeSegment],
    scoring: &'a ScoringOptions<'a>,
    filter: SeriesFilter,
    columns: ScanColumns,
) -> Result<LakeScan<'a>> {
    Ok(LakeScan::new(lake, segments)?
        .with_filter(filter)
        .with_ranking(scoring.rank)
        .so_far(&scoring.so_far)
        .with_columns(columns))
}

/// The exact values of a series, without the rest.
#[derive(Default)]
struct ExactValues {
    values: Vec<f64>,
    periods: Vec<i32>,
}

impl ExactValues {
    /// `None` when there is no exact value.
    fn summarize_series(&mut self, series: &SeriesRows<'_>, scoring: &ScoringOptions<'_>) -> Option<SeriesSummary<'_>> {
        self.values.clear();
        self.periods.clear();
        let (mut since_break, mut since) = (0, None);
        // Where the part of the series begins that has the latest value: a break behind that parts nothing from it.
        let (mut start, mut broken) = (0, false);
        for (row, (&lo, &period)) in series.lo.iter().zip(series.period).enumerate() {
            if series.flags_at(row).has_all(ValueFlags::BREAK) {
                since_break = self.values.len();
                broken = true;
            }
            let whole = !series.flags_at(row).has_all(ValueFlags::SO_FAR) && !scoring.missing.contains(&period);
            if series.state[row] == ValueState::Exact as u8 && lo.is_finite() && whole {
                if since.is_some_and(|since| scoring.broken.iter().any(|b| (since + 1..=period).contains(b))) {
                    since_break = self.values.len();
                    broken = true;
                }
                if std::mem::take(&mut broken) {
                    start = self.values.len();
                }
                since = Some(period);
                self.values.push(lo);
                self.periods.push(period);
            }
        }
        let (&base, &latest) = (self.values.get(start)?, self.values.last()?);
        let (&base_period, &latest_period) = (self.periods.get(start)?, self.periods.last()?);
        let (values, periods) = (&self.values, &self.periods);
        Some(SeriesSummary { values, periods, base, base_period, latest, latest_period, since_break })
    }
}

fn write_error(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> LakeError + '_ {
    move |error| LakeError::from_writer(path, error)
}
