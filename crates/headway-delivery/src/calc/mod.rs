//! `headway calc`: each method by itself, JSON in, JSON out.
//!
//! Field names are those of the reference outputs, so that a reference's input can be piped in and its output compared. An
//! array gives an array; several values one after another (JSON Lines) give as many lines. What can't be computed is null,
//! with a `note` that says why; wrong input is refused with the JSON path of the fault. Fields that a method does not know
//! are left alone, so that whole reference files can be given.

mod audit;
mod bands;
mod batch;
mod bright;
mod change;
mod forecast;
mod funnel;
mod gap;
mod help;
mod input;
mod moderated;
mod panel;
mod promise;
mod status;
mod suppress;
mod table;
mod xmr;

use std::io::{BufRead, Write};

use serde_json::{Value, json};

pub use help::{examples, help};
pub use input::Input;

/// A method: one JSON value in, one out.
type Method = fn(&Input<'_>) -> Result<Value, CalcError>;

const METHODS: [(&str, Method); 12] = [
    ("xmr", xmr::xmr),
    ("change", change::change),
    ("moderated", moderated::moderated),
    ("funnel", funnel::funnel),
    ("bright-spots", bright::bright_spots),
    ("forecast", forecast::forecast),
    ("backtest", panel::backtest),
    ("gap", gap::gap),
    ("status", status::status),
    ("suppress", suppress::suppress),
    ("audit", audit::audit),
    ("bands", bands::bands),
];

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
pub enum CalcError {
    /// No method has this name.
    #[error("there is no method “{name}”; there are: {}", names().collect::<Vec<_>>().join(", "))]
    Method {
        /// The name as given.
        name: String,
    },
    /// The text is no JSON.
    #[error("the input is no JSON: {0} (a missing number is null; NaN and trailing commas are no JSON)")]
    Json(serde_json::Error),
    /// A value is not what the method needs.
    #[error("{path}: {message}")]
    Input {
        /// Where, as a JSON path (`$[2].points[0].value`); of several values the first part counts them (`value 3: $.y`).
        path: String,
        /// What is wrong, and what to write.
        message: String,
    },
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<serde_json::Error> for CalcError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Io(error.into()) } else { Self::Json(error) }
    }
}

/// The names of the methods.
pub fn names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|m| m.0)
}

/// One method on one value, or on each entry of an array.
///
/// # Errors
/// [`CalcError::Method`] for an unknown name, [`CalcError::Input`] for a value the method can't take.
pub fn calc(method: &str, input: &Value) -> Result<Value, CalcError> {
    let method = find(method)?;
    match input {
        Value::Array(_) => Input::root(input).items()?.iter().map(method).collect(),
        _ => method(&Input::root(input)),
    }
}

/// One method on everything that `reader` holds: one JSON value, or one after another. One line out for each. An array that
/// comes first is answered entry by entry as it is read, so that a batch of any size needs the memory of one entry.
///
/// # Errors
/// As [`calc`]; what was right before the fault has been written (an array is closed after it).
pub fn run(method: &str, reader: impl BufRead, mut writer: impl Write) -> Result<(), CalcError> {
    let found = find(method)?;
    let mut reader = reader;
    let first = batch::first_byte(&mut reader)?;
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut count = 0;
    if first == Some(b'[') {
        count = 1;
        batch::answer(&mut json, found, &mut writer)?;
        writer.write_all(b"\n")?;
    }
    for value in json.into_iter::<Value>() {
        count += 1;
        let answer = calc(method, &value?).map_err(|error| match error {
            CalcError::Input { path, message } if count > 1 => {
                CalcError::Input { path: format!("value {count}: {path}"), message }
            }
            other => other,
        })?;
        serde_json::to_writer(&mut writer, &answer)?;
        writer.write_all(b"\n")?;
    }
    Ok(writer.flush()?)
}

fn find(name: &str) -> Result<Method, CalcError> {
    let found = METHODS.iter().find(|m| m.0 == name);
    found.map(|m| m.1).ok_or_else(|| CalcError::Method { name: name.to_owned() })
}

/// Numbers for JSON; what is not a number is null.
fn list(numbers: &[f64]) -> Value {
    numbers.iter().map(|&x| json!(x)).collect()
}

/// Adds a note that says why something is null, after those that are there.
fn noted(mut answer: Value, note: &str) -> Value {
    answer["note"] = match answer.get("note").and_then(Value::as_str) {
        Some(before) => json!(format!("{before}; {note}")),
        None => json!(note),
    };
    answer
}
