//! The same knowledge judged as if an earlier period were the latest: what came after it is not looked at. Figures and targets
//! are those of the snapshot, places are those of the period.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use headway_analytics::{MeasureAssessment, SeriesObservation};
use headway_model::status::{ResultHorizon, ResultLag};
use headway_model::{ALL, MeasureId, Period, PeriodKind, PlaceHistory};
use jiff::ToSpan as _;
use jiff::civil::Date;
use tokio::sync::OnceCell;

use super::{Snapshot, empty_cells};
use crate::{Error, Result};

/// How many earlier days are kept, each judged at most once.
const KEPT: usize = 6;
/// How many periods are offered.
const OFFERED: usize = 12;

/// The last day that is looked at, and each measure judged through it.
pub(super) struct LatestCutoff {
    day: Date,
    scored: HashMap<MeasureId, OnceCell<Arc<MeasureAssessment>>>,
}

/// The last period of a kind that was over by the end of a day.
fn last_over(kind: PeriodKind, day: Date) -> Period {
    Period { kind, ordinal: ResultHorizon::on_day(kind, ResultLag::default(), day.saturating_add(1.day())).completed }
}

/// The days looked at lately.
pub(super) type CutoffSnapshots = Mutex<Vec<(Date, Arc<Snapshot>)>>;

impl LatestCutoff {
    /// A measure judged through the last period of its kind that was over on the day.
    pub(super) async fn scored_measure(
        &self,
        newest: &MeasureAssessment,
        places: &PlaceHistory,
    ) -> Result<Arc<MeasureAssessment>> {
        let last = last_over(newest.period_kind(), self.day);
        let judge = || async { newest.through_period(last, &places.places_as_of(last.middle_day())).map(Arc::new) };
        Ok(Arc::clone(self.scored[&newest.planned.measure.id].get_or_try_init(judge).await?))
    }
}

impl Snapshot {
    /// Everything judged as if the periods that were over by the end of `day` were the latest. The last few days are kept.
    pub fn through_day(&self, day: Date) -> Arc<Self> {
        let mut kept = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = kept.iter().find(|(known, _)| *known == day) {
            return Arc::clone(found);
        }
        let ids = self.newest.keys();
        let scored = ids.map(|id| (id.clone(), OnceCell::new())).collect();
        let (tallies, outlooks) = empty_cells(&self.book);
        // Of the kind of period that ends on the day, if any: its places are those that held for most of it.
        let mut kinds = self.book.all_measures().map(|(_, planned)| last_over(planned.measure.period, day));
        let then = kinds.find(|period| period.last_day() == day).map_or(day, Period::middle_day);
        let made = Arc::new(Self {
            as_of: self.as_of,
            book: Arc::clone(&self.book),
            places: self.history.places_as_of(then),
            history: Arc::clone(&self.history),
            imports: Arc::clone(&self.imports),
            ranks: Arc::clone(&self.ranks),
            store: self.store.clone(),
            lake: self.lake.clone(),
            newest: Arc::clone(&self.newest),
            catalog: Arc::clone(&self.catalog),
            only: self.only.clone(),
            at_hand: Arc::clone(&self.at_hand),
            until: Some(LatestCutoff { day, scored }),
            earlier: Mutex::default(),
            tallies,
            outlooks,
            learned: Arc::clone(&self.learned),
        });
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((day, Arc::clone(&made)));
        made
    }

    /// The last day of the period that `text` names: of the first of `kinds` that has such a period, else of any kind.
    ///
    /// # Errors
    /// [`Error::BadPeriod`] when it names none.
    pub fn last_day(text: &str, kinds: &[PeriodKind]) -> Result<Date> {
        let every = kinds.iter().chain(&PeriodKind::ALL);
        let mut tried = every.map(|kind| Period::parse(*kind, text));
        let first = tried.next().expect("there are kinds of periods");
        match tried.find_map(std::result::Result::ok) {
            _ if first.is_ok() => Ok(first.map_err(|e| Error::BadPeriod(e.to_string()))?.last_day()),
            Some(period) => Ok(period.last_day()),
            None => Err(Error::BadPeriod(first.expect_err("it was looked at").to_string())),
        }
    }

    /// The periods that an agency's measures can be judged through, newest first: those with results of its own place, of the
    /// kind that most of its measures have.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an agency that is not there; when the lake can't be read.
    pub async fn agency_periods(&self, agency: &str) -> Result<Vec<Period>> {
        let mut of_kind: BTreeMap<PeriodKind, (usize, Vec<Period>)> = BTreeMap::new();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let scored = match self.newest_scored(&planned.measure.id).await {
                Err(Error::Measure(_)) => continue,
                scored => scored?,
            };
            let home = scored.home.clone().unwrap_or_default();
            let Some(series) = scored.find_series(ALL, ALL, &home) else { continue };
            let over =
                scored.observations_of(series).into_iter().filter(SeriesObservation::is_result).map(|o| o.period);
            let known = of_kind.entry(planned.measure.period).or_default();
            known.0 += 1;
            known.1.extend(over);
        }
        let most = of_kind.into_values().filter(|(_, periods)| !periods.is_empty()).max_by_key(|(n, _)| *n);
        let mut periods = most.map(|(_, periods)| periods).unwrap_or_default();
        periods.sort_unstable_by(|a, b| b.cmp(a));
        periods.dedup();
        periods.truncate(OFFERED);
        Ok(periods)
    }
}
