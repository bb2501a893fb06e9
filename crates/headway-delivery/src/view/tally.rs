//! Tallies of statuses: for a measure over its places, for a place over the measures.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::Arc;

use headway_analytics::{Odds, PlaceRef, Scored, Signal, SignalWord};
use headway_model::status::{Status, StatusTally, Tone};
use headway_model::{ALL, Direction, Level, name_order};

use crate::track::TrackRow;
use crate::{Result, Snapshot};

/// How the promises of the plans in force stand at one place, all students.
#[derive(Clone, Debug)]
pub struct PlaceTally {
    /// The place.
    pub place: PlaceRef,
    /// Its promises.
    pub tally: StatusTally,
    /// What may come of them; none where that was not asked for.
    pub outlook: Option<PlaceOutlook>,
}

/// What may come of promises, and what moved, all students: at one place, of one measure at many places, of several measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceOutlook {
    /// Promises whose target is still ahead and has a chance that can be said.
    pub said: usize,
    /// Those of them that will rather be met than not.
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
        let outlook = scored.outlook(series, &scored.standing(series, None)?);
        own.add(scored.signal(series).ok(), outlook.ok().map(|o| o.odds), scored.planned.measure.direction);
        Ok(own)
    }

    fn add(&mut self, signal: Option<Signal>, odds: Option<Odds>, direction: Option<Direction>) {
        self.said += usize::from(odds.is_some());
        self.likely += usize::from(odds.is_some_and(|odds| odds.chance >= 0.5));
        self.tested += usize::from(signal.is_some());
        match (signal.map(|s| s.word), direction.and_then(Direction::sign)) {
            (Some(SignalWord::High), Some(1.0)) | (Some(SignalWord::Low), Some(-1.0)) => self.better += 1,
            (Some(SignalWord::Low), Some(1.0)) | (Some(SignalWord::High), Some(-1.0)) => self.worse += 1,
            _ => {}
        }
    }
}

impl<'a> FromIterator<&'a TrackRow> for PlaceOutlook {
    fn from_iter<I: IntoIterator<Item = &'a TrackRow>>(rows: I) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|row| all.add(row.signal.ok(), row.odds.ok(), row.measure.direction));
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
    pub places: HashMap<String, PlaceOutlook>,
    /// By the measure's id.
    pub measures: HashMap<String, PlaceOutlook>,
}

impl Snapshot {
    /// What may come of the promises at the places of a level. Made once a snapshot.
    pub async fn place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<Outlooks>> {
        self.agency(agency)?;
        let cell = self.outlooks.get(&(agency.to_owned(), level));
        let cell = cell.ok_or_else(|| crate::Error::not_found("level", level.id()))?;
        Ok(Arc::clone(cell.get_or_try_init(|| self.make_place_outlooks(agency, level)).await?))
    }

    async fn make_place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<Outlooks>> {
        let mut found = Outlooks::default();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            // Thousands of series: not on the threads that answer requests.
            let work = move || -> Result<Outlooks> {
                for series in scored.of_group(ALL, ALL).filter(|&i| scored.level(i) == Some(level)) {
                    let own = PlaceOutlook::of_series(&scored, series)?;
                    *found.places.entry(scored.key(series).2.to_owned()).or_default() += own;
                    *found.measures.entry(scored.planned.measure.id.clone()).or_default() += own;
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
        let mut of_place: HashMap<String, (PlaceRef, Vec<Status>)> = HashMap::new();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            for series in scored.of_group(ALL, ALL) {
                let status = scored.status(series);
                if status.tone() == Tone::Open {
                    continue;
                }
                let unit = scored.key(series).2;
                match of_place.get_mut(unit) {
                    Some((_, statuses)) => statuses.push(status),
                    None => {
                        of_place.insert(unit.to_owned(), (self.place_ref(&scored, series), vec![status]));
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
