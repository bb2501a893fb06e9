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
    GridColumn, GridColumnKind, ResponsiveTable, chart_figure, distance_cell, distance_words, dropped_note,
    headline_from_statuses, headline_of, parts_text, period_text, status_finding, status_label, status_meaning,
    status_note, tally_list, told_status,
};

pub(crate) use choose::{ChoiceForm, page_links};
pub(crate) use left_out::left_out;
pub(crate) use milestone::{milestone_of, milestone_state};
pub(crate) use source::{planned_source, source_link, source_links};
pub(crate) use summary::{
    MeasureTable, latest_cells, measure_link, measure_table, own_standing, own_target_cells, target_cells, target_link,
    targets_together,
};
pub(crate) use targets::{TARGETS, measure_targets, outlook_line, place_targets, target_headline, target_outlook};
pub(crate) use value::{group_words, interval_text, judged_note, observed_beside, read_from, result_cells};
pub(crate) use verdict::{row_verdict, verdict_below, verdict_of};
