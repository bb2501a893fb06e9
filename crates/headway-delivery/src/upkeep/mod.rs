//! Keeping a workspace sound: doctor, compaction, backup, restore, the manifest and what is made of it.

mod backup;
mod compact;
mod doctor;
mod manifest;
mod mine;
mod older;
mod owner;
mod rebuild;

pub(crate) use backup::{claim_part, give_name, part_folder, remove_folder};
pub use compact::CompactionReport;
pub use doctor::DoctorReport;
pub(crate) use owner::lies_in_no_lake;
pub use rebuild::RebuildReport;

use std::collections::BTreeMap;

use headway_model::VintageId;

use crate::{Result, Workspace};

impl Workspace {
    /// The seals of all files that the catalog knows.
    async fn file_seals(&self) -> Result<BTreeMap<String, Option<String>>> {
        Ok(self.store.segment_seals().await?.into_iter().collect())
    }
}

/// The import whose file this is, by its name; `None` for a merged one.
fn import_of(path: &str) -> Option<VintageId> {
    path.rsplit('/').next()?.strip_suffix(".parquet")?.parse().ok()
}

/// The first of several, and how many more; `None` for none.
fn names_text(names: &[String]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(one.clone()),
        [first, rest @ ..] => Some(format!("{first} and {} more", rest.len())),
    }
}
