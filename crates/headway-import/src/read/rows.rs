//! Reads rows: the inner loop of an import.

use headway_model::{Flags, Names, PeriodKind, Value};

use super::cell::{self, Counts, Said, Tokens};
use super::chunk::{Chunk, Observed};
use super::codes::{Cache, Code};
use super::parts::Source;
use super::plan::{Plan, ValuePlan};
use crate::hash::FastSet;
use crate::profile::SkipRule;
use crate::table::{Block, Record, Sheet};

/// Reads the rows of one sheet. Several may share the work, each with a number of its own.
pub(crate) struct RowReader<'a, 'p> {
    pub(super) plan: &'a Plan<'p>,
    number: usize,
    /// Of each part of the key: where its text comes from, and what was met.
    pub(super) sources: Vec<Source<'a>>,
    pub(super) caches: Vec<Cache>,
    codes: Vec<Code>,
    tokens: Vec<Tokens>,
    pub(super) measures: Vec<(String, PeriodKind)>,
    pub(super) units: Names,
    pub(super) groups: Names,
    pub(super) grades: Names,
    /// How many measures, groups and grades were handed out already.
    sent: [usize; 3],
    pub(super) places: FastSet<String>,
    pub(super) reasons: Names,
    above: Vec<String>,
    pub(super) chunk: Chunk,
    pub(super) buffer: String,
}

/// How a row went.
enum Went {
    Taken,
    Refused,
    Ignored(&'static str),
}

const TOTAL: &str = "total that is not wanted";
const BLANK: &str = "blank row";
const NO_VALUE: &str = "no value in the row";

impl<'a, 'p> RowReader<'a, 'p> {
    pub(crate) fn new(plan: &'a Plan<'p>, number: usize) -> Self {
        Self {
            plan,
            number,
            sources: plan.parts.iter().map(|part| part.text.source()).collect(),
            caches: plan.parts.iter().map(|_| Cache::default()).collect(),
            codes: Vec::new(),
            tokens: plan.tokens.clone(),
            measures: Vec::new(),
            units: Names::default(),
            groups: Names::default(),
            grades: Names::default(),
            sent: [0; 3],
            places: FastSet::default(),
            reasons: Names::default(),
            above: plan.fill_down.iter().map(|_| String::new()).collect(),
            chunk: Chunk { reader: number, ..Chunk::default() },
            buffer: String::new(),
        }
    }

    /// Reads a block of a text; `skip` rows at its beginning are no data (title and header).
    /// `room` is an empty buffer to fill.
    pub(crate) fn read_block(&mut self, block: Block, delimiter: u8, skip: usize, room: Vec<Observed>) -> Chunk {
        self.chunk.observed = room;
        let text = block.text.as_str();
        let (mut record, mut at, mut line, mut left) = (Record::default(), 0, block.first_line, skip);
        while at < text.len() {
            let (next, lines) = if block.quoted {
                record.read(text, at, delimiter, line)
            } else {
                (record.read_unquoted(text, at, delimiter, line), 1)
            };
            (at, line) = (next, line + u64::from(lines));
            if left > 0 {
                left -= 1;
                continue;
            }
            if record.len() == 1 && self.plan.header.names.len() > 1 {
                record.unwrap_line(text, delimiter);
            }
            self.row(&mut record, text);
        }
        Chunk { text: block.text, ..self.finish() }
    }

    /// Reads the rows of a workbook's sheet from `skip` on.
    pub(crate) fn read_sheet(&mut self, sheet: &Sheet, skip: usize) -> Chunk {
        let mut record = Record::default();
        for (i, row) in sheet.rows.iter().enumerate().skip(skip) {
            record.set(row.iter().map(String::as_str), i as u64 + 1);
            self.row(&mut record, "");
        }
        self.finish()
    }

    fn row(&mut self, record: &mut Record, text: &str) {
        self.chunk.rows += 1;
        if record.is_blank(text) {
            return self.chunk.ignore(BLANK);
        }
        if let Some(reason) = self.misshapen(record, text) {
            self.chunk.refuse(record.number, None, record.get(text, 0), reason);
            self.chunk.rows_refused += 1;
            return;
        }
        self.fill_down(record, text);
        for (column, rule) in &self.plan.skips {
            if skips(rule, record.get(text, *column)) {
                return self.chunk.ignore(&rule.why);
            }
        }
        if self.plan.values.is_empty() {
            self.tell_places(record, text);
            return self.chunk.ignore("tells of places only");
        }
        match self.values(record, text) {
            Went::Taken => {}
            Went::Refused => self.chunk.rows_refused += 1,
            Went::Ignored(why) => self.chunk.ignore(why),
        }
    }

    /// A row whose cells can't be matched to columns is refused whole.
    fn misshapen(&mut self, record: &Record, text: &str) -> Option<&'static str> {
        let width = self.plan.header.names.len();
        if record.broken_quote {
            return Some("a quote is opened and never closed");
        }
        self.chunk.lines_unwrapped += u64::from(record.unwrapped);
        if record.len() < width {
            if !self.plan.short_rows {
                return Some("fewer cells than columns (short_rows = true takes the missing ones at the end as empty)");
            }
            self.chunk.rows_short += 1;
        }
        let beyond = (width..record.len()).any(|column| !record.get(text, column).is_empty());
        beyond.then_some("more cells than columns")
    }

    fn fill_down(&mut self, record: &mut Record, text: &str) {
        for (above, &column) in self.above.iter_mut().zip(&self.plan.fill_down) {
            let cell = record.get(text, column);
            if cell.is_empty() {
                if column < record.len() {
                    record.replace(column, above);
                }
            } else {
                cell.clone_into(above);
            }
        }
    }

    fn values(&mut self, record: &Record, text: &str) -> Went {
        let plan = self.plan;
        self.codes.clear();
        for part in 0..plan.parts.len() {
            let code = self.code(part, record, text);
            self.codes.push(code);
        }
        let (mut taken, mut refused, mut blank, mut unwanted) = (0u64, 0u64, 0u64, 0u64);
        let mut told = None;
        for value in &plan.values {
            if !value.when.iter().all(|(column, texts)| among(texts, record.get(text, *column))) {
                continue;
            }
            let mut codes = [0; 5];
            let bad = value.key.iter().zip(&mut codes).find_map(|(&part, code)| match self.codes[part] {
                Code::Known(known) => {
                    *code = known;
                    None
                }
                other => Some((part, other)),
            });
            if let Some((_, Code::Unwanted)) = bad {
                unwanted += 1;
                continue;
            }
            match self.cell(value, record, text) {
                Ok(None) => blank += 1,
                Ok(Some(_)) if bad.is_some() => {
                    refused += 1;
                    // A key that can't be made is told once a row, not once a cell.
                    if let Some((part, Code::Refused(reason))) = bad
                        && told.replace(part) != Some(part)
                    {
                        self.refuse_part(part, reason, record, text);
                    }
                }
                Ok(Some((said, flags, (numerator, denominator)))) => {
                    taken += 1;
                    let [measure, unit, group, grade, period] = codes;
                    let flags = if plan.provisional { flags.with(Flags::PROVISIONAL) } else { flags };
                    let (lo, hi) = bounds(said);
                    self.chunk.observed.push(Observed {
                        measure,
                        unit,
                        group,
                        grade,
                        period: period as i32,
                        state: said.state(),
                        flags,
                        row: record.number,
                        lo,
                        hi,
                        numerator: numerator.unwrap_or(f64::NAN),
                        denominator: denominator.unwrap_or(f64::NAN),
                    });
                }
                Err((column, reason)) => {
                    refused += 1;
                    self.chunk.refuse(record.number, Some(column), record.get(text, column), reason);
                }
            }
        }
        self.chunk.cells_refused += refused;
        self.chunk.cells_blank += blank;
        self.chunk.cells_unwanted += unwanted;
        match (taken, refused, blank, unwanted) {
            (1.., ..) => Went::Taken,
            (0, 1.., ..) => Went::Refused,
            (0, 0, 0, 1..) => Went::Ignored(TOTAL),
            (0, 0, 1.., _) => Went::Ignored(NO_VALUE),
            (0, 0, 0, 0) => {
                self.chunk.refuse(
                    record.number,
                    None,
                    "",
                    "no [[values]] of the profile is meant for this row (see their `when`)",
                );
                Went::Refused
            }
        }
    }

    fn refuse_part(&mut self, part: usize, reason: u32, record: &Record, text: &str) {
        let row_text = &self.plan.parts[part].text;
        let found = row_text.of(record, text);
        let reason = self.reasons.text(reason).to_owned();
        self.chunk.refuse(record.number, row_text.a_column(), &found, &reason);
    }

    /// Reads a value with its counts and its mask; an error names the column.
    #[expect(clippy::type_complexity, reason = "value, flags and counts are taken apart at once")]
    fn cell(
        &mut self,
        plan: &ValuePlan,
        record: &Record,
        text: &str,
    ) -> Result<Option<(Value, Flags, Counts)>, (usize, &'static str)> {
        let tokens = &mut self.tokens[plan.tokens];
        let mut count = |column: Option<usize>| match column {
            None => Ok(None),
            Some(column) => cell::count(record.get(text, column), tokens).map_err(|reason| (column, reason)),
        };
        let counts = (count(plan.numerator)?, count(plan.denominator)?);
        let said = match plan.column {
            // A column that the row ends before says nothing, whatever an empty cell means.
            Some(column) if !record.has(column) => Said::Nothing,
            Some(column) => {
                let said = cell::value(record.get(text, column), plan.scale, plan.believed, tokens, counts);
                if let Said::Refused(reason) = said {
                    // A mask explains what its column hides, but a text that is no number stays refused.
                    return Err((column, reason));
                }
                said
            }
            None => computed(counts),
        };
        let (value, flags) = match self.masked(plan, record, text)? {
            Some((value, flags)) if matches!(said, Said::Value(Value::Exact { .. }, _)) => {
                (value, flags.with(Flags::STAND_IN))
            }
            Some(masked) => masked,
            None => match said {
                Said::Value(value, flags) => (value, flags),
                _ => return Ok(None),
            },
        };
        Ok(Some((value, flags, counts)))
    }

    fn masked(
        &mut self,
        plan: &ValuePlan,
        record: &Record,
        text: &str,
    ) -> Result<Option<(Value, Flags)>, (usize, &'static str)> {
        let Some(mask) = &plan.mask else { return Ok(None) };
        let said = record.get(text, mask.column);
        if said.is_empty() || mask.none.iter().any(|none| none == said) {
            return Ok(None);
        }
        match cell::value(
            said,
            plan.scale,
            [f64::INFINITY, f64::NEG_INFINITY],
            &mut self.tokens[mask.tokens],
            (None, None),
        ) {
            Said::Value(value, flags) => Ok(Some((value, flags))),
            Said::Nothing => Ok(None),
            Said::Refused(_) => Err((mask.column, "a mask that the profile does not know")),
        }
    }

    /// Hands out what was read, with what is new in the dictionaries.
    fn finish(&mut self) -> Chunk {
        for tokens in &mut self.tokens {
            for (text, (meaning, count)) in &mut tokens.met {
                if *count > 0 {
                    self.chunk.tokens.push((text.clone(), *meaning, std::mem::take(count)));
                }
            }
        }
        let [measures, groups, grades] = self.sent;
        let new = |names: &Names, sent: usize| {
            (sent..names.len()).map(|number| names.text(number as u32).to_owned()).collect()
        };
        self.chunk.measures = self.measures[measures..].to_vec();
        self.chunk.groups = new(&self.groups, groups);
        self.chunk.grades = new(&self.grades, grades);
        self.sent = [self.measures.len(), self.groups.len(), self.grades.len()];
        std::mem::replace(&mut self.chunk, Chunk { reader: self.number, ..Chunk::default() })
    }
}

/// The exact value twice, or the bounds; not a number where there is none.
fn bounds(value: Value) -> (f64, f64) {
    match value {
        Value::Exact { value } => (value, value),
        Value::Range { lo, hi } => (lo, hi),
        Value::AtLeast { lo } => (lo, f64::NAN),
        Value::AtMost { hi } => (f64::NAN, hi),
        _ => (f64::NAN, f64::NAN),
    }
}

/// The percent that numerator and denominator make.
fn computed(counts: Counts) -> Said {
    match counts {
        (Some(numerator), Some(denominator)) if denominator > 0.0 => {
            Said::Value(Value::Exact { value: 100.0 * numerator / denominator }, Flags::default())
        }
        _ => Said::Nothing,
    }
}

fn skips(rule: &SkipRule, cell: &str) -> bool {
    match (&rule.is, &rule.is_not, &rule.pattern) {
        (Some(texts), _, _) => among(texts.texts(), cell),
        (_, Some(texts), _) => !among(texts.texts(), cell),
        (_, _, Some(pattern)) => pattern.regex.is_match(cell),
        (None, None, None) => false,
    }
}

fn among(texts: &[String], cell: &str) -> bool {
    texts.iter().any(|text| text.trim().eq_ignore_ascii_case(cell))
}
