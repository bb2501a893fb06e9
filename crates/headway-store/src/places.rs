//! Places that are known outside of any import: of the sample, and of workspaces from before imports kept what they say of
//! places themselves (`statements`).

use std::borrow::Cow;
use std::collections::HashMap;

use headway_model::{Level, Place, PlaceId};

use crate::operation::{ActivityEntry, OperationContext, OperationResult, json_text};
use crate::sql::{SqlRow, StoreTransaction};
use crate::{Operation, Result, Store, StoreError};

/// Adds places, or changes what is known of them. Places that are not named stay as they are; of two with one id, the
/// later counts. A report that says no name of a place (its name is its id) or no parent leaves those that are known.
#[derive(Clone, Copy, Debug)]
pub struct UpsertPlaces<'a> {
    /// The places, parents and children in any order.
    pub places: &'a [Place],
}

/// What became of the places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlacesChanged {
    /// New ones.
    pub added: usize,
    /// Those with another name, level or parent than before.
    pub changed: usize,
    /// Those that were there, the same.
    pub same: usize,
}

impl Operation for UpsertPlaces<'_> {
    type Output = PlacesChanged;
    type Right = headway_access::ImportData;
    const NAME: &'static str = "load places";

    async fn run_operation(
        self,
        tx: &mut StoreTransaction,
        _: OperationContext<'_>,
    ) -> Result<OperationResult<PlacesChanged>> {
        let mut old: HashMap<PlaceId, Place> = HashMap::new();
        for row in tx.fetch_rows("SELECT id, name, level, parent FROM place", &[]).await? {
            let place = place_of(&row)?;
            old.insert(place.id.clone(), place);
        }
        let latest = merge_latest(self.places, &old);
        let mut counts = PlacesChanged::default();
        let (mut before, mut fresh) = (Vec::new(), Vec::new());
        for place in latest.iter().map(Cow::as_ref) {
            match old.get(&place.id) {
                Some(old) if old == place => {
                    counts.same += 1;
                    continue;
                }
                Some(old) => {
                    counts.changed += 1;
                    before.push(old);
                }
                None => counts.added += 1,
            }
            fresh.push(place);
        }
        if fresh.is_empty() {
            return Ok(OperationResult::without_change(counts));
        }
        for some in fresh.chunks(AT_ONCE) {
            upsert_places(tx, some).await?;
        }
        let before = (!before.is_empty()).then(|| text_of(&before));
        let after = Some(text_of(&fresh));
        let id = match fresh.as_slice() {
            [one] => one.id.to_string(),
            several => format!("{} places", several.len()),
        };
        Ok(OperationResult::with_change(counts, ActivityEntry { kind: "places", id, before, after }))
    }
}

/// Each place once, with what was known of it where the newer says nothing.
fn merge_latest<'p>(places: &'p [Place], old: &HashMap<PlaceId, Place>) -> Vec<Cow<'p, Place>> {
    let mut latest: Vec<Cow<'p, Place>> = Vec::with_capacity(places.len());
    let mut at: HashMap<&str, usize> = HashMap::with_capacity(places.len());
    for place in places {
        match at.get(place.id.as_str()) {
            Some(&i) => latest[i] = keep_known_fields(Some(&latest[i]), place),
            None => {
                at.insert(&place.id, latest.len());
                latest.push(keep_known_fields(old.get(&place.id), place));
            }
        }
    }
    latest
}

/// A place with the name and the parent that were known, where it says none itself.
fn keep_known_fields<'p>(before: Option<&Place>, now: &'p Place) -> Cow<'p, Place> {
    let Some(before) = before else { return Cow::Borrowed(now) };
    let nameless = now.name == now.id && before.name != now.name;
    let parentless = now.parent.is_none() && before.parent.is_some();
    if !nameless && !parentless {
        return Cow::Borrowed(now);
    }
    Cow::Owned(Place {
        name: if nameless { before.name.clone() } else { now.name.clone() },
        parent: if parentless { before.parent.clone() } else { now.parent.clone() },
        ..now.clone()
    })
}

/// How many places go into one statement.
pub(crate) const AT_ONCE: usize = 10_000;

/// Saves places, all of them as one argument: a nation has 100,000 schools, and to bind half a million arguments one by one
/// takes several times as long as to store them.
async fn upsert_places(tx: &mut StoreTransaction, places: &[&Place]) -> Result<()> {
    let rows = rows_of(places);
    let sql = format!(
        "INSERT INTO place (id, name, level, parent)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM {} WHERE true
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, level = excluded.level, parent = excluded.parent",
        tx.rows_of_json()
    );
    tx.run_statement(sqlx::AssertSqlSafe(sql), &[(&rows).into()]).await?;
    Ok(())
}

/// The places as rows of a table, in JSON. A function of its own, as is [`text_of`], since what stands inside an asynchronous one
/// is compiled by whoever runs it, and a nation's schools are many.
fn rows_of(places: &[&Place]) -> String {
    let rows = places.iter().copied().map(|Place { id, name, level, parent }| (id, name, level.id(), parent));
    json_text(&rows.collect::<Vec<_>>())
}

/// The places as the activity keeps them: straight to text, without a tree of values between.
fn text_of(places: &[&Place]) -> String {
    json_text(&places)
}

impl Store {
    /// Every place, by id: for a cache.
    pub async fn all_places(&self) -> Result<Vec<Place>> {
        let sql = "SELECT id, name, level, parent FROM place ORDER BY id";
        self.begin_read().await?.fetch_rows(sql, &[]).await?.iter().map(place_of).collect()
    }

    /// Those of these ids, by id.
    pub async fn places_of(&self, ids: &[PlaceId]) -> Result<Vec<Place>> {
        let ids = json_text(&ids.iter().map(|id| [id]).collect::<Vec<_>>());
        let mut reading = self.begin_read().await?;
        let sql = format!(
            "SELECT id, name, level, parent FROM place WHERE id IN (SELECT value ->> 0 FROM {}) ORDER BY id",
            reading.tx().rows_of_json()
        );
        reading.fetch_rows(sqlx::AssertSqlSafe(sql), &[(&ids).into()]).await?.iter().map(place_of).collect()
    }
}

fn place_of(row: &SqlRow) -> Result<Place> {
    let id: String = row.get("id")?;
    let parent: Option<String> = row.get("parent")?;
    Ok(Place { id: id.into(), name: row.get("name")?, level: level_of(row)?, parent: parent.map(Into::into) })
}

pub(crate) fn level_of(row: &SqlRow) -> Result<Level> {
    let level: String = row.get("level")?;
    Level::of_id(&level).ok_or_else(|| StoreError::broken_data("a place", format!("unknown level “{level}”")))
}
