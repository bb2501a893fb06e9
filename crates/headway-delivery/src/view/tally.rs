//! Tallies of statuses: for a measure over its places, for a place over the measures.

use std::collections::HashMap;
use std::sync::Arc;

use headway_model::ALL;
use headway_model::status::{Status, Tone};

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
}

impl Snapshot {
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
        let tallied = of_place.into_values().map(|(place, s)| PlaceTally { place, tally: s.into_iter().collect() });
        let mut tallies: Vec<PlaceTally> = tallied.collect();
        let most = |t: &PlaceTally| {
            let severity: usize = t.tally.0.iter().map(|(status, n)| usize::from(status.severity()) * n).sum();
            std::cmp::Reverse((t.tally.of_tone(Tone::Bad), severity))
        };
        tallies.sort_by(|a, b| most(a).cmp(&most(b)).then_with(|| a.place.name.cmp(&b.place.name)));
        Ok(Arc::new(tallies))
    }
}
