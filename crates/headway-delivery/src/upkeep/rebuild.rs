//! A catalog that got lost, made anew from the lake's manifest and files.

use std::collections::BTreeSet;
use std::path::Path;

use headway_access::{KeepStore, Permit};
use headway_lake::Lake;
use headway_model::{Vintage, VintageId};
use headway_store::{CatalogImport, ImportState, RebuildCatalog, Store, StoreInventory};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::upkeep::manifest::{LakeManifest, MANIFEST};
use crate::upkeep::{import_of, owner};
use crate::workspace::{catalog_is_there, restore_address};
use crate::{Error, Result, Workspace};

/// What was brought back, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// Imports that are read again.
    pub published: usize,
    /// Imports that were taken back or given up, and stay so.
    pub undone: usize,
    /// Files of the lake that the catalog knows again.
    pub files: usize,
    /// What the imports say of places.
    pub statements: usize,
    /// What is missing or damaged, with what to do; empty when all that the manifest tells is there.
    pub problems: Vec<String>,
}

impl Workspace {
    /// Makes a new catalog for the lake of `root` from the manifest that lies in it. Imports keep their numbers, what was taken
    /// back stays so. Plans, releases, activity and the reports of imports are not in the lake.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is a catalog, or no manifest: nothing is changed then.
    pub async fn rebuild_catalog(root: &Path, permit: &Permit<KeepStore>, now: Timestamp) -> Result<RebuildReport> {
        let (address, lake) = restore_address(root)?;
        let there = || {
            let text = "has a catalog already, and nothing was changed. `headway doctor` checks it";
            Error::Refused(format!("{} {text}", root.display()))
        };
        if catalog_is_there(root).await? {
            return Err(there());
        }
        owner::may_bring_back(root, &lake)?;
        let (inventory, mut rebuilt) = inventory_of(&lake, now)?;
        let mut statements: Vec<Map<String, Value>> = Vec::new();
        for import in &inventory.imports {
            statements.extend(Self::kept_places(&lake, import.vintage.id)?.unwrap_or_default());
        }
        look_at_files(&lake, &inventory, &mut rebuilt)?;
        let published = |import: &&CatalogImport| import.state == ImportState::Published;
        rebuilt.published = inventory.imports.iter().filter(published).count();
        rebuilt.undone = inventory.imports.len() - rebuilt.published;
        (rebuilt.files, rebuilt.statements) = (inventory.segments.len(), statements.len());
        let store = Store::create(&address).await?;
        if store.version().await? > 0 {
            return Err(there());
        }
        store.write(permit, now, RebuildCatalog { inventory: &inventory, statements: &statements }).await?;
        owner::bring_back(root, &store, &lake).await?;
        store.close().await;
        let headway = Self::open(root).await?;
        headway.manifest_follows().await;
        headway.close().await;
        Ok(rebuilt)
    }
}

/// What the manifest tells, and a number that was given up for each import that only a file knows, so that it is not given again.
fn inventory_of(lake: &Lake, now: Timestamp) -> Result<(StoreInventory, RebuildReport)> {
    let bad = |reason: &str| {
        Error::Refused(format!(
            "{MANIFEST} in the lake {reason}. Without it nobody knows which imports were taken back, so nothing was changed. \
             Restore a backup; or move the lake's folder away, run `headway init`, and import the files again"
        ))
    };
    let text = lake.read_side(MANIFEST)?.ok_or_else(|| bad("is not there"))?;
    let mut inventory = LakeManifest::parse(&text)
        .and_then(LakeManifest::into_inventory)
        .map_err(|reason| bad(&format!("can't be read ({reason})")))?;
    let mut rebuilt = RebuildReport::default();
    let known: BTreeSet<String> = inventory.segments.iter().map(|segment| segment.path.clone()).collect();
    let mut numbers: BTreeSet<VintageId> = inventory.imports.iter().map(|import| import.vintage.id).collect();
    for path in lake.list_files()?.into_iter().filter(|path| !known.contains(path)) {
        let Some(number) = import_of(&path) else { continue };
        rebuilt.problems.push(format!(
            "{path} is not in the manifest: import {number} was not finished, or came after the manifest was written. It is not \
             read. If import {number} had been published, import its source again"
        ));
        if numbers.insert(number) {
            inventory.imports.push(given_up(number, &path, now));
        }
    }
    inventory.imports.sort_by_key(|import| import.vintage.id);
    Ok((inventory, rebuilt))
}

fn given_up(id: VintageId, path: &str, now: Timestamp) -> CatalogImport {
    let unknown = || "unknown".to_owned();
    let vintage = Vintage {
        id,
        file: format!("unknown (the lake has {path})"),
        sha256: unknown(),
        profile: unknown(),
        source: unknown(),
        known_from: jiff::civil::Date::MAX,
        provisional: false,
        loaded_at: now,
        undone_at: Some(now),
    };
    CatalogImport { vintage, state: ImportState::GivenUp, replaces: None, whole_from: None, refused: None }
}

/// Holds every file against its seal.
fn look_at_files(lake: &Lake, inventory: &StoreInventory, rebuilt: &mut RebuildReport) -> Result<()> {
    for segment in &inventory.segments {
        if !lake.has_file(&segment.path)? {
            rebuilt.problems.push(format!("{} is gone. `headway doctor` says what to do", segment.path));
        } else if let Err(error) = Lake::check_file(&lake.local_file(&segment.path)?, segment.seal.as_deref()) {
            rebuilt.problems.push(format!("{error}. `headway doctor` says what to do"));
        }
    }
    Ok(())
}
