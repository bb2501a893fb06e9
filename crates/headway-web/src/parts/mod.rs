//! Pieces that several pages are made of.

mod choose;
mod left_out;
mod milestone;
mod source;
mod summary;
mod targets;
mod value;
mod verdict;

pub(crate) use headway_parts::{
    GridColumn, GridColumnKind, ResponsiveTable, distance, distance_words, dropped, figure, finding, headline,
    headline_of, period, status, status_note, tally,
};

pub(crate) use choose::{ChoiceForm, pager};
pub(crate) use left_out::left_out;
pub(crate) use milestone::{milestone_of, milestone_state};
pub(crate) use source::{planned_source, source, sources};
pub(crate) use summary::{
    MeasureTable, latest_cells, measure_link, measure_table, own_target_cells, stands, target_cells, target_link,
    targets_together,
};
pub(crate) use targets::{TARGETS, measure_targets, place_targets, sure, target_headline, target_outlook};
pub(crate) use value::{between, group_words, judged, latest, observed, observed_beside, read_from};
pub(crate) use verdict::{beside, verdict, verdict_of};
