//! Counts of one table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::pass::TableInfo;
use crate::read::{ChunkDoubt, ColumnShares, ReadRefusal, RowChunk};

/// How many refusals of a table are kept in full; all are counted.
pub(crate) const REFUSALS_KEPT: usize = 200;

/// Counts of one table while it is read.
pub(crate) struct TableTally {
    pub(crate) info: TableInfo,
    pub(crate) rows: u64,
    pub(crate) rows_accepted: u64,
    pub(crate) rows_refused: u64,
    pub(crate) rows_ignored: BTreeMap<String, u64>,
    pub(crate) cells_taken: u64,
    pub(crate) cells_refused: u64,
    pub(crate) cells_repeated: u64,
    pub(crate) cells_blank: u64,
    pub(crate) cells_unwanted: u64,
    pub(crate) refusals: Vec<ReadRefusal>,
    pub(crate) reasons: BTreeMap<String, u64>,
    pub(crate) doubts: BTreeMap<&'static str, ChunkDoubt>,
    pub(crate) shares: ColumnShares,
    pub(crate) lines_unwrapped: u64,
    pub(crate) rows_short: u64,
}

impl TableTally {
    pub(crate) fn new(info: TableInfo) -> Self {
        Self {
            info,
            rows: 0,
            rows_accepted: 0,
            rows_refused: 0,
            rows_ignored: BTreeMap::new(),
            cells_taken: 0,
            cells_refused: 0,
            cells_repeated: 0,
            cells_blank: 0,
            cells_unwanted: 0,
            refusals: Vec::new(),
            reasons: BTreeMap::new(),
            doubts: BTreeMap::new(),
            shares: ColumnShares::new(),
            lines_unwrapped: 0,
            rows_short: 0,
        }
    }

    /// Takes a chunk's counts; its observations are taken row by row.
    pub(crate) fn add_chunk(&mut self, chunk: &RowChunk) {
        self.rows += chunk.rows;
        self.rows_refused += chunk.rows_refused;
        for (why, count) in &chunk.rows_ignored {
            self.ignore_rows(why, *count);
        }
        self.cells_refused += chunk.cells_refused;
        self.cells_blank += chunk.cells_blank;
        self.cells_unwanted += chunk.cells_unwanted;
        // The first of each reason is kept however many others there are.
        let mut met = BTreeSet::new();
        for refusal in &chunk.refusals {
            let first = met.insert(&refusal.reason) && !self.reasons.contains_key(&refusal.reason);
            if first || self.refusals.len() < REFUSALS_KEPT {
                self.refusals.push(refusal.clone());
            }
        }
        for (reason, count) in &chunk.reasons {
            *self.reasons.entry(reason.clone()).or_default() += count;
        }
        for (what, doubt) in &chunk.doubts {
            self.doubts.entry(what).and_modify(|all| all.count += doubt.count).or_insert_with(|| doubt.clone());
        }
        for (column, shares) in &chunk.shares {
            self.shares.entry(*column).or_default().add_counts(shares);
        }
        self.lines_unwrapped += chunk.lines_unwrapped;
        self.rows_short += chunk.rows_short;
    }

    pub(crate) fn ignore_rows(&mut self, why: &str, count: u64) {
        *self.rows_ignored.entry(why.to_owned()).or_default() += count;
    }

    pub(crate) fn refuse_row(&mut self, row: u64, text: &str, reason: &str, keep: usize) {
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        if self.refusals.len() < keep {
            self.refusals.push(ReadRefusal { row, column: None, text: text.to_owned(), reason: reason.to_owned() });
        }
    }
}

/// Rows: what was read is what was accepted, refused and ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// Rows below the header.
    pub read: u64,
    /// Rows of which at least one value was taken.
    pub accepted: u64,
    /// Rows of which nothing was taken and something refused.
    pub refused: u64,
    /// Rows left out, by reason.
    pub ignored: BTreeMap<String, u64>,
}

/// Value cells: what was read is what was accepted, refused and ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CellCounts {
    /// Cells in value columns, in rows that were not left out or refused as rows.
    pub read: u64,
    /// Cells taken, by kind of value.
    pub accepted: BTreeMap<&'static str, u64>,
    /// Cells refused.
    pub refused: u64,
    /// Cells left out, by reason.
    pub ignored: BTreeMap<String, u64>,
}

impl RowCounts {
    pub(crate) fn from_tally(tally: &TableTally) -> Self {
        let rows = Self {
            read: tally.rows,
            accepted: tally.rows_accepted,
            refused: tally.rows_refused,
            ignored: tally.rows_ignored.clone(),
        };
        assert!(rows.adds_up(), "rows read are rows accepted, refused and ignored: {rows:?}");
        rows
    }

    /// Whether nothing is lost.
    pub fn adds_up(&self) -> bool {
        self.read == self.accepted + self.refused + self.ignored.values().sum::<u64>()
    }

    pub(crate) fn add_counts(&mut self, other: &Self) {
        self.read += other.read;
        self.accepted += other.accepted;
        self.refused += other.refused;
        for (why, count) in &other.ignored {
            *self.ignored.entry(why.clone()).or_default() += count;
        }
    }
}

impl CellCounts {
    /// How many were taken.
    pub fn taken_count(&self) -> u64 {
        self.accepted.values().sum()
    }

    /// Whether nothing is lost.
    pub fn adds_up(&self) -> bool {
        self.read == self.taken_count() + self.refused + self.ignored.values().sum::<u64>()
    }
}
