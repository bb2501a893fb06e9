//! One series without everything else: a nation's schools are many, and to show one of them need not wait for all.

use std::collections::HashMap;
use std::sync::Arc;

use headway_lake::Filter;
use headway_model::{SaidPlace, VintageId};
use headway_store::Store;
use jiff::civil::Date;

use super::Snapshot;
use crate::places::{PlaceHistory, said_outside};
use crate::view::SeriesView;
use crate::{Error, Headway, Result};

/// From the place up to its nation there are not more than so many places.
const DEEPEST: usize = 8;

impl Headway {
    /// One series in full as it was known on a day, with the snapshot that it is from. Where the series stands for itself (no target
    /// to reach, and too few results for a signal or odds) only its own rows and places are read; else everything that it is
    /// compared with.
    ///
    /// # Errors
    /// As [`Snapshot::series`].
    pub async fn series(
        &self,
        as_of: Date,
        measure: &str,
        unit: Option<&str>,
        group: &str,
        grade: &str,
    ) -> Result<(Arc<Snapshot>, SeriesView)> {
        if let Some(unit) = unit {
            let only = Filter::default().units([unit]).groups([group]).grades([grade]);
            let narrow = Snapshot::read_narrow(self, as_of, unit, only).await?;
            match narrow.series(measure, Some(unit), group, grade).await {
                Ok(series) if narrow.stands_alone(&series).await? => return Ok((Arc::new(narrow), series)),
                Ok(_) | Err(Error::NoResult(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let snapshot = self.snapshot(as_of).await?;
        let series = snapshot.series(measure, unit, group, grade).await?;
        Ok((snapshot, series))
    }
}

impl Snapshot {
    /// Whether nothing that is said of a series depends on others.
    async fn stands_alone(&self, series: &SeriesView) -> Result<bool> {
        let row = &series.row;
        if series.observed.is_empty() || !series.parts.is_empty() || row.signal.is_ok() || row.odds.is_ok() {
            return Ok(false);
        }
        // Others' histories say how often a pace was kept, and whether anything ever moved.
        let moves = series.observed.len() > 2;
        let paced = row.standing.pace_needed.exact().is_some();
        Ok(!moves && (!paced || self.has_one_period(&series.measure.id).await?))
    }

    async fn has_one_period(&self, measure: &str) -> Result<bool> {
        let segments = self.store.visible_segments(measure, self.as_of).await?.segments;
        let first = segments.iter().map(|segment| segment.first_period).min();
        let last = segments.iter().map(|segment| segment.last_period).max();
        Ok(first == last)
    }

    /// A snapshot that knows the place and those above it, and reads only what `only` names.
    async fn read_narrow(headway: &Headway, as_of: Date, unit: &str, only: Filter) -> Result<Self> {
        let snapshot = Self { only, ..Self::without_places(headway, as_of).await? };
        let said = snapshot.said_of_path(&headway.store, unit).await?;
        Ok(snapshot.with_places(PlaceHistory::of(said.into_iter(), as_of)))
    }

    /// What is said of a place and of every place that it was ever said to belong to.
    async fn said_of_path(&self, store: &Store, unit: &str) -> Result<Vec<SaidPlace>> {
        let known: HashMap<VintageId, Date> =
            self.imports.iter().map(|i| (i.vintage.id, i.vintage.known_from)).collect();
        let outside = store.places().await?;
        let (mut all, mut asked, mut next) = (Vec::new(), Vec::new(), vec![unit.to_owned()]);
        while !next.is_empty() && asked.len() < DEEPEST {
            let stated = store.statements_of(&next, self.as_of).await?;
            let by_imports = stated.into_iter().filter_map(|stored| {
                let by = (self.ranks.rank(stored.import)?, *known.get(&stored.import)?);
                Some(SaidPlace { by: Some(by), statement: stored.statement })
            });
            let else_known = outside.iter().filter(|place| next.contains(&place.id)).cloned().map(said_outside);
            let said: Vec<SaidPlace> = else_known.chain(by_imports).collect();
            asked.append(&mut next);
            next = said.iter().filter_map(|said| said.statement.parent.clone()).collect();
            next.sort_unstable();
            next.dedup();
            next.retain(|id| !asked.contains(id));
            all.extend(said);
        }
        Ok(all)
    }
}
