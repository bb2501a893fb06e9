//! A JSON value as it is read, and the first key that comes twice in it: which of two figures is meant is not for a program to guess.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::question::scalars;

/// Reads a [`Unique`].
pub(super) struct UniqueSeed;

/// A value; of keys that come twice the last.
pub(super) struct Unique {
    pub(super) value: Value,
    /// The path from the value to the first such key (`.target.value`).
    pub(super) twice: Option<String>,
}

impl From<Value> for Unique {
    fn from(value: Value) -> Self {
        Self { value, twice: None }
    }
}

impl<'de> DeserializeSeed<'de> for UniqueSeed {
    type Value = Unique;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Unique, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueSeed {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Unique, A::Error> {
        let (mut map, mut twice) = (Map::new(), None);
        while let Some(name) = fields.next_key::<String>()? {
            let read = fields.next_value_seed(Self)?;
            twice = twice.or_else(|| twice_in(&map, &name, read.twice));
            map.insert(name, read.value);
        }
        Ok(Unique { value: Value::Object(map), twice })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Unique, A::Error> {
        let (mut all, mut twice) = (Vec::new(), None);
        while let Some(read) = entries.next_element_seed(Self)? {
            twice = twice.or_else(|| read.twice.map(|below| format!("[{}]{below}", all.len())));
            all.push(read.value);
        }
        Ok(Unique { value: Value::Array(all), twice })
    }

    scalars!(Unique::from);
}

/// The path of a key that an object has already, or of one below it.
pub(super) fn twice_in(object: &Map<String, Value>, name: &str, below: Option<String>) -> Option<String> {
    let below = if object.contains_key(name) { Some(String::new()) } else { below };
    below.map(|below| format!(".{name}{below}"))
}
