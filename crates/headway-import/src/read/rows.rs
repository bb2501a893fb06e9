//! Reads rows: the inner loop of an import.

use headway_model::{Names, PeriodKind};

use super::cell::ColumnTokens;
use super::chunk::{CodedObservation, RowChunk};
use super::codes::{CodeCache, CodeResult};
use super::parts::TextSource;
use super::places::ReaderPlaces;
use super::plan::BoundProfile;
use crate::profile::SkipRule;
use crate::table::{TextBlock, TextRecord, WorkbookSheet, trim_cell};

/// Reads the rows of one sheet. Several may share the work, each with a number of its own.
pub(crate) struct RowReader<'a, 'p> {
    pub(super) plan: &'a BoundProfile<'p>,
    number: usize,
    /// Of each part of the key: where its text comes from, and what was met.
    pub(super) sources: Vec<TextSource<'a>>,
    pub(super) caches: Vec<CodeCache>,
    pub(super) codes: Vec<CodeResult>,
    pub(super) tokens: Vec<ColumnTokens>,
    pub(super) measures: Vec<(String, PeriodKind)>,
    pub(super) places: Names,
    pub(super) groups: Names,
    pub(super) grades: Names,
    /// How many measures, groups, grades and texts were handed out already.
    sent: [usize; 4],
    pub(super) met: ReaderPlaces,
    pub(super) reasons: Names,
    above: Vec<String>,
    pub(super) chunk: RowChunk,
    pub(super) buffer: String,
}

/// How a row went.
pub(super) enum RowResult {
    Taken,
    Refused,
    Ignored(&'static str),
}

const BLANK: &str = "blank row";

impl<'a, 'p> RowReader<'a, 'p> {
    pub(crate) fn new(plan: &'a BoundProfile<'p>, number: usize) -> Self {
        Self {
            plan,
            number,
            sources: plan.parts.iter().map(|part| part.text.source()).collect(),
            caches: plan.parts.iter().map(|_| CodeCache::default()).collect(),
            codes: Vec::new(),
            tokens: plan.tokens.clone(),
            measures: Vec::new(),
            places: Names::default(),
            groups: Names::default(),
            grades: Names::default(),
            sent: [0; 4],
            met: ReaderPlaces::default(),
            reasons: Names::default(),
            above: plan.fill_down.iter().map(|_| String::new()).collect(),
            chunk: RowChunk { reader: number, ..RowChunk::default() },
            buffer: String::new(),
        }
    }

    /// Reads a block of a text; `skip` rows at its beginning are no data (title and header).
    /// `room` is an empty buffer to fill.
    pub(crate) fn read_block(
        &mut self,
        block: TextBlock,
        delimiter: u8,
        skip: usize,
        room: Vec<CodedObservation>,
    ) -> RowChunk {
        self.chunk.observed = room;
        let text = block.text.as_str();
        let (mut record, mut at, mut line, mut left) = (TextRecord::default(), 0, block.first_line, skip);
        while at < text.len() {
            let (next, lines) = if block.quoted {
                record.read_cells(text, at, delimiter, line)
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
            self.read_row(&mut record, text);
        }
        RowChunk { text: block.text, ..self.hand_out() }
    }

    /// Reads the rows of a workbook's sheet from `skip` on.
    pub(crate) fn read_sheet(&mut self, sheet: &WorkbookSheet, skip: usize) -> RowChunk {
        let mut record = TextRecord::default();
        for (i, row) in sheet.rows.iter().enumerate().skip(skip) {
            // A row of a sheet has no end: what is not there is empty.
            let width = if row.is_empty() { 0 } else { row.len().max(self.plan.header.names.len()) };
            let cells = row.iter().map(String::as_str).chain(std::iter::repeat("")).take(width);
            record.set_cells(cells, i as u64 + 1);
            for (column, shown) in sheet.covered_texts(i, skip) {
                if column < record.len() && record.get("", column).is_empty() && !self.plan.is_figure(column) {
                    record.replace_cell(column, trim_cell(shown));
                }
            }
            self.read_row(&mut record, "");
        }
        self.hand_out()
    }

    fn read_row(&mut self, record: &mut TextRecord, text: &str) {
        self.chunk.rows += 1;
        if record.is_blank(text) {
            return self.chunk.ignore_row(BLANK);
        }
        if let Some(reason) = self.misshapen_reason(record, text) {
            self.chunk.refuse_cell(record.number, None, record.get(text, 0), reason);
            self.chunk.rows_refused += 1;
            return;
        }
        self.fill_down(record, text);
        for (column, rule) in &self.plan.skips {
            if is_skipped(rule, record.get(text, *column)) {
                return self.chunk.ignore_row(&rule.why);
            }
        }
        if self.plan.values.is_empty() {
            if self.tell_register(record, text) {
                return self.chunk.ignore_row("tells of places only");
            }
            self.chunk.rows_refused += 1;
            return;
        }
        match self.read_values(record, text) {
            RowResult::Taken => {}
            RowResult::Refused => self.chunk.rows_refused += 1,
            RowResult::Ignored(why) => self.chunk.ignore_row(why),
        }
    }

    /// A row whose cells can't be matched to columns is refused whole.
    fn misshapen_reason(&mut self, record: &TextRecord, text: &str) -> Option<&'static str> {
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

    fn fill_down(&mut self, record: &mut TextRecord, text: &str) {
        for (above, &column) in self.above.iter_mut().zip(&self.plan.fill_down) {
            let cell = record.get(text, column);
            if cell.is_empty() {
                if column < record.len() {
                    record.replace_cell(column, above);
                }
            } else {
                cell.clone_into(above);
            }
        }
    }

    /// Hands out what was read, with what is new in the dictionaries.
    fn hand_out(&mut self) -> RowChunk {
        for tokens in &mut self.tokens {
            self.chunk.bare_shares += std::mem::take(&mut tokens.bare_shares);
            for (text, (meaning, count)) in &mut tokens.met {
                if *count > 0 {
                    self.chunk.tokens.push((text.clone(), *meaning, std::mem::take(count)));
                }
            }
        }
        let [measures, groups, grades, texts] = self.sent;
        let new = |names: &Names, sent: usize| {
            (sent..names.len()).map(|number| names.text_by_number(number as u32).to_owned()).collect()
        };
        self.chunk.measures = self.measures[measures..].to_vec();
        self.chunk.groups = new(&self.groups, groups);
        self.chunk.grades = new(&self.grades, grades);
        self.chunk.texts = new(&self.met.texts, texts);
        self.sent = [self.measures.len(), self.groups.len(), self.grades.len(), self.met.texts.len()];
        std::mem::replace(&mut self.chunk, RowChunk { reader: self.number, ..RowChunk::default() })
    }
}

fn is_skipped(rule: &SkipRule, cell: &str) -> bool {
    match (&rule.is, &rule.is_not, &rule.pattern) {
        (Some(texts), _, _) => is_among(texts.texts(), cell),
        (_, Some(texts), _) => !is_among(texts.texts(), cell),
        (_, _, Some(pattern)) => pattern.regex.is_match(cell),
        (None, None, None) => false,
    }
}

pub(super) fn is_among(texts: &[String], cell: &str) -> bool {
    texts.iter().any(|text| text.trim().eq_ignore_ascii_case(cell))
}
