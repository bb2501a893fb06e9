//! One series without everything else: a nation's schools are many, and to show one of them need not wait for all.

use std::sync::Arc;

use headway_analytics::MeasureAssessment;
use headway_lake::SeriesFilter;
use headway_model::{ALL, PlaceHistory};
use jiff::civil::Date;

use super::Snapshot;
use super::among::PlaceSnapshot;
use crate::track::{SeriesSelection, TrackRow};
use crate::view::SeriesView;
use crate::{Error, Result, Workspace};

impl Workspace {
    /// One series in full as it was known on a day, with the snapshot that it is from. Where the series stands for itself (no target
    /// to reach, and too few results for a signal or odds) only its own rows and places are read; else the series that it is compared
    /// with and their places; else, where these are many, everything.
    ///
    /// # Errors
    /// As [`Snapshot::series`].
    pub async fn find_series(
        &self,
        as_of: Date,
        measure: &str,
        place: Option<&str>,
        group: &str,
        grade: &str,
    ) -> Result<(Arc<Snapshot>, SeriesView)> {
        if let Some(place) = place {
            let only = SeriesFilter::default().places([place]).with_groups([group]).with_grades([grade]);
            let narrow = Snapshot::read_narrow(self, as_of, place, only).await?;
            match narrow.find_series(measure, Some(place), group, grade).await {
                Ok(series) if narrow.stands_alone(&series).await? => return Ok((Arc::new(narrow), series)),
                Ok(_) | Err(Error::NoResult(_)) => {}
                Err(error) => return Err(error),
            }
            if let Some(found) = self.series_among(as_of, measure, place, group, grade).await? {
                return Ok(found);
            }
        }
        let snapshot = self.snapshot(as_of).await?;
        let series = snapshot.find_series(measure, place, group, grade).await?;
        Ok((snapshot, series))
    }

    async fn series_among(
        &self,
        as_of: Date,
        measure: &str,
        place: &str,
        group: &str,
        grade: &str,
    ) -> Result<Option<(Arc<Snapshot>, SeriesView)>> {
        let selection = SeriesSelection { measure: Some(measure.to_owned()), ..SeriesSelection::default() };
        // Chances are put to the test with all students.
        let filter = SeriesFilter::default().with_groups([group, ALL]).with_grades([grade]);
        let Some(among) = PlaceSnapshot::read_needed(self, as_of, place, &selection, &filter).await? else {
            return Ok(None);
        };
        match among.snapshot.find_series(measure, Some(place), group, grade).await {
            Ok(series) => {
                let scored = among.snapshot.judged_alone(measure).await?;
                Ok(among.covers_row(&scored, &series.row).then(|| (Arc::new(among.snapshot), series)))
            }
            Err(Error::NoResult(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// [`Snapshot::track`], with the snapshot that the rows are from. For one place only what its series are compared with is read,
    /// where that says all.
    ///
    /// # Errors
    /// As [`Snapshot::track`].
    pub async fn track_selection(
        &self,
        as_of: Date,
        selection: &SeriesSelection,
    ) -> Result<(Arc<Snapshot>, Vec<TrackRow>)> {
        if let Some(place) = &selection.place
            && let Some(found) = self.track_among(as_of, place, selection).await?
        {
            return Ok(found);
        }
        let snapshot = self.snapshot(as_of).await?;
        let rows = snapshot.track_selection(selection).await?;
        Ok((snapshot, rows))
    }

    async fn track_among(
        &self,
        as_of: Date,
        place: &str,
        selection: &SeriesSelection,
    ) -> Result<Option<(Arc<Snapshot>, Vec<TrackRow>)>> {
        let filter = match &selection.group {
            Some(group) => SeriesFilter::default().with_groups([group, ALL]),
            None => SeriesFilter::default(),
        };
        let Some(among) = PlaceSnapshot::read_needed(self, as_of, place, selection, &filter).await? else {
            return Ok(None);
        };
        // What is nowhere to be found is told with all that there is.
        let rows = match among.snapshot.track_selection(selection).await {
            Ok(rows) => rows,
            Err(Error::NotFound { .. } | Error::NoResult(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        for row in &rows {
            let scored = among.snapshot.judged_alone(&row.measure.id).await?;
            if !among.covers_row(&scored, row) {
                return Ok(None);
            }
        }
        Ok((!rows.is_empty()).then(|| (Arc::new(among.snapshot), rows)))
    }
}

impl Snapshot {
    /// A measure judged, whether or not a plan names it.
    async fn judged_alone(&self, measure: &str) -> Result<Arc<MeasureAssessment>> {
        match self.book.find_measure(measure) {
            Some(_) => self.scored_measure(measure).await,
            None => Ok(Arc::new(self.score_unplanned(measure).await?)),
        }
    }

    /// Whether nothing that is said of a series depends on others.
    async fn stands_alone(&self, series: &SeriesView) -> Result<bool> {
        let row = &series.row;
        if series.observed.is_empty() || !series.parts.is_empty() || row.signal.is_ok() || row.odds.is_ok() {
            return Ok(false);
        }
        // Others' histories say how often a pace was kept, and whether anything ever moved.
        let moves = series.observed.len() > 2;
        let paced = row.standing.pace_needed.exact_number().is_some();
        Ok(!moves && (!paced || self.has_one_period(&series.measure.id).await?))
    }

    async fn has_one_period(&self, measure: &str) -> Result<bool> {
        let segments = self.store.visible_segments(measure, self.as_of).await?.segments;
        let first = segments.iter().map(|segment| segment.first_period).min();
        let last = segments.iter().map(|segment| segment.last_period).max();
        Ok(first == last)
    }

    /// A snapshot that knows the place and those above it, and reads only what `only` names.
    async fn read_narrow(headway: &Workspace, as_of: Date, place: &str, only: SeriesFilter) -> Result<Self> {
        let snapshot = Self { only, ..Self::without_places(headway, as_of).await? };
        let (said, _) = snapshot.said_of_path(&headway.store, place).await?;
        Ok(snapshot.with_places(PlaceHistory::from_statements(said.into_iter(), as_of)))
    }
}
