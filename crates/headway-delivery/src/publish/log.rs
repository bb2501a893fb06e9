//! The decision log: what was hidden of each figure, by which rule, with the true counts. For the agency only.

use std::fs;
use std::path::{Path, PathBuf};

use headway_disclosure::PreparedRelease;

use super::folder::write_to;
use crate::workspace::RELEASES;
use crate::{Error, Result};

/// Their file.
const FILE: &str = "decisions.csv";

/// Where the decisions of a release lie. It is made after the store knows the release.
pub(super) fn folder_of(workspace: &Path, agency: &str, number: u32) -> PathBuf {
    workspace.join(RELEASES).join(format!("{}-{number:04}", agency.replace(['/', '\\'], "_")))
}

/// The decisions of a release before it is recorded; dropped before they are [kept](DecisionLog::keep), they go away.
#[derive(Debug)]
pub struct DecisionLog {
    part: PathBuf,
    folder: PathBuf,
}

impl DecisionLog {
    /// Gives them their place, once the store knows the release. Gives the file.
    ///
    /// # Errors
    /// When they can't be moved there.
    pub fn put_in_place(self) -> Result<PathBuf> {
        fs::rename(&self.part, &self.folder).map_err(|e| Error::for_file(&self.folder, e))?;
        Ok(self.folder.join(FILE))
    }
}

/// Gives the decisions of recorded releases their place, where a program was killed before it did: the numbers went on.
fn finish_earlier(log: &DecisionLog) -> Result<()> {
    let above = log.folder.parent().unwrap_or(Path::new("."));
    let entries = match fs::read_dir(above) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|e| Error::for_file(above, e))?,
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own = name(&log.folder);
    let agency = own.rsplit_once('-').map_or("", |(agency, _)| agency);
    for entry in entries {
        let part = entry.map_err(|e| Error::for_file(above, e))?.path();
        let left = name(&part);
        let Some(left) = left.strip_prefix('.').and_then(|left| left.strip_suffix(".part")) else { continue };
        let place = above.join(left);
        if left != own && left.rsplit_once('-').is_some_and(|(of, _)| of == agency) && !place.exists() {
            fs::rename(&part, &place).map_err(|e| Error::for_file(&place, e))?;
        }
    }
    Ok(())
}

impl Drop for DecisionLog {
    fn drop(&mut self) {
        // Nothing is there any more when they were kept; else why they were not is what matters.
        let _ = fs::remove_dir_all(&self.part);
    }
}

impl DecisionLog {
    /// Writes every decision into the workspace (`releases/AGENCY-NUMBER/decisions.csv`). Gives the file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write_log(prepared: &PreparedRelease, workspace: &Path) -> Result<PathBuf> {
        Self::begin_log(prepared, workspace)?.put_in_place()
    }

    /// Writes every decision beside its place: what can't be written is found out before the release is recorded.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn begin_log(prepared: &PreparedRelease, workspace: &Path) -> Result<Self> {
        let release = &prepared.release;
        let place = folder_of(workspace, &release.agency, release.number);
        let name = place.file_name().unwrap_or_default().display().to_string();
        let log = Self { part: place.with_file_name(format!(".{name}.part")), folder: place };
        finish_earlier(&log)?;
        let folder = log.part.clone();
        headway_store::private_folder(&folder).map_err(|e| cant_keep(&folder, e))?;
        let file = folder.join(FILE);
        // Written before anything is in it.
        fs::write(&file, "")
            .and_then(|()| headway_store::keep_private(&file))
            .map_err(|e| Error::for_file(&file, e))?;
        write_to(&file, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record([
                "release",
                "measure",
                "place",
                "group",
                "grade",
                "period",
                "decision",
                "rule",
                "rule_version",
                "students",
                "amount",
            ])?;
            for decision in prepared.decisions() {
                csv.write_record([
                    release.number.to_string().as_str(),
                    decision.measure,
                    decision.place,
                    decision.group,
                    decision.grade,
                    &decision.period.to_string(),
                    decision.decision,
                    &decision.rule,
                    decision.version,
                    &decision.students.map(|n| n.to_string()).unwrap_or_default(),
                    &decision.amount.map(|k| k.to_string()).unwrap_or_default(),
                ])?;
            }
            csv.flush()
        })?;
        Ok(log)
    }
}

/// Why the workspace can't keep decisions; where it can only be read, as all that changes it says so.
pub(super) fn cant_keep(folder: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::ReadOnlyFilesystem => {
            headway_store::StoreError::ReadOnly { place: folder.display().to_string() }.into()
        }
        _ => Error::for_file(folder, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_of_a_recorded_release_get_their_place_later() {
        let home = tempfile::tempdir().expect("a folder");
        let path = |name: &str| home.path().join(name);
        for left in [".st-0001.part", ".st-0002.part", ".other-0001.part"] {
            fs::create_dir(path(left)).expect("made");
        }
        let log = DecisionLog { part: path(".st-0002.part"), folder: path("st-0002") };
        finish_earlier(&log).expect("moved");
        assert!(path("st-0001").is_dir() && !path(".st-0001.part").exists());
        assert!(path(".st-0002.part").is_dir() && path(".other-0001.part").is_dir());
        assert_eq!(log.put_in_place().expect("moved"), path("st-0002").join(FILE));
        assert!(path("st-0002").is_dir());
    }
}
