//! Pieces that several pages are made of.

mod choose;
mod figure;
mod grid;
mod headline;
mod left_out;
mod milestone;
mod promises;
mod source;
mod status;
mod summary;
mod value;
mod verdict;

pub(crate) use choose::{Choose, pager};
pub(crate) use figure::figure;
pub(crate) use grid::{Column, Grid, Kind};
pub(crate) use headline::{Stands, headline, headline_of, headline_told};
pub(crate) use left_out::left_out;
pub(crate) use milestone::{milestone_of, milestone_state};
pub(crate) use promises::{PROMISES, promises, sure};
pub(crate) use source::{source, sources};
pub(crate) use status::{finding, status, status_note, tally};
pub(crate) use summary::{Table, for_whom, latest_cells, measure_table, stands, target_cells};
pub(crate) use value::{
    between, distance, dropped, group_words, judged, latest, observed, observed_beside, period, read_from,
};
pub(crate) use verdict::{beside, verdict, verdict_of};
