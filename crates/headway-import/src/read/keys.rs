//! The parts of a row's key as numbers; each text is understood once.

use headway_model::{PeriodKind, Place};

use super::parts::{KeyPart, RowText};
use super::plan::LevelPlan;
use super::rows::RowReader;
use crate::hash::FastMap;
use crate::table::Record;

/// What a part's text was found to mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Code {
    Known(u32),
    /// A total that is not wanted.
    Unwanted,
    /// Number of the reason.
    Refused(u32),
}

/// Texts already met, the last one first: files are mostly in order.
#[derive(Default)]
pub(super) struct Cache {
    last: String,
    last_code: Option<Code>,
    /// Short texts are looked up as one number, without following a pointer.
    short: FastMap<u128, Code>,
    long: FastMap<Box<str>, Code>,
}

impl Cache {
    fn get(&self, key: &str) -> Option<Code> {
        match packed(key) {
            Some(short) => self.short.get(&short).copied(),
            None => self.long.get(key).copied(),
        }
    }

    fn insert(&mut self, key: &str, code: Code) {
        match packed(key) {
            Some(short) => drop(self.short.insert(short, code)),
            None => drop(self.long.insert(key.into(), code)),
        }
    }
}

/// A text of at most 15 bytes as a number: its bytes, and its length in the last one.
fn packed(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let length = u8::try_from(bytes.len()).ok().filter(|&length| length < 16)?;
    let mut all = [0; 16];
    all[..bytes.len()].copy_from_slice(bytes);
    all[15] = length;
    Some(u128::from_le_bytes(all))
}

impl RowReader<'_, '_> {
    /// The code of a part of the key in this row.
    pub(super) fn code(&mut self, part: usize, record: &Record, text: &str) -> Code {
        let plan = self.plan;
        let row_part = &plan.parts[part];
        let cache = &mut self.caches[part];
        if row_part.text.fixed()
            && let Some(code) = cache.last_code
        {
            return code;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let key: &str = match row_part.text.only_column() {
            Some(column) => record.get(text, column),
            None => {
                row_part.text.write(record, text, &mut buffer);
                &buffer
            }
        };
        if let Some(code) = cache.last_code
            && cache.last == key
        {
            self.buffer = buffer;
            return code;
        }
        let code = match cache.get(key) {
            Some(code) => code,
            None => {
                let code = self.new_code(part, key, record, text);
                self.caches[part].insert(key, code);
                code
            }
        };
        let cache = &mut self.caches[part];
        cache.last.clear();
        cache.last.push_str(key);
        cache.last_code = Some(code);
        self.buffer = buffer;
        code
    }

    /// A text of this part that was not met before.
    fn new_code(&mut self, part: usize, key: &str, record: &Record, text: &str) -> Code {
        let row_part = &self.plan.parts[part];
        let made = match row_part.key {
            KeyPart::Period(_) => row_part.period(key).map(|period| Code::Known(period as u32)),
            KeyPart::Unit => row_part.code(key).and_then(|id| self.unit(&id, record, text)),
            KeyPart::Measure(kind) => row_part.code(key).map(|code| Code::Known(self.measure(code, kind))),
            KeyPart::Group => row_part.code(key).map(|code| Code::Known(self.groups.number(&code))),
            KeyPart::Grade => row_part.code(key).map(|code| Code::Known(self.grades.number(&code))),
        };
        made.unwrap_or_else(|reason| Code::Refused(self.reasons.number(&reason)))
    }

    fn measure(&mut self, id: String, kind: PeriodKind) -> u32 {
        let known = self.measures.iter().position(|(have, its)| *have == id && *its == kind);
        known.unwrap_or_else(|| {
            self.measures.push((id, kind));
            self.measures.len() - 1
        }) as u32
    }

    /// Numbers a place by its id, and tells of it and of those it belongs to.
    fn unit(&mut self, id: &str, record: &Record, text: &str) -> Result<Code, String> {
        self.tell_places(record, text);
        for level in &self.plan.levels {
            let Some((id, parent)) = fits(level, id, record, text) else { continue };
            if !level.rule.wanted {
                return Ok(Code::Unwanted);
            }
            let known = self.units.texts.len();
            let number = self.units.number(&id);
            if number as usize == known {
                let name = level.name.as_ref().map_or_else(|| id.clone(), |name| name.of(record, text));
                let name = if name.is_empty() { id.clone() } else { name };
                self.chunk.units.push(Place { id, name, level: level.rule.is, parent });
            }
            return Ok(Code::Known(number));
        }
        Err("no [[level]] fits this place's id".into())
    }

    /// Tells of the places that the profile's [[place]] rules find in this row.
    pub(super) fn tell_places(&mut self, record: &Record, text: &str) {
        for rule in &self.plan.places {
            let id = rule.id.of(record, text);
            if id.is_empty() || !self.places.insert(id.clone()) {
                continue;
            }
            let of = |text_: &RowText| Some(text_.of(record, text)).filter(|t| !t.is_empty());
            let name = of(&rule.name).unwrap_or_else(|| id.clone());
            let parent = rule.parent.as_ref().and_then(of);
            self.chunk.places.push(Place { id, name, level: rule.rule.is, parent });
        }
    }
}

/// The id and parent of a place when this level's rule fits it.
fn fits(level: &LevelPlan, id: &str, record: &Record, text: &str) -> Option<(String, Option<String>)> {
    let groups: Vec<&str> = match &level.rule.id {
        None => vec![id],
        Some(pattern) => pattern.regex.captures(id)?.iter().map(|group| group.map_or("", |g| g.as_str())).collect(),
    };
    let own = level.unit.as_ref().map_or_else(|| id.to_owned(), |unit| unit.with_groups(record, text, &groups));
    let parent = level.parent.as_ref().map(|parent| parent.with_groups(record, text, &groups));
    Some((own, parent.filter(|parent| !parent.is_empty())))
}
