//! A measure as it was read and judged, with what that rests on: a new state takes it over where none of it changed, with all
//! that was learned of it since.

use std::sync::Arc;

use headway_analytics::MeasureAssessment;
use headway_model::plan::{AgencyPlans, PlannedMeasure};
use headway_model::{LakeSegment, PeriodKind, PlaceId, VintageId};
use tokio::task::spawn_blocking;

use super::{Snapshot, part_ids};
use crate::Result;

/// A measure that was judged.
pub(super) struct AssessedMeasure {
    basis: AssessmentBasis,
    pub(super) scored: Arc<MeasureAssessment>,
}

/// What a measure is judged from, besides its places and the day.
#[derive(PartialEq)]
pub(super) struct AssessmentBasis {
    planned: PlannedMeasure,
    home: Option<PlaceId>,
    /// The files of the measure, then those of each of its parts.
    files: Vec<Vec<LakeSegment>>,
    /// The imports in them, the one that holds before the others last.
    order: Vec<VintageId>,
}

impl Snapshot {
    /// What a measure would be judged from.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] when its files have periods of another kind; when the store can't be read.
    pub(super) async fn measure_basis(
        &self,
        agency: &AgencyPlans,
        planned: &PlannedMeasure,
    ) -> Result<AssessmentBasis> {
        let kind: PeriodKind = planned.measure.period;
        let mut files = vec![self.visible_segments(&planned.ids, kind).await?];
        for id in part_ids(&planned.measure) {
            files.push(self.visible_segments(&[id], kind).await?);
        }
        let mut order: Vec<VintageId> = files.iter().flatten().flat_map(|file| file.vintages.iter().copied()).collect();
        order.sort_by_key(|id| (self.ranks.rank_of(*id), *id));
        order.dedup();
        Ok(AssessmentBasis { planned: planned.clone(), home: agency.agency.place.clone(), files, order })
    }

    /// Reads and judges a measure.
    pub(super) async fn read_known(&self, agency: &AgencyPlans, planned: &PlannedMeasure) -> Result<AssessedMeasure> {
        let basis = self.measure_basis(agency, planned).await?;
        let panel = self.panel_from(&planned.ids, &planned.measure, basis.files[0].clone()).await?;
        let mut parts = Vec::new();
        for ((part, id), files) in
            planned.measure.parts.iter().zip(part_ids(&planned.measure)).zip(basis.files.iter().skip(1))
        {
            parts.push((part.id.clone(), self.panel_from(&[id], &planned.measure, files.clone()).await?));
        }
        let (planned, home, as_of) = (planned.clone(), basis.home.clone(), self.as_of);
        let places = Arc::clone(&self.places);
        let judge = move || MeasureAssessment::new(&planned, home, as_of, &places, panel, parts);
        let scored = spawn_blocking(judge).await.expect("judging does not panic")?;
        Ok(AssessedMeasure { basis, scored: Arc::new(scored) })
    }

    /// Takes over from the state before what is the same in this one. A measure that can't be read stays for whoever asks for it.
    pub(super) async fn take_over(&self, before: &Self) {
        if before.as_of != self.as_of || before.until.is_some() {
            return;
        }
        for (agency, planned) in self.book.all_measures() {
            let id = &planned.measure.id;
            let (Some(old), Some(cell)) = (before.newest.get(id).and_then(|cell| cell.get()), self.newest.get(id))
            else {
                continue;
            };
            let Ok(basis) = self.measure_basis(agency, planned).await else { continue };
            if basis == old.basis && old.scored.is_same_in(&self.places) {
                let known = AssessedMeasure { basis, scored: Arc::clone(&old.scored) };
                // Nobody else has the new state yet: the cell is empty.
                let _ = cell.set(known);
            }
        }
    }
}
