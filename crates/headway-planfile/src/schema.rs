//! The published JSON Schema of plan files, and what it says about one value.

use std::sync::OnceLock;

use headway_model::plan::Plan;
use serde_json::Value;

/// The JSON Schema (draft 2020-12) of a plan file; published as `docs/plan.schema.json`.
pub fn plan_schema() -> Value {
    root_schema().clone()
}

pub(super) fn root_schema() -> &'static Value {
    static ROOT: OnceLock<Value> = OnceLock::new();
    ROOT.get_or_init(|| schemars::schema_for!(Plan).to_value())
}

/// What a value must be, as far as plans need it.
#[derive(Debug)]
pub(super) enum ValueKind {
    /// A map with these keys: (key, its schema), and those that must be there.
    Map { keys: Vec<(&'static str, &'static Value)>, required: Vec<&'static str> },
    /// A list of these; of so many, where that is fixed.
    List { items: &'static Value, length: Option<u64> },
    /// One of these words.
    Choice(Vec<&'static str>),
    /// A text.
    Text,
    /// A day, `2014-01-13`.
    Date,
    /// A day of the year, `09-30`.
    YearEnd,
    /// A number with a fraction.
    Number,
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// Yes or no.
    Flag,
}

/// What `schema`, a part of [`root`], asks for. Null is left out: what may be null may be left out as well.
pub(super) fn kind_of(schema: &'static Value) -> ValueKind {
    let schema = resolve_schema(schema);
    if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("enum")).and_then(Value::as_array) {
        let word = |choice: &'static Value| choice.get("const").unwrap_or(choice).as_str();
        return ValueKind::Choice(choices.iter().filter_map(word).collect());
    }
    match type_of(schema) {
        Some("object") => map_of(schema),
        Some("array") => ValueKind::List {
            items: schema.get("items").expect("an array of the schema has items"),
            length: schema.get("maxItems").and_then(Value::as_u64),
        },
        Some("string") if schema.get("format").is_some_and(|it| it == "date") => ValueKind::Date,
        Some("string") if schema.get("format").is_some_and(|it| it == "month-day") => ValueKind::YearEnd,
        Some("string") => ValueKind::Text,
        Some("number") => ValueKind::Number,
        Some("integer") => {
            let most = match schema.get("format").and_then(Value::as_str) {
                Some("uint8") => u64::from(u8::MAX),
                Some("uint32") => u64::from(u32::MAX),
                _ => u64::MAX,
            };
            ValueKind::Whole(schema.get("minimum").and_then(Value::as_u64).unwrap_or(0), most)
        }
        Some("boolean") => ValueKind::Flag,
        other => unreachable!("the schema of a plan has no {other:?}: {schema}"),
    }
}

fn map_of(schema: &'static Value) -> ValueKind {
    let properties =
        schema.get("properties").and_then(Value::as_object).expect("an object of the schema has properties");
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    ValueKind::Map {
        keys: properties.iter().map(|(key, schema)| (key.as_str(), schema)).collect(),
        required: required.collect(),
    }
}

/// Past references and "this or null".
fn resolve_schema(schema: &'static Value) -> &'static Value {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.trim_start_matches("#/$defs/");
        return resolve_schema(
            root_schema()
                .get("$defs")
                .and_then(|defs| defs.get(name))
                .expect("a reference of the schema leads somewhere"),
        );
    }
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(any) => resolve_schema(
            any.iter().find(|it| it.get("type") != Some(&Value::from("null"))).expect("not all are null"),
        ),
        None => schema,
    }
}

/// The type; of several, the first that is not null (a period may be a text or a number, and is kept as text).
fn type_of(schema: &'static Value) -> Option<&'static str> {
    match schema.get("type")? {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|it| *it != "null"),
        single => single.as_str(),
    }
}
