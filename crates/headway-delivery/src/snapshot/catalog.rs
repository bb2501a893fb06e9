//! What the catalog says of the lake on the day of a snapshot: asked once, then in memory like everything else.

use std::collections::BTreeMap;

use headway_model::{MeasureId, VintageId};
use headway_store::LakeMeasure;

use super::Snapshot;
use crate::Result;

/// What the catalog says.
#[derive(Debug)]
pub(crate) struct CatalogView {
    /// The measures that the lake has visible files of.
    pub(crate) lake: Vec<LakeMeasure>,
    /// Those that no plan names.
    pub(crate) unplanned: Vec<LakeMeasure>,
    /// Which measures each import brought figures of, those taken back too.
    pub(crate) brought: BTreeMap<VintageId, Vec<MeasureId>>,
}

impl Snapshot {
    /// What the catalog says of the lake.
    ///
    /// # Errors
    /// When the store can't be read, at the first question.
    pub(crate) async fn catalog_view(&self) -> Result<&CatalogView> {
        self.catalog.get_or_try_init(|| self.read_catalog()).await
    }

    async fn read_catalog(&self) -> Result<CatalogView> {
        Ok(CatalogView {
            lake: self.store.lake_measures(self.as_of).await?,
            unplanned: self.store.unplanned_measures(self.as_of).await?,
            brought: self.store.measures_by_import().await?,
        })
    }
}
