//! A pass over all files of an import: from tables to batches and counts.

mod batches;
mod conflict;
mod merge;
mod names;
mod places;
mod register;
mod seen;
mod tables;

pub(crate) use conflict::{ConflictVerdict, KeySightings};
pub(crate) use merge::{ChunkMerger, PassPurpose};
pub use tables::TableInfo;
pub(crate) use tables::{PassStop, TableSink, count_rows, each_table, rows_of};
