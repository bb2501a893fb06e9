//! What is wrong with one measure stays with that measure: pages and answers about several leave it out and say so.

use std::sync::Arc;

use headway_analytics::MeasureAssessment;
use headway_model::plan::{Measure, PlannedMeasure};

use crate::error::MeasureTrouble;
use crate::snapshot::Snapshot;
use crate::view::MeasureSummary;
use crate::{Error, Result};

impl MeasureTrouble {
    /// An error of reading or judging a measure as trouble of this measure alone; what is wrong with the workspace stays as it is.
    pub(crate) fn from_error(measure: &Measure, error: Error) -> Error {
        let why = match error {
            Error::Lake(error) => error.to_string(),
            Error::Refused(text) => text,
            other => return other,
        };
        Error::Measure(Self { measure: measure.id.clone(), name: measure.name.clone(), why })
    }
}

impl Snapshot {
    /// [`Snapshot::scored`] where several measures are asked for: none when this one can't be answered for, which
    /// [`Snapshot::troubles`] tells.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub(crate) async fn scored_if_sound(&self, measure: &str) -> Result<Option<Arc<MeasureAssessment>>> {
        match self.scored_measure(measure).await {
            Err(Error::Measure(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// [`Snapshot::newest`] where several measures are asked for: none when this one can't be answered for.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub(crate) async fn newest_if_sound(&self, measure: &str) -> Result<Option<Arc<MeasureAssessment>>> {
        match self.newest_scored(measure).await {
            Err(Error::Measure(_)) => Ok(None),
            found => found.map(Some),
        }
    }

    /// [`Snapshot::measure_summary`] where several measures are listed: none when this one can't be answered for.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub(crate) async fn summary_if_sound(&self, planned: &PlannedMeasure) -> Result<Option<MeasureSummary>> {
        match self.measure_summary(planned).await {
            Err(Error::Measure(_)) => Ok(None),
            summary => summary,
        }
    }

    /// The measures that can't be answered for, of one agency or of all, and why.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn measure_troubles(&self, agency: Option<&str>) -> Result<Vec<MeasureTrouble>> {
        let mut troubles = Vec::new();
        for (of, planned) in self.book.all_measures() {
            if agency.is_some_and(|wanted| wanted != of.agency.id) {
                continue;
            }
            match self.scored_measure(&planned.measure.id).await {
                Err(Error::Measure(trouble)) => troubles.push(trouble),
                found => drop(found?),
            }
        }
        Ok(troubles)
    }
}
