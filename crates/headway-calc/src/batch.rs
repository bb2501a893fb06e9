//! An array of inputs, answered entry by entry as it is read.

use std::fmt;
use std::io::{BufRead, Read, Write};

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::question::{MethodInput, MethodKind};
use super::{CalcError, CallTally};

/// What some programs begin a file with; no part of the JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The first byte that is no blank, left in the reader; `None` if there is none.
pub(super) fn first_byte(reader: &mut impl BufRead) -> std::io::Result<Option<u8>> {
    loop {
        let held = reader.fill_buf()?;
        if held.is_empty() {
            return Ok(None);
        }
        if held.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
            continue;
        }
        match held.iter().position(|b| !b.is_ascii_whitespace()) {
            Some(at) => {
                let first = held[at];
                // What is read from here on is the value alone.
                reader.consume(at);
                return Ok(Some(first));
            }
            None => {
                let blanks = held.len();
                reader.consume(blanks);
            }
        }
    }
}

/// Answers the array that `json` stands before; the fault of an entry is its answer. Where the text is no JSON the answers so
/// far are a whole array too.
pub(super) fn answer_batch<R: Read>(
    json: &mut serde_json::Deserializer<serde_json::de::IoRead<R>>,
    way: MethodKind,
    tally: &mut CallTally,
    writer: &mut impl Write,
) -> Result<(), CalcError> {
    writer.write_all(b"[")?;
    let mut batch = BatchAnswers { way, tally, writer, fault: None };
    let read = batch.deserialize(json);
    let fault = batch.fault;
    writer.write_all(b"]")?;
    if fault.is_some() || read.is_err() {
        writer.write_all(b"\n")?;
        writer.flush()?;
    }
    match fault {
        Some(fault) => Err(fault),
        None => Ok(read?),
    }
}

struct BatchAnswers<'w, W> {
    way: MethodKind,
    tally: &'w mut CallTally,
    writer: &'w mut W,
    /// What stopped the reading, where it was not the JSON.
    fault: Option<CalcError>,
}

impl<W: Write> BatchAnswers<'_, W> {
    fn write_entry(&mut self, place: usize, question: MethodInput) -> Result<(), CalcError> {
        let answer = self.tally.count_answer(self.way.answer_question(question, Some(place)))?;
        if place > 0 {
            self.writer.write_all(b",")?;
        }
        Ok(serde_json::to_writer(&mut *self.writer, &answer)?)
    }
}

impl<'de, W: Write> DeserializeSeed<'de> for &mut BatchAnswers<'_, W> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, W: Write> Visitor<'de> for &mut BatchAnswers<'_, W> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of inputs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(question) = entries.next_element_seed(self.way)? {
            if let Err(fault) = self.write_entry(place, question) {
                self.fault = Some(fault);
                return Err(serde::de::Error::custom("stopped"));
            }
            place += 1;
        }
        Ok(())
    }
}
