//! Which files in the lake's folder are this workspace's, by what its catalog began.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::VintageId;
use headway_store::{ImportState, Store};

use super::import_of;
use crate::{Result, Workspace};

/// What a catalog says of the files of its lake.
pub(super) struct OwnFiles {
    paths: BTreeSet<String>,
    imports: BTreeMap<VintageId, ImportState>,
}

/// Files in the lake's folder that the catalog does not know.
#[derive(Debug, Default)]
pub(super) struct UnknownFiles {
    /// Left by imports and compactions of this workspace that were interrupted: nothing reads them, and they may go.
    pub(super) left: Vec<String>,
    /// Put there by somebody else: they stay.
    pub(super) foreign: Vec<String>,
}

impl OwnFiles {
    pub(super) async fn from_store(store: &Store) -> Result<Self> {
        let imports = store.all_imports().await?.into_iter().map(|import| (import.vintage.id, import.state));
        Ok(Self { paths: store.segment_paths().await?.into_iter().collect(), imports: imports.collect() })
    }

    pub(super) fn knows_path(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Whether an import that this catalog began and gave up left the file, or one of its compactions. A published import's
    /// files are in the catalog, or merged with others: any other one by its number is somebody else's.
    pub(super) fn is_left_over(&self, path: &str) -> bool {
        let given_up = |id| matches!(self.imports.get(&id), Some(ImportState::GivenUp | ImportState::Undone));
        let (true, Some((folder, name))) = (!self.knows_path(path), path.split_once('/')) else { return false };
        if name.contains('/') {
            return false;
        }
        match (import_of(path), merged_of(name)) {
            (Some(import), _) => given_up(import) || self.is_merged(folder, import),
            (None, Some((oldest, newest))) => {
                let of_measure = |path: &String| path.split_once('/').is_some_and(|(of, _)| of == folder);
                let ours = |id| self.imports.get(&id).is_some_and(|state| *state != ImportState::Begun);
                ours(oldest) && ours(newest) && self.paths.iter().any(of_measure)
            }
            _ => false,
        }
    }

    /// Whether a merged file of the measure holds the import's rows: a compaction that was killed left the import's own file.
    fn is_merged(&self, folder: &str, import: VintageId) -> bool {
        self.paths
            .iter()
            .filter_map(|path| path.split_once('/'))
            .filter(|(of, _)| *of == folder)
            .any(|(_, name)| merged_of(name).is_some_and(|(oldest, newest)| oldest <= import && import <= newest))
    }

    /// Whether an import that may be running now writes the file.
    pub(super) fn is_being_written(&self, path: &str) -> bool {
        import_of(path).is_some_and(|import| self.imports.get(&import) == Some(&ImportState::Begun))
    }
}

/// The oldest and the newest import of a merged file, by its name (`00000001-00000007.2.parquet`).
pub(super) fn merged_of(name: &str) -> Option<(VintageId, VintageId)> {
    let (imports, number) = name.strip_suffix(".parquet")?.split_once('.')?;
    let (oldest, newest) = imports.split_once('-')?;
    number.parse::<u32>().ok()?;
    Some((oldest.parse().ok()?, newest.parse().ok()?))
}

impl Workspace {
    /// Files in the lake's folder that the catalog does not know. Those of imports that were begun and not ended are not among
    /// them, since one may be running.
    pub(super) async fn unknown_files(&self) -> Result<UnknownFiles> {
        // The folder first: what is published between the two reads is known then.
        let files = self.lake.list_files()?;
        let mine = OwnFiles::from_store(&self.store).await?;
        let unknown = files.into_iter().filter(|path| !mine.knows_path(path) && !mine.is_being_written(path));
        let (left, foreign) = unknown.partition(|path| mine.is_left_over(path));
        Ok(UnknownFiles { left, foreign })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_catalog_began_and_gave_up_is_its_own() {
        use ImportState::{Begun, GivenUp, Published, Undone};
        let imports = [(1, Published), (2, GivenUp), (3, Undone), (4, Begun)];
        let paths = ["r/00000001.parquet".to_owned()];
        let mine = OwnFiles { paths: paths.into(), imports: imports.into() };
        let check = |path: &str, left: bool| assert_eq!(mine.is_left_over(path), left, "{path}");
        check("r/00000001.parquet", false); // in use
        check("other/00000001.parquet", false); // import 1 wrote no such file
        check("other/00000002.parquet", true);
        check("r/00000003.parquet", true);
        check("r/00000004.parquet", false); // may be running
        check("r/00000005.parquet", false); // never begun here
        check("r/00000001-00000003.1.parquet", true);
        check("r/00000001-00000009.1.parquet", false);
        check("other/00000001-00000003.1.parquet", false);
        check("mine.parquet", false);
        check("copy/lake/r/00000002.parquet", false);
        check("r/a-b.c.parquet", false);
        let merged =
            OwnFiles { paths: ["r/00000001-00000003.1.parquet".to_owned()].into(), imports: mine.imports.clone() };
        assert!(merged.is_left_over("r/00000001.parquet") && !merged.is_left_over("other/00000001.parquet"));
        assert!(mine.is_being_written("r/00000004.parquet") && !mine.is_being_written("r/00000002.parquet"));
    }
}
