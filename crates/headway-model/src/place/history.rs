//! Places through time: what each year's files, registers and older workspaces say, as it holds in each period.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::directory::{PlaceDirectory, PlaceIndex};
use super::events::{PlaceEvent, events_by_place};
use super::{Level, Place, PlaceStatement, PlaceTimeline, SaidPlace};
use crate::PlaceId;

/// Every place on every day, as known on one day.
#[derive(Debug)]
pub struct PlaceHistory {
    /// The places as of the day.
    now: Arc<PlaceDirectory>,
    /// What a place was from each day on, by its number, of those that were not always the same.
    steps: HashMap<u32, Vec<(Date, Place)>>,
    /// What happened to places, by place.
    events: HashMap<PlaceId, Vec<PlaceEvent>>,
    /// The days on which anything changes.
    changes: Vec<Date>,
    /// The places between two changes, by the number of changes before.
    kept: Mutex<HashMap<usize, Arc<PlaceDirectory>>>,
}

impl PlaceHistory {
    /// The history that these statements tell.
    pub fn from_statements(said: impl Iterator<Item = SaidPlace>, as_of: Date) -> Self {
        let mut by_place: BTreeMap<PlaceId, Vec<SaidPlace>> = BTreeMap::new();
        for said in said {
            by_place.entry(said.statement.place.clone()).or_default().push(said);
        }
        let (mut places, mut lives, mut steps) = (Vec::with_capacity(by_place.len()), HashMap::new(), HashMap::new());
        let mut changes = Vec::new();
        for (number, said) in (0..).zip(by_place.into_values()) {
            let timeline = PlaceTimeline::from_statements(&said);
            places.push(timeline.place_on(as_of).clone());
            if !timeline.life().is_unknown() {
                let life = timeline.life().clone();
                changes.extend(life.opened);
                changes.extend(life.closed.map(|last| last.saturating_add(1.day())));
                lives.insert(number, life);
            }
            if let [_, later @ ..] = timeline.steps()
                && !later.is_empty()
            {
                changes.extend(later.iter().map(|(day, _)| *day));
                steps.insert(number, timeline.steps().to_vec());
            }
        }
        changes.sort_unstable();
        changes.dedup();
        let index = Arc::new(PlaceIndex::new(places, lives));
        let now = Arc::new(PlaceDirectory { index, day: Some(as_of), ..PlaceDirectory::default() });
        let events = events_by_place(&now);
        Self { now, steps, events, changes, kept: Mutex::default() }
    }

    /// What happened to a place, by day.
    pub fn events_at(&self, place: &str) -> &[PlaceEvent] {
        self.events.get(place).map_or(&[], Vec::as_slice)
    }

    /// The places as of the day on which this is known.
    pub fn current_places(&self) -> &Arc<PlaceDirectory> {
        &self.now
    }

    /// The places as they were on a day; the same `Arc` for days between which nothing changed.
    pub fn places_as_of(&self, day: Date) -> Arc<PlaceDirectory> {
        let before = |day: Date| self.changes.partition_point(|change| *change <= day);
        let number = before(day);
        if self.now.day.is_some_and(|now| before(now) == number) {
            return Arc::clone(&self.now);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(kept.entry(number).or_insert_with(|| Arc::new(self.places_on(day))))
    }

    fn places_on(&self, day: Date) -> PlaceDirectory {
        let mut places =
            PlaceDirectory { index: Arc::clone(&self.now.index), day: Some(day), ..PlaceDirectory::default() };
        for (&number, steps) in &self.steps {
            let then = &steps[steps.partition_point(|(from, _)| *from <= day) - 1].1;
            if *then != self.now.index.places[number as usize] {
                places.changed.insert(number, then.clone());
                if let Some(parent) = &then.parent {
                    places.moved_in.entry(parent.clone()).or_default().push(number);
                }
            }
        }
        places
    }
}

/// A place that is known outside of any import. A name that is the id is no name.
pub fn said_outside(place: Place) -> SaidPlace {
    let Place { id, name, level, parent } = place;
    SaidPlace { by: None, statement: undated_statement(id, Some(name), level, parent) }
}

/// A statement without days.
fn undated_statement(place: PlaceId, name: Option<String>, level: Level, parent: Option<PlaceId>) -> PlaceStatement {
    let name = name.filter(|name| *name != place);
    PlaceStatement { place, first: None, last: None, level, name, parent, life: Default::default() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn said(rank: i64, year: i16, id: &str, name: &str, parent: Option<&str>) -> SaidPlace {
        let level = if id.starts_with('D') { Level::District } else { Level::School };
        let statement = PlaceStatement {
            first: Some(date(year - 1, 7, 1)),
            last: Some(date(year, 6, 30)),
            ..undated_statement(id.into(), Some(name.into()), level, parent.map(Into::into))
        };
        SaidPlace { by: Some((rank, date(year, 10, 1))), statement }
    }

    #[test]
    fn a_school_that_moves_is_below_the_district_of_the_year() {
        let mut all = vec![
            said(0, 2022, "D1", "Alpha", None),
            said(0, 2022, "D2", "Beta", None),
            said(0, 2022, "S1", "Mill", Some("D1")),
            said(0, 2022, "S2", "Lake", Some("D1")),
            said(1, 2023, "S1", "Mill Academy", Some("D2")),
        ];
        all[3].statement.life.closed = Some(date(2022, 6, 30));
        let history = PlaceHistory::from_statements(all.into_iter(), date(2026, 1, 1));
        let below = |day: Date, id: &str| -> Vec<String> {
            history.places_as_of(day).open_children(id).into_iter().map(|place| place.name.clone()).collect()
        };
        let (then, now) = (date(2021, 12, 30), date(2022, 12, 30));
        assert_eq!([below(then, "D1"), below(then, "D2")], [vec!["Lake", "Mill"], vec![]]);
        assert_eq!([below(now, "D1"), below(now, "D2")], [vec![], vec!["Mill Academy"]], "Lake has closed");
        assert_eq!(
            (history.places_as_of(now).display_name("S2"), history.places_as_of(now).is_open("S2")),
            ("Lake", false)
        );
        assert_eq!(history.places_as_of(then).search_places("mill", 9)[0].name, "Mill");
        assert!(history.places_as_of(then).search_places("academy", 9).is_empty());
        assert!(
            Arc::ptr_eq(&history.places_as_of(then), &history.places_as_of(date(2000, 1, 1))),
            "nothing changed between"
        );
        assert!(Arc::ptr_eq(&history.places_as_of(now), history.current_places()));
        let names: Vec<_> = history.places_as_of(then).iter().map(|place| place.name.clone()).collect();
        assert_eq!(names, ["Alpha", "Beta", "Mill", "Lake"]);
    }
}
