//! Tallies of statuses: for a measure over its places, for a place over the measures.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use headway_analytics::{MeasureAssessment, PlaceRef, ResultSignal, SeriesObservation, SignalWord, TargetOdds};
use headway_model::status::{Status, StatusTally, StatusTone, TargetAssessment};
use headway_model::{ALL, Direction, Level, MeasureId, PlaceId, name_order};
use tokio::sync::OnceCell;

use super::promised::TargetSeries;
use crate::track::TrackRow;
use crate::{Result, Snapshot};

/// How the targets of the plans in force stand at one place, those for its student groups too.
#[derive(Clone, Debug)]
pub struct PlaceTally {
    /// The place.
    pub place: PlaceRef,
    /// Its targets.
    pub tally: StatusTally,
    /// What may come of those for all its students.
    pub outlook: OutlookState,
}

/// What may come, as far as it is known: thousands of places are learned of in the background, and no page waits for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutlookState {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// It is being computed.
    Computing,
    /// This.
    Known(PlaceOutlook),
}

impl OutlookState {
    /// What may come of both; nothing is known of them together while one is being computed.
    #[must_use]
    pub fn combine_with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Computing, _) | (_, Self::Computing) => Self::Computing,
            (Self::NotAsked, known) | (known, Self::NotAsked) => known,
            (Self::Known(mut all), Self::Known(more)) => {
                all += more;
                Self::Known(all)
            }
        }
    }
}

/// What may come of targets, and what moved, all students: at one place, of one measure at many places, of several measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceOutlook {
    /// Targets that are still ahead and have a chance that can be said.
    pub said: usize,
    /// Those of them that will rather be met than not: the chance is told as 6 in 10 or more.
    pub likely: usize,
    /// Results that could be told from noise, or not: those with results enough.
    pub tested: usize,
    /// Latest results that are a signal on the better side.
    pub better: usize,
    /// Latest results that are a signal on the worse side.
    pub worse: usize,
}

impl PlaceOutlook {
    fn of_series(scored: &MeasureAssessment, series: usize) -> Result<Self> {
        let mut own = Self::default();
        let standing = scored.standing_of(series, None)?;
        let odds = scored.outlook_for(series, &standing).ok().map(|outlook| outlook.odds);
        let latest = scored.latest_result(series);
        own.add_series(scored.signal_of(series).ok(), odds, latest, &standing, scored.planned.measure.direction);
        Ok(own)
    }

    fn add_series(
        &mut self,
        signal: Option<ResultSignal>,
        odds: Option<TargetOdds>,
        latest: Option<SeriesObservation>,
        standing: &TargetAssessment,
        direction: Option<Direction>,
    ) {
        self.said += usize::from(odds.is_some());
        self.likely += usize::from(odds.is_some_and(TargetOdds::is_likely));
        self.tested += usize::from(signal.is_some());
        let Some(signal) = signal.filter(|signal| signal.word != SignalWord::None) else { return };
        let off = |value: f64| standing.outside_band(value);
        let latest =
            latest.filter(|latest| latest.period == signal.period).and_then(|latest| latest.value.exact_number());
        let gain = match latest.and_then(|latest| off(latest - signal.change).zip(off(latest))) {
            // Nearer to a band is better, whatever the direction.
            Some((was, is)) => was - is,
            None => direction.and_then(Direction::sign).map_or(0.0, |up| up * signal.change),
        };
        self.better += usize::from(gain > 0.0);
        self.worse += usize::from(gain < 0.0);
    }
}

impl<'a> FromIterator<&'a TrackRow> for PlaceOutlook {
    fn from_iter<I: IntoIterator<Item = &'a TrackRow>>(rows: I) -> Self {
        let mut all = Self::default();
        for row in rows {
            all.add_series(row.signal.ok(), row.odds.ok(), row.observed, &row.standing, row.measure.direction);
        }
        all
    }
}

impl AddAssign for PlaceOutlook {
    fn add_assign(&mut self, other: Self) {
        self.said += other.said;
        self.likely += other.likely;
        self.tested += other.tested;
        self.better += other.better;
        self.worse += other.worse;
    }
}

/// What may come at the places of one level: of all targets at each place, and of each measure's at all places, by id.
#[derive(Debug, Default)]
pub struct LevelOutlooks {
    /// By the place's id.
    pub places: HashMap<PlaceId, PlaceOutlook>,
    /// By the measure's id.
    pub measures: HashMap<MeasureId, PlaceOutlook>,
}

/// The outlooks of a level, and whether somebody is learning them.
#[derive(Debug, Default)]
pub(crate) struct OutlookCell {
    known: OnceCell<Arc<LevelOutlooks>>,
    asked: AtomicBool,
}

impl Snapshot {
    /// What may come of the targets at the places of a level. Made once a snapshot.
    pub async fn place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<LevelOutlooks>> {
        let known = &self.outlook_cell(agency, level)?.known;
        let is_new = !known.initialized();
        let found = Arc::clone(known.get_or_try_init(|| self.make_place_outlooks(agency, level)).await?);
        if is_new {
            // Counted once they are there: a page kept under the new count must not lack them.
            self.learned.fetch_add(1, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// The same where it is known already. Where not, it is learned in the background for whoever asks later.
    pub(super) fn known_outlooks(self: &Arc<Self>, agency: &str, level: Level) -> Result<Option<Arc<LevelOutlooks>>> {
        let cell = self.outlook_cell(agency, level)?;
        let known = cell.known.get().cloned();
        if known.is_none() && !cell.asked.swap(true, Ordering::Relaxed) {
            let (snapshot, agency) = (Arc::clone(self), agency.to_owned());
            tokio::spawn(async move {
                if let Err(error) = snapshot.place_outlooks(&agency, level).await {
                    tracing::warn!(%error, "chances could not be computed; the next page that shows them tries again");
                    if let Ok(cell) = snapshot.outlook_cell(&agency, level) {
                        cell.asked.store(false, Ordering::Relaxed);
                    }
                }
            });
        }
        Ok(known)
    }

    /// Grows whenever outlooks were learned, of earlier periods too: then pages have more to say.
    pub fn outlooks_learned(&self) -> usize {
        self.learned.load(Ordering::Relaxed)
    }

    fn outlook_cell(&self, agency: &str, level: Level) -> Result<&OutlookCell> {
        self.agency(agency)?;
        let cell = self.outlooks.get(&(agency.into(), level));
        cell.ok_or_else(|| crate::Error::not_found("level", level.id()))
    }

    async fn make_place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<LevelOutlooks>> {
        let mut found = LevelOutlooks::default();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            // Thousands of series: not on the threads that answer requests.
            let work = move || -> Result<LevelOutlooks> {
                let measure = &scored.planned.measure.id;
                for series in scored.of_group(ALL, ALL).filter(|&i| scored.level_of(i) == Some(level)) {
                    let own = PlaceOutlook::of_series(&scored, series)?;
                    *found.places.entry(scored.key_of(series).2.into()).or_default() += own;
                    *found.measures.entry(measure.clone()).or_default() += own;
                }
                Ok(found)
            };
            found = tokio::task::spawn_blocking(work).await.expect("judging does not panic")?;
        }
        Ok(Arc::new(found))
    }

    /// Every place of an agency with its targets: those with most targets off track first, and among them those with
    /// the worst statuses. Made once a snapshot.
    pub async fn place_tallies(&self, agency: &str) -> Result<Arc<Vec<PlaceTally>>> {
        self.agency(agency)?;
        let cell = &self.tallies[agency];
        Ok(Arc::clone(cell.get_or_try_init(|| self.make_place_tallies(agency)).await?))
    }

    async fn make_place_tallies(&self, agency: &str) -> Result<Arc<Vec<PlaceTally>>> {
        let mut of_place: HashMap<PlaceId, (PlaceRef, Vec<Status>)> = HashMap::new();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            let targets = TargetSeries::all_of_measure(&scored);
            for series in targets.iter().flat_map(TargetSeries::keeping_series) {
                let status = scored.status_of(series);
                if status.tone() == StatusTone::Open {
                    continue;
                }
                let place_id = scored.key_of(series).2;
                match of_place.get_mut(place_id) {
                    Some((_, statuses)) => statuses.push(status),
                    None => {
                        of_place.insert(place_id.into(), (self.place_ref(&scored, series), vec![status]));
                    }
                }
            }
        }
        let tallied = of_place.into_values().map(|(place, s)| PlaceTally {
            place,
            tally: s.into_iter().collect(),
            outlook: OutlookState::NotAsked,
        });
        let mut tallies: Vec<PlaceTally> = tallied.collect();
        let most = |t: &PlaceTally| {
            let severity: usize = t.tally.0.iter().map(|(status, n)| usize::from(status.severity()) * n).sum();
            std::cmp::Reverse((t.tally.of_tone(StatusTone::Bad), severity))
        };
        tallies.sort_by_cached_key(|t| (most(t), name_order(&t.place.name)));
        Ok(Arc::new(tallies))
    }
}
