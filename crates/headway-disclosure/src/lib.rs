//! What leaves for a public reader: the suppression step and the release (invariant 3).
//!
//! A count becomes a [`PublishedValue`] value in one place, the step, which looks at everything of a release together and at what
//! earlier releases told. Pages, files and charts for the public take a [`Release`]; they see it through `headway-release`,
//! which names nothing that holds a hidden count.

mod atlas;
mod coding;
mod decisions;
mod derived;
mod earlier;
mod error;
mod figures;
mod files;
mod find;
mod formulas;
mod lay_out;
mod layer;
mod links;
mod made_of;
mod notes;
mod prepared;
mod reading;
mod release;
mod rule;
mod scale;
mod shares;
mod stated;
mod stay;
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

pub use decisions::FigureDecision;
pub use earlier::{EarlierRelease, ReleaseHistory};
pub use error::{Error, Result};
pub use files::INDEX;
pub use prepared::{LATE_BELOW, LEAST_WIDTH, PreparedRelease, ReleaseContext, ReleaseOptions, prepare_release};
pub use reading::ReleaseFigures;
pub use release::{AuditSummary, GivenUp, PublishedRow, Release, ReleaseMeasure, ReleasePlace, ReleasePlaces};
pub use rule::{DEFAULT_N_SIZE, PublishingRule, StudentCoverage, VERSION};
pub use taken::SumTaken;
pub use tally::DisclosureTally;
pub use text::{csv_cell, file_name, name_apart};
pub use value::{AbsenceReason, HiddenReason, PublishedValue, ShownValue, ValueRange};
pub use weak::StepWeakness;
