//! Data: what came in, how fresh it is, what is expected next.

use headway_analytics::MeasureRef;
use headway_model::Period;
use headway_store::{CatalogImport, LakeMeasure};

use super::AwaitedResult;
use crate::{Result, Snapshot};

/// The data page.
#[derive(Clone, Debug)]
pub struct DataView {
    /// The imports with figures of this agency's measures, and those with figures of nobody's, newest first.
    pub imports: Vec<CatalogImport>,
    /// Each measure of the agency with its latest period in the lake, and the result that is awaited.
    pub freshness: Vec<ResultFreshness>,
    /// Measures with observations that no plan names.
    pub unplanned: Vec<LakeMeasure>,
}

/// How fresh a measure's results are.
#[derive(Clone, Debug)]
pub struct ResultFreshness {
    /// The measure.
    pub measure: MeasureRef,
    /// Its latest period with rows.
    pub latest: Option<Period>,
    /// How many rows there are.
    pub rows: u64,
    /// The result that is awaited: one that any target lacks, else the next.
    pub awaited: AwaitedResult,
}

impl Snapshot {
    /// The data page of an agency.
    pub async fn data_view(&self, agency: &str) -> Result<DataView> {
        let book = self.agency(agency)?;
        let lake = &self.catalog_view().await?.lake;
        let mut freshness = Vec::new();
        for planned in &book.measures {
            let measure = &planned.measure;
            let parts = crate::snapshot::part_ids(measure);
            let of_measure = lake.iter().filter(|m| planned.ids.contains(&m.measure) || parts.contains(&m.measure));
            let (rows, last) =
                of_measure.fold((0, None), |(rows, last), m| (rows + m.rows, last.max(Some(m.last_period))));
            let latest = last.map(|ordinal| Period { kind: measure.period, ordinal });
            let awaited = self
                .summary_if_sound(planned)
                .await?
                .map_or(AwaitedResult::Nothing, |summary| summary.awaited_result());
            freshness.push(ResultFreshness { measure: MeasureRef::for_measure(measure), latest, rows, awaited });
        }
        let mut imports = Vec::new();
        for import in self.imports.iter().rev().filter(|i| i.vintage.known_from <= self.as_of) {
            if self.shows_import(agency, import.vintage.id).await? {
                imports.push(import.clone());
            }
        }
        Ok(DataView { imports, freshness, unplanned: self.catalog_view().await?.unplanned.clone() })
    }
}
