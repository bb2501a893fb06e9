//! Whose is it: which agency a measure, a place and an import belong to, so that no page shows one agency's under the name of
//! another.

use headway_model::VintageId;
use headway_model::plan::AgencyPlans;

use crate::snapshot::part_ids;
use crate::{Result, Snapshot};

impl Snapshot {
    /// The agencies whose own place is this one or has it below itself; agencies may share a place.
    pub fn agencies_above(&self, place: &str) -> Vec<&AgencyPlans> {
        let above = |a: &&AgencyPlans| a.agency.place.as_deref().is_some_and(|own| self.places.is_within(place, own));
        self.book.agencies.iter().filter(above).collect()
    }

    /// Whether a place is in an agency's part of the tree. A place that is in no agency's part belongs to the only agency there
    /// is, or to those that name no place of their own.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an agency that is not there.
    pub fn is_place_of(&self, agency: &str, place: &str) -> Result<bool> {
        let own = self.agency(agency)?;
        let above = self.agencies_above(place);
        let free = above.is_empty() && (self.book.agencies.len() == 1 || own.agency.place.is_none());
        Ok(free || above.iter().any(|a| a.agency.id == agency))
    }

    /// Whether an agency can show a place: it is in its part of the tree, or results of its measures name it.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an agency that is not there; when the lake can't be read.
    pub async fn shows_place(&self, agency: &str, place: &str) -> Result<bool> {
        if self.is_place_of(agency, place)? {
            return Ok(true);
        }
        for planned in &self.agency(agency)?.measures {
            let scored = self.newest_if_sound(&planned.measure.id).await?;
            if scored.is_some_and(|scored| scored.has_place(place)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The agencies that can show a place.
    ///
    /// # Errors
    /// When the lake can't be read.
    pub async fn agencies_of_place(&self, place: &str) -> Result<Vec<&AgencyPlans>> {
        let mut found = Vec::new();
        for agency in &self.book.agencies {
            if self.shows_place(&agency.agency.id, place).await? {
                found.push(agency);
            }
        }
        Ok(found)
    }

    /// The agencies whose measures an import brought figures of; none where no plan names what it brought, or nothing is left.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn agencies_of_import(&self, import: VintageId) -> Result<Vec<&AgencyPlans>> {
        let measures = self.catalog_view().await?.brought.get(&import).map(Vec::as_slice).unwrap_or_default();
        let names = |a: &&AgencyPlans| {
            a.measures.iter().any(|m| {
                let parts = part_ids(&m.measure);
                measures.iter().any(|id| m.ids.contains(id) || parts.contains(id))
            })
        };
        Ok(self.book.agencies.iter().filter(names).collect())
    }

    /// Whether an agency can show an import: it brought figures of its measures, or of nobody's.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn shows_import(&self, agency: &str, import: VintageId) -> Result<bool> {
        let whose = self.agencies_of_import(import).await?;
        Ok(whose.is_empty() || whose.iter().any(|a| a.agency.id == agency))
    }
}
