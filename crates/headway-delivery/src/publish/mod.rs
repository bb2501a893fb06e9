//! What leaves for a public reader: the suppression step and the release (invariant 3).
//!
//! A count of the lake becomes a [`Published`] value in one place, the step, which looks at everything of a release together
//! and at what earlier releases told. Pages, files and charts for the public take a [`Release`].

mod coding;
mod figures;
mod files;
mod folder;
mod lay_out;
mod layer;
mod links;
mod log;
mod prepare;
mod release;
mod rule;
mod step;
mod tally;
#[cfg(test)]
mod tests;
mod text;
mod told;
mod value;
mod weak;

pub use prepare::Prepared;
pub use release::{AuditSummary, Release, ReleaseMeasure, ReleasePlace, Row};
pub use rule::{DEFAULT_N_SIZE, Rule, VERSION};
pub use tally::Tally;
pub use text::{csv_cell, file_name};
pub use value::{Absence, Published, Range, Reason, Shown};
pub use weak::Weakness;
