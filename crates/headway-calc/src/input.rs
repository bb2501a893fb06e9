//! A JSON value that knows where it stands, so that a fault can be named.

use headway_model::LARGEST_FIGURE;
use serde_json::Value;

use super::CalcError;

/// A JSON value and its path.
#[derive(Clone, Debug)]
pub struct JsonInput<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> JsonInput<'a> {
    /// The whole input, `$`.
    pub fn root(value: &'a Value) -> Self {
        Self { value, path: "$".to_owned() }
    }

    /// An entry of the array that is the whole input, `$[place]`.
    pub(super) fn for_entry(value: &'a Value, place: usize) -> Self {
        Self { value, path: format!("$[{place}]") }
    }

    /// The fault of this value.
    pub fn fault(&self, message: impl Into<String>) -> CalcError {
        CalcError::Input { path: self.path.clone(), message: message.into() }
    }

    /// The fault of something below this value, by its path from here (`.y[2]`).
    pub(super) fn fault_at(&self, below: &str, message: String) -> CalcError {
        CalcError::Input { path: format!("{}{below}", self.path), message }
    }

    /// A field that must be there and not null.
    ///
    /// # Errors
    /// When this is no object, or the field is missing or null.
    pub fn required_field(&self, name: &str) -> Result<Self, CalcError> {
        self.optional_field(name)?.ok_or_else(|| self.fault(format!("the field “{name}” is missing")))
    }

    /// A field that may be missing or null.
    ///
    /// # Errors
    /// When this is no object.
    pub fn optional_field(&self, name: &str) -> Result<Option<Self>, CalcError> {
        let Value::Object(fields) = self.value else {
            return Err(self.fault(format!("expected an object, found {}", json_kind(self.value))));
        };
        let found = fields.get(name).filter(|v| !v.is_null());
        Ok(found.map(|value| Self { value, path: format!("{}.{name}", self.path) }))
    }

    /// Whether the object has the field, be it null.
    pub fn has_field(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// The entries of an array.
    ///
    /// # Errors
    /// When this is no array.
    pub fn array_items(&self) -> Result<Vec<Self>, CalcError> {
        let array = self.json_array()?;
        let entry = |(i, value)| Self { value, path: format!("{}[{i}]", self.path) };
        Ok(array.iter().enumerate().map(entry).collect())
    }

    fn json_array(&self) -> Result<&'a Vec<Value>, CalcError> {
        self.value.as_array().ok_or_else(|| self.fault(format!("expected an array, found {}", json_kind(self.value))))
    }

    /// A number.
    ///
    /// # Errors
    /// When this is none.
    pub fn to_number(&self) -> Result<f64, CalcError> {
        let x = self
            .value
            .as_f64()
            .ok_or_else(|| self.fault(format!("expected a number, found {}", json_kind(self.value))))?;
        check_size(x).map_err(|message| self.fault(message))
    }

    /// An array of numbers; null is a missing one, NaN.
    ///
    /// # Errors
    /// When this is no array, or an entry is neither number nor null.
    pub fn to_numbers(&self) -> Result<Vec<f64>, CalcError> {
        let fault = |i: usize, message: String| CalcError::Input { path: format!("{}[{i}]", self.path), message };
        let entry = |(i, value): (usize, &Value)| number_or_missing(value).map_err(|message| fault(i, message));
        self.json_array()?.iter().enumerate().map(entry).collect()
    }

    /// A whole number, not negative.
    ///
    /// # Errors
    /// When this is none.
    pub fn to_count(&self) -> Result<u64, CalcError> {
        let x = self.to_number()?;
        if x.fract() == 0.0 && (0.0..9e15).contains(&x) {
            Ok(x as u64)
        } else {
            Err(self.fault(format!("expected a whole number from 0 on, found {x}")))
        }
    }

    /// A text.
    ///
    /// # Errors
    /// When this is none.
    pub fn to_text(&self) -> Result<&'a str, CalcError> {
        self.value.as_str().ok_or_else(|| self.fault(format!("expected a text, found {}", json_kind(self.value))))
    }

    /// True or false.
    ///
    /// # Errors
    /// When this is neither.
    pub fn to_bool(&self) -> Result<bool, CalcError> {
        self.value
            .as_bool()
            .ok_or_else(|| self.fault(format!("expected true or false, found {}", json_kind(self.value))))
    }

    /// One of these words.
    ///
    /// # Errors
    /// When this is another text, or none.
    pub fn one_of_words<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, CalcError> {
        let text = self.to_text()?;
        words.iter().find(|w| w.0 == text).map(|w| w.1).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|w| w.0).collect();
            self.fault(format!("“{text}” is not one of {}", known.join(", ")))
        })
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }
}

/// An entry of an array of numbers; null is a missing one, NaN. Else what is wrong with it.
pub(super) fn number_or_missing(value: &Value) -> Result<f64, String> {
    match value {
        Value::Null => Ok(f64::NAN),
        Value::Number(n) => check_size(n.as_f64().unwrap_or(f64::NAN)),
        other => Err(format!("expected a number or null, found {}", json_kind(other))),
    }
}

fn check_size(x: f64) -> Result<f64, String> {
    if x.abs() <= LARGEST_FIGURE { Ok(x) } else { Err(format!("{x:e} is too large a number to compute with")) }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
