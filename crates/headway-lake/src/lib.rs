//! The lake: observations in immutable sorted Parquet files, written by imports and read by scans.
//!
//! One file (a *segment*) holds one measure of one import, sorted by (group, grade, place, period, vintage), so that a series
//! lies together and every question is one streaming pass with no hash table over series. Which files exist and which
//! imports are seen is decided outside (the catalog in SQL): reading takes segments and the ranks of the visible vintages.
//! The columns are documented in `docs/lake.md`.

mod arrays;
mod beside;
mod block;
#[cfg(feature = "s3")]
mod bucket;
mod column;
mod compact;
mod crossed;
mod diff;
mod encode;
mod error;
mod file;
mod filter;
mod folder;
mod guard;
mod import;
mod index;
mod lake;
mod layout;
mod merge;
mod panel;
mod ranks;
mod raw;
mod raw_sample;
mod raw_write;
mod rows;
mod run;
mod scan;
mod score;
mod seal;
mod side;
mod sort;
mod sorter;
mod temp;
mod verify;

pub use compact::compact_segments;
pub use diff::{FigureChange, FigureDiff, OwnedFigureChange, diff_import};
pub use error::{LakeError, MeasureConflicts, Result, RowConflict};
pub use filter::SeriesFilter;
pub use import::{LakeImport, WrittenImport, WrittenSegment};
pub use lake::Lake;
pub use raw::{RawColumns, RawShape, read_parquet};
pub use raw_sample::{RawSample, sample_parquet};
pub use raw_write::{write_csv, write_parquet};
pub use scan::{LakeScan, ScanColumns, ScanPart, VintageRanking};
pub use score::{
    OddsBy, ScorecardTotals, ScoringOptions, SeriesGoal, SeriesJudgment, SeriesSummary, judge_by, score_measure,
    status_series,
};
pub use side::SideWriter;
