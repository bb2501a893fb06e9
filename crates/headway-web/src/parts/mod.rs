//! Pieces that several pages are made of.

mod choose;
mod figure;
mod grid;
mod headline;
mod milestone;
mod promises;
mod source;
mod status;
mod summary;
mod value;

pub(crate) use choose::{Choose, pager};
pub(crate) use figure::figure;
pub(crate) use grid::{Column, Grid, Kind};
pub(crate) use headline::headline;
pub(crate) use milestone::milestone_state;
pub(crate) use promises::{PROMISES, promises, sure};
pub(crate) use source::{source, sources};
pub(crate) use status::{off, status, status_note, tally};
pub(crate) use summary::{Table, measure_table};
pub(crate) use value::{between, distance, group_words, observed, odds, period, read_from, signal};
