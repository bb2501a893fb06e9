//! A workspace: a folder with both stores, or the configuration that says where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use headway_files::small;
use headway_lake::Lake;
use headway_store::Store;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::snapshot::{Snapshot, SnapshotCache};
use crate::upkeep::lies_in_no_lake;
use crate::warm::CurrentSnapshot;
use crate::{Error, Result};

/// File in a workspace that says where its stores are, when they are not in the folder itself.
const CONFIG: &str = "headway.toml";
pub(crate) const DATABASE: &str = "headway.db";
const LAKE: &str = "lake";
/// The workspace's folder with the decisions of releases.
pub(crate) const RELEASES: &str = "releases";
/// So many minutes between the clocks of two machines are no matter.
const CLOCKS_DIFFER: i64 = 2;

/// An open workspace. Clones share everything.
#[derive(Clone)]
pub struct Workspace {
    root: PathBuf,
    pub(crate) store: Store,
    pub(crate) lake: Lake,
    pub(crate) shelf: SnapshotCache,
    pub(crate) keeper: CurrentSnapshot,
}

/// `headway.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceConfig {
    /// Address of the operations store: `postgres://...`; `headway.db` in the folder when left out.
    store: Option<String>,
    /// Folder of the lake, or `s3://bucket/folder`; `lake/` in the folder when left out.
    lake: Option<String>,
    /// Settings of the object store, over the `AWS_*` variables (`aws_endpoint`, `aws_region`, ...).
    #[serde(default)]
    lake_settings: BTreeMap<String, String>,
}

impl Workspace {
    /// Makes an empty workspace in `root`, which may exist when it holds no workspace yet.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is one already; when the folder can't be written.
    pub async fn init(root: &Path) -> Result<Self> {
        lies_in_no_lake(root, lake_folder(root)?.as_deref())?;
        headway_store::private_folder(root).map_err(|source| Error::for_file(root, source))?;
        let config = WorkspaceConfig::read_config(root)?;
        if config.store.is_none() && Store::is_made(&config.database_address(root)).await? {
            let text = format!("{} holds a workspace already: nothing was changed", root.display());
            return Err(Error::Refused(text));
        }
        let lake = config.open_lake(root)?;
        if let [first, rest @ ..] = lake.list_files()?.as_slice() {
            return Err(Error::Refused(format!(
                "{} has no catalog, but its lake holds results: {first} and {} more files. Nothing was changed. \
                 `headway restore FOLDER` brings the workspace back from a backup into an empty folder; \
                 `headway doctor --rebuild-catalog` makes a new catalog from these files",
                root.display(),
                rest.len()
            )));
        }
        let store = Store::create(&config.database_address(root)).await?;
        if store.version().await? > 0 {
            let text = format!("the store of {} is in use already: nothing was changed", root.display());
            return Err(Error::Refused(text));
        }
        Ok(Self {
            root: root.to_owned(),
            store,
            lake,
            shelf: SnapshotCache::default(),
            keeper: CurrentSnapshot::default(),
        })
    }

    /// Opens the workspace in `root`.
    ///
    /// # Errors
    /// [`Error::NoWorkspace`] when there is none.
    pub async fn open(root: &Path) -> Result<Self> {
        let headway = Self::open_unchecked(root).await?;
        // One in an object store is asked before anything is written: reading needs no network.
        if !headway.lake.is_remote() {
            headway.lake_is_ours().await?;
        }
        Ok(headway)
    }

    /// The same without a look at the lake, for the doctor, who says what is wrong with it.
    ///
    /// # Errors
    /// [`Error::NoWorkspace`] when there is none.
    pub async fn open_unchecked(root: &Path) -> Result<Self> {
        let config = WorkspaceConfig::read_config(root)?;
        if !config.may_have_store(root)? {
            return Err(Error::NoWorkspace(root.to_owned()));
        }
        let lake = config.open_lake(root)?;
        let store = Store::open(&config.database_address(root)).await?;
        Ok(Self {
            root: root.to_owned(),
            store,
            lake,
            shelf: SnapshotCache::default(),
            keeper: CurrentSnapshot::default(),
        })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The store of operations, for services beside this one.
    pub fn operations(&self) -> &Store {
        &self.store
    }

    /// Everything as it was known on `as_of`: what all questions are asked of. Kept until something is written.
    pub async fn snapshot(&self, as_of: Date) -> Result<std::sync::Arc<Snapshot>> {
        self.shelf.get(self, as_of).await
    }

    /// The latest time at which the workspace was written to, if that lies after `now`: then the clock is wrong, or was.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn written_after(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let latest = self.store.latest_change().await?;
        let tolerated = SignedDuration::from_mins(CLOCKS_DIFFER);
        Ok(latest.filter(|at| at.duration_since(now) > tolerated))
    }

    /// Closes the store: what was written is on disk, and no file stays beside the database.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl WorkspaceConfig {
    fn read_config(root: &Path) -> Result<Self> {
        if root.is_file() {
            let text = format!("{} is a file, and a workspace is a folder: name a folder with -w", root.display());
            return Err(Error::Refused(text));
        }
        let path = root.join(CONFIG);
        match small::read_text(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| Error::Refused(format!("{}: {error}", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(Error::for_file(&path, source)),
        }
    }

    /// Whether a store is named elsewhere, or its file is there.
    fn may_have_store(&self, root: &Path) -> Result<bool> {
        let file = root.join(DATABASE);
        Ok(self.store.is_some() || file.try_exists().map_err(|source| Error::for_file(&file, source))?)
    }

    fn database_address(&self, root: &Path) -> String {
        self.store.clone().unwrap_or_else(|| root.join(DATABASE).to_string_lossy().into_owned())
    }

    /// The lake, whose files may lie in an object store: then the workspace's own `lake/` only keeps what was fetched.
    fn open_lake(&self, root: &Path) -> Result<Lake> {
        match self.lake.as_deref() {
            Some(url) if url.contains("://") => open_bucket(url, &self.lake_settings, &root.join(LAKE)),
            _ if !self.lake_settings.is_empty() => {
                Err(Error::Refused(format!("{CONFIG}: lake_settings belong to a lake in an object store (s3://...)")))
            }
            folder => Ok(Lake::in_folder(root.join(folder.unwrap_or(LAKE)))),
        }
    }
}

#[cfg(feature = "s3")]
fn open_bucket(url: &str, settings: &BTreeMap<String, String>, cache: &Path) -> Result<Lake> {
    let settings: Vec<(String, String)> = settings.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(Lake::in_bucket(url, &settings, cache)?)
}

#[cfg(not(feature = "s3"))]
fn open_bucket(url: &str, _: &BTreeMap<String, String>, _: &Path) -> Result<Lake> {
    Err(Error::Refused(format!(
        "{CONFIG}: lake = \"{url}\": this headway was built without object stores. Build it with `--features s3`, or name a folder"
    )))
}

/// Whether the workspace in `root` has a catalog that something was written to. One that is empty may have been left by a program
/// that was stopped while it made one.
pub(crate) async fn catalog_is_there(root: &Path) -> Result<bool> {
    let config = WorkspaceConfig::read_config(root)?;
    if !config.may_have_store(root)? {
        return Ok(false);
    }
    let store = Store::create(&config.database_address(root)).await?;
    let version = store.version().await?;
    store.close().await;
    Ok(version > 0)
}

/// Where the restored workspace's stores are to be: the database's address, and the lake.
pub(crate) fn restore_address(root: &Path) -> Result<(String, Lake)> {
    let config = WorkspaceConfig::read_config(root)?;
    Ok((config.database_address(root), config.open_lake(root)?))
}

/// The folder of the lake of the workspace in `root`; `None` where it lies in an object store.
///
/// # Errors
/// When `headway.toml` can't be read.
pub(crate) fn lake_folder(root: &Path) -> Result<Option<PathBuf>> {
    let lake = WorkspaceConfig::read_config(root)?.lake.unwrap_or_else(|| LAKE.to_owned());
    Ok((!lake.contains("://")).then(|| root.join(lake)))
}

/// The address of the database of the workspace in `root`.
///
/// # Errors
/// When `headway.toml` can't be read.
pub(crate) fn store_address(root: &Path) -> Result<String> {
    Ok(WorkspaceConfig::read_config(root)?.database_address(root))
}

/// What the workspace in `root` lives by, besides its lake.
pub(crate) fn own_files(root: &Path) -> [PathBuf; 5] {
    let wal = |ending: &str| format!("{DATABASE}{ending}");
    [CONFIG.to_owned(), DATABASE.to_owned(), wal("-wal"), wal("-shm"), RELEASES.to_owned()].map(|name| root.join(name))
}

/// Whether a file or folder of this name in a workspace's folder may be left of one that got lost: a new one may be made there.
pub(crate) fn may_be_left(name: &std::ffi::OsStr) -> bool {
    name == LAKE || name == ".restore.part" || own_files(Path::new("")).iter().any(|own| own == Path::new(name))
}
