//! What a method is asked, as it is read. A long series is kept as plain numbers: eight bytes each, where a JSON value takes many.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::rows::RowsAnswer;
use super::unique::{UniqueSeed, twice_in};
use super::xmr::{self, ChartAnswer};
use super::{CalcError, JsonInput, input};

/// A method: one JSON value in, one out.
pub(super) type PlainMethod = fn(&JsonInput<'_>) -> Result<Value, CalcError>;

/// A method whose answer has a row a unit.
pub(super) type RowsMethod = fn(&JsonInput<'_>) -> Result<RowsAnswer, CalcError>;

/// How a method is asked.
#[derive(Clone, Copy)]
pub(super) enum MethodKind {
    /// By any JSON value.
    Plain(PlainMethod),
    /// By any JSON value, and answered with a row a unit.
    Rows(RowsMethod),
    /// By an object whose `y` is one long series.
    Chart,
}

/// One value that a method is asked.
pub(super) enum MethodInput {
    Whole(Value),
    /// An object without its `y`, and the numbers of that.
    Series(Value, NumberArray),
    /// A value with a key that comes twice, and the path to that key.
    Twice(String),
}

/// The numbers of an array; or where it holds something else, and why that is wrong. `None` where there is no array.
#[derive(Default)]
pub(super) struct NumberArray(Option<Result<Vec<f64>, (usize, String)>>);

/// What a method answers.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum MethodAnswer {
    Whole(Value),
    Chart(ChartAnswer),
    Rows(RowsAnswer),
}

impl MethodKind {
    /// Answers a question that stands at `input` of what was read.
    pub(super) fn answer_question(
        self,
        question: MethodInput,
        place: Option<usize>,
    ) -> Result<MethodAnswer, CalcError> {
        let (value, numbers) = match question {
            MethodInput::Whole(value) => (value, NumberArray::default()),
            MethodInput::Series(value, numbers) => (value, numbers),
            MethodInput::Twice(below) => {
                let input = place
                    .map_or_else(|| JsonInput::root(&Value::Null), |place| JsonInput::for_entry(&Value::Null, place));
                return Err(input.fault_at(&below, "this key is given twice: keep one".to_owned()));
            }
        };
        let input = place.map_or_else(|| JsonInput::root(&value), |place| JsonInput::for_entry(&value, place));
        match self {
            Self::Plain(method) => method(&input).map(MethodAnswer::Whole),
            Self::Rows(method) => method(&input).map(MethodAnswer::Rows),
            Self::Chart => {
                let y = match numbers.0 {
                    Some(Ok(numbers)) => numbers,
                    Some(Err((at, message))) => return Err(input.fault_at(&format!(".y[{at}]"), message)),
                    None => input.required_field("y")?.to_numbers()?,
                };
                xmr::calc_xmr(&input, y).map(MethodAnswer::Chart)
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for MethodKind {
    type Value = MethodInput;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<MethodInput, D::Error> {
        match self {
            Self::Plain(_) | Self::Rows(_) => {
                let read = UniqueSeed.deserialize(json)?;
                Ok(read.twice.map_or(MethodInput::Whole(read.value), MethodInput::Twice))
            }
            Self::Chart => json.deserialize_any(SeriesVisitor),
        }
    }
}

/// What is neither an array nor an object, as it is.
macro_rules! scalars {
    ($wrap:expr) => {
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok($wrap(Value::from(value)))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok($wrap(Value::from(value)))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok($wrap(Value::from(value)))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok($wrap(Value::from(value)))
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok($wrap(Value::from(value)))
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($wrap(Value::Null))
        }
    };
}

pub(super) use scalars;

/// An object with a series; anything else is taken as it is, and refused by the method.
struct SeriesVisitor;

impl<'de> Visitor<'de> for SeriesVisitor {
    type Value = MethodInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<MethodInput, A::Error> {
        let (mut rest, mut numbers, mut twice) = (Map::new(), NumberArray::default(), None);
        while let Some(name) = fields.next_key::<String>()? {
            if name == "y" {
                twice =
                    twice.or_else(|| numbers.0.as_ref().and(Some(".y".to_owned())).or(twice_in(&rest, &name, None)));
                match fields.next_value_seed(NumbersSeed)? {
                    Ok(found) => numbers = found,
                    Err(other) => _ = rest.insert(name, other),
                }
            } else {
                let read = fields.next_value_seed(UniqueSeed)?;
                twice = twice.or_else(|| twice_in(&rest, &name, read.twice));
                rest.insert(name, read.value);
            }
        }
        Ok(twice.map_or(MethodInput::Series(Value::Object(rest), numbers), MethodInput::Twice))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<MethodInput, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = entries.next_element()? {
            all.push(entry);
        }
        Ok(MethodInput::Whole(Value::Array(all)))
    }

    scalars!(MethodInput::Whole);
}

/// An array as numbers; any other value as it is.
struct NumbersSeed;

impl<'de> DeserializeSeed<'de> for NumbersSeed {
    type Value = Result<NumberArray, Value>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Result<NumberArray, Value>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let (mut numbers, mut fault) = (Vec::new(), None);
                while let Some(entry) = entries.next_element::<Value>()? {
                    match input::number_or_missing(&entry) {
                        Ok(number) if fault.is_none() => numbers.push(number),
                        Err(message) if fault.is_none() => fault = Some((numbers.len(), message)),
                        _ => {}
                    }
                }
                Ok(Ok(NumberArray(Some(fault.map_or(Ok(numbers), Err)))))
            }

            scalars!(Err);

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = fields.next_entry()? {
                    map.insert(name, value);
                }
                Ok(Err(Value::Object(map)))
            }
        }
        json.deserialize_any(Either)
    }
}
