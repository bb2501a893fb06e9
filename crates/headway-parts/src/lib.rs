//! Pieces that the agency's own pages and its public site are both made of: tables, figures with their data, statuses with their
//! shape and word, headlines; and the style sheet.

mod figure;
mod frame;
mod grid;
mod headline;
mod status;
mod targets;
mod value;

pub use figure::chart_figure;
pub use frame::{PageHead, simulated_notice, skip_link};
pub use grid::{GridColumn, GridColumnKind, ResponsiveTable};
pub use headline::{headline_from_statuses, headline_of, headline_told};
pub use status::{status_finding, status_label, status_meaning, status_note, tally_list, told_status, told_tally};
pub use targets::{target_count, target_list};
pub use value::{distance_cell, distance_words, dropped_note, parts_text, period_text};

/// The style sheet.
pub const STYLE: &str = include_str!("../assets/style.css");

/// The icon: three rising steps and a path above them, drawn.
pub const ICON: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b57a4"/>"##,
    r##"<path d="M6 24l7-6 5 3 8-11" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/>"##,
    r##"<path d="M6 18L26 6" stroke="#ffb38a" stroke-width="2" stroke-dasharray="4 3"/></svg>"##
);
