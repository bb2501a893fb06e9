//! Pieces that several pages are made of.

mod choose;
mod figure;
mod status;
mod summary;
mod value;

pub(crate) use choose::{Choose, pager};
pub(crate) use figure::figure;
pub(crate) use status::{status, status_note, tally};
pub(crate) use summary::measure_table;
pub(crate) use value::{between, distance, observed, odds, period, signal};
