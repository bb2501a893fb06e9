//! Whose lake it is: a file in it names the workspace, so that two of them never take one folder for their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use headway_files::small;
use headway_lake::Lake;
use headway_store::{ActivityFilter, Store};
use serde::{Deserialize, Serialize};

use super::manifest::{LakeManifest, MANIFEST};
use super::mine::OwnFiles;
use crate::outputs::resolved_path;
use crate::workspace::{DATABASE, lake_folder, store_address};
use crate::{Error, Result, Workspace};

/// Its file in the lake.
const OWNER: &str = "owner.json";

/// `owner.json`: a catalog is known by its first change, which nothing ever alters and which every backup of it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LakeOwner {
    /// When the catalog's first change was made, and by whom.
    begun_at: String,
    begun_by: String,
    /// The workspace's folder where the lake lies outside it; inside it the two move together.
    workspace: Option<String>,
}

/// What a lake says of its owner, to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LakeOwnership {
    /// Nothing yet.
    Nobodys,
    /// It is this workspace, which was in another folder when that was written.
    Moved,
    /// It is this workspace.
    Ours,
}

impl LakeOwner {
    /// The owner that this catalog would name; `None` before its first change.
    async fn from_catalog(store: &Store, root: &Path, lake: &Lake) -> Result<Option<Self>> {
        let first = ActivityFilter { before: Some(2), ..ActivityFilter::default() };
        let first = store.list_activity(first, 1).await?.pop();
        Ok(first.map(|first| Self::from_first_change(first.at, first.who, root, lake)))
    }

    /// The same by the catalog's first change: when it was made, and by whom.
    fn from_first_change(at: jiff::Timestamp, who: String, root: &Path, lake: &Lake) -> Self {
        let beside = lake.is_remote() || !lies_in(lake.folder_here(), root);
        Self { begun_at: at.to_string(), begun_by: who, workspace: beside.then(|| real_path(root)) }
    }

    fn in_lake(lake: &Lake) -> Result<Option<Self>> {
        let bad = |error: String| {
            Error::Refused(format!(
                "{OWNER} in the lake {} can't be read: {error}. It says whose lake this is, and nothing is done without knowing. \
                 If no other workspace uses the lake, remove that file: the next import writes it anew. Else bring it back from \
                 a backup of the folder",
                lake.location_text()
            ))
        };
        let text = if lake.is_remote() {
            lake.read_side(OWNER)?
        } else {
            match small::read_text(&lake.folder_here().join(OWNER)) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    return Err(Error::for_file(&lake.folder_here().join(OWNER), error));
                }
                text => Some(text.map_err(|error| bad(error.to_string()))?),
            }
        };
        let Some(text) = text else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| bad(error.to_string()))
    }

    fn write_to_lake(&self, lake: &Lake) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self).expect("texts are written as JSON");
        text.push('\n');
        Ok(lake.put_side(OWNER, &text)?)
    }

    /// Whether the owner's folder is another one than `root` and still uses this lake, with a database of its own: `root` is a
    /// copy of it then. A folder that is gone was moved.
    fn is_elsewhere(&self, root: &Path, lake: &Lake) -> Result<bool> {
        let Some(folder) = self.workspace.as_ref().map(PathBuf::from).filter(|folder| *folder != resolved_path(root))
        else {
            return Ok(false);
        };
        if !folder.exists() {
            return Ok(false);
        }
        let uses = match lake_folder(&folder)? {
            Some(theirs) => !lake.is_remote() && resolved_path(&theirs) == resolved_path(lake.folder_here()),
            None => lake.is_remote(),
        };
        // Two folders may name one database on a server: that is one workspace.
        Ok(uses && store_address(&folder)? != store_address(root)?)
    }

    fn same_catalog(&self, other: &Self) -> bool {
        (&self.begun_at, &self.begun_by) == (&other.begun_at, &other.begun_by)
    }

    /// Whether the owner is, or was, the workspace in `root`.
    fn is_at(&self, root: &Path, lake: &Lake) -> bool {
        match &self.workspace {
            Some(workspace) => *workspace == real_path(root),
            None => lies_in(lake.folder_here(), root),
        }
    }

    fn refusal_error(&self, lake: &Lake) -> Error {
        let at = self.workspace.as_ref().map(|workspace| format!(" in {workspace}")).unwrap_or_default();
        Error::Refused(format!(
            "the lake {} belongs to another workspace{at}, begun {} by {}. Nothing was changed. Name another lake in \
             headway.toml; two workspaces never share one. If the other workspace is gone for good, remove {OWNER} from \
             the lake's folder",
            lake.location_text(),
            self.begun_at,
            self.begun_by
        ))
    }

    /// A catalog without a single change, beside a lake with results.
    fn without_catalog(&self, store: &Store, lake: &Lake) -> Error {
        let cause = match store.database_kind() {
            "SQLite" => format!("{DATABASE} was probably copied without {DATABASE}-wal, its log: copy that file too"),
            _ => "It is probably another database: look at headway.toml".to_owned(),
        };
        Error::Refused(format!(
            "{} holds nothing, but the lake {} has results of a workspace begun {} by {}. Nothing was changed. {cause}, or \
             restore a backup",
            store.database_location(),
            lake.location_text(),
            self.begun_at,
            self.begun_by
        ))
    }

    fn is_copied(&self, root: &Path, lake: &Lake) -> Error {
        let at = self.workspace.as_deref().unwrap_or_default();
        Error::Refused(format!(
            "{} is a copy of the workspace in {at}, and both name the lake {}. It belongs to the one in {at}: what one of two \
             writes or removes, the other does not know. Nothing was changed. For a workspace to try things with, `headway -w {at} \
             backup FOLDER` and restore that with a lake of its own; if this one is to go on, take {at} away",
            root.display(),
            lake.location_text()
        ))
    }
}

impl Workspace {
    /// # Errors
    /// [`Error::Refused`] when the lake belongs to another workspace, or this one is a copy.
    pub(crate) async fn lake_is_ours(&self) -> Result<()> {
        self.lake_standing().await.map(|_| ())
    }

    /// Makes the lake this workspace's own, where it is nobody's yet, and notes where the workspace moved. A lake of an older
    /// program says nothing of its owner: it is taken over when this catalog knows files of it, or there are none.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is another's, or holds files that this catalog does not know.
    pub(crate) async fn claim_lake(&self) -> Result<()> {
        if self.lake_standing().await? == LakeOwnership::Ours {
            return Ok(());
        }
        let lake = self.lake.clone();
        let _turn = tokio::task::spawn_blocking(move || lake.lock_sides()).await.expect("waiting does not panic")?;
        // Another one may have come first while this one waited.
        match self.lake_standing().await? {
            LakeOwnership::Ours => return Ok(()),
            LakeOwnership::Nobodys => self.may_adopt().await?,
            LakeOwnership::Moved => {}
        }
        // Before its first change a catalog has nothing to be known by, and no file either.
        let Some(owner) = LakeOwner::from_catalog(&self.store, self.root(), &self.lake).await? else { return Ok(()) };
        owner.write_to_lake(&self.lake)?;
        if let (Some(workspace), false) = (&owner.workspace, self.lake.list_files()?.is_empty()) {
            tracing::warn!(
                "the lake {} is noted as that of the workspace in {workspace} from now on ({OWNER}): no other one may use it",
                self.lake.location_text()
            );
        }
        Ok(())
    }

    /// Whether a lake that names no owner may be this workspace's. In a folder outside the workspace any file that is not of
    /// this catalog shows that another one uses it.
    async fn may_adopt(&self) -> Result<()> {
        let mine = OwnFiles::from_store(&self.store).await?;
        let files = self.lake.list_files()?;
        let ours = |path: &&String| mine.knows_path(path) || mine.is_left_over(path) || mine.is_being_written(path);
        let none = !files.iter().any(|path| ours(&path));
        let beside = self.lake.is_remote() || !lies_in(self.lake.folder_here(), self.root());
        match files.iter().find(|path| !ours(path)) {
            Some(theirs) if none || beside => Err(Error::Refused(format!(
                "the lake {} holds files of another workspace ({theirs}){}. Nothing was changed. Name another lake in \
                 headway.toml; or, if no other workspace uses this one, move those files out of it",
                self.lake.location_text(),
                if none { ", and none that this one knows" } else { "" }
            ))),
            _ => Ok(()),
        }
    }

    /// What the lake says of its owner. An empty lake that an earlier workspace of this very folder left is nobody's.
    async fn lake_standing(&self) -> Result<LakeOwnership> {
        let Some(owner) = LakeOwner::in_lake(&self.lake)? else { return Ok(LakeOwnership::Nobodys) };
        match LakeOwner::from_catalog(&self.store, self.root(), &self.lake).await? {
            Some(ours) if ours.same_catalog(&owner) && owner.is_elsewhere(self.root(), &self.lake)? => {
                Err(owner.is_copied(self.root(), &self.lake))
            }
            Some(ours) if ours == owner => Ok(LakeOwnership::Ours),
            Some(ours) if ours.same_catalog(&owner) => Ok(LakeOwnership::Moved),
            _ if owner.is_at(self.root(), &self.lake) && self.lake.list_files()?.is_empty() => {
                Ok(LakeOwnership::Nobodys)
            }
            None if owner.is_at(self.root(), &self.lake) => Err(owner.without_catalog(&self.store, &self.lake)),
            _ => Err(owner.refusal_error(&self.lake)),
        }
    }
}

/// Before a catalog is made anew for a lake: the lake is nobody's, or was that of the workspace in the same folder.
///
/// # Errors
/// [`Error::Refused`] when it belongs to another one.
pub(super) fn may_bring_back(root: &Path, lake: &Lake) -> Result<()> {
    match LakeOwner::in_lake(lake)? {
        Some(owner) if !owner.is_at(root, lake) => Err(owner.refusal_error(lake)),
        _ => Ok(()),
    }
}

/// Lets the catalog that was brought back be the lake's owner in the place of the one that got lost.
pub(super) async fn bring_back(root: &Path, store: &Store, lake: &Lake) -> Result<()> {
    if LakeOwner::in_lake(lake)?.is_none() {
        return Ok(());
    }
    let Some(owner) = LakeOwner::from_catalog(store, root, lake).await? else { return Ok(()) };
    owner.write_to_lake(lake)
}

/// Makes the lake that of the catalog that is restored in `root`, before a file of it is put there. `begun` is that catalog's
/// first change, `files` are those of the backup.
///
/// # Errors
/// [`Error::Refused`] when the lake belongs to another workspace or holds other files; where it lies outside the workspace and
/// names no owner, when it holds any.
pub(super) fn take_for_restore(
    root: &Path,
    lake: &Lake,
    begun: Option<(jiff::Timestamp, String)>,
    files: &[String],
) -> Result<()> {
    let _turn = lake.lock_sides()?;
    let owner = LakeOwner::in_lake(lake)?;
    let ours = begun.map(|(at, who)| LakeOwner::from_first_change(at, who, root, lake));
    let is_nobodys = match (&owner, &ours) {
        (None, _) => true,
        (Some(owner), _) if owner.is_at(root, lake) => false,
        (Some(owner), Some(ours)) if owner.same_catalog(ours) && !owner.is_elsewhere(root, lake)? => false,
        (Some(owner), _) => return Err(owner.refusal_error(lake)),
    };
    let beside = lake.is_remote() || !lies_in(lake.folder_here(), root);
    let files: BTreeSet<&String> = files.iter().collect();
    let theirs = lake.list_files()?.into_iter().find(|path| (is_nobodys && beside) || !files.contains(path));
    if let Some(first) = theirs {
        return Err(Error::Refused(format!(
            "the lake {} holds results that this backup does not have or whose owner is not known ({first}). Nothing was \
             restored. Name another lake in headway.toml, or move that folder away first",
            lake.location_text()
        )));
    }
    ours.map_or(Ok(()), |ours| ours.write_to_lake(lake))
}

/// Refuses a workspace, or a lake, inside the lake of another one: it would lie among that one's files.
///
/// # Errors
/// [`Error::Refused`] when a folder above is a lake.
pub(crate) fn lies_in_no_lake(root: &Path, lake: Option<&Path>) -> Result<()> {
    // Other programs have files of these names too.
    let text = |folder: &Path, name: &str| small::read_text(&folder.join(name)).ok();
    let is_lake = |folder: &Path| {
        text(folder, OWNER).is_some_and(|text| serde_json::from_str::<LakeOwner>(&text).is_ok())
            || text(folder, MANIFEST).is_some_and(|text| LakeManifest::parse(&text).is_ok())
    };
    let root = resolved_path(root);
    let above_lake = lake.map(resolved_path).and_then(|lake| lake.parent().map(Path::to_path_buf));
    for start in [Some(root.clone()), above_lake].into_iter().flatten() {
        if let Some(of_another) = start.ancestors().find(|folder| is_lake(folder)) {
            return Err(Error::Refused(format!(
                "{} lies inside the lake {} of another workspace. Nothing was changed: name a folder outside it",
                start.display(),
                of_another.display()
            )));
        }
    }
    Ok(())
}

fn real_path(path: &Path) -> String {
    resolved_path(path).display().to_string()
}

fn lies_in(folder: &Path, root: &Path) -> bool {
    resolved_path(folder).starts_with(resolved_path(root))
}
