//! Tallies of statuses: for a measure over its places, for a place over the measures.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Arc;

use headway_analytics::{Observed, Odds, PlaceRef, Scored, Signal, SignalWord};
use headway_model::status::{Standing, StatedPromise, Status, StatusTally, Tone};
use headway_model::{ALL, Direction, Level, MeasureId, PlaceId, name_order};

use crate::track::TrackRow;
use crate::{Result, Snapshot};

/// How the promises of the plans in force stand at one place, those for its student groups too.
#[derive(Clone, Debug)]
pub struct PlaceTally {
    /// The place.
    pub place: PlaceRef,
    /// Its promises.
    pub tally: StatusTally,
    /// What may come of those for all its students; none where that was not asked for.
    pub outlook: Option<PlaceOutlook>,
}

/// What may come of promises, and what moved, all students: at one place, of one measure at many places, of several measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceOutlook {
    /// Promises whose target is still ahead and has a chance that can be said.
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
    fn of_series(scored: &Scored, series: usize) -> Result<Self> {
        let mut own = Self::default();
        let standing = scored.standing(series, None)?;
        let odds = scored.outlook(series, &standing).ok().map(|outlook| outlook.odds);
        let latest = scored.latest(series);
        own.add(scored.signal(series).ok(), odds, latest, &standing, scored.planned.measure.direction);
        Ok(own)
    }

    fn add(
        &mut self,
        signal: Option<Signal>,
        odds: Option<Odds>,
        latest: Option<Observed>,
        standing: &Standing,
        direction: Option<Direction>,
    ) {
        self.said += usize::from(odds.is_some());
        self.likely += usize::from(odds.is_some_and(Odds::is_likely));
        self.tested += usize::from(signal.is_some());
        let Some(signal) = signal.filter(|signal| signal.word != SignalWord::None) else { return };
        let off = |value: f64| standing.outside_band(value);
        let latest = latest.filter(|latest| latest.period == signal.period).and_then(|latest| latest.value.exact());
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
            all.add(row.signal.ok(), row.odds.ok(), row.observed, &row.standing, row.measure.direction);
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

/// What may come at the places of one level: of all promises at each place, and of each promise at all places, by id.
#[derive(Debug, Default)]
pub struct Outlooks {
    /// By the place's id.
    pub places: HashMap<PlaceId, PlaceOutlook>,
    /// Of the promise for every place of the level, by the measure's id; a place with a target of its own is not in it.
    pub measures: HashMap<MeasureId, PlaceOutlook>,
}

impl Snapshot {
    /// What may come of the promises at the places of a level. Made once a snapshot.
    pub async fn place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<Outlooks>> {
        self.agency(agency)?;
        let cell = self.outlooks.get(&(agency.into(), level));
        let cell = cell.ok_or_else(|| crate::Error::not_found("level", level.id()))?;
        Ok(Arc::clone(cell.get_or_try_init(|| self.make_place_outlooks(agency, level)).await?))
    }

    async fn make_place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<Outlooks>> {
        let mut found = Outlooks::default();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            // Thousands of series: not on the threads that answer requests.
            let work = move || -> Result<Outlooks> {
                let measure = &scored.planned.measure;
                let stated = StatedPromise { unit: level.id(), group: ALL, grade: ALL };
                let replaced = stated.replaced(measure, scored.as_of);
                for series in scored.of_group(ALL, ALL).filter(|&i| scored.level(i) == Some(level)) {
                    let own = PlaceOutlook::of_series(&scored, series)?;
                    let place = scored.key(series).2;
                    *found.places.entry(place.into()).or_default() += own;
                    if !replaced.contains(place) {
                        *found.measures.entry(measure.id.clone()).or_default() += own;
                    }
                }
                Ok(found)
            };
            found = tokio::task::spawn_blocking(work).await.expect("judging does not panic")?;
        }
        Ok(Arc::new(found))
    }

    /// Every place of an agency with its promises: those with most promises off track first, and among them those with
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
            for (group, grade) in promised_of(&scored) {
                for series in scored.all_of_group(group, grade) {
                    let status = scored.status(series);
                    if status.tone() == Tone::Open {
                        continue;
                    }
                    let unit = scored.key(series).2;
                    match of_place.get_mut(unit) {
                        Some((_, statuses)) => statuses.push(status),
                        None => {
                            of_place.insert(unit.into(), (self.place_ref(&scored, series), vec![status]));
                        }
                    }
                }
            }
        }
        let tallied = of_place.into_values().map(|(place, s)| PlaceTally {
            place,
            tally: s.into_iter().collect(),
            outlook: None,
        });
        let mut tallies: Vec<PlaceTally> = tallied.collect();
        let most = |t: &PlaceTally| {
            let severity: usize = t.tally.0.iter().map(|(status, n)| usize::from(status.severity()) * n).sum();
            std::cmp::Reverse((t.tally.of_tone(Tone::Bad), severity))
        };
        tallies.sort_by_cached_key(|t| (most(t), name_order(&t.place.name)));
        Ok(Arc::new(tallies))
    }
}

/// The student groups and grades of which a figure is promised, each once.
pub(super) fn promised_of(scored: &Scored) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for stated in StatedPromise::all(&scored.planned.measure, scored.as_of) {
        if !found.contains(&(stated.group, stated.grade)) {
            found.push((stated.group, stated.grade));
        }
    }
    found
}
