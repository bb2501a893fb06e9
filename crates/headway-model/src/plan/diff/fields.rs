//! Every field of a thing that is the same in two editions, whatever it is called: the plan's own serialization is walked, so
//! that no field of the format can be forgotten here.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ChangeSubject, PlanChange};

/// Fields whose key is no plain word for them.
const WORDS: [(&str, &str); 7] = [
    ("goal_text", "goal"),
    ("min_n", "smallest number of students"),
    ("valid_from", "in force from"),
    ("valid_to", "in force until"),
    ("year_ends", "last day of the year"),
    ("fiscal_year_ends", "last day of fiscal years"),
    ("school_year_ends", "last day of school years"),
];

/// Notes every field of two things that differs, but for those that are `told` already. What lies inside another field is named
/// with it: `publishing, n size`.
pub(super) fn diff_fields(
    thing: &ChangeSubject,
    was: &impl Serialize,
    is: &impl Serialize,
    told: &[&str],
    changes: &mut Vec<PlanChange>,
) {
    diff_fields_within(thing, "", (was, is), told, changes);
}

/// The same, the fields named after what they are fields of.
pub(super) fn diff_fields_within(
    thing: &ChangeSubject,
    of: &str,
    (was, is): (&impl Serialize, &impl Serialize),
    told: &[&str],
    changes: &mut Vec<PlanChange>,
) {
    let (was, is) = (to_object(was), to_object(is));
    for (key, from, to) in field_pairs(&was, &is).filter(|(key, ..)| !told.contains(key)) {
        diff_values(thing, &field_name(of, key), from, to, changes);
    }
}

/// A plan's parts are written as objects, all of them: they have named fields.
fn to_object(thing: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(thing) {
        Ok(Value::Object(map)) => map,
        other => unreachable!("a part of a plan is an object, not {other:?}"),
    }
}

/// The fields of both, each once, with what they have for it.
fn field_pairs<'v>(
    was: &'v Map<String, Value>,
    is: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'v str, Option<&'v Value>, Option<&'v Value>)> {
    let gone = was.keys().filter(|key| !is.contains_key(*key));
    is.keys().chain(gone).map(|key| (key.as_str(), was.get(key), is.get(key)))
}

fn field_name(of: &str, key: &str) -> String {
    let word = WORDS.iter().find(|(known, _)| *known == key).map(|(_, word)| (*word).to_owned());
    let word = word.unwrap_or_else(|| key.replace('_', " "));
    if of.is_empty() { word } else { format!("{of}, {word}") }
}

fn diff_values(
    thing: &ChangeSubject,
    field: &str,
    from: Option<&Value>,
    to: Option<&Value>,
    changes: &mut Vec<PlanChange>,
) {
    let empty = Map::new();
    let map = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    match (from, to) {
        (from, to) if from == to => {}
        (Some(Value::Object(_)), _) | (_, Some(Value::Object(_))) => {
            let (was, is) = (map(from).unwrap_or_else(|| empty.clone()), map(to).unwrap_or_else(|| empty.clone()));
            for (key, from, to) in field_pairs(&was, &is) {
                diff_values(thing, &field_name(field, key), from, to, changes);
            }
        }
        (from, to) => {
            let (from, to) = (text_without_shared(from, to), text_without_shared(to, from));
            if from != to {
                changes.push(PlanChange::Changed { thing: thing.clone(), field: field.to_owned(), from, to });
            }
        }
    }
}

/// A field as text. Of a list of things only those that the other edition does not have; the order of a list is no change.
fn text_without_shared(value: Option<&Value>, other: Option<&Value>) -> Option<String> {
    let Some(Value::Array(items)) = value else { return value.map(value_text) };
    let others = other.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let plain = items.iter().chain(others).all(|item| !item.is_object());
    let mut texts: Vec<String> = match plain {
        // A short list is told whole.
        true => items.iter().map(value_text).collect(),
        false => items.iter().filter(|item| !others.contains(item)).map(value_text).collect(),
    };
    // Bounds are an order: numbers stay as they are.
    if items.iter().all(Value::is_string) {
        texts.sort_unstable();
    }
    let between = if plain { ", " } else { "; " };
    (!texts.is_empty()).then(|| texts.join(between))
}

fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Array(items) => items.iter().map(value_text).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let fields = map.iter().map(|(key, value)| format!("{} {}", field_name("", key), value_text(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
