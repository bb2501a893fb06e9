//! The manifest: what the catalog says of the lake's files, beside them, for other programs and for a catalog that got lost.
//!
//! It is written whole after everything that changes what is read. When a program is killed between the two, the manifest is one
//! step behind until the next write, or until `doctor` looks.

use std::collections::BTreeMap;

use headway_model::{LakeSegment, Vintage, VintageId};
use headway_store::{CatalogImport, ImportState, StoreInventory};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Error, Result, Workspace};

/// Its file in the lake.
pub(crate) const MANIFEST: &str = "manifest.json";
/// A reader refuses what it does not know.
const FORMAT: u32 = 1;
/// The day until which an import is read that nothing takes the place of.
const FOREVER: Date = jiff::civil::date(9999, 12, 31);

/// `manifest.json`, as `docs/lake.md` describes it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LakeManifest {
    format: u32,
    /// What is read, in the order of becoming known: of two that say something of one figure the later holds.
    imports: Vec<ReadImport>,
    /// Files with rows of them.
    files: Vec<HeldFile>,
    /// What is not read: taken back, given up, or not finished.
    other_imports: Vec<KeptImport>,
    /// Files with rows of those alone.
    other_files: Vec<LakeSegment>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct ReadImport {
    /// Its place in the order, from 1 on.
    order: usize,
    /// The days as of which it is read: the first one, and the first one no more.
    seen_from: Date,
    seen_until: Date,
    #[serde(flatten)]
    import: KeptImport,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct KeptImport {
    import: VintageId,
    state: String,
    file: String,
    sha256: String,
    profile: String,
    source: String,
    known_from: Date,
    provisional: bool,
    loaded_at: jiff::Timestamp,
    undone_at: Option<jiff::Timestamp>,
    replaces: Option<VintageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole_from: Option<u16>,
    rows_refused: Option<u64>,
    values_refused: Option<u64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct HeldFile {
    /// The imports in it that are read: rows of others are passed over.
    read: Vec<VintageId>,
    #[serde(flatten)]
    segment: LakeSegment,
}

impl LakeManifest {
    pub(crate) fn from_inventory(inventory: &StoreInventory) -> Self {
        let in_force = |import: &&CatalogImport| import.state == ImportState::Published;
        let mut read: Vec<&CatalogImport> = inventory.imports.iter().filter(in_force).collect();
        read.sort_by_key(|import| import.vintage.became_known());
        let mut until: BTreeMap<VintageId, Date> = BTreeMap::new();
        for import in &read {
            if let Some(old) = import.replaces {
                let day = until.entry(old).or_insert(FOREVER);
                *day = import.vintage.known_from.min(*day);
            }
        }
        let imports = read.iter().zip(1..).map(|(import, order)| ReadImport {
            order,
            seen_from: import.vintage.known_from,
            seen_until: until.get(&import.vintage.id).copied().unwrap_or(FOREVER),
            import: KeptImport::from_import(import),
        });
        let held = inventory.segments.iter().map(|segment| {
            let is_read = |id: &&VintageId| read.iter().any(|import| import.vintage.id == **id);
            HeldFile { read: segment.vintages.iter().filter(is_read).copied().collect(), segment: segment.clone() }
        });
        let (files, other): (Vec<_>, Vec<_>) = held.partition(|file| !file.read.is_empty());
        Self {
            format: FORMAT,
            imports: imports.collect(),
            files,
            other_imports: inventory.imports.iter().filter(|i| !in_force(i)).map(KeptImport::from_import).collect(),
            other_files: other.into_iter().map(|file| file.segment).collect(),
        }
    }

    /// Reads the text of a manifest.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match manifest.format {
            FORMAT => Ok(manifest),
            other => Err(format!("its format is {other}, and this program knows {FORMAT}")),
        }
    }

    pub(crate) fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest is written as JSON");
        text.push('\n');
        text
    }

    /// The catalog that it tells of. What was not finished then is given up.
    pub(crate) fn into_inventory(self) -> std::result::Result<StoreInventory, String> {
        let read = self.imports.into_iter().map(|read| read.import);
        let mut imports =
            read.chain(self.other_imports).map(KeptImport::into_import).collect::<std::result::Result<Vec<_>, _>>()?;
        imports.sort_by_key(|import| import.vintage.id);
        let mut segments: Vec<LakeSegment> =
            self.files.into_iter().map(|f| f.segment).chain(self.other_files).collect();
        segments.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(StoreInventory { imports, segments })
    }
}

impl KeptImport {
    fn from_import(import: &CatalogImport) -> Self {
        let v = import.vintage.clone();
        Self {
            import: v.id,
            state: import.state.name().to_owned(),
            file: v.file,
            sha256: v.sha256,
            profile: v.profile,
            source: v.source,
            known_from: v.known_from,
            provisional: v.provisional,
            loaded_at: v.loaded_at,
            undone_at: v.undone_at,
            replaces: import.replaces,
            whole_from: import.whole_from,
            rows_refused: import.refused.map(|(rows, _)| rows),
            values_refused: import.refused.map(|(_, values)| values),
        }
    }

    fn into_import(self) -> std::result::Result<CatalogImport, String> {
        use ImportState::{Begun, GivenUp, Published, Undone};
        let state = [Begun, Published, Undone, GivenUp].into_iter().find(|state| state.name() == self.state);
        let state = state.ok_or_else(|| format!("import {} is “{}”", self.import, self.state))?;
        let unfinished = state == Begun;
        let vintage = Vintage {
            id: self.import,
            file: self.file,
            sha256: self.sha256,
            profile: self.profile,
            source: self.source,
            known_from: self.known_from,
            provisional: self.provisional,
            loaded_at: self.loaded_at,
            undone_at: self.undone_at.or(unfinished.then_some(self.loaded_at)),
        };
        let refused = self.rows_refused.zip(self.values_refused);
        let state = if unfinished { GivenUp } else { state };
        Ok(CatalogImport { vintage, state, replaces: self.replaces, whole_from: self.whole_from, refused })
    }
}

/// The file beside the lake's others with what an import says of places. (No measure's folder begins with a dot.)
pub(crate) fn places_file(import: VintageId) -> String {
    format!(".places/{import:08}.json")
}

impl Workspace {
    /// Writes the manifest where it is not what the catalog says, and gives whether it was not. A workspace without imports has
    /// none.
    ///
    /// # Errors
    /// When the lake can't be written; [`Error::Refused`] when the catalog is older than it: the manifest alone tells of the rest.
    pub(crate) async fn write_manifest(&self) -> Result<bool> {
        if self.manifest_is_current().await? {
            return Ok(false);
        }
        let lake = self.lake.clone();
        let _turn = tokio::task::spawn_blocking(move || lake.lock_sides()).await.expect("waiting does not panic")?;
        if let Some(why) = self.older_than_lake().await? {
            return Err(Error::Refused(why));
        }
        self.put_manifest().await?;
        Ok(true)
    }

    /// Writes the manifest whatever it says now: for a catalog that was just brought back, and what it is of.
    pub(super) async fn renew_manifest(&self) -> Result<()> {
        let lake = self.lake.clone();
        let _turn = tokio::task::spawn_blocking(move || lake.lock_sides()).await.expect("waiting does not panic")?;
        self.put_manifest().await
    }

    async fn put_manifest(&self) -> Result<()> {
        self.write_places().await?;
        // Read while nobody else writes the manifest, so that an older state never takes the place of a newer one.
        let text = LakeManifest::from_inventory(&self.store.read_inventory().await?).to_json();
        Ok(self.lake.put_side(MANIFEST, &text)?)
    }

    /// Whether the manifest, and what it needs beside it, is what the catalog says.
    pub(crate) async fn manifest_is_current(&self) -> Result<bool> {
        let inventory = self.store.read_inventory().await?;
        let found = self.lake.read_side(MANIFEST)?;
        if inventory.imports.is_empty() && found.is_none() {
            return Ok(true);
        }
        Ok(found.is_some_and(|text| text == LakeManifest::from_inventory(&inventory).to_json())
            && self.without_places().await?.is_empty())
    }

    /// After a change that others can see already: when the manifest can't follow, that is told and undoes nothing.
    pub(crate) async fn manifest_follows(&self) {
        if let Err(error) = self.write_manifest().await {
            tracing::warn!(
                "{MANIFEST} in the lake was not brought up to date, so other programs see an older state: {error}. \
                 `headway doctor` writes it"
            );
        }
    }

    async fn write_places(&self) -> Result<()> {
        for import in self.without_places().await? {
            // A page at a time: what a million places are called would fill the memory.
            let mut side = self.lake.begin_side(&places_file(import))?;
            let (mut page, mut before) = (0, "[");
            while let Some(rows) = self.store.statement_rows(import, page).await? {
                for row in rows {
                    side.add_text(before)?;
                    side.add_text(&serde_json::to_string(&row).expect("rows are written as JSON"))?;
                    before = ",";
                }
                page += 1;
            }
            side.add_text(if before == "[" { "[]" } else { "]" })?;
            side.put_in_place()?;
        }
        Ok(())
    }

    /// Imports that say something of places and have no file with it yet.
    async fn without_places(&self) -> Result<Vec<VintageId>> {
        let mut without = Vec::new();
        for import in self.store.imports_with_statements().await? {
            if !self.lake.has_side(&places_file(import))? {
                without.push(import);
            }
        }
        Ok(without)
    }

    /// What an import says of places, by the file beside the lake's others; `None` when there is none.
    pub(crate) fn kept_places(lake: &headway_lake::Lake, import: VintageId) -> Result<Option<Vec<Map<String, Value>>>> {
        let name = places_file(import);
        let Some(text) = lake.read_side(&name)? else { return Ok(None) };
        let rows = serde_json::from_str(&text);
        rows.map(Some).map_err(|error| Error::Refused(format!("{name} in the lake can't be read: {error}")))
    }
}
