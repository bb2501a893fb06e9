//! Tallies of statuses: for a measure over its places, for a place over the measures.

use std::collections::HashMap;
use std::sync::Arc;

use headway_model::status::{Status, Tone};
use headway_model::{ALL, Level};

use crate::judgement::SignalWord;
use crate::scored::Scored;
use crate::track::PlaceRef;
use crate::{Result, Snapshot};

/// How many series have each status, the ones that most need attention first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally(pub Vec<(Status, usize)>);

impl FromIterator<Status> for Tally {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for status in statuses {
            match counts.iter_mut().find(|(s, _)| *s == status) {
                Some((_, n)) => *n += 1,
                None => counts.push((status, 1)),
            }
        }
        counts.sort_by_key(|(status, _)| std::cmp::Reverse(status.severity()));
        Self(counts)
    }
}

impl Tally {
    /// How many altogether.
    pub fn total(&self) -> usize {
        self.0.iter().map(|(_, n)| n).sum()
    }

    /// How many are felt like this.
    pub fn of_tone(&self, tone: Tone) -> usize {
        self.0.iter().filter(|(status, _)| status.tone() == tone).map(|(_, n)| n).sum()
    }

    /// How many have something to judge: a target, and a result that is in or overdue.
    pub fn judged(&self) -> usize {
        self.total() - self.of_tone(Tone::Open)
    }
}

/// How the promises of the plans in force stand at one place, all students.
#[derive(Clone, Debug)]
pub struct PlaceTally {
    /// The place.
    pub place: PlaceRef,
    /// Its promises.
    pub tally: Tally,
    /// What may come of them; none where that was not asked for.
    pub outlook: Option<PlaceOutlook>,
}

/// What may come of a place's promises, and what moved there, all students.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceOutlook {
    /// Promises whose target is still ahead and has a chance that can be said.
    pub said: usize,
    /// Those of them that will rather be met than not.
    pub likely: usize,
    /// Measures whose latest result is a signal on the better side.
    pub better: usize,
    /// Measures whose latest result is a signal on the worse side.
    pub worse: usize,
}

impl PlaceOutlook {
    fn add(&mut self, scored: &Scored, series: usize) -> Result<()> {
        if let Ok(outlook) = scored.outlook(series, &scored.standing(series, None)?) {
            self.said += 1;
            self.likely += usize::from(outlook.odds.chance >= 0.5);
        }
        let up = scored.planned.measure.direction.and_then(headway_model::Direction::sign);
        match (scored.signal(series).map(|s| s.word), up) {
            (Some(SignalWord::High), Some(1.0)) | (Some(SignalWord::Low), Some(-1.0)) => self.better += 1,
            (Some(SignalWord::Low), Some(1.0)) | (Some(SignalWord::High), Some(-1.0)) => self.worse += 1,
            _ => {}
        }
        Ok(())
    }
}

impl Snapshot {
    /// What may come of the promises at every place of a level, by the place's id. Made once a snapshot.
    pub async fn place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<HashMap<String, PlaceOutlook>>> {
        self.agency(agency)?;
        let cell = self.outlooks.get(&(agency.to_owned(), level));
        let cell = cell.ok_or_else(|| crate::Error::not_found("level", level.id()))?;
        Ok(Arc::clone(cell.get_or_try_init(|| self.make_place_outlooks(agency, level)).await?))
    }

    async fn make_place_outlooks(&self, agency: &str, level: Level) -> Result<Arc<HashMap<String, PlaceOutlook>>> {
        let mut found: HashMap<String, PlaceOutlook> = HashMap::new();
        for planned in self.agency(agency)?.measures.iter().filter(|m| m.current) {
            let scored = self.scored(&planned.measure.id).await?;
            // Thousands of series: not on the threads that answer requests.
            let work = move || -> Result<HashMap<String, PlaceOutlook>> {
                for series in scored.of_group(ALL, ALL).filter(|&i| scored.level(i) == Some(level)) {
                    found.entry(scored.key(series).2.to_owned()).or_default().add(&scored, series)?;
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
            let scored = self.scored(&planned.measure.id).await?;
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
        tallies.sort_by(|a, b| most(a).cmp(&most(b)).then_with(|| a.place.name.cmp(&b.place.name)));
        Ok(Arc::new(tallies))
    }
}
