//! Import: one file of the catalog, and what it changed.

use headway_model::{MeasureId, VintageId};
use headway_store::{CatalogImport, ImportState};
use serde_json::Value;

use crate::{Error, Result, Snapshot};

/// An import's page.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// The import.
    pub import: CatalogImport,
    /// Rows read, accepted, refused, ignored; none where no report is kept.
    pub rows: Option<[u64; 4]>,
    /// What it changed, measure by measure.
    pub measures: Vec<ImportChanges>,
}

/// What an import changed of one measure, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportChanges {
    /// The measure's id.
    pub measure: MeasureId,
    /// Its name; the id where no plan names it.
    pub name: String,
    /// Whether a plan of the agency names it.
    pub planned: bool,
    /// Figures of which nothing was known before.
    pub added: u64,
    /// Revised figures.
    pub changed: u64,
    /// Figures that say the same.
    pub same: u64,
    /// Figures known before that the file does not have, of the periods that it has.
    pub gone: u64,
}

impl Snapshot {
    /// An import, as an agency sees it: what it changed of other agencies' measures is left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an import that is not there on the day, or is another agency's; when the store can't be read.
    pub async fn import_view(&self, agency: &str, number: VintageId) -> Result<ImportView> {
        let known = self.visible_import(number).filter(|i| i.vintage.known_from <= self.as_of);
        let import = known.ok_or_else(|| Error::not_found("import", number.to_string()))?;
        if !self.shows_import(agency, number).await? {
            return Err(Error::not_found("import", number.to_string()));
        }
        let report = match import.state {
            ImportState::Begun => Value::Null,
            _ => self.store.import_report(number).await?,
        };
        let changes = |value: &Value| {
            let measure = value["measure"].as_str()?;
            let owner = self.book.find_measure(self.whole_measure(measure));
            let own = owner.is_some_and(|(a, _)| a.agency.id == agency);
            (own || owner.is_none()).then(|| ImportChanges {
                name: owner
                    .filter(|(_, m)| m.measure.id == measure)
                    .map_or(measure, |(_, m)| &m.measure.name)
                    .to_owned(),
                measure: self.whole_measure(measure).into(),
                planned: own,
                added: value["added"].as_u64().unwrap_or_default(),
                changed: value["changed"].as_u64().unwrap_or_default(),
                same: value["same"].as_u64().unwrap_or_default(),
                gone: value["gone"].as_u64().unwrap_or_default(),
            })
        };
        let measures = report.pointer("/measures").and_then(Value::as_array);
        Ok(ImportView {
            import: import.clone(),
            rows: report.pointer("/report/rows").map(row_counts),
            measures: measures.into_iter().flatten().filter_map(changes).collect(),
        })
    }

    /// The measure that a part of a compound one belongs to; another id is its own.
    fn whole_measure<'a>(&self, id: &'a str) -> &'a str {
        match id.split_once('.') {
            Some((whole, _)) if self.book.find_measure(id).is_none() && self.book.find_measure(whole).is_some() => {
                whole
            }
            _ => id,
        }
    }
}

fn row_counts(counts: &Value) -> [u64; 4] {
    let n = |name: &str| counts[name].as_u64().unwrap_or_default();
    let ignored = counts["ignored"].as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum();
    [n("read"), n("accepted"), n("refused"), ignored]
}
