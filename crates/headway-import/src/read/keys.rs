//! The parts of a row's key as numbers; each text is understood once.

use headway_model::{Level, PeriodKind};

use super::codes::{CodeResult, pack_text};
use super::parts::{KeyPart, TextSource};
use super::plan::{BoundProfile, LevelPlan};
use super::rows::RowReader;
use crate::profile::LevelRule;
use crate::table::TextRecord;

impl RowReader<'_, '_> {
    /// The code of a part of the key in this row.
    #[inline]
    pub(super) fn part_code(&mut self, part: usize, record: &TextRecord, text: &str) -> CodeResult {
        match self.sources[part] {
            TextSource::Fixed(fixed) => match self.caches[part].fixed {
                Some(code) => code,
                None => {
                    let code = self.code_of(part, fixed, record, text);
                    *self.caches[part].fixed.insert(code)
                }
            },
            TextSource::Column(column) => self.code_of(part, record.get(text, column), record, text),
            TextSource::Pieces => {
                let mut buffer = std::mem::take(&mut self.buffer);
                self.plan.parts[part].text.write_text(record, text, &mut buffer);
                let code = self.code_of(part, &buffer, record, text);
                self.buffer = buffer;
                code
            }
        }
    }

    #[inline]
    fn code_of(&mut self, part: usize, key: &str, record: &TextRecord, text: &str) -> CodeResult {
        let cache = &mut self.caches[part];
        let Some(short) = pack_text(key) else {
            return cache.long.get(key).copied().unwrap_or_else(|| {
                let code = self.new_code(part, key, record, text);
                self.caches[part].long.insert(key.into(), code);
                code
            });
        };
        cache.find_code(short).unwrap_or_else(|| {
            let code = self.new_code(part, key, record, text);
            self.caches[part].learn_code(short, code);
            code
        })
    }

    /// A text of this part that was not met before.
    fn new_code(&mut self, part: usize, key: &str, record: &TextRecord, text: &str) -> CodeResult {
        let row_part = &self.plan.parts[part];
        let made = match row_part.key {
            KeyPart::Period(_) => row_part.read_period(key).map(|period| CodeResult::Known(period as u32)),
            KeyPart::Place => row_part.read_code(key).and_then(|id| {
                if let Some(doubt) = row_part.id_doubt(key) {
                    self.chunk.count_doubt(record.number, key, doubt);
                }
                self.place_code(&id, record, text)
            }),
            KeyPart::Measure(kind) => {
                row_part.read_code(key).map(|code| CodeResult::Known(self.measure_number(code, kind)))
            }
            KeyPart::Group => row_part.read_code(key).map(|code| CodeResult::Known(self.groups.intern_text(&code))),
            KeyPart::Grade => row_part.read_code(key).map(|code| CodeResult::Known(self.grades.intern_text(&code))),
        };
        made.unwrap_or_else(|reason| CodeResult::Refused(self.reasons.intern_text(&reason)))
    }

    fn measure_number(&mut self, id: String, kind: PeriodKind) -> u32 {
        let known = self.measures.iter().position(|(have, its)| *have == id && *its == kind);
        known.unwrap_or_else(|| {
            self.measures.push((id, kind));
            self.measures.len() - 1
        }) as u32
    }

    /// Numbers a place by its id.
    fn place_code(&mut self, id: &str, record: &TextRecord, text: &str) -> Result<CodeResult, String> {
        for (rule, level) in self.plan.levels.iter().enumerate() {
            let Some((own, groups)) = fit_level(level, id, record, text) else { continue };
            if !level.rule.wanted {
                return Ok(CodeResult::Unwanted);
            }
            let known = self.places.len();
            let number = self.places.intern_text(&own);
            if number as usize == known {
                self.met.learn_place(rule as u8, level, &own, &groups);
                self.chunk.places.push((own, level.rule.is));
            }
            return Ok(CodeResult::Known(number));
        }
        Err("no [[level]] fits this place's id".into())
    }
}

impl BoundProfile<'_> {
    /// Whether an id can be that of a place of this level: the rules of that level, if there are any, say how it looks. (A rule
    /// that gives another id speaks of ids before that.)
    pub(super) fn fits_a_level(&self, id: &str, level: Level) -> bool {
        let mut rules = self.levels.iter().map(|level| level.rule).filter(|rule| rule.is == level).peekable();
        let fits = |rule: &LevelRule| {
            rule.place.is_some() || rule.id.as_ref().is_none_or(|pattern| pattern.regex.is_match(id))
        };
        rules.peek().is_none() || rules.any(fits)
    }
}

/// The id of a place when this level's rule fits it, and what the groups of the rule's pattern found.
pub(super) fn fit_level<'i>(
    level: &LevelPlan,
    id: &'i str,
    record: &TextRecord,
    text: &str,
) -> Option<(String, Vec<&'i str>)> {
    let groups: Vec<&str> = match &level.rule.id {
        None => vec![id],
        Some(pattern) => pattern.regex.captures(id)?.iter().map(|group| group.map_or("", |g| g.as_str())).collect(),
    };
    let own = level.place.as_ref().map_or_else(|| id.to_owned(), |place| place.with_groups(record, text, &groups));
    Some((own, groups))
}
