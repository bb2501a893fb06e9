//! What came out of a stretch of rows.

use std::collections::BTreeMap;

use headway_model::{Level, PeriodKind, ValueFlags, ValueState};
use serde::Serialize;

use super::places::PeriodNumber;
use super::register::DatedPlace;
use super::shares::ColumnShares;
use crate::profile::TokenMeaning;

/// One observation, its texts as numbers into the reader's dictionaries; numbers that are not known are NaN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodedObservation {
    pub(crate) measure: u32,
    pub(crate) place: u32,
    pub(crate) group: u32,
    pub(crate) grade: u32,
    pub(crate) period: i32,
    pub(crate) state: ValueState,
    pub(crate) flags: ValueFlags,
    pub(crate) row: u64,
    /// The exact value, or the lower bound.
    pub(crate) lo: f64,
    /// The exact value, or the upper bound.
    pub(crate) hi: f64,
    pub(crate) numerator: f64,
    pub(crate) denominator: f64,
}

/// What a row says of a place, texts as numbers into the reader's texts. No name or parent where the row says none.
#[derive(Clone, Debug)]
pub(crate) struct PlaceMention {
    pub(crate) place: u32,
    pub(crate) name: Option<u32>,
    pub(crate) parent: Option<u32>,
    pub(crate) level: Level,
    /// The period that the row speaks of; a register may say none.
    pub(crate) year: Option<PeriodNumber>,
    pub(crate) dated: Option<Box<DatedPlace>>,
    /// The row of a register that tells it; 0 where rows of figures tell of places beside.
    pub(crate) row: u64,
}

/// What could not be placed: a cell, or a whole row when its key can't be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReadRefusal {
    pub(crate) row: u64,
    pub(crate) column: Option<usize>,
    pub(crate) text: String,
    pub(crate) reason: String,
}

/// What came out of a stretch of rows. Dictionaries carry only what is new since the reader's last stretch.
#[derive(Default)]
pub(crate) struct RowChunk {
    /// Which reader it was.
    pub(crate) reader: usize,
    pub(crate) observed: Vec<CodedObservation>,
    /// The block's text, given back so that its memory is used again.
    pub(crate) text: String,
    pub(crate) measures: Vec<(String, PeriodKind)>,
    /// Places by their ids, with their levels.
    pub(crate) places: Vec<(String, Level)>,
    pub(crate) groups: Vec<String>,
    pub(crate) grades: Vec<String>,
    /// Ids, names and parents of places.
    pub(crate) texts: Vec<String>,
    /// What rows say of places, each once for each place and period.
    pub(crate) told: Vec<PlaceMention>,
    /// Rows read.
    pub(crate) rows: u64,
    /// Rows of which nothing was taken and something refused.
    pub(crate) rows_refused: u64,
    /// Rows left out, by reason.
    pub(crate) rows_ignored: BTreeMap<String, u64>,
    pub(crate) cells_refused: u64,
    pub(crate) cells_blank: u64,
    pub(crate) cells_unwanted: u64,
    pub(crate) refusals: Vec<ReadRefusal>,
    pub(crate) reasons: BTreeMap<String, u64>,
    /// What was taken with a doubt.
    pub(crate) doubts: BTreeMap<&'static str, ChunkDoubt>,
    /// Shares below 1 % that were written without a sign.
    pub(crate) bare_shares: u64,
    /// Rates beside their number of students alone, by column.
    pub(crate) shares: ColumnShares,
    pub(crate) tokens: Vec<(Box<str>, Option<TokenMeaning>, u64)>,
    /// Lines that were encoded twice and read twice.
    pub(crate) lines_unwrapped: u64,
    /// Rows that ended early.
    pub(crate) rows_short: u64,
}

/// What is doubtful though it was taken: how often, and where first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChunkDoubt {
    pub(crate) count: u64,
    pub(crate) row: u64,
    pub(crate) text: String,
}

/// How many refusals are kept in full; all are counted.
pub(crate) const REFUSALS_KEPT: usize = 200;

impl RowChunk {
    /// Counts a refusal, and keeps it while there is room; the first of its reason always.
    pub(crate) fn refuse_cell(&mut self, row: u64, column: Option<usize>, text: &str, reason: &str) {
        let first = match self.reasons.get_mut(reason) {
            Some(count) => {
                *count += 1;
                false
            }
            None => self.reasons.insert(reason.to_owned(), 1).is_none(),
        };
        if first || self.refusals.len() < REFUSALS_KEPT {
            self.refusals.push(ReadRefusal { row, column, text: text.to_owned(), reason: reason.to_owned() });
        }
    }

    /// Counts a doubt, and keeps the first of its kind.
    pub(crate) fn count_doubt(&mut self, row: u64, text: &str, what: &'static str) {
        self.doubts.entry(what).or_insert_with(|| ChunkDoubt { count: 0, row, text: text.to_owned() }).count += 1;
    }

    /// Leaves a row out.
    pub(crate) fn ignore_row(&mut self, why: &str) {
        match self.rows_ignored.get_mut(why) {
            Some(count) => *count += 1,
            None => drop(self.rows_ignored.insert(why.to_owned(), 1)),
        }
    }
}
