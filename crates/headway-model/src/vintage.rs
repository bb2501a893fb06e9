//! Where a figure came from, and which file of the lake holds it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::PeriodKind;

/// The number of an import in the catalog, given in the order of loading. A later one supersedes an earlier one.
pub type VintageId = i64;

/// One import: which file, known from when, loaded when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vintage {
    /// Its number.
    pub id: VintageId,
    /// The name of the file, without its folder.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// The profile that read it.
    pub profile: String,
    /// The publisher's own name for the report, with its address where known.
    pub source: String,
    /// The day from which on the figures were known; an as-of question looks at this day.
    pub known_from: Date,
    /// Published as preliminary.
    pub provisional: bool,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// When it was taken back; then no question sees it any more.
    pub undone_at: Option<Timestamp>,
}

/// One immutable file of the lake: observations of one measure, sorted by (group, grade, unit, period, vintage).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Its path below the lake's root.
    pub path: String,
    /// The measure.
    pub measure: String,
    /// The kind of its periods.
    pub period_kind: PeriodKind,
    /// The imports whose rows it holds: one, or several after compaction.
    pub vintages: Vec<VintageId>,
    /// How many rows.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Ordinal of the first period in it.
    pub first_period: i32,
    /// Ordinal of the last period in it.
    pub last_period: i32,
}
