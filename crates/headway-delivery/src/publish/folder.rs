//! The folder that a release is published in: made beside it, put in its place in one step.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use headway_disclosure::{INDEX, Release, file_name};
use headway_files::part::{self, ClaimedFolder};
use headway_files::small;
use headway_store::{ReleaseRow, StoreError};
use serde_json::Value as Json;

use super::exchange::{swap_folders, sync_folder, sync_parent};
use super::log::folder_of;
use super::{kept, rights};
use crate::outputs::resolved_path;
use crate::{Error, Result, Workspace};

/// What a folder says of the release in it.
struct FolderRelease {
    agency: Option<String>,
    number: Option<u64>,
    made_on: Option<String>,
    recorded_at: Option<String>,
}

/// A release that was made beside its folder, and is not seen yet. Dropped before it is [put](Staged::put), it goes away.
#[derive(Debug)]
pub struct StagedRelease {
    new: PathBuf,
    folder: PathBuf,
    old: PathBuf,
    /// What lies in the folder that Headway did not write, relative to it: it stays.
    pub kept: Vec<PathBuf>,
    /// Keeps other programs from publishing into the same folder.
    held: Vec<ClaimedFolder>,
}

/// What writing the pages of a release gives; any failure is told as it is.
pub type PagesResult = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Writes the release into `folder`: [`stage`], then [`StagedRelease::put`]. Gives what stays there besides.
///
/// # Errors
/// As both.
pub fn write_release(
    release: &Release,
    folder: &Path,
    pages: impl FnOnce(&Release, &Path) -> PagesResult,
) -> Result<Vec<PathBuf>> {
    stage_release(release, folder, pages)?.put_in_place()
}

/// Makes everything beside `folder` and writes it through to the disk. `pages` writes what goes with the data into the
/// folder it is handed. What an earlier attempt left beside the folder is taken away.
///
/// # Errors
/// [`Error::Refused`] when `folder` holds something else than an earlier release of this agency, or a workspace, or another
/// program is publishing into it; when it can't be written.
pub fn stage_release(
    release: &Release,
    folder: &Path,
    pages: impl FnOnce(&Release, &Path) -> PagesResult,
) -> Result<StagedRelease> {
    let folder = place_of(folder)?;
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(|e| Error::for_file(above, e))?;
    }
    put_back(&folder)?;
    may_replace(release, &folder)?;
    for left in find_leftovers(&folder)? {
        part::remove_left_folder(&left).map_err(|e| in_use(&folder, &left, e))?;
    }
    let [new, old] = ["new", "old"].map(|ending| path_beside(&folder, ending, release.number));
    let held = part::claim_folder(&new).map_err(|e| in_use(&folder, &new, e))?;
    let mut staged = StagedRelease { new, folder, old, kept: Vec::new(), held: vec![held] };
    let new = &staged.new;
    write_data(release, new)
        .and_then(|()| pages(release, new).map_err(Error::Pages))
        .and_then(|()| kept::write_file_list(new))?;
    if staged.folder.exists() {
        staged.kept = kept::carry_over(&staged.folder, new)?;
        rights::keep_rights(&staged.folder, new)?;
    }
    sync_folder(new)?;
    Ok(staged)
}

/// Whether what `folder` holds may be replaced: nothing, or an earlier release of this agency.
fn may_replace(release: &Release, folder: &Path) -> Result<()> {
    match read_held(&place_of(folder)?)? {
        None => Ok(()),
        Some(FolderRelease { agency: Some(agency), .. }) if agency == release.agency => Ok(()),
        Some(FolderRelease { agency: Some(agency), .. }) => {
            refuse_folder(folder, &format!("it holds a release of “{agency}”"))
        }
        Some(_) => refuse_folder(folder, "it is not empty and holds no release of Headway"),
    }
}

/// The agency whose release lies in `folder` itself; `None` where none does.
///
/// # Errors
/// When what lies there can't be read.
pub fn agency_in(folder: &Path) -> Result<Option<String>> {
    Ok(read_held(&place_of(folder)?)?.and_then(|held| held.agency))
}

/// The data files of a release.
fn write_data(release: &Release, folder: &Path) -> Result<()> {
    let data = folder.join("data");
    fs::create_dir_all(&data).map_err(|e| Error::for_file(&data, e))?;
    for measure in &release.measures {
        let name = file_name(&measure.id);
        write_to(&data.join(format!("{name}.csv")), |out| release.write_csv(measure, out))?;
        write_to(&data.join(format!("{name}.json")), |out| release.write_json(measure, out))?;
    }
    write_to(&folder.join("RULES.txt"), |out| out.write_all(release.rules_text().as_bytes()))?;
    write_to(&folder.join(INDEX), |out| {
        serde_json::to_writer_pretty(&mut *out, &release.package_json())?;
        out.write_all(b"\n")
    })
}

pub(super) fn write_to(path: &Path, write: impl FnOnce(&mut BufWriter<fs::File>) -> std::io::Result<()>) -> Result<()> {
    let attempt = || -> std::io::Result<()> {
        let mut out = BufWriter::new(fs::File::create(path)?);
        write(&mut out)?;
        out.flush()
    };
    attempt().map_err(|e| Error::for_file(path, e))
}

impl Workspace {
    /// Whether a release may take the place of what is in `folder`: an earlier release of the agency that this workspace
    /// took down. What another one told is not known here, and the next one could give it away.
    ///
    /// # Errors
    /// [`Error::Refused`] when it may not.
    pub async fn may_replace(&self, release: &Release, folder: &Path) -> Result<()> {
        Self::lies_apart(self.root(), folder)?;
        may_replace(release, folder)?;
        self.knows_what_was_told(release).await?;
        let Some(held) = read_held(&place_of(folder)?)? else { return Ok(()) };
        let known = self.store.agency_releases(&release.agency).await?;
        if known.iter().any(|row| held.is_release(row)) {
            return Ok(());
        }
        let text = |field: &Option<String>| field.clone().unwrap_or_else(|| "an unknown day".to_owned());
        let last = known.last().map_or("it knows none".to_owned(), |last| {
            format!("its last one is number {}, made on {}", last.number, last.made_on)
        });
        Err(Error::Refused(format!(
            "not published: {} holds release {} of “{}”, made on {}, and this workspace does not know it ({last}). It was \
             probably restored from an older backup. The public has seen that release, and without it the next one could give \
             hidden figures away. Restore a backup made after that release into a new folder",
            folder.display(),
            held.number.map_or_else(|| "?".to_owned(), |n| n.to_string()),
            release.agency,
            text(&held.made_on),
        )))
    }
}

impl Workspace {
    /// The workspace keeps the decisions of each release. Where it has those of one that its catalog does not know, the catalog
    /// is an older one or was made anew.
    async fn knows_what_was_told(&self, release: &Release) -> Result<()> {
        let (agency, number) = (&release.agency, release.number);
        let last = self.store.agency_releases(agency).await?.last().map_or(0, |last| last.number);
        if last >= number {
            // Another program published while this one worked its release out: nothing is forgotten.
            return Err(StoreError::ReleaseInBetween { agency: agency.to_string(), number, last }.into());
        }
        let folder = folder_of(self.root(), agency, number);
        if !folder.try_exists().map_err(|e| Error::for_file(&folder, e))? {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "not published: {} has the decisions of release {} of “{}”, and the catalog does not know that release. The public has \
             seen it, and without it the next one could give hidden figures away. Restore a backup made after that release into a new folder",
            folder.display(),
            release.number,
            release.agency
        )))
    }
}

impl FolderRelease {
    /// Whether it is this one. Folders of the first format do not say when they were taken down.
    fn is_release(&self, row: &ReleaseRow) -> bool {
        let same_day = self.made_on.as_deref() == Some(row.made_on.to_string().as_str());
        let same_time = self.recorded_at.as_ref().is_none_or(|at| *at == row.recorded_at);
        self.number == Some(u64::from(row.number)) && same_day && same_time
    }
}

impl StagedRelease {
    /// Puts the release in the place of its folder, at once. Gives what stays there besides, relative to it.
    ///
    /// # Errors
    /// When the folder can't be replaced: then it is as it was.
    pub fn put_in_place(mut self) -> Result<Vec<PathBuf>> {
        // The old one gets the name of the new one, and is this program's to take away.
        if self.folder.exists() {
            self.held.push(part::lock_folder(&self.folder).map_err(|e| in_use(&self.folder, &self.folder, e))?);
        }
        let old = swap_folders(&self.new, &self.folder, &self.old)?;
        sync_parent(&self.folder)?;
        if let Some(old) = old {
            fs::remove_dir_all(&old).map_err(|e| Error::for_file(&old, e))?;
        }
        Ok(std::mem::take(&mut self.kept))
    }
}

impl Drop for StagedRelease {
    fn drop(&mut self) {
        // What was begun is of no use, and what was put is there no more; a failure here would hide why it was dropped.
        let _ = fs::remove_dir_all(&self.new);
    }
}

/// The folder itself, whole: where `folder` is a link to one the link stays, and `.` is the folder that one stands in.
fn place_of(folder: &Path) -> Result<PathBuf> {
    if !folder.is_symlink() {
        let place = resolved_path(folder);
        return match place.is_absolute() && place.file_name().is_some() {
            true => Ok(place),
            false => refuse_folder(folder, "it is no folder that a new one can take the place of"),
        };
    }
    match folder.canonicalize() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            refuse_folder(folder, "it is a link to a place that is not there")
        }
        real => real.map_err(|e| Error::for_file(folder, e)),
    }
}

/// Where the system can't exchange two folders, an attempt that was stopped may have left the folder under another name.
fn put_back(folder: &Path) -> Result<()> {
    if folder.symlink_metadata().is_ok() {
        return Ok(());
    }
    let is_old = |path: &PathBuf| path.to_string_lossy().contains(".old-");
    match find_leftovers(folder)?.into_iter().find(is_old) {
        Some(old) => fs::rename(&old, folder).map_err(|e| Error::for_file(folder, e)),
        None => Ok(()),
    }
}

/// What is said where a folder beside the target can't be had.
fn in_use(folder: &Path, part: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::WouldBlock => Error::Refused(format!(
            "another program is publishing into {} now. Nothing was published: try again when it is done",
            folder.display()
        )),
        _ => Error::for_file(part, error),
    }
}

fn refuse_folder<T>(folder: &Path, what: &str) -> Result<T> {
    Err(Error::Refused(format!("{}: {what}. Nothing was written: name another folder", folder.display())))
}

/// What is in the folder; nothing when it is not there or empty.
fn read_held(folder: &Path) -> Result<Option<FolderRelease>> {
    if !folder.exists() {
        return Ok(None);
    }
    if !folder.is_dir() {
        return refuse_folder(folder, "it is a file");
    }
    if fs::read_dir(folder).map_err(|e| Error::for_file(folder, e))?.next().is_none() {
        return Ok(None);
    }
    let index = folder.join(INDEX);
    let text = match small::read_text(&index) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.map_err(|e| Error::for_file(&index, e))?,
    };
    let index: Json = serde_json::from_str(&text).unwrap_or_default();
    let head = &index["headway"];
    let word = |name: &str| head[name].as_str().map(str::to_owned);
    Ok(Some(FolderRelease {
        agency: word("agency"),
        number: head["release"].as_u64(),
        made_on: word("made_on"),
        recorded_at: word("recorded_at"),
    }))
}

/// `pub.new-3` beside `pub`.
fn path_beside(folder: &Path, ending: &str, number: u32) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_else(|| "release".as_ref()).to_owned();
    name.push(format!(".{ending}-{number}"));
    folder.with_file_name(name)
}

/// Folders that publishing into this folder left behind when it was stopped: `pub.new-3`, `pub.old-12`.
fn find_leftovers(folder: &Path) -> Result<Vec<PathBuf>> {
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let Some(own) = folder.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let left = |name: &str| {
        let ending = name.strip_prefix(own).and_then(|rest| rest.strip_prefix(".new-").or(rest.strip_prefix(".old-")));
        ending.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(above).map_err(|e| Error::for_file(above, e))? {
        let path = entry.map_err(|e| Error::for_file(above, e))?.path();
        if path.is_dir() && path.file_name().and_then(|name| name.to_str()).is_some_and(left) {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_this_folder_and_of_no_other() {
        let root = tempfile::tempdir().expect("a folder");
        for name in ["pub", "pub.new-1", "pub.old-12", "pub.new-", "pub.new-x", "public.new-1", "xpub.new-1"] {
            fs::create_dir(root.path().join(name)).expect("made");
        }
        fs::write(root.path().join("pub.old-3"), "a file").expect("written");
        let mut left = find_leftovers(&root.path().join("pub")).expect("read");
        left.sort();
        assert_eq!(left, ["pub.new-1", "pub.old-12"].map(|name| root.path().join(name)));
    }
}
