//! Whether the catalog is older than the lake: a database brought back from yesterday beside the files of today.
//!
//! The manifest in the lake follows the catalog and never leads it, so what it tells and the catalog does not know was forgotten.

use std::collections::{BTreeMap, BTreeSet};

use headway_lake::Lake;
use headway_model::VintageId;
use headway_store::{CatalogImport, ImportState, Store, StoreInventory};

use super::manifest::{LakeManifest, MANIFEST};
use super::mine::merged_of;
use super::{import_of, names_text};
use crate::{Error, Result, Workspace};

/// No number of an import is greater: its file would have another name. What seems to be greater is somebody else's file.
const LAST_NUMBER: VintageId = 99_999_999;

/// What the lake tells of, and the catalog does not know.
#[derive(Debug, Default, PartialEq, Eq)]
struct MissingFromCatalog {
    imports: Vec<String>,
    files: Vec<String>,
}

impl MissingFromCatalog {
    /// `None` where nothing is.
    fn to_sentence(&self) -> Option<String> {
        let imports = names_text(&self.imports).map(|imports| format!("manifest.json in the lake tells of {imports}"));
        let files = names_text(&self.files).map(|files| format!("the lake has {files}"));
        let what: Vec<String> = imports.into_iter().chain(files).collect();
        (!what.is_empty()).then(|| {
            format!(
                "the catalog is older than the lake: {}, and the catalog does not know it. The database was probably brought \
                 back from an older copy, or copied without headway.db-wal, its log. Bring back the newest copy of the \
                 database, with that file. If there is none newer, move manifest.json and the files that the catalog does not \
                 know out of the lake's folder, and import their sources again",
                what.join("; ")
            )
        })
    }
}

impl Workspace {
    /// Why nothing may be written to the lake, or removed from it: the catalog is older. `None` when it is not.
    ///
    /// # Errors
    /// When store or lake can't be read.
    pub(super) async fn older_than_lake(&self) -> Result<Option<String>> {
        // The manifest first: what is written between the two reads is known then.
        let Some(text) = self.lake.read_side(MANIFEST)? else { return Ok(None) };
        // One that can't be read tells nothing, and the doctor writes it anew.
        let Ok(told) = LakeManifest::parse(&text).and_then(LakeManifest::into_inventory) else { return Ok(None) };
        Ok(find_forgotten(&told, &self.store, &self.lake).await?.to_sentence())
    }

    /// # Errors
    /// [`Error::Refused`] when the catalog is older than the lake.
    pub(crate) async fn is_not_older_than_lake(&self) -> Result<()> {
        match self.older_than_lake().await? {
            Some(why) => Err(Error::Refused(format!("{why}. Nothing was changed"))),
            None => Ok(()),
        }
    }

    /// Numbers of imports, first and last, that files in the lake bear, whoever put them there.
    pub(crate) fn numbers_in_lake(&self) -> Result<Vec<(VintageId, VintageId)>> {
        let numbers = |path: &String| {
            let merged = path.rsplit('/').next().and_then(merged_of);
            import_of(path).map(|id| (id, id)).or(merged).filter(|(_, last)| *last <= LAST_NUMBER)
        };
        Ok(self.lake.list_files()?.iter().filter_map(numbers).collect())
    }
}

async fn find_forgotten(told: &StoreInventory, store: &Store, lake: &Lake) -> Result<MissingFromCatalog> {
    let imports: BTreeMap<VintageId, CatalogImport> =
        store.all_imports().await?.into_iter().map(|i| (i.vintage.id, i)).collect();
    let paths: BTreeSet<String> = store.segment_paths().await?.into_iter().collect();
    let mut forgotten = MissingFromCatalog::default();
    for import in &told.imports {
        if !imports.get(&import.vintage.id).is_some_and(|known| is_as_far(known, import)) {
            forgotten.imports.push(format!("import {} ({})", import.vintage.id, import.vintage.file));
        }
    }
    for segment in told.segments.iter().filter(|segment| !paths.contains(&segment.path)) {
        // A file that was merged with others is gone, and forgotten by right.
        if lake.has_file(&segment.path)? {
            forgotten.files.push(segment.path.clone());
        }
    }
    Ok(forgotten)
}

/// Whether the catalog's import is the one that the manifest tells of, and came as far.
fn is_as_far(known: &CatalogImport, told: &CatalogImport) -> bool {
    use ImportState::{Begun, GivenUp, Published, Undone};
    let same = known.vintage.sha256 == told.vintage.sha256 && known.vintage.known_from == told.vintage.known_from;
    let far = match (told.state, known.state) {
        // What was begun when the manifest was written may have come to any end.
        (Published, Published | Undone) | (Undone, Undone) | (Begun | GivenUp, _) => true,
        (Published, Begun | GivenUp) | (Undone, Begun | GivenUp | Published) => false,
    };
    same && far
}
