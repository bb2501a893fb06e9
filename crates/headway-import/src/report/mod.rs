//! The import report: what was in the files and what became of it. It adds up, or the program stops.

mod table;
mod tally;
mod text;

use std::collections::BTreeMap;

use headway_model::Period;
use serde::Serialize;

pub use table::{CellCounts, RowCounts};
pub(crate) use table::{REFUSALS_KEPT, TableTally};
pub(crate) use tally::SliceTally;
pub use tally::{KINDS, ReportSlice};
pub(crate) use text::group_thousands;

use crate::pass::{ChunkMerger, ConflictVerdict, TableInfo};
use crate::profile::{ImportProfile, TokenMeaning};
use crate::read::Shares;
use crate::table::FileError;

/// What was in the files and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportReport {
    /// The profile's name for the report.
    pub profile: String,
    /// The publisher.
    pub source: String,
    /// Each table: a file, or a sheet of a workbook.
    pub tables: Vec<TableReport>,
    /// Files of which nothing was read.
    pub files_refused: Vec<FileError>,
    /// Sheets that the profile does not ask for, as `file: sheet`.
    pub sheets_ignored: Vec<String>,
    /// Rows of all tables.
    pub rows: RowCounts,
    /// Value cells of all tables.
    pub cells: CellCounts,
    /// What was taken, by measure, level, group, grade and period.
    pub slices: Vec<ReportSlice>,
    /// Texts met in value, count and mask columns that are no plain numbers.
    pub tokens: Vec<TokenCount>,
    /// How often each reason for a refusal came.
    pub reasons: BTreeMap<String, u64>,
    /// Refusals in full, the first ones of each table.
    pub refusals: Vec<RefusedCell>,
    /// Keys that came with different values.
    pub contradictions: Vec<ContradictionReport>,
    /// All shares below 1 % were written with a percent sign, which says that they are no fractions.
    pub small_shares_are_signed: bool,
    /// What was taken with a doubt, one entry for each kind and table.
    pub doubts: Vec<DoubtReport>,
}

/// Something that was taken with a doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoubtReport {
    /// What is doubtful, and what to do.
    pub what: String,
    /// How often it came.
    pub count: u64,
    /// The file of the first one.
    pub file: String,
    /// The row of the first one; 0 where no single row is it.
    pub row: u64,
    /// What stands there, or what is said of it.
    pub text: String,
}

/// One table: a file, or a sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// What is known of the table itself.
    #[serde(flatten)]
    pub info: TableInfo,
    /// Its rows.
    pub rows: RowCounts,
    /// Lines that were wrapped in quotes as a whole and read a second time.
    pub lines_unwrapped: u64,
    /// Rows that ended early.
    pub rows_short: u64,
}

/// A text that is no plain number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenCount {
    /// The text.
    pub text: String,
    /// What it means, in the words of a profile; `None` when it was refused.
    pub meaning: Option<String>,
    /// How often it came.
    pub count: u64,
}

/// Something that could not be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedCell {
    /// The file.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The row, as a spreadsheet or an editor numbers it.
    pub row: u64,
    /// The column's header; `None` for a whole row.
    pub column: Option<String>,
    /// What stands there.
    pub text: String,
    /// Why it was refused.
    pub reason: String,
}

/// Two tables, or two rows of one, that give the same keys different values; or rows of a register that can't both be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContradictionReport {
    /// The tables (twice the same for a table that contradicts itself).
    pub tables: [String; 2],
    /// What is wrong, in words.
    pub cause: String,
    /// Keys that both have; of a register as many as contradict each other.
    pub common: u64,
    /// Keys with different values.
    pub different: u64,
    /// Whether all of the slices concerned was refused.
    pub whole: bool,
    /// The rows of the first one.
    pub rows: [u64; 2],
    /// What is probably wrong, in words.
    pub advice: String,
}

impl ImportReport {
    pub(crate) fn from_merger(
        profile: &ImportProfile,
        merger: &ChunkMerger,
        verdict: Option<&ConflictVerdict>,
        files_refused: Vec<FileError>,
        sheets_ignored: Vec<String>,
    ) -> Self {
        let merged = &merger.merged;
        let mut rows = RowCounts::default();
        let mut cells = CellCounts::default();
        let mut reasons = BTreeMap::new();
        let (mut tables, mut refusals, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
        for tally in &merged.tables {
            let report = TableReport {
                info: tally.info.clone(),
                rows: RowCounts::from_tally(tally),
                lines_unwrapped: tally.lines_unwrapped,
                rows_short: tally.rows_short,
            };
            rows.add_counts(&report.rows);
            tables.push(report);
            cells.refused += tally.cells_refused;
            cells.read += tally.cells_taken
                + tally.cells_refused
                + tally.cells_repeated
                + tally.cells_blank
                + tally.cells_unwanted;
            for (why, count) in [
                ("no value", tally.cells_blank),
                ("total that is not wanted", tally.cells_unwanted),
                ("repetition of another row", tally.cells_repeated),
            ] {
                if count > 0 {
                    *cells.ignored.entry(why.to_owned()).or_default() += count;
                }
            }
            for (reason, count) in &tally.reasons {
                *reasons.entry(reason.clone()).or_default() += count;
            }
            doubts.extend(tally.doubts.iter().map(|(what, doubt)| DoubtReport {
                what: (*what).to_owned(),
                count: doubt.count,
                file: tally.info.file.clone(),
                row: doubt.row,
                text: doubt.text.clone(),
            }));
            doubts.extend(tally.shares.iter().filter_map(|(column, shares)| of_other_students(tally, *column, shares)));
            refusals.extend(tally.refusals.iter().map(|refusal| RefusedCell {
                file: tally.info.file.clone(),
                sheet: tally.info.sheet.clone(),
                row: refusal.row,
                column: refusal.column.and_then(|c| tally.info.columns.get(c).cloned()),
                text: refusal.text.clone(),
                reason: refusal.reason.clone(),
            }));
        }
        doubts.extend(merger.names_at_odds());
        let slices = report_slices(merger);
        for slice in &slices {
            for (kind, count) in &slice.cells {
                *cells.accepted.entry(kind).or_default() += count;
            }
        }
        assert!(rows.adds_up(), "rows of all tables add up");
        assert!(cells.adds_up(), "cells read are cells accepted, refused and ignored: {cells:?}");
        Self {
            profile: profile.name.clone(),
            source: profile.source.clone(),
            contradictions: report_contradictions(verdict, merger, profile),
            tables,
            files_refused,
            sheets_ignored,
            rows,
            cells,
            slices,
            tokens: report_tokens(merger),
            reasons,
            refusals,
            small_shares_are_signed: merger.merged.bare_shares == 0,
            doubts,
        }
    }

    /// The slices of a measure.
    pub fn slices_of<'a>(&'a self, measure: &'a str) -> impl Iterator<Item = &'a ReportSlice> {
        self.slices.iter().filter(move |slice| slice.measure == measure)
    }
}

fn report_slices(merger: &ChunkMerger) -> Vec<ReportSlice> {
    let mut slices: Vec<ReportSlice> = merger
        .merged
        .tally
        .slices()
        .iter()
        .map(|&((measure, level, group, grade, period), counts)| {
            let (measure, kind) = &merger.measures[measure as usize];
            let cells =
                KINDS.iter().zip(counts.kinds).filter(|(_, count)| *count > 0).map(|(kind, count)| (*kind, count));
            ReportSlice {
                measure: measure.clone(),
                level,
                group: merger.groups.text_by_number(group).to_owned(),
                grade: merger.grades.text_by_number(grade).to_owned(),
                period: Period { kind: *kind, ordinal: period }.to_string(),
                cells: cells.collect(),
                stand_ins: counts.stand_ins,
                numerator: counts.numerator.value(),
                numerators: counts.numerator.known,
                denominator: counts.denominator.value(),
                denominators: counts.denominator.known,
            }
        })
        .collect();
    slices.sort_by(|a, b| slice_key(a).cmp(&slice_key(b)));
    slices
}

fn slice_key(s: &ReportSlice) -> (&str, headway_model::Level, &str, &str, &str) {
    (&s.measure, s.level, &s.group, &s.grade, &s.period)
}

fn report_tokens(merger: &ChunkMerger) -> Vec<TokenCount> {
    let mut tokens: Vec<TokenCount> = merger
        .merged
        .tokens
        .iter()
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, (meaning, count))| TokenCount {
            text: text.to_string(),
            meaning: meaning.map(|m| m.to_string()),
            count: *count,
        })
        .collect();
    tokens.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    tokens
}

fn report_contradictions(
    verdict: Option<&ConflictVerdict>,
    merger: &ChunkMerger,
    profile: &ImportProfile,
) -> Vec<ContradictionReport> {
    let name = |table: usize| {
        let info = &merger.merged.tables[table].info;
        info.sheet.as_ref().map_or_else(|| info.file.clone(), |sheet| format!("{}: {sheet}", info.file))
    };
    let of_register = merger.register_clashes().into_iter().map(|clash| ContradictionReport {
        tables: clash.tables.map(name),
        cause: format!("{} {} ({})", group_thousands(clash.count), clash.cause, clash.example),
        common: clash.count,
        different: clash.count,
        whole: true,
        rows: clash.rows,
        advice: "correct the register".to_owned(),
    });
    verdict
        .into_iter()
        .flat_map(|verdict| &verdict.contradictions)
        .map(|c| ContradictionReport {
            tables: [name(c.tables.0), name(c.tables.1)],
            cause: format!(
                "{} of {} common keys have different values",
                group_thousands(c.different),
                group_thousands(c.common)
            ),
            common: c.common,
            different: c.different,
            whole: c.whole,
            rows: [c.rows.0, c.rows.1],
            advice: contradiction_advice(c.tables, c.whole, merger, profile),
        })
        .chain(of_register)
        .collect()
}

/// Which part of the key is probably missing: one that the profile keeps the same everywhere.
fn contradiction_advice(tables: (usize, usize), whole: bool, merger: &ChunkMerger, profile: &ImportProfile) -> String {
    if !whole {
        return "both values are refused: ask the publisher which one holds".into();
    }
    let fixed: Vec<&str> = [("grade", &profile.grade), ("group", &profile.group)]
        .into_iter()
        .filter(|(_, part)| part.from.hole_names().next().is_none())
        .map(|(name, _)| name)
        .collect();
    let fixed = if fixed.is_empty() { "a part of the key".to_owned() } else { fixed.join(" or ") };
    let (a, b) = (&merger.merged.tables[tables.0].info, &merger.merged.tables[tables.1].info);
    if tables.0 == tables.1 {
        let columns = if a.columns_ignored.is_empty() {
            String::new()
        } else {
            format!(
                " (columns that are ignored: {})",
                a.columns_ignored.iter().take(12).cloned().collect::<Vec<_>>().join(", ")
            )
        };
        return format!(
            "many rows of the table have the same key: {fixed} is probably in a column that the profile does not use{columns}"
        );
    }
    if a.file != b.file {
        let (here, there) = differing_parts(&a.file, &b.file);
        return format!(
            "the files say different things under one key: {fixed} probably stands only in the file's name \
             (“{here}” here, “{there}” there); take it from there with file = '...'"
        );
    }
    format!(
        "the sheets say different things under one key: {fixed} probably stands only in the sheet's name; take it from there with sheet = '...'"
    )
}

/// Where two names differ: what is left when the common beginning and end are taken off.
fn differing_parts<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    let start =
        a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map_or(a.len().min(b.len()), |((i, _), _)| i);
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let end: usize =
        rest_a.chars().rev().zip(rest_b.chars().rev()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum();
    (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end])
}

impl std::fmt::Display for TokenMeaning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use headway_model::{Value, ValueFlags};
        match *self {
            Self::Blank => write!(f, "blank"),
            Self::Value(Value::Exact { value }, _) => write!(f, "exact {value}"),
            Self::Value(Value::Range { lo, hi }, _) => write!(f, "range {lo} {hi}"),
            Self::Value(Value::AtLeast { lo }, flags) if flags.has_all(ValueFlags::STRICT) => {
                write!(f, "more-than {lo}")
            }
            Self::Value(Value::AtLeast { lo }, _) => write!(f, "at-least {lo}"),
            Self::Value(Value::AtMost { hi }, flags) if flags.has_all(ValueFlags::STRICT) => {
                write!(f, "less-than {hi}")
            }
            Self::Value(Value::AtMost { hi }, _) => write!(f, "at-most {hi}"),
            Self::Value(value, _) => write!(f, "{}", value.state().id()),
        }
    }
}

/// The doubt about a column of rates most of which their number of students can't make.
fn of_other_students(tally: &TableTally, column: usize, shares: &Shares) -> Option<DoubtReport> {
    let (count, of, (row, text)) = shares.rate_doubt()?;
    let column = tally.info.columns.get(column).map_or("", String::as_str);
    Some(DoubtReport {
        what: format!(
            "of {} rates of fewer than 100 students in the column “{column}” are made by no whole number of them; is this their \
             number of students?",
            group_thousands(of)
        ),
        count,
        file: tally.info.file.clone(),
        row: *row,
        text: text.clone(),
    })
}
