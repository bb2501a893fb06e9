//! A release made from the workspace, and kept in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use headway_access::{Permit, PublishRelease};
use headway_disclosure::{
    DEFAULT_N_SIZE, EarlierRelease, PreparedRelease, PublishingRule, ReleaseContext, ReleaseHistory, ReleaseOptions,
    StepWeakness, prepare_release,
};
use headway_model::{Period, PlaceDirectory};
use headway_store::RecordRelease;
use jiff::Timestamp;
use jiff::civil::Date;

use super::gather::gather_reading;
use crate::{Error, Result, Workspace};

impl Workspace {
    /// Makes the next release of an agency from what was known on `as_of`: what is told of every figure is decided over all
    /// of them together, and over what earlier releases told. Nothing is written.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an agency, or without a measure that is to be left out; [`Error::NoResult`] when its
    /// measures have no results; [`Error::Refused`] when the results of a measure can't be read.
    pub async fn make_release(&self, agency: &str, as_of: Date, made_on: Date) -> Result<PreparedRelease> {
        self.release_with(agency, as_of, made_on, ReleaseOptions::default()).await
    }

    /// The same with parts of the step left out, to show in tests what they are good for.
    ///
    /// # Errors
    /// As [`Workspace::release`].
    #[doc(hidden)]
    pub async fn weakened_release(
        &self,
        agency: &str,
        as_of: Date,
        made_on: Date,
        weakness: StepWeakness,
    ) -> Result<PreparedRelease> {
        self.release_with(agency, as_of, made_on, ReleaseOptions { weakness, ..ReleaseOptions::default() }).await
    }

    /// The same as [`Workspace::release`], made as is asked for.
    ///
    /// # Errors
    /// As [`Workspace::release`].
    pub async fn release_with(
        &self,
        agency: &str,
        as_of: Date,
        made_on: Date,
        making: ReleaseOptions,
    ) -> Result<PreparedRelease> {
        let snapshot = self.snapshot(as_of).await?;
        let book = snapshot.agency(agency)?;
        let mut reading = gather_reading(&snapshot, book, &making).await?;
        if reading.is_empty() {
            return Err(Error::NoResult(format!("no measure of {agency} has results: there is nothing to publish")));
        }
        let rule = PublishingRule {
            n_size: book.agency.publishing.n_size.unwrap_or(DEFAULT_N_SIZE),
            ..PublishingRule::default()
        };
        let history = ReleaseHistory::read_releases(agency, &rule, &mut reading, self.earlier_releases().await?)?;
        let trees: BTreeMap<Period, Arc<PlaceDirectory>> = reading
            .periods()
            .iter()
            .map(|&(kind, ordinal)| Period { kind, ordinal })
            .map(|period| (period, snapshot.places_in(period)))
            .collect();
        let scene = ReleaseContext {
            agency: book.clone(),
            as_of: snapshot.as_of,
            made_on,
            imports: snapshot.imports.iter().map(|import| import.vintage.clone()).collect(),
            places: Arc::clone(&snapshot.places),
            trees,
        };
        let work = move || prepare_release(reading, history, &scene, making.weakness);
        Ok(tokio::task::spawn_blocking(work).await.expect("the step does not panic")?)
    }

    /// What every release of the workspace told.
    async fn earlier_releases(&self) -> Result<Vec<EarlierRelease>> {
        let mut releases = Vec::new();
        for release in self.store.all_releases().await? {
            let told = self.store.release_cells(&release.agency, release.number).await?;
            let (agency, number, as_of, sums) = (release.agency, release.number, release.as_of, release.sums);
            releases.push(EarlierRelease { agency, number, as_of, sums, told });
        }
        Ok(releases)
    }

    /// Keeps in the workspace what a release tells; to be done before it goes out.
    ///
    /// # Errors
    /// [`Error::Refused`] when somebody published in between.
    pub async fn record_release(
        &self,
        prepared: &mut PreparedRelease,
        permit: &Permit<PublishRelease>,
        now: Timestamp,
    ) -> Result<()> {
        if !prepared.is_whole() {
            return Err(Error::Refused("a release with parts of the step left out is for tests alone".to_owned()));
        }
        let release = &prepared.release;
        let (cells, summary) = (prepared.told_by_measure(), prepared.summary_json());
        let record = RecordRelease {
            agency: &release.agency,
            number: release.number,
            made_on: release.made_on,
            as_of: release.as_of,
            summary: &summary,
            sums: prepared.sums_json(),
            cells: &cells,
        };
        self.store.write(permit, now, record).await?;
        prepared.release.recorded_at = Some(now);
        Ok(())
    }
}
