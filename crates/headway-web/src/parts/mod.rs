//! Pieces that several pages are made of.

mod choose;
mod left_out;
mod milestone;
mod promises;
mod source;
mod summary;
mod value;
mod verdict;

pub(crate) use headway_parts::{
    Column, Grid, Kind, distance, dropped, figure, finding, headline, headline_of, period, status, status_note, tally,
};

pub(crate) use choose::{Choose, pager};
pub(crate) use left_out::left_out;
pub(crate) use milestone::{milestone_of, milestone_state};
pub(crate) use promises::{PROMISES, outlook, promises, promises_of, stands_of, sure};
pub(crate) use source::{planned_source, source, sources};
pub(crate) use summary::{Table, for_whom, latest_cells, measure_link, measure_table, stands, target_cells};
pub(crate) use value::{between, group_words, judged, latest, observed, observed_beside, read_from};
pub(crate) use verdict::{beside, verdict, verdict_of};
