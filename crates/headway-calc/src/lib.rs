//! `headway calc`: each method by itself, JSON in, JSON out.
//!
//! Field names are those of the reference outputs, so that a reference's input can be piped in and its output compared. An
//! array gives an array; several values one after another (JSON Lines) give as many lines. What can't be computed is null,
//! with a `note` that says why; wrong input is refused with the JSON path of the fault. In a batch (an array, or several values)
//! that refusal is the entry's own answer, and all others are answered. Fields that a method does not know are left alone, so
//! that whole reference files can be given.

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
mod lines;
mod moderated;
mod panel;
mod promise;
mod question;
mod rows;
mod status;
mod suppress;
mod table;
mod unique;
mod xmr;

use std::io::{BufRead, Write};

use serde::de::DeserializeSeed as _;
use serde_json::{Value, json};

pub use help::{method_examples, method_help};
pub use input::JsonInput;
use lines::JsonLines;
use question::{MethodAnswer, MethodInput, MethodKind};

const METHODS: [(&str, MethodKind); 12] = [
    ("xmr", MethodKind::Chart),
    ("change", MethodKind::Plain(change::calc_change)),
    ("moderated", MethodKind::Rows(moderated::calc_moderated)),
    ("funnel", MethodKind::Rows(funnel::calc_funnel)),
    ("bright-spots", MethodKind::Plain(bright::bright_spots)),
    ("forecast", MethodKind::Plain(forecast::calc_forecast)),
    ("backtest", MethodKind::Plain(panel::calc_backtest)),
    ("gap", MethodKind::Plain(gap::calc_gap)),
    ("status", MethodKind::Plain(status::calc_status)),
    ("suppress", MethodKind::Plain(suppress::calc_suppress)),
    ("audit", MethodKind::Plain(audit::calc_audit)),
    ("bands", MethodKind::Plain(bands::calc_bands)),
];

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
pub enum CalcError {
    /// No method has this name.
    #[error("there is no method “{name}”; there are: {}", method_names().collect::<Vec<_>>().join(", "))]
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
pub fn method_names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|m| m.0)
}

/// One method on one value, or on each entry of an array; the answer of an entry that it can't take says why.
///
/// # Errors
/// [`CalcError::Method`] for an unknown name, [`CalcError::Input`] for a value the method can't take.
pub fn calc_value(method: &str, input: &Value) -> Result<Value, CalcError> {
    let (way, mut tally) = (find_method(method)?, CallTally::default());
    Ok(serde_json::to_value(answer_value(way, MethodInput::Whole(input.clone()), &mut tally)?)?)
}

/// What was asked of a method, and what it could not take.
#[derive(Debug, Default)]
pub struct CallTally {
    /// How many values and entries were asked.
    pub asked: usize,
    /// How many of a batch have their fault for an answer.
    pub refused: usize,
    /// The first such fault, with its place.
    pub first: Option<String>,
}

impl CallTally {
    /// The answer to write: a fault of the input takes its place, `{"error": where, "note": what}`.
    fn count_answer(&mut self, answer: Result<MethodAnswer, CalcError>) -> Result<MethodAnswer, CalcError> {
        self.asked += 1;
        match answer {
            Err(CalcError::Input { path, message }) => {
                self.refused += 1;
                self.first.get_or_insert_with(|| format!("{path}: {message}"));
                Ok(MethodAnswer::Whole(json!({ "error": path, "note": message })))
            }
            other => other,
        }
    }
}

/// One method on everything that `reader` holds: one JSON value, or one after another. One line out for each. An array that
/// comes first is answered entry by entry as it is read, so that a batch of any size needs the memory of one entry. Of a batch
/// every entry is answered; what can't be taken is told in the tally. A line that is no JSON is answered so too.
///
/// # Errors
/// As [`calc`]; for text that is no JSON what was right before it has been written (an array is closed after it).
pub fn run_method(method: &str, reader: impl BufRead, mut writer: impl Write) -> Result<CallTally, CalcError> {
    let way = find_method(method)?;
    let (mut reader, mut tally, mut count) = (JsonLines::new(reader), CallTally::default(), 0);
    while let Some(first) = batch::first_byte(&mut reader)? {
        count += 1;
        reader.begin_value();
        let is_batch = first == b'[' && count == 1;
        if is_batch {
            reader.begin_batch();
        }
        let mut json = serde_json::Deserializer::from_reader(&mut reader);
        if is_batch {
            batch::answer_batch(&mut json, way, &mut tally, &mut writer)?;
            writer.write_all(b"\n")?;
            continue;
        }
        let question = match way.deserialize(&mut json) {
            Ok(question) => question,
            Err(error) => {
                let answer = broken_line(error, &mut reader, count == 1, &mut tally)?;
                serde_json::to_writer(&mut writer, &answer)?;
                writer.write_all(b"\n")?;
                continue;
            }
        };
        let answer = match answer_value(way, question, &mut tally) {
            // A value alone is no batch: its fault is that of the whole call.
            Err(fault @ CalcError::Input { .. }) if count == 1 && batch::first_byte(&mut reader)?.is_none() => {
                return Err(fault);
            }
            Err(CalcError::Input { path, message }) => {
                tally.count_answer(Err(CalcError::Input { path: format!("value {count}: {path}"), message }))?
            }
            other => other?,
        };
        serde_json::to_writer(&mut writer, &answer)?;
        writer.write_all(b"\n")?;
    }
    writer.flush()?;
    Ok(tally)
}

/// The answer to a line that is no JSON: its number and why. The reader stands behind the line then.
fn broken_line(
    error: serde_json::Error,
    reader: &mut JsonLines<impl BufRead>,
    first: bool,
    tally: &mut CallTally,
) -> Result<MethodAnswer, CalcError> {
    let fault = CalcError::from(error);
    // What is broken as one text, or stands alone, is no batch.
    if matches!(fault, CalcError::Io(_)) || !reader.skip_broken()? || (first && batch::first_byte(reader)?.is_none()) {
        return Err(fault);
    }
    tally.count_answer(Err(CalcError::Input {
        path: format!("line {}", reader.line_number()),
        message: no_json(&fault),
    }))
}

/// Why a line is no JSON, without the parser's own count of lines.
fn no_json(fault: &CalcError) -> String {
    let CalcError::Json(error) = fault else { return fault.to_string() };
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or(&text);
    format!("this line is no JSON: {why} (a missing number is null; NaN and trailing commas are no JSON)")
}

/// The answer to a value: that of each entry where it is an array.
fn answer_value(way: MethodKind, question: MethodInput, tally: &mut CallTally) -> Result<MethodAnswer, CalcError> {
    match question {
        MethodInput::Whole(Value::Array(entries)) => {
            let mut answered = Vec::with_capacity(entries.len());
            for (place, entry) in entries.into_iter().enumerate() {
                let answer = tally.count_answer(way.answer_question(MethodInput::Whole(entry), Some(place)))?;
                answered.push(serde_json::to_value(answer)?);
            }
            Ok(MethodAnswer::Whole(Value::Array(answered)))
        }
        one => {
            let answer = way.answer_question(one, None)?;
            tally.asked += 1;
            Ok(answer)
        }
    }
}

fn find_method(name: &str) -> Result<MethodKind, CalcError> {
    let found = METHODS.iter().find(|m| m.0 == name);
    found.map(|m| m.1).ok_or_else(|| CalcError::Method { name: name.to_owned() })
}

/// Numbers for JSON; what is not a number is null.
fn numbers_json(numbers: &[f64]) -> Value {
    numbers.iter().map(|&x| json!(x)).collect()
}

/// Adds a note that says why something is null, after those that are there.
fn with_note(mut answer: Value, note: &str) -> Value {
    answer["note"] = match answer.get("note").and_then(Value::as_str) {
        Some(before) => json!(format!("{before}; {note}")),
        None => json!(note),
    };
    answer
}
