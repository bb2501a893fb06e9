//! Places: districts, schools and what they belong to.

use std::borrow::Cow;
use std::collections::HashMap;

use headway_model::{Level, Place};

use crate::operation::{Deed, Done, Entry, json_text};
use crate::sql::{Arg, Row, Tx};
use crate::{Error, Operation, Result, Store};

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
    const NAME: &'static str = "load places";

    async fn run(self, tx: &mut Tx, _: Deed<'_>) -> Result<Done<PlacesChanged>> {
        let mut old: HashMap<String, Place> = HashMap::new();
        for row in tx.rows("SELECT id, name, level, parent FROM place", &[]).await? {
            let place = place_of(&row)?;
            old.insert(place.id.clone(), place);
        }
        let latest = latest(self.places, &old);
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
            return Ok(Done::nothing(counts));
        }
        for some in fresh.chunks(AT_ONCE) {
            upsert(tx, some).await?;
        }
        let before = (!before.is_empty()).then(|| text_of(&before));
        let after = Some(text_of(&fresh));
        let id = match fresh.as_slice() {
            [one] => one.id.clone(),
            several => format!("{} places", several.len()),
        };
        Ok(Done::changed(counts, Entry { kind: "places", id, before, after }))
    }
}

/// Each place once, with what was known of it where the newer says nothing.
fn latest<'p>(places: &'p [Place], old: &HashMap<String, Place>) -> Vec<Cow<'p, Place>> {
    let mut latest: Vec<Cow<'p, Place>> = Vec::with_capacity(places.len());
    let mut at: HashMap<&str, usize> = HashMap::with_capacity(places.len());
    for place in places {
        match at.get(place.id.as_str()) {
            Some(&i) => latest[i] = told(Some(&latest[i]), place),
            None => {
                at.insert(&place.id, latest.len());
                latest.push(told(old.get(&place.id), place));
            }
        }
    }
    latest
}

/// A place with the name and the parent that were known, where it says none itself.
fn told<'p>(before: Option<&Place>, now: &'p Place) -> Cow<'p, Place> {
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
const AT_ONCE: usize = 10_000;

/// Saves places, all of them as one argument: a nation has 100,000 schools, and to bind half a million arguments one by one
/// takes several times as long as to store them.
async fn upsert(tx: &mut Tx, places: &[&Place]) -> Result<()> {
    let rows = rows_of(places);
    let sql = format!(
        "INSERT INTO place (id, name, level, parent, name_key)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM {} WHERE true
         ON CONFLICT (id) DO UPDATE SET
         name = excluded.name, level = excluded.level, parent = excluded.parent, name_key = excluded.name_key",
        tx.rows_of_json()
    );
    tx.run(sqlx::AssertSqlSafe(sql), &[(&rows).into()]).await?;
    Ok(())
}

/// The places as rows of a table, in JSON. A function of its own, as is [`text_of`], since what stands inside an asynchronous one
/// is compiled by whoever runs it, and a nation's schools are many.
fn rows_of(places: &[&Place]) -> String {
    let rows =
        places.iter().copied().map(|Place { id, name, level, parent }| (id, name, level.id(), parent, folded(name)));
    json_text(&rows.collect::<Vec<_>>())
}

/// The places as the activity keeps them: straight to text, without a tree of values between.
fn text_of(places: &[&Place]) -> String {
    json_text(&places)
}

impl Store {
    /// The place of this id.
    pub async fn place_of_id(&self, id: &str) -> Result<Option<Place>> {
        let sql = "SELECT id, name, level, parent FROM place WHERE id = $1";
        self.read().await?.row(sql, &[id.into()]).await?.as_ref().map(place_of).transpose()
    }

    /// Every place, by id: for a cache.
    pub async fn places(&self) -> Result<Vec<Place>> {
        self.place_list("SELECT id, name, level, parent FROM place ORDER BY id", &[]).await
    }

    /// The places of a level, by name.
    pub async fn places_of_level(&self, level: Level) -> Result<Vec<Place>> {
        let sql = "SELECT id, name, level, parent FROM place WHERE level = $1 ORDER BY name_key, id";
        self.place_list(sql, &[level.id().into()]).await
    }

    /// The places that belong to a place directly, by name.
    pub async fn children(&self, id: &str) -> Result<Vec<Place>> {
        let sql = "SELECT id, name, level, parent FROM place WHERE parent = $1 ORDER BY name_key, id";
        self.place_list(sql, &[id.into()]).await
    }

    /// At most `limit` places whose id or name begins with `text`, or that have a word in their name that does: first the
    /// one with exactly this id, then names from their beginning, then the rest, each by name. Case, punctuation and
    /// repeated blanks do not matter in names.
    pub async fn search_places(&self, text: &str, level: Option<Level>, limit: u32) -> Result<Vec<Place>> {
        // No name is longer, and PostgreSQL's texts have no NUL.
        let id: String = text.trim().chars().filter(|c| *c != '\0').take(100).collect();
        let key = folded(&id);
        if id.is_empty() {
            return Ok(Vec::new());
        }
        // Nothing stands after the last character there is: `from <= x < to` is "x begins with `from`".
        let (id_end, key_end) = (format!("{id}\u{10FFFF}"), format!("{key}\u{10FFFF}"));
        // A folded name has letters, digits and single blanks only: nothing in it needs an escape.
        let word = if key.is_empty() { String::new() } else { format!("% {key}%") };
        let sql = "SELECT id, name, level, parent FROM place
            WHERE ($6 IS NULL OR level = $6)
              AND ((id >= $1 AND id < $2) OR ($3 <> '' AND name_key >= $3 AND name_key < $4) OR name_key LIKE $5)
            ORDER BY CASE WHEN id = $1 THEN 0 WHEN $3 <> '' AND name_key >= $3 AND name_key < $4 THEN 1 ELSE 2 END,
              name_key, id
            LIMIT $7";
        let args = [
            (&id).into(),
            (&id_end).into(),
            (&key).into(),
            (&key_end).into(),
            (&word).into(),
            level.map(Level::id).into(),
            i64::from(limit).into(),
        ];
        self.place_list(sql, &args).await
    }

    async fn place_list(&self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Place>> {
        self.read().await?.rows(sql, args).await?.iter().map(place_of).collect()
    }
}

fn place_of(row: &Row) -> Result<Place> {
    let level: String = row.get("level")?;
    Ok(Place {
        id: row.get("id")?,
        name: row.get("name")?,
        level: Level::of_id(&level).ok_or_else(|| Error::broken("a place", format!("unknown level “{level}”")))?,
        parent: row.get("parent")?,
    })
}

/// A name as it is searched: lower case, with one blank for whatever is not a letter or digit.
fn folded(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_fold() {
        let check = |name: &str, want: &str| assert_eq!(folded(name), want, "{name}");
        check("St. Mary’s  High-School", "st mary s high school");
        check("ÉCOLE 12", "école 12");
        check(" % _ ", "");
    }
}
