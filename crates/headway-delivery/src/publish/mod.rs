//! What leaves for a public reader: the suppression step and the release (invariant 3).
//!
//! A count of the lake becomes a [`Published`] value in one place, the step, which looks at everything of a release together
//! and at what earlier releases told. Pages, files and charts for the public take a [`Release`].

mod atlas;
mod coding;
mod derived;
mod earlier;
mod figures;
mod files;
mod find;
mod folder;
mod formulas;
mod kept;
mod lay_out;
mod layer;
mod links;
mod log;
mod made_of;
mod notes;
mod prepare;
mod read;
mod release;
mod rule;
mod scale;
mod shares;
mod step;
mod taken;
mod tally;
#[cfg(test)]
mod tests;
mod text;
mod ties;
mod told;
mod value;
mod weak;

pub use folder::Staged;
pub use log::DecisionLog;
pub use prepare::{LATE_BELOW, LEAST_WIDTH, Making, Prepared};
pub use release::{AuditSummary, GivenUp, Release, ReleaseMeasure, ReleasePlace, ReleasePlaces, Row};
pub use rule::{Counts, DEFAULT_N_SIZE, Rule, VERSION};
pub use taken::SumTaken;
pub use tally::Tally;
pub use text::{csv_cell, file_name};
pub use value::{Absence, Published, Range, Reason, Shown};
pub use weak::Weakness;
