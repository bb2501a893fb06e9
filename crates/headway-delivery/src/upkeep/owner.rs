//! Whose lake it is: a file in it names the workspace, so that two of them never take one folder for their own.

use std::path::Path;

use headway_lake::Lake;
use headway_store::{ActivityFilter, Store};
use serde::{Deserialize, Serialize};

use super::mine::Mine;
use crate::{Error, Headway, Result};

/// Its file in the lake.
const OWNER: &str = "owner.json";

/// `owner.json`: a catalog is known by its first change, which nothing ever alters and which every backup of it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    /// When the catalog's first change was made, and by whom.
    begun_at: String,
    begun_by: String,
    /// The workspace's folder where the lake lies outside it; inside it the two move together.
    workspace: Option<String>,
}

impl Owner {
    /// The owner that this catalog would name; `None` before its first change.
    async fn of(store: &Store, root: &Path, lake: &Lake) -> Result<Option<Self>> {
        let first = ActivityFilter { before: Some(2), ..ActivityFilter::default() };
        let first = store.activity(first, 1).await?.pop();
        let workspace = (!lies_in(lake.folder_here(), root)).then(|| real(root));
        Ok(first.map(|first| Self { begun_at: first.at.to_string(), begun_by: first.who, workspace }))
    }

    fn in_lake(lake: &Lake) -> Result<Option<Self>> {
        let Some(text) = lake.side(OWNER)? else { return Ok(None) };
        let bad = |error| Error::Refused(format!("{OWNER} in the lake {} can't be read: {error}", lake.place()));
        serde_json::from_str(&text).map(Some).map_err(bad)
    }

    fn same_catalog(&self, other: &Self) -> bool {
        (&self.begun_at, &self.begun_by) == (&other.begun_at, &other.begun_by)
    }

    /// Whether the owner is, or was, the workspace in `root`.
    fn is_at(&self, root: &Path, lake: &Lake) -> bool {
        match &self.workspace {
            Some(workspace) => *workspace == real(root),
            None => lies_in(lake.folder_here(), root),
        }
    }

    fn refusal(&self, lake: &Lake) -> Error {
        let at = self.workspace.as_ref().map(|workspace| format!(" in {workspace}")).unwrap_or_default();
        Error::Refused(format!(
            "the lake {} belongs to another workspace{at}, begun {} by {}. Nothing was changed. Name another lake in \
             headway.toml; two workspaces never share one. If the other workspace is gone for good, remove {OWNER} from \
             the lake's folder",
            lake.place(),
            self.begun_at,
            self.begun_by
        ))
    }
}

impl Headway {
    /// # Errors
    /// [`Error::Refused`] when the lake belongs to another workspace.
    pub(crate) async fn lake_is_ours(&self) -> Result<()> {
        self.owner_found().await.map(|_| ())
    }

    /// Makes the lake this workspace's own, where it is nobody's yet. One of an older program says nothing of its owner: it is
    /// taken over when this catalog knows files of it, or there are none.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is another's, or holds only files that this catalog does not know.
    pub(crate) async fn claim_lake(&self) -> Result<()> {
        if self.owner_found().await? {
            return Ok(());
        }
        let lake = self.lake.clone();
        let _turn = tokio::task::spawn_blocking(move || lake.lock_sides()).await.expect("waiting does not panic")?;
        // Another one may have come first while this one waited.
        if self.owner_found().await? {
            return Ok(());
        }
        let mine = Mine::read(&self.store).await?;
        let files = self.lake.files()?;
        if let (Some(first), false) = (files.first(), files.iter().any(|path| mine.knows(path) || mine.left(path))) {
            return Err(Error::Refused(format!(
                "the lake {} holds files of another workspace ({first}), and none that this one knows. Nothing was changed. \
                 Name another lake in headway.toml",
                self.lake.place()
            )));
        }
        // Before its first change a catalog has nothing to be known by, and no file either.
        let Some(owner) = Owner::of(&self.store, self.root(), &self.lake).await? else { return Ok(()) };
        let mut text = serde_json::to_string_pretty(&owner).expect("texts are written as JSON");
        text.push('\n');
        Ok(self.lake.put_side(OWNER, &text)?)
    }

    /// Whether the lake names its owner, which is this workspace then. An empty lake that an earlier workspace of this very
    /// folder left is nobody's.
    async fn owner_found(&self) -> Result<bool> {
        let Some(owner) = Owner::in_lake(&self.lake)? else { return Ok(false) };
        match Owner::of(&self.store, self.root(), &self.lake).await? {
            Some(ours) if ours.same_catalog(&owner) => Ok(true),
            _ if owner.is_at(self.root(), &self.lake) && self.lake.files()?.is_empty() => Ok(false),
            _ => Err(owner.refusal(&self.lake)),
        }
    }
}

/// Before a catalog is brought back for a lake: the lake is nobody's, or was that of the workspace in the same folder.
///
/// # Errors
/// [`Error::Refused`] when it belongs to another one.
pub(super) fn may_bring_back(root: &Path, lake: &Lake) -> Result<()> {
    match Owner::in_lake(lake)? {
        Some(owner) if !owner.is_at(root, lake) => Err(owner.refusal(lake)),
        _ => Ok(()),
    }
}

/// Lets the catalog that was brought back be the lake's owner in the place of the one that got lost.
pub(super) async fn bring_back(root: &Path, store: &Store, lake: &Lake) -> Result<()> {
    if Owner::in_lake(lake)?.is_none() {
        return Ok(());
    }
    let Some(owner) = Owner::of(store, root, lake).await? else { return Ok(()) };
    Ok(lake.put_side(OWNER, &serde_json::to_string_pretty(&owner).expect("texts are written as JSON"))?)
}

fn real(path: &Path) -> String {
    crate::outputs::resolved(path).display().to_string()
}

fn lies_in(folder: &Path, root: &Path) -> bool {
    crate::outputs::resolved(folder).starts_with(crate::outputs::resolved(root))
}
