//! The parts of a row's key as numbers; each text is understood once.

use headway_model::{PeriodKind, Place};

use super::parts::{KeyPart, RowText, Source};
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

/// Texts of one part already met.
#[derive(Default)]
pub(super) struct Cache {
    /// Where the profile fixes the text: its code, once it is known.
    fixed: Option<Code>,
    /// Short texts as numbers, in the order of their first coming.
    met: Vec<(u128, Code)>,
    /// Where the last one stands among them. Files tell their places in the same order year after year, so that the next text
    /// mostly is the same or the next one there, which needs no search.
    last: usize,
    /// Where each stands.
    short: FastMap<u128, usize>,
    long: FastMap<Box<str>, Code>,
}

impl Cache {
    /// The code of a short text that was met before.
    #[inline]
    fn find(&mut self, short: u128) -> Option<Code> {
        for place in self.last..self.met.len().min(self.last + 2) {
            if self.met[place].0 == short {
                self.last = place;
                return Some(self.met[place].1);
            }
        }
        self.last = *self.short.get(&short)?;
        Some(self.met[self.last].1)
    }

    fn learn(&mut self, short: u128, code: Code) {
        self.last = self.met.len();
        self.short.insert(short, self.last);
        self.met.push((short, code));
    }
}

/// A text of at most 15 bytes as a number: its bytes, and its length in the last one. Made of two reads that may overlap, since
/// copying a length that is not known takes longer than all the rest.
#[inline]
fn packed(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let length = bytes.len();
    let (low, high) = match length {
        8..16 => {
            let (low, high) = (u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?));
            (low, high.checked_shr(8 * (16 - length as u32)).unwrap_or(0))
        }
        4..8 => {
            let (low, high) = (u32::from_le_bytes(*bytes.first_chunk()?), u32::from_le_bytes(*bytes.last_chunk()?));
            (u64::from(low) | u64::from(high) << (8 * (length - 4)), 0)
        }
        1..4 => (bytes.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)), 0),
        0 => (0, 0),
        16.. => return None,
    };
    Some(u128::from(high | (length as u64) << 56) << 64 | u128::from(low))
}

impl RowReader<'_, '_> {
    /// The code of a part of the key in this row.
    #[inline]
    pub(super) fn code(&mut self, part: usize, record: &Record, text: &str) -> Code {
        match self.sources[part] {
            Source::Fixed(fixed) => match self.caches[part].fixed {
                Some(code) => code,
                None => {
                    let code = self.code_of(part, fixed, record, text);
                    *self.caches[part].fixed.insert(code)
                }
            },
            Source::Column(column) => self.code_of(part, record.get(text, column), record, text),
            Source::Pieces => {
                let mut buffer = std::mem::take(&mut self.buffer);
                self.plan.parts[part].text.write(record, text, &mut buffer);
                let code = self.code_of(part, &buffer, record, text);
                self.buffer = buffer;
                code
            }
        }
    }

    #[inline]
    fn code_of(&mut self, part: usize, key: &str, record: &Record, text: &str) -> Code {
        let cache = &mut self.caches[part];
        let Some(short) = packed(key) else {
            return cache.long.get(key).copied().unwrap_or_else(|| {
                let code = self.new_code(part, key, record, text);
                self.caches[part].long.insert(key.into(), code);
                code
            });
        };
        cache.find(short).unwrap_or_else(|| {
            let code = self.new_code(part, key, record, text);
            self.caches[part].learn(short, code);
            code
        })
    }

    /// A text of this part that was not met before.
    fn new_code(&mut self, part: usize, key: &str, record: &Record, text: &str) -> Code {
        let row_part = &self.plan.parts[part];
        let made = match row_part.key {
            KeyPart::Period(_) => row_part.period(key).map(|period| Code::Known(period as u32)),
            KeyPart::Unit => row_part.code(key).and_then(|id| self.unit(&id, record, text)),
            KeyPart::Measure(kind) => row_part.code(key).map(|code| Code::Known(self.measure(code, kind))),
            KeyPart::Group => row_part.code(key).map(|code| Code::Known(self.groups.intern(&code))),
            KeyPart::Grade => row_part.code(key).map(|code| Code::Known(self.grades.intern(&code))),
        };
        made.unwrap_or_else(|reason| Code::Refused(self.reasons.intern(&reason)))
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
            let Some((id, parent, groups)) = fits(level, id, record, text) else { continue };
            if !level.rule.wanted {
                return Ok(Code::Unwanted);
            }
            let known = self.units.len();
            let number = self.units.intern(&id);
            if number as usize == known {
                let name =
                    level.name.as_ref().map_or_else(|| id.clone(), |name| name.with_groups(record, text, &groups));
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

/// The id and parent of a place when this level's rule fits it, and what the groups of the rule's pattern found.
fn fits<'i>(
    level: &LevelPlan,
    id: &'i str,
    record: &Record,
    text: &str,
) -> Option<(String, Option<String>, Vec<&'i str>)> {
    let groups: Vec<&str> = match &level.rule.id {
        None => vec![id],
        Some(pattern) => pattern.regex.captures(id)?.iter().map(|group| group.map_or("", |g| g.as_str())).collect(),
    };
    let own = level.unit.as_ref().map_or_else(|| id.to_owned(), |unit| unit.with_groups(record, text, &groups));
    let parent = level.parent.as_ref().map(|parent| parent.with_groups(record, text, &groups));
    Some((own, parent.filter(|parent| !parent.is_empty()), groups))
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn short_texts_are_different_numbers() {
        let mut texts: Vec<String> = (0..16).map(|length| "a".repeat(length)).collect();
        texts.extend(
            (1..16).flat_map(|length| (0..length).map(move |at| format!("{:a<length$}", "a".repeat(at) + "é"))),
        );
        texts.extend((0..300).map(|i| i.to_string()));
        texts.retain(|text| text.len() < 16);
        texts.sort();
        texts.dedup();
        let mut numbers: Vec<u128> = texts.iter().map(|text| packed(text).expect("it is short")).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), texts.len());
        let plain = |text: &str| {
            u128::from_le_bytes(std::array::from_fn(|i| match i {
                15 => text.len() as u8,
                _ => text.as_bytes().get(i).copied().unwrap_or(0),
            }))
        };
        assert!(texts.iter().all(|text| packed(text) == Some(plain(text))), "every byte is in its place");
        assert_eq!(packed("sixteen bytes ..."), None);
    }
}
