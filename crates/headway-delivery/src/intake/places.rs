//! What an import says of places that was not known before: new ones, other names, other parents.

use std::collections::{HashMap, HashSet};

use headway_model::{
    Place, PlaceId, PlaceStatement, PlaceTimeline, SaidPlace, StatedPlaces, Vintage, VintageId, VintageRanks,
    said_outside,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::known::KnownPlaces;
use super::{ImportOutcome, ImportRequest};
use crate::{Result, Workspace};

/// How many changes are kept; all are counted.
const KEPT: usize = 200;
/// How many places are looked at together.
const AT_ONCE: usize = 10_000;

/// Places of which something else is said than was known: how many such changes, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlaceChanges {
    /// How many.
    pub count: usize,
    /// The first of them, by place and time.
    pub examples: Vec<PlaceRevision>,
}

/// A place that was called otherwise, or belonged elsewhere, before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceRevision {
    /// The place's id.
    pub place: String,
    /// The name, or the id of the place it belonged to, before.
    pub before: String,
    /// The same from then on.
    pub after: String,
    /// The first day for which it is said; `None` where it holds for all time that is known.
    pub from: Option<Date>,
}

/// What an import says of places.
#[derive(Default)]
struct PlaceNews {
    /// New places, changed ones, those that stay as they were.
    counts: (usize, usize, usize),
    renamed: PlaceChanges,
    moved: PlaceChanges,
    releveled: PlaceChanges,
    /// The places of the import as they are with it.
    places: KnownPlaces,
}

impl Workspace {
    /// Fills in what an import that is not published yet says of places, beside what all imports say that are in force. Gives its
    /// places as they are with it, by id; with those `beside` them that are known, where that is asked for.
    pub(super) async fn place_news(
        &self,
        request: &ImportRequest,
        (number, provisional): (VintageId, bool),
        stated: &StatedPlaces,
        beside: bool,
        outcome: &mut ImportOutcome,
    ) -> Result<KnownPlaces> {
        let vintages = self.vintages_with(request, number, provisional, outcome).await?;
        let ranks = VintageRanks::from_vintages(&vintages);
        let known: HashMap<VintageId, Date> = vintages.iter().map(|v| (v.id, v.known_from)).collect();
        let by_import = |import: VintageId, statement: PlaceStatement| {
            Some(SaidPlace { by: Some((ranks.rank_of(import)?, *known.get(&import)?)), statement })
        };
        let outside = self.store.all_places().await?;
        let outside: HashMap<PlaceId, Place> = outside.into_iter().map(|place| (place.id.clone(), place)).collect();
        let mut news = PlaceNews::default();
        for new in statement_chunks(stated) {
            let ids: Vec<PlaceId> = new.iter().map(|(place, _)| place.clone()).collect();
            let mut before: HashMap<PlaceId, Vec<SaidPlace>> = HashMap::new();
            for stored in self.store.statements_of(&ids, Date::MAX).await? {
                let place = stored.statement.place.clone();
                before.entry(place).or_default().extend(by_import(stored.import, stored.statement));
            }
            for (place, own) in new {
                let mut old = before.remove(&place).unwrap_or_default();
                old.extend(outside.get(&place).cloned().map(said_outside));
                let own = own.into_iter().filter_map(|statement| by_import(number, statement)).collect();
                news.compare_place(&place, old, own);
            }
        }
        let PlaceNews { counts, renamed, moved, releveled, mut places } = news;
        (outcome.places, outcome.renamed, outcome.moved, outcome.releveled) = (counts, renamed, moved, releveled);
        if beside {
            let own: HashSet<PlaceId> = places.place_ids().map(Into::into).collect();
            let stored = self.store.place_statements(Date::MAX).await?.into_iter();
            let said = stored.filter_map(|stored| by_import(stored.import, stored.statement));
            let mut others: HashMap<PlaceId, Vec<SaidPlace>> = HashMap::new();
            for said in outside.into_values().map(said_outside).chain(said) {
                if !own.contains(&said.statement.place) {
                    others.entry(said.statement.place.clone()).or_default().push(said);
                }
            }
            others.values().for_each(|said| places.add_place(&PlaceTimeline::from_statements(said)));
        }
        Ok(places.sorted_by_id())
    }

    /// The imports that will hold when this one is in, and its own standing among them.
    pub(super) async fn vintages_with(
        &self,
        request: &ImportRequest,
        number: VintageId,
        provisional: bool,
        outcome: &ImportOutcome,
    ) -> Result<Vec<Vintage>> {
        let imports = self.in_force(request.replaces).await?;
        let mut vintages: Vec<Vintage> = imports.into_iter().map(|i| i.vintage).collect();
        vintages.retain(|vintage| request.replaces != Some(vintage.id) && outcome.already != Some(vintage.id));
        vintages.push(own_vintage(request, number, provisional));
        Ok(vintages)
    }
}

/// The statements of some places at a time, place by place.
fn statement_chunks(stated: &StatedPlaces) -> impl Iterator<Item = Vec<(PlaceId, Vec<PlaceStatement>)>> {
    let mut statements = stated.iter().peekable();
    std::iter::from_fn(move || {
        let mut chunk: Vec<(PlaceId, Vec<PlaceStatement>)> = Vec::new();
        loop {
            let full = chunk.len() == AT_ONCE;
            let of_last = |next: &PlaceStatement| chunk.last().is_some_and(|(place, _)| *place == next.place);
            let Some(next) = statements.next_if(|next| !full || of_last(next)) else { break };
            match chunk.last_mut().filter(|(place, _)| *place == next.place) {
                Some((_, own)) => own.push(next),
                None => chunk.push((next.place.clone(), vec![next])),
            }
        }
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// What the import will be in the catalog, as far as its order counts.
fn own_vintage(request: &ImportRequest, number: VintageId, provisional: bool) -> Vintage {
    Vintage {
        id: number,
        file: String::new(),
        sha256: String::new(),
        profile: String::new(),
        source: String::new(),
        known_from: request.known_from,
        provisional,
        loaded_at: Timestamp::UNIX_EPOCH,
        undone_at: None,
    }
}

impl PlaceNews {
    fn compare_place(&mut self, id: &str, old: Vec<SaidPlace>, own: Vec<SaidPlace>) {
        let before = (!old.is_empty()).then(|| PlaceTimeline::from_statements(&old));
        let own_since = before.as_ref().map(|_| PlaceTimeline::from_statements(&own).first_day_known());
        let all = if old.is_empty() { own } else { [old, own].concat() };
        let after = PlaceTimeline::from_statements(&all);
        let steps = after.steps();
        let mut changed = false;
        for (number, (day, place)) in steps.iter().enumerate() {
            let was = before.as_ref().map(|before| before.place_on(*day));
            changed |= was.is_some_and(|was| was != place);
            // Of the time before all that was known it tells what came first: the change comes with what was known.
            let earlier = |before: &PlaceTimeline| {
                own_since.is_some_and(|since| since < before.first_day_known()) && *day < before.first_day_known()
            };
            let filled_in = before.as_ref().is_none_or(earlier);
            match (was, steps.get(number + 1)) {
                (Some(was), _) if was == place => {}
                (Some(was), _) if !filled_in => self.add_changes(id, *day, was, place),
                (_, Some((from, next))) => self.add_changes(id, *from, place, next),
                _ => {}
            }
        }
        match (&before, changed) {
            (None, _) => self.counts.0 += 1,
            (Some(_), true) => self.counts.1 += 1,
            (Some(_), false) => self.counts.2 += 1,
        }
        self.places.add_place(&after);
    }

    fn add_changes(&mut self, id: &str, day: Date, before: &Place, after: &Place) {
        let change = |before: &str, after: &str| PlaceRevision {
            place: id.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
            from: (day > Date::MIN).then_some(day),
        };
        if before.name != after.name && before.name != id && after.name != id {
            self.renamed.add_change(change(&before.name, &after.name));
        }
        if let (Some(old), Some(new)) = (&before.parent, &after.parent)
            && old != new
        {
            self.moved.add_change(change(old, new));
        }
        if before.level != after.level {
            self.releveled.add_change(change(before.level.id(), after.level.id()));
        }
    }
}

impl PlaceChanges {
    fn add_change(&mut self, change: PlaceRevision) {
        self.count += 1;
        if self.examples.len() < KEPT {
            self.examples.push(change);
        }
    }
}

#[cfg(test)]
mod tests {
    use headway_model::{Level, PlaceLife};
    use jiff::civil::date;

    use super::*;

    fn said(rank: i64, year: i16, name: &str, parent: &str) -> SaidPlace {
        let statement = PlaceStatement {
            place: "0040".into(),
            first: Some(date(year - 1, 7, 1)),
            last: Some(date(year, 6, 30)),
            level: Level::School,
            name: Some(name.into()),
            parent: Some(parent.into()),
            life: PlaceLife::default(),
        };
        SaidPlace { by: Some((rank, date(year, 9, 1))), statement }
    }

    /// The counts, and what is told of names and parents.
    fn news(old: &[SaidPlace], own: &[SaidPlace]) -> ((usize, usize, usize), Vec<String>) {
        let mut news = PlaceNews::default();
        news.compare_place("0040", old.to_vec(), own.to_vec());
        let shown = |c: &PlaceRevision| {
            let from = c.from.map_or("all time".to_owned(), |day| day.to_string());
            format!("{} > {} from {from}", c.before, c.after)
        };
        (
            news.counts,
            news.renamed
                .examples
                .iter()
                .chain(&news.moved.examples)
                .chain(&news.releveled.examples)
                .map(shown)
                .collect(),
        )
    }

    #[test]
    fn names_and_parents_that_change_are_told() {
        let mill = |rank, year| said(rank, year, "Old Mill", "D1");
        let charter = |rank, year| said(rank, year, "Riverside", "D1");
        let check = |old: &[SaidPlace], own: &[SaidPlace], counts, told: &[&str]| {
            assert_eq!(news(old, own), (counts, told.iter().map(|t| (*t).to_owned()).collect()));
        };
        check(&[], &[mill(0, 2022)], (1, 0, 0), &[]);
        check(&[mill(0, 2022)], &[mill(1, 2023)], (0, 0, 1), &[]);
        check(&[mill(0, 2022)], &[charter(1, 2023)], (0, 1, 0), &["Old Mill > Riverside from 2022-07-01"]);
        // One file with both years, and the earlier year filled in later: the change is the same.
        check(&[], &[mill(0, 2022), charter(0, 2023)], (1, 0, 0), &["Old Mill > Riverside from 2022-07-01"]);
        check(&[charter(1, 2023)], &[mill(0, 2022)], (0, 1, 0), &["Old Mill > Riverside from 2022-07-01"]);
        check(&[mill(0, 2022)], &[said(1, 2023, "Old Mill", "D2")], (0, 1, 0), &["D1 > D2 from 2022-07-01"]);
        // Of another level: targets of its old one no longer hold for it.
        let region = |rank, year| {
            let mut said = said(rank, year, "Old Mill", "D1");
            said.statement.level = Level::Region;
            said
        };
        check(&[mill(0, 2022)], &[region(1, 2023)], (0, 1, 0), &["school > region from 2022-07-01"]);
        // A correction of the same year.
        check(&[mill(0, 2022)], &[charter(1, 2022)], (0, 1, 0), &["Old Mill > Riverside from all time"]);
    }
}
